"""Scoring runs, and what each of them said of every campaign, target, search term and product."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    Double,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.scored import InventoryState, Level
from services.ads.domain.term_actions import Action, Hold
from services.ads.tables.base import AdsBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, one_of


class ScoringRunRow(AdsBase, TenantEntity):
    """One run over all that is advertised; its row is written when it is complete, with its scores and proposals.

    `completeness` holds the share of final orders that is reported after 0, 1, … days.
    """

    __tablename__ = "scoring_run"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "operation_id"),
        one_of("inventory_state", InventoryState),
        CheckConstraint("window_days > 0", name="window_days"),
        CheckConstraint("tau > 0.5 AND tau < 1", name="tau"),
        Index(None, "tenant_id", "completed_at", "id"),
        {"comment": "distributed: scoring runs"},
    )

    operation_id: Mapped[UUID]
    as_of_date: Mapped[date] = mapped_column(Date)
    window_days: Mapped[int] = mapped_column(Integer)
    tau: Mapped[float] = mapped_column(Double)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONB)
    inventory_state: Mapped[str] = mapped_column(Text)
    inventory_message: Mapped[str | None] = mapped_column(Text)
    completeness: Mapped[list[Any]] = mapped_column(JSONB)
    completeness_learned: Mapped[bool] = mapped_column(Boolean)
    subjects_count: Mapped[int] = mapped_column(Integer)
    proposals_count: Mapped[int] = mapped_column(Integer)
    totals: Mapped[dict[str, Any]] = mapped_column(JSONB)
    findings: Mapped[list[Any]] = mapped_column(JSONB)
    notes: Mapped[list[Any]] = mapped_column(JSONB)
    timings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    completed_at: Mapped[datetime] = mapped_column(INSTANT)


class ScoreRow(AdsBase, TenantOwned):
    """What one run says of one subject; null is 'cannot be said'. Money is in `currency`, over the run's window.

    `subject_id` is the subject's own id; accounts (in a marketplace) and portfolios have one made from their names.
    No foreign keys: a hundred thousand rows would be looked up one by one. A run is written in the same transaction
    and never deleted, nor are subjects, which are of many tables.
    """

    __tablename__ = "score"
    __table_args__ = (
        tenant_key("run_id", "level", "subject_id"),
        one_of("level", Level),
        one_of("action", Action),
        one_of("hold", Hold),
        CheckConstraint("score >= 0 AND score <= 100", name="score"),
        # Of the hundred thousand terms of a run nobody asks for the history of one.
        Index(
            "ix_score_subject",
            "tenant_id",
            "subject_id",
            "run_id",
            postgresql_where=text("level IN ('account', 'portfolio', 'campaign', 'product')"),
        ),
        {"comment": "distributed: scores of scoring runs"},
    )

    run_id: Mapped[UUID]
    level: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    ad_account_id: Mapped[UUID]
    campaign_id: Mapped[UUID | None]
    marketplace: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CURRENCY)
    label: Mapped[str | None] = mapped_column(Text)
    impressions: Mapped[int | None] = mapped_column(BigInteger)
    clicks: Mapped[int] = mapped_column(BigInteger)
    effective_clicks: Mapped[float] = mapped_column(REAL)
    cost: Mapped[Decimal] = mapped_column(AMOUNT)
    orders: Mapped[int] = mapped_column(BigInteger)
    sales: Mapped[Decimal] = mapped_column(AMOUNT)
    total_sales: Mapped[Decimal | None] = mapped_column(AMOUNT)
    order_value: Mapped[float | None] = mapped_column(REAL)
    break_even_acos: Mapped[float | None] = mapped_column(REAL)
    target_acos: Mapped[float | None] = mapped_column(REAL)
    expected_cvr: Mapped[float | None] = mapped_column(REAL)
    cvr_low: Mapped[float | None] = mapped_column(REAL)
    cvr_high: Mapped[float | None] = mapped_column(REAL)
    p_unprofitable: Mapped[float | None] = mapped_column(REAL)
    p_target: Mapped[float | None] = mapped_column(REAL)
    p_below_benchmark: Mapped[float | None] = mapped_column(REAL)
    evidence: Mapped[float | None] = mapped_column(REAL)
    score: Mapped[float | None] = mapped_column(REAL)
    cap: Mapped[float | None] = mapped_column(REAL)
    wasted_spend: Mapped[Decimal | None] = mapped_column(AMOUNT)
    missed_sales: Mapped[Decimal | None] = mapped_column(AMOUNT)
    action: Mapped[str | None] = mapped_column(Text)
    hold: Mapped[str | None] = mapped_column(Text)
    parts: Mapped[list[Any] | None] = mapped_column(JSONB)
    diagnosis: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    alarm: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reasons: Mapped[list[Any] | None] = mapped_column(JSONB)
