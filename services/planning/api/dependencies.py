"""Dependencies between initiatives over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.confirm_dependency import AlreadyConfirmed
from services.planning.actions.confirm_dependency import confirm_dependency as confirm
from services.planning.actions.create_dependency import CircularDependency
from services.planning.actions.create_dependency import create_dependency as create
from services.planning.actions.delete_dependency import delete_dependency as delete
from services.planning.actions.update_dependency import update_dependency as update
from services.planning.queries.dependencies import DEPENDENCIES
from services.planning.schemas.dependencies import DependencyCreate, DependencyPatch, DependencyRead
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("dependencies", "Which initiative waits for which, who promised it, and who owns the risk.")

list_endpoint(router, "/dependencies", DEPENDENCIES, DependencyRead, scope="planning.read")


@router.post(
    "/dependencies",
    status_code=201,
    response_model=DependencyRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey, CircularDependency),
)
async def create_dependency(dependency: DependencyCreate, write: WriteDep) -> Response:
    """Make one initiative wait for another; refused where an initiative would come to wait for itself."""

    async def produce() -> DependencyRead:
        session, caller = write.session, write.caller
        row = await create(session, caller.tenant_id, dependency, by=caller.principal_id, now=utc_now())
        return await _read(session, caller.tenant_id, row.id)

    return await write.once(
        produce, status=201, location=lambda made: f"/dependencies/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/dependencies/{dependency_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_dependency(
    dependency_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> DependencyRead:
    """Read one dependency."""
    found = await _read(session, caller.tenant_id, dependency_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/dependencies/{dependency_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def update_dependency(
    dependency_id: UUID,
    patch: Annotated[DependencyPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> DependencyRead:
    """Change what a dependency asks for, which then has to be confirmed again, or who owns its risk."""
    now = utc_now()
    await update(
        session, caller.tenant_id, dependency_id, patch, expected_version=version, by=caller.principal_id, now=now
    )
    found = await _read(session, caller.tenant_id, dependency_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.delete(
    "/dependencies/{dependency_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE),
)
async def delete_dependency(dependency_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Let the later initiative no longer wait for the earlier one."""
    now = utc_now()
    await delete(session, caller.tenant_id, dependency_id, expected_version=version, by=caller.principal_id, now=now)


@router.post(
    "/dependencies/{dependency_id}/confirmation",
    response_model=DependencyRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *KEYED, *STALE, AlreadyConfirmed),
)
async def confirm_dependency(dependency_id: UUID, version: IfMatchDep, write: KeyedWriteDep) -> Response:
    """Promise that what the later initiative waits for will be there."""

    async def produce() -> DependencyRead:
        session, caller = write.session, write.caller
        await confirm(
            session,
            caller.tenant_id,
            dependency_id,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return await _read(session, caller.tenant_id, dependency_id)

    return await write.once(produce, etag=lambda confirmed: etag(confirmed.version))


async def _read(session: SessionDep, tenant_id: UUID, dependency_id: UUID) -> DependencyRead:
    return DependencyRead.model_validate_json(await get_row(session, DEPENDENCIES, tenant_id, dependency_id))
