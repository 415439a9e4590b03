"""Cycles over HTTP: where they may lie, how they go on, and when nothing in them changes any more."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared.core.clock import utc_now

PATH = "/cycles"


def a_cycle(**changes: Any) -> dict[str, Any]:
    year = {"start_date": "2026-01-01", "end_date": "2026-12-31"}
    return {"code": "2026", "name": "The year 2026", "kind": "year"} | year | changes


async def add(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=a_cycle(**changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def patch(client: httpx.AsyncClient, cycle: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{cycle["version"]}"', "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"{PATH}/{cycle['id']}", json=changes, headers=headers)


async def move(client: httpx.AsyncClient, cycle: dict[str, Any], to: str) -> httpx.Response:
    headers = {"If-Match": f'"v{cycle["version"]}"', "Idempotency-Key": str(uuid4())}
    return await client.post(f"{PATH}/{cycle['id']}/transitions", json={"to": to}, headers=headers)


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:tradewind:problem:")


async def test_a_quarter_lies_in_its_year_and_is_found_by_a_day(planning: httpx.AsyncClient) -> None:
    year = await add(planning)
    quarter = {"code": "2026-q1", "kind": "quarter", "end_date": "2026-03-31", "parent_id": year["id"]}
    made = await add(planning, **quarter)
    found = await planning.get(PATH, params={"on_date": "2026-02-01", "kind": "quarter"})
    assert [each["id"] for each in found.json()["items"]] == [made["id"]]
    assert (await planning.get(f"{PATH}/{made['id']}")).json() == made


async def test_a_cycle_lies_wholly_inside_a_longer_one(planning: httpx.AsyncClient) -> None:
    year = await add(planning)
    for wrong in (
        a_cycle(code="a", kind="quarter", start_date="2025-12-01", end_date="2026-02-28", parent_id=year["id"]),
        a_cycle(code="a", kind="year", end_date="2026-06-30", parent_id=year["id"]),
        a_cycle(code="a", kind="three_year", parent_id=year["id"]),
    ):
        assert problem(await planning.post(PATH, json=wrong)) == (409, "misplaced-cycle")
    backwards = a_cycle(code="a", end_date="2025-12-31")
    assert problem(await planning.post(PATH, json=backwards)) == (422, "invalid")


async def test_a_code_is_used_once_whatever_its_case(planning: httpx.AsyncClient) -> None:
    await add(planning, code="Q1")
    assert problem(await planning.post(PATH, json=a_cycle(code="q1"))) == (409, "duplicate-key")


async def test_the_days_of_an_open_cycle_no_longer_change(planning: httpx.AsyncClient) -> None:
    cycle = await add(planning)
    moved = await patch(planning, cycle, end_date="2026-11-30")
    assert moved.json()["end_date"] == "2026-11-30"
    opened = (await move(planning, moved.json(), "open")).json()
    assert problem(await patch(planning, opened, end_date="2026-12-31")) == (409, "cycle-agreed")
    assert (await patch(planning, opened, name="Our year")).json()["name"] == "Our year"


async def test_a_longer_cycle_is_not_cut_short_of_what_lies_in_it(planning: httpx.AsyncClient) -> None:
    year = await add(planning)
    await add(planning, code="q4", kind="quarter", start_date="2026-10-01", parent_id=year["id"])
    assert problem(await patch(planning, year, end_date="2026-11-30")) == (409, "misplaced-cycle")


async def test_states_follow_each_other_and_a_closed_cycle_is_only_read(planning: httpx.AsyncClient) -> None:
    today = utc_now().date()
    over = {"start_date": str(today - timedelta(days=90)), "end_date": str(today)}
    cycle = await add(planning, **over)
    assert problem(await move(planning, cycle, "grading")) == (409, "illegal-transition")
    for state in ("open", "grading", "closed"):
        answer = await move(planning, cycle, state)
        cycle = answer.json()
        assert cycle["status"] == state
    assert problem(await patch(planning, cycle, name="Another")) == (409, "cycle-closed")
    assert problem(await move(planning, cycle, "open")) == (409, "illegal-transition")


async def test_grading_waits_for_the_last_day(planning: httpx.AsyncClient) -> None:
    today = utc_now().date()
    cycle = await add(planning, start_date=str(today), end_date=str(today + timedelta(days=1)))
    cycle = (await move(planning, cycle, "open")).json()
    assert problem(await move(planning, cycle, "grading")) == (409, "cycle-not-over")


async def test_a_step_is_taken_once_per_key(planning: httpx.AsyncClient) -> None:
    cycle = await add(planning)
    headers = {"If-Match": '"v1"', "Idempotency-Key": "open-it"}
    path = f"{PATH}/{cycle['id']}/transitions"
    first = await planning.post(path, json={"to": "open"}, headers=headers)
    again = await planning.post(path, json={"to": "open"}, headers=headers)
    assert first.json() == again.json()
    assert (first.status_code, first.json()["version"]) == (200, 2)


async def test_only_what_nothing_belongs_to_is_deleted(planning: httpx.AsyncClient) -> None:
    year = await add(planning)
    quarter = await add(planning, code="q1", kind="quarter", end_date="2026-03-31", parent_id=year["id"])
    version = {"If-Match": '"v1"'}
    assert problem(await planning.delete(f"{PATH}/{year['id']}", headers=version)) == (409, "cycle-in-use")
    assert (await planning.delete(f"{PATH}/{quarter['id']}", headers=version)).status_code == 204
    assert (await planning.delete(f"{PATH}/{year['id']}", headers=version)).status_code == 204


async def test_the_journal_tells_what_was_changed(planning: httpx.AsyncClient) -> None:
    cycle = await add(planning)
    await patch(planning, cycle, name="Our year")
    entries = (await planning.get("/changes", params={"subject_id": cycle["id"], "sort": "changed_at"})).json()["items"]
    assert [each["action"] for each in entries] == ["created", "changed"]
    assert entries[0]["changes"]["start_date"] == {"old": None, "new": "2026-01-01"}
    assert entries[1]["changes"] == {"name": {"old": "The year 2026", "new": "Our year"}}


async def test_a_cycle_lies_where_days_can_be_counted_on_from_it(planning: httpx.AsyncClient) -> None:
    for start, end in (("0001-01-01", "0001-12-31"), ("9999-01-01", "9999-12-31")):
        answer = await planning.post(PATH, json=a_cycle(start_date=start, end_date=end))
        assert answer.status_code == 422
        assert {each["pointer"] for each in answer.json()["errors"]} == {"#/start_date", "#/end_date"}
    far = await add(planning, code="2199", start_date="2199-01-01", end_date="2199-12-31")
    unit = {"code": "far", "name": "Far", "level": "company", "active_from_date": "2199-01-01"}
    unit_id = (await planning.post("/organisation-units", json=unit)).json()["id"]
    gaps = f"/gaps?cycle_id={far['id']}&unit_id={unit_id}"
    for path in (gaps, f"{gaps}&month=2199-12", f"/okr-tree?cycle_id={far['id']}", f"/cycles/{far['id']}/isor"):
        assert (await planning.get(path)).status_code == 200, path
    assert (await planning.get(f"{gaps}&month=9999-12")).status_code == 422
