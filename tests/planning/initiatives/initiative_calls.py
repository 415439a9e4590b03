"""What tests of initiatives and roadmaps send again and again."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared.core.clock import utc_now

DEVELOPED_WAY = ("concept", "requirements", "design", "test", "launch", "ramp", "steady", "exit", "retired")


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tradewind:problem:")


def good(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def listed(answer: httpx.Response) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = good(answer)["items"]
    return rows


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


def today() -> date:
    return utc_now().date()


def days_ago(number: int) -> str:
    return (today() - timedelta(days=number)).isoformat()


async def propose(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    body = {"code": f"initiative-{uuid4()}", "kind": "product", "title": "Lamp", "why": "Readers ask for one."}
    return good(await client.post("/initiatives", json=body | changes), 201)


async def add_need(client: httpx.AsyncClient, initiative: dict[str, Any]) -> dict[str, Any]:
    body = {"kind": "need", "text": "A lamp that works without a socket."}
    return good(await client.post(f"/initiatives/{initiative['id']}/bases", json=body), 201)


async def a_person(client: httpx.AsyncClient) -> str:
    """The id of somebody of a new company."""
    unit = {"code": f"unit-{uuid4()}", "name": "A company", "level": "company", "active_from_date": "2020-01-01"}
    company = good(await client.post("/organisation-units", json=unit), 201)
    below = {"code": f"unit-{uuid4()}", "name": "Mei", "level": "person", "parent_id": company["id"]}
    return str(good(await client.post("/organisation-units", json=unit | below), 201)["id"])


async def assign_team(client: httpx.AsyncClient, subject_kind: str, subject_id: str, *roles: str) -> None:
    for role in roles or ("PM", "MM", "CM"):
        body = {
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "role": role,
            "person_id": await a_person(client),
            "from_date": "2020-01-01",
        }
        good(await client.post("/role-assignments", json=body), 201)


async def read(client: httpx.AsyncClient, initiative: dict[str, Any]) -> dict[str, Any]:
    return good(await client.get(f"/initiatives/{initiative['id']}"))


async def patch(client: httpx.AsyncClient, initiative: dict[str, Any], **changes: Any) -> httpx.Response:
    version = (await client.get(f"/initiatives/{initiative['id']}")).headers["etag"]
    headers = {"If-Match": version, "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"/initiatives/{initiative['id']}", json=changes, headers=headers)


async def put(client: httpx.AsyncClient, initiative: dict[str, Any], part: str, body: Any) -> httpx.Response:
    version = (await client.get(f"/initiatives/{initiative['id']}")).headers["etag"]
    return await client.put(f"/initiatives/{initiative['id']}/{part}", json=body, headers={"If-Match": version})


async def move(client: httpx.AsyncClient, initiative: dict[str, Any], to: str, **step: Any) -> httpx.Response:
    version = (await client.get(f"/initiatives/{initiative['id']}")).headers["etag"]
    return await client.post(
        f"/initiatives/{initiative['id']}/transitions",
        json={"to": to} | step,
        headers={"If-Match": version, "Idempotency-Key": str(uuid4())},
    )


async def ready(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """A proposed initiative with all that its way asks for."""
    initiative = await propose(client, **changes)
    await add_need(client, initiative)
    await assign_team(client, "initiative", initiative["id"])
    return initiative


async def advance(client: httpx.AsyncClient, initiative: dict[str, Any], until: str, **step: Any) -> dict[str, Any]:
    """The developed initiative, taken step by step to a status."""
    found = await read(client, initiative)
    start = DEVELOPED_WAY.index(found["status"]) + 1 if found["status"] in DEVELOPED_WAY else 0
    for to in DEVELOPED_WAY[start : DEVELOPED_WAY.index(until) + 1]:
        found = good(await move(client, initiative, to, **step))
    return found


async def depend(client: httpx.AsyncClient, earlier: Any, later: Any, **changes: Any) -> httpx.Response:
    return await client.post("/dependencies", json={"from_id": earlier["id"], "to_id": later["id"]} | changes)


PRICE = {
    "marketplace": "US",
    "channel": "amazon",
    "channel_kind": "mainstream",
    "list_amount": "59.99",
    "amount": "59.99",
    "currency": "USD",
}
