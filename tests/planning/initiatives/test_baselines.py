"""Baselines over HTTP: frozen, compared field by field, and what became of the launches that they promised."""

from typing import Any
from uuid import uuid4

import httpx

from tests.planning.initiatives.initiative_calls import (
    PRICE,
    advance,
    days_ago,
    depend,
    good,
    listed,
    move,
    patch,
    pointers,
    propose,
    put,
    read,
    ready,
)


async def take(client: httpx.AsyncClient, **selector: str) -> dict[str, Any]:
    return good(await client.post("/snapshots", json={"label": "Board meeting", "selector": selector}), 201)


async def differences(client: httpx.AsyncClient, snapshot: dict[str, Any], **asked: str) -> dict[str, Any]:
    return good(await client.get(f"/snapshots/{snapshot['id']}/differences", params=asked))


async def test_a_baseline_holds_initiatives_and_dependencies_and_never_changes(planning: httpx.AsyncClient) -> None:
    mould, lamp = await propose(planning, code="mould"), await propose(planning, code="lamp")
    good(await put(planning, lamp, "prices", {"prices": [PRICE]}))
    link = good(await depend(planning, mould, lamp, lag_days=2), 201)
    taken = await take(planning)
    assert (taken["purpose"], taken["selector"], taken["items_count"]) == ("baseline", {}, 3)
    path = f"/snapshots/{taken['id']}"
    assert good(await planning.get(path)) == taken
    assert listed(await planning.get("/snapshots", params={"purpose": "baseline"})) == [taken]
    items = good(await planning.get(f"{path}/items"))["items"]
    content = {each["subject_key"]: each["content"] for each in items}
    assert content[link["id"]] == {
        "from_id": mould["id"],
        "to_id": lamp["id"],
        "type": "finish_start",
        "lag_days": 2,
    }
    assert content[lamp["id"]]["prices"] == [["US", "amazon", "mainstream", "59.99", "59.99", "USD"]]
    assert (content[lamp["id"]]["code"], content[lamp["id"]]["status"]) == ("lamp", "proposed")
    good(await patch(planning, lamp, title="Another"))
    assert good(await planning.get(f"{path}/items"))["items"] == items
    for method in ("PATCH", "PUT", "DELETE"):
        answer = await planning.request(method, path)
        assert answer.status_code == 405, method


async def test_nothing_is_different_until_something_changes(planning: httpx.AsyncClient) -> None:
    lamp = await propose(
        planning,
        budget={"amount": "1000.50", "currency": "USD"},
        planned={"start_date": "2099-01-01", "launch_date": "2099-05-01"},
        committed={"launch_date": "2099-06-01"},
    )
    good(await put(planning, lamp, "prices", {"prices": [PRICE]}))
    taken = await take(planning)
    found = await differences(planning, taken)
    assert (found["items"], found["against_id"]) == ([], None)
    assert set(found["counts"].values()) == {0}


async def test_every_kind_of_difference_is_told(planning: httpx.AsyncClient) -> None:
    far = {"planned": {"start_date": "2099-01-01"}, "committed": {"launch_date": "2099-07-01"}, "effort_days": 5}
    moved, killed, removed, rescoped, progressed = [
        await ready(planning, code=code, title=code.title(), **far) for code in ("a", "b", "c", "d", "e")
    ]
    link = good(await depend(planning, progressed, rescoped, type="start_start"), 201)
    taken = await take(planning)
    good(await patch(planning, moved, committed={"launch_date": "2099-07-20"}))
    good(await move(planning, killed, "killed", reason="Too dear."))
    assert (await planning.delete(f"/initiatives/{removed['id']}", headers={"If-Match": '"v1"'})).status_code == 204
    good(await put(planning, rescoped, "prices", {"prices": [PRICE]}))
    good(await patch(planning, progressed, owner_id=(await _a_unit(planning))["id"]))
    added = await propose(planning, code="f")
    assert (await planning.delete(f"/dependencies/{link['id']}", headers={"If-Match": '"v1"'})).status_code == 204
    found = await differences(planning, taken)
    told = {each["code"]: each for each in found["items"] if each["subject_kind"] == "initiative"}
    assert {code: each["kinds"] for code, each in told.items()} == {
        "a": ["moved"],
        "b": ["killed", "moved"],
        "c": ["removed"],
        "d": ["rescoped"],
        "e": ["progressed"],
        "f": ["added"],
    }
    assert told["a"]["moved_days"] == 19
    assert {"field": "committed.launch_date", "old": "2099-07-01", "new": "2099-07-20"} in told["a"]["changes"]
    assert told["d"]["changes"] == [
        {"field": "prices", "old": [], "new": [["US", "amazon", "mainstream", "59.99", "59.99", "USD"]]}
    ]
    assert found["counts"] == {"added": 1, "removed": 1, "killed": 1, "moved": 2, "rescoped": 1, "progressed": 1}
    [dependency] = [each for each in found["items"] if each["subject_kind"] == "dependency"]
    assert (dependency["title"], dependency["kinds"]) == ("E → D", ["removed"])
    second = await take(planning)
    against = await differences(planning, taken, against_id=second["id"])
    assert (against["items"], against["against_id"]) == (found["items"], second["id"])
    assert (await differences(planning, second))["items"] == []
    # As it was when the baseline was taken, nothing is different.
    assert (await differences(planning, taken, as_of=taken["taken_at"]))["items"] == []
    assert (await read(planning, added))["code"] == "f"


async def _a_unit(client: httpx.AsyncClient) -> dict[str, Any]:
    unit = {"code": f"unit-{uuid4()}", "name": "Acme", "level": "company", "active_from_date": "2026-01-01"}
    return good(await client.post("/organisation-units", json=unit), 201)


async def test_a_selection_is_compared_with_the_same_selection(planning: httpx.AsyncClient) -> None:
    node = good(await planning.post("/portfolio-nodes", json={"code": "l", "name": "L", "kind": "category"}), 201)
    lamp, mat = await propose(planning, code="lamp", node_id=node["id"]), await propose(planning, code="mat")
    taken = await take(planning, node_id=node["id"])
    assert (taken["selector"], taken["items_count"]) == ({"node_id": node["id"]}, 1)
    good(await patch(planning, mat, title="Another"))
    assert (await differences(planning, taken))["items"] == []
    good(await patch(planning, lamp, node_id=None))
    assert [each["kinds"] for each in (await differences(planning, taken))["items"]] == [["removed"]]


async def test_bars_stand_beside_the_baseline_that_they_were_held_to(planning: httpx.AsyncClient) -> None:
    lamp = await propose(
        planning,
        planned={"start_date": "2099-01-01", "launch_date": "2099-05-01"},
        committed={"launch_date": "2099-06-01"},
    )
    taken = await take(planning)
    good(await patch(planning, lamp, committed={"launch_date": "2099-07-01"}))
    await propose(planning, code="added")
    found = good(await planning.get("/roadmap", params={"baseline_id": taken["id"]}))
    baselines = {each["code"]: each["baseline"] for each in found["bars"]}
    assert baselines[lamp["code"]] == {
        "start_date": "2099-01-01",
        "dev_done_date": None,
        "launch_date": "2099-06-01",
        "end_date": None,
    }
    assert baselines["added"] is None
    wrong = await planning.get("/roadmap", params={"baseline_id": str(uuid4())})
    assert pointers(wrong) == [("query:baseline_id", "unknown")]


async def test_k53_commitment_integrity_is_what_happened_on_time_of_what_was_promised(
    planning: httpx.AsyncClient,
) -> None:
    """Ten launches promised: seven on time, one launched late, one put off, one killed; three more came."""
    due = [days_ago(40 - number) for number in range(10)]
    promised = [
        await ready(planning, code=f"p{number}", committed={"launch_date": due[number]}) for number in range(10)
    ]
    taken = await take(planning)
    steps = [days_ago(60)] * 5
    for number, initiative in enumerate(promised[:8]):
        for to, day in zip(("concept", "requirements", "design", "test", "launch"), steps, strict=True):
            good(await move(planning, initiative, to, on_date=day))
        # Some are early, the eighth is two days late.
        launched = {0: days_ago(45), 7: days_ago(40 - 7 - 2)}.get(number, due[number])
        good(await move(planning, initiative, "ramp", on_date=launched))
    good(await patch(planning, promised[8], committed={"launch_date": days_ago(-90)}))
    good(await move(planning, promised[9], "killed", reason="Too dear."))
    for number in range(3):
        added = await ready(planning, code=f"n{number}")
        await advance(planning, added, "launch", on_date=days_ago(60))
        good(await move(planning, added, "ramp", on_date=days_ago(35)))
    asked = {"snapshot_id": taken["id"], "from_date": days_ago(40), "to_date": days_ago(20)}
    found = good(await planning.get("/commitment-integrity", params=asked))
    assert (found["integrity"], found["promised_count"]) == (0.7, 10)
    codes = {name: [each["code"] for each in found[name]] for name in ("on_time", "moved_out", "killed", "added")}
    assert {name: sorted(each) for name, each in codes.items()} == {
        "on_time": [f"p{number}" for number in range(7)],
        "moved_out": ["p7", "p8"],
        "killed": ["p9"],
        "added": ["n0", "n1", "n2"],
    }
    assert found["pending"] == []
    [late] = [each for each in found["moved_out"] if each["code"] == "p7"]
    assert (late["baseline_date"], late["launched_date"], late["expected_date"]) == (due[7], days_ago(31), None)
    # Two days late is on time for whoever takes it so.
    tolerant = good(await planning.get("/commitment-integrity", params=asked | {"tolerance_days": 2}))
    assert tolerant["integrity"] == 0.8
    # A period without a promise has no integrity.
    empty = asked | {"from_date": days_ago(400), "to_date": days_ago(300)}
    assert good(await planning.get("/commitment-integrity", params=empty))["integrity"] is None


async def test_a_period_and_a_baseline_must_be_possible(planning: httpx.AsyncClient) -> None:
    await propose(planning)
    taken = await take(planning)
    asked = {"snapshot_id": taken["id"], "from_date": "2027-02-01", "to_date": "2027-01-31"}
    assert pointers(await planning.get("/commitment-integrity", params=asked)) == [("query:to_date", "too_early")]
    unknown = {"snapshot_id": str(uuid4()), "from_date": "2027-01-01", "to_date": "2027-01-31"}
    assert pointers(await planning.get("/commitment-integrity", params=unknown)) == [("query:snapshot_id", "unknown")]
    other = await planning.get(f"/snapshots/{taken['id']}/differences", params={"against_id": str(uuid4())})
    assert pointers(other) == [("query:against_id", "unknown")]
