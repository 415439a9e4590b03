"""Prices, months of a budget, key results and bases of initiatives over HTTP, and what the database itself refuses."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.core.ids import new_id
from tests.planning.initiatives.initiative_calls import (
    PRICE,
    good,
    listed,
    patch,
    pointers,
    problem,
    propose,
    put,
    read,
)
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant


async def test_prices_are_set_as_a_whole_and_read_back(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning)
    special = PRICE | {"channel": "deals", "channel_kind": "special", "amount": "39.90"}
    changed = good(await put(planning, lamp, "prices", {"prices": [special, PRICE]}))
    assert changed["prices"] == [PRICE, special | {"amount": "39.9"}]
    assert (changed["marketplaces"], changed["version"]) == (["US"], 2)
    assert good(await planning.get(f"/initiatives/{lamp['id']}/prices"))["items"] == changed["prices"]
    assert good(await put(planning, lamp, "prices", {"prices": []}))["prices"] == []


async def test_only_a_special_channel_goes_below_the_list_price(planning: httpx.AsyncClient, tenant: Tenant) -> None:
    lamp = await propose(planning)
    cheap = PRICE | {"amount": "59.98"}
    assert pointers(await put(planning, lamp, "prices", {"prices": [cheap]})) == [("#/prices/0", "below_list_price")]
    good(await put(planning, lamp, "prices", {"prices": [cheap | {"channel_kind": "special"}]}))
    with pytest.raises(asyncpg.CheckViolationError, match="mainstream"):
        await run_as_owner(
            tenant, "UPDATE planning.initiative_price SET channel_kind = 'mainstream' WHERE tenant_id = $1"
        )


async def test_prices_that_contradict_one_another_are_refused(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning)
    twice = [PRICE, PRICE | {"channel": "Amazon", "channel_kind": "special"}]
    assert pointers(await put(planning, lamp, "prices", {"prices": twice})) == [
        ("#/prices/1", "given_twice"),
        ("#/prices/1", "kind_differs"),
    ]
    mixed = [PRICE, PRICE | {"channel": "deals", "currency": "EUR"}]
    assert pointers(await put(planning, lamp, "prices", {"prices": mixed})) == [("#/prices/1", "currency_differs")]
    free = PRICE | {"list_amount": "0", "amount": "0"}
    assert pointers(await put(planning, lamp, "prices", {"prices": [free]})) == [("#/prices/0", "out_of_range")]
    unknown = PRICE | {"currency": "RMB"}
    assert pointers(await put(planning, lamp, "prices", {"prices": [unknown]})) == [("#/prices/0/currency", "unknown")]


def months(*amounts: str) -> dict[str, Any]:
    return {"months": [{"month": f"2027-{month:02}", "amount": amount} for month, amount in enumerate(amounts, 1)]}


async def test_the_months_of_a_budget_never_exceed_it(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning, budget={"amount": "100", "currency": "USD"})
    spread = good(await put(planning, lamp, "budget-months", months("60", "40.00")))
    assert spread["budget_months"] == months("60", "40")["months"]
    over = await put(planning, lamp, "budget-months", months("60", "40.0001"))
    assert problem(over) == (409, "budget-exceeded")
    assert over.json()["parameters"] == {"total": "100.0001", "budget": "100"}
    assert (await read(planning, lamp))["budget_months"] == spread["budget_months"]
    for smaller in ({"amount": "99.99", "currency": "USD"}, {"amount": "100", "currency": "EUR"}, None):
        assert problem(await patch(planning, lamp, budget=smaller)) == (409, "budget-exceeded")
    good(await patch(planning, lamp, budget={"amount": "120", "currency": "USD"}))
    good(await put(planning, lamp, "budget-months", months()))
    good(await patch(planning, lamp, budget=None))
    assert problem(await put(planning, lamp, "budget-months", months("1"))) == (409, "budget-exceeded")
    twice = {"months": [{"month": "2027-01", "amount": "1"}] * 2}
    assert pointers(await put(planning, lamp, "budget-months", twice)) == [("#/months", "given_twice")]


async def a_key_result(client: httpx.AsyncClient, tenant: Tenant) -> str:
    """The id of a key result, written as its own operations would."""
    unit = {"code": f"unit-{uuid4()}", "name": "A company", "level": "company", "active_from_date": "2026-01-01"}
    unit_id = good(await client.post("/organisation-units", json=unit), 201)["id"]
    year = {"code": f"year-{uuid4()}", "name": "A year", "kind": "year"}
    days = {"start_date": "2027-01-01", "end_date": "2027-12-31"}
    cycle_id = good(await client.post("/cycles", json=year | days), 201)["id"]
    objective_id, key_result_id = new_id(), new_id()
    await run_as_owner(
        tenant,
        "INSERT INTO planning.objective (tenant_id, id, unit_id, cycle_id, horizon, title, why, parent_mode, weight,"
        " ambition, status, version, created_at, updated_at, created_by)"
        " VALUES ($1, $2, $3, $4, 'cycle', 'Sell', 'Why', 'contributes', 1, 'stretch', 'draft', 1, now(), now(), $5)",
        objective_id,
        unit_id,
        cycle_id,
        tenant.principal_id,
    )
    await run_as_owner(
        tenant,
        "INSERT INTO planning.key_result (tenant_id, id, objective_id, position, title, kind, metric_code, scope,"
        " scope_key, window_kind, start_value, target_value, grade_points, milestones, is_done, weight, version,"
        " created_at, updated_at, created_by) VALUES ($1, $2, $3, 1, 'Sell lamps', 'reach', 'units_sold', '{}', '',"
        " 'cycle_to_date', 0, 10, '[]', '[]', false, 1, 1, now(), now(), $4)",
        key_result_id,
        objective_id,
        tenant.principal_id,
    )
    return str(key_result_id)


async def test_links_to_key_results_are_read_both_ways(planning: httpx.AsyncClient, tenant: Tenant) -> None:
    lamp, other = await propose(planning), await propose(planning)
    key_result = await a_key_result(planning, tenant)
    linked = good(await put(planning, lamp, "key-results", {"key_result_ids": [key_result, key_result]}))
    assert linked["key_result_ids"] == [key_result]
    listed = good(await planning.get(f"/initiatives/{lamp['id']}/key-results"))["items"]
    assert [(each["key_result_id"], each["title"], each["metric_code"]) for each in listed] == [
        (key_result, "Sell lamps", "units_sold")
    ]
    back = good(await planning.get("/initiatives", params={"key_result_id": key_result}))["items"]
    assert [each["id"] for each in back] == [lamp["id"]]
    wrong = {"key_result_ids": [key_result, str(uuid4())]}
    assert pointers(await put(planning, other, "key-results", wrong)) == [("#/key_result_ids/1", "unknown")]
    assert good(await put(planning, lamp, "key-results", {"key_result_ids": []}))["key_result_ids"] == []


async def test_a_gap_is_of_a_metric_in_a_cycle_and_words_are_words(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning)
    path = f"/initiatives/{lamp['id']}/bases"
    days = {"start_date": "2027-01-01", "end_date": "2027-12-31"}
    cycle = good(await planning.post("/cycles", json={"code": "2027", "name": "2027", "kind": "year"} | days), 201)
    gap = {"kind": "gap", "metric_code": "net_revenue", "cycle_id": cycle["id"], "scope": {"marketplace": "US"}}
    made = good(await planning.post(path, json=gap), 201)
    assert (made["scope"], made["text"]) == ({"marketplace": "US"}, None)
    assert good(await planning.get(f"{path}/{made['id']}")) == made
    assert listed(await planning.get(path)) == [made]
    assert pointers(await planning.post(path, json={"kind": "gap"})) == [
        ("#/metric_code", "missing"),
        ("#/cycle_id", "missing"),
    ]
    for field, value in (("metric_code", "no_such_metric"), ("cycle_id", str(uuid4()))):
        assert pointers(await planning.post(path, json=gap | {field: value})) == [(f"#/{field}", "unknown")]
    nowhere = gap | {"scope": {"node_id": str(uuid4())}}
    assert pointers(await planning.post(path, json=nowhere)) == [("#/scope/node_id", "unknown")]
    assert pointers(await planning.post(path, json={"kind": "need", "text": " "})) == [("#/text", "missing")]
    worded = {"kind": "insight", "text": "Rivals have one.", "metric_code": "net_revenue"}
    assert pointers(await planning.post(path, json=worded)) == [("#/metric_code", "not_wanted")]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'planned'", "way"),
        ("status = 'on_hold'", "held"),
        ("effort_days = -1", "effort_days"),
        ("budget_amount = 5", "budget"),
        ("predecessor_id = id", "predecessor"),
        (
            "planned_dev_done_date = '2027-02-01', planned_launch_date = '2027-01-01'",
            "planned_dates",
        ),
    ],
)
async def test_the_database_itself_refuses(
    planning: httpx.AsyncClient, tenant: Tenant, change: str, constraint: str
) -> None:
    await propose(planning)
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_initiative_{constraint}"):
        await run_as_owner(tenant, f"UPDATE planning.initiative SET {change} WHERE tenant_id = $1")
