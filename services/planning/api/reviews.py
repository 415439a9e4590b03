"""Reviews over HTTP: opened filled in, discussed, and closed when every red gap is answered."""

from typing import Annotated
from uuid import UUID

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.hold_review import ReviewClosed, hold_open_review
from services.planning.actions.move_review import GapsUnanswered, find_unanswered
from services.planning.actions.move_review import move_review as move
from services.planning.actions.open_review import NotReviewable, open_review
from services.planning.queries.resources import get_resource
from services.planning.queries.reviews import REVIEWS
from services.planning.queries.roadmap import NoSchedule
from services.planning.schemas.reviews import (
    ReviewCreate,
    ReviewDetail,
    ReviewPatch,
    ReviewRead,
    ReviewTransitionCreate,
    UnansweredRead,
)
from services.planning.tables import ReviewRow
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, IllegalTransition, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("reviews", "What a unit looks back on each month, each year and after each launch.")

list_endpoint(router, "/reviews", REVIEWS, ReviewRead, scope="planning.read")


@router.post(
    "/reviews",
    status_code=201,
    response_model=ReviewDetail,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey, NotReviewable, CycleClosed, NoSchedule),
)
async def create_review(review: ReviewCreate, write: WriteDep) -> Response:
    """Open a review; it comes filled in with gaps and their drivers, changed health, slips, and actions still open.

    One of a month or a year is about its unit, one of a launch about what was launched, where that is sold.
    """

    async def produce() -> ReviewDetail:
        caller, now = write.caller, utc_now()
        row = await open_review(write.session, caller.tenant_id, review, by=caller.principal_id, now=now)
        return await _detail(write.session, caller.tenant_id, row)

    return await write.once(
        produce, status=201, location=lambda made: f"/reviews/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get("/reviews/{review_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_review(review_id: UUID, session: SessionDep, caller: CallerDep, response: Response) -> ReviewDetail:
    """Read one review, with what still stands in the way of closing it."""
    row = await get_resource(session, ReviewRow, caller.tenant_id, review_id)
    response.headers["ETag"] = etag(row.version)
    return await _detail(session, caller.tenant_id, row)


@router.patch(
    "/reviews/{review_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ReviewClosed),
)
async def update_review(
    review_id: UUID,
    patch: Annotated[ReviewPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ReviewDetail:
    """Write down habits and assumptions, until the review is closed."""
    row = await hold_open_review(session, caller.tenant_id, review_id, version)
    await write_change(session, row, patch.changes(), by=caller.principal_id, now=utc_now())
    response.headers["ETag"] = etag(row.version)
    return await _detail(session, caller.tenant_id, row)


@router.post(
    "/reviews/{review_id}/transitions",
    response_model=ReviewDetail,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, *STALE, IllegalTransition, GapsUnanswered, CycleClosed),
)
async def move_review(
    review_id: UUID, step: ReviewTransitionCreate, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Say that a review was discussed, or close it: then it is frozen, and only its actions go on."""

    async def produce() -> ReviewDetail:
        caller = write.caller
        row = await move(
            write.session,
            caller.tenant_id,
            review_id,
            step,
            expected_version=version,
            by=caller.principal_id,
            now=utc_now(),
        )
        return await _detail(write.session, caller.tenant_id, row)

    return await write.once(produce, etag=lambda moved: etag(moved.version))


async def _detail(session: AsyncSession, tenant_id: UUID, row: ReviewRow) -> ReviewDetail:
    lacking = await find_unanswered(session, tenant_id, row, utc_now())
    return ReviewDetail.of(
        row, unanswered=[UnansweredRead(gap_ref=each.gap_ref, lacks=list(each.lacks)) for each in lacking]
    )
