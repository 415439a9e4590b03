"""Demands on domains, capacities, and both side by side; days on which nothing is made."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from services.planning.domain.months import read_month
from services.planning.domain.resource_load import DemandStatus, ResourceDemand, ResourceKind, resource_loads
from tests.planning.initiatives.initiative_calls import good, listed, move, pointers, problem, propose
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

MERGE = {"Content-Type": "application/merge-patch+json"}
PEOPLE = {"domain": "design", "kind": "headcount", "unit": "person", "month": "2027-03"}


async def ask(client: httpx.AsyncClient, initiative: dict[str, Any], quantity: str, **changes: Any) -> dict[str, Any]:
    body = PEOPLE | {"initiative_id": initiative["id"], "quantity": quantity} | changes
    return good(await client.post("/resource-demands", json=body), 201)


async def answer(client: httpx.AsyncClient, demand: dict[str, Any], status: str, **more: Any) -> httpx.Response:
    return await client.post(
        f"/resource-demands/{demand['id']}/answers",
        json={"status": status} | more,
        headers={"If-Match": f'"v{demand["version"]}"', "Idempotency-Key": str(uuid4())},
    )


async def test_a_demand_is_asked_changed_and_answered_once(planning: httpx.AsyncClient, tenant: Tenant) -> None:
    lamp = await propose(planning)
    made = await ask(planning, lamp, "2")
    path = f"/resource-demands/{made['id']}"
    headers = {"If-Match": '"v1"'} | MERGE
    changed = good(await planning.patch(path, json={"quantity": "2.5", "month": "2027-04"}, headers=headers))
    assert (changed["quantity"], changed["month"]) == ("2.5", "2027-04")
    assert pointers(await answer(planning, changed, "requested")) == [("#/status", "not_an_answer")]
    assert problem(await answer(planning, changed, "declined", reason=" ")) == (422, "reason-missing")
    answered = good(await answer(planning, changed, "declined", reason="All are busy."))
    assert (answered["status"], answered["answer_reason"]) == ("declined", "All are busy.")
    assert answered["answered_by"] is not None
    assert problem(await answer(planning, answered, "committed")) == (409, "demand-answered")
    headers = {"If-Match": f'"v{answered["version"]}"'}
    assert problem(await planning.patch(path, json={"quantity": "3"}, headers=headers | MERGE)) == (
        409,
        "demand-answered",
    )
    assert problem(await planning.delete(path, headers=headers)) == (409, "demand-answered")
    with pytest.raises(asyncpg.CheckViolationError, match="answered"):
        await run_as_owner(tenant, "UPDATE planning.resource_demand SET answered_by = NULL WHERE tenant_id = $1")


async def test_demands_that_cannot_be(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning)
    first = await ask(planning, lamp, "2")
    body = PEOPLE | {"initiative_id": lamp["id"], "quantity": "1"}
    assert problem(await planning.post("/resource-demands", json=body)) == (409, "duplicate-key")
    other = await ask(planning, lamp, "1", month="2027-04")
    path = f"/resource-demands/{other['id']}"
    headers = {"If-Match": '"v1"'} | MERGE
    assert problem(await planning.patch(path, json={"month": "2027-03"}, headers=headers)) == (409, "duplicate-key")
    assert (await planning.post("/resource-demands", json=body | {"quantity": "0"})).status_code == 422
    money = body | {"kind": "money", "unit": "RMB"}
    assert pointers(await planning.post("/resource-demands", json=money)) == [("#/unit", "unknown")]
    ghost = body | {"initiative_id": str(uuid4())}
    assert pointers(await planning.post("/resource-demands", json=ghost)) == [("#/initiative_id", "unknown")]
    withdrawn = await planning.delete(f"/resource-demands/{first['id']}", headers={"If-Match": '"v1"'})
    assert withdrawn.status_code == 204
    good(await move(planning, lamp, "killed", reason="Too dear."))
    assert problem(await planning.post("/resource-demands", json=body)) == (409, "initiative-over")


async def test_a_capacity_is_said_once_and_changed(planning: httpx.AsyncClient) -> None:
    made = good(await planning.post("/resource-capacities", json=PEOPLE | {"quantity": "0"}), 201)
    again = await planning.post("/resource-capacities", json=PEOPLE | {"quantity": "4"})
    assert problem(again) == (409, "duplicate-key")
    path = f"/resource-capacities/{made['id']}"
    changed = good(await planning.patch(path, json={"quantity": "4"}, headers={"If-Match": '"v1"'} | MERGE))
    assert good(await planning.get(path)) == changed
    assert (await planning.post("/resource-capacities", json=PEOPLE | {"quantity": "-1"})).status_code == 422
    assert (await planning.delete(path, headers={"If-Match": '"v2"'})).status_code == 204


async def test_loads_are_what_the_domain_says_of_the_same_demands(planning: httpx.AsyncClient) -> None:
    first, second = await propose(planning), await propose(planning)
    demands = [
        (await ask(planning, first, "2"), "committed"),
        (await ask(planning, second, "3"), None),
        (await ask(planning, second, "9", domain="purchasing"), "declined"),
        (await ask(planning, first, "1.5", domain="purchasing", month="2027-05"), None),
    ]
    for demand, status in demands:
        if status is not None:
            good(await answer(planning, demand, status, reason="So it is."))
    good(await planning.post("/resource-capacities", json=PEOPLE | {"quantity": "4"}), 201)
    good(await planning.post("/resource-capacities", json=PEOPLE | {"quantity": "0", "month": "2027-06"}), 201)
    expected = resource_loads(
        [
            ResourceDemand(
                demand["initiative_id"],
                demand["domain"],
                ResourceKind(demand["kind"]),
                demand["unit"],
                read_month(demand["month"]),
                Decimal(demand["quantity"]),
                DemandStatus(status or "requested"),
            )
            for demand, status in demands
        ],
        {
            ("design", ResourceKind.HEADCOUNT, "person", read_month("2027-03")): Decimal(4),
            ("design", ResourceKind.HEADCOUNT, "person", read_month("2027-06")): Decimal(0),
        },
    )
    found = good(await planning.get("/resource-loads", params={"sort": "domain"}))["items"]
    assert [
        (
            each["domain"],
            each["month"],
            Decimal(each["requested"]),
            Decimal(each["committed"]),
            Decimal(each["demand"]),
            None if each["capacity"] is None else Decimal(each["capacity"]),
            Decimal(each["over"]),
            each["load"],
            tuple(each["initiative_ids"]),
        )
        for each in found
    ] == [
        (
            load.domain,
            load.month.strftime("%Y-%m"),
            load.requested,
            load.committed,
            load.demand,
            load.capacity,
            load.over,
            None if load.load is None else float(round(load.load, 4)),
            load.initiative_ids,
        )
        for load in expected
    ]
    assert (found[0]["demand"], found[0]["over"], found[0]["load"]) == ("5", "1", 1.25)
    over = good(await planning.get("/resource-loads", params={"overloaded": "true"}))["items"]
    assert [each["month"] for each in over] == ["2027-03"]
    assert good(await planning.get("/resource-loads", params={"from_month": "2027-05", "domain": "design"}))[
        "items"
    ] == [found[1]]


async def test_a_closure_ends_after_it_begins(planning: httpx.AsyncClient, tenant: Tenant) -> None:
    body = {"name": "New Year", "from_date": "2027-02-04", "to_date": "2027-02-20"}
    made = good(await planning.post("/work-closures", json=body), 201)
    assert pointers(await planning.post("/work-closures", json=body | {"to_date": "2027-02-03"})) == [
        ("#/to_date", "too_early")
    ]
    path = f"/work-closures/{made['id']}"
    headers = {"If-Match": '"v1"'} | MERGE
    assert pointers(await planning.patch(path, json={"from_date": "2027-02-21"}, headers=headers)) == [
        ("#/to_date", "too_early")
    ]
    changed = good(await planning.patch(path, json={"to_date": "2027-02-22"}, headers=headers))
    assert listed(await planning.get("/work-closures")) == [changed]
    with pytest.raises(asyncpg.CheckViolationError, match="days"):
        await run_as_owner(tenant, "UPDATE planning.work_closure SET to_date = '2027-01-01' WHERE tenant_id = $1")
    assert (await planning.delete(path, headers={"If-Match": '"v2"'})).status_code == 204
