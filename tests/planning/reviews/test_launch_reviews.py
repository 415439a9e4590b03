"""Reviews of a launch over HTTP: filled in with what was launched, where it is sold, and with nothing else."""

from datetime import date
from typing import Any

import httpx

from services.planning.domain.period import month_period
from tests.planning.initiatives.initiative_calls import PRICE, add_need, advance, propose, put, ready
from tests.planning.measured import Tell, reading
from tests.planning.objectives.okrs import Okrs
from tests.planning.plans.plan_calls import good
from tests.planning.reviews.review_calls import Json, a_person, open_review
from tests.planning.reviews.test_gaps import a_released_plan, months

LAMP_US = {"product_ref": "LAMP", "marketplace": "US"}
SOLD_US = LAMP_US | {"channel": "amazon"}


async def a_launch(planning: httpx.AsyncClient, **changes: Any) -> Json:
    """A lamp for the United States, promised for 10 and launched on 20 January of 2025."""
    more = {"product_ref": "LAMP", "effort_days": 5, "committed": {"launch_date": "2025-01-10"}} | changes
    lamp = await ready(planning, title="Lamp", planned={"start_date": "2025-01-02"}, **more)
    good(await put(planning, lamp, "prices", {"prices": [PRICE]}))
    launched = await advance(planning, lamp, "ramp", on_date="2025-01-20")
    assert launched["actual"]["launch_date"] == "2025-01-20"
    return launched


async def sell_lamps(tell: Tell) -> None:
    """Lamps sell as in K25 in January and February; few desks do, and few lamps in Germany."""
    for month, visits, units, revenue in ((1, 200_000, 20_000, 600_000), (2, 190_000, 12_350, 382_850)):
        days = month_period(date(2025, month, 1))
        await tell(
            reading("visits", days, visits, **SOLD_US),
            reading("units_sold", days, units, **SOLD_US),
            reading("net_revenue", days, revenue, "USD", **SOLD_US),
            reading("net_revenue", days, 10, "USD", product_ref="LAMP", marketplace="DE", channel="amazon"),
            reading("net_revenue", days, 20, "USD", product_ref="DESK", marketplace="US", channel="amazon"),
        )


async def a_planned_lamp(planning: httpx.AsyncClient, approver: httpx.AsyncClient, **scope: str) -> Json:
    """A released plan of a desk, and of the lamp by `scope`."""
    lines = [
        *months("net_revenue", [1_000] * 12, product_ref="DESK", marketplace="US"),
        *months("net_revenue", [600_000] * 12, **scope),
    ]
    return await a_released_plan(planning, approver, lines)


async def review_of(planning: httpx.AsyncClient, planned: Json, lamp: Json, month: str = "2025-02") -> Json:
    review = await open_review(planning, planned, month, kind="launch", initiative_id=lamp["id"])
    prefill: Json = review["prefill"]
    return prefill


async def test_it_opens_with_the_gaps_of_the_product_where_it_is_sold(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_planned_lamp(planning, approver, **LAMP_US)
    await sell_lamps(tell)
    prefill = await review_of(planning, planned, await a_launch(planning))
    (found,) = prefill["gaps"]
    assert (found["ref"], found["status"]) == ("net_revenue~product_ref=LAMP;marketplace=US", "red")
    assert (found["target"], found["actual"], found["performance"]) == ("600000", "382850", "217150")
    assert (found["suggested_cause"], found["driver_effect"]) == ("conversion", "-208206.86")


async def test_what_is_planned_of_the_initiative_is_told_by_its_product(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    """When the plan is written the product has no code yet."""
    lamp = await a_launch(planning)
    planned = await a_planned_lamp(planning, approver, initiative_id=lamp["id"], marketplace="US")
    await sell_lamps(tell)
    (found,) = (await review_of(planning, planned, lamp))["gaps"]
    assert found["ref"] == f"net_revenue~initiative_id={lamp['id']};marketplace=US"
    assert (found["performance"], found["suggested_cause"]) == ("217150", "conversion")
    key = f"{planned['cycle']['id']}.{planned['unit']['id']}.{found['ref']}"
    told = good(await planning.get(f"/gaps/{key}/drivers", params={"month": "2025-02"}))
    assert told["after"]["revenue"] == "382850"


async def test_it_says_what_the_plan_has_no_figures_of(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_released_plan(planning, approver, months("net_revenue", [600_000] * 12))
    await sell_lamps(tell)
    prefill = await review_of(planning, planned, await a_launch(planning))
    assert prefill["gaps"] == []
    lacks = {each["ref"].partition("~")[0]: each["lacks"] for each in prefill["not_compared"]}
    assert {each["ref"].partition("~")[2] for each in prefill["not_compared"]} == {"product_ref=LAMP;marketplace=US"}
    assert (lacks["net_revenue"], lacks["return_rate"]) == (["plan"], ["plan", "readings"])
    unit = await open_review(planning, planned, "2025-02")
    assert "net_revenue" in {each["ref"] for each in unit["prefill"]["gaps"]}


async def test_without_a_code_nothing_is_read_of_a_product(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell
) -> None:
    planned = await a_planned_lamp(planning, approver, **LAMP_US)
    await sell_lamps(tell)
    lamp = await a_launch(planning, product_ref=None)
    prefill = await review_of(planning, planned, lamp)
    assert (prefill["gaps"], prefill["launch"]["product_ref"]) == ([], None)
    assert all("readings" in each["lacks"] for each in prefill["not_compared"])
    assert prefill["not_compared"][0]["scope"] == {"initiative_id": lamp["id"], "marketplace": "US"}


async def test_it_opens_with_its_own_promise_and_slip(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    """Also in a month after it, when it is no news of the unit any more."""
    planned = await a_planned_lamp(planning, approver, **LAMP_US)
    in_unit = {"unit_id": planned["unit"]["id"]}
    lamp = await a_launch(planning, **in_unit)
    late = {"planned": {"start_date": "2025-01-01"}, "committed": {"end_date": "2025-01-10"}}
    await add_need(planning, await propose(planning, title="Campaign", kind="campaign", **late, **in_unit))
    prefill = await review_of(planning, planned, lamp, "2025-03")
    assert [(each["title"], each["slip_days"]) for each in prefill["slipped"]] == [("Lamp", 10)]
    launch = prefill["launch"]
    assert (launch["initiative_id"], launch["product_ref"], launch["marketplaces"]) == (lamp["id"], "LAMP", ["US"])
    dates = (launch["committed"]["launch_date"], launch["actual"]["launch_date"], launch["slip_days"])
    assert dates == ("2025-01-10", "2025-01-20", 10)
    unit = await open_review(planning, planned, "2025-03")
    assert (unit["prefill"]["launch"], [each["title"] for each in unit["prefill"]["slipped"]]) == (None, ["Campaign"])


async def test_it_opens_with_the_key_results_that_the_launch_was_to_move(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, okrs: Okrs
) -> None:
    """Whichever unit and cycle they are of; those of the unit that the launch has nothing to do with are left out."""
    planned = await a_planned_lamp(planning, approver, **LAMP_US)
    good(await okrs.step(f"/cycles/{planned['cycle']['id']}/transitions", planned["cycle"], to="open"))
    own = await okrs.objective(planned["unit"]["id"], planned["cycle"]["id"])
    elsewhere = await okrs.objective(await okrs.unit(), await okrs.cycle())
    moved = [
        await okrs.key_result(own, title="Lamps"),
        await okrs.key_result(elsewhere, title="Lamps in autumn"),
    ]
    await okrs.key_result(own, title="Desks")
    lamp = await a_launch(planning)
    good(await put(planning, lamp, "key-results", {"key_result_ids": [each["id"] for each in moved]}))
    changed = (await review_of(planning, planned, lamp))["changed"]
    assert sorted(each["title"] for each in changed) == ["Lamps", "Lamps in autumn"]
    assert [each["before"] for each in changed] == [None, None]
    assert (await review_of(planning, planned, lamp, "2025-03"))["changed"] == []


async def test_it_opens_with_the_units_actions_that_are_still_open(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    planned = await a_planned_lamp(planning, approver, **LAMP_US)
    january = await open_review(planning, planned, "2025-01")
    promised = {"text": "Order lamps.", "owner_id": await a_person(planning, planned), "due_date": "2025-02-10"}
    kept = good(await planning.post(f"/reviews/{january['id']}/actions", json=promised), 201)
    (carried,) = (await review_of(planning, planned, await a_launch(planning)))["carried"]
    assert (carried["action_id"], carried["is_overdue"]) == (kept["id"], True)
