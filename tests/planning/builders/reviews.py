"""Gaps that are not pursued, reviews with findings and actions, calibrations."""

from uuid import uuid4

import httpx

from tests.planning.builders.foundations import a_cycle, an_organisation_unit
from tests.support.builders import builds, made
from tests.support.tenants import Tenant

_YEAR = {"name": "The year 2025", "kind": "year", "start_date": "2025-01-01", "end_date": "2025-12-31"}


async def a_place(client: httpx.AsyncClient) -> dict[str, str]:
    """A company, and a year that is over."""
    unit = {"code": f"unit-{uuid4()}", "name": "A company", "level": "company", "active_from_date": "2025-01-01"}
    return {
        "unit_id": made(await client.post("/organisation-units", json=unit)),
        "cycle_id": made(await client.post("/cycles", json={"code": f"year-{uuid4()}"} | _YEAR)),
    }


@builds("planning", "gap_key")
async def a_gap_key(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """The revenue of a company in a year that is over."""
    place = await a_place(client)
    return {"gap_key": f"{place['cycle_id']}.{place['unit_id']}.net_revenue"}


@builds("planning", "unpursued_gap_id")
async def an_unpursued_gap(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A decision about the revenue of a company."""
    body = await a_place(client) | {"metric_code": "net_revenue", "reason": "The market is being left."}
    return {"unpursued_gap_id": made(await client.post("/unpursued-gaps", json=body))}


@builds("planning", "review_id")
async def a_review(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """The review of a February."""
    body = await a_place(client) | {"kind": "monthly", "month": "2025-02"}
    return {"review_id": made(await client.post("/reviews", json=body))}


@builds("planning", "finding_id")
async def a_review_finding(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A habit."""
    review = await a_review(client, tenant)
    answer = await client.post(f"/reviews/{review['review_id']}/findings", json={"text": "We order late."})
    return review | {"finding_id": made(answer)}


@builds("planning", "action_id")
async def a_review_action(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An action without owner."""
    review = await a_review(client, tenant)
    answer = await client.post(f"/reviews/{review['review_id']}/actions", json={"text": "Order lamps."})
    return review | {"action_id": made(answer)}


@builds("planning", "calibration_id")
async def a_calibration(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A proposal to move the target of an active key result."""
    unit, cycle = await an_organisation_unit(client, tenant), await a_cycle(client, tenant)
    await _step(client, f"/cycles/{cycle['cycle_id']}", "transitions", {"to": "open"})
    objective = {**unit, **cycle, "title": "Lead the market", "why": "We lag behind."}
    path = f"/objectives/{made(await client.post('/objectives', json=objective))}"
    reach = {"kind": "reach", "metric_code": "units_sold", "start": "0", "target": "100", "owner_id": unit["unit_id"]}
    key_result_id = made(await client.post(f"{path}/key-results", json=reach | {"title": "Units"}))
    await _step(client, path, "activations", {})
    body = {"subject_kind": "key_result", "key_result_id": key_result_id, "old_value": "100", "new_value": "77"}
    why = {"reason": "The marketplace was closed."}
    answer = await client.post("/calibrations", json=body | why, headers={"Idempotency-Key": str(uuid4())})
    return {"calibration_id": made(answer)}


async def _step(client: httpx.AsyncClient, path: str, noun: str, body: dict[str, str]) -> None:
    headers = {"If-Match": (await client.get(path)).headers["etag"], "Idempotency-Key": str(uuid4())}
    answer = await client.post(f"{path}/{noun}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
