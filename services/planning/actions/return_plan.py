"""Gives a submitted plan back to its authors."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.plan_states import PlanStatus, step_faults
from services.planning.tables import PlanRow, PlanWaiverRow
from shared.core.errors import IllegalTransition, ReasonMissing


async def return_plan(
    session: AsyncSession,
    tenant_id: UUID,
    plan_id: UUID,
    reason: str,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> PlanRow:
    """The plan as a draft again, its waivers taken back: they were for what it said.

    IllegalTransition, ReasonMissing, CycleClosed, PreconditionFailed.
    """
    row = await lock_at_version(session, PlanRow, tenant_id, plan_id, expected_version)
    for fault in step_faults(PlanStatus(row.status), PlanStatus.DRAFT, reason):
        if fault.code == "reason_missing":
            raise ReasonMissing
        raise IllegalTransition(state=row.status, to=PlanStatus.DRAFT)
    await lock_open_cycle(session, tenant_id, row.cycle_id)
    waiver = PlanWaiverRow
    await session.execute(delete(waiver).where(waiver.tenant_id == tenant_id, waiver.plan_id == plan_id))
    changes = {"status": PlanStatus.DRAFT, "submitted_by": None, "submitted_at": None}
    await write_change(session, row, changes, by=by, now=now, action="returned", reason=reason)
    return row
