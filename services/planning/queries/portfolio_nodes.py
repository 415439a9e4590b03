"""Reads of the portfolio."""

from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.portfolio import NodeKind
from services.planning.tables import InitiativeRow, PortfolioNodeRow
from shared.db.listing import Filter, ListQuery, Sort

PORTFOLIO_NODES = ListQuery(
    name="portfolio_nodes",
    source="planning.portfolio_node n",
    where="n.tenant_id = $1",
    fields={
        "id": "n.id",
        "code": "n.code",
        "name": "n.name",
        "kind": "n.kind",
        "parent_id": "n.parent_id",
        "version": "n.version",
        "created_by": "n.created_by",
        "created_at": "n.created_at",
        "updated_at": "n.updated_at",
    },
    sorts={
        "code": Sort("n.code_key", "text"),
        "name": Sort("n.name", "text"),
        "created_at": Sort("n.created_at", "timestamptz"),
    },
    default_sort="code",
    key=Sort("n.id", "uuid"),
    filters={
        "kind": Filter("n.kind = ANY({})", list[NodeKind], "Only nodes of these kinds."),
        "parent_id": Filter("n.parent_id = {}", UUID, "Only nodes directly below this one."),
    },
)


async def find_node_by_code(session: AsyncSession, tenant_id: UUID, code_key: str) -> PortfolioNodeRow | None:
    """The node with this code in compared form."""
    row = PortfolioNodeRow
    return await session.scalar(select(row).where(row.tenant_id == tenant_id, row.code_key == code_key))


async def is_node_used(session: AsyncSession, tenant_id: UUID, node_id: UUID) -> bool:
    """Whether nodes stand below this one, or initiatives belong to it."""
    below = exists().where(PortfolioNodeRow.tenant_id == tenant_id, PortfolioNodeRow.parent_id == node_id)
    planned = exists().where(InitiativeRow.tenant_id == tenant_id, InitiativeRow.node_id == node_id)
    return bool(await session.scalar(select(or_(below, planned))))
