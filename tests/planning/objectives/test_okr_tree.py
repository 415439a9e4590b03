"""The tree of a cycle, what does not hang together in it, and the course of a key result, over HTTP."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.planning.schemas.alignment import AlignmentFindingsRead, AlignmentRateRead
from services.planning.schemas.objective_progress import OkrTreeRead, TrajectoryRead
from tests.planning.objectives.okrs import Json, Okrs, daily, pointers, reading
from tests.planning.objectives.test_known_progress import release_plan
from tests.support.builders import run_as_owner

AFTER = "2025-12-31T23:30:00Z"


async def tree(okrs: Okrs, cycle_id: str, **params: Any) -> Json:
    """The tree, proved to be of the declared type."""
    answer = await okrs.client.get("/okr-tree", params={"cycle_id": cycle_id, "as_of": AFTER} | params)
    assert answer.status_code == 200, answer.text
    OkrTreeRead.model_validate_json(answer.content)
    found: Json = answer.json()
    return found


async def findings(okrs: Okrs, cycle_id: str, **params: Any) -> list[Json]:
    """The findings of a cycle, proved to be of the declared type."""
    answer = await okrs.client.get("/alignment-findings", params={"cycle_id": cycle_id} | params)
    assert answer.status_code == 200, answer.text
    AlignmentFindingsRead.model_validate_json(answer.content)
    found: list[Json] = answer.json()["items"]
    return found


def codes(found: list[Json], objective: Json | None = None) -> list[str]:
    return [each["code"] for each in found if objective is None or each["objective_id"] == objective["id"]]


async def course(okrs: Okrs, key_result: Json, as_of: str = AFTER) -> Json:
    """The trajectory, proved to be of the declared type."""
    answer = await okrs.client.get(f"/key-results/{key_result['id']}/trajectory", params={"as_of": as_of})
    assert answer.status_code == 200, answer.text
    TrajectoryRead.model_validate_json(answer.content)
    found: Json = answer.json()
    return found


async def test_a_tree_over_three_levels_is_measured_and_rolled_up(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    module = await okrs.unit("module", company)
    team = await okrs.unit("team", module)
    top = await okrs.objective(company, cycle, title="Lead")
    middle = await okrs.objective(module, cycle, parent_id=top["id"], title="Win")
    low = await okrs.objective(team, cycle, parent_id=middle["id"], title="Ship", parent_mode="supports")
    for objective, market, value in ((top, "US", "80"), (middle, "DE", "40"), (low, "JP", "10")):
        await okrs.key_result(objective, scope={"marketplace": market})
        await okrs.readings(reading("units_sold", "2025-12-31", value, marketplace=market))
    found = await tree(okrs, cycle)
    nodes = {each["title"]: each for each in found["nodes"]}
    assert [(name, nodes[name]["level"], nodes[name]["progress"]) for name in ("Lead", "Win", "Ship")] == [
        ("Lead", "company", 0.6),
        ("Win", "module", 0.4),
        ("Ship", "team", 0.1),
    ]
    assert nodes["Lead"]["landing"] == 0.6
    assert nodes["Win"]["worst_id"] == low["id"]
    assert [(each["from_id"], each["to_id"], each["mode"]) for each in found["edges"]] == [
        (middle["id"], top["id"], "contributes"),
        (low["id"], middle["id"], "supports"),
    ]
    assert [each["value"] for each in nodes["Ship"]["key_results"]] == ["10"]
    assert codes(nodes["Lead"]["findings"]) == ["AL5"]
    part = await tree(okrs, cycle, unit_id=module)
    assert [each["title"] for each in part["nodes"]] == ["Win", "Ship"]
    assert [each["from_id"] for each in part["edges"]] == [low["id"]]
    # What lies outside the part that is shown counts all the same.
    assert part["nodes"][0] == nodes["Win"]


async def test_the_tree_of_a_year_holds_what_contributes_from_its_quarters(okrs: Okrs) -> None:
    company, year = await okrs.unit(), await okrs.cycle(("2025-01-01", "2025-12-31"), "year")
    quarter = await okrs.cycle(parent_id=year)
    top = await okrs.objective(company, year)
    below = await okrs.objective(company, quarter, parent_id=top["id"])
    await okrs.key_result(below)
    await okrs.readings(reading("units_sold", "2025-11-05", "25"))
    found = await tree(okrs, year)
    assert [(each["id"], each["progress"]) for each in found["nodes"]] == [(top["id"], 0.25), (below["id"], 0.25)]
    # The findings of a cycle are about its own objectives.
    assert {each["objective_id"] for each in await findings(okrs, year)} == {top["id"]}
    assert [each["id"] for each in (await tree(okrs, quarter))["nodes"]] == [below["id"]]


async def test_cycle_and_unit_must_exist(okrs: Okrs) -> None:
    cycle = await okrs.cycle()
    for path in ("/okr-tree", "/alignment-findings", "/alignment-rate"):
        answer = await okrs.client.get(path, params={"cycle_id": str(uuid4())})
        assert (answer.status_code, pointers(answer)) == (422, [("query:cycle_id", "unknown")])
        answer = await okrs.client.get(path, params={"cycle_id": cycle, "unit_id": str(uuid4())})
        assert (answer.status_code, pointers(answer)) == (422, [("query:unit_id", "unknown")])
        assert (await okrs.client.get(path)).status_code == 422


async def test_targets_that_were_too_easy(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    made = [await okrs.objective(company, cycle, ambition="stretch") for _ in range(2)]
    key_results = [await okrs.key_result(each, kind="binary") for each in made]
    for objective in made:
        await okrs.activate(objective)
    await okrs.move_cycle(cycle, "grading")
    for objective, key_result, grade in zip(made, key_results, (1.0, 0.9), strict=True):
        assert (await okrs.grade(key_result, grade=grade, reason="By hand")).status_code == 200
        assert (await okrs.objective_step(objective, "grades")).status_code == 200
    found = await okrs.read("/okr-tree", cycle_id=cycle)
    assert (found["mean_grade"], found["are_targets_too_easy"]) == (0.95, True)
    # Before they were graded nobody knew.
    before = await tree(okrs, cycle)
    assert (before["mean_grade"], before["are_targets_too_easy"]) == (None, False)
    assert {each["status"] for each in before["nodes"]} == {"active"}


async def test_k21_targets_below_come_short_of_the_one_above(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    money = {"metric_code": "net_revenue", "currency": "USD"}
    top = await okrs.objective(company, cycle)
    above = await okrs.key_result(top, **money, target="12000000")
    for market, target in (("US", "5000000"), ("DE", "4000000"), ("JP", "2400000")):
        child = await okrs.objective(await okrs.unit("module", company), cycle, parent_id=top["id"])
        scope = {"marketplace": market}
        await okrs.key_result(child, **money, target=target, scope=scope, parent_key_result_id=above["id"])
    [found] = [each for each in await findings(okrs, cycle) if each["code"] == "AL7"]
    assert (found["severity"], found["objective_id"], found["key_result_id"]) == ("warning", top["id"], above["id"])
    assert found["parameters"] == {"coverage": 0.95, "difference": "600000", "direction": "below"}
    assert found["sentence"] == "The targets below come to 95.0 % of this one, 600000 below it."
    assert len(found["other_ids"]) == 3


async def test_k22_the_rate_of_alignment(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    module = await okrs.unit("module", company)
    top = await okrs.objective(company, cycle)
    for _ in range(6):
        await okrs.objective(module, cycle, parent_id=top["id"])
    for _ in range(2):
        await okrs.objective(module, cycle)
    answer = await okrs.client.get("/alignment-rate", params={"cycle_id": cycle})
    AlignmentRateRead.model_validate_json(answer.content)
    found = answer.json()
    assert (found["rate"], found["aligned_count"], found["below_company_count"]) == (0.75, 6, 8)
    other = await okrs.unit("module", company)
    empty = await okrs.read("/alignment-rate", cycle_id=cycle, unit_id=other)
    assert (empty["rate"], empty["below_company_count"]) == (None, 0)


async def test_what_does_not_hang_together_is_told_by_code(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    module = await okrs.unit("module", company)
    team = await okrs.unit("team", module)
    top = await okrs.objective(company, cycle)
    orphan = await okrs.objective(module, cycle)
    skipping = await okrs.objective(team, cycle, parent_id=top["id"])
    above = await okrs.key_result(top)
    for scope in ({}, {"marketplace": "US"}):
        await okrs.key_result(skipping, scope=scope, parent_key_result_id=above["id"], target="60")
    await okrs.key_result(orphan, weight="0", owner_id=None, start="100", target="50")
    found = await findings(okrs, cycle)
    assert codes(found, orphan) == ["AL1", "AL5", "AL6", "AL9", "AL11"]
    assert codes(found, skipping) == ["AL2", "AL8", "AL9"]
    assert codes(found, top) == ["AL5", "AL7", "AL9"]
    assert [each["parameters"] for each in found if each["code"] == "AL2"] == [
        {"level": "team", "parent_level": "company"}
    ]
    assert codes(await findings(okrs, cycle, unit_id=team)) == codes(found, skipping)
    assert codes(await findings(okrs, cycle, unit_id=company)) == codes(found)
    # What was cancelled is no longer looked at.
    await okrs.objective_step(orphan, "cancellations", reason="Given up")
    assert codes(await findings(okrs, cycle), orphan) == []
    assert "AL9" not in codes(await findings(okrs, cycle))


async def test_al10_another_unit_has_not_confirmed(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    ours, theirs = await okrs.unit("module", company), await okrs.unit("module", company)
    objective = await okrs.objective(company, cycle)
    key_result = await okrs.key_result(objective)
    await run_as_owner(
        okrs.tenant,
        "WITH i AS (INSERT INTO planning.initiative (tenant_id, id, code, code_key, kind, title, status, unit_id,"
        " effort_days, version, created_at, updated_at, created_by) SELECT $1, id, id, id, 'campaign', 'Sale',"
        " 'planned', unit, 1, 1, now(), now(), $2 FROM (VALUES ($4::uuid, $2::uuid), ($5::uuid, $3::uuid)) v (id, unit)"
        " RETURNING id), l AS (INSERT INTO planning.initiative_key_result (tenant_id, initiative_id, key_result_id)"
        " SELECT $1, id, $6 FROM i WHERE id = $4)"
        " INSERT INTO planning.dependency (tenant_id, id, from_id, to_id, type, lag_days, version, created_at,"
        " updated_at, created_by) SELECT $1, gen_random_uuid(), $5, $4, 'finish_start', 0, 1, now(), now(), $2",
        ours,
        theirs,
        str(uuid4()),
        str(uuid4()),
        key_result["id"],
    )
    [found] = [each for each in await findings(okrs, cycle) if each["code"] == "AL10"]
    assert (found["severity"], found["objective_id"], len(found["other_ids"])) == ("error", objective["id"], 1)
    refused = await okrs.objective_step(objective, "activations")
    assert refused.json()["parameters"]["codes"] == "AL10"
    owned = "UPDATE planning.dependency SET risk_owner_id = $2 WHERE tenant_id = $1"
    await run_as_owner(okrs.tenant, owned, ours)
    assert "AL10" not in codes(await findings(okrs, cycle))


async def test_al12_the_target_differs_from_the_plan(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    await release_plan(okrs, company, cycle, {"2025-10": "20", "2025-11": "45", "2025-12": "36"})
    objective = await okrs.objective(company, cycle)
    differing = await okrs.key_result(objective, target="100")
    await okrs.key_result(objective, target="101")
    [found] = [each for each in await findings(okrs, cycle) if each["code"] == "AL12"]
    assert (found["key_result_id"], found["parameters"]) == (differing["id"], {"target": "100", "planned": "101"})


async def test_the_course_of_a_key_result(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    await release_plan(okrs, company, cycle, {"2025-10": "20", "2025-11": "45", "2025-12": "35"})
    objective = await okrs.objective(company, cycle)
    key_result = await okrs.key_result(objective)
    await okrs.activate(objective)
    await okrs.readings(*daily("units_sold", [("2025-10-01", "10"), ("2025-10-20", "15"), ("2025-11-10", "20")]))
    found = await course(okrs, key_result, "2025-11-15T12:00:00Z")
    points = {each["on_date"]: each for each in found["points"]}
    assert list(points) == [
        *(f"2025-10-{day:02}" for day in (1, 8, 15, 22, 29)),
        "2025-11-05",
        "2025-11-12",
        "2025-11-15",
    ]
    assert [points[day]["value"] for day in ("2025-10-01", "2025-10-22", "2025-11-15")] == ["10", "25", "45"]
    last = points["2025-11-15"]
    assert (last["progress"], last["expected"], last["expected_value"]) == (0.45, 0.425, "42.5")
    assert found["is_phased"] is True
    assert found["expected"][-1] == {"on_date": "2025-12-31", "expected": 1}
    assert {"on_date": "2025-10-31", "expected": 0.2} in found["expected"]
    assert (found["start"], found["target"], found["check_ins"], found["target_changes"]) == ("0", "100", [], [])


async def test_a_course_tells_what_was_said_and_how_the_target_moved(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    key_result = await okrs.key_result(objective)
    await okrs.activate(objective)
    await okrs.check_in(key_result, confidence=0.3, blocker="No ship")
    await okrs.readings(reading("units_sold", "2025-10-02", "40"))
    await run_as_owner(
        okrs.tenant,
        "WITH k AS (UPDATE planning.key_result SET target_value = 80 WHERE tenant_id = $1 AND id = $2)"
        " INSERT INTO planning.calibration (tenant_id, id, cycle_id, subject_kind, key_result_id, old_value, new_value,"
        " reason, status, decided_by, decided_at, version, created_at, updated_at, created_by)"
        " VALUES ($1, gen_random_uuid(), $3, 'key_result', $2, 100, 80, 'A market was closed to us.', 'approved',"
        " gen_random_uuid(), '2025-11-10T09:00:00Z', 1, now(), now(), gen_random_uuid())",
        key_result["id"],
        objective["cycle_id"],
    )
    found = await course(okrs, key_result)
    assert found["target_changes"] == [{"on_date": "2025-11-10", "old": "100", "new": "80"}]
    points = {each["on_date"]: (each["target"], each["progress"]) for each in found["points"]}
    assert (points["2025-11-05"], points["2025-11-12"]) == (("100", 0.4), ("80", 0.5))
    # What was said came after the moment that was asked for.
    assert found["check_ins"] == []
    now = await okrs.read(f"/key-results/{key_result['id']}/trajectory")
    assert [(each["confidence"], each["has_blocker"]) for each in now["check_ins"]] == [(0.3, True)]
    # The target of a moment is the one that held then.
    before = await okrs.progress(objective, "2025-11-09T12:00:00Z")
    after = await okrs.progress(objective, AFTER)
    assert [each["key_results"][0]["target"] for each in (before, after)] == ["100", "80"]
    assert [each["key_results"][0]["progress"] for each in (before, after)] == [0.4, 0.5]


@pytest.mark.parametrize("kind", ["hold", "milestone", "binary"])
async def test_other_courses_tell_progress_itself(okrs: Okrs, kind: str) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    kinds: dict[str, Json] = {
        "hold": {"metric_code": "units_sold", "bound": "at_least", "target": "10"},
        "milestone": {"milestones": [{"title": "One"}, {"title": "Two"}]},
        "binary": {},
    }
    key_result = await okrs.key_result(objective, kind=kind, **kinds[kind])
    done = {"done_date": "2025-11-05"}
    if kind == "hold":
        await okrs.readings(*daily("units_sold", [("2025-10-31", "12"), ("2025-11-05", "9"), ("2025-12-01", "11")]))
    elif kind == "milestone":
        path = f"/key-results/{key_result['id']}/milestones/1"
        assert (await okrs.client.put(path, json=done, headers={"If-Match": '"v1"'})).status_code == 200
    else:
        assert (await okrs.patch("/key-results", key_result, **done)).status_code == 200
    found = await course(okrs, key_result)
    points = {each["on_date"]: each["progress"] for each in found["points"]}
    expected = {
        "hold": (None, 0.5, 0.6667),
        "milestone": (0, 0.5, 0.5),
        "binary": (0, 1, 1),
    }[kind]
    assert tuple(points[day] for day in ("2025-10-29", "2025-11-12", "2025-12-31")) == expected
    assert (found["start"], found["target"], found["points"][0]["on_date"]) == ("0", "1", str(date(2025, 10, 1)))


async def test_the_course_of_what_is_read_last(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    rank = {"metric_code": "category_rank", "start": "85", "target": "40", "window": {"kind": "latest"}}
    key_result = await okrs.key_result(objective, **rank)
    await okrs.readings(*daily("category_rank", [("2025-10-07", "80"), ("2025-11-01", "55")]))
    points = {each["on_date"]: each["value"] for each in (await course(okrs, key_result))["points"]}
    assert (points["2025-10-01"], points["2025-10-08"], points["2025-11-05"]) == (None, "80", "55")


async def test_what_was_cancelled_has_no_course(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    key_result = await okrs.key_result(objective)
    await okrs.objective_step(objective, "cancellations", reason="Given up")
    assert (await okrs.client.get(f"/key-results/{key_result['id']}/trajectory")).status_code == 404
