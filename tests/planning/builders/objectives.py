"""Objectives with key results, and what is said of them."""

from uuid import uuid4

import httpx

from tests.planning.builders.foundations import a_cycle, an_organisation_unit
from tests.support.builders import builds, fills, made
from tests.support.tenants import Tenant


@builds("planning", "objective_id")
async def an_objective(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The draft of a company."""
    unit, cycle = await an_organisation_unit(client, tenant), await a_cycle(client, tenant)
    body = {**unit, **cycle, "title": "Lead the market", "why": "We lag behind."}
    return {"objective_id": made(await client.post("/objectives", json=body))}


@builds("planning", "objective_basis_id")
async def a_basis_of_an_objective(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A need that an objective answers."""
    objective = await an_objective(client, tenant)
    body = {"kind": "need", "text": "A lighter plug."}
    answer = await client.post(f"/objectives/{objective['objective_id']}/bases", json=body)
    return objective | {"objective_basis_id": made(answer)}


@builds("planning", "key_result_id")
async def a_key_result(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """One with a milestone, of a draft."""
    objective = await an_objective(client, tenant)
    body = {"title": "The tool", "kind": "milestone", "milestones": [{"title": "Released"}]}
    answer = await client.post(f"/objectives/{objective['objective_id']}/key-results", json=body)
    return {"key_result_id": made(answer)}


@builds("planning", "milestone_position")
async def a_milestone(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The first one of a key result."""
    return await a_key_result(client, tenant) | {"milestone_position": "1"}


@fills("planning", "/objectives/{objective_id}/key-results")
async def some_key_results(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """One of every kind."""
    objective = await an_objective(client, tenant)
    points = [{"value": "0", "grade": 0}, {"value": "100", "grade": 1}]
    reach = {"kind": "reach", "metric_code": "units_sold", "start": "0", "target": "100", "grade_points": points}
    hold = {"kind": "hold", "metric_code": "tacos", "bound": "at_most", "target": "0.1"}
    steps = {"kind": "milestone", "milestones": [{"title": "Released", "due_date": "2027-06-30"}]}
    for body in (reach, hold, steps, {"kind": "binary"}):
        path = f"/objectives/{objective['objective_id']}/key-results"
        made(await client.post(path, json={"title": "A key result"} | body))
    return objective


@fills("planning", "/key-results/{key_result_id}/check-ins")
async def some_check_ins(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """What was said of a key result of an active objective."""
    unit, cycle = await an_organisation_unit(client, tenant), await a_cycle(client, tenant)
    headers = {"If-Match": '"v1"', "Idempotency-Key": str(uuid4())}
    moved = await client.post(f"/cycles/{cycle['cycle_id']}/transitions", json={"to": "open"}, headers=headers)
    assert moved.status_code == 200, moved.text
    body = {**unit, **cycle, "title": "Lead the market", "why": "We lag behind."}
    objective_id = made(await client.post("/objectives", json=body))
    binary = {"title": "Office open", "kind": "binary", "owner_id": unit["unit_id"]}
    key_result_id = made(await client.post(f"/objectives/{objective_id}/key-results", json=binary))
    headers["Idempotency-Key"] = str(uuid4())
    active = await client.post(f"/objectives/{objective_id}/activations", json={}, headers=headers)
    assert active.status_code == 200, active.text
    for check_in in ({"confidence": 0.8}, {"confidence": 0.2, "blocker": "No licence", "note": "We wait."}):
        made(await client.post(f"/key-results/{key_result_id}/check-ins", json=check_in))
    return {"key_result_id": key_result_id}
