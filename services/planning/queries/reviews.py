"""Reads of reviews, their findings and their actions."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.reviews import Action, ActionState, ReviewKind, ReviewState
from services.planning.schemas.fields import Month
from services.planning.tables import ReviewActionRow, ReviewFindingRow, ReviewRow
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import Day

GapRefText = Annotated[str, Field(min_length=1, max_length=900)]
_MADE = ("version", "created_by", "created_at", "updated_at")

REVIEWS = ListQuery(
    name="reviews",
    source="planning.review r",
    where="r.tenant_id = $1",
    fields={
        **{name: f"r.{name}" for name in ("id", "unit_id", "cycle_id", "kind")},
        "month": "to_char(r.month_date, 'YYYY-MM')",
        **{
            name: f"r.{name}"
            for name in (
                "initiative_id",
                "due_date",
                "status",
                "prefill",
                "prefilled_at",
                "habits",
                "assumptions",
                "snapshot_id",
                "closed_at",
                "closed_by",
                *_MADE,
            )
        },
    },
    sorts={"month": Sort("r.month_date", "date"), "created_at": Sort("r.created_at", "timestamptz")},
    default_sort="-month",
    key=Sort("r.id", "uuid"),
    filters={
        "unit_id": Filter("r.unit_id = {}", UUID, "Only reviews of this unit."),
        "cycle_id": Filter("r.cycle_id = {}", UUID, "Only reviews of this cycle."),
        "kind": Filter("r.kind = ANY({})", list[ReviewKind], "Only reviews of these kinds."),
        "status": Filter("r.status = ANY({})", list[ReviewState], "Only reviews in these states."),
        "month": Filter("r.month_date = {}", Month, "Only reviews of this month."),
    },
)

REVIEW_FINDINGS = ListQuery(
    name="review_findings",
    source="planning.review_finding f",
    where="f.tenant_id = $1",
    fields={
        **{name: f"f.{name}" for name in ("id", "review_id", "gap_ref", "cause", "text")},
        "driver_effect": decimal_json("f.driver_effect"),
        **{name: f"f.{name}" for name in _MADE},
    },
    sorts={"created_at": Sort("f.created_at", "timestamptz")},
    default_sort="created_at",
    key=Sort("f.id", "uuid"),
    filters={
        "review_id": Filter("f.review_id = {}", UUID, "Only findings of this review."),
        "gap_ref": Filter("f.gap_ref = {}", GapRefText, "Only findings about this gap."),
    },
)

REVIEW_ACTIONS = ListQuery(
    name="review_actions",
    source="planning.review_action a JOIN planning.review r ON r.tenant_id = a.tenant_id AND r.id = a.review_id",
    where="a.tenant_id = $1",
    fields={
        **{name: f"a.{name}" for name in ("id", "review_id", "gap_ref", "text", "owner_id", "due_date", "status")},
        "is_overdue": "a.status = 'open' AND coalesce(a.due_date < current_date, false)",
        **{
            name: f"a.{name}"
            for name in ("outcome", "ended_at", "target_kind", "initiative_id", "plan_id", "key_result_id", *_MADE)
        },
    },
    sorts={
        "created_at": Sort("a.created_at", "timestamptz"),
        "due_date": Sort("coalesce(a.due_date, 'infinity'::date)", "date"),
    },
    default_sort="created_at",
    key=Sort("a.id", "uuid"),
    filters={
        "review_id": Filter("a.review_id = {}", UUID, "Only actions of this review."),
        "unit_id": Filter("r.unit_id = {}", UUID, "Only actions of reviews of this unit."),
        "owner_id": Filter("a.owner_id = {}", UUID, "Only actions that this unit does."),
        "status": Filter("a.status = ANY({})", list[ActionState], "Only actions in these states."),
        "due_by": Filter("a.due_date <= {}", Day, "Only actions due by this day."),
        "gap_ref": Filter("a.gap_ref = {}", GapRefText, "Only actions that answer this gap."),
    },
)


async def find_previous_review(session: AsyncSession, tenant_id: UUID, review: ReviewRow) -> ReviewRow | None:
    """The unit's latest review of the same kind, and of the same launch, of an earlier month."""
    row = ReviewRow
    return await session.scalar(
        select(row)
        .where(
            row.tenant_id == tenant_id,
            row.unit_id == review.unit_id,
            row.kind == review.kind,
            row.initiative_id.is_not_distinct_from(review.initiative_id),
            row.month_date < review.month_date,
        )
        .order_by(row.month_date.desc())
        .limit(1)
    )


async def find_review_id(session: AsyncSession, tenant_id: UUID, review: ReviewRow) -> UUID | None:
    """The review that stands in the place of this one already."""
    row = ReviewRow
    return await session.scalar(
        select(row.id).where(
            row.tenant_id == tenant_id,
            row.unit_id == review.unit_id,
            row.cycle_id == review.cycle_id,
            row.kind == review.kind,
            row.month_date == review.month_date,
            row.initiative_id.is_not_distinct_from(review.initiative_id),
        )
    )


async def list_open_actions(
    session: AsyncSession, tenant_id: UUID, unit_id: UUID, before: date
) -> Sequence[ReviewActionRow]:
    """Actions that are still open, of the unit's reviews of months before."""
    action, review = ReviewActionRow, ReviewRow
    found = await session.scalars(
        select(action)
        .join(review, (review.tenant_id == action.tenant_id) & (review.id == action.review_id))
        .where(
            action.tenant_id == tenant_id,
            review.unit_id == unit_id,
            review.month_date < before,
            action.status == ActionState.OPEN,
        )
        .order_by(action.id)
    )
    return found.all()


async def list_findings_of(session: AsyncSession, tenant_id: UUID, review_id: UUID) -> Sequence[ReviewFindingRow]:
    """The findings of a review, as they were written."""
    row = ReviewFindingRow
    statement = select(row).where(row.tenant_id == tenant_id, row.review_id == review_id).order_by(row.id)
    return (await session.scalars(statement)).all()


async def list_actions_of(session: AsyncSession, tenant_id: UUID, review_id: UUID) -> Sequence[ReviewActionRow]:
    """The actions of a review, as they were written."""
    row = ReviewActionRow
    statement = select(row).where(row.tenant_id == tenant_id, row.review_id == review_id).order_by(row.id)
    return (await session.scalars(statement)).all()


def action_of(row: ReviewActionRow) -> Action:
    """The domain value of an action."""
    owner = None if row.owner_id is None else str(row.owner_id)
    return Action(str(row.id), row.gap_ref, owner, row.due_date, ActionState(row.status))
