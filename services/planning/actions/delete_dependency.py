"""Lets an initiative no longer wait for another."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_removal
from services.planning.tables import DependencyRow


async def delete_dependency(
    session: AsyncSession, tenant_id: UUID, dependency_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Removes the dependency; PreconditionFailed when it has changed."""
    row = await lock_at_version(session, DependencyRow, tenant_id, dependency_id, expected_version)
    journal_removal(session, row, by=by, now=now)
    await session.delete(row)
    await session.flush()
