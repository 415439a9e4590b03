"""Role assignments over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.save_role_assignment import RoleTaken
from services.planning.actions.save_role_assignment import create_role_assignment as create
from services.planning.actions.save_role_assignment import update_role_assignment as update
from services.planning.queries.resources import get_resource
from services.planning.queries.role_assignments import ROLE_ASSIGNMENTS
from services.planning.schemas.role_assignments import (
    RoleAssignmentCreate,
    RoleAssignmentPatch,
    RoleAssignmentRead,
)
from services.planning.tables import RoleAssignmentRow
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("role-assignments", "Who plays which role for what: kept with its days, ended, never deleted.")

list_endpoint(router, "/role-assignments", ROLE_ASSIGNMENTS, RoleAssignmentRead, scope="planning.read")


@router.post(
    "/role-assignments",
    status_code=201,
    response_model=RoleAssignmentRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, RoleTaken),
)
async def create_role_assignment(assignment: RoleAssignmentCreate, write: WriteDep) -> Response:
    """Give a person a role for a unit, a node, an initiative or a plan."""

    async def produce() -> RoleAssignmentRead:
        caller = write.caller
        row = await create(write.session, caller.tenant_id, assignment, by=caller.principal_id, now=utc_now())
        return RoleAssignmentRead.model_validate(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/role-assignments/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/role-assignments/{assignment_id}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_role_assignment(
    assignment_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> RoleAssignmentRead:
    """Read one assignment."""
    row = await get_resource(session, RoleAssignmentRow, caller.tenant_id, assignment_id)
    response.headers["ETag"] = etag(row.version)
    return RoleAssignmentRead.model_validate(row)


@router.patch(
    "/role-assignments/{assignment_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, RoleTaken),
)
async def update_role_assignment(
    assignment_id: UUID,
    patch: Annotated[RoleAssignmentPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> RoleAssignmentRead:
    """End a role, or let it go on."""
    row = await update(
        session,
        caller.tenant_id,
        assignment_id,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    return RoleAssignmentRead.model_validate(row)
