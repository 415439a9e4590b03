"""Figures of campaigns and all below them, by day or period: the current ones, and those that newer pulls replaced."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.vocabulary import Granularity, Report
from services.ads.tables.base import AdsBase
from shared.db.base import TenantOwned, tenant_key
from shared.db.columns import AMOUNT, one_of


class PerformanceFigures(TenantOwned):
    """Mix-in of the figures. `subject_id` is the report's: a campaign, ad group, placement modifier, target, search
    term or product ad. Money is in the currency of the campaign's marketplace; null is 'not said'.

    No foreign keys: a million rows would be looked up one by one. Writers take the ids from the tables they are of
    in the same transaction, and those rows are never deleted.
    """

    report: Mapped[str] = mapped_column(Text)
    granularity: Mapped[str] = mapped_column(Text)
    date_from: Mapped[date] = mapped_column(Date)
    date_to: Mapped[date] = mapped_column(Date)
    campaign_id: Mapped[UUID]
    subject_id: Mapped[UUID]
    pull_id: Mapped[UUID]
    impressions: Mapped[int | None] = mapped_column(BigInteger)
    clicks: Mapped[int | None] = mapped_column(Integer)
    cost: Mapped[Decimal | None] = mapped_column(AMOUNT)
    orders: Mapped[int | None] = mapped_column(Integer)
    units: Mapped[int | None] = mapped_column(Integer)
    sales: Mapped[Decimal | None] = mapped_column(AMOUNT)
    own_sku_units: Mapped[int | None] = mapped_column(Integer)
    own_sku_sales: Mapped[Decimal | None] = mapped_column(AMOUNT)


_KEY = ("report", "granularity", "date_from", "date_to", "campaign_id", "subject_id")


def _checks() -> tuple[CheckConstraint, ...]:
    return (
        one_of("report", Report),
        one_of("granularity", Granularity),
        CheckConstraint("date_from <= date_to", name="range"),
    )


class PerformanceRow(AdsBase, PerformanceFigures):
    """The current figures: all rows of a campaign's day or period are of the newest pull that says anything of it."""

    __tablename__ = "performance"
    __table_args__ = (
        tenant_key(*_KEY),
        *_checks(),
        {"comment": "distributed: current advertising figures by subject and day or period"},
    )


class SupersededPerformanceRow(AdsBase, PerformanceFigures):
    """Figures of pulls that are not the newest for their campaign's day or period, or that were withdrawn."""

    __tablename__ = "superseded_performance"
    __table_args__ = (
        tenant_key(*_KEY, "pull_id"),
        *_checks(),
        {"comment": "distributed: advertising figures that newer pulls have replaced"},
    )
