"""Releases an approved plan: from now on it is what is worked by."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.plan_states import PlanStatus, step_faults
from services.planning.tables import PlanRow
from shared.core.errors import IllegalTransition


async def release_plan(
    session: AsyncSession, tenant_id: UUID, plan_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> PlanRow:
    """The released plan; IllegalTransition, CycleClosed, PreconditionFailed."""
    row = await lock_at_version(session, PlanRow, tenant_id, plan_id, expected_version)
    if step_faults(PlanStatus(row.status), PlanStatus.RELEASED):
        raise IllegalTransition(state=row.status, to=PlanStatus.RELEASED)
    await lock_open_cycle(session, tenant_id, row.cycle_id)
    changes = {"status": PlanStatus.RELEASED, "released_at": now}
    await write_change(session, row, changes, by=by, now=now, action="released")
    return row
