"""Changes a unit of the organisation: its names, its place, its days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.create_organisation_unit import DuplicateCode
from services.planning.actions.place_organisation_unit import check_days, place_organisation_unit
from services.planning.domain.organisation import UnitLevel
from services.planning.queries.organisation_units import find_unit_by_code
from services.planning.schemas.organisation_units import OrganisationUnitPatch
from services.planning.tables import OrganisationUnitRow


async def update_organisation_unit(
    session: AsyncSession,
    tenant_id: UUID,
    unit_id: UUID,
    patch: OrganisationUnitPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> OrganisationUnitRow:
    """The changed unit; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_at_version(session, OrganisationUnitRow, tenant_id, unit_id, expected_version)
    changes = patch.changes()
    if "parent_id" in changes:
        parent = await place_organisation_unit(session, tenant_id, UnitLevel(row.level), changes["parent_id"])
        row.parent_level = None if parent is None else parent.level
    if "code" in changes:
        changes["code_key"] = changes["code"].casefold()
        other = await find_unit_by_code(session, tenant_id, changes["code_key"])
        if other is not None and other.id != row.id:
            raise DuplicateCode(code=changes["code"])
    check_days(changes.get("active_from_date", row.active_from_date), changes.get("active_to_date", row.active_to_date))
    await write_change(session, row, changes, by=by, now=now)
    return row
