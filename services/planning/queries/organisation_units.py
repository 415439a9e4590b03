"""Reads of organisation units."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.organisation import UnitLevel
from services.planning.tables import OrganisationUnitRow
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort

ORGANISATION_UNITS = ListQuery(
    name="organisation_units",
    source="planning.organisation_unit u",
    where="u.tenant_id = $1",
    fields={
        "id": "u.id",
        "code": "u.code",
        "name": "u.name",
        "level": "u.level",
        "parent_id": "u.parent_id",
        "active_from_date": "u.active_from_date",
        "active_to_date": "u.active_to_date",
        "version": "u.version",
        "created_at": "u.created_at",
        "updated_at": "u.updated_at",
    },
    sorts={
        "code": Sort("u.code_key", "text"),
        "name": Sort("u.name", "text"),
        "created_at": Sort("u.created_at", "timestamptz"),
        "updated_at": Sort("u.updated_at", "timestamptz"),
    },
    default_sort="code",
    key=Sort("u.id", "uuid"),
    filters={
        "level": Filter("u.level = ANY({})", list[UnitLevel], "Only units of these levels."),
        "parent_id": Filter("u.parent_id = {}", UUID, "Only units directly below this one."),
    },
)


async def get_organisation_unit(session: AsyncSession, tenant_id: UUID, unit_id: UUID) -> OrganisationUnitRow:
    """The unit, or NotFound."""
    row = await session.get(OrganisationUnitRow, (tenant_id, unit_id))
    if row is None:
        raise NotFound
    return row


async def lock_organisation_unit(session: AsyncSession, tenant_id: UUID, unit_id: UUID) -> OrganisationUnitRow:
    """The unit, held until the transaction ends, or NotFound."""
    row = await session.get(OrganisationUnitRow, (tenant_id, unit_id), with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def find_unit_by_code(session: AsyncSession, tenant_id: UUID, code_key: str) -> OrganisationUnitRow | None:
    """The unit with this code in compared form."""
    row = OrganisationUnitRow
    return await session.scalar(select(row).where(row.tenant_id == tenant_id, row.code_key == code_key))


async def has_units_below(session: AsyncSession, tenant_id: UUID, unit_id: UUID) -> bool:
    """Whether any unit has this one as its parent."""
    row = OrganisationUnitRow
    below = exists().where(row.tenant_id == tenant_id, row.parent_id == unit_id)
    return bool(await session.scalar(select(below)))
