"""Reads of gaps that are not pursued."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.scope import Scope
from services.planning.schemas.fields import MetricCode
from services.planning.tables import UnpursuedGapRow
from shared.db.listing import Filter, ListQuery, Sort

UNPURSUED_GAPS = ListQuery(
    name="unpursued_gaps",
    source="planning.unpursued_gap g",
    where="g.tenant_id = $1",
    fields={
        "id": "g.id",
        "cycle_id": "g.cycle_id",
        "unit_id": "g.unit_id",
        "metric_code": "g.metric_code",
        "scope": "g.scope",
        "reason": "g.reason",
        "version": "g.version",
        "created_by": "g.created_by",
        "created_at": "g.created_at",
        "updated_at": "g.updated_at",
    },
    sorts={"created_at": Sort("g.created_at", "timestamptz")},
    default_sort="-created_at",
    key=Sort("g.id", "uuid"),
    filters={
        "cycle_id": Filter("g.cycle_id = {}", UUID, "Only gaps of this cycle."),
        "unit_id": Filter("g.unit_id = {}", UUID, "Only gaps of this unit."),
        "metric_code": Filter("g.metric_code = ANY({})", list[MetricCode], "Only gaps of these metrics."),
    },
)


async def find_unpursued_gap_id(
    session: AsyncSession, tenant_id: UUID, cycle_id: UUID, unit_id: UUID, metric_code: str, scope: Scope
) -> UUID | None:
    """The decision not to pursue exactly this gap, where there is one."""
    row = UnpursuedGapRow
    return await session.scalar(
        select(row.id).where(
            row.tenant_id == tenant_id,
            row.cycle_id == cycle_id,
            row.unit_id == unit_id,
            row.metric_code == metric_code,
            row.scope_key == scope.canonical,
        )
    )
