"""Removes a cycle to which nothing belongs."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_step
from services.planning.queries.cycles import is_cycle_used
from services.planning.tables import CycleRow
from shared.core.errors import Conflict


class CycleInUse(Conflict):
    """Objectives, plans, reviews or other cycles belong to this one."""

    slug, title = "cycle-in-use", "The cycle is in use"


async def delete_cycle(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes the cycle; CycleInUse while anything belongs to it, PreconditionFailed when it has changed."""
    row = await lock_at_version(session, CycleRow, tenant_id, cycle_id, expected_version)
    if await is_cycle_used(session, tenant_id, cycle_id):
        raise CycleInUse
    journal_step(session, tenant_id, ("cycle", cycle_id), "deleted", {}, by=by, now=now)
    await session.delete(row)
    await session.flush()
