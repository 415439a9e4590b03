"""Initiatives with their parts, dependencies, demands and snapshots, for the tests generated from the document."""

from typing import Any
from uuid import uuid4

import httpx

from tests.planning.initiatives.initiative_calls import PRICE, add_need, depend, good, move, propose, put
from tests.support.builders import BUILDERS, builds, fills, made
from tests.support.tenants import Tenant

PLACE = {"kind": "headcount", "unit": "person", "month": "2027-03", "quantity": "2"}


@builds("planning", "initiative_id")
async def an_initiative(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A proposed product."""
    return {"initiative_id": (await propose(client))["id"]}


@fills("planning", "/initiatives/{initiative_id}/prices")
async def some_prices(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """Two prices of a product."""
    initiative = await propose(client)
    special = PRICE | {"channel": "deals", "channel_kind": "special", "amount": "39.99"}
    good(await put(client, initiative, "prices", {"prices": [PRICE, special]}))
    return {"initiative_id": initiative["id"]}


@fills("planning", "/initiatives/{initiative_id}/budget-months")
async def some_budget_months(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """Two months of a budget."""
    initiative = await propose(client, budget={"amount": "100", "currency": "USD"})
    months = [{"month": "2027-01", "amount": "60"}, {"month": "2027-02", "amount": "40"}]
    good(await put(client, initiative, "budget-months", {"months": months}))
    return {"initiative_id": initiative["id"]}


@fills("planning", "/initiatives/{initiative_id}/transitions")
async def some_transitions(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A product that was held, and came back."""
    initiative = await propose(client)
    good(await move(client, initiative, "on_hold", reason="No budget."))
    good(await move(client, initiative, "proposed"))
    return {"initiative_id": initiative["id"]}


@fills("planning", "/initiatives/{initiative_id}/key-results")
async def some_key_results(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A key result that a product is meant to move."""
    key_result = await BUILDERS["planning", "key_result_id"](client, tenant)
    initiative = await propose(client)
    good(await put(client, initiative, "key-results", {"key_result_ids": [key_result["key_result_id"]]}))
    return {"initiative_id": initiative["id"]}


@builds("planning", "initiative_basis_id")
async def a_basis(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A need that a product answers."""
    initiative = await propose(client)
    return {"initiative_id": initiative["id"], "initiative_basis_id": (await add_need(client, initiative))["id"]}


@builds("planning", "dependency_id")
async def a_dependency(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """One product waits for another."""
    answer = await depend(client, await propose(client), await propose(client))
    return {"dependency_id": made(answer)}


@builds("planning", "demand_id")
async def a_resource_demand(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A product asks a domain of its own for people."""
    return {"demand_id": await ask_for_people(client)}


@builds("planning", "capacity_id")
async def a_resource_capacity(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """What a domain of its own can give."""
    return {"capacity_id": made(await client.post("/resource-capacities", json=PLACE | {"domain": a_domain()}))}


@fills("planning", "/resource-loads")
async def some_loads(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A demand without a capacity, and one with."""
    await ask_for_people(client)
    domain = a_domain()
    await ask_for_people(client, domain=domain)
    made(await client.post("/resource-capacities", json=PLACE | {"domain": domain}))
    return {}


@builds("planning", "closure_id")
async def a_work_closure(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """New Year."""
    body = {"name": "New Year", "from_date": "2027-02-04", "to_date": "2027-02-20"}
    return {"closure_id": made(await client.post("/work-closures", json=body))}


async def ask_for_people(client: httpx.AsyncClient, **changes: Any) -> str:
    """The id of a demand of a new product."""
    body = PLACE | {"initiative_id": (await propose(client))["id"], "domain": a_domain()} | changes
    return made(await client.post("/resource-demands", json=body))


def a_domain() -> str:
    return f"domain_{uuid4().hex}"


@builds("planning", "snapshot_id")
async def a_baseline(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A baseline of a roadmap on which one product waits for another."""
    made(await depend(client, await propose(client), await propose(client)))
    return {"snapshot_id": made(await client.post("/snapshots", json={"label": "Board meeting"}))}


@fills("planning", "/snapshots/{snapshot_id}/items")
async def some_snapshot_items(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """What a baseline holds."""
    return await a_baseline(client, tenant)
