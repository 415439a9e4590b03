"""What is done about what reviews find, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.hold_review import ReviewClosed
from services.planning.actions.write_review_action import (
    ActionEnded,
    add_review_action,
    move_review_action,
)
from services.planning.actions.write_review_action import update_review_action as update
from services.planning.queries.resources import get_resource
from services.planning.queries.reviews import REVIEW_ACTIONS
from services.planning.schemas.reviews import (
    ReviewActionCreate,
    ReviewActionPatch,
    ReviewActionRead,
    ReviewActionTransitionCreate,
)
from services.planning.tables import ReviewActionRow
from shared.core.clock import utc_now
from shared.core.errors import IllegalTransition, NotFound, ReasonMissing
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("review-actions", "What is done about what reviews find: by whom, by when, and what came of it.")

list_endpoint(router, "/review-actions", REVIEW_ACTIONS, ReviewActionRead, scope="planning.read")


@router.post(
    "/reviews/{review_id}/actions",
    status_code=201,
    response_model=ReviewActionRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, ReviewClosed),
)
async def create_review_action(review_id: UUID, action: ReviewActionCreate, write: WriteDep) -> Response:
    """Add an action; it answers a red gap once it has an owner and a day."""

    async def produce() -> ReviewActionRead:
        caller, now = write.caller, utc_now()
        row = await add_review_action(
            write.session, caller.tenant_id, review_id, action, by=caller.principal_id, now=now
        )
        return ReviewActionRead.of(row, now.date())

    return await write.once(
        produce, status=201, location=lambda made: f"/review-actions/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/review-actions/{action_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_review_action(
    action_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ReviewActionRead:
    """Read one action."""
    row = await get_resource(session, ReviewActionRow, caller.tenant_id, action_id)
    response.headers["ETag"] = etag(row.version)
    return ReviewActionRead.of(row, utc_now().date())


@router.patch(
    "/review-actions/{action_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ActionEnded),
)
async def update_review_action(
    action_id: UUID,
    patch: Annotated[ReviewActionPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ReviewActionRead:
    """Change an open action, also after its review was closed."""
    now = utc_now()
    row = await update(
        session, caller.tenant_id, action_id, patch, expected_version=version, by=caller.principal_id, now=now
    )
    response.headers["ETag"] = etag(row.version)
    return ReviewActionRead.of(row, now.date())


@router.post(
    "/review-actions/{action_id}/transitions",
    response_model=ReviewActionRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, *STALE, IllegalTransition, ReasonMissing),
)
async def end_review_action(
    action_id: UUID, step: ReviewActionTransitionCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Say that an action is done, dropped, or open after all."""

    async def produce() -> ReviewActionRead:
        caller, now = write.caller, utc_now()
        row = await move_review_action(
            write.session,
            caller.tenant_id,
            action_id,
            step,
            expected_version=version,
            by=caller.principal_id,
            now=now,
        )
        return ReviewActionRead.of(row, now.date())

    return await write.once(produce, etag=lambda moved: etag(moved.version))
