"""Writes down what a review finds; how much a cause explains is computed, never typed."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.actions.hold_review import check_gap_ref, hold_open_review
from services.planning.actions.journal_change import journal_step
from services.planning.domain.reviews import CAUSE_OF, Cause
from services.planning.queries.resources import get_resource
from services.planning.schemas.reviews import ReviewFindingCreate, ReviewFindingPatch
from services.planning.tables import ReviewFindingRow, ReviewRow
from shared.core.ids import new_id


async def add_finding(
    session: AsyncSession, tenant_id: UUID, review_id: UUID, wanted: ReviewFindingCreate, *, by: UUID, now: datetime
) -> ReviewFindingRow:
    """The finding; ReviewClosed, NotFound, Invalid for a gap that is none of the review's."""
    review = await hold_open_review(session, tenant_id, review_id)
    check_gap_ref(review, wanted.gap_ref)
    row = ReviewFindingRow(
        tenant_id=tenant_id,
        id=new_id(),
        review_id=review_id,
        driver_effect=_driver_effect(review, wanted.gap_ref, wanted.cause),
        **wanted.model_dump(),
    )
    await write_new(session, row, by=by, now=now)
    return row


async def update_finding(
    session: AsyncSession,
    tenant_id: UUID,
    finding_id: UUID,
    patch: ReviewFindingPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ReviewFindingRow:
    """The changed finding; ReviewClosed, PreconditionFailed."""
    review = await hold_open_review(session, tenant_id, await _review_of(session, tenant_id, finding_id))
    row = await lock_at_version(session, ReviewFindingRow, tenant_id, finding_id, expected_version)
    changes = patch.changes()
    if "cause" in changes:
        changes["driver_effect"] = _driver_effect(review, row.gap_ref, changes["cause"])
    await write_change(session, row, changes, by=by, now=now)
    return row


async def delete_finding(
    session: AsyncSession, tenant_id: UUID, finding_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Takes a finding back; ReviewClosed, PreconditionFailed."""
    await hold_open_review(session, tenant_id, await _review_of(session, tenant_id, finding_id))
    row = await lock_at_version(session, ReviewFindingRow, tenant_id, finding_id, expected_version)
    was = {"text": {"old": row.text, "new": None}, "cause": {"old": row.cause, "new": None}}
    journal_step(session, tenant_id, ("review_finding", finding_id), "deleted", was, by=by, now=now)
    await session.delete(row)
    await session.flush()


async def _review_of(session: AsyncSession, tenant_id: UUID, finding_id: UUID) -> UUID:
    return (await get_resource(session, ReviewFindingRow, tenant_id, finding_id)).review_id


def _driver_effect(review: ReviewRow, gap_ref: str | None, cause: Cause | None) -> Decimal | None:
    """What the driver behind the cause changed, by the review's own prefill; None where no driver stands behind it."""
    drivers = {driver.value for driver, each in CAUSE_OF.items() if each is cause}
    gaps: list[Mapping[str, Any]] = review.prefill["gaps"]
    for each in gaps:
        if each["ref"] == gap_ref:
            for effect in each["effects"]:
                if effect["driver"] in drivers:
                    return Decimal(effect["amount"])
    return None
