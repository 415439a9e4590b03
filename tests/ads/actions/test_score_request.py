"""The stateless scoring call from bytes to bytes: the contract, what it answers, and what it refuses and how."""

import copy
import gzip
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import numpy as np
import orjson
import pytest
from scipy.special import betainc

from services.ads.actions.score_request import answer_to
from services.ads.schemas.scoring_call import REQUEST_EXAMPLES, ScoreAnswer, ScoreRequest, request_schema
from shared.core.errors import BadRequest, Invalid

Body = dict[str, Any]
PRIOR_MEAN, PRIOR_STRENGTH = 0.085, 30.0


def example() -> Body:
    value: Body = copy.deepcopy(REQUEST_EXAMPLES["one_campaign"]["value"])
    return value


def scored(body: Body) -> Body:
    """The answer, checked against its schema."""
    content = answer_to(orjson.dumps(body))
    ScoreAnswer.model_validate_json(content)
    answer: Body = orjson.loads(content)
    return answer


def lone_terms(*terms: Body, **campaign: Any) -> Body:
    """Each term alone in a campaign of its own, so that nothing but the benchmark is its prior."""
    base = example()["campaigns"][0] | {"price": 30.0, "break_even_acos": 0.4, "target_acos": 0.3} | campaign
    return {
        "as_of": "2026-05-31",
        "currency": "USD",
        "campaigns": [base | {"campaign_id": f"c{number}"} for number in range(len(terms))],
        "terms": [
            {
                "id": f"t{number}",
                "campaign_id": f"c{number}",
                "cost": 0.9 * term["clicks"],
                "sales": 30.0 * term["orders"],
            }
            | term
            for number, term in enumerate(terms)
        ],
    }


TABLE = [(1, 0), (10, 0), (34, 0), (60, 5), (200, 8), (200, 30)]


def test_the_answer_has_exactly_the_terms_and_campaigns_asked_for() -> None:
    answer = scored(example())
    assert [each["id"] for each in answer["terms"]] == ["steel kettle", "electric kettle 1.7 l"]
    assert {"id", "p_unprofitable", "score", "action", "bid", "evidence", "reasons"} <= set(answer["terms"][0])
    assert {
        "campaign_id", "score", "parts", "p_below_benchmark", "p_unprofitable", "alarm", "diagnosis", "reasons",
    } <= set(answer["campaigns"][0])  # fmt: skip


def test_terms_are_judged_by_the_posterior_of_the_benchmark_prior() -> None:
    body = lone_terms(*({"clicks": n, "orders": o} for n, o in TABLE), benchmark_cvr=[0.06, 0.10])
    answer = scored(body)["terms"]
    known = [0.556139, 0.713544, 0.925056, 0.441277, 0.973337, 0.000386]
    assert [round(each["p_unprofitable"], 6) for each in answer] == known
    means = [0.077419, 0.06, 0.0375, 0.082222, 0.045217, 0.14087]
    assert [round(each["expected_cvr"], 6) for each in answer] == means
    lows = [0.01782, 0.01366, 0.00842, 0.04067, 0.02519, 0.10507]
    highs = [0.16783, 0.13109, 0.08274, 0.13433, 0.06973, 0.18023]
    assert [round(each["interval"][0], 5) for each in answer] == lows
    assert [round(each["interval"][1], 5) for each in answer] == highs
    assert [each["action"] == "negate" for each in answer] == [False, False, True, False, True, False]
    assert [round(1 - each["p_target"], 6) for each in answer] == [
        0.731952, 0.861641, 0.980602, 0.752475, 0.999208, 0.028028,
    ]  # fmt: skip
    assert answer[5]["action"] == "harvest"
    assert answer[5]["bid"] == pytest.approx(0.3 * 30 * 0.14087, abs=1e-4)


def test_a_campaign_below_its_benchmark_is_flagged_by_its_probability_not_its_rate() -> None:
    campaigns = [
        {"clicks": 100, "orders": 5}, {"clicks": 1000, "orders": 50}, {"clicks": 1000, "orders": 65},
    ]  # fmt: skip
    base = example()["campaigns"][0] | {"benchmark_ctr": 0.0001}
    body = example() | {"terms": []}
    body["campaigns"] = [base | each | {"campaign_id": str(each), "cost": 0.01 * each["clicks"]} for each in campaigns]
    found = scored(body)["campaigns"]
    for each, campaign in zip(found, campaigns, strict=True):
        a, b = PRIOR_MEAN * PRIOR_STRENGTH, (1 - PRIOR_MEAN) * PRIOR_STRENGTH
        orders, clicks = campaign["orders"], campaign["clicks"]
        assert each["p_below_benchmark"] == pytest.approx(betainc(a + orders, b + clicks - orders, 0.07))
    assert [each["diagnosis"] for each in found] == ["nothing_wrong", "low_conversion", "nothing_wrong"]


def test_a_healthy_campaign_gets_its_parts_and_a_bleeding_one_is_told_so() -> None:
    body = example() | {"terms": []}
    body["campaigns"].append(
        body["campaigns"][0]
        | {
            "campaign_id": "bleeding", "price": 24.0, "break_even_acos": 0.30, "target_acos": 0.225,
            "impressions": 95_000, "clicks": 240, "cost": 324.0, "orders": 9, "sales": 216.0, "time_in_budget": 1.0,
        }
    )  # fmt: skip
    healthy, bleeding = scored(body)["campaigns"]
    assert healthy["score"] > 90
    assert bleeding["score"] < 15
    assert healthy["parts"]["budget"] is None
    assert bleeding["parts"] == pytest.approx({"profit": 0, "target": 0, "cvr": 2.5, "ctr": 0, "budget": 100}, abs=1)
    for each in (healthy, bleeding):
        assert sum(each["points_lost"].values()) == pytest.approx(100 - each["score"], abs=1e-6)
    assert bleeding["diagnosis"] == "low_click_through"
    assert bleeding["wasted_spend"] > 100


def test_the_waste_of_a_campaign_is_not_that_of_the_few_terms_told() -> None:
    bleeding: Body = {"clicks": 3100, "cost": 3410.0, "orders": 5, "sales": 150.0, "impressions": 900_000}
    one = lone_terms({"clicks": 1, "orders": 0}, **bleeding)
    alone = one | {"terms": []}
    whole = scored(alone)["campaigns"][0]["wasted_spend"]
    assert whole > 3000
    assert scored(one)["campaigns"][0]["wasted_spend"] == pytest.approx(whole, rel=0.01)


def test_a_good_term_does_not_pay_for_a_bad_one() -> None:
    body = lone_terms({"clicks": 300, "orders": 0}, clicks=600, cost=540.0, orders=90, sales=2700.0)
    body["terms"].append(body["terms"][0] | {"id": "good", "orders": 90, "sales": 2700.0})
    answer = scored(body)
    assert answer["campaigns"][0]["wasted_spend"] == pytest.approx(
        sum(each["wasted_spend"] for each in answer["terms"]), rel=0.01
    )
    assert answer["campaigns"][0]["wasted_spend"] > 200


def test_nothing_is_known_of_the_waste_of_a_campaign_whose_margin_is_unknown() -> None:
    body = lone_terms({"clicks": 300, "orders": 0}, clicks=300, cost=270.0, orders=0, sales=0.0)
    body["campaigns"][0] |= {"break_even_acos": None, "target_acos": None}
    assert scored(body)["campaigns"][0]["wasted_spend"] is None


def test_clicks_too_young_to_have_their_orders_count_in_part() -> None:
    term = {"clicks": 700, "orders": 46, "clicks_by_age": [100] * 7 + [0]}
    assert scored(lone_terms(term))["terms"][0]["effective_clicks"] == pytest.approx(576)
    half = {"clicks": 1400, "orders": 46, "clicks_by_age": [100] * 7 + [0]}
    assert scored(lone_terms(half))["terms"][0]["effective_clicks"] == pytest.approx(1276)
    body = lone_terms(term)
    body["attribution"] = {"window_days": 7, "completeness": [0.5] * 7 + [1]}
    assert scored(body)["terms"][0]["effective_clicks"] == pytest.approx(350)


def test_terms_that_do_not_say_their_age_are_as_old_as_their_campaign() -> None:
    days = [{"date": f"2026-05-{day}", "clicks": 100, "orders": 7} for day in range(25, 32)]
    body = lone_terms({"clicks": 350, "orders": 20}, clicks=700, daily=days)
    answer = scored(body)
    assert answer["campaigns"][0]["effective_clicks"] == pytest.approx(576)
    assert answer["terms"][0]["effective_clicks"] == pytest.approx(288)


def daily(rate_now: float, clicks: int = 60) -> list[Body]:
    days = np.arange("2026-03-09", "2026-06-01", dtype="datetime64[D]")
    return [
        {"date": str(day), "clicks": clicks, "orders": round(clicks * (rate_now if left < 20 else 0.1)), "cost": 30}
        for left, day in zip(range(len(days) - 1, -1, -1), days, strict=True)
    ]


def test_fallen_conversion_raises_an_alarm_and_a_steady_one_does_not() -> None:
    body = example()
    body["campaigns"][0] |= {"clicks": 5040, "impressions": 900_000, "orders": 450, "daily": daily(0.05)}
    alarm = scored(body)["campaigns"][0]["alarm"]
    assert 13 <= alarm["window_days"] <= 28
    assert alarm["orders"] < 0.8 * alarm["expected"]
    body["campaigns"][0]["daily"] = [
        each | {"orders": 6 * share} for each, share in zip(daily(0.1), [1.0] * 77 + SHARES, strict=True)
    ]
    assert scored(body)["campaigns"][0]["alarm"] is None


SHARES = [0.97, 0.94, 0.90, 0.87, 0.81, 0.72, 0.55]


@pytest.mark.parametrize(
    ("change", "hold"),
    [
        ({"cover_days": 10}, "stock"),
        ({"cover_days": 30, "lead_time_days": 45}, "stock"),
        ({"time_in_budget": 0.9}, "budget"),
        ({"sellable_units": 0}, "not_eligible"),
        ({"buy_box": False}, "not_eligible"),
        ({"eligibility": "LISTING_SUPPRESSED"}, "not_eligible"),
    ],
)
def test_bids_rise_only_with_stock_budget_and_buy_box(change: Body, hold: str) -> None:
    good = {"clicks": 200, "orders": 40, "match_type": "EXACT"}
    free, held = (scored(lone_terms(good, **each))["terms"][0] for each in ({}, change))
    assert (free["action"], free["hold"]) == ("bid_up", "none")
    assert free["next_bid"] == pytest.approx(1.3 * 0.9)
    assert (held["action"], held["hold"]) == ("keep", hold)
    assert held["next_bid"] == pytest.approx(0.9)


def test_what_was_changed_within_three_days_is_left_alone() -> None:
    bad = {"clicks": 200, "orders": 2}
    answer = scored(lone_terms(bad, bad | {"hours_since_change": 71}, bad | {"hours_since_change": 73}))["terms"]
    assert [each["action"] for each in answer] == ["negate", "keep", "negate"]
    assert answer[1]["hold"] == "cooling_down"


def test_little_is_said_where_little_is_known() -> None:
    unknown = dict.fromkeys(("price", "break_even_acos", "target_acos", "benchmark_cvr", "category"))
    body = lone_terms({"clicks": 0, "orders": 0}, {"clicks": 3, "orders": 0}, impressions=None, **unknown)
    for campaign in body["campaigns"]:
        campaign |= {"clicks": 0, "cost": 0, "orders": 0, "sales": 0}
    answer = scored(body)
    for term in answer["terms"]:
        assert term["p_unprofitable"] is None
        assert term["action"] == "watch"
    assert answer["terms"][0]["reasons"][-1]["code"] == "no_clicks"
    assert {each["diagnosis"] for each in answer["campaigns"]} == {"not_enough_data"}
    assert scored(body | {"campaigns": [], "terms": []}) == {"terms": [], "campaigns": []}
    assert scored(example() | {"terms": None})["terms"] == []


def test_more_orders_than_clicks_are_capped() -> None:
    answer = scored(lone_terms({"clicks": 5, "orders": 9}))["terms"][0]
    assert answer["expected_cvr"] == pytest.approx((PRIOR_MEAN * 30 + 5) / 35)


def test_the_same_bytes_give_the_same_answer_and_unknown_fields_change_nothing() -> None:
    content = orjson.dumps(example())
    assert answer_to(content) == answer_to(content) == answer_to(gzip.compress(content), "gzip")
    more = example() | {"comment": "x"}
    more["terms"][0]["colour"] = "blue"
    assert answer_to(orjson.dumps(more)) == answer_to(content)


def test_money_in_another_unit_changes_money_alone() -> None:
    cents = example()
    for each in (*cents["campaigns"], *cents["terms"]):
        for name in ("price", "cost", "sales"):
            if name in each:
                each[name] *= 100
    plain, scaled = scored(example()), scored(cents)
    for one, other in zip(plain["terms"], scaled["terms"], strict=True):
        assert one["p_unprofitable"] == pytest.approx(other["p_unprofitable"])
        assert one["action"] == other["action"]
        assert 100 * one["bid"] == pytest.approx(other["bid"], abs=1e-6)


def shares(body: Body, completeness: list[float]) -> None:
    body["attribution"]["completeness"] = completeness


WRONG: list[tuple[str, Callable[[Body], object], str]] = [
    ("no campaigns", lambda b: b.pop("campaigns"), "#/campaigns"),
    ("no day", lambda b: b.pop("as_of"), "#/as_of"),
    ("no such day", lambda b: b.update(as_of="2026-02-30"), "#/as_of"),
    ("a day in words", lambda b: b.update(as_of="yesterday!"), "#/as_of"),
    ("two currencies", lambda b: b.update(currency=["USD", "EUR"]), "#/currency"),
    ("no currency", lambda b: b.update(currency="dollar"), "#/currency"),
    ("text for a number", lambda b: b["terms"][0].update(clicks="34"), "#/terms/0/clicks"),
    ("a truth value for a number", lambda b: b["terms"][0].update(orders=True), "#/terms/0/orders"),
    ("negative clicks", lambda b: b["terms"][0].update(clicks=-1), "#/terms/0/clicks"),
    ("negative cost", lambda b: b["campaigns"][0].update(cost=-0.01), "#/campaigns/0/cost"),
    ("more clicks than impressions", lambda b: b["terms"][0].update(impressions=33), "#/terms/0/clicks"),
    ("more clicks of a campaign", lambda b: b["campaigns"][0].update(impressions=619), "#/campaigns/0/clicks"),
    ("an unknown campaign", lambda b: b["terms"][1].update(campaign_id="other"), "#/terms/1/campaign_id"),
    ("a term twice", lambda b: b["terms"].append(b["terms"][0]), "#/terms/2/id"),
    ("a campaign twice", lambda b: b["campaigns"].append(b["campaigns"][0]), "#/campaigns/1/campaign_id"),
    ("seven ages", lambda b: b["terms"][0].update(clicks_by_age=[0] * 7), "#/terms/0/clicks_by_age"),
    ("too many by age", lambda b: b["terms"][0].update(clicks_by_age=[9] * 8), "#/terms/0/clicks_by_age"),
    ("a share above one", lambda b: shares(b, [1.0] * 7 + [1.1]), "#/attribution/completeness/7"),
    ("falling shares", lambda b: shares(b, [0.5, 0.7, 0.8, 0.2, 0.9, 0.9, 0.9, 1]), "#/attribution/completeness/3"),
    ("nothing reported", lambda b: shares(b, [0.0] * 8), "#/attribution/completeness/0"),
    ("upside down", lambda b: b["campaigns"][0].update(benchmark_cvr=[0.1, 0.07]), "#/campaigns/0/benchmark_cvr"),
    ("a range in percent", lambda b: b["campaigns"][0].update(benchmark_cvr=[7, 10]), "#/campaigns/0/benchmark_cvr/0"),
    ("an unknown stage", lambda b: b["campaigns"][0].update(stage="decline"), "#/campaigns/0/stage"),
    (
        "a day to come",
        lambda b: b["campaigns"][0].update(daily=[{"date": "2026-06-01", "clicks": 1, "orders": 0}]),
        "#/campaigns/0/daily/0/date",
    ),
    (
        "a day that is none",
        lambda b: b["campaigns"][0].update(daily=[{"date": "2026-13-01", "clicks": 1, "orders": 0}]),
        "#/campaigns/0/daily/0/date",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "pointer"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_refused_and_its_field_named(change: Callable[[Body], object], pointer: str) -> None:
    body = example()
    change(body)
    with pytest.raises(Invalid) as caught:
        answer_to(orjson.dumps(body))
    assert pointer in [each.pointer for each in caught.value.errors]
    assert all(each.detail and each.code for each in caught.value.errors)


@pytest.mark.parametrize("content", [b"", b"{", b'{"as_of": NaN}', b"\xff\xfe"])
def test_what_is_not_json_is_a_bad_request(content: bytes) -> None:
    with pytest.raises(BadRequest):
        answer_to(content)


@pytest.mark.parametrize("content", [b"[]", b"3", b"null", b'"score"'])
def test_json_that_is_no_object_is_invalid(content: bytes) -> None:
    with pytest.raises(Invalid):
        answer_to(content)


def test_the_contract_has_these_fields() -> None:
    assert {"as_of", "currency", "attribution", "campaigns", "terms"} <= set(ScoreRequest.model_fields)
    schema = request_schema()
    assert "$ref" not in orjson.dumps(schema).decode()
    validator = jsonschema_rs.validator_for(schema)
    for each in schema["examples"]:
        assert not [error.message for error in validator.iter_errors(each)]
        assert scored(each)["terms"]
