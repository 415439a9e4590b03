"""Organisation units over HTTP: a tree of levels, unique codes, versions."""

from typing import Any
from uuid import uuid4

import httpx

PATH = "/organisation-units"


def a_unit(**changes: Any) -> dict[str, Any]:
    return {"code": "tradewind", "name": "Tradewind", "level": "company", "active_from_date": "2026-01-01"} | changes


async def add(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=a_unit(**changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def patch(client: httpx.AsyncClient, unit: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{unit["version"]}"', "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"{PATH}/{unit['id']}", json=changes, headers=headers)


async def test_a_unit_that_was_added_can_be_read_and_found(planning: httpx.AsyncClient) -> None:
    answer = await planning.post(PATH, json=a_unit())
    made = answer.json()
    assert answer.headers["location"] == f"http://test/v1{PATH}/{made['id']}"
    assert answer.headers["etag"] == '"v1"'
    read = await planning.get(answer.headers["location"])
    assert read.json() == made
    assert (await planning.get(PATH)).json() == {"items": [made]}


async def test_units_hang_below_higher_levels_and_levels_may_be_skipped(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    module = await add(planning, code="kitchen", level="module", parent_id=company["id"])
    person = await add(planning, code="mei", level="person", parent_id=module["id"])
    below = await planning.get(PATH, params={"parent_id": module["id"], "level": "person,team"})
    assert [each["id"] for each in below.json()["items"]] == [person["id"]]


async def test_a_unit_stands_neither_at_the_top_nor_below_its_own_level(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    team = await add(planning, code="ads", level="team", parent_id=company["id"])
    for wrong in (
        a_unit(code="a", level="team"),
        a_unit(code="a", level="team", parent_id=team["id"]),
        a_unit(code="a", level="module", parent_id=team["id"]),
        a_unit(code="a", level="company", parent_id=company["id"]),
    ):
        answer = await planning.post(PATH, json=wrong)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:tradewind:problem:misplaced-unit")


async def test_a_unit_cannot_be_moved_below_its_own_descendant(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    module = await add(planning, code="kitchen", level="module", parent_id=company["id"])
    team = await add(planning, code="ads", level="team", parent_id=module["id"])
    assert (await patch(planning, module, parent_id=team["id"])).status_code == 409
    assert (await patch(planning, module, parent_id=module["id"])).status_code == 409


async def test_a_parent_must_exist_in_the_same_company(planning: httpx.AsyncClient) -> None:
    answer = await planning.post(PATH, json=a_unit(level="team", parent_id=str(uuid4())))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/parent_id"


async def test_a_code_is_unique_whatever_its_case(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    assert (await planning.post(PATH, json=a_unit(code="TradeWind"))).status_code == 409
    module = await add(planning, code="kitchen", level="module", parent_id=company["id"])
    assert (await patch(planning, module, code="TRADEWIND")).status_code == 409
    assert (await patch(planning, module, code="KITCHEN")).json()["code"] == "KITCHEN"


async def test_a_patch_changes_what_it_names_and_raises_the_version(planning: httpx.AsyncClient) -> None:
    company = await add(planning, active_to_date="2026-12-31")
    answer = await patch(planning, company, name="Tradewind Group", active_to_date=None)
    changed = answer.json()
    assert answer.headers["etag"] == '"v2"'
    assert changed == company | {
        "name": "Tradewind Group",
        "active_to_date": None,
        "version": 2,
        "updated_at": changed["updated_at"],
    }
    assert changed["updated_at"] > company["updated_at"]
    assert (await patch(planning, changed, name=None)).status_code == 422


async def test_days_in_the_wrong_order_are_refused(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    answer = await patch(planning, company, active_to_date="2025-12-31")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/active_to_date")
    answer = await planning.post(PATH, json=a_unit(code="b", active_to_date="2025-12-31"))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/active_to_date")


async def test_a_stale_version_changes_nothing(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    assert (await patch(planning, company, name="First")).status_code == 200
    assert (await patch(planning, company, name="Second")).status_code == 412
    stale = {"If-Match": '"v1"'}
    assert (await planning.delete(f"{PATH}/{company['id']}", headers=stale)).status_code == 412
    assert (await planning.delete(f"{PATH}/{company['id']}")).status_code == 428
    assert (await planning.get(f"{PATH}/{company['id']}")).json()["name"] == "First"


async def test_a_unit_with_units_below_is_not_deleted(planning: httpx.AsyncClient) -> None:
    company = await add(planning)
    module = await add(planning, code="kitchen", level="module", parent_id=company["id"])
    version = {"If-Match": '"v1"'}
    refused = await planning.delete(f"{PATH}/{company['id']}", headers=version)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tradewind:problem:unit-has-units-below")
    assert (await planning.delete(f"{PATH}/{module['id']}", headers=version)).status_code == 204
    assert (await planning.delete(f"{PATH}/{company['id']}", headers=version)).status_code == 204
    assert (await planning.get(f"{PATH}/{company['id']}")).status_code == 404
