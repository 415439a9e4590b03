"""Metrics of a company's own, with a reading."""

from uuid import uuid4

import httpx

from tests.support.builders import builds, fills
from tests.support.tenants import Tenant


@builds("planning", "metric_code")
async def a_metric(client: httpx.AsyncClient, _: Tenant) -> dict[str, str]:
    """A metric that people read once a month."""
    code = f"readers_{uuid4().hex[:12]}"
    body = {
        "code": code,
        "name": "Readers of the newsletter",
        "unit": "count",
        "better": "higher",
        "fold": "last",
        "source": "manual",
        "freshness_hours": 1080,
    }
    made = await client.post("/metrics", json=body)
    assert made.status_code == 201, made.text
    return {"metric_code": code}


@fills("planning", "/metrics/{metric_code}/readings")
async def a_reading(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """One month of such a metric."""
    path = await a_metric(client, tenant)
    item = {"scope": {}, "period": {"start_date": "2026-10-01", "end_date": "2026-10-31"}, "value": "29"}
    recorded = await client.post(f"/metrics/{path['metric_code']}/readings", json={"items": [item]})
    assert recorded.json()["recorded"] == 1, recorded.text
    return path
