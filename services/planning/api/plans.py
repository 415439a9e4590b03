"""Plans over HTTP: their drafts and versions."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.change_plan import PlanNotDraft
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.create_plan import create_plan as create
from services.planning.actions.create_plan import create_plan_version as create_version
from services.planning.actions.delete_plan import PlanInUse
from services.planning.actions.delete_plan import delete_plan as delete
from services.planning.actions.update_plan import update_plan as update
from services.planning.queries.plans import PLANS, read_plan
from services.planning.schemas.plans import PlanCreate, PlanPatch, PlanRead, PlanVersionCreate
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("plans", "What is meant to be reached by month: versions, approval, checks, statements.")

list_endpoint(router, "/plans", PLANS, PlanRead, scope="planning.read")


@router.post(
    "/plans",
    status_code=201,
    response_model=PlanRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, CycleClosed),
)
async def create_plan(plan: PlanCreate, write: WriteDep) -> Response:
    """Begin a plan: a draft without lines, the next version of its kind, unit and cycle."""

    async def produce() -> PlanRead:
        caller = write.caller
        row = await create(write.session, caller.tenant_id, plan, by=caller.principal_id, now=utc_now())
        return await read_plan(write.session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/plans/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/plans/{plan_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_plan(plan_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> PlanRead:
    """Read one plan."""
    plan = await read_plan(session, caller.tenant_id, plan_id)
    response.headers["ETag"] = etag(plan.version)
    return plan


@router.patch(
    "/plans/{plan_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, PlanNotDraft, CycleClosed),
)
async def update_plan(
    plan_id: UUID,
    patch: Annotated[PlanPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> PlanRead:
    """Change what a draft assumes."""
    await update(
        session,
        caller.tenant_id,
        plan_id,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    plan = await read_plan(session, caller.tenant_id, plan_id)
    response.headers["ETag"] = etag(plan.version)
    return plan


@router.delete(
    "/plans/{plan_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, PlanNotDraft, PlanInUse, CycleClosed),
)
async def delete_plan(plan_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a draft."""
    await delete(session, caller.tenant_id, plan_id, expected_version=version, by=caller.principal_id, now=utc_now())


@router.post(
    "/plans/{plan_id}/versions",
    status_code=201,
    response_model=PlanRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, CycleClosed),
)
async def create_plan_version(plan_id: UUID, version: PlanVersionCreate, write: WriteDep) -> Response:
    """Begin the next version: a draft with the assumptions, lines and stated years of this plan, and its authors."""

    async def produce() -> PlanRead:
        caller = write.caller
        row = await create_version(
            write.session, caller.tenant_id, plan_id, version, by=caller.principal_id, now=utc_now()
        )
        return await read_plan(write.session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/plans/{made.id}", etag=lambda made: etag(made.version)
    )
