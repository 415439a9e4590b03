"""Hands a draft in for approval."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.period import Period
from services.planning.domain.plan_lines import lines_outside
from services.planning.domain.plan_states import PlanStatus, step_faults, submission_faults
from services.planning.queries.plan_lines import load_plan_lines
from services.planning.queries.plans import add_author
from services.planning.tables import PlanRow
from shared.core.errors import Conflict, IllegalTransition


class LinesOutsideCycle(Conflict):
    """Lines of the plan lie outside of its cycle, whose days were changed since; write the lines anew."""

    slug, title = "lines-outside-cycle", "Lines outside of the cycle"


class PlanWithoutLines(Conflict):
    """A plan that says nothing is not submitted."""

    slug, title = "plan-without-lines", "The plan has no lines"


async def submit_plan(
    session: AsyncSession, tenant_id: UUID, plan_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> PlanRow:
    """The submitted plan; IllegalTransition, PlanWithoutLines, LinesOutsideCycle, CycleClosed, PreconditionFailed."""
    row = await lock_at_version(session, PlanRow, tenant_id, plan_id, expected_version)
    if step_faults(PlanStatus(row.status), PlanStatus.SUBMITTED):
        raise IllegalTransition(state=row.status, to=PlanStatus.SUBMITTED)
    cycle = await lock_open_cycle(session, tenant_id, row.cycle_id)
    lines = await load_plan_lines(session, tenant_id, plan_id)
    if submission_faults(len(lines)):
        raise PlanWithoutLines
    if outside := lines_outside(lines, Period(cycle.start_date, cycle.end_date)):
        raise LinesOutsideCycle(count=len(outside))
    await add_author(session, tenant_id, plan_id, by, now)
    changes = {"status": PlanStatus.SUBMITTED, "submitted_by": by, "submitted_at": now}
    await write_change(session, row, changes, by=by, now=now, action="submitted")
    return row
