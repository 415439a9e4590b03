"""A company whose February of 2025 fell short, and what tests of its review send."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx

from services.planning.domain.period import month_period
from tests.planning.measured import Tell, reading
from tests.planning.plans.plan_calls import good
from tests.planning.reviews.test_gaps import US, a_released_plan, months

Json = dict[str, Any]


async def a_short_february(planning: httpx.AsyncClient, approver: httpx.AsyncClient, tell: Tell) -> Json:
    """Planned are 600,000 a month; January brings them, February 382,850, for want of conversion above all."""
    planned = await a_released_plan(planning, approver, months("net_revenue", [600_000] * 12))
    for month, visits, units, revenue in ((1, 200_000, 20_000, 600_000), (2, 190_000, 12_350, 382_850)):
        days = month_period(date(2025, month, 1))
        await tell(
            reading("visits", days, visits, **US),
            reading("units_sold", days, units, **US),
            reading("net_revenue", days, revenue, "USD", **US),
        )
    return planned


async def open_review(client: httpx.AsyncClient, planned: Json, month: str | None, **changes: Any) -> Json:
    body = {"unit_id": planned["unit"]["id"], "cycle_id": planned["cycle"]["id"], "kind": "monthly", "month": month}
    return good(await client.post("/reviews", json=body | changes), 201)


async def step(client: httpx.AsyncClient, path: str, **body: Any) -> httpx.Response:
    """A step of a resource at its present version."""
    present = (await client.get(path)).headers["etag"]
    noun = body.pop("noun", "transitions")
    return await client.post(
        f"{path}/{noun}", json=body, headers={"If-Match": present, "Idempotency-Key": str(uuid4())}
    )


async def patch(client: httpx.AsyncClient, path: str, **changes: Any) -> httpx.Response:
    present = (await client.get(path)).headers["etag"]
    headers = {"If-Match": present, "Content-Type": "application/merge-patch+json"}
    return await client.patch(path, json=changes, headers=headers)


async def a_person(client: httpx.AsyncClient, planned: Json) -> str:
    """The id of somebody of the company."""
    body = {"code": f"unit-{uuid4()}", "name": "Mei", "level": "person", "parent_id": planned["unit"]["id"]}
    return str(
        good(await client.post("/organisation-units", json=body | {"active_from_date": "2025-01-01"}), 201)["id"]
    )
