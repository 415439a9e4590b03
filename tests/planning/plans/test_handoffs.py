"""Hand-offs over HTTP: production before procurement (invariant 6), lines as they were handed on, one at a time."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.planning.plans.plan_calls import a_draft, good, line, problem, put_lines, release
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

LINES = [
    line("units_sold", "2027-01", "10"),
    line("units_sold", "2027-01", "7", marketplace="US"),
    line("units_sold", "2027-01", "3", marketplace="CA"),
    line("net_revenue", "2027-01", "100"),
]
RATES = [{"currency": "CAD", "rate": "0.7"}]


async def a_sales_plan(author: httpx.AsyncClient, approver: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    plan = await a_draft(author, **({"kind": "sales"} | changes))
    good(await put_lines(author, plan, LINES))
    return await release(author, approver, plan, exchange_rates=RATES)


async def hand(client: httpx.AsyncClient, plan: dict[str, Any], receiver: str) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/plans/{plan['id']}/handoffs", json={"receiver": receiver}, headers=headers)


async def answer(client: httpx.AsyncClient, handoff: dict[str, Any], said: str, **more: Any) -> httpx.Response:
    headers = {"Idempotency-Key": str(uuid4())}
    return await client.post(f"/handoffs/{handoff['id']}/answers", json={"answer": said} | more, headers=headers)


async def test_procurement_comes_after_production_has_acknowledged(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    """Invariant 6, also after a rejection."""
    plan = await a_sales_plan(planning, approver)
    refused = (409, "production-not-acknowledged")
    assert problem(await hand(planning, plan, "procurement")) == refused
    production = good(await hand(planning, plan, "production"), 201)
    assert problem(await hand(planning, plan, "procurement")) == refused
    good(await answer(approver, production, "rejected", reason="Too many in January"))
    assert problem(await hand(planning, plan, "procurement")) == refused
    again = good(await hand(planning, plan, "production"), 201)
    good(await answer(approver, again, "acknowledged"))
    assert good(await hand(planning, plan, "procurement"), 201)["receiver"] == "procurement"
    assert good(await hand(planning, plan, "inventory"), 201)["status"] == "sent"
    listed = good(await planning.get("/handoffs", params={"plan_id": plan["id"], "sort": "created_at"}))["items"]
    assert [(each["receiver"], each["status"]) for each in listed] == [
        ("production", "rejected"),
        ("production", "acknowledged"),
        ("procurement", "sent"),
        ("inventory", "sent"),
    ]


async def test_units_are_kept_as_they_were_handed_on_each_once(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tenant: Tenant
) -> None:
    plan = await a_sales_plan(planning, approver)
    made = good(await hand(planning, plan, "production"), 201)
    assert made["lines"] == [
        {"scope": {"marketplace": "CA"}, "month": "2027-01", "units": "3"},
        {"scope": {"marketplace": "US"}, "month": "2027-01", "units": "7"},
    ]
    # A calibration of the released plan, as it would be written.
    changed = "UPDATE planning.plan_line SET value = 99 WHERE tenant_id = $1 AND plan_id = $2"
    await run_as_owner(tenant, changed, plan["id"])
    read = await planning.get(f"/handoffs/{made['id']}")
    assert (read.json(), read.headers["etag"]) == (made, '"v1"')


async def test_only_released_sales_plans_with_units_are_handed_on(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    budget = await a_sales_plan(planning, approver, kind="budget")
    assert problem(await hand(planning, budget, "production")) == (409, "not-a-sales-plan")
    draft = await a_draft(planning, kind="sales")
    assert problem(await hand(planning, draft, "production")) == (409, "plan-not-released")
    good(await put_lines(planning, draft, [line("net_revenue", "2027-01", "1")]))
    await release(planning, approver, draft)
    assert problem(await hand(planning, draft, "production")) == (409, "nothing-to-hand-on")
    assert problem(await hand(planning, {"id": str(uuid4())}, "production")) == (404, "not-found")


async def test_an_answer_is_given_once_and_a_rejection_says_why(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    plan = await a_sales_plan(planning, approver)
    made = good(await hand(planning, plan, "production"), 201)
    assert problem(await answer(approver, made, "rejected")) == (422, "reason-missing")
    assert problem(await answer(approver, made, "rejected", reason=" ")) == (422, "reason-missing")
    assert problem(await answer(approver, made, "sent")) == (422, "invalid")
    done = good(await answer(approver, made, "acknowledged"))
    assert (done["status"], done["version"]) == ("acknowledged", 2)
    assert done["answered_by"] not in (None, done["created_by"])
    assert problem(await answer(approver, made, "rejected", reason="No")) == (409, "already-answered")


async def test_a_receiver_is_handed_a_plan_once_also_by_many_at_once(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tenant: Tenant
) -> None:
    plan = await a_sales_plan(planning, approver)
    answers = await asyncio.gather(*(hand(planning, plan, "production") for _ in range(4)))
    refused = [problem(each) for each in answers if each.status_code != 201]
    assert refused == [(409, "already-handed-on")] * 3
    second = (
        "INSERT INTO planning.handoff (tenant_id, id, plan_id, receiver, status, lines, version, created_at,"
        " updated_at, created_by) SELECT tenant_id, $2, plan_id, receiver, status, lines, 1, created_at, updated_at,"
        " created_by"
        " FROM planning.handoff WHERE tenant_id = $1"
    )
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_handoff_open"):
        await run_as_owner(tenant, second, uuid4())
