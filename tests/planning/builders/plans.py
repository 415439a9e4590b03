"""Plans in all states, and a hand-off of a released one."""

from typing import Any
from uuid import uuid4

import httpx

from tests.planning.builders.foundations import a_cycle, an_organisation_unit
from tests.support.builders import builds, fills, made
from tests.support.tenants import Tenant

JANUARY: dict[str, Any] = {"month": "2027-01", "value": "10"}


async def a_plan(client: httpx.AsyncClient, tenant: Tenant, kind: str = "one_year") -> str:
    """A draft of a new company for 2027, whose marketplaces do not sum to the whole."""
    place = await an_organisation_unit(client, tenant) | await a_cycle(client, tenant)
    plan_id = made(await client.post("/plans", json=place | {"kind": kind, "title": "A plan", "currency": "USD"}))
    lines: list[dict[str, Any]] = [
        JANUARY | {"metric_code": code, "scope": {}} for code in ("net_revenue", "units_sold")
    ]
    lines += [JANUARY | {"metric_code": "net_revenue", "scope": {"marketplace": "US"}, "value": "9"}]
    await written(client, plan_id, "lines", {"lines": lines})
    year = {"metric_code": "net_revenue", "first_month": "2027-01", "value": "10"}
    await written(client, plan_id, "years", {"years": [year]})
    return plan_id


async def written(client: httpx.AsyncClient, plan_id: str, what: str, body: dict[str, Any]) -> None:
    """Writes in a draft at its present version."""
    answer = await client.put(f"/plans/{plan_id}/{what}", json=body, headers=await _present(client, plan_id))
    assert answer.status_code == 200, answer.text


async def stepped(client: httpx.AsyncClient, plan_id: str, noun: str, body: Any = None, key: str | None = None) -> None:
    """Takes a step of the plan's life, in the name of another where a key is given."""
    headers = await _present(client, plan_id) | {"Idempotency-Key": str(uuid4())}
    headers |= {} if key is None else {"Authorization": f"Bearer {key}"}
    answer = await client.post(f"/plans/{plan_id}/{noun}", json=body, headers=headers)
    assert answer.status_code in (200, 201), answer.text


async def _present(client: httpx.AsyncClient, plan_id: str) -> dict[str, str]:
    return {"If-Match": (await client.get(f"/plans/{plan_id}")).headers["etag"]}


async def a_waived_plan(client: httpx.AsyncClient, tenant: Tenant, kind: str = "one_year") -> tuple[str, str]:
    """A submitted plan whose findings somebody else has waived, and that person's key."""
    plan_id, key = await a_plan(client, tenant, kind), await tenant.make_key()
    await stepped(client, plan_id, "submissions")
    for finding in (await client.get(f"/plans/{plan_id}/checks")).json()["findings"]:
        await stepped(client, plan_id, "waivers", {"finding_key": finding["key"], "reason": "Known"}, key)
    return plan_id, key


@builds("planning", "plan_id")
async def a_draft(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A draft."""
    return {"plan_id": await a_plan(client, tenant)}


@fills("planning", "/plans/{plan_id}/lines")
@fills("planning", "/plans/{plan_id}/years")
async def some_lines(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A draft with lines and a stated year."""
    return await a_draft(client, tenant)


@fills("planning", "/plans/{plan_id}/waivers")
async def a_waiver(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A submitted plan with a waiver."""
    return {"plan_id": (await a_waived_plan(client, tenant))[0]}


@builds("planning", "handoff_id")
async def a_handoff(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A released sales plan in the hands of production."""
    plan_id, key = await a_waived_plan(client, tenant, "sales")
    await stepped(client, plan_id, "approvals", {}, key)
    await stepped(client, plan_id, "releases", None, key)
    answer = await client.post(
        f"/plans/{plan_id}/handoffs", json={"receiver": "production"}, headers={"Idempotency-Key": str(uuid4())}
    )
    return {"handoff_id": made(answer)}
