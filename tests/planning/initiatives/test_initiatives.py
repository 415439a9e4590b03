"""Initiatives over HTTP: proposed, found, changed; what is promised and what is settled."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.planning.initiatives.initiative_calls import (
    PRICE,
    add_need,
    advance,
    days_ago,
    good,
    listed,
    move,
    patch,
    pointers,
    problem,
    propose,
    put,
    read,
    ready,
)


async def test_an_initiative_is_proposed_and_found(planning: httpx.AsyncClient) -> None:
    made = await propose(planning, planned={"start_date": "2027-02-01", "launch_date": "2027-08-01"}, effort_days=165)
    assert (made["status"], made["held_from"], made["frozen_fields"], made["lineage"]) == ("proposed", None, [], [])
    assert [(each["to"], each["move"], each["gate"]) for each in made["allowed_moves"]] == [
        ("concept", "advance", None),
        ("on_hold", "hold", None),
        ("killed", "kill", None),
    ]
    assert await read(planning, made) == made
    rows = listed(await planning.get("/initiatives"))
    assert [{name: made[name] for name in rows[0]}] == rows


async def test_a_code_is_unique_whatever_its_case(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning, code="lamp")
    answer = await planning.post("/initiatives", json={"code": "LAMP", "kind": "campaign", "title": "Sale"})
    assert problem(answer) == (409, "duplicate-key")
    assert good(await patch(planning, lamp, code="LAMP"))["code"] == "LAMP"
    other = await propose(planning)
    assert problem(await patch(planning, other, code="lamp")) == (409, "duplicate-key")


async def test_dates_that_stand_the_wrong_way_round_are_named(planning: httpx.AsyncClient) -> None:
    body = {
        "code": "lamp",
        "kind": "product",
        "title": "Lamp",
        "planned": {"start_date": "2027-03-01", "launch_date": "2027-02-01"},
        "committed": {"launch_date": "2027-05-01", "end_date": "2027-04-01"},
    }
    assert pointers(await planning.post("/initiatives", json=body)) == [
        ("#/planned/launch_date", "out_of_order"),
        ("#/committed/end_date", "out_of_order"),
    ]
    lamp = await propose(planning, planned={"start_date": "2027-03-01"})
    assert pointers(await patch(planning, lamp, planned={"end_date": "2027-02-28"})) == [
        ("#/planned/end_date", "out_of_order")
    ]
    far = await planning.post("/initiatives", json=body | {"planned": {"start_date": "2300-01-01"}})
    assert far.status_code == 422


async def test_a_patch_of_dates_leaves_those_that_it_does_not_name(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning, planned={"start_date": "2027-03-01", "launch_date": "2027-08-01"})
    changed = good(await patch(planning, lamp, planned={"launch_date": None, "dev_done_date": "2027-06-01"}))
    assert changed["planned"] == {
        "start_date": "2027-03-01",
        "dev_done_date": "2027-06-01",
        "launch_date": None,
        "end_date": None,
    }
    assert changed["version"] == lamp["version"] + 1


async def test_what_an_initiative_names_must_exist(planning: httpx.AsyncClient) -> None:
    for field in ("node_id", "unit_id", "owner_id", "predecessor_id"):
        body = {"code": f"lamp-{field}", "kind": "product", "title": "Lamp", field: str(uuid4())}
        assert pointers(await planning.post("/initiatives", json=body)) == [(f"#/{field}", "unknown")]
    dear: dict[str, Any] = {"budget": {"amount": "1", "currency": "RMB"}}
    body = {"code": "lamp", "kind": "product", "title": "Lamp"} | dear
    assert pointers(await planning.post("/initiatives", json=body)) == [("#/budget/currency", "unknown")]


async def test_a_promise_changes_only_for_a_reason_once_concept_is_passed(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning, committed={"launch_date": "2027-08-01"})
    await advance(planning, lamp, "concept")
    good(await patch(planning, lamp, committed={"launch_date": "2027-08-02"}))
    await advance(planning, lamp, "requirements")
    refused = await patch(planning, lamp, committed={"launch_date": "2027-08-20"})
    assert problem(refused) == (422, "reason-missing")
    assert problem(await patch(planning, lamp, committed={"launch_date": None}, reason=" ")) == (422, "reason-missing")
    # What was not promised before is promised without one.
    good(await patch(planning, lamp, committed={"dev_done_date": "2027-07-01"}))
    good(await patch(planning, lamp, committed={"launch_date": "2027-08-20"}, reason="The mould is late."))
    entries = good(await planning.get("/changes", params={"subject_id": lamp["id"]}))["items"]
    assert (entries[0]["reason"], entries[0]["changes"]) == (
        "The mould is late.",
        {"committed_launch_date": {"old": "2027-08-02", "new": "2027-08-20"}},
    )


async def test_a_released_launch_settles_what_was_promised_and_made(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning, committed={"launch_date": "2027-08-01"})
    launched = await advance(planning, lamp, "launch")
    assert launched["frozen_fields"] == []
    good(await patch(planning, lamp, committed={"launch_date": "2027-08-02"}, reason="Late."))
    ramp = await advance(planning, lamp, "ramp")
    assert "committed.launch_date" in ramp["frozen_fields"]
    settled = {
        "kind": "upgrade",
        "product_ref": "HR-LAMP",
        "planned": {"launch_date": "2027-08-03"},
        "committed": {"launch_date": "2027-08-03"},
        "actual": {"launch_date": days_ago(0)},
    }
    for field in ("kind", "product_ref", "planned", "committed"):
        refused = await patch(planning, lamp, **{field: settled[field]}, reason="It was otherwise.")
        assert problem(refused) == (409, "launch-released"), field
        named = field if field in ("kind", "product_ref") else f"{field}.launch_date"
        assert refused.json()["parameters"]["fields"] == named
    # What is not settled, and what stays the same, is free.
    good(await patch(planning, lamp, title="The lamp", actual=settled["actual"], planned={"end_date": "2029-01-01"}))
    # On hold it is settled all the same.
    good(await move(planning, lamp, "on_hold", reason="No stock."))
    assert problem(await patch(planning, lamp, product_ref="HR-LAMP")) == (409, "launch-released")


async def test_an_actual_date_is_corrected_but_not_made_up(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    assert pointers(await patch(planning, lamp, actual={"start_date": days_ago(3)})) == [
        ("#/actual/start_date", "settled_by_transition")
    ]
    await advance(planning, lamp, "concept")
    corrected = good(await patch(planning, lamp, actual={"start_date": days_ago(3)}))
    assert corrected["actual"]["start_date"] == days_ago(3)
    assert pointers(await patch(planning, lamp, actual={"start_date": None})) == [
        ("#/actual/start_date", "settled_by_transition")
    ]
    assert pointers(await patch(planning, lamp, actual={"start_date": days_ago(-1)})) == [
        ("#/actual/start_date", "in_future")
    ]
    # No step of a campaign settles its launch: whoever knows it says it.
    sale = await propose(planning, kind="campaign")
    assert good(await patch(planning, sale, actual={"launch_date": days_ago(1)}))["actual"]["launch_date"] == days_ago(
        1
    )


async def test_the_why_stays_once_something_is_more_than_proposed(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    good(await patch(planning, lamp, why=None))
    good(await patch(planning, lamp, why="Readers ask for one."))
    await advance(planning, lamp, "concept")
    refused = await patch(planning, lamp, why=" ")
    assert problem(refused) == (409, "groundwork-missing")
    assert refused.json()["parameters"]["faults"] == "why_missing"


async def test_a_kind_changes_while_its_status_fits(planning: httpx.AsyncClient) -> None:
    lamp = await ready(planning)
    assert good(await patch(planning, lamp, kind="campaign"))["kind"] == "campaign"
    good(await patch(planning, lamp, kind="upgrade"))
    await advance(planning, lamp, "concept")
    assert problem(await patch(planning, lamp, kind="campaign")) == (409, "kind-does-not-fit")
    assert good(await patch(planning, lamp, kind="accessory"))["kind"] == "accessory"


async def test_a_product_is_replaced_by_others_in_a_line_that_never_comes_back(planning: httpx.AsyncClient) -> None:
    first = await propose(planning)
    second = await propose(planning, predecessor_id=first["id"])
    third = await propose(planning, predecessor_id=second["id"])
    assert third["lineage"] == [second["id"], first["id"]]
    assert (await read(planning, first))["successor_ids"] == [second["id"]]
    refused = await patch(planning, first, predecessor_id=third["id"])
    assert problem(refused) == (409, "not-a-successor")
    assert refused.json()["parameters"]["fault"] == "own_predecessor"
    assert problem(await patch(planning, first, kind="campaign")) == (409, "not-a-successor")
    assert problem(await patch(planning, third, kind="campaign")) == (409, "not-a-successor")
    sale = {"code": "sale", "kind": "campaign", "title": "Sale", "predecessor_id": first["id"]}
    assert problem(await planning.post("/initiatives", json=sale)) == (409, "not-a-successor")


async def test_only_what_is_proposed_and_not_waited_for_is_deleted(planning: httpx.AsyncClient) -> None:
    first, second = await ready(planning), await propose(planning)
    await planning.post("/dependencies", json={"from_id": first["id"], "to_id": second["id"]})
    version = {"If-Match": '"v1"'}
    path = "/initiatives/{}"
    assert problem(await planning.delete(path.format(first["id"]), headers=version)) == (409, "initiative-waited-for")
    assert (await planning.delete(path.format(second["id"]), headers=version)).status_code == 204
    await move(planning, first, "concept")
    version = {"If-Match": '"v2"'}
    assert problem(await planning.delete(path.format(first["id"]), headers=version)) == (409, "not-only-proposed")
    third = await propose(planning)
    await add_need(planning, third)
    good(await put(planning, third, "prices", {"prices": [PRICE]}))
    assert (await planning.delete(path.format(third["id"]), headers=version)).status_code == 204
    assert (await planning.get(path.format(third["id"]))).status_code == 404


async def test_a_stale_version_changes_nothing(planning: httpx.AsyncClient) -> None:
    lamp = await propose(planning)
    good(await patch(planning, lamp, title="First"))
    stale = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    answer = await planning.patch(f"/initiatives/{lamp['id']}", json={"title": "Second"}, headers=stale)
    assert problem(answer) == (412, "precondition-failed")
    assert (await read(planning, lamp))["title"] == "First"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kind": "campaign"}, {"sale"}),
        ({"status": "proposed"}, {"lamp", "mat"}),
        ({"quarter": "2027-Q3"}, {"lamp", "sale"}),
        ({"finish_from_date": "2027-08-02", "finish_to_date": "2027-12-31"}, {"sale"}),
        ({"marketplace": "US"}, {"lamp"}),
        ({"node_id": "lighting"}, {"lamp", "mat"}),
        ({"node_id": "lamps"}, {"lamp"}),
        ({"unit_id": "company"}, {"lamp", "mat"}),
        ({"owner_id": "module"}, {"sale"}),
    ],
)
async def test_initiatives_are_found_by(
    planning: httpx.AsyncClient, filters: dict[str, str], expected: set[str]
) -> None:
    unit = {"name": "Unit", "active_from_date": "2026-01-01"}
    company = good(await planning.post("/organisation-units", json=unit | {"code": "c", "level": "company"}), 201)
    below = unit | {"code": "m", "level": "module", "parent_id": company["id"]}
    module = good(await planning.post("/organisation-units", json=below), 201)
    node = {"code": "lighting", "name": "Lighting", "kind": "category"}
    lighting = good(await planning.post("/portfolio-nodes", json=node), 201)
    series = {"code": "lamps", "name": "Lamps", "kind": "series", "parent_id": lighting["id"]}
    lamps = good(await planning.post("/portfolio-nodes", json=series), 201)
    named = {"lighting": lighting["id"], "lamps": lamps["id"], "company": company["id"], "module": module["id"]}
    lamp = await propose(
        planning,
        code="lamp",
        node_id=lamps["id"],
        unit_id=module["id"],
        planned={"launch_date": "2027-06-01"},
        committed={"launch_date": "2027-08-01"},
    )
    good(await put(planning, lamp, "prices", {"prices": [PRICE]}))
    await propose(planning, code="mat", node_id=lighting["id"], unit_id=company["id"])
    sale = await propose(
        planning,
        code="sale",
        kind="campaign",
        owner_id=module["id"],
        planned={"launch_date": "2027-06-01", "end_date": "2027-09-01"},
    )
    good(await move(planning, sale, "killed", reason="Too dear."))
    asked = {name: named.get(value, value) for name, value in filters.items()}
    found = good(await planning.get("/initiatives", params=asked))["items"]
    assert {each["code"] for each in found} == expected
