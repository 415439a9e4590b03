"""Promises that what another initiative waits for will be there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.tables import DependencyRow
from shared.core.errors import Conflict


class AlreadyConfirmed(Conflict):
    """Somebody has confirmed the dependency already."""

    slug, title = "already-confirmed", "Already confirmed"


async def confirm_dependency(
    session: AsyncSession, tenant_id: UUID, dependency_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> DependencyRow:
    """The confirmed dependency; AlreadyConfirmed, or PreconditionFailed when it is not what the caller read."""
    row = await lock_at_version(session, DependencyRow, tenant_id, dependency_id, expected_version)
    if row.confirmed_at is not None:
        raise AlreadyConfirmed
    await write_change(session, row, {"confirmed_by": by, "confirmed_at": now}, by=by, now=now, action="confirmed")
    return row
