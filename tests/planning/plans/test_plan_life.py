"""The life of plans over HTTP: state machine 4.4, and invariants 3, 4 and 5 under attack."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.planning.plans.plan_calls import (
    a_cycle,
    a_draft,
    a_plan,
    a_unit,
    every_month,
    good,
    line,
    problem,
    put_lines,
    release,
    step,
    version_of,
)
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

STEPS = ("submissions", "returns", "approvals", "releases")
BODIES: dict[str, dict[str, Any] | None] = {"returns": {"reason": "Not yet"}, "approvals": {}}


async def a_sound_draft(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    plan: dict[str, Any] = await a_draft(client, **changes)
    good(await put_lines(client, plan, every_month("net_revenue", "100")))
    return plan


async def an_unsound_draft(client: httpx.AsyncClient) -> dict[str, Any]:
    """One whose marketplaces do not sum to the whole in January."""
    plan: dict[str, Any] = await a_draft(client)
    lines = [line("net_revenue", "2027-01", "12"), line("net_revenue", "2027-01", "11", marketplace="US")]
    good(await put_lines(client, plan, lines))
    return plan


async def test_a_plan_goes_from_draft_to_release_and_is_superseded(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tenant: Tenant
) -> None:
    first = await release(planning, approver, await a_sound_draft(planning))
    assert (first["status"], first["submitted_by"]) == ("released", str(tenant.principal_id))
    assert first["approved_by"] not in (None, str(tenant.principal_id))
    second = good(await planning.post(f"/plans/{first['id']}/versions", json={}), 201)
    good(await step(planning, second, "submissions"))
    assert good(await planning.get(f"/plans/{first['id']}"))["status"] == "released"
    assert good(await step(approver, second, "approvals", {}))["status"] == "approved"
    before = good(await planning.get(f"/plans/{first['id']}"))
    assert before["status"] == "superseded"
    assert before["superseded_at"] is not None
    assert good(await step(approver, second, "releases"))["status"] == "released"
    journal = good(await planning.get("/changes", params={"subject_id": first["id"], "sort": "changed_at"}))["items"]
    assert [each["action"] for each in journal] == [
        "created",
        "lines_written",
        "submitted",
        "approved",
        "released",
        "superseded",
    ]


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ((), {"submissions"}),
        (("submissions",), {"returns", "approvals"}),
        (("submissions", "returns"), {"submissions"}),
        (("submissions", "approvals"), {"releases"}),
        (("submissions", "approvals", "releases"), set()),
    ],
)
async def test_no_step_is_taken_that_does_not_follow(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, path: tuple[str, ...], allowed: set[str]
) -> None:
    plan = await a_sound_draft(planning)
    for noun in path:
        good(await step(planning if noun == "submissions" else approver, plan, noun, BODIES.get(noun)))
    for noun in STEPS:
        if noun not in allowed:
            assert problem(await step(approver, plan, noun, BODIES.get(noun))) == (409, "illegal-transition")


async def test_a_superseded_plan_goes_nowhere(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    first = await release(planning, approver, await a_sound_draft(planning))
    await release(planning, approver, good(await planning.post(f"/plans/{first['id']}/versions", json={}), 201))
    for noun in STEPS:
        assert problem(await step(approver, first, noun, BODIES.get(noun))) == (409, "illegal-transition")


async def test_a_plan_goes_back_only_with_a_reason_and_is_then_a_draft_again(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    plan = await a_sound_draft(planning)
    good(await step(planning, plan, "submissions"))
    assert problem(await step(approver, plan, "returns", {"reason": ""})) == (422, "invalid")
    assert problem(await step(approver, plan, "returns", {"reason": "  "})) == (422, "reason-missing")
    back = good(await step(approver, plan, "returns", {"reason": "Summer is missing"}))
    assert (back["status"], back["submitted_by"]) == ("draft", None)
    good(await put_lines(planning, plan, every_month("net_revenue", "5")))
    journal = good(await planning.get("/changes", params={"subject_id": plan["id"]}))["items"]
    assert "Summer is missing" in [each["reason"] for each in journal]


async def test_a_plan_that_says_nothing_is_not_submitted(planning: httpx.AsyncClient) -> None:
    plan = await a_draft(planning)
    assert problem(await step(planning, plan, "submissions")) == (409, "plan-without-lines")


async def test_a_plan_whose_cycle_was_moved_away_is_written_anew(planning: httpx.AsyncClient) -> None:
    plan = await a_sound_draft(planning)
    path = f"/cycles/{plan['cycle_id']}"
    headers = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    good(await planning.patch(path, json={"end_date": "2027-11-30"}, headers=headers))
    refused = await step(planning, plan, "submissions")
    assert (problem(refused), refused.json()["parameters"]) == ((409, "lines-outside-cycle"), {"count": 1})
    good(await put_lines(planning, plan, every_month("net_revenue", "1")[:11]))
    good(await step(planning, plan, "submissions"))


async def test_steps_are_taken_once_per_key_and_at_the_version_that_was_read(planning: httpx.AsyncClient) -> None:
    plan = await a_sound_draft(planning)
    path = f"/plans/{plan['id']}/submissions"
    assert problem(await planning.post(path, headers={"If-Match": '"v2"'})) == (400, "idempotency-key-missing")
    stale = {"If-Match": '"v1"', "Idempotency-Key": "a"}
    assert problem(await planning.post(path, headers=stale)) == (412, "precondition-failed")
    headers = {"If-Match": await version_of(planning, plan["id"]), "Idempotency-Key": "b"}
    first = await planning.post(path, headers=headers)
    again = await planning.post(path, headers=headers)
    assert (first.status_code, again.content, again.headers["idempotency-replayed"]) == (200, first.content, "true")


async def test_values_stand_still_once_a_plan_is_submitted(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    """Invariant 3: there is no way to write them but in a draft; a calibration is a resource of its own."""
    plan = await a_sound_draft(planning)

    async def attacks() -> None:
        version = await version_of(planning, plan["id"])
        match = {"If-Match": version}
        patch = match | {"Content-Type": "application/merge-patch+json"}
        for answer in (
            await put_lines(planning, plan, [line("net_revenue", "2027-01", "1")]),
            await put_lines(planning, plan, [], "merge"),
            await planning.put(f"/plans/{plan['id']}/years", json={"years": []}, headers=match),
            await planning.patch(f"/plans/{plan['id']}", json={"base_amount": "1"}, headers=patch),
            await planning.delete(f"/plans/{plan['id']}", headers=match),
        ):
            assert problem(answer) == (409, "plan-not-draft")
        assert await version_of(planning, plan["id"]) == version

    for noun in ("submissions", "approvals", "releases"):
        good(await step(planning if noun == "submissions" else approver, plan, noun, BODIES.get(noun)))
        await attacks()
    lines = good(await planning.get(f"/plans/{plan['id']}/lines"))["items"]
    assert {each["value"] for each in lines} == {"100"}


async def test_whoever_has_written_in_a_plan_does_not_approve_it(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    """Invariant 4, however they wrote: in this plan, or in the version that it was made from."""
    plan = await a_sound_draft(planning)
    good(await put_lines(approver, plan, [line("units_sold", "2027-01", "1")], "merge"))
    good(await step(planning, plan, "submissions"))
    for client in (planning, approver):
        assert problem(await step(client, plan, "approvals", {})) == (409, "own-plan")
    copy = good(await planning.post(f"/plans/{plan['id']}/versions", json={}), 201)
    good(await step(planning, copy, "submissions"))
    assert problem(await step(approver, copy, "approvals", {})) == (409, "own-plan")


async def test_whoever_submits_a_plan_is_one_of_its_authors(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    plan = await a_sound_draft(planning)
    good(await step(approver, plan, "submissions"))
    assert problem(await step(approver, plan, "approvals", {})) == (409, "own-plan")


async def test_errors_are_waived_by_somebody_else_before_a_plan_is_approved(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    """Invariants 4 and 5: parts that do not sum are an error of the checks."""
    plan = await an_unsound_draft(planning)
    found = good(await planning.get(f"/plans/{plan['id']}/checks"))["findings"]
    waiver = {"finding_key": found[0]["key"], "reason": "Small marketplaces are not planned"}
    assert problem(await step(approver, plan, "waivers", waiver)) == (409, "plan-not-submitted")
    good(await step(planning, plan, "submissions"))
    refused = await step(approver, plan, "approvals", {})
    assert problem(refused) == (409, "plan-has-errors")
    assert found[0]["key"] in refused.json()["errors"][0]["detail"]
    assert problem(await step(planning, plan, "waivers", waiver)) == (409, "own-waiver")
    assert problem(await step(approver, plan, "waivers", waiver | {"reason": " "})) == (422, "reason-missing")
    nothing = waiver | {"finding_key": "PC1 nothing"}
    unknown = await step(approver, plan, "waivers", nothing)
    assert (problem(unknown), unknown.json()["errors"][0]["pointer"]) == ((422, "invalid"), "#/finding_key")
    made = good(await step(approver, plan, "waivers", waiver), 201)
    assert made["reason"] == waiver["reason"]
    checks = good(await planning.get(f"/plans/{plan['id']}/checks"))
    assert (checks["error_count"], checks["open_error_count"]) == (1, 0)
    assert (checks["findings"][0]["is_waived"], checks["findings"][0]["waived_by"]) == (True, made["waived_by"])
    assert good(await planning.get(f"/plans/{plan['id']}/waivers"))["items"] == [made]
    assert good(await step(approver, plan, "approvals", {}))["status"] == "approved"


async def test_waivers_may_come_with_the_approval_and_go_with_a_return(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    plan = await an_unsound_draft(planning)
    key = good(await planning.get(f"/plans/{plan['id']}/checks"))["findings"][0]["key"]
    waiver = {"finding_key": key, "reason": "As agreed"}
    good(await step(planning, plan, "submissions"))
    good(await step(approver, plan, "waivers", waiver), 201)
    good(await step(approver, plan, "returns", {"reason": "Look again"}))
    good(await step(planning, plan, "submissions"))
    assert problem(await step(approver, plan, "approvals", {})) == (409, "plan-has-errors")
    assert good(await step(approver, plan, "approvals", {"waivers": [waiver]}))["status"] == "approved"


async def test_one_version_is_approved_at_a_time(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    first = await a_sound_draft(planning)
    second = good(await planning.post(f"/plans/{first['id']}/versions", json={}), 201)
    for plan in (first, second):
        good(await step(planning, plan, "submissions"))
    good(await step(approver, first, "approvals", {}))
    assert problem(await step(approver, second, "approvals", {})) == (409, "plan-already-approved")
    good(await step(approver, first, "releases"))
    assert good(await step(approver, second, "approvals", {}))["status"] == "approved"


async def test_of_two_approvals_at_once_one_wins(planning: httpx.AsyncClient, approver: httpx.AsyncClient) -> None:
    released = await release(planning, approver, await a_sound_draft(planning))
    rivals = [good(await planning.post(f"/plans/{released['id']}/versions", json={}), 201) for _ in range(4)]
    for plan in rivals:
        good(await step(planning, plan, "submissions"))
    answers = await asyncio.gather(*(step(approver, plan, "approvals", {}) for plan in rivals))
    lost = [problem(answer) for answer in answers if answer.status_code != 200]
    assert lost == [(409, "plan-already-approved")] * 3
    in_force = await planning.get("/plans", params={"status": "approved,released"})
    assert len(in_force.json()["items"]) == 1


async def test_the_database_itself_keeps_one_plan_in_force_and_its_approver_apart(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tenant: Tenant
) -> None:
    plan = await release(planning, approver, await a_sound_draft(planning))
    rival = good(await planning.post(f"/plans/{plan['id']}/versions", json={}), 201)
    approve = (
        "UPDATE planning.plan SET status = 'approved', approved_at = now(), approved_by = $3::uuid"
        " WHERE tenant_id = $1 AND id = $2"
    )
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_plan_in_force"):
        await run_as_owner(tenant, approve, rival["id"], plan["approved_by"])
    elsewhere = await a_sound_draft(planning)
    with pytest.raises(asyncpg.CheckViolationError, match="approver"):
        await run_as_owner(tenant, approve, elsewhere["id"], str(tenant.principal_id))


async def test_plans_of_other_kinds_units_and_cycles_stand_beside_each_other(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    unit, cycle = await a_unit(planning), await a_cycle(planning)
    places = [(unit, cycle, "one_year"), (unit, cycle, "sales")]
    places += [(await a_unit(planning), cycle, "sales"), (unit, await a_cycle(planning), "sales")]
    for one_unit, one_cycle, kind in places:
        plan = await a_plan(planning, one_unit, one_cycle, kind=kind)
        good(await put_lines(planning, plan, every_month("net_revenue", "1")))
        await release(planning, approver, plan)
    assert len(good(await planning.get("/plans", params={"status": "released"}))["items"]) == 4


async def test_rates_of_what_is_sold_elsewhere_are_frozen_by_the_approval(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient
) -> None:
    """K33: the rate of the plan."""
    plan = await a_draft(planning)
    good(await put_lines(planning, plan, every_month("net_revenue", "100", marketplace="DE")))
    good(await step(planning, plan, "submissions"))
    refused = await step(approver, plan, "approvals", {})
    assert problem(refused) == (422, "rates-missing")
    assert "EUR" in refused.json()["errors"][0]["detail"]
    rates = [{"currency": "EUR", "rate": "1.1"}]
    assert good(await step(approver, plan, "approvals", {"exchange_rates": rates}))["exchange_rates"] == rates


async def test_nothing_is_planned_in_a_closed_cycle(
    planning: httpx.AsyncClient, approver: httpx.AsyncClient, tenant: Tenant
) -> None:
    plan = await a_sound_draft(planning)
    await run_as_owner(
        tenant, "UPDATE planning.cycle SET status = 'closed' WHERE tenant_id = $1 AND id = $2", plan["cycle_id"]
    )
    body = {key: plan[key] for key in ("kind", "unit_id", "cycle_id", "title", "currency")}
    for answer in (
        await planning.post("/plans", json=body),
        await planning.post(f"/plans/{plan['id']}/versions", json={}),
        await put_lines(planning, plan, []),
        await step(planning, plan, "submissions"),
    ):
        assert problem(answer) == (409, "cycle-closed")
