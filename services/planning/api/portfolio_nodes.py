"""The portfolio over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.delete_portfolio_node import NodeInUse
from services.planning.actions.delete_portfolio_node import delete_portfolio_node as delete
from services.planning.actions.save_portfolio_node import MisplacedNode
from services.planning.actions.save_portfolio_node import create_portfolio_node as create
from services.planning.actions.save_portfolio_node import update_portfolio_node as update
from services.planning.queries.portfolio_nodes import PORTFOLIO_NODES
from services.planning.queries.resources import get_resource
from services.planning.schemas.portfolio_nodes import PortfolioNodeCreate, PortfolioNodePatch, PortfolioNodeRead
from services.planning.tables import PortfolioNodeRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("portfolio-nodes", "Categories, sub-categories and series: what the company sells, as a tree.")

list_endpoint(router, "/portfolio-nodes", PORTFOLIO_NODES, PortfolioNodeRead, scope="planning.read")


@router.post(
    "/portfolio-nodes",
    status_code=201,
    response_model=PortfolioNodeRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey, MisplacedNode),
)
async def create_portfolio_node(node: PortfolioNodeCreate, write: WriteDep) -> Response:
    """Add a node, at the top or below a wider one."""

    async def produce() -> PortfolioNodeRead:
        caller = write.caller
        row = await create(write.session, caller.tenant_id, node, by=caller.principal_id, now=utc_now())
        return PortfolioNodeRead.model_validate(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/portfolio-nodes/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/portfolio-nodes/{node_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_portfolio_node(
    node_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> PortfolioNodeRead:
    """Read one node."""
    row = await get_resource(session, PortfolioNodeRow, caller.tenant_id, node_id)
    response.headers["ETag"] = etag(row.version)
    return PortfolioNodeRead.model_validate(row)


@router.patch(
    "/portfolio-nodes/{node_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateKey, MisplacedNode),
)
async def update_portfolio_node(
    node_id: UUID,
    patch: Annotated[PortfolioNodePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> PortfolioNodeRead:
    """Change the names or the place of a node."""
    row = await update(
        session, caller.tenant_id, node_id, patch, expected_version=version, by=caller.principal_id, now=utc_now()
    )
    response.headers["ETag"] = etag(row.version)
    return PortfolioNodeRead.model_validate(row)


@router.delete(
    "/portfolio-nodes/{node_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, NodeInUse),
)
async def delete_portfolio_node(node_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a node that nothing belongs to."""
    await delete(session, caller.tenant_id, node_id, expected_version=version, by=caller.principal_id, now=utc_now())
