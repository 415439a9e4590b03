"""Holds a review while something in it is written, and refuses what comes too late."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.domain.reviews import ReviewState, may_be_edited
from services.planning.queries.resources import lock_resource
from services.planning.tables import ReviewRow
from shared.core.errors import Conflict, FieldProblem, Invalid


class ReviewClosed(Conflict):
    """The review is closed: only its actions go on."""

    slug, title = "review-closed", "The review is closed"


async def hold_open_review(
    session: AsyncSession, tenant_id: UUID, review_id: UUID, expected_version: int | None = None
) -> ReviewRow:
    """The review, held until the transaction ends; NotFound, ReviewClosed, PreconditionFailed at another version."""
    if expected_version is None:
        row = await lock_resource(session, ReviewRow, tenant_id, review_id)
    else:
        row = await lock_at_version(session, ReviewRow, tenant_id, review_id, expected_version)
    if not may_be_edited(ReviewState(row.status)):
        raise ReviewClosed
    return row


def check_gap_ref(review: ReviewRow, gap_ref: str | None) -> None:
    """Invalid for a gap that is none of the review's."""
    known = {each["ref"] for each in review.prefill["gaps"]}
    if gap_ref is not None and gap_ref not in known:
        problem = FieldProblem("#/gap_ref", "unknown", "The review has no red or amber gap of this name.")
        raise Invalid("The gap is none of the review's.", errors=[problem])
