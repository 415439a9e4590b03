"""What domains can give by month, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.save_resource_capacity import create_resource_capacity as create
from services.planning.actions.save_resource_capacity import delete_resource_capacity as delete
from services.planning.actions.save_resource_capacity import update_resource_capacity as update
from services.planning.queries.resource_demands import RESOURCE_CAPACITIES
from services.planning.schemas.resource_demands import (
    ResourceCapacityCreate,
    ResourceCapacityPatch,
    ResourceCapacityRead,
)
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("resource-capacities", "What purchasing, design and other domains can give by month.")

list_endpoint(router, "/resource-capacities", RESOURCE_CAPACITIES, ResourceCapacityRead, scope="planning.read")


@router.post(
    "/resource-capacities",
    status_code=201,
    response_model=ResourceCapacityRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_resource_capacity(capacity: ResourceCapacityCreate, write: WriteDep) -> Response:
    """Say what a domain can give of a kind and unit in a month."""

    async def produce() -> ResourceCapacityRead:
        session, caller = write.session, write.caller
        row = await create(session, caller.tenant_id, capacity, by=caller.principal_id, now=utc_now())
        return await _read(session, caller.tenant_id, row.id)

    return await write.once(
        produce,
        status=201,
        location=lambda made: f"/resource-capacities/{made.id}",
        etag=lambda made: etag(made.version),
    )


@router.get(
    "/resource-capacities/{capacity_id}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_resource_capacity(
    capacity_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ResourceCapacityRead:
    """Read one capacity."""
    found = await _read(session, caller.tenant_id, capacity_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/resource-capacities/{capacity_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def update_resource_capacity(
    capacity_id: UUID,
    patch: Annotated[ResourceCapacityPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ResourceCapacityRead:
    """Change what a domain can give."""
    now = utc_now()
    await update(
        session, caller.tenant_id, capacity_id, patch, expected_version=version, by=caller.principal_id, now=now
    )
    found = await _read(session, caller.tenant_id, capacity_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/resource-capacities/{capacity_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def delete_resource_capacity(
    capacity_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep
) -> None:
    """Forget what a domain can give; demands are then compared with nothing."""
    now = utc_now()
    await delete(session, caller.tenant_id, capacity_id, expected_version=version, by=caller.principal_id, now=now)


async def _read(session: SessionDep, tenant_id: UUID, capacity_id: UUID) -> ResourceCapacityRead:
    return ResourceCapacityRead.model_validate_json(await get_row(session, RESOURCE_CAPACITIES, tenant_id, capacity_id))
