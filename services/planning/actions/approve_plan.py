"""Approves a submitted plan: freezes its rates, and supersedes the released version."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.actions.check_plan import check_plan
from services.planning.actions.create_plan import check_money
from services.planning.actions.waive_finding import OwnWaiver, write_waivers
from services.planning.domain.currency import PlanRates
from services.planning.domain.plan_states import (
    PlanFault,
    PlanHead,
    PlanKind,
    PlanStatus,
    approval_faults,
    step_faults,
    superseded_by_approval,
)
from services.planning.queries.plan_facts import load_measured_currencies
from services.planning.queries.plans import list_authors, list_waivers, lock_place
from services.planning.queries.resources import get_resource
from services.planning.schemas.plans import PlanApprovalCreate, rates_column
from services.planning.tables import PlanRow
from shared.core.errors import Conflict, FieldProblem, IllegalTransition, Invalid, ReasonMissing


class OwnPlan(Conflict):
    """Whoever has made, written or submitted a plan does not approve it."""

    slug, title = "own-plan", "Approval by an author"


class PlanHasErrors(Conflict):
    """The plan's checks find errors that nobody has waived."""

    slug, title = "plan-has-errors", "Errors are not waived"


class PlanAlreadyApproved(Conflict):
    """Another version of this kind, unit and cycle is approved and waits for its release."""

    slug, title = "plan-already-approved", "Another version is approved"


class RatesMissing(Invalid):
    """The plan is sold or spent in currencies that it has no exchange rate for."""

    slug, title = "rates-missing", "Exchange rates are missing"


async def approve_plan(
    session: AsyncSession,
    tenant_id: UUID,
    plan_id: UUID,
    approval: PlanApprovalCreate,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> PlanRow:
    """The approved plan, the released version before it superseded.

    NotFound, PreconditionFailed, IllegalTransition, CycleClosed, OwnPlan, OwnWaiver, PlanHasErrors,
    PlanAlreadyApproved, RatesMissing; Invalid for waivers of nothing.
    """
    # Two versions approved at once wait for each other here, in one order.
    in_force = await lock_place(session, tenant_id, await get_resource(session, PlanRow, tenant_id, plan_id))
    row = await lock_at_version(session, PlanRow, tenant_id, plan_id, expected_version)
    if step_faults(PlanStatus(row.status), PlanStatus.APPROVED):
        raise IllegalTransition(state=row.status, to=PlanStatus.APPROVED)
    await lock_open_cycle(session, tenant_id, row.cycle_id)
    check_money(row.currency, approval.exchange_rates)
    rates = row.fx | rates_column(approval.exchange_rates)
    frozen = PlanRates(row.currency, {code: Decimal(rate) for code, rate in rates.items()})
    checked = await check_plan(session, tenant_id, row, frozen)
    authors = await list_authors(session, tenant_id, plan_id)
    findings = checked.checkup.findings
    if str(by) not in authors:
        await write_waivers(session, row, approval.waivers, findings, authors, by=by, now=now)
    faults = approval_faults(
        _head(row),
        str(by),
        authors,
        findings,
        await list_waivers(session, tenant_id, plan_id),
        [_head(each) for each in in_force],
        await load_measured_currencies(session, tenant_id, checked.basis),
        frozen.rates,
    )
    _refuse(faults)
    superseded = superseded_by_approval(_head(row), [_head(each) for each in in_force])
    for each in in_force:
        if str(each.id) in superseded:
            changes = {"status": PlanStatus.SUPERSEDED, "superseded_at": now}
            await write_change(session, each, changes, by=by, now=now, action="superseded")
    approved = {"status": PlanStatus.APPROVED, "approved_by": by, "approved_at": now, "fx": rates}
    await write_change(session, row, approved, by=by, now=now, action="approved")
    return row


def _head(row: PlanRow) -> PlanHead:
    return PlanHead(str(row.id), PlanKind(row.kind), str(row.unit_id), str(row.cycle_id), PlanStatus(row.status))


_PROBLEMS: dict[str, type[Conflict] | type[Invalid]] = {
    "not_allowed": IllegalTransition,
    "own_plan": OwnPlan,
    "own_waiver": OwnWaiver,
    "waiver_without_reason": ReasonMissing,
    "already_approved": PlanAlreadyApproved,
    "rate_missing": RatesMissing,
    "error_not_waived": PlanHasErrors,
}
_DETAILS = {
    "rate_missing": ("#/exchange_rates", "Say what one unit of {} is worth in the plan's currency."),
    "error_not_waived": ("#/waivers", "Not waived: {}"),
}


def _refuse(faults: Sequence[PlanFault]) -> None:
    """Raises the first kind of fault there is, in the order of the problems, with all faults of that kind."""
    for code, problem in _PROBLEMS.items():
        about = [fault.about or "" for fault in faults if fault.code == code]
        if not about:
            continue
        pointer, sentence = _DETAILS.get(code, ("", ""))
        errors = [FieldProblem(pointer, code, sentence.format(each)) for each in about] if sentence else []
        raise problem(errors=errors, count=len(about))
