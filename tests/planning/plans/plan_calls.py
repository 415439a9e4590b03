"""What tests of plans send again and again."""

from typing import Any
from uuid import uuid4

import httpx

YEAR_MONTHS = tuple(f"2027-{month:02}" for month in range(1, 13))


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tradewind:problem:")


def good(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def a_unit(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"code": f"unit-{uuid4()}", "name": "A unit", "level": "company", "active_from_date": "2026-01-01"}
    return good(await client.post("/organisation-units", json=body | changes), 201)


async def a_cycle(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"name": "The year 2027", "kind": "year", "start_date": "2027-01-01", "end_date": "2027-12-31"}
    return good(await client.post("/cycles", json={"code": f"cycle-{uuid4()}"} | body | changes), 201)


async def a_plan(client: httpx.AsyncClient, unit: dict[str, Any], cycle: dict[str, Any], **changes: Any) -> Any:
    body = {"kind": "one_year", "unit_id": unit["id"], "cycle_id": cycle["id"], "title": "Plan", "currency": "USD"}
    return good(await client.post("/plans", json=body | changes), 201)


async def a_draft(client: httpx.AsyncClient, **changes: Any) -> Any:
    """A draft of a new company for 2027."""
    return await a_plan(client, await a_unit(client), await a_cycle(client), **changes)


def line(metric_code: str, month: str, value: str, origin: str = "bottom_up", **scope: str) -> dict[str, Any]:
    return {"metric_code": metric_code, "scope": scope, "month": month, "value": value, "origin": origin}


def every_month(metric_code: str, value: str, origin: str = "bottom_up", **scope: str) -> list[dict[str, Any]]:
    return [line(metric_code, month, value, origin, **scope) for month in YEAR_MONTHS]


async def version_of(client: httpx.AsyncClient, plan_id: str) -> str:
    etag: str = (await client.get(f"/plans/{plan_id}")).headers["etag"]
    return etag


async def put_lines(
    client: httpx.AsyncClient, plan: dict[str, Any], lines: list[dict[str, Any]], mode: str = "replace"
) -> httpx.Response:
    return await client.put(
        f"/plans/{plan['id']}/lines",
        json={"lines": lines},
        params={"mode": mode},
        headers={"If-Match": await version_of(client, plan["id"])},
    )


async def step(
    client: httpx.AsyncClient, plan: dict[str, Any], noun: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    """A step of the plan's life at its present version."""
    headers = {"If-Match": await version_of(client, plan["id"]), "Idempotency-Key": str(uuid4())}
    return await client.post(f"/plans/{plan['id']}/{noun}", json=body, headers=headers)


async def release(
    author: httpx.AsyncClient, approver: httpx.AsyncClient, plan: dict[str, Any], **approval: Any
) -> dict[str, Any]:
    """The plan, submitted by its author, approved by another and released."""
    good(await step(author, plan, "submissions"))
    good(await step(approver, plan, "approvals", approval))
    return good(await step(approver, plan, "releases"))
