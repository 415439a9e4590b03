"""Adds a unit to the organisation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.journal_change import journal_change
from services.planning.actions.place_organisation_unit import check_days, place_organisation_unit
from services.planning.queries.organisation_units import find_unit_by_code
from services.planning.schemas.organisation_units import OrganisationUnitCreate
from services.planning.tables import OrganisationUnitRow
from shared.core.errors import Conflict
from shared.core.ids import new_id


class DuplicateCode(Conflict):
    """Another unit has this code."""

    slug, title = "duplicate-code", "Code already in use"


async def create_organisation_unit(
    session: AsyncSession, tenant_id: UUID, unit: OrganisationUnitCreate, *, by: UUID, now: datetime
) -> OrganisationUnitRow:
    """A new unit below its parent; Conflict when the code is taken or the place is not possible."""
    check_days(unit.active_from_date, unit.active_to_date)
    parent = await place_organisation_unit(session, tenant_id, unit.level, unit.parent_id)
    if await find_unit_by_code(session, tenant_id, unit.code.casefold()) is not None:
        raise DuplicateCode(code=unit.code)
    row = OrganisationUnitRow(
        tenant_id=tenant_id,
        id=new_id(),
        code=unit.code,
        code_key=unit.code.casefold(),
        name=unit.name,
        level=unit.level,
        parent_id=unit.parent_id,
        parent_level=None if parent is None else parent.level,
        active_from_date=unit.active_from_date,
        active_to_date=unit.active_to_date,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    journal_change(session, row, "created", by=by, now=now)
    await session.flush()
    return row
