"""Decides whether what a scope names exists: units, parts of the portfolio, initiatives."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.scope import Scope
from services.planning.tables import InitiativeRow, OrganisationUnitRow, PlanningBase, PortfolioNodeRow
from shared.core.errors import FieldProblem

_TABLES: dict[str, type[PlanningBase]] = {
    "org_unit_id": OrganisationUnitRow,
    "node_id": PortfolioNodeRow,
    "initiative_id": InitiativeRow,
}


async def scope_problems(
    session: AsyncSession, tenant_id: UUID, scope: Scope, pointer: str = "#/scope"
) -> list[FieldProblem]:
    """A problem for each key that names something of ours which does not exist.

    Products, segments, channels and marketplaces are named by others and not checked.
    """
    problems = []
    for name, table in _TABLES.items():
        value = getattr(scope, name)
        if value is not None and not await _exists(session, table, tenant_id, value):
            problems.append(FieldProblem(f"{pointer}/{name}", "unknown", "There is none with this id."))
    return problems


async def _exists(session: AsyncSession, table: type[PlanningBase], tenant_id: UUID, identifier: str) -> bool:
    try:
        found = UUID(identifier)
    except ValueError:
        return False
    # Scopes are compared as text: an id in another spelling would be another scope.
    return str(found) == identifier and await session.get(table, (tenant_id, found)) is not None
