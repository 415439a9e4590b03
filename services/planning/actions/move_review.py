"""Takes a review to its next state; closing it needs an answer to every red gap, and freezes what it was held on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.gaps import GapStatus
from services.planning.domain.reviews import (
    Cause,
    Finding,
    ReviewState,
    Unanswered,
    may_become,
    unanswered,
)
from services.planning.domain.snapshots import SnapshotPurpose
from services.planning.queries.reviews import action_of, list_actions_of, list_findings_of, list_open_actions
from services.planning.schemas.reviews import (
    ReviewActionRead,
    ReviewFindingRead,
    ReviewRead,
    ReviewTransitionCreate,
)
from services.planning.tables import ReviewRow, SnapshotItemRow, SnapshotRow
from shared.core.errors import Conflict, IllegalTransition
from shared.core.ids import new_id


class GapsUnanswered(Conflict):
    """A red gap lacks a cause, or an action with owner and day."""

    slug, title = "gaps-unanswered", "Red gaps are not answered"


async def move_review(
    session: AsyncSession,
    tenant_id: UUID,
    review_id: UUID,
    step: ReviewTransitionCreate,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ReviewRow:
    """The review in its new state; IllegalTransition, GapsUnanswered, CycleClosed, PreconditionFailed."""
    row = await lock_at_version(session, ReviewRow, tenant_id, review_id, expected_version)
    await lock_open_cycle(session, tenant_id, row.cycle_id)
    lacking = await find_unanswered(session, tenant_id, row, now)
    if not may_become(ReviewState(row.status), step.to, lacking):
        if step.to is ReviewState.CLOSED and row.status == ReviewState.DISCUSSED:
            names = ", ".join(each.gap_ref for each in lacking[:20])
            raise GapsUnanswered(f"These lack a cause or an action: {names}.", gaps=names, count=len(lacking))
        raise IllegalTransition(state=row.status, to=step.to)
    changes: dict[str, object] = {"status": step.to}
    if step.to is ReviewState.CLOSED:
        snapshot_id = await _freeze(session, tenant_id, row, by, now)
        changes |= {"closed_at": now, "closed_by": by, "snapshot_id": snapshot_id}
    await write_change(session, row, changes, by=by, now=now, action="moved")
    return row


async def find_unanswered(
    session: AsyncSession, tenant_id: UUID, review: ReviewRow, now: datetime
) -> tuple[Unanswered, ...]:
    """The red gaps of the review that lack something; an earlier action that is not late answers its gap too."""
    red = [each["ref"] for each in review.prefill["gaps"] if each["status"] == GapStatus.RED]
    if not red:
        return ()
    findings = await list_findings_of(session, tenant_id, review.id)
    actions = [action_of(each) for each in await list_actions_of(session, tenant_id, review.id)]
    carried = [
        action_of(each) for each in await list_open_actions(session, tenant_id, review.unit_id, review.month_date)
    ]
    today = now.date()
    return unanswered(
        red,
        [Finding(each.gap_ref, None if each.cause is None else Cause(each.cause)) for each in findings],
        [*actions, *(each for each in carried if not each.is_overdue(today))],
    )


async def _freeze(session: AsyncSession, tenant_id: UUID, review: ReviewRow, by: UUID, now: datetime) -> UUID:
    """A snapshot of the review with its prefill, findings and actions as they are now."""
    snapshot_id = new_id()
    session.add(
        SnapshotRow(
            tenant_id=tenant_id,
            id=snapshot_id,
            purpose=SnapshotPurpose.REVIEW,
            label=f"{review.kind} review {review.month_date:%Y-%m}",
            selector={"review_id": str(review.id)},
            taken_at=now,
            taken_by=by,
        )
    )
    await session.flush()
    findings = await list_findings_of(session, tenant_id, review.id)
    actions = await list_actions_of(session, tenant_id, review.id)
    today = now.date()
    items: Sequence[tuple[str, UUID, dict[str, object]]] = [
        ("review", review.id, ReviewRead.of(review).model_dump(mode="json")),
        *(("finding", row.id, ReviewFindingRead.model_validate(row).model_dump(mode="json")) for row in findings),
        *(("action", row.id, ReviewActionRead.of(row, today).model_dump(mode="json")) for row in actions),
    ]
    session.add_all(
        SnapshotItemRow(
            tenant_id=tenant_id, snapshot_id=snapshot_id, subject_kind=kind, subject_key=str(key), content=content
        )
        for kind, key, content in items
    )
    return snapshot_id
