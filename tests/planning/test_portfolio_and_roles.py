"""The portfolio and the people in roles over HTTP."""

from typing import Any

import httpx

from tests.planning.builders.foundations import a_person


async def add(client: httpx.AsyncClient, path: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def patch(client: httpx.AsyncClient, path: str, row: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{row["version"]}"', "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"{path}/{row['id']}", json=changes, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tradewind:problem:")


NODES, ROLES = "/portfolio-nodes", "/role-assignments"


async def test_a_series_stands_below_a_wider_node_and_never_the_other_way(planning: httpx.AsyncClient) -> None:
    category = await add(planning, NODES, code="lighting", name="Lighting", kind="category")
    series = await add(planning, NODES, code="lamps", name="Lamps", kind="series", parent_id=category["id"])
    wrong = {"code": "x", "name": "X", "kind": "subcategory", "parent_id": series["id"]}
    assert problem(await planning.post(NODES, json=wrong)) == (409, "misplaced-node")
    assert problem(await patch(planning, NODES, category, parent_id=series["id"])) == (409, "misplaced-node")
    top = await patch(planning, NODES, series, parent_id=None)
    assert top.json()["parent_id"] is None


async def test_a_node_is_deleted_only_when_nothing_is_below_it(planning: httpx.AsyncClient) -> None:
    category = await add(planning, NODES, code="lighting", name="Lighting", kind="category")
    series = await add(planning, NODES, code="lamps", name="Lamps", kind="series", parent_id=category["id"])
    version = {"If-Match": '"v1"'}
    assert problem(await planning.delete(f"{NODES}/{category['id']}", headers=version)) == (409, "node-in-use")
    for each in (series, category):
        assert (await planning.delete(f"{NODES}/{each['id']}", headers=version)).status_code == 204


async def test_one_person_at_a_time_manages_a_product(planning: httpx.AsyncClient) -> None:
    node = await add(planning, NODES, code="lighting", name="Lighting", kind="category")
    subject = {"subject_kind": "portfolio_node", "subject_id": node["id"], "role": "PM"}
    first, second = await a_person(planning), await a_person(planning)
    held = await add(planning, ROLES, **subject, person_id=first, from_date="2027-01-01")
    later = subject | {"person_id": second, "from_date": "2027-07-01"}
    assert problem(await planning.post(ROLES, json=later)) == (409, "role-taken")
    ended = (await patch(planning, ROLES, held, to_date="2027-06-30")).json()
    await add(planning, ROLES, **later)
    assert problem(await patch(planning, ROLES, ended, to_date=None)) == (409, "role-taken")
    on_day = await planning.get(ROLES, params={"subject_id": node["id"], "on_date": "2027-06-30"})
    assert [each["person_id"] for each in on_day.json()["items"]] == [first]


async def test_several_people_may_own_what_one_of_them_approves(planning: httpx.AsyncClient) -> None:
    node = await add(planning, NODES, code="lighting", name="Lighting", kind="category")
    subject = {"subject_kind": "portfolio_node", "subject_id": node["id"], "from_date": "2027-01-01"}
    person = await a_person(planning)
    await add(planning, ROLES, **subject, role="owner", person_id=person)
    await add(planning, ROLES, **subject, role="owner", person_id=await a_person(planning))
    again = subject | {"role": "owner", "person_id": person, "from_date": "2027-02-01"}
    assert problem(await planning.post(ROLES, json=again)) == (409, "role-taken")


async def test_only_people_play_roles_and_only_for_what_exists(planning: httpx.AsyncClient) -> None:
    node = await add(planning, NODES, code="lighting", name="Lighting", kind="category")
    unit = {"code": "acme", "name": "Acme", "level": "company", "active_from_date": "2026-01-01"}
    company = await add(planning, "/organisation-units", **unit)
    body = {"subject_kind": "portfolio_node", "subject_id": node["id"], "role": "CM", "from_date": "2027-01-01"}
    answer = await planning.post(ROLES, json=body | {"person_id": company["id"]})
    assert answer.json()["errors"][0]["code"] == "not_a_person"
    elsewhere = body | {"subject_kind": "plan", "person_id": await a_person(planning)}
    answer = await planning.post(ROLES, json=elsewhere)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/subject_id")
