"""Units, cycles and the portfolio: what everything else of planning refers to."""

from uuid import uuid4

import httpx

from tests.support.builders import builds, made
from tests.support.tenants import Tenant


@builds("planning", "unit_id")
async def an_organisation_unit(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A company."""
    code = f"unit-{uuid4()}"
    body = {"code": code, "name": "A company", "level": "company", "active_from_date": "2026-01-01"}
    return {"unit_id": made(await client.post("/organisation-units", json=body))}
