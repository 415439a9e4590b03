"""Reviews: what was found, what is done about it, and which goals were moved."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.calibration import CalibrationState, CalibrationSubject
from services.planning.domain.reviews import ActionState, ActionTarget, Cause, ReviewKind, ReviewState
from services.planning.tables.base import VALUE, AuthoredEntity, PlanningBase, first_of_month
from shared.db.base import tenant_key, tenant_reference
from shared.db.columns import INSTANT, one_of


class ReviewRow(PlanningBase, AuthoredEntity):
    """A unit's review of a month, a year or a launch.

    `prefill` is what it opened with and is discussed on; `month_date` is the month that is reviewed, of an annual
    review the last one of its cycle. What it was closed on is in the snapshot.
    """

    __tablename__ = "review"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint(
            "tenant_id",
            "unit_id",
            "cycle_id",
            "kind",
            "month_date",
            "initiative_id",
            name="uq_review_place",
            postgresql_nulls_not_distinct=True,
        ),
        tenant_reference("unit_id", "planning.organisation_unit"),
        tenant_reference("cycle_id", "planning.cycle"),
        tenant_reference("initiative_id", "planning.initiative"),
        tenant_reference("snapshot_id", "planning.snapshot"),
        one_of("kind", ReviewKind),
        one_of("status", ReviewState),
        first_of_month(),
        CheckConstraint("(kind = 'launch') = (initiative_id IS NOT NULL)", name="launch"),
        CheckConstraint(
            "(status = 'closed') = (closed_at IS NOT NULL AND closed_by IS NOT NULL AND snapshot_id IS NOT NULL)",
            name="closed",
        ),
        Index(None, "tenant_id", "cycle_id"),
        {"comment": "distributed: reviews of units"},
    )

    unit_id: Mapped[UUID]
    cycle_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    month_date: Mapped[date] = mapped_column(Date)
    initiative_id: Mapped[UUID | None]
    due_date: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Text)
    prefill: Mapped[dict[str, Any]] = mapped_column(JSONB)
    prefilled_at: Mapped[datetime] = mapped_column(INSTANT)
    habits: Mapped[str | None] = mapped_column(Text)
    assumptions: Mapped[str | None] = mapped_column(Text)
    snapshot_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_by: Mapped[UUID | None]


class ReviewFindingRow(PlanningBase, AuthoredEntity):
    """What is found in a review; of a gap its cause and, where it is computed, how much of it that explains."""

    __tablename__ = "review_finding"
    __table_args__ = (
        tenant_key(),
        tenant_reference("review_id", "planning.review"),
        one_of("cause", Cause),
        CheckConstraint("length(trim(text)) > 0", name="text"),
        Index(None, "tenant_id", "review_id"),
        {"comment": "distributed: findings of reviews"},
    )

    review_id: Mapped[UUID]
    gap_ref: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    driver_effect: Mapped[Decimal | None] = mapped_column(VALUE)


class ReviewActionRow(PlanningBase, AuthoredEntity):
    """What somebody does by a day; open ones are carried into the next review."""

    __tablename__ = "review_action"
    __table_args__ = (
        tenant_key(),
        tenant_reference("review_id", "planning.review"),
        tenant_reference("owner_id", "planning.organisation_unit"),
        tenant_reference("initiative_id", "planning.initiative"),
        tenant_reference("plan_id", "planning.plan"),
        tenant_reference("key_result_id", "planning.key_result"),
        one_of("status", ActionState),
        one_of("target_kind", ActionTarget),
        CheckConstraint("length(trim(text)) > 0", name="text"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("num_nonnulls(initiative_id, plan_id, key_result_id) <= 1", name="target"),
        Index(None, "tenant_id", "review_id"),
        Index(None, "tenant_id", "owner_id", "status"),
        {"comment": "distributed: actions of reviews, with owner and day"},
    )

    review_id: Mapped[UUID]
    gap_ref: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID | None]
    due_date: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    target_kind: Mapped[str | None] = mapped_column(Text)
    initiative_id: Mapped[UUID | None]
    plan_id: Mapped[UUID | None]
    key_result_id: Mapped[UUID | None]


class CalibrationRow(PlanningBase, AuthoredEntity):
    """A proposal to move an agreed target or planned value, and who decided it."""

    __tablename__ = "calibration"
    __table_args__ = (
        tenant_key(),
        tenant_reference("cycle_id", "planning.cycle"),
        tenant_reference("key_result_id", "planning.key_result"),
        tenant_reference("plan_id", "planning.plan"),
        tenant_reference("review_id", "planning.review"),
        one_of("subject_kind", CalibrationSubject),
        one_of("status", CalibrationState),
        CheckConstraint(
            "CASE subject_kind WHEN 'key_result' THEN key_result_id IS NOT NULL AND plan_id IS NULL"
            " ELSE key_result_id IS NULL AND num_nonnulls(plan_id, metric_code, scope_key, month_date) = 4 END",
            name="subject",
        ),
        CheckConstraint("old_value <> new_value", name="change"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
        CheckConstraint("status = 'proposed' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("status <> 'approved' OR decided_by <> created_by", name="approver"),
        Index(
            "uq_calibration_key_result",
            "tenant_id",
            "key_result_id",
            "cycle_id",
            unique=True,
            postgresql_where=text("status <> 'rejected' AND override_reason IS NULL AND key_result_id IS NOT NULL"),
        ),
        Index(
            "uq_calibration_plan_line",
            "tenant_id",
            "plan_id",
            "metric_code",
            "scope_key",
            "month_date",
            unique=True,
            postgresql_where=text("status <> 'rejected' AND override_reason IS NULL AND plan_id IS NOT NULL"),
        ),
        Index(None, "tenant_id", "review_id"),
        {"comment": "distributed: proposals to move agreed targets and planned values"},
    )

    cycle_id: Mapped[UUID]
    review_id: Mapped[UUID | None]
    subject_kind: Mapped[str] = mapped_column(Text)
    key_result_id: Mapped[UUID | None]
    plan_id: Mapped[UUID | None]
    metric_code: Mapped[str | None] = mapped_column(Text)
    scope_key: Mapped[str | None] = mapped_column(Text)
    month_date: Mapped[date | None] = mapped_column(Date)
    old_value: Mapped[Decimal] = mapped_column(VALUE)
    new_value: Mapped[Decimal] = mapped_column(VALUE)
    reason: Mapped[str] = mapped_column(Text)
    override_reason: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decision_reason: Mapped[str | None] = mapped_column(Text)
