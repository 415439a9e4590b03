"""Sales by listing and day, the days for which they are known, and the coarser figures of business reports."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.domain.sales import SalesSource
from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, money_pair, one_of


class DailySalesRow(InventoryBase, TenantOwned):
    """Packs sold of a listing on a day of its marketplace; days without a row are zero where covered.

    `in_stock` is whether packs were left at the day's end, where whoever reports the sales says so.
    No foreign key: a million rows would be looked up one by one. Writers take `listing_id` from the listing
    table in the same transaction, and listings are never deleted.
    """

    __tablename__ = "daily_sales"
    __table_args__ = (
        tenant_key("listing_id", "sales_date"),
        one_of("source", SalesSource),
        money_pair("revenue"),
        CheckConstraint("units >= 0 AND orders >= 0", name="counts"),
        {"comment": "distributed: sales of listings by day"},
    )

    listing_id: Mapped[UUID]
    sales_date: Mapped[date] = mapped_column(Date)
    units: Mapped[int] = mapped_column(Integer)
    orders: Mapped[int | None] = mapped_column(Integer)
    revenue_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    revenue_currency: Mapped[str | None] = mapped_column(CURRENCY)
    in_stock: Mapped[bool | None] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(Text)
    import_id: Mapped[UUID | None]


class SalesCoverageRow(InventoryBase, TenantEntity):
    """A range of days whose sales are known: for one listing, or for all of an account in a marketplace."""

    __tablename__ = "sales_coverage"
    __table_args__ = (
        tenant_key(),
        tenant_reference("account_id", "inventory.account"),
        tenant_reference("listing_id", "inventory.listing"),
        UniqueConstraint(
            "tenant_id",
            "account_id",
            "marketplace",
            "listing_id",
            "source",
            "date_from",
            "date_to",
            name="uq_sales_coverage_range",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("source", SalesSource),
        CheckConstraint("date_from <= date_to", name="range"),
        {"comment": "distributed: days for which sales are known"},
    )

    account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    listing_id: Mapped[UUID | None]
    date_from: Mapped[date] = mapped_column(Date)
    date_to: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    import_id: Mapped[UUID | None]


class SalesPeriodRow(InventoryBase, TenantEntity):
    """Sales and traffic of an item over a range of days, as business reports give them.

    An item is a SKU where the report has one, else an ASIN; `item_key` is the name as names are compared, with
    the column it stands in (`sku:`, `child_asin:`, `parent_asin:`). Percentages of the source are ratios here.
    """

    __tablename__ = "sales_period"
    __table_args__ = (
        tenant_key(),
        tenant_reference("account_id", "inventory.account"),
        tenant_reference("listing_id", "inventory.listing"),
        UniqueConstraint(
            "tenant_id",
            "account_id",
            "marketplace",
            "date_from",
            "date_to",
            "item_key",
            "source",
            name="uq_sales_period_item",
        ),
        one_of("source", SalesSource),
        money_pair("revenue"),
        CheckConstraint("date_from <= date_to", name="range"),
        CheckConstraint("units >= 0 AND orders >= 0 AND sessions >= 0 AND page_views >= 0", name="counts"),
        Index(None, "tenant_id", "listing_id"),
        Index("ix_sales_period_last_day", "tenant_id", "marketplace", "date_to", "date_from"),
        {"comment": "distributed: sales and traffic of items over ranges of days"},
    )

    account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    date_from: Mapped[date] = mapped_column(Date)
    date_to: Mapped[date] = mapped_column(Date)
    item_key: Mapped[str] = mapped_column(Text)
    listing_id: Mapped[UUID | None]
    seller_sku: Mapped[str | None] = mapped_column(Text)
    child_asin: Mapped[str | None] = mapped_column(Text)
    parent_asin: Mapped[str | None] = mapped_column(Text)
    units: Mapped[int] = mapped_column(Integer)
    orders: Mapped[int | None] = mapped_column(Integer)
    revenue_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    revenue_currency: Mapped[str | None] = mapped_column(CURRENCY)
    sessions: Mapped[int | None] = mapped_column(Integer)
    page_views: Mapped[int | None] = mapped_column(Integer)
    buy_box_rate: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    source: Mapped[str] = mapped_column(Text)
    import_id: Mapped[UUID | None]


class AccountSalesDayRow(InventoryBase, TenantOwned):
    """Sales and traffic of all listings of an account in a marketplace on a day."""

    __tablename__ = "account_sales_day"
    __table_args__ = (
        tenant_key("account_id", "marketplace", "sales_date", "source"),
        tenant_reference("account_id", "inventory.account"),
        one_of("source", SalesSource),
        money_pair("revenue"),
        CheckConstraint("units >= 0 AND orders >= 0 AND sessions >= 0 AND page_views >= 0", name="counts"),
        {"comment": "distributed: sales and traffic of accounts by day"},
    )

    account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    sales_date: Mapped[date] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    units: Mapped[int] = mapped_column(Integer)
    orders: Mapped[int | None] = mapped_column(Integer)
    revenue_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    revenue_currency: Mapped[str | None] = mapped_column(CURRENCY)
    sessions: Mapped[int | None] = mapped_column(Integer)
    page_views: Mapped[int | None] = mapped_column(Integer)
    import_id: Mapped[UUID | None]
