"""Days on which nothing is made, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.save_work_closure import create_work_closure as create
from services.planning.actions.save_work_closure import delete_work_closure as delete
from services.planning.actions.save_work_closure import update_work_closure as update
from services.planning.queries.work_closures import WORK_CLOSURES
from services.planning.schemas.work_closures import WorkClosureCreate, WorkClosurePatch, WorkClosureRead
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter(
    "work-closures", "Days on which factories are closed: developed initiatives take so much longer."
)

list_endpoint(router, "/work-closures", WORK_CLOSURES, WorkClosureRead, scope="planning.read")


@router.post(
    "/work-closures",
    status_code=201,
    response_model=WorkClosureRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED),
)
async def create_work_closure(closure: WorkClosureCreate, write: WriteDep) -> Response:
    """Name days on which nothing is made; forecasts of developed initiatives count them at once."""

    async def produce() -> WorkClosureRead:
        session, caller = write.session, write.caller
        row = await create(session, caller.tenant_id, closure, by=caller.principal_id, now=utc_now())
        return await _read(session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/work-closures/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/work-closures/{closure_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_work_closure(
    closure_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> WorkClosureRead:
    """Read one closure."""
    found = await _read(session, caller.tenant_id, closure_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/work-closures/{closure_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def update_work_closure(
    closure_id: UUID,
    patch: Annotated[WorkClosurePatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> WorkClosureRead:
    """Change the name or the days of a closure."""
    now = utc_now()
    await update(
        session, caller.tenant_id, closure_id, patch, expected_version=version, by=caller.principal_id, now=now
    )
    found = await _read(session, caller.tenant_id, closure_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/work-closures/{closure_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def delete_work_closure(closure_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a closure: the days are worked again."""
    now = utc_now()
    await delete(session, caller.tenant_id, closure_id, expected_version=version, by=caller.principal_id, now=now)


async def _read(session: SessionDep, tenant_id: UUID, closure_id: UUID) -> WorkClosureRead:
    return WorkClosureRead.model_validate_json(await get_row(session, WORK_CLOSURES, tenant_id, closure_id))
