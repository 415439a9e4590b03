"""Reads of what objectives answer."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.bases import BasisKind
from services.planning.tables import BasisRow
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort

OBJECTIVE_BASES = ListQuery(
    name="objective_bases",
    source="planning.basis b",
    where="b.tenant_id = $1 AND b.objective_id IS NOT NULL",
    fields={
        "id": "b.id",
        "objective_id": "b.objective_id",
        "kind": "b.kind",
        "metric_code": "b.metric_code",
        "scope": "b.scope",
        "cycle_id": "b.cycle_id",
        "text": "b.text",
        "evidence_url": "b.evidence_url",
        "version": "b.version",
        "created_by": "b.created_by",
        "created_at": "b.created_at",
        "updated_at": "b.updated_at",
    },
    sorts={"created_at": Sort("b.created_at", "timestamptz")},
    default_sort="created_at",
    key=Sort("b.id", "uuid"),
    filters={"kind": Filter("b.kind = ANY({})", list[BasisKind], "Only these kinds.")},
    path={"objective_id": Filter("b.objective_id = {}", UUID, "The objective.")},
    parent="SELECT FROM planning.objective WHERE tenant_id = $1 AND id = $2",
)


async def get_objective_basis(session: AsyncSession, tenant_id: UUID, objective_id: UUID, basis_id: UUID) -> BasisRow:
    """One of what the objective answers, or NotFound."""
    row = BasisRow
    found = await session.scalar(
        select(row).where(row.tenant_id == tenant_id, row.id == basis_id, row.objective_id == objective_id)
    )
    if found is None:
        raise NotFound
    return found
