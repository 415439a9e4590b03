"""Units, cycles and the portfolio: what everything else of planning refers to."""

from uuid import uuid4

import httpx

from tests.support.builders import builds, fills, made
from tests.support.tenants import Tenant


@builds("planning", "unit_id")
async def an_organisation_unit(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A company."""
    code = f"unit-{uuid4()}"
    body = {"code": code, "name": "A company", "level": "company", "active_from_date": "2026-01-01"}
    return {"unit_id": made(await client.post("/organisation-units", json=body))}


@builds("planning", "cycle_id")
async def a_cycle(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A year that is being prepared."""
    days = {"start_date": "2027-01-01", "end_date": "2027-12-31"}
    body = {"code": f"year-{uuid4()}", "name": "A year", "kind": "year"} | days
    return {"cycle_id": made(await client.post("/cycles", json=body))}


@builds("planning", "node_id")
async def a_portfolio_node(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A category."""
    body = {"code": f"category-{uuid4()}", "name": "A category", "kind": "category"}
    return {"node_id": made(await client.post("/portfolio-nodes", json=body))}


@builds("planning", "assignment_id")
async def a_role_assignment(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The product manager of a category."""
    node = await a_portfolio_node(client, tenant)
    body = {
        "subject_kind": "portfolio_node",
        "subject_id": node["node_id"],
        "role": "PM",
        "person_id": await a_person(client),
        "from_date": "2026-01-01",
    }
    return {"assignment_id": made(await client.post("/role-assignments", json=body))}


async def a_person(client: httpx.AsyncClient) -> str:
    """The id of somebody of a new company."""
    company = {"code": f"unit-{uuid4()}", "name": "A company", "level": "company", "active_from_date": "2026-01-01"}
    parent_id = made(await client.post("/organisation-units", json=company))
    person = {"code": f"unit-{uuid4()}", "name": "Mei", "level": "person", "parent_id": parent_id}
    return made(await client.post("/organisation-units", json=person | {"active_from_date": "2026-01-01"}))


@fills("planning", "/changes")
async def some_changes(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The entry of a cycle that was made."""
    await a_cycle(client, tenant)
    return {}
