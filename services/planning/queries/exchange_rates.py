"""Reads actual exchange rates: what each currency was worth on the days that are asked for."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# Before the first known day no rate is known; a rate holds until the next one. One of the other direction is inverted.
_RATES = text("""
    SELECT w.currency, w.day, r.rate
    FROM unnest(CAST(:currencies AS text[]), CAST(:days AS date[])) AS w (currency, day)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN e.base_currency = w.currency THEN e.rate ELSE 1 / e.rate END AS rate
        FROM planning.exchange_rate e
        WHERE e.tenant_id = :tenant_id AND e.rate_date <= w.day
            AND (
                (e.base_currency = w.currency AND e.quote_currency = :quote)
                OR (e.base_currency = :quote AND e.quote_currency = w.currency)
            )
        ORDER BY e.rate_date DESC, (e.base_currency = w.currency) DESC
        LIMIT 1
    ) r
""")


async def load_actual_rates(
    session: AsyncSession, tenant_id: UUID, wanted: Collection[tuple[str, date]], quote_currency: str
) -> dict[tuple[str, date], Decimal]:
    """What one unit of a currency was in the quote currency, by currency and day; unknown ones are left out."""
    listed = sorted(set(wanted))
    found = await session.execute(
        _RATES,
        {
            "tenant_id": tenant_id,
            "quote": quote_currency,
            "currencies": [currency for currency, _ in listed],
            "days": [day for _, day in listed],
        },
    )
    return {(currency, day): rate for currency, day, rate in found}
