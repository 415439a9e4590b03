"""Metrics as a company has changed or added them, and their readings."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.planning.domain.metric import Better, Fold, Source, Unit
from services.planning.tables.base import RATE, VALUE, AuthoredEntity, PlanningBase, Scoped
from shared.db.base import TenantEntity, TenantOwned, tenant_key
from shared.db.columns import CURRENCY, INSTANT, one_of


class MetricRow(PlanningBase, AuthoredEntity):
    """A metric of the company's own, or one of the starting catalogue that it has changed."""

    __tablename__ = "metric"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code"),
        one_of("unit", Unit),
        one_of("better", Better),
        one_of("fold", Fold),
        one_of("source", Source),
        CheckConstraint("freshness_hours > 0", name="freshness_hours"),
        CheckConstraint("band_low <= band_high", name="band"),
        CheckConstraint("(source = 'formula') = (fold IN ('ratio', 'formula'))", name="computed"),
        CheckConstraint("(fold = 'ratio') = (numerator IS NOT NULL AND denominator IS NOT NULL)", name="ratio"),
        CheckConstraint("(fold = 'formula') = (formula IS NOT NULL)", name="formula"),
        {"comment": "distributed: metrics that a tenant has added or changed"},
    )

    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    better: Mapped[str] = mapped_column(Text)
    fold: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    freshness_hours: Mapped[int] = mapped_column(Integer)
    numerator: Mapped[str | None] = mapped_column(Text)
    denominator: Mapped[str | None] = mapped_column(Text)
    formula: Mapped[str | None] = mapped_column(Text)
    band_low: Mapped[Decimal | None] = mapped_column(VALUE)
    band_high: Mapped[Decimal | None] = mapped_column(VALUE)
    is_headline: Mapped[bool] = mapped_column(Boolean)


class MetricSeriesRow(PlanningBase, TenantEntity, Scoped):
    """A metric in a scope, for which there are readings.

    All that was ever observed of it lies in the days from `first_date` to `last_date`, in periods of no more than
    `longest_days`: bounds by which a reader knows, without looking, what cannot be there.
    """

    __tablename__ = "metric_series"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "metric_code", "scope_key"),
        CheckConstraint("first_date <= last_date", name="days"),
        CheckConstraint("longest_days > 0", name="longest_days"),
        {"comment": "distributed: metrics in scopes for which there are readings"},
    )

    metric_code: Mapped[str] = mapped_column(Text)
    first_date: Mapped[date] = mapped_column(Date)
    last_date: Mapped[date] = mapped_column(Date)
    longest_days: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class ReadingRow(PlanningBase, TenantOwned):
    """What a series was over a period, as seen at `observed_at`: appended, and its value never altered.

    Without a `value` it was seen that nobody knows any more: no figure is read from such a row, it is history alone.
    `superseded_at` is when the next observation of the same period was made; without it the reading is the current
    one, so what was known at a moment is what had been observed and not yet superseded then. No foreign key: readings
    come in bulk, and writers take `series_id` from the series table in the same transaction; none is deleted.
    """

    __tablename__ = "reading"
    __table_args__ = (
        tenant_key("series_id", "start_date", "end_date", "observed_at"),
        one_of("source", (Source.FEED, Source.MANUAL)),
        CheckConstraint("start_date <= end_date", name="days"),
        CheckConstraint("superseded_at > observed_at", name="superseded"),
        CheckConstraint("value IS NOT NULL OR source = 'feed' AND currency IS NULL", name="withdrawn"),
        Index(
            "uq_reading_current",
            "tenant_id",
            "series_id",
            "start_date",
            "end_date",
            unique=True,
            postgresql_where=text("superseded_at IS NULL"),
            postgresql_include=["value", "currency", "observed_at"],
        ),
        {"comment": "distributed: observations of metrics in scopes and periods"},
    )

    series_id: Mapped[UUID]
    start_date: Mapped[date] = mapped_column(Date)
    end_date: Mapped[date] = mapped_column(Date)
    observed_at: Mapped[datetime] = mapped_column(INSTANT)
    superseded_at: Mapped[datetime | None] = mapped_column(INSTANT)
    value: Mapped[Decimal | None] = mapped_column(VALUE)
    currency: Mapped[str | None] = mapped_column(CURRENCY)
    source: Mapped[str] = mapped_column(Text)
    provider: Mapped[str | None] = mapped_column(Text)
    import_id: Mapped[UUID | None]
    recorded_by: Mapped[UUID | None]
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)


class ExchangeRateRow(PlanningBase, TenantOwned):
    """What one unit of `base_currency` was in `quote_currency` on a day, as inventory told."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        tenant_key("base_currency", "quote_currency", "rate_date"),
        CheckConstraint("rate > 0", name="rate"),
        {"comment": "distributed: actual exchange rates by day"},
    )

    base_currency: Mapped[str] = mapped_column(CURRENCY)
    quote_currency: Mapped[str] = mapped_column(CURRENCY)
    rate_date: Mapped[date] = mapped_column(Date)
    rate: Mapped[Decimal] = mapped_column(RATE)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class FeedRow(PlanningBase, TenantOwned):
    """How far a provider's readings have been pulled, and how the last attempt went.

    `left_out` says of metrics why their readings were not taken; where that has changed, a pull from the start is due.
    `reset_operation_id` is the pull that last put the place back to the start.
    """

    __tablename__ = "feed"
    __table_args__ = (
        tenant_key("provider"),
        {"comment": "distributed: how far the readings of each provider have been pulled"},
    )

    provider: Mapped[str] = mapped_column(Text)
    cursor: Mapped[str | None] = mapped_column(Text)
    reset_operation_id: Mapped[UUID | None]
    attempted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    succeeded_at: Mapped[datetime | None] = mapped_column(INSTANT)
    problem: Mapped[str | None] = mapped_column(Text)
    left_out: Mapped[dict[str, str]] = mapped_column(JSONB)
    readings_taken: Mapped[int] = mapped_column(Integer)
