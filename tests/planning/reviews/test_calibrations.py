"""Calibrations over HTTP: what is agreed moves rarely, with a reason, and by two people."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.db.engine import Database
from tests.planning.objectives.okrs import Okrs
from tests.planning.plans.plan_calls import good, problem
from tests.planning.reviews.review_calls import step
from tests.planning.reviews.test_gaps import a_released_plan, months
from tests.support.tenants import Tenant

Json = dict[str, Any]


async def propose(client: httpx.AsyncClient, **body: Any) -> httpx.Response:
    full = {"reason": "The marketplace was closed."} | body
    return await client.post("/calibrations", json=full, headers={"Idempotency-Key": str(uuid4())})


async def decide(client: httpx.AsyncClient, calibration: Json, noun: str, **body: Any) -> httpx.Response:
    return await step(client, f"/calibrations/{calibration['id']}", noun=noun, **body)


def faults(answer: httpx.Response) -> str:
    assert problem(answer) == (409, "not-calibrated"), answer.text
    return str(answer.json()["parameters"]["faults"])


@pytest.fixture
def okrs(planning: httpx.AsyncClient, tenant: Tenant, planning_database: Database) -> Okrs:
    return Okrs(planning, tenant, planning_database)


async def an_agreed_key_result(okrs: Okrs) -> Json:
    """From 0 to 100 units, of an active objective."""
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    made = [await okrs.key_result(objective, title=title) for title in ("Units", "More units")]
    await okrs.activate(objective)
    return await okrs.read(f"/key-results/{made[0]['id']}")


async def test_a_target_moves_when_somebody_else_approves(okrs: Okrs, approver: httpx.AsyncClient) -> None:
    """Invariant 3."""
    planning, key_result = okrs.client, await an_agreed_key_result(okrs)
    moved = {"subject_kind": "key_result", "key_result_id": key_result["id"], "old_value": "100", "new_value": "80"}
    calibration = good(await propose(planning, **moved), 201)
    assert faults(await decide(planning, calibration, "approval")) == "own_proposal"
    assert (await okrs.read(f"/key-results/{key_result['id']}"))["target"] == "100"
    approved = good(await decide(approver, calibration, "approval", reason="Agreed."))
    assert (approved["status"], approved["decision_reason"]) == ("approved", "Agreed.")
    assert (await okrs.read(f"/key-results/{key_result['id']}"))["target"] == "80"
    assert faults(await decide(approver, calibration, "approval")) == "already_decided, not_the_present_value"
    journal = await okrs.read("/changes", subject_id=key_result["id"], sort="-changed_at")
    assert journal["items"][0]["changes"] == {"target_value": {"old": "100", "new": "80"}}
    assert journal["items"][0]["reason"] == "The marketplace was closed."


async def test_a_second_move_in_a_cycle_needs_a_reason_of_its_own(okrs: Okrs, approver: httpx.AsyncClient) -> None:
    planning, key_result = okrs.client, await an_agreed_key_result(okrs)
    subject = {"subject_kind": "key_result", "key_result_id": key_result["id"]}
    first = good(await propose(planning, **subject, old_value="100", new_value="80"), 201)
    again = subject | {"old_value": "100", "new_value": "90"}
    assert faults(await propose(planning, **again)) == "already_calibrated"
    assert problem(await decide(planning, first, "rejection")) == (422, "reason-missing")
    good(await decide(planning, first, "rejection", reason="Taken back."))
    assert problem(await decide(approver, first, "rejection", reason="Late.")) == (409, "already-decided")
    second = good(await propose(planning, **again), 201)
    good(await decide(approver, second, "approval"))
    third = subject | {"old_value": "90", "new_value": "70"}
    assert faults(await propose(planning, **third)) == "already_calibrated"
    good(await propose(planning, **third, override_reason="It was closed once more."), 201)


async def test_only_what_is_agreed_and_as_it_is_now_is_moved(okrs: Okrs) -> None:
    objective = await okrs.objective(await okrs.unit(), await okrs.cycle())
    draft = await okrs.key_result(objective)
    subject = {"subject_kind": "key_result", "key_result_id": draft["id"]}
    wrong = subject | {"old_value": "99", "new_value": "0"}
    expected = "subject_not_agreed, not_the_present_value, target_is_start"
    assert faults(await propose(okrs.client, **wrong)) == expected
    same = subject | {"old_value": "100", "new_value": "100"}
    assert faults(await propose(okrs.client, **same)) == "subject_not_agreed, nothing_changes"


async def test_a_released_value_moves_too_and_a_draft_is_simply_changed(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    planned = await a_released_plan(planning, approver, months("net_revenue", [1_000] * 12))
    place = {"plan_id": planned["plan"]["id"], "metric_code": "net_revenue", "month": "2025-03"}
    line = {"subject_kind": "plan_line", "old_value": "1000", "new_value": "900"} | place
    calibration = good(await propose(planning, **line), 201)
    good(await decide(approver, calibration, "approval"))
    lines = await planning.get(f"/plans/{planned['plan']['id']}/lines", params={"month_from": "2025-03"})
    assert [each["value"] for each in lines.json()["items"]][:2] == ["900", "1000"]
    elsewhere = await propose(planning, **line | {"month": "2026-03"})
    assert elsewhere.json()["errors"][0]["pointer"] == "#/month"


async def test_a_subject_is_named_whole_and_nothing_else(okrs: Okrs) -> None:
    key_result = await an_agreed_key_result(okrs)
    both = {"subject_kind": "key_result", "key_result_id": key_result["id"], "metric_code": "net_revenue"}
    answer = await propose(okrs.client, **both, old_value="100", new_value="80")
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("#/metric_code", "not_wanted")]
    none = await propose(okrs.client, subject_kind="plan_line", old_value="1", new_value="2")
    assert {each["code"] for each in none.json()["errors"]} == {"missing"}


async def test_two_who_propose_at_once_do_not_both_succeed(okrs: Okrs, approver: httpx.AsyncClient) -> None:
    key_result = await an_agreed_key_result(okrs)
    body = {"subject_kind": "key_result", "key_result_id": key_result["id"], "old_value": "100"}
    answers = await asyncio.gather(
        propose(okrs.client, **body, new_value="80"), propose(approver, **body, new_value="70")
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
