"""Writes the coarser figures of business reports: items over ranges of days, and accounts by day."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.note_readings import note_traffic
from services.inventory.actions.upsert_changed import upsert_changed
from services.inventory.domain.sales import SalesSource
from services.inventory.formats.business_report_by_child import ChildReportRow
from services.inventory.formats.sales_and_traffic import TrafficItem
from services.inventory.tables import AccountSalesDayRow, ListingRow, SalesPeriodRow
from shared.core.ids import new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """An item (see SalesPeriodRow) over a range of days."""

    account_id: UUID
    marketplace: str
    date_from: date
    date_to: date
    item_key: str
    listing_id: UUID | None
    seller_sku: str | None
    child_asin: str | None
    parent_asin: str | None
    units: int
    orders: int | None
    revenue_amount: Decimal | None
    revenue_currency: str | None
    sessions: int | None
    page_views: int | None
    buy_box_rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """All listings of an account in a marketplace on a day."""

    account_id: UUID
    marketplace: str
    sales_date: date
    units: int
    orders: int | None
    revenue_amount: Decimal | None
    revenue_currency: str | None
    sessions: int | None
    page_views: int | None


_PERIOD_KEY = ("tenant_id", "account_id", "marketplace", "date_from", "date_to", "item_key", "source")
_DAY_KEY = ("tenant_id", "account_id", "marketplace", "sales_date", "source")


def figures_of_items(
    account_id: UUID,
    rows: Sequence[ChildReportRow | TrafficItem],
    item_keys: Sequence[str],
    listing_ids: Sequence[UUID | None],
) -> list[PeriodFigures]:
    """The rows of a report as items of its period; `item_keys` and `listing_ids` are theirs, row by row.

    A report may have an item on several rows: those after the first are kept apart by their number.
    """
    times: Counter[str] = Counter()
    figures = []
    for row, key, listing_id in zip(rows, item_keys, listing_ids, strict=True):
        times[key] += 1
        figures.append(
            PeriodFigures(
                account_id=account_id,
                marketplace=row.marketplace.country_code,
                date_from=row.from_date,
                date_to=row.to_date,
                item_key=key if times[key] == 1 else f"{key}#{times[key]}",
                listing_id=listing_id,
                seller_sku=row.seller_sku,
                child_asin=row.child_asin,
                parent_asin=row.parent_asin,
                units=row.units,
                orders=row.order_items,
                revenue_amount=row.sales if row.currency else None,
                revenue_currency=row.currency if row.sales is not None else None,
                sessions=row.sessions,
                page_views=row.page_views,
                buy_box_rate=row.featured_offer_ratio,
            )
        )
    return figures


async def write_sales_periods(
    session: AsyncSession, tenant_id: UUID, figures: Sequence[PeriodFigures], source: SalesSource, import_id: UUID
) -> int:
    """Upsert; returns how many are new or changed. An item stands once per range."""
    rows = [
        {"tenant_id": tenant_id, "id": new_id(), "source": source.value, "import_id": import_id, **_held(item)}
        for item in sorted(figures, key=lambda item: item.item_key)
    ]
    written = await upsert_changed(session, SalesPeriodRow, rows, _PERIOD_KEY)
    if written:
        await note_traffic(session, tenant_id, [(item.marketplace, item.date_to) for item in figures])
    return written


async def write_account_days(
    session: AsyncSession, tenant_id: UUID, figures: Sequence[DayFigures], source: SalesSource, import_id: UUID
) -> int:
    """Upsert; returns how many are new or changed."""
    rows = [
        {"tenant_id": tenant_id, "source": source.value, "import_id": import_id, **asdict(item)}
        for item in sorted(figures, key=lambda item: item.sales_date)
    ]
    written = await upsert_changed(session, AccountSalesDayRow, rows, _DAY_KEY)
    if written:
        await note_traffic(session, tenant_id, [(item.marketplace, item.sales_date) for item in figures])
    return written


async def listings_by_asin(
    session: AsyncSession, tenant_id: UUID, account_id: UUID, marketplace: str
) -> dict[str, UUID]:
    """The listing of each ASIN that stands for one listing alone."""
    rows = await session.execute(
        select(ListingRow.asin, func.array_agg(ListingRow.id))
        .where(
            ListingRow.tenant_id == tenant_id,
            ListingRow.account_id == account_id,
            ListingRow.marketplace == marketplace,
            ListingRow.asin.is_not(None),
        )
        .group_by(ListingRow.asin)
        .having(func.count() == 1)
    )
    return {asin: ids[0] for asin, ids in rows if asin is not None}


def _held(item: PeriodFigures) -> dict[str, object]:
    """The figures; a share of the buy box beyond reason is no share."""
    rate = item.buy_box_rate
    return asdict(item) | {"buy_box_rate": rate if rate is not None and abs(rate) < 100 else None}
