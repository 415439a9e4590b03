"""Objectives, their key results, what people say of them, and what they answer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.bases import BasisKind
from services.planning.domain.grades import Ambition
from services.planning.domain.key_result import Bound, KeyResultKind
from services.planning.domain.measurement import WindowKind
from services.planning.domain.objective_states import CloseDecision, Horizon, ObjectiveState
from services.planning.domain.roll_up import ParentMode
from services.planning.tables.base import SHARE, VALUE, AuthoredEntity, PlanningBase, Scoped
from shared.db.base import TenantEntity, tenant_key, tenant_reference
from shared.db.columns import CURRENCY, INSTANT, one_of


class ObjectiveRow(PlanningBase, AuthoredEntity):
    """What a unit wants to reach in a cycle, and why."""

    __tablename__ = "objective"
    __table_args__ = (
        tenant_key(),
        tenant_reference("unit_id", "planning.organisation_unit"),
        tenant_reference("cycle_id", "planning.cycle"),
        tenant_reference("parent_id", "planning.objective"),
        one_of("horizon", Horizon),
        one_of("parent_mode", ParentMode),
        one_of("ambition", Ambition),
        one_of("status", ObjectiveState),
        one_of("close_decision", CloseDecision),
        CheckConstraint("parent_id <> id", name="parent"),
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint("grade BETWEEN 0 AND 1", name="grade"),
        CheckConstraint("status NOT IN ('graded', 'closed') OR grade IS NOT NULL", name="graded"),
        CheckConstraint("status <> 'closed' OR close_decision IS NOT NULL", name="closed"),
        CheckConstraint("status <> 'cancelled' OR length(trim(cancel_reason)) > 0", name="cancelled"),
        Index(None, "tenant_id", "cycle_id", "unit_id"),
        Index(None, "tenant_id", "parent_id"),
        {"comment": "distributed: objectives of units in cycles"},
    )

    unit_id: Mapped[UUID]
    cycle_id: Mapped[UUID]
    horizon: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[UUID | None]
    parent_mode: Mapped[str] = mapped_column(Text)
    weight: Mapped[Decimal] = mapped_column(SHARE)
    ambition: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    grade: Mapped[Decimal | None] = mapped_column(SHARE)
    grade_explanation: Mapped[str | None] = mapped_column(Text)
    graded_at: Mapped[datetime | None] = mapped_column(INSTANT)
    close_decision: Mapped[str | None] = mapped_column(Text)
    cancel_reason: Mapped[str | None] = mapped_column(Text)


class KeyResultRow(PlanningBase, AuthoredEntity, Scoped):
    """How it is known that an objective is reached; what is measured points at a metric and is never typed in.

    `milestones` are `{title, weight, due_date, done_date}`, `grade_points` `{value, grade}`; decimals as text.
    `graded_value` and `graded_progress` are what it was graded on, as known at `graded_as_known_at`.
    """

    __tablename__ = "key_result"
    __table_args__ = (
        tenant_key(),
        tenant_reference("objective_id", "planning.objective"),
        tenant_reference("owner_id", "planning.organisation_unit"),
        tenant_reference("parent_key_result_id", "planning.key_result"),
        one_of("kind", KeyResultKind),
        one_of("bound", Bound),
        one_of("window_kind", WindowKind),
        CheckConstraint("kind <> 'reach' OR start_value <> target_value", name="reach"),
        CheckConstraint("(kind = 'hold') = (bound IS NOT NULL)", name="hold"),
        CheckConstraint("(kind = 'milestone') = (jsonb_array_length(milestones) > 0)", name="milestone"),
        CheckConstraint("kind IN ('reach', 'hold') OR metric_code IS NULL", name="measured"),
        CheckConstraint("(window_kind = 'trailing_days') = (window_days IS NOT NULL)", name="window"),
        CheckConstraint("window_days >= 1", name="window_days"),
        CheckConstraint("weight >= 0", name="weight"),
        CheckConstraint("grade BETWEEN 0 AND 1", name="grade"),
        CheckConstraint("parent_key_result_id <> id", name="parent"),
        Index(None, "tenant_id", "objective_id"),
        Index(None, "tenant_id", "parent_key_result_id"),
        Index(None, "tenant_id", "metric_code"),
        {"comment": "distributed: key results of objectives"},
    )

    objective_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    title: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    metric_code: Mapped[str | None] = mapped_column(Text)
    window_kind: Mapped[str] = mapped_column(Text)
    window_days: Mapped[int | None] = mapped_column(Integer)
    start_value: Mapped[Decimal | None] = mapped_column(VALUE)
    target_value: Mapped[Decimal | None] = mapped_column(VALUE)
    currency: Mapped[str | None] = mapped_column(CURRENCY)
    bound: Mapped[str | None] = mapped_column(Text)
    grade_points: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    milestones: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    is_done: Mapped[bool] = mapped_column(Boolean)
    done_date: Mapped[date | None] = mapped_column(Date)
    weight: Mapped[Decimal] = mapped_column(SHARE)
    owner_id: Mapped[UUID | None]
    parent_key_result_id: Mapped[UUID | None]
    grade: Mapped[Decimal | None] = mapped_column(SHARE)
    suggested_grade: Mapped[Decimal | None] = mapped_column(SHARE)
    grade_reason: Mapped[str | None] = mapped_column(Text)
    graded_value: Mapped[Decimal | None] = mapped_column(VALUE)
    graded_progress: Mapped[Decimal | None] = mapped_column(SHARE)
    graded_as_known_at: Mapped[datetime | None] = mapped_column(INSTANT)


class CheckInRow(PlanningBase, TenantEntity):
    """What somebody said of a key result: appended, never altered. `value` only where its metric is read by hand."""

    __tablename__ = "check_in"
    __table_args__ = (
        tenant_key(),
        tenant_reference("key_result_id", "planning.key_result"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        Index(None, "tenant_id", "key_result_id", "checked_in_at"),
        {"comment": "distributed: what people said of key results"},
    )

    key_result_id: Mapped[UUID]
    checked_in_at: Mapped[datetime] = mapped_column(INSTANT)
    checked_in_by: Mapped[UUID]
    confidence: Mapped[Decimal] = mapped_column(SHARE)
    note: Mapped[str | None] = mapped_column(Text)
    blocker: Mapped[str | None] = mapped_column(Text)
    value: Mapped[Decimal | None] = mapped_column(VALUE)


class BasisRow(PlanningBase, AuthoredEntity, Scoped):
    """What an objective or an initiative answers: a gap (metric and scope in a cycle), a need, an insight."""

    __tablename__ = "basis"
    __table_args__ = (
        tenant_key(),
        tenant_reference("objective_id", "planning.objective"),
        tenant_reference("initiative_id", "planning.initiative"),
        tenant_reference("cycle_id", "planning.cycle"),
        one_of("kind", BasisKind),
        CheckConstraint("num_nonnulls(objective_id, initiative_id) = 1", name="subject"),
        CheckConstraint("(kind = 'gap') = (metric_code IS NOT NULL AND cycle_id IS NOT NULL)", name="gap"),
        CheckConstraint("kind = 'gap' OR length(trim(text)) > 0", name="text"),
        Index(None, "tenant_id", "objective_id"),
        Index(None, "tenant_id", "initiative_id"),
        {"comment": "distributed: gaps, needs and insights that objectives and initiatives answer"},
    )

    objective_id: Mapped[UUID | None]
    initiative_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    metric_code: Mapped[str | None] = mapped_column(Text)
    cycle_id: Mapped[UUID | None]
    text: Mapped[str | None] = mapped_column(Text)
    evidence_url: Mapped[str | None] = mapped_column(Text)


class UnpursuedGapRow(PlanningBase, AuthoredEntity, Scoped):
    """A gap of a unit in a cycle that the company has decided not to pursue, and why."""

    __tablename__ = "unpursued_gap"
    __table_args__ = (
        tenant_key(),
        tenant_reference("cycle_id", "planning.cycle"),
        tenant_reference("unit_id", "planning.organisation_unit"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
        Index("uq_unpursued_gap_place", "tenant_id", "cycle_id", "unit_id", "metric_code", "scope_key", unique=True),
        {"comment": "distributed: gaps that are not pursued, with the reason"},
    )

    cycle_id: Mapped[UUID]
    unit_id: Mapped[UUID]
    metric_code: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
