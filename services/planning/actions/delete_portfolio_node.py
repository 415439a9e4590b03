"""Removes a node of the portfolio that nothing belongs to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_step
from services.planning.queries.portfolio_nodes import is_node_used
from services.planning.tables import PortfolioNodeRow
from shared.core.errors import Conflict


class NodeInUse(Conflict):
    """Nodes stand below this one, or initiatives belong to it."""

    slug, title = "node-in-use", "The node is in use"


async def delete_portfolio_node(
    session: AsyncSession, tenant_id: UUID, node_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Deletes the node; NodeInUse while anything belongs to it, PreconditionFailed when it has changed."""
    row = await lock_at_version(session, PortfolioNodeRow, tenant_id, node_id, expected_version)
    if await is_node_used(session, tenant_id, node_id):
        raise NodeInUse
    journal_step(session, tenant_id, ("portfolio_node", node_id), "deleted", {}, by=by, now=now)
    await session.delete(row)
    await session.flush()
