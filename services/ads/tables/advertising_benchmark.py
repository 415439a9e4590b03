"""What is usual in a market: a company's own figures, and those that come with the product."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Double, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.tables.base import AdsBase
from shared.db.base import tenant_key
from shared.db.columns import INSTANT, VersionedEntity


class BenchmarkFigures:
    """Mix-in of the figures themselves; None for marketplace or category stands for all of them."""

    marketplace: Mapped[str | None] = mapped_column(String(2))
    category: Mapped[str | None] = mapped_column(Text)
    conversion_rate_low: Mapped[float] = mapped_column(Double)
    conversion_rate_high: Mapped[float] = mapped_column(Double)
    click_through_rate: Mapped[float | None] = mapped_column(Double)
    cost_per_click_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 4))
    cost_per_click_currency: Mapped[str | None] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(Text)
    observed_date: Mapped[date] = mapped_column(Date)
    valid_from_date: Mapped[date] = mapped_column(Date)


def _figure_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint(
            "0 <= conversion_rate_low AND conversion_rate_low <= conversion_rate_high AND conversion_rate_high <= 1",
            name="conversion_rate",
        ),
        CheckConstraint("click_through_rate BETWEEN 0 AND 1", name="click_through_rate"),
        CheckConstraint("cost_per_click_amount >= 0", name="cost_per_click"),
        CheckConstraint(
            "(cost_per_click_amount IS NULL) = (cost_per_click_currency IS NULL)", name="cost_per_click_money"
        ),
    )


class AdvertisingBenchmarkRow(AdsBase, VersionedEntity, BenchmarkFigures):
    """A company's own benchmark; the `_key` columns are marketplace and category as they are compared."""

    __tablename__ = "advertising_benchmark"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint(
            "tenant_id", "marketplace_key", "category_key", "valid_from_date", name="uq_advertising_benchmark_market"
        ),
        *_figure_checks(),
        {"comment": "distributed: what a company takes for usual in a market"},
    )

    marketplace_key: Mapped[str] = mapped_column(Text)
    category_key: Mapped[str] = mapped_column(Text)


class ShippedBenchmarkRow(AdsBase, BenchmarkFigures):
    """A benchmark that comes with the product: the same for all companies, changed by migrations alone."""

    __tablename__ = "shipped_benchmark"
    __table_args__ = (
        *_figure_checks(),
        {"comment": "reference: published figures that come with the product"},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-99)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
