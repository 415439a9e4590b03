"""The life of plans over HTTP: checks, submission, waivers, approval, release."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.approve_plan import OwnPlan, PlanAlreadyApproved, PlanHasErrors, RatesMissing
from services.planning.actions.approve_plan import approve_plan as approve
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.check_plan import check_plan
from services.planning.actions.release_plan import release_plan as release
from services.planning.actions.return_plan import return_plan as give_back
from services.planning.actions.submit_plan import LinesOutsideCycle, PlanWithoutLines
from services.planning.actions.submit_plan import submit_plan as submit
from services.planning.actions.waive_finding import OwnWaiver, PlanNotSubmitted
from services.planning.actions.waive_finding import waive_finding as waive
from services.planning.api.plan_exports import checks_table
from services.planning.domain.plan_findings import PlanCheck, PlanFinding
from services.planning.domain.plan_states import Waiver
from services.planning.domain.plan_wording import finding_sentence, not_checked_sentence
from services.planning.domain.severity import Severity
from services.planning.queries.plans import PLAN_WAIVERS, list_waivers, read_plan
from services.planning.queries.resources import get_resource
from services.planning.schemas.plan_checks import MOST_FINDINGS, CheckNotMade, PlanChecksRead, PlanFindingRead
from services.planning.schemas.plans import (
    PlanApprovalCreate,
    PlanRead,
    PlanReturnCreate,
    PlanWaiverCreate,
    PlanWaiverRead,
)
from services.planning.tables import PlanRow
from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, NotFound, ReasonMissing
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.exports import OR_TABLE, AcceptTable, export, json_answer, wants_table
from shared.web.keyed import KEYED, KeyedWrite, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("plan-steps", "From draft to release: checks, waivers, and approval by somebody else.")

list_endpoint(router, "/plans/{plan_id}/waivers", PLAN_WAIVERS, PlanWaiverRead, scope="planning.read")

_STEP = (*KEYED, NotFound, *STALE, IllegalTransition, CycleClosed)
_ORDER = {severity: place for place, severity in enumerate(Severity)}


@router.get(
    "/plans/{plan_id}/checks",
    response_model=PlanChecksRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(NotFound)},
)
async def get_plan_checks(
    plan_id: UUID, session: SessionDep, caller: CallerDep, accept: AcceptTable = None
) -> Response:
    """Check a plan against itself, other plans, its means and its market; nothing is stored."""
    found = await _checks(session, caller.tenant_id, plan_id)
    return await export(checks_table(found), accept) if wants_table(accept) else json_answer(found)


async def _checks(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> PlanChecksRead:
    plan = await get_resource(session, PlanRow, tenant_id, plan_id)
    checked = await check_plan(session, tenant_id, plan)
    waivers = {each.finding_key: each for each in await list_waivers(session, tenant_id, plan_id)}
    found = checked.checkup.findings
    shown = (
        sorted(found, key=lambda each: _ORDER[each.severity])[:MOST_FINDINGS] if len(found) > MOST_FINDINGS else found
    )
    errors = [each for each in found if each.severity is Severity.ERROR]
    return PlanChecksRead(
        plan_id=plan_id,
        error_count=len(errors),
        open_error_count=sum(each.key not in waivers for each in errors),
        warning_count=sum(each.severity is Severity.WARNING for each in found),
        note_count=sum(each.severity is Severity.NOTE for each in found),
        findings=[_finding(each, waivers.get(each.key)) for each in shown],
        not_checked=[_not_made(each, checked.unrated) for each in checked.checkup.not_checked],
    )


def _finding(finding: PlanFinding, waiver: Waiver | None) -> PlanFindingRead:
    return PlanFindingRead(
        key=finding.key,
        check=finding.check,
        code=finding.code,
        severity=finding.severity,
        subject=finding.subject,
        parameters=dict(finding.parameters),
        sentence=finding_sentence(finding),
        is_waived=waiver is not None,
        waiver_reason=None if waiver is None else waiver.reason,
        waived_by=None if waiver is None else UUID(waiver.waived_by),
    )


def _not_made(check: PlanCheck, unrated: tuple[str, ...]) -> CheckNotMade:
    if check is PlanCheck.RESOURCES and unrated:
        currencies = ", ".join(unrated)
        sentence = f"Budgets of initiatives are in {currencies}, which the plan has no exchange rate for."
        return CheckNotMade(check=check, code="rates_missing", parameters={"currencies": currencies}, sentence=sentence)
    return CheckNotMade(check=check, code="figures_missing", parameters={}, sentence=not_checked_sentence(check))


Step = Callable[..., Awaitable[PlanRow]]


async def _take(write: KeyedWrite, plan_id: UUID, version: int, step: Step, *what: Any) -> Response:
    async def produce() -> PlanRead:
        caller, now = write.caller, utc_now()
        await _run(step, write, plan_id, version, what, now)
        return await read_plan(write.session, caller.tenant_id, plan_id)

    return await write.once(produce, etag=lambda plan: etag(plan.version))


async def _run(
    step: Step, write: KeyedWrite, plan_id: UUID, version: int, what: tuple[Any, ...], now: datetime
) -> None:
    caller = write.caller
    await step(
        write.session, caller.tenant_id, plan_id, *what, expected_version=version, by=caller.principal_id, now=now
    )


@router.post(
    "/plans/{plan_id}/submissions",
    response_model=PlanRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP, PlanWithoutLines, LinesOutsideCycle),
)
async def submit_plan(plan_id: UUID, version: IfMatchDep, write: KeyedWriteDep) -> Response:
    """Hand a draft in for approval; its lines stand still from here on."""
    return await _take(write, plan_id, version, submit)


@router.post(
    "/plans/{plan_id}/returns",
    response_model=PlanRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP, ReasonMissing),
)
async def return_plan(plan_id: UUID, given: PlanReturnCreate, version: IfMatchDep, write: KeyedWriteDep) -> Response:
    """Give a submitted plan back to its authors, with a reason; its waivers are taken back."""
    return await _take(write, plan_id, version, give_back, given.reason)


@router.post(
    "/plans/{plan_id}/waivers",
    status_code=201,
    response_model=PlanWaiverRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, PlanNotSubmitted, OwnWaiver, ReasonMissing, CycleClosed),
)
async def waive_plan_finding(plan_id: UUID, waiver: PlanWaiverCreate, write: KeyedWriteDep) -> Response:
    """Say why a submitted plan may be approved in spite of a finding; nobody who wrote in the plan may."""

    async def produce() -> PlanWaiverRead:
        caller = write.caller
        row = await waive(write.session, caller.tenant_id, plan_id, waiver, by=caller.principal_id, now=utc_now())
        return PlanWaiverRead.model_validate(row)

    return await write.once(produce, status=201, location=f"/plans/{plan_id}/waivers")


@router.post(
    "/plans/{plan_id}/approvals",
    response_model=PlanRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(
        *_STEP, OwnPlan, OwnWaiver, PlanHasErrors, PlanAlreadyApproved, RatesMissing, ReasonMissing
    ),
)
async def approve_plan(
    plan_id: UUID, approval: PlanApprovalCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Approve a submitted plan that somebody else has written; its rates are frozen, the released one is superseded."""
    return await _take(write, plan_id, version, approve, approval)


@router.post(
    "/plans/{plan_id}/releases",
    response_model=PlanRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*_STEP),
)
async def release_plan(plan_id: UUID, version: IfMatchDep, write: KeyedWriteDep) -> Response:
    """Release an approved plan: its values change only by a calibration from here on."""
    return await _take(write, plan_id, version, release)
