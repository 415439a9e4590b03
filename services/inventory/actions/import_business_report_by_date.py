"""Applies the business report by date: what an account sold in a marketplace, day by day."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.resolve_account import prepare_account
from services.inventory.actions.write_sales_periods import DayFigures, write_account_days
from services.inventory.domain.sales import SalesSource
from services.inventory.formats.business_report_by_date import NAME, DateReportRow
from shared.jobs.chunks import RowsChunk
from shared.jobs.imports import Applied, ImportContext, ImportKind


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """One row per day of the account; nothing is known of single listings from it."""
    rows: list[DateReportRow] = chunk.rows
    figures = [
        DayFigures(
            account_id=UUID(context.parameters["account_id"]),
            marketplace=row.marketplace.country_code,
            sales_date=row.sales_date,
            units=row.units,
            orders=row.order_items,
            revenue_amount=row.sales,
            revenue_currency=row.currency,
            sessions=row.sessions,
            page_views=row.page_views,
        )
        for row in rows
    ]
    written = await write_account_days(
        session, context.tenant_id, figures, SalesSource.BUSINESS_REPORT, context.import_id
    )
    return Applied(written, len(rows) - written)


KIND = ImportKind(NAME, read_at_once, apply, prepare=prepare_account, restates=True)
