"""Removes a unit that nothing stands below."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.journal_change import journal_step
from services.planning.queries.organisation_units import has_units_below, lock_organisation_unit
from shared.core.errors import Conflict, PreconditionFailed


class UnitHasUnitsBelow(Conflict):
    """Other units stand below this one; move or delete them first."""

    slug, title = "unit-has-units-below", "Units stand below this one"


async def delete_organisation_unit(
    session: AsyncSession, tenant_id: UUID, unit_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes the unit; UnitHasUnitsBelow while it has children, PreconditionFailed when it has changed."""
    row = await lock_organisation_unit(session, tenant_id, unit_id)
    if row.version != expected_version:
        raise PreconditionFailed(current_version=row.version)
    if await has_units_below(session, tenant_id, unit_id):
        raise UnitHasUnitsBelow
    journal_step(session, tenant_id, ("organisation_unit", unit_id), "deleted", {}, by=by, now=now)
    await session.delete(row)
    await session.flush()
