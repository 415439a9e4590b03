"""Takes over the prices that a report states for listings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class StatedPrice:
    """The price of a listing's pack."""

    listing_id: UUID
    amount: Decimal
    currency: str


_STATE = text("""
    WITH locked AS (
        SELECT id FROM inventory.listing WHERE tenant_id = :tenant_id AND id = ANY (CAST(:ids AS uuid[]))
        ORDER BY id FOR NO KEY UPDATE
    )
    UPDATE inventory.listing AS l
    SET price_amount = new.amount, price_currency = new.currency,
        assumed_fields = array_remove(l.assumed_fields, 'price'), version = l.version + 1, updated_at = :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:amounts AS numeric[]), CAST(:currencies AS text[]))
         AS new (id, amount, currency)
    JOIN locked USING (id)
    WHERE l.tenant_id = :tenant_id AND l.id = new.id
      AND (l.price_amount, l.price_currency, 'price' = ANY (l.assumed_fields))
          IS DISTINCT FROM (round(new.amount, 4), new.currency, false)
""")


async def state_prices(session: AsyncSession, tenant_id: UUID, prices: Iterable[StatedPrice], now: datetime) -> None:
    """Write prices that differ from what is known; others leave their listing's version alone.

    Reports have 0 where they know no price, as of a listing without an offer: it replaces nothing.
    """
    sorted_prices = sorted((price for price in prices if price.amount > 0), key=lambda price: price.listing_id)
    if sorted_prices:
        await session.execute(
            _STATE,
            {
                "tenant_id": tenant_id,
                "now": now,
                "ids": [price.listing_id for price in sorted_prices],
                "amounts": [price.amount for price in sorted_prices],
                "currencies": [price.currency for price in sorted_prices],
            },
        )
