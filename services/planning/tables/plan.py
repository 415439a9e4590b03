"""Plans: what is meant to be reached, by metric, scope and month; who approved it and to whom it was handed on."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.handoffs import HandoffStatus, Receiver
from services.planning.domain.plan_lines import LineOrigin
from services.planning.domain.plan_states import PlanKind, PlanStatus
from services.planning.tables.base import SHARE, VALUE, AuthoredEntity, Monthly, PlanningBase, Scoped, first_of_month
from shared.db.base import TenantOwned, tenant_key, tenant_reference
from shared.db.columns import CURRENCY, INSTANT, one_of


class PlanRow(PlanningBase, AuthoredEntity):
    """One version of a plan of a kind, for a unit and a cycle; all its money is in `currency`.

    `fx` holds what a unit of each other currency is worth in it, frozen at approval. `base_amount` is last year's net
    revenue, from which `organic_growth` starts; `market_size_amount` and `market_growth` are of the first year.
    """

    __tablename__ = "plan"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "kind", "unit_id", "cycle_id", "version_no"),
        tenant_reference("unit_id", "planning.organisation_unit"),
        tenant_reference("cycle_id", "planning.cycle"),
        tenant_reference("previous_plan_id", "planning.plan"),
        one_of("kind", PlanKind),
        one_of("status", PlanStatus),
        CheckConstraint("version_no >= 1", name="version_no"),
        CheckConstraint(
            "status IN ('draft', 'submitted') OR (approved_by IS NOT NULL AND approved_at IS NOT NULL"
            " AND approved_by <> created_by AND approved_by <> submitted_by)",
            name="approver",
        ),
        CheckConstraint("status IN ('draft', 'submitted', 'approved') OR released_at IS NOT NULL", name="released"),
        Index(
            "uq_plan_in_force",
            "tenant_id",
            "kind",
            "unit_id",
            "cycle_id",
            unique=True,
            postgresql_where=text("status IN ('approved', 'released')"),
        ),
        Index(None, "tenant_id", "cycle_id"),
        {"comment": "distributed: versions of plans of units for cycles"},
    )

    kind: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[UUID]
    cycle_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CURRENCY)
    fx: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version_no: Mapped[int] = mapped_column(Integer)
    previous_plan_id: Mapped[UUID | None]
    status: Mapped[str] = mapped_column(Text)
    base_amount: Mapped[Decimal | None] = mapped_column(VALUE)
    organic_growth: Mapped[Decimal | None] = mapped_column(SHARE)
    opening_headcount: Mapped[Decimal | None] = mapped_column(VALUE)
    market_size_amount: Mapped[Decimal | None] = mapped_column(VALUE)
    market_growth: Mapped[Decimal | None] = mapped_column(SHARE)
    blended_margin: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    payback_months: Mapped[int | None] = mapped_column(Integer)
    submitted_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None] = mapped_column(INSTANT)
    released_at: Mapped[datetime | None] = mapped_column(INSTANT)
    superseded_at: Mapped[datetime | None] = mapped_column(INSTANT)


class PlanLineRow(PlanningBase, TenantOwned, Scoped, Monthly):
    """What a plan says for a metric, a scope and a month."""

    __tablename__ = "plan_line"
    __table_args__ = (
        tenant_key("plan_id", "metric_code", "scope_key", "month_date"),
        tenant_reference("plan_id", "planning.plan"),
        tenant_reference("initiative_id", "planning.initiative"),
        one_of("origin", LineOrigin),
        first_of_month(),
        Index(None, "tenant_id", "initiative_id"),
        {"comment": "distributed: planned values by metric, scope and month"},
    )

    plan_id: Mapped[UUID]
    metric_code: Mapped[str] = mapped_column(Text)
    value: Mapped[Decimal] = mapped_column(VALUE)
    origin: Mapped[str] = mapped_column(Text)
    initiative_id: Mapped[UUID | None]


class PlanYearRow(PlanningBase, TenantOwned, Scoped):
    """The stated total of twelve months from `first_month_date`, to which the lines must sum."""

    __tablename__ = "plan_year"
    __table_args__ = (
        tenant_key("plan_id", "metric_code", "scope_key", "first_month_date"),
        tenant_reference("plan_id", "planning.plan"),
        first_of_month("first_month_date"),
        {"comment": "distributed: stated years of plans"},
    )

    plan_id: Mapped[UUID]
    metric_code: Mapped[str] = mapped_column(Text)
    first_month_date: Mapped[date] = mapped_column(Date)
    value: Mapped[Decimal] = mapped_column(VALUE)


class PlanAuthorRow(PlanningBase, TenantOwned):
    """Somebody who has written in a plan, and so does not approve it."""

    __tablename__ = "plan_author"
    __table_args__ = (
        tenant_key("plan_id", "principal_id"),
        tenant_reference("plan_id", "planning.plan"),
        {"comment": "distributed: who has written in which plan"},
    )

    plan_id: Mapped[UUID]
    principal_id: Mapped[UUID]
    first_at: Mapped[datetime] = mapped_column(INSTANT)


class PlanWaiverRow(PlanningBase, TenantOwned):
    """Why a plan may be approved in spite of a finding of its checks."""

    __tablename__ = "plan_waiver"
    __table_args__ = (
        tenant_key("plan_id", "finding_key"),
        tenant_reference("plan_id", "planning.plan"),
        CheckConstraint("length(trim(reason)) > 0", name="reason"),
        {"comment": "distributed: findings of plans that somebody has waived"},
    )

    plan_id: Mapped[UUID]
    finding_key: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    waived_by: Mapped[UUID]
    waived_at: Mapped[datetime] = mapped_column(INSTANT)


class HandoffRow(PlanningBase, AuthoredEntity):
    """A released sales plan as handed on to production, procurement or inventory; `lines` as they were then."""

    __tablename__ = "handoff"
    __table_args__ = (
        tenant_key(),
        tenant_reference("plan_id", "planning.plan"),
        one_of("receiver", Receiver),
        one_of("status", HandoffStatus),
        CheckConstraint("(status = 'sent') = (answered_by IS NULL)", name="answered"),
        CheckConstraint("status <> 'rejected' OR length(trim(reason)) > 0", name="reason"),
        Index(
            "uq_handoff_open",
            "tenant_id",
            "plan_id",
            "receiver",
            unique=True,
            postgresql_where=text("status <> 'rejected'"),
        ),
        {"comment": "distributed: released plans handed on, and how they were answered"},
    )

    plan_id: Mapped[UUID]
    receiver: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    reason: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[UUID | None]
    answered_at: Mapped[datetime | None] = mapped_column(INSTANT)
