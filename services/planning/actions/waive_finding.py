"""Waives a finding of a plan's checks, so that the plan may be approved in spite of it."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.actions.check_plan import check_plan
from services.planning.actions.journal_change import journal_change
from services.planning.domain.plan_findings import PlanFinding
from services.planning.domain.plan_states import PlanStatus
from services.planning.queries.plans import list_authors
from services.planning.queries.resources import lock_resource
from services.planning.schemas.plans import PlanWaiverCreate
from services.planning.tables import PlanRow, PlanWaiverRow
from shared.core.errors import Conflict, FieldProblem, Invalid, ReasonMissing


class PlanNotSubmitted(Conflict):
    """Findings are waived of a submitted plan, whose lines stand still."""

    slug, title = "plan-not-submitted", "The plan is not submitted"


class OwnWaiver(Conflict):
    """An author of a plan does not waive what its checks find."""

    slug, title = "own-waiver", "Waiver by an author"


async def waive_finding(
    session: AsyncSession, tenant_id: UUID, plan_id: UUID, waiver: PlanWaiverCreate, *, by: UUID, now: datetime
) -> PlanWaiverRow:
    """The waiver, in place of an earlier one of the same finding.

    NotFound, PlanNotSubmitted, OwnWaiver, ReasonMissing, CycleClosed; Invalid where the checks find no such thing.
    """
    plan = await lock_resource(session, PlanRow, tenant_id, plan_id)
    if plan.status != PlanStatus.SUBMITTED:
        raise PlanNotSubmitted(status=plan.status)
    await lock_open_cycle(session, tenant_id, plan.cycle_id)
    checked = await check_plan(session, tenant_id, plan)
    authors = await list_authors(session, tenant_id, plan_id)
    (row,) = await write_waivers(
        session, plan, [waiver], checked.checkup.findings, authors, by=by, now=now, pointer="#/finding_key"
    )
    await session.flush()
    return row


async def write_waivers(
    session: AsyncSession,
    plan: PlanRow,
    waivers: Iterable[PlanWaiverCreate],
    findings: Iterable[PlanFinding],
    authors: Collection[str],
    *,
    by: UUID,
    now: datetime,
    pointer: str = "#/waivers/{}/finding_key",
) -> list[PlanWaiverRow]:
    """Writes waivers of findings that there are, by somebody who is no author; `pointer` is where each is named."""
    known = {finding.key for finding in findings}
    rows = []
    for index, waiver in enumerate(waivers):
        if str(by) in authors:
            raise OwnWaiver
        if not waiver.reason.strip():
            raise ReasonMissing
        if waiver.finding_key not in known:
            detail = "The checks of the plan find no such thing."
            problem = FieldProblem(pointer.format(index), "unknown", detail)
            raise Invalid("There is nothing to waive.", errors=[problem])
        key = (plan.tenant_id, plan.id, waiver.finding_key)
        row = await session.get(PlanWaiverRow, key)
        if row is None:
            row = PlanWaiverRow(tenant_id=plan.tenant_id, plan_id=plan.id, finding_key=waiver.finding_key)
            session.add(row)
        row.reason, row.waived_by, row.waived_at = waiver.reason, by, now
        journal_change(session, row, "waived", by=by, now=now, reason=waiver.reason, subject=("plan", plan.id))
        await session.flush()
        rows.append(row)
    return rows
