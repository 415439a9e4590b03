"""Removes a draft that nothing else names."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_plan import lock_draft
from services.planning.actions.journal_change import journal_change
from services.planning.queries.plans import is_plan_used
from services.planning.tables import PlanAuthorRow, PlanLineRow, PlanWaiverRow, PlanYearRow
from shared.core.errors import Conflict


class PlanInUse(Conflict):
    """Another version was made from this plan, or an action of a review names it."""

    slug, title = "plan-in-use", "The plan is in use"


async def delete_plan(
    session: AsyncSession, tenant_id: UUID, plan_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes the draft with its lines; PlanNotDraft, PlanInUse, CycleClosed, PreconditionFailed."""
    row, _ = await lock_draft(session, tenant_id, plan_id, expected_version=expected_version, by=by, now=now)
    if await is_plan_used(session, tenant_id, plan_id):
        raise PlanInUse
    for table in (PlanLineRow, PlanYearRow, PlanWaiverRow, PlanAuthorRow):
        await session.execute(delete(table).where(table.tenant_id == tenant_id, table.plan_id == plan_id))
    journal_change(session, row, "deleted", by=by, now=now, reason=f"{row.title}, version {row.version_no}")
    await session.delete(row)
    await session.flush()
