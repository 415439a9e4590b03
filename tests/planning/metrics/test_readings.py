"""Readings over HTTP: recorded in any order, never altered, each by itself; what was known at a moment stays known."""

from typing import Any

import httpx
import pytest

OCTOBER = {"start_date": "2026-10-01", "end_date": "2026-10-31"}
SEPTEMBER = {"start_date": "2026-09-01", "end_date": "2026-09-30"}


def observation(value: str, observed_at: str, period: dict[str, str] = OCTOBER, **more: Any) -> dict[str, Any]:
    return {"scope": {}, "period": period, "value": value, "observed_at": observed_at} | more


async def record(planning: httpx.AsyncClient, *items: dict[str, Any], code: str = "headcount") -> dict[str, Any]:
    response = await planning.post(f"/metrics/{code}/readings", json={"items": list(items)})
    assert response.status_code == 207, response.text
    return dict(response.json())


async def values(planning: httpx.AsyncClient, code: str = "headcount", **params: str) -> list[str]:
    response = await planning.get(f"/metrics/{code}/readings", params={"sort": "observed_at", **params})
    assert response.status_code == 200, response.text
    return [each["value"] for each in response.json()["items"]]


NOVEMBER = [f"2026-11-0{day}T12:00:00Z" for day in range(1, 7)]


async def test_the_newest_observation_is_the_current_one_whatever_their_order(planning: httpx.AsyncClient) -> None:
    for day in (1, 4, 2, 3):
        told = await record(planning, observation(str(day), NOVEMBER[day]))
        assert told["items"][0]["state"] == "recorded"
    assert await values(planning) == ["4"]
    assert await values(planning, history="true") == ["1", "2", "3", "4"]
    assert [await values(planning, as_of=NOVEMBER[day]) for day in range(6)] == [[], ["1"], ["2"], ["3"], ["4"], ["4"]]
    assert await values(planning, history="true", as_of=NOVEMBER[2]) == ["1", "2"]
    everything = (await planning.get("/metrics/headcount/readings", params={"history": "true"})).json()["items"]
    chain = sorted((each["observed_at"], each["superseded_at"]) for each in everything)
    assert [after for _, after in chain] == [*(seen for seen, _ in chain[1:]), None]


async def test_an_observation_sent_again_changes_nothing_and_another_value_is_refused(
    planning: httpx.AsyncClient,
) -> None:
    first = await record(planning, observation("29", NOVEMBER[1]))
    again = await record(planning, observation("29.0", NOVEMBER[1]), observation("30", NOVEMBER[1]))
    assert [each["status"] for each in first["items"]] == [201]
    assert [(each["status"], each["state"]) for each in again["items"]] == [(200, "unchanged"), (409, "contradicted")]
    assert (again["recorded"], again["unchanged"], again["refused"]) == (0, 1, 1)
    assert again["items"][1]["problem"]["type"].endswith("reading-contradicted")
    assert await values(planning, history="true") == ["29"]


async def test_bad_rows_are_told_and_lose_no_good_ones(planning: httpx.AsyncClient) -> None:
    told = await record(
        planning,
        observation("1", NOVEMBER[1]),
        observation("2", "2999-01-01T00:00:00Z", SEPTEMBER),
        observation("3", NOVEMBER[1], {"start_date": "2026-12-01", "end_date": "2026-12-31"}),
        observation("4", NOVEMBER[1], {"start_date": "2026-10-31", "end_date": "2026-10-01"}),
        observation("5", NOVEMBER[1], SEPTEMBER, currency="USD"),
        observation("6", NOVEMBER[1], scope={"org_unit_id": "nobody"}),
        observation("7", NOVEMBER[1], SEPTEMBER),
    )
    assert (told["recorded"], told["refused"]) == (2, 5)
    wrong = [
        (each["index"], each["problem"]["errors"][0]["pointer"], each["problem"]["errors"][0]["code"])
        for each in told["items"]
        if each["problem"]
    ]
    assert wrong == [
        (1, "#/observed_at", "observed_in_future"),
        (2, "#/period/start_date", "period_not_begun"),
        (3, "#/period/end_date", "too_early"),
        (4, "#/currency", "currency_not_wanted"),
        (5, "#/scope/org_unit_id", "unknown"),
    ]
    assert await values(planning, sort="end_date") == ["7", "1"]


async def test_money_needs_a_currency(planning: httpx.AsyncClient) -> None:
    told = await record(planning, observation("1", NOVEMBER[1]), code="payroll")
    assert told["items"][0]["problem"]["errors"][0]["code"] == "currency_missing"


@pytest.mark.parametrize(("code", "fault"), [("net_revenue", "source_does_not_fit"), ("acos", "metric_is_computed")])
async def test_nobody_types_in_what_is_measured_or_computed(planning: httpx.AsyncClient, code: str, fault: str) -> None:
    body = {"items": [observation("1", NOVEMBER[1], currency="USD")]}
    refused = await planning.post(f"/metrics/{code}/readings", json=body)
    assert refused.status_code == 422
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [("path:metric_code", fault)]
    assert (await planning.get(f"/metrics/{code}/readings")).json()["items"] == []


async def test_readings_are_found_by_scope_and_days(planning: httpx.AsyncClient) -> None:
    us, de = {"marketplace": "US"}, {"marketplace": "DE"}
    await record(
        planning,
        observation("1", NOVEMBER[1], scope=us),
        observation("2", NOVEMBER[2], scope=de),
        observation("3", NOVEMBER[3], SEPTEMBER, scope=us),
    )
    assert await values(planning, marketplace="US") == ["1", "3"]
    assert await values(planning, scope_key="marketplace=DE") == ["2"]
    assert await values(planning, from_date="2026-10-01") == ["1", "2"]
    assert await values(planning, to_date="2026-09-30") == ["3"]
    page = await planning.get("/metrics/headcount/readings", params={"limit": 2})
    rest = await planning.get(page.json()["next"])
    assert [each["value"] for each in (*page.json()["items"], *rest.json()["items"])][-1] == "3"
    assert (await planning.get("/metrics/nothing/readings")).status_code == 404


async def test_ten_thousand_readings_are_recorded_at_once(planning: httpx.AsyncClient) -> None:
    days = [f"2026-{month:02}-{day:02}" for month in range(1, 6) for day in range(1, 21)]
    items = [
        observation("1", NOVEMBER[1], {"start_date": day, "end_date": day}, scope={"product_ref": f"P{product}"})
        for product in range(100)
        for day in days
    ]
    assert (await record(planning, *items))["recorded"] == 10_000
    body = {"items": [*items, items[0]]}
    assert (await planning.post("/metrics/headcount/readings", json=body)).status_code == 422
