"""Applies exchange rates by day."""

from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.import_reading import read_at_once
from services.inventory.actions.note_readings import note_rates
from services.inventory.actions.upsert_changed import upsert_versions
from services.inventory.formats.exchange_rates import NAME, ExchangeRateRow
from services.inventory.tables import ExchangeRateRow as RateRow
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk
from shared.jobs.imports import Applied, ImportContext, ImportKind

LEAST, MOST = Decimal("0.00000001"), Decimal(999_999_999)


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """One rate per pair of currencies and day."""
    errors = [
        RowError(row.line, "rate", "out_of_range", "A rate from 0.00000001 to 999999999 is needed.", str(row.rate))
        for row in chunk.rows
        if not LEAST <= row.rate <= MOST
    ]
    rows: list[ExchangeRateRow] = [row for row in chunk.rows if LEAST <= row.rate <= MOST]
    values = [
        {
            "base_currency": row.from_currency,
            "quote_currency": row.to_currency,
            "rate_date": row.rate_date,
            "rate": row.rate,
        }
        for row in sorted(rows, key=lambda row: (row.from_currency, row.to_currency, row.rate_date))
    ]
    key = ("base_currency", "quote_currency", "rate_date")
    written = await upsert_versions(session, context.tenant_id, RateRow, values, key, context.now)
    if written:
        await note_rates(session, context.tenant_id, min(row.rate_date for row in rows))
    return Applied(written, len(rows) - written, errors)


KIND = ImportKind(NAME, read_at_once, apply, restates=True)
