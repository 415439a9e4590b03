"""Applies the sales and traffic report: account figures by day, items over the range, a day's sales if it is one."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.cover_sales import Covered, cover_sales
from services.inventory.actions.ensure_listings import NamedListing, ensure_listings
from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.resolve_account import prepare_account
from services.inventory.actions.write_daily_sales import stage_daily_sales, write_daily_sales
from services.inventory.actions.write_sales_periods import (
    DayFigures,
    PeriodFigures,
    figures_of_items,
    listings_by_asin,
    write_account_days,
    write_sales_periods,
)
from services.inventory.domain.codes import code_key
from services.inventory.domain.sales import SalesSource
from services.inventory.formats.sales_and_traffic import NAME, TrafficDate, TrafficItem
from shared.jobs.chunks import RowsChunk
from shared.jobs.imports import Applied, ImportContext, ImportKind

SOURCE = SalesSource.SALES_AND_TRAFFIC


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Both lists of the report, each on its own: in real files their sums differ."""
    account_id = UUID(context.parameters["account_id"])
    dates = [row for row in chunk.rows if isinstance(row, TrafficDate)]
    items = [row for row in chunk.rows if isinstance(row, TrafficItem)]
    written = await _write_dates(session, context, account_id, dates)
    written += await _write_items(session, context, account_id, items, complete=not chunk.errors)
    return Applied(written, len(chunk.rows) - written)


async def _write_dates(session: AsyncSession, context: ImportContext, account_id: UUID, rows: list[TrafficDate]) -> int:
    """Days as days; a week or month is kept under the day it begins on only as a period of all items."""
    days = [
        DayFigures(
            account_id=account_id,
            marketplace=row.marketplace.country_code,
            sales_date=row.start_date,
            units=row.units,
            orders=row.order_items,
            revenue_amount=row.sales if row.currency else None,
            revenue_currency=row.currency if row.sales is not None else None,
            sessions=row.sessions,
            page_views=row.page_views,
        )
        for row in rows
        if row.granularity == "day"
    ]
    periods = [
        PeriodFigures(
            account_id=account_id,
            marketplace=row.marketplace.country_code,
            date_from=row.start_date,
            date_to=_last_day(row),
            item_key="all:",
            listing_id=None,
            seller_sku=None,
            child_asin=None,
            parent_asin=None,
            units=row.units,
            orders=row.order_items,
            revenue_amount=row.sales if row.currency else None,
            revenue_currency=row.currency if row.sales is not None else None,
            sessions=row.sessions,
            page_views=row.page_views,
            buy_box_rate=row.featured_offer_ratio,
        )
        for row in rows
        if row.granularity != "day"
    ]
    written = await write_account_days(session, context.tenant_id, days, SOURCE, context.import_id)
    return written + await write_sales_periods(session, context.tenant_id, periods, SOURCE, context.import_id)


async def _write_items(
    session: AsyncSession, context: ImportContext, account_id: UUID, rows: list[TrafficItem], *, complete: bool
) -> int:
    """Items over the range. One day of a SKU, or of a child ASIN that is a single listing, is a day's sales."""
    if not rows:
        return 0
    marketplace = rows[0].marketplace.country_code
    named = {
        index: NamedListing(account_id, marketplace, row.seller_sku, row.child_asin)
        for index, row in enumerate(rows)
        if row.seller_sku is not None
    }
    found = await ensure_listings(session, context.tenant_id, named.values(), context.now)
    alone = await listings_by_asin(session, context.tenant_id, account_id, marketplace)
    listing_ids = [
        found[named[index].key].id if index in named else alone.get(row.child_asin or "")
        for index, row in enumerate(rows)
    ]
    figures = figures_of_items(account_id, rows, [_item_key(row) for row in rows], listing_ids)
    written = await write_sales_periods(session, context.tenant_id, figures, SOURCE, context.import_id)
    first = rows[0]
    if first.is_one_day and first.granularity != "parent":
        await stage_daily_sales(session, figures)
        await write_daily_sales(session, context.tenant_id, SOURCE, context.import_id)
        if complete and first.granularity == "sku":
            covered = Covered(account_id, marketplace, first.from_date, first.to_date, SOURCE)
            await cover_sales(session, context.tenant_id, covered, context.import_id)
    return written


def _last_day(row: TrafficDate) -> date:
    """The end of the week or calendar month that begins on `start_date`."""
    if row.granularity == "week":
        return row.start_date + timedelta(days=6)
    following = (row.start_date.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - timedelta(days=1)


def _item_key(row: TrafficItem) -> str:
    if row.granularity == "sku":
        return f"sku:{code_key(row.seller_sku or '')}"
    if row.granularity == "child":
        return f"child_asin:{code_key(row.child_asin or '')}"
    return f"parent_asin:{code_key(row.parent_asin or '')}"


KIND = ImportKind(NAME, read_at_once, apply, prepare=prepare_account, restates=True)
