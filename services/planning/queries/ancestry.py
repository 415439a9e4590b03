"""Reads who stands above whom: units of the organisation, and nodes of the portfolio."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.scope import Ancestry, ScopeKey
from services.planning.tables import OrganisationUnitRow, PortfolioNodeRow

_TREES: dict[ScopeKey, type[OrganisationUnitRow] | type[PortfolioNodeRow]] = {
    ScopeKey.ORG_UNIT_ID: OrganisationUnitRow,
    ScopeKey.NODE_ID: PortfolioNodeRow,
}


async def load_ancestry(session: AsyncSession, tenant_id: UUID) -> Ancestry:
    """The parents of all units and nodes, by the ids that scopes name them by."""
    parents: dict[ScopeKey, dict[str, str]] = {}
    for key, row in _TREES.items():
        links = await session.execute(
            select(row.id, row.parent_id).where(row.tenant_id == tenant_id, row.parent_id.is_not(None))
        )
        parents[key] = {str(child): str(parent) for child, parent in links}
    return Ancestry(parents)
