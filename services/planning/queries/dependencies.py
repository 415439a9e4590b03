"""Reads of dependencies between initiatives."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.schedule import Dependency, DependencyType
from services.planning.tables import DependencyRow
from shared.db.listing import Filter, ListQuery, Sort

DEPENDENCIES = ListQuery(
    name="dependencies",
    source="planning.dependency d"
    " JOIN planning.initiative f ON f.tenant_id = d.tenant_id AND f.id = d.from_id"
    " JOIN planning.initiative t ON t.tenant_id = d.tenant_id AND t.id = d.to_id",
    where="d.tenant_id = $1",
    fields={
        "id": "d.id",
        "from_id": "d.from_id",
        "from_code": "f.code",
        "from_title": "f.title",
        "to_id": "d.to_id",
        "to_code": "t.code",
        "to_title": "t.title",
        "type": "d.type",
        "lag_days": "d.lag_days",
        "confirmed_by": "d.confirmed_by",
        "confirmed_at": "d.confirmed_at",
        "risk_owner_id": "d.risk_owner_id",
        "version": "d.version",
        "created_by": "d.created_by",
        "created_at": "d.created_at",
        "updated_at": "d.updated_at",
    },
    sorts={
        "from_code": Sort("f.code_key", "text"),
        "to_code": Sort("t.code_key", "text"),
        "created_at": Sort("d.created_at", "timestamptz"),
    },
    default_sort="created_at",
    key=Sort("d.id", "uuid"),
    filters={
        "from_id": Filter("d.from_id = {}", UUID, "Only what waits for this initiative."),
        "to_id": Filter("d.to_id = {}", UUID, "Only what this initiative waits for."),
        "initiative_id": Filter("{} IN (d.from_id, d.to_id)", UUID, "Only what this initiative takes part in."),
        "confirmed": Filter("(d.confirmed_at IS NOT NULL) = {}", bool, "Only what is, or is not, confirmed."),
        "risk_owner_id": Filter("d.risk_owner_id = {}", UUID, "Only those whose risk this unit owns."),
        "crosses_units": Filter(
            "(f.unit_id IS DISTINCT FROM t.unit_id) = {}", bool, "Only those between two units, or within one."
        ),
    },
)


async def load_dependencies(session: AsyncSession, tenant_id: UUID) -> list[Dependency]:
    """Who waits for whom in the whole company."""
    row = DependencyRow
    found = await session.execute(
        select(row.from_id, row.to_id, row.type, row.lag_days).where(row.tenant_id == tenant_id)
    )
    return [Dependency(str(start), str(end), DependencyType(kind), lag) for start, end, kind, lag in found]


async def find_dependency(session: AsyncSession, tenant_id: UUID, from_id: UUID, to_id: UUID) -> DependencyRow | None:
    """The dependency between the two, if there is one."""
    row = DependencyRow
    return await session.scalar(
        select(row).where(row.tenant_id == tenant_id, row.from_id == from_id, row.to_id == to_id)
    )
