"""Applies the business report by child ASIN: figures of a period, and daily sales where the period is one day."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.cover_sales import Covered, cover_sales
from services.inventory.actions.ensure_listings import NamedListing, ensure_listings
from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.resolve_account import prepare_account
from services.inventory.actions.write_daily_sales import stage_daily_sales, write_daily_sales
from services.inventory.actions.write_sales_periods import figures_of_items, listings_by_asin, write_sales_periods
from services.inventory.domain.codes import code_key
from services.inventory.domain.sales import SalesSource
from services.inventory.formats.business_report_by_child import NAME, ChildReportRow
from shared.jobs.chunks import RowsChunk
from shared.jobs.import_reading import facts_of
from shared.jobs.imports import Applied, ImportContext, ImportKind


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Every row is an item of the period. Only rows with a SKU over a single day are sales of a listing's day."""
    rows: list[ChildReportRow] = chunk.rows
    if not rows:
        return Applied(0)
    account_id = UUID(context.parameters["account_id"])
    marketplace = rows[0].marketplace.country_code
    named = {
        row.line: NamedListing(account_id, marketplace, row.seller_sku, row.child_asin, None, row.title)
        for row in rows
        if row.seller_sku is not None
    }
    found = await ensure_listings(session, context.tenant_id, named.values(), context.now)
    alone = await listings_by_asin(session, context.tenant_id, account_id, marketplace)
    listing_ids = [found[named[row.line].key].id if row.line in named else alone.get(row.child_asin) for row in rows]
    figures = figures_of_items(account_id, rows, [_item_key(row) for row in rows], listing_ids)
    source = SalesSource.BUSINESS_REPORT
    written = await write_sales_periods(session, context.tenant_id, figures, source, context.import_id)
    if named and len(named) == len(rows) and rows[0].from_date == rows[0].to_date:
        await stage_daily_sales(session, figures)
        await write_daily_sales(session, context.tenant_id, source, context.import_id)
        facts = facts_of(context.parameters)
        if facts.from_date and facts.to_date and not chunk.errors:
            covered = Covered(account_id, marketplace, facts.from_date, facts.to_date, source)
            await cover_sales(session, context.tenant_id, covered, context.import_id)
    return Applied(written, len(rows) - written)


def _item_key(row: ChildReportRow) -> str:
    return f"sku:{code_key(row.seller_sku)}" if row.seller_sku else f"child_asin:{code_key(row.child_asin)}"


KIND = ImportKind(NAME, read_at_once, apply, prepare=prepare_account, restates=True)
