"""The stateless planning call: its contract, and what it says about requests it cannot plan."""

from typing import Any

import pytest

from services.inventory.domain.planning_call import PlanRequestError, plan_decoded, read_request

DAYS = 120


def sku(name: str = "A1/US", **changes: Any) -> dict[str, Any]:
    return {
        "sku": name,
        "item": name.split("/")[0],
        "market": "US",
        "price": 24.9,
        "on_hand": 40,
        "history": [3, 0, 2, 4, 1, 6, 5] * (DAYS // 7) + [2] * (DAYS % 7),
        "in_stock": [1] * DAYS,
        "pipeline": [{"mode": "slow", "qty": 35, "shipped": DAYS - 20, "eta": DAYS + 25}],
        "econ": {
            "margin": 7.5, "penalty": 15, "cogs": 6, "air": 5, "fast": 1.25, "slow": 0.5,
            "hold_day": 0.0103, "cap_day": 0.0033, "price": 25, "storage": 0.007, "cls": "B",
        },
        **changes,
    }  # fmt: skip


def request(*skus: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "today": DAYS,
        "date": "2014-02-04",
        "review_days": 7,
        "reviews_left": 103,
        "modes": ["air", "fast", "slow"],
        "lead_times": {"air": [9, 11, 10], "fast": [29, 33, 30], "slow": [44, 47, 45]},
        "history_from": 0,
        "skus": list(skus) or [sku()],
        **changes,
    }


def finite(domestic: float, **changes: Any) -> dict[str, Any]:
    item = {"item": "A1", "domestic": domestic, "moq": 200, "open_po": [{"qty": 200, "ordered": 100, "eta": 131}]}
    return {"production": [31, 27, 35], "items": [item | changes]}


def test_answer_has_shipments_in_whole_units_and_no_purchases_without_items() -> None:
    answer = plan_decoded(request())
    assert answer["purchases"] == []
    assert answer["shipments"]
    for line in answer["shipments"]:
        assert set(line) == {"sku", "mode", "qty"}
        assert line["mode"] in {"air", "fast", "slow"}
        assert isinstance(line["qty"], int)
        assert line["qty"] > 0


def test_the_same_request_gets_the_same_answer() -> None:
    assert plan_decoded(request()) == plan_decoded(request())


def test_shipments_stay_within_the_domestic_stock_over_all_markets() -> None:
    skus = [sku("A1/US", on_hand=0), sku("A1/DE", on_hand=0), sku("A1/JP", on_hand=0)]
    free = sum(int(line["qty"]) for line in plan_decoded(request(*skus))["shipments"])
    bound = sum(int(line["qty"]) for line in plan_decoded(request(*skus, **finite(30)))["shipments"])
    assert free > 30
    assert bound <= 30


def test_a_short_item_is_ordered_at_least_by_its_minimum() -> None:
    answer = plan_decoded(request(sku(on_hand=0), **finite(0, open_po=[])))
    assert answer["shipments"] == []
    assert [line["item"] for line in answer["purchases"]] == ["A1"]
    assert int(answer["purchases"][0]["qty"]) >= 200


def test_a_well_stocked_item_is_not_ordered() -> None:
    assert plan_decoded(request(sku(on_hand=0), **finite(5000)))["purchases"] == []


def test_a_listing_not_on_sale_and_an_empty_request_get_nothing() -> None:
    assert plan_decoded(request(sku(price=None, on_hand=0)))["shipments"] == []
    assert plan_decoded({**request(), "skus": []}) == {"shipments": [], "purchases": []}


def test_unknown_days_are_accepted_and_unused_fields_ignored() -> None:
    unknown = sku(history=[None] * 30 + [3] * (DAYS - 30), colour="red")
    assert plan_decoded(request(unknown, note="x"))["shipments"]
    assert read_request(request(unknown)).block.sales[0, :30].max() != 0


@pytest.mark.parametrize("days", [0, 1, 6, 7, 27, 28, 100])
def test_a_history_of_any_length_can_be_planned(days: int) -> None:
    young = sku(history=[5] * days, in_stock=[1] * days, on_hand=0, pipeline=[])
    answer = plan_decoded(request(young, today=days))
    assert bool(answer["shipments"]) is (days > 0)


def test_only_the_offered_modes_are_used() -> None:
    answer = plan_decoded(request(sku(on_hand=0), modes=["slow"]))
    assert {line["mode"] for line in answer["shipments"]} == {"slow"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], "body"),
        ({**request(), "today": "x"}, "today"),
        ({key: value for key, value in request().items() if key != "today"}, "today"),
        (request(review_days=0), "review_days"),
        (request(reviews_left=-1), "reviews_left"),
        (request(history_from=-10_000), "history_from"),
        (request(modes=["rail"]), "modes[0]"),
        (request(modes=["air", "air"]), "modes[1]"),
        (request(lead_times={"air": ["a"]}), "lead_times.air"),
        (request(lead_times={"air": [9, None]}), "lead_times.air[1]"),
        (request(production=[31, None]), "production[1]"),
        (request(sku(), sku()), "skus[1].sku"),
        (request(sku(history=[1] * (DAYS - 1))), "skus[0].history"),
        (request(sku(history=[1] * (DAYS - 1) + [-1])), f"skus[0].history[{DAYS - 1}]"),
        (request(sku(history=["1"] * DAYS)), "skus[0].history"),
        (request(sku(history=[None, "1"] + [1] * (DAYS - 2))), "skus[0].history[1]"),
        (request(sku(history=[[1]] * DAYS)), "skus[0].history"),
        (request(sku(in_stock=[1])), "skus[0].in_stock"),
        (request(sku(in_stock=[2] * DAYS)), "skus[0].in_stock[0]"),
        (request(sku(on_hand=-1)), "skus[0].on_hand"),
        (request(sku(on_hand=True)), "skus[0].on_hand"),
        (request(sku(pipeline=[{"mode": "slow", "qty": 5, "shipped": DAYS + 1}])), "skus[0].pipeline[0].shipped"),
        (request(sku(pipeline=[{"mode": "sea", "qty": 5, "shipped": 1}])), "skus[0].pipeline[0].mode"),
        (request(sku(pipeline=[{"mode": "slow", "shipped": 1}])), "skus[0].pipeline[0].qty"),
        (request(sku(econ={"cogs": 6})), "skus[0].econ.penalty"),
        (request(sku(econ={"penalty": 6})), "skus[0].econ.cogs"),
        (request(sku("B1/US"), **finite(10)), "skus[0].item"),
        (request(**finite(-1)), "items[0].domestic"),
    ],
)
def test_a_wrong_request_is_refused_naming_the_field(body: Any, field: str) -> None:
    with pytest.raises(PlanRequestError) as refused:
        plan_decoded(body)
    assert refused.value.field == field
    assert refused.value.reason
