"""Takes a cycle to its next state."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.domain.cycle_states import CycleFault, CycleState, step_faults
from services.planning.domain.period import Period
from services.planning.queries.cycles import list_objective_states
from services.planning.schemas.cycles import CycleTransitionCreate
from services.planning.tables import CycleRow
from shared.core.errors import Conflict, IllegalTransition


class CycleNotOver(Conflict):
    """A cycle is graded from its last day on."""

    slug, title = "cycle-not-over", "The cycle is not over"


class ObjectivesUnfinished(Conflict):
    """Every objective is closed or cancelled before its cycle is closed."""

    slug, title = "objectives-unfinished", "Objectives are not finished"


_PROBLEMS = {
    CycleFault.NOT_NEXT_STATE: IllegalTransition,
    CycleFault.NOT_OVER_YET: CycleNotOver,
    CycleFault.OBJECTIVES_UNFINISHED: ObjectivesUnfinished,
}


async def move_cycle(
    session: AsyncSession,
    tenant_id: UUID,
    cycle_id: UUID,
    step: CycleTransitionCreate,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> CycleRow:
    """The cycle in its new state; IllegalTransition, CycleNotOver, ObjectivesUnfinished, PreconditionFailed."""
    row = await lock_at_version(session, CycleRow, tenant_id, cycle_id, expected_version)
    faults = step_faults(
        CycleState(row.status),
        step.to,
        Period(row.start_date, row.end_date),
        now.date(),
        await list_objective_states(session, tenant_id, cycle_id),
    )
    for fault in faults:
        raise _PROBLEMS[fault](state=row.status, to=step.to)
    await write_change(session, row, {"status": step.to}, by=by, now=now, action="moved", reason=step.reason)
    return row
