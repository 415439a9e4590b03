"""What initiatives ask of domains by month, over HTTP, and what the domains answer."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.answer_resource_demand import answer_resource_demand as answer
from services.planning.actions.save_resource_demand import DemandAnswered, InitiativeOver
from services.planning.actions.save_resource_demand import create_resource_demand as create
from services.planning.actions.save_resource_demand import delete_resource_demand as delete
from services.planning.actions.save_resource_demand import update_resource_demand as update
from services.planning.queries.resource_demands import RESOURCE_DEMANDS, RESOURCE_LOADS
from services.planning.schemas.resource_demands import (
    ResourceAnswerCreate,
    ResourceDemandCreate,
    ResourceDemandPatch,
    ResourceDemandRead,
    ResourceLoadRead,
)
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound, ReasonMissing
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("resource-demands", "What initiatives ask of purchasing, design and other domains by month.")

list_endpoint(router, "/resource-demands", RESOURCE_DEMANDS, ResourceDemandRead, scope="planning.read")
list_endpoint(
    router,
    "/resource-loads",
    RESOURCE_LOADS,
    ResourceLoadRead,
    scope="planning.read",
    description="Demand against capacity of every domain, kind, unit and month; also as CSV or XLSX (Accept).",
)


@router.post(
    "/resource-demands",
    status_code=201,
    response_model=ResourceDemandRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey, InitiativeOver),
)
async def create_resource_demand(demand: ResourceDemandCreate, write: WriteDep) -> Response:
    """Ask a domain for something in a month."""

    async def produce() -> ResourceDemandRead:
        session, caller = write.session, write.caller
        row = await create(session, caller.tenant_id, demand, by=caller.principal_id, now=utc_now())
        return await _read(session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/resource-demands/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/resource-demands/{demand_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_resource_demand(
    demand_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ResourceDemandRead:
    """Read one demand with its answer."""
    found = await _read(session, caller.tenant_id, demand_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/resource-demands/{demand_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateKey, DemandAnswered),
)
async def update_resource_demand(
    demand_id: UUID,
    patch: Annotated[ResourceDemandPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ResourceDemandRead:
    """Change the month or the quantity of a demand, until the domain has answered."""
    now = utc_now()
    await update(session, caller.tenant_id, demand_id, patch, expected_version=version, by=caller.principal_id, now=now)
    found = await _read(session, caller.tenant_id, demand_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/resource-demands/{demand_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, DemandAnswered),
)
async def delete_resource_demand(demand_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Withdraw a demand, until the domain has answered."""
    now = utc_now()
    await delete(session, caller.tenant_id, demand_id, expected_version=version, by=caller.principal_id, now=now)


@router.post(
    "/resource-demands/{demand_id}/answers",
    response_model=ResourceDemandRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *KEYED, *STALE, DemandAnswered, ReasonMissing),
)
async def answer_resource_demand(
    demand_id: UUID, wanted: ResourceAnswerCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Commit the domain to a demand, or decline it with a reason; once."""

    async def produce() -> ResourceDemandRead:
        session, caller = write.session, write.caller
        await answer(
            session,
            caller.tenant_id,
            demand_id,
            wanted,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return await _read(session, caller.tenant_id, demand_id)

    return await write.once(produce, etag=lambda answered: etag(answered.version))


async def _read(session: SessionDep, tenant_id: UUID, demand_id: UUID) -> ResourceDemandRead:
    return ResourceDemandRead.model_validate_json(await get_row(session, RESOURCE_DEMANDS, tenant_id, demand_id))
