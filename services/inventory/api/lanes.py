"""Lanes over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.inventory.actions.save_lane import create_lane as create
from services.inventory.actions.save_lane import update_lane as update
from services.inventory.api.reading import body_of
from services.inventory.queries.catalog import get_resource
from services.inventory.queries.lanes import LANES
from services.inventory.schemas.lanes import LaneCreate, LanePatch, LaneRead
from services.inventory.tables import LaneRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("lanes", "Ways to ship to a marketplace, with their cost and transit time.")

list_endpoint(router, "/lanes", LANES, LaneRead, scope="inventory.read")


@router.post(
    "/lanes",
    status_code=201,
    response_model=LaneRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_lane(lane: LaneCreate, write: WriteDep) -> Response:
    """Add a lane; there is one per marketplace and mode."""

    async def produce() -> LaneRead:
        row = await create(write.session, write.caller.tenant_id, lane, now=utc_now())
        return body_of(LaneRead, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/lanes/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/lanes/{lane_id}", dependencies=[requires("inventory.read")], responses=problem_responses(NotFound))
async def get_lane(lane_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> LaneRead:
    """Read one lane."""
    row = await get_resource(session, LaneRow, caller.tenant_id, lane_id)
    response.headers["ETag"] = etag(row.version)
    return body_of(LaneRead, row)


@router.patch(
    "/lanes/{lane_id}",
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def update_lane(
    lane_id: UUID,
    patch: Annotated[LanePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> LaneRead:
    """Change the cost, the times or the use of a lane."""
    row = await update(session, caller.tenant_id, lane_id, patch, expected_version=version, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return body_of(LaneRead, row)
