"""Drafts of plans over HTTP: what they assume, their lines, their stated years, their versions."""

from typing import Any
from uuid import uuid4

import httpx

from shared.web.app import ServiceApp
from tests.planning.plans.plan_calls import (
    a_cycle,
    a_draft,
    a_plan,
    a_unit,
    every_month,
    good,
    line,
    problem,
    put_lines,
    version_of,
)
from tests.support.lists import check_list


async def lines_of(client: httpx.AsyncClient, plan: dict[str, Any], **params: Any) -> list[dict[str, Any]]:
    page = good(await client.get(f"/plans/{plan['id']}/lines", params={"limit": 1000} | params))
    items: list[dict[str, Any]] = page["items"]
    return items


async def patch(client: httpx.AsyncClient, plan: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = {"If-Match": await version_of(client, plan["id"]), "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"/plans/{plan['id']}", json=changes, headers=headers)


async def test_a_draft_keeps_what_it_assumes(planning: httpx.AsyncClient) -> None:
    blended = {"buyers": "5000", "margin_amount": "-1.5", "follow_ons": [{"units": "120", "margin_amount": "80"}]}
    made = await a_draft(
        planning,
        exchange_rates=[{"currency": "EUR", "rate": "1.1"}],
        base_amount="12000000",
        organic_growth=0.05,
        opening_headcount="25",
        market_size_amount="250000000",
        market_growth=0.08,
        blended_margin=blended,
        payback_months=12,
    )
    assert (made["status"], made["version_no"], made["previous_plan_id"]) == ("draft", 1, None)
    assert made["exchange_rates"] == [{"currency": "EUR", "rate": "1.1"}]
    assert (made["organic_growth"], made["market_growth"], made["blended_margin"]) == (0.05, 0.08, blended)
    assert good(await planning.get(f"/plans/{made['id']}")) == made
    changed = good(await patch(planning, made, title="Second thoughts", blended_margin=None, organic_growth=-0.02))
    assert (changed["title"], changed["blended_margin"], changed["organic_growth"]) == ("Second thoughts", None, -0.02)
    assert changed["base_amount"] == "12000000"


async def test_plans_are_found_by_kind_unit_cycle_and_status(planning: httpx.AsyncClient) -> None:
    unit, cycle = await a_unit(planning), await a_cycle(planning)
    sales = await a_plan(planning, unit, cycle, kind="sales")
    await a_plan(planning, unit, cycle, kind="budget")
    for params, count in (
        ({"kind": "sales"}, 1),
        ({"kind": "sales,budget"}, 2),
        ({"unit_id": unit["id"], "cycle_id": cycle["id"], "status": "draft"}, 2),
        ({"status": "released"}, 0),
        ({"unit_id": str(uuid4())}, 0),
    ):
        assert len(good(await planning.get("/plans", params=params))["items"]) == count
    found = good(await planning.get("/plans", params={"kind": "sales"}))["items"]
    assert found == [good(await planning.get(f"/plans/{sales['id']}"))]


async def test_a_plan_needs_a_unit_a_cycle_and_currencies_that_exist(planning: httpx.AsyncClient) -> None:
    made = await a_draft(planning)
    body = {key: made[key] for key in ("kind", "unit_id", "cycle_id", "title", "currency")}
    for change, pointer in (
        ({"unit_id": str(uuid4())}, "#/unit_id"),
        ({"cycle_id": str(uuid4())}, "#/cycle_id"),
        ({"currency": "RMB"}, "#/currency"),
        ({"exchange_rates": [{"currency": "USD", "rate": "1"}]}, "#/exchange_rates/0/currency"),
        ({"exchange_rates": [{"currency": "EUR", "rate": "0"}]}, "#/exchange_rates/0/rate"),
    ):
        answer = await planning.post("/plans", json=body | change)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_lines_replace_or_merge_and_come_back_as_they_were(
    planning: httpx.AsyncClient, planning_app: ServiceApp
) -> None:
    plan = await a_draft(planning)
    first = [line("net_revenue", "2027-01", "100.5", marketplace="US"), line("units_sold", "2027-02", "7")]
    assert good(await put_lines(planning, plan, first))["added"] == 2
    assert await lines_of(planning, plan) == first
    merged = good(await put_lines(planning, plan, [line("units_sold", "2027-02", "8", "trend")], "merge"))
    assert (merged["line_count"], merged["added"], merged["changed"], merged["removed"]) == (2, 0, 1, 0)
    replaced = good(await put_lines(planning, plan, [line("units_sold", "2027-02", "8", "trend")]))
    assert (replaced["line_count"], replaced["changed"], replaced["removed"]) == (1, 0, 1)
    await put_lines(planning, plan, [*first, *every_month("cogs", "5", marketplace="DE")])
    await check_list(planning, planning_app, f"/plans/{plan['id']}/lines", least=14)
    assert len(await lines_of(planning, plan, marketplace="DE", month_from="2027-03", month_to="2027-05")) == 3


async def test_every_line_that_is_not_fit_is_told_and_none_is_taken(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    good(await put_lines(planning, plan, [line("net_revenue", "2027-01", "1")]))
    wrong = [
        line("net_revenue", "2027-01", "2"),
        line("net_revenues", "2027-01", "2"),
        line("net_revenue", "2028-01", "2"),
        line("net_revenue", "2027-02", "2", "launch", initiative_id=str(uuid4())),
        line("net_revenue", "2027-02", "2", org_unit_id="nobody"),
        line("net_revenue", "2027-01", "3"),
    ]
    answer = await put_lines(planning, plan, wrong)
    assert answer.status_code == 422
    assert answer.json()["parameters"] == {"rejected": 5}
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("#/lines/1/metric_code", "unknown_metric"),
        ("#/lines/2/month", "outside_cycle"),
        ("#/lines/3/scope/initiative_id", "unknown"),
        ("#/lines/4/scope/org_unit_id", "unknown"),
        ("#/lines/5/month", "repeated"),
    ]
    assert await lines_of(planning, plan) == [line("net_revenue", "2027-01", "1")]


async def test_twenty_thousand_lines_are_taken_at_once_and_no_more(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    lines = [
        line("units_sold", month, str(number), product_ref=f"P-{number}")
        for number in range(1_667)
        for month in [f"2027-{index:02}" for index in range(1, 13)]
    ]
    assert good(await put_lines(planning, plan, lines[:20_000]))["line_count"] == 20_000
    assert problem(await put_lines(planning, plan, lines[:20_001])) == (422, "invalid")


async def test_lines_are_written_at_the_version_that_was_read(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    good(await put_lines(planning, plan, [line("units_sold", "2027-01", "1")]))
    stale = {"If-Match": '"v1"'}
    answer = await planning.put(f"/plans/{plan['id']}/lines", json={"lines": []}, headers=stale)
    assert problem(answer) == (412, "precondition-failed")
    answer = await planning.put(f"/plans/{plan['id']}/lines", json={"lines": []})
    assert problem(answer) == (428, "precondition-required")


async def test_stated_years_replace_those_before_and_lie_in_the_cycle(
    planning: httpx.AsyncClient, planning_app: ServiceApp
) -> None:
    plan = await a_draft(planning)

    async def put(*years: dict[str, Any]) -> httpx.Response:
        headers = {"If-Match": await version_of(planning, plan["id"])}
        return await planning.put(f"/plans/{plan['id']}/years", json={"years": list(years)}, headers=headers)

    year = {"metric_code": "net_revenue", "scope": {}, "first_month": "2027-01", "value": "1200"}
    assert good(await put(year | {"metric_code": "cogs"}, year))["years"][1] == year
    assert good(await put(year))["years"] == [year]
    assert await check_list(planning, planning_app, f"/plans/{plan['id']}/years") == [year]
    answer = await put(year | {"first_month": "2027-02"}, year, year)
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/years/0/first_month", "#/years/2/first_month"]


async def test_a_version_says_what_the_plan_says(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning, base_amount="5", exchange_rates=[{"currency": "EUR", "rate": "1.1"}])
    lines = every_month("net_revenue", "3", marketplace="US")
    good(await put_lines(planning, plan, lines))
    second = good(await planning.post(f"/plans/{plan['id']}/versions", json={}), 201)
    assert (second["version_no"], second["previous_plan_id"], second["status"]) == (2, plan["id"], "draft")
    assert (second["base_amount"], second["exchange_rates"]) == ("5", plan["exchange_rates"])
    assert await lines_of(planning, second) == lines
    third = good(await planning.post(f"/plans/{plan['id']}/versions", json={"title": "Third"}), 201)
    assert (third["version_no"], third["title"]) == (3, "Third")


async def test_a_draft_that_nothing_names_is_deleted(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    good(await put_lines(planning, plan, [line("units_sold", "2027-01", "1")]))
    second = good(await planning.post(f"/plans/{plan['id']}/versions", json={}), 201)

    async def delete(one: dict[str, Any]) -> httpx.Response:
        return await planning.delete(f"/plans/{one['id']}", headers={"If-Match": await version_of(planning, one["id"])})

    assert problem(await delete(plan)) == (409, "plan-in-use")
    assert (await delete(second)).status_code == 204
    assert (await delete(plan)).status_code == 204
    assert (await planning.get(f"/plans/{plan['id']}")).status_code == 404


async def test_what_is_written_in_a_draft_stands_in_the_journal(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    good(await put_lines(planning, plan, [line("units_sold", "2027-01", "1")]))
    good(await patch(planning, plan, title="Another"))
    changes = good(await planning.get("/changes", params={"subject_id": plan["id"], "sort": "changed_at"}))["items"]
    assert [each["action"] for each in changes] == ["created", "lines_written", "changed"]
    assert changes[1]["changes"]["lines"] == {"old": 0, "new": 1}
    assert changes[2]["changes"] == {"title": {"old": "Plan", "new": "Another"}}
