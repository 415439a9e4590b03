"""Cycles over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.create_cycle import create_cycle as create
from services.planning.actions.delete_cycle import CycleInUse
from services.planning.actions.delete_cycle import delete_cycle as delete
from services.planning.actions.move_cycle import CycleNotOver, ObjectivesUnfinished
from services.planning.actions.move_cycle import move_cycle as move
from services.planning.actions.place_cycle import MisplacedCycle
from services.planning.actions.update_cycle import CycleAgreed
from services.planning.actions.update_cycle import update_cycle as update
from services.planning.queries.cycles import CYCLES
from services.planning.queries.resources import get_resource
from services.planning.schemas.cycles import CycleCreate, CyclePatch, CycleRead, CycleTransitionCreate
from services.planning.tables import CycleRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, IllegalTransition, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("cycles", "Years, quarters and so on: the periods for which goals are set and plans are made.")

list_endpoint(router, "/cycles", CYCLES, CycleRead, scope="planning.read")


@router.post(
    "/cycles",
    status_code=201,
    response_model=CycleRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey, MisplacedCycle),
)
async def create_cycle(cycle: CycleCreate, write: WriteDep) -> Response:
    """Add a cycle, inside a longer one where there is one."""

    async def produce() -> CycleRead:
        caller = write.caller
        row = await create(write.session, caller.tenant_id, cycle, by=caller.principal_id, now=utc_now())
        return CycleRead.model_validate(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/cycles/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/cycles/{cycle_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_cycle(cycle_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> CycleRead:
    """Read one cycle."""
    row = await get_resource(session, CycleRow, caller.tenant_id, cycle_id)
    response.headers["ETag"] = etag(row.version)
    return CycleRead.model_validate(row)


@router.patch(
    "/cycles/{cycle_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, DuplicateKey, MisplacedCycle, CycleClosed, CycleAgreed),
)
async def update_cycle(
    cycle_id: UUID,
    patch: Annotated[CyclePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> CycleRead:
    """Change the names of a cycle, and its days and parent while it is prepared."""
    row = await update(
        session,
        caller.tenant_id,
        cycle_id,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    return CycleRead.model_validate(row)


@router.delete(
    "/cycles/{cycle_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, CycleInUse),
)
async def delete_cycle(cycle_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a cycle to which nothing belongs."""
    await delete(session, caller.tenant_id, cycle_id, expected_version=version, by=caller.principal_id, now=utc_now())


@router.post(
    "/cycles/{cycle_id}/transitions",
    response_model=CycleRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, *STALE, IllegalTransition, CycleNotOver, ObjectivesUnfinished),
)
async def move_cycle(
    cycle_id: UUID, step: CycleTransitionCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Open a cycle, begin to grade it from its last day on, or close it when every objective is finished."""

    async def produce() -> CycleRead:
        caller = write.caller
        row = await move(
            write.session,
            caller.tenant_id,
            cycle_id,
            step,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return CycleRead.model_validate(row)

    return await write.once(produce, etag=lambda moved: etag(moved.version))
