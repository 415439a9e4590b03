"""Report files as they were pulled from Amazon, and what each said in sum of a campaign's day or period."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, Index, Integer, SmallInteger, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.vocabulary import Granularity, Report
from services.ads.tables.base import AdsBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, one_of


class ReportPullRow(AdsBase, TenantEntity):
    """One report of an account in a marketplace as Amazon gave it at the moment `as_of`.

    Range, granularity (that of most of its rows) and the number of rows are known when the file has been read to
    its end. `attribution_days` is how long after a click an order counts. One that was withdrawn counts nowhere;
    its figures stay in `superseded_performance`.
    """

    __tablename__ = "report_pull"
    __table_args__ = (
        tenant_key(),
        tenant_reference("ad_account_id", "ads.ad_account"),
        UniqueConstraint("tenant_id", "import_id", "report", "marketplace", name="uq_report_pull_import"),
        Index(None, "tenant_id", "as_of", "id"),
        one_of("report", Report),
        one_of("granularity", Granularity),
        CheckConstraint("date_from <= date_to", name="range"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        {"comment": "distributed: advertising reports as they were pulled"},
    )

    import_id: Mapped[UUID]
    ad_account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CURRENCY)
    report: Mapped[str] = mapped_column(Text)
    granularity: Mapped[str | None] = mapped_column(Text)
    date_from: Mapped[date | None] = mapped_column(Date)
    date_to: Mapped[date | None] = mapped_column(Date)
    as_of: Mapped[datetime] = mapped_column(INSTANT)
    attribution_days: Mapped[int | None] = mapped_column(SmallInteger)
    row_count: Mapped[int] = mapped_column(Integer)
    withdrawn_at: Mapped[datetime | None] = mapped_column(INSTANT)
    withdrawn_by: Mapped[UUID | None]


class PullDayRow(AdsBase, TenantOwned):
    """What one pull says in sum of a campaign's day or period. The newest by (`as_of`, `pull_id`) is the current one.

    Successive pulls of the same day show how late orders come. Figures are null where the report has none.
    """

    __tablename__ = "pull_day"
    __table_args__ = (
        tenant_key("report", "granularity", "date_from", "date_to", "campaign_id", "pull_id"),
        tenant_reference("pull_id", "ads.report_pull"),
        tenant_reference("campaign_id", "ads.campaign"),
        one_of("report", Report),
        one_of("granularity", Granularity),
        CheckConstraint("date_from <= date_to", name="range"),
        Index(None, "tenant_id", "pull_id"),
        {"comment": "distributed: totals of campaigns' days and periods by pull"},
    )

    report: Mapped[str] = mapped_column(Text)
    granularity: Mapped[str] = mapped_column(Text)
    date_from: Mapped[date] = mapped_column(Date)
    date_to: Mapped[date] = mapped_column(Date)
    campaign_id: Mapped[UUID]
    pull_id: Mapped[UUID]
    as_of: Mapped[datetime] = mapped_column(INSTANT)
    row_count: Mapped[int] = mapped_column(Integer)
    impressions: Mapped[int | None] = mapped_column(BigInteger)
    clicks: Mapped[int | None] = mapped_column(BigInteger)
    cost: Mapped[Decimal | None] = mapped_column(AMOUNT)
    orders: Mapped[int | None] = mapped_column(BigInteger)
    sales: Mapped[Decimal | None] = mapped_column(AMOUNT)
