"""Adds and changes nodes of the portfolio, each below a wider one."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.domain.portfolio import NodeKind, may_stand_below
from services.planning.queries.portfolio_nodes import find_node_by_code
from services.planning.queries.resources import lock_named
from services.planning.schemas.portfolio_nodes import PortfolioNodeCreate, PortfolioNodePatch
from services.planning.tables import PortfolioNodeRow
from shared.core.errors import Conflict, DuplicateKey
from shared.core.ids import new_id


class MisplacedNode(Conflict):
    """A node stands at the top, or below one of a wider kind."""

    slug, title = "misplaced-node", "Not a possible place in the portfolio"


async def create_portfolio_node(
    session: AsyncSession, tenant_id: UUID, node: PortfolioNodeCreate, *, by: UUID, now: datetime
) -> PortfolioNodeRow:
    """A new node; DuplicateKey for a taken code, MisplacedNode below one that is not wider."""
    parent_kind = await _kind_above(session, tenant_id, node.kind, node.parent_id)
    code_key = node.code.casefold()
    if await find_node_by_code(session, tenant_id, code_key) is not None:
        raise DuplicateKey(code=node.code)
    row = PortfolioNodeRow(
        tenant_id=tenant_id, id=new_id(), code_key=code_key, parent_kind=parent_kind, **node.model_dump()
    )
    await write_new(session, row, by=by, now=now)
    return row


async def update_portfolio_node(
    session: AsyncSession,
    tenant_id: UUID,
    node_id: UUID,
    patch: PortfolioNodePatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> PortfolioNodeRow:
    """The changed node; DuplicateKey, MisplacedNode, PreconditionFailed."""
    row = await lock_at_version(session, PortfolioNodeRow, tenant_id, node_id, expected_version)
    changes = patch.changes()
    if "parent_id" in changes:
        changes["parent_kind"] = await _kind_above(session, tenant_id, NodeKind(row.kind), changes["parent_id"])
    if "code" in changes:
        changes["code_key"] = changes["code"].casefold()
        other = await find_node_by_code(session, tenant_id, changes["code_key"])
        if other is not None and other.id != row.id:
            raise DuplicateKey(code=changes["code"])
    await write_change(session, row, changes, by=by, now=now)
    return row


async def _kind_above(session: AsyncSession, tenant_id: UUID, kind: NodeKind, parent_id: UUID | None) -> str | None:
    if parent_id is None:
        return None
    parent = await lock_named(session, PortfolioNodeRow, tenant_id, parent_id, "parent_id")
    if not may_stand_below(kind, NodeKind(parent.kind)):
        raise MisplacedNode(kind=kind, parent_kind=parent.kind)
    return parent.kind
