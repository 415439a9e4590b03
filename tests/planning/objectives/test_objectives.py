"""Objectives over HTTP: a forest within cycles, their states, and what may change in which."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.db.engine import Database
from tests.planning.objectives.okrs import Json, Okrs, pointers, problem
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant


async def ready(okrs: Okrs, cycle_id: str, **more: Any) -> Json:
    """A draft of a company that can be activated."""
    objective = await okrs.objective(await okrs.unit(), cycle_id, **more)
    for target in ("100", "200"):
        await okrs.key_result(objective, target=target)
    return objective


async def test_an_objective_that_was_added_is_read_and_found(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    body = {"unit_id": company, "cycle_id": cycle, "title": "Lead the market", "why": "We lag behind."}
    answer = await okrs.client.post("/objectives", json=body)
    made = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"v1"')
    assert answer.headers["location"] == f"http://test/v1/objectives/{made['id']}"
    assert (made["status"], made["level"], made["weight"]) == ("draft", "company", "1")
    assert await okrs.read(f"/objectives/{made['id']}") == made
    module = await okrs.unit("module", company)
    child = await okrs.objective(module, cycle, parent_id=made["id"], title="Win Germany")
    for filters, expected in (
        ({"cycle_id": cycle}, [made["id"], child["id"]]),
        ({"unit_id": module}, [child["id"]]),
        ({"parent_id": made["id"]}, [child["id"]]),
        ({"level": "company,team"}, [made["id"]]),
        ({"status": "active"}, []),
        ({"search": "germany"}, [child["id"]]),
    ):
        assert [each["id"] for each in (await okrs.read("/objectives", **filters))["items"]] == expected


async def test_what_an_objective_names_must_exist(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    body = {"unit_id": company, "cycle_id": cycle, "title": "Lead", "why": ""}
    for field in ("unit_id", "cycle_id", "parent_id"):
        answer = await okrs.client.post("/objectives", json=body | {field: str(uuid4())})
        assert (answer.status_code, pointers(answer)) == (422, [(f"#/{field}", "unknown")])


async def test_parents_form_a_forest(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    top = await okrs.objective(company, cycle)
    middle = await okrs.objective(company, cycle, parent_id=top["id"])
    low = await okrs.objective(company, cycle, parent_id=middle["id"])
    for parent in (top, middle, low):
        answer = await okrs.patch("/objectives", top, parent_id=parent["id"])
        assert problem(answer) == (409, "misplaced-objective")
        assert answer.json()["parameters"]["code"] == "AL4"
    moved = await okrs.patch("/objectives", low, parent_id=top["id"])
    assert moved.json()["parent_id"] == top["id"]
    assert (await okrs.patch("/objectives", middle, parent_id=None)).json()["parent_id"] is None


async def test_two_writers_at_once_cannot_close_a_circle(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    for _ in range(5):
        one, other = await okrs.objective(company, cycle), await okrs.objective(company, cycle)
        answers = await asyncio.gather(
            okrs.patch("/objectives", one, parent_id=other["id"]),
            okrs.patch("/objectives", other, parent_id=one["id"]),
        )
        assert sorted(each.status_code for each in answers) == [200, 409]


async def test_three_writers_at_once_cannot_close_a_circle(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    for _ in range(3):
        ring = [await okrs.objective(company, cycle) for _ in range(3)]
        answers = await asyncio.gather(
            *(okrs.patch("/objectives", each, parent_id=ring[place - 1]["id"]) for place, each in enumerate(ring))
        )
        assert sorted(each.status_code for each in answers) == [200, 200, 409]


async def test_a_child_lies_within_its_parents_days(okrs: Okrs) -> None:
    company = await okrs.unit()
    year = await okrs.cycle(("2025-01-01", "2025-12-31"), "year")
    quarter = await okrs.cycle()
    other_year = await okrs.cycle(("2026-01-01", "2026-12-31"), "year")
    of_year, of_other = await okrs.objective(company, year), await okrs.objective(company, other_year)
    of_quarter = await okrs.objective(company, quarter, parent_id=of_year["id"])
    for child, parent in ((of_quarter, of_other), (of_year, of_other)):
        answer = await okrs.patch("/objectives", child, parent_id=parent["id"])
        assert problem(answer) == (409, "misplaced-objective")
        assert answer.json()["parameters"]["code"] == "AL3"
    body = {"unit_id": company, "cycle_id": year, "title": "Lead", "why": "", "parent_id": of_quarter["id"]}
    assert problem(await okrs.client.post("/objectives", json=body)) == (409, "misplaced-objective")


async def test_nothing_hangs_below_what_is_over(okrs: Okrs) -> None:
    cycle = await okrs.cycle()
    over = await ready(okrs, cycle)
    assert (await okrs.objective_step(over, "cancellations", reason="Too late")).status_code == 200
    draft = await okrs.objective(over["unit_id"], cycle)
    answer = await okrs.patch("/objectives", draft, parent_id=over["id"])
    assert problem(answer) == (409, "misplaced-objective")


async def test_the_life_of_an_objective(okrs: Okrs) -> None:
    cycle = await okrs.cycle()
    objective = await ready(okrs, cycle)
    active = await okrs.activate(objective)
    assert (active["status"], active["version"], active["key_results_count"]) == ("active", 2, 2)
    assert problem(await okrs.objective_step(objective, "grades")) == (409, "cycle-not-grading")
    await okrs.move_cycle(cycle, "grading")
    refused = await okrs.objective_step(objective, "grades")
    assert (problem(refused), refused.json()["parameters"]) == ((409, "key-results-not-graded"), {"missing": 2})
    key_results = (await okrs.read(f"/objectives/{objective['id']}/key-results"))["items"]
    for key_result, grade in zip(key_results, (0.5, 0.8), strict=True):
        assert (await okrs.grade(key_result, grade=grade, reason="By hand")).status_code == 200
    refused = await okrs.objective_step(objective, "grades", explanation=" ")
    assert pointers(refused) == [("#/explanation", "explanation_missing")]
    graded = (await okrs.objective_step(objective, "grades", explanation="The ship was late.")).json()
    # (0.5 + 0.8) / 2 = 0.65, and a half goes up.
    assert (graded["status"], graded["grade"], graded["graded_at"] is None) == ("graded", 0.7, False)
    closed = (await okrs.objective_step(objective, "closings", decision="modify")).json()
    assert (closed["status"], closed["close_decision"]) == ("closed", "modify")
    changes = (await okrs.read("/changes", subject_id=objective["id"]))["items"]
    assert [each["action"] for each in changes] == ["closed", "graded", "activated", "created"]


@pytest.mark.parametrize(
    ("state", "impossible"),
    [
        ("draft", ["grades", "closings"]),
        ("active", ["activations", "closings"]),
        ("graded", ["activations", "grades", "cancellations"]),
        ("closed", ["activations", "grades", "closings", "cancellations"]),
        ("cancelled", ["activations", "grades", "closings", "cancellations"]),
    ],
)
async def test_states_follow_each_other(okrs: Okrs, state: str, impossible: list[str]) -> None:
    cycle = await okrs.cycle()
    objective = await ready(okrs, cycle, ambition="stretch")
    if state == "cancelled":
        await okrs.objective_step(objective, "cancellations", reason="Given up")
    elif state != "draft":
        await okrs.activate(objective)
    if state in ("graded", "closed"):
        await okrs.move_cycle(cycle, "grading")
        for key_result in (await okrs.read(f"/objectives/{objective['id']}/key-results"))["items"]:
            await okrs.grade(key_result, grade=0.6, reason="By hand")
        await okrs.objective_step(objective, "grades")
    if state == "closed":
        await okrs.objective_step(objective, "closings", decision="drop")
    assert (await okrs.read(f"/objectives/{objective['id']}"))["status"] == state
    bodies: dict[str, Json] = {"closings": {"decision": "keep"}, "cancellations": {"reason": "Given up"}}
    for noun in impossible:
        answer = await okrs.objective_step(objective, noun, **bodies.get(noun, {}))
        assert problem(answer) == (409, "illegal-transition"), noun


async def test_an_objective_becomes_active_only_in_an_open_cycle(okrs: Okrs) -> None:
    preparing = await okrs.cycle(status="preparing")
    objective = await ready(okrs, preparing)
    assert problem(await okrs.objective_step(objective, "activations")) == (409, "cycle-not-open")
    await okrs.move_cycle(preparing, "open")
    await okrs.move_cycle(preparing, "grading")
    assert problem(await okrs.objective_step(objective, "activations")) == (409, "cycle-not-open")


async def test_errors_of_the_alignment_stop_activation_and_are_told(okrs: Okrs) -> None:
    company, cycle = await okrs.unit(), await okrs.cycle()
    orphan = await okrs.objective(await okrs.unit("module", company), cycle)
    refused = await okrs.objective_step(orphan, "activations")
    assert problem(refused) == (409, "alignment-errors")
    assert refused.json()["parameters"]["codes"] == "AL1, AL5"
    assert [each["code"] for each in refused.json()["errors"]] == ["AL1", "AL5"]
    assert (await okrs.read(f"/objectives/{orphan['id']}"))["status"] == "draft"
    lacking = await okrs.objective(company, cycle)
    key_result = await okrs.key_result(lacking, owner_id=None)
    refused = await okrs.objective_step(lacking, "activations")
    assert pointers(refused) == [(f"/key-results/{key_result['id']}", "AL6")]


async def test_a_reason_is_needed_to_give_up(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    for reason in (None, "", "  \n "):
        answer = await okrs.objective_step(objective, "cancellations", reason=reason)
        assert (answer.status_code, pointers(answer)[0][0]) == (422, "#/reason")
    cancelled = (await okrs.objective_step(objective, "cancellations", reason="The category closed.")).json()
    assert (cancelled["status"], cancelled["cancel_reason"]) == ("cancelled", "The category closed.")


async def test_what_is_agreed_stays_and_words_may_change(okrs: Okrs) -> None:
    cycle = await okrs.cycle()
    objective = await okrs.activate(await ready(okrs, cycle))
    for field, value in (("ambition", "stretch"), ("weight", "3"), ("horizon", "strategic")):
        answer = await okrs.patch("/objectives", objective, **{field: value})
        assert (problem(answer), pointers(answer)) == ((409, "fields-frozen"), [(f"#/{field}", "frozen")])
    # A field that says what it said before is no change.
    answer = await okrs.patch("/objectives", objective, title="Be first", why="Because.", weight="1")
    assert (answer.status_code, answer.json()["title"], answer.json()["version"]) == (200, "Be first", 3)


async def test_what_is_over_is_only_read(okrs: Okrs) -> None:
    objective = await ready(okrs, await okrs.cycle())
    await okrs.objective_step(objective, "cancellations", reason="Given up")
    present = await okrs.read(f"/objectives/{objective['id']}")
    assert problem(await okrs.patch("/objectives", present, title="Other")) == (409, "objective-over")
    [key_result, _] = (await okrs.read(f"/objectives/{objective['id']}/key-results"))["items"]
    assert problem(await okrs.patch("/key-results", key_result, title="Other")) == (409, "objective-over")
    basis = {"kind": "need", "text": "Lighter"}
    answer = await okrs.client.post(f"/objectives/{objective['id']}/bases", json=basis)
    assert problem(answer) == (409, "objective-over")


async def test_only_a_draft_without_objectives_below_is_deleted(okrs: Okrs) -> None:
    cycle = await okrs.cycle()
    objective = await ready(okrs, cycle)
    child = await okrs.objective(objective["unit_id"], cycle, parent_id=objective["id"])
    version = {"If-Match": '"v1"'}
    answer = await okrs.client.delete(f"/objectives/{objective['id']}", headers=version)
    assert problem(answer) == (409, "objective-has-objectives-below")
    assert (await okrs.client.delete(f"/objectives/{child['id']}", headers=version)).status_code == 204
    active = await okrs.activate(objective)
    answer = await okrs.client.delete(f"/objectives/{objective['id']}", headers={"If-Match": '"v2"'})
    assert (active["version"], problem(answer)) == (2, (409, "objective-not-draft"))
    other = await ready(okrs, cycle)
    assert (await okrs.client.delete(f"/objectives/{other['id']}", headers=version)).status_code == 204
    assert (await okrs.client.get(f"/objectives/{other['id']}")).status_code == 404


async def test_a_closed_cycle_is_only_read(okrs: Okrs) -> None:
    cycle = await okrs.cycle()
    objective = await ready(okrs, cycle)
    [key_result, _] = (await okrs.read(f"/objectives/{objective['id']}/key-results"))["items"]
    await okrs.objective_step(objective, "cancellations", reason="Given up")
    for step in ("grading", "closed"):
        await okrs.move_cycle(cycle, step)
    present = await okrs.read(f"/objectives/{objective['id']}")
    version = {"If-Match": f'"v{present["version"]}"'}
    draft = {"unit_id": objective["unit_id"], "cycle_id": cycle, "title": "Late", "why": ""}
    of_objective = f"/objectives/{objective['id']}"
    body = {"title": "Done", "kind": "binary"}
    marks = f"/key-results/{key_result['id']}"
    for answer in (
        await okrs.client.post("/objectives", json=draft),
        await okrs.patch("/objectives", present, title="Other"),
        await okrs.client.delete(of_objective, headers=version),
        await okrs.client.post(f"{of_objective}/key-results", json=body),
        await okrs.client.post(f"{of_objective}/bases", json={"kind": "need", "text": "Lighter"}),
        await okrs.objective_step(objective, "activations"),
        await okrs.objective_step(objective, "cancellations", reason="Again"),
        await okrs.patch("/key-results", key_result, title="Other"),
        await okrs.client.delete(marks, headers={"If-Match": '"v1"'}),
        await okrs.check_in(key_result, confidence=0.9),
        await okrs.grade(key_result, grade=0.5, reason="Late"),
    ):
        assert problem(answer) == (409, "cycle-closed")
    assert (await okrs.read(of_objective))["title"] == "Lead the market"


async def test_a_stale_version_changes_nothing(okrs: Okrs) -> None:
    objective = await ready(okrs, await okrs.cycle())
    assert (await okrs.patch("/objectives", objective, title="First")).status_code == 200
    assert problem(await okrs.patch("/objectives", objective, title="Second")) == (412, "precondition-failed")
    path = f"/objectives/{objective['id']}"
    for noun, body in (("activations", {}), ("grades", {}), ("closings", {"decision": "keep"})):
        assert problem(await okrs.step(f"{path}/{noun}", objective, **body)) == (412, "precondition-failed")
    assert (await okrs.client.delete(path, headers={"If-Match": '"v1"'})).status_code == 412


async def test_a_step_is_done_once_per_key(okrs: Okrs) -> None:
    objective = await ready(okrs, await okrs.cycle())
    path, headers = f"/objectives/{objective['id']}/activations", {"If-Match": '"v1"', "Idempotency-Key": "agree"}
    first = await okrs.client.post(path, json={}, headers=headers)
    again = await okrs.client.post(path, json={}, headers=headers)
    assert (first.status_code, again.status_code, first.json()) == (200, 200, again.json())
    assert problem(await okrs.client.post(path, json={}, headers={"If-Match": '"v1"'}))[0] == 400


async def test_what_an_objective_answers(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    path = f"/objectives/{objective['id']}/bases"
    gap = await okrs.add(path, {"kind": "gap", "metric_code": "net_revenue", "scope": {"marketplace": "DE"}})
    assert (gap["cycle_id"], gap["scope"]) == (objective["cycle_id"], {"marketplace": "DE"})
    need = await okrs.add(path, {"kind": "need", "text": "A lighter plug", "evidence_url": "https://example.com/1"})
    assert [each["id"] for each in (await okrs.read(path))["items"]] == [gap["id"], need["id"]]
    for wrong, expected in (
        ({"kind": "gap"}, ("#/metric_code", "unknown")),
        ({"kind": "gap", "metric_code": "no_such_metric"}, ("#/metric_code", "unknown")),
        ({"kind": "insight"}, ("#/text", "text_missing")),
        ({"kind": "insight", "text": "So", "metric_code": "orders"}, ("#/metric_code", "not_wanted")),
        (
            {"kind": "gap", "metric_code": "orders", "scope": {"org_unit_id": str(uuid4())}},
            ("#/scope/org_unit_id", "unknown"),
        ),
    ):
        answer = await okrs.client.post(path, json=wrong)
        assert (answer.status_code, pointers(answer)) == (422, [expected])
    assert (await okrs.client.delete(f"{path}/{need['id']}", headers={"If-Match": '"v2"'})).status_code == 412
    assert (await okrs.client.delete(f"{path}/{need['id']}", headers={"If-Match": '"v1"'})).status_code == 204
    assert [each["kind"] for each in (await okrs.read(path))["items"]] == ["gap"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("parent_id = id", "ck_objective_parent"),
        ("status = 'graded'", "ck_objective_graded"),
        ("status = 'closed', grade = 1", "ck_objective_closed"),
        ("status = 'cancelled', cancel_reason = ' '", "ck_objective_cancelled"),
        ("weight = -1", "ck_objective_weight"),
        ("grade = 1.1", "ck_objective_grade"),
    ],
)
async def test_the_database_holds_what_it_can(
    okrs: Okrs, tenant: Tenant, planning_database: Database, change: str, constraint: str
) -> None:
    await okrs.objective(await okrs.unit(), await okrs.cycle())
    with pytest.raises(Exception, match=constraint):
        await run_as_owner(tenant, f"UPDATE planning.objective SET {change} WHERE tenant_id = $1")
