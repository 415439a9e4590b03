"""Key results over HTTP: what a definition may be, what is frozen, milestones, and what people say of them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Source
from services.planning.schemas.objective_progress import ObjectiveProgressRead
from shared.core.clock import utc_now
from tests.planning.objectives.okrs import Json, Okrs, pointers, problem, reading
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

REACH: Json = {"title": "Units", "kind": "reach", "metric_code": "units_sold", "start": "0", "target": "100"}
HOLD: Json = {"title": "TACOS", "kind": "hold", "metric_code": "tacos", "bound": "at_most", "target": "0.03"}
STEPS = [{"title": "Drawn", "weight": "2"}, {"title": "Built", "weight": "3"}, {"title": "Sold", "weight": "5"}]


async def draft(okrs: Okrs, **more: Any) -> Json:
    return await okrs.objective(await okrs.unit(), await okrs.cycle(), **more)


async def agreed(okrs: Okrs, *bodies: Json) -> list[Json]:
    """The key results of an active objective."""
    objective = await draft(okrs)
    made = [await okrs.key_result(objective, **body) for body in bodies]
    await okrs.activate(objective)
    return made


async def test_a_key_result_that_was_added_is_read_and_listed(okrs: Okrs) -> None:
    objective = await draft(okrs)
    path = f"/objectives/{objective['id']}/key-results"
    points = [{"value": "0", "grade": 0}, {"value": "60", "grade": 0.7}, {"value": "100", "grade": 1}]
    body = REACH | {"scope": {"marketplace": "US"}, "grade_points": points}
    answer = await okrs.client.post(path, json=body | {"window": {"kind": "trailing_days", "days": 28}})
    made = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"v1"')
    assert answer.headers["location"] == f"http://test/v1/key-results/{made['id']}"
    assert (made["position"], made["scope"], made["grade_points"]) == (1, {"marketplace": "US"}, points)
    assert made["window"] == {"kind": "trailing_days", "days": 28}
    steps = await okrs.add(path, {"title": "Tool", "kind": "milestone", "milestones": STEPS})
    assert [each["position"] for each in steps["milestones"]] == [1, 2, 3]
    assert await okrs.read(f"/key-results/{made['id']}") == made
    listed = (await okrs.read(path))["items"]
    # A list writes fractions of a second without zeros at their end.
    without = {"created_at", "updated_at"}
    assert [{name: each[name] for name in each.keys() - without} for each in listed] == [
        {name: each[name] for name in each.keys() - without} for each in (made, steps)
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # K08: a reach that is there already.
        (REACH | {"start": "100"}, ("#/target", "start_is_target")),
        (REACH | {"bound": "at_least"}, ("#/bound", "bound_not_wanted")),
        (HOLD | {"bound": None}, ("#/bound", "bound_missing")),
        ({"title": "Tool", "kind": "milestone"}, ("#/milestones", "milestones_missing")),
        (REACH | {"milestones": STEPS}, ("#/milestones", "milestones_not_wanted")),
        (
            {"title": "Tool", "kind": "milestone", "milestones": [{"title": "Drawn", "weight": "0"}]},
            ("#/milestones", "milestone_weight_not_positive"),
        ),
        ({"title": "Tool", "kind": "binary", "metric_code": "units_sold"}, ("#/metric_code", "metric_not_wanted")),
        (REACH | {"grade_points": [{"value": "1", "grade": 1}]}, ("#/grade_points", "grade_points_too_few")),
        (
            REACH | {"grade_points": [{"value": value, "grade": 0.5} for value in ("1", "3", "2")]},
            ("#/grade_points", "grade_points_not_ordered"),
        ),
        (REACH | {"metric_code": "no_such_metric"}, ("#/metric_code", "unknown")),
        (REACH | {"metric_code": "net_revenue"}, ("#/currency", "currency_missing")),
        (REACH | {"currency": "USD"}, ("#/currency", "currency_not_wanted")),
        (REACH | {"scope": {"org_unit_id": "nobody"}}, ("#/scope/org_unit_id", "unknown")),
        (REACH | {"scope": {"node_id": str(uuid4())}}, ("#/scope/node_id", "unknown")),
        (REACH | {"window": {"kind": "trailing_days"}}, ("#/window/days", "window_days")),
        (REACH | {"window": {"kind": "latest", "days": 3}}, ("#/window/days", "window_days")),
        (REACH | {"owner_id": str(uuid4())}, ("#/owner_id", "unknown")),
    ],
)
async def test_a_definition_that_cannot_be_is_refused_by_field(
    okrs: Okrs, change: Json, expected: tuple[str, str]
) -> None:
    objective = await draft(okrs)
    answer = await okrs.client.post(f"/objectives/{objective['id']}/key-results", json=change)
    assert (answer.status_code, pointers(answer)) == (422, [expected])
    # Nor does a change of one that was whole lead there.
    whole = {"reach": REACH, "hold": HOLD}.get(change["kind"])
    if whole is not None and change["kind"] != "milestone":
        made = await okrs.add(f"/objectives/{objective['id']}/key-results", whole)
        differing = {name: value for name, value in change.items() if value != whole.get(name)}
        answer = await okrs.patch("/key-results", made, **differing)
        assert (answer.status_code, pointers(answer)) == (422, [expected])


async def test_what_is_measured_is_never_typed_in(okrs: Okrs) -> None:
    """There is no field for progress or value, and a check-in takes a value for a manual metric alone (invariant 2)."""
    [measured, computed, done] = await agreed(okrs, {}, HOLD, {"kind": "binary"})
    for field in ("value", "progress", "grade", "is_done"):
        answer = await okrs.patch("/key-results", measured, **{field: 1})
        assert (answer.status_code, pointers(answer)[0][0]) == (422, f"#/{field}")
    for key_result, code in (
        (measured, "value_is_measured"),
        (computed, "value_is_measured"),
        (done, "value_without_metric"),
    ):
        answer = await okrs.check_in(key_result, confidence=0.8, value="12")
        assert (answer.status_code, pointers(answer)) == (422, [("#/value", code)])


async def test_a_value_of_a_manual_metric_becomes_a_reading(okrs: Okrs) -> None:
    # Over many years, so that today lies in it whenever this runs.
    cycle = await okrs.cycle(("2025-01-01", "2098-12-31"), "three_year")
    objective = await okrs.objective(await okrs.unit(), cycle)
    heads = {"metric_code": "headcount", "start": "10", "target": "20", "window": {"kind": "latest"}}
    buyers = {"metric_code": "buyers", "start": "0", "target": "500"}
    people, referred = [await okrs.key_result(objective, **each) for each in (heads, buyers)]
    await okrs.activate(objective)
    said = await okrs.check_in(people, confidence=0.9, value="15")
    assert (said.status_code, said.json()["value"]) == (201, "15")
    month = {"start_date": "2026-01-01", "end_date": "2026-01-31"}
    assert (await okrs.check_in(referred, confidence=0.9, value="40", period=month)).status_code == 201
    assert (await okrs.check_in(referred, confidence=0.9, value="50", period=month)).status_code == 201
    [first, second] = (await okrs.progress(objective))["key_results"]
    # A value for the same days is observed anew: it takes the place of the one before.
    assert (first["value"], first["progress"], second["value"], second["progress"]) == ("15", 0.5, "50", 0.1)
    for wrong, expected in (
        ({"period": month}, ("#/period", "not_wanted")),
        ({"value": "1", "period": {"start_date": "2026-02-01", "end_date": "2026-01-01"}}, None),
        ({"value": "1", "period": {"start_date": "2098-01-01", "end_date": "2098-01-02"}}, None),
    ):
        answer = await okrs.check_in(referred, confidence=0.9, **wrong)
        assert answer.status_code == 422
        assert pointers(answer) == [expected or pointers(answer)[0]]
        assert pointers(answer)[0][0].startswith("#/period")


async def test_little_confidence_demands_an_answer(okrs: Okrs, tenant: Tenant) -> None:
    [key_result, _] = await agreed(okrs, {}, {"kind": "binary"})
    for blocker in (None, "", "  "):
        answer = await okrs.check_in(key_result, confidence=0.39, blocker=blocker)
        assert (answer.status_code, pointers(answer)) == (422, [("#/blocker", "answer_missing")])
    assert (await okrs.check_in(key_result, confidence=0.4)).status_code == 201
    blocked = await okrs.check_in(key_result, confidence=0.2, blocker="No ship before May", note="We try air.")
    assert (blocked.status_code, blocked.json()["blocker"]) == (201, "No ship before May")
    said = (await okrs.read(f"/key-results/{key_result['id']}/check-ins"))["items"]
    assert [each["confidence"] for each in said] == [0.2, 0.4]


async def test_an_open_action_answers_little_confidence(okrs: Okrs, tenant: Tenant) -> None:
    [key_result, _] = await agreed(okrs, {}, {"kind": "binary"})
    objective = await okrs.read(f"/objectives/{key_result['objective_id']}")
    await run_as_owner(
        tenant,
        "WITH r AS (INSERT INTO planning.review (tenant_id, id, unit_id, cycle_id, kind, month_date, due_date, status,"
        " prefill, prefilled_at, version, created_at, updated_at, created_by) VALUES ($1, gen_random_uuid(), $2, $3,"
        " 'monthly', '2025-10-01', '2025-11-10', 'prefilled', '{}', now(), 1, now(), now(), $2) RETURNING id)"
        " INSERT INTO planning.review_action (tenant_id, id, review_id, text, status, target_kind, key_result_id,"
        " version, created_at, updated_at, created_by)"
        " SELECT $1, gen_random_uuid(), r.id, 'Ship by air', 'open', 'key_result', $4, 1, now(), now(), $2 FROM r",
        objective["unit_id"],
        objective["cycle_id"],
        key_result["id"],
    )
    assert (await okrs.check_in(key_result, confidence=0.1)).status_code == 201


@pytest.mark.parametrize("confidence", [-0.1, 1.1])
async def test_confidence_lies_between_none_and_all(okrs: Okrs, confidence: float) -> None:
    [key_result, _] = await agreed(okrs, {}, {"kind": "binary"})
    answer = await okrs.check_in(key_result, confidence=confidence)
    assert (answer.status_code, pointers(answer)[0][0]) == (422, "#/confidence")


async def test_only_what_is_active_is_spoken_of(okrs: Okrs) -> None:
    objective = await draft(okrs)
    key_result = await okrs.key_result(objective)
    assert problem(await okrs.check_in(key_result, confidence=0.9)) == (409, "objective-not-active")


async def test_targets_are_frozen_by_name_once_agreed(okrs: Okrs) -> None:
    """Invariant 3: from activation on a target moves by a calibration alone."""
    [key_result, hold] = await agreed(okrs, {}, HOLD)
    for field, value in (
        ("target", "90"),
        ("start", "1"),
        ("metric_code", "orders"),
        ("scope", {"marketplace": "US"}),
        ("window", {"kind": "latest"}),
        ("weight", "2"),
        ("grade_points", [{"value": "1", "grade": 0}, {"value": "2", "grade": 1}]),
    ):
        answer = await okrs.patch("/key-results", key_result, **{field: value})
        assert (problem(answer), pointers(answer)) == ((409, "fields-frozen"), [(f"#/{field}", "frozen")])
    answer = await okrs.patch("/key-results", hold, bound="at_least", target="0.5", title="Other")
    assert (problem(answer), answer.json()["parameters"]) == ((409, "fields-frozen"), {"fields": "bound, target"})
    changed = await okrs.patch("/key-results", key_result, title="Units of the quarter", target="100")
    assert (changed.status_code, changed.json()["title"], changed.json()["target"]) == (
        200,
        "Units of the quarter",
        "100",
    )
    path = f"/objectives/{key_result['objective_id']}/key-results"
    assert problem(await okrs.client.post(path, json=REACH)) == (409, "objective-not-draft")
    answer = await okrs.client.delete(f"/key-results/{key_result['id']}", headers={"If-Match": '"v2"'})
    assert problem(answer) == (409, "objective-not-draft")


async def test_a_draft_is_defined_anew_and_deleted(okrs: Okrs) -> None:
    key_result = await okrs.key_result(await draft(okrs))
    answer = await okrs.patch(
        "/key-results",
        key_result,
        metric_code="net_revenue",
        currency="USD",
        target="12000000",
        scope={"marketplace": "US"},
        window={"kind": "last_full_month"},
    )
    changed = answer.json()
    assert (answer.headers["etag"], changed["target"], changed["currency"]) == ('"v2"', "12000000", "USD")
    assert (changed["scope"], changed["window"]) == ({"marketplace": "US"}, {"kind": "last_full_month", "days": None})
    assert problem(await okrs.patch("/key-results", key_result, target="1")) == (412, "precondition-failed")
    path = f"/key-results/{key_result['id']}"
    assert (await okrs.client.delete(path, headers={"If-Match": '"v1"'})).status_code == 412
    assert (await okrs.client.delete(path, headers={"If-Match": '"v2"'})).status_code == 204
    assert (await okrs.client.get(path)).status_code == 404


async def test_key_results_add_to_others_and_never_to_themselves(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    above, below = await okrs.objective(company, cycle), await okrs.objective(company, cycle)
    one, sibling = await okrs.key_result(above), await okrs.key_result(above)
    other = await okrs.key_result(below, parent_key_result_id=one["id"])
    for key_result, parent in ((one, sibling), (one, one), (one, other)):
        answer = await okrs.patch("/key-results", key_result, parent_key_result_id=parent["id"])
        assert problem(answer) == (409, "misplaced-key-result")
    answer = await okrs.patch("/key-results", one, parent_key_result_id=str(uuid4()))
    assert pointers(answer) == [("#/parent_key_result_id", "unknown")]
    freed = await okrs.patch("/key-results", other, parent_key_result_id=None)
    answers = await asyncio.gather(
        okrs.patch("/key-results", freed.json(), parent_key_result_id=one["id"]),
        okrs.patch("/key-results", one, parent_key_result_id=other["id"]),
    )
    assert sorted(each.status_code for each in answers) == [200, 409]


async def test_milestones_are_marked_with_a_day(okrs: Okrs) -> None:
    """K10: weights 2, 3, 5; the first two are done."""
    [tool, done] = await agreed(okrs, {"kind": "milestone", "milestones": STEPS}, {"kind": "binary"})
    path = f"/key-results/{tool['id']}/milestones"
    for position, day in ((1, "2025-10-10"), (2, "2025-11-20")):
        version = {"If-Match": f'"v{position}"'}
        answer = await okrs.client.put(f"{path}/{position}", json={"done_date": day}, headers=version)
        assert answer.status_code == 200, answer.text
        assert answer.json()["milestones"][position - 1]["done_date"] == day
    objective = {"id": tool["objective_id"]}
    [first, second] = (await okrs.progress(objective))["key_results"]
    assert (first["progress"], second["progress"]) == (0.5, 0)
    # By the end of October only the first one was done.
    early = await okrs.progress(objective, "2025-10-31T12:00:00Z")
    assert early["key_results"][0]["progress"] == 0.2
    assert (await okrs.read(f"{path}/2"))["done_date"] == "2025-11-20"
    version = {"If-Match": '"v3"'}
    assert (await okrs.client.put(f"{path}/4", json={"done_date": None}, headers=version)).status_code == 404
    late = await okrs.client.put(f"{path}/3", json={"done_date": "2099-01-01"}, headers=version)
    assert (late.status_code, pointers(late)) == (422, [("#/done_date", "too_late")])
    stale = await okrs.client.put(f"{path}/3", json={"done_date": None}, headers={"If-Match": '"v1"'})
    assert stale.status_code == 412
    answer = await okrs.patch("/key-results", done, done_date="2025-12-01")
    assert (answer.json()["is_done"], answer.json()["done_date"]) == (True, "2025-12-01")
    assert [each["progress"] for each in (await okrs.progress(objective))["key_results"]] == [0.5, 1]
    before = await okrs.progress(objective, "2025-11-30T12:00:00Z")
    assert before["key_results"][1]["progress"] == 0
    answer = await okrs.patch("/key-results", tool | {"version": 3}, done_date="2025-12-01")
    assert (answer.status_code, pointers(answer)) == (422, [("#/done_date", "not_wanted")])


async def test_a_grade_is_suggested_by_what_is_known_and_keeps_it(okrs: Okrs) -> None:
    """K11 with the figures of a key result, and a restatement after it was graded."""
    points = [{"value": "0", "grade": 0}, {"value": "60", "grade": 0.7}, {"value": "100", "grade": 1}]
    objective = await draft(okrs, ambition="stretch")
    pointed = await okrs.key_result(objective, scope={"marketplace": "US"}, grade_points=points)
    plain = await okrs.key_result(objective, scope={"marketplace": "US"})
    silent = await okrs.key_result(objective, scope={"marketplace": "JP"})
    await okrs.activate(objective)
    first = reading("units_sold", ("2025-11-01", "2025-11-30"), "30", marketplace="US")
    await okrs.readings(first)
    assert problem(await okrs.grade(pointed)) == (409, "cycle-not-grading")
    await okrs.move_cycle(objective["cycle_id"], "grading")
    graded = (await okrs.grade(pointed)).json()
    # The points say 0.35 at 30, and a half goes up.
    assert (graded["grade"], graded["suggested_grade"], graded["graded_value"]) == (0.4, 0.4, "30")
    assert (graded["graded_progress"], graded["grade_reason"]) == (0.3, None)
    assert (await okrs.grade(plain)).json()["grade"] == 0.3
    refused = await okrs.grade(plain, grade=0.5)
    assert (problem(refused), pointers(refused)) == ((422, "reason-missing"), [("#/reason", "reason_missing")])
    assert refused.json()["parameters"]["suggested_grade"] == 0.3
    changed = (await okrs.grade(plain, grade=0.5, reason="A recall elsewhere brought a third of it.")).json()
    assert (changed["grade"], changed["suggested_grade"]) == (0.5, 0.3)
    assert pointers(await okrs.grade(silent)) == [("#/grade", "nothing_known")]
    assert pointers(await okrs.grade(silent, grade=0.25, reason="So")) == [("#/grade", "not_a_grade")]
    assert (await okrs.grade(silent, grade=0.2, reason="Nothing was measured.")).json()["suggested_grade"] is None
    # (0.4 + 0.5 + 0.2) / 3 = 0.37
    assert (await okrs.objective_step(objective, "grades")).json()["grade"] == 0.4
    [first_kept, *_] = (await okrs.progress(objective))["key_results"]
    assert (first_kept["value"], first_kept["progress"], first_kept["health"]) == ("30", 0.3, "closed")
    assert problem(await okrs.grade(plain, grade=0.6, reason="Again")) == (409, "objective-not-active")


async def test_what_was_graded_is_not_moved_by_a_restatement(okrs: Okrs) -> None:
    objective = await draft(okrs, ambition="stretch")
    kept, open_one = await okrs.key_result(objective), await okrs.key_result(objective)
    await okrs.activate(objective)
    day = ("2025-11-01", "2025-11-30")
    await okrs.readings(reading("units_sold", day, "30"))
    await okrs.move_cycle(objective["cycle_id"], "grading")
    assert (await okrs.grade(kept)).json()["grade"] == 0.3
    async with okrs.database.session(okrs.tenant.id) as session:
        now = utc_now()
        restated = reading("units_sold", day, "80", observed=now.isoformat())
        await record_readings(session, okrs.tenant.id, [restated], Origin(Source.FEED, now))
    found = await okrs.progress(objective)
    assert [each["progress"] for each in found["key_results"]] == [0.3, 0.8]
    ObjectiveProgressRead.model_validate_json(
        (await okrs.client.get(f"/objectives/{objective['id']}/progress")).content
    )
    assert open_one["grade"] is None


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("target_value = start_value", "ck_key_result_reach"),
        ("bound = 'at_most'", "ck_key_result_hold"),
        ("milestones = '[{}]'", "ck_key_result_milestone"),
        ("kind = 'binary'", "ck_key_result_measured"),
        ("window_days = 3", "ck_key_result_window"),
        ("weight = -1", "ck_key_result_weight"),
        ("grade = 2", "ck_key_result_grade"),
        ("parent_key_result_id = id", "ck_key_result_parent"),
    ],
)
async def test_the_database_holds_what_it_can(okrs: Okrs, tenant: Tenant, change: str, constraint: str) -> None:
    """Invariant 1 among them."""
    await okrs.key_result(await draft(okrs))
    with pytest.raises(Exception, match=constraint):
        await run_as_owner(tenant, f"UPDATE planning.key_result SET {change} WHERE tenant_id = $1")
