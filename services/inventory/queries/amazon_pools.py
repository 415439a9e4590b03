"""Reads what the ledger holds for the listings of an account in a marketplace, as of a moment."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.ledger import LocationKind

# A relink says what the units had been all along, so its legs count at any moment.
_HELD = text("""
    SELECT l.id AS listing_id, l.product_id, l.units_per_listing, place.kind, b.on_hand,
           b.on_hand - coalesce((
               SELECT sum(leg.quantity) FROM inventory.stock_leg AS leg
               JOIN inventory.stock_movement AS m ON m.tenant_id = leg.tenant_id AND m.id = leg.movement_id
               WHERE leg.tenant_id = :tenant_id AND leg.location_id = place.id AND leg.product_id = b.product_id
                 AND leg.occurred_at > :as_of AND m.kind <> 'relink'
           ), 0) AS held_then
    FROM inventory.listing AS l
    JOIN inventory.stock_location AS place ON place.tenant_id = l.tenant_id AND place.listing_id = l.id
    JOIN inventory.stock_balance AS b
      ON b.tenant_id = l.tenant_id AND b.location_id = place.id AND b.product_id = l.product_id
    WHERE l.tenant_id = :tenant_id AND l.account_id = :account_id AND l.marketplace = :marketplace
""")
_CONSUMED = text("""
    SELECT listing_id, sum(consumed_units) AS units FROM inventory.order_line
    WHERE tenant_id = :tenant_id AND account_id = :account_id AND marketplace = :marketplace
      AND purchased_at > :since AND purchased_at <= :until
    GROUP BY listing_id
""")
_SOLD = text("""
    SELECT s.listing_id, sum(s.units) AS units
    FROM inventory.daily_sales AS s
    JOIN inventory.listing AS l ON l.tenant_id = s.tenant_id AND l.id = s.listing_id
    WHERE s.tenant_id = :tenant_id AND l.account_id = :account_id AND l.marketplace = :marketplace
      AND s.sales_date > :since_date AND s.sales_date <= :until_date
    GROUP BY s.listing_id
""")


@dataclass(slots=True)
class ListingHoldings:
    """Product units of one listing by kind of place: now, and as of the moment asked for."""

    product_id: UUID
    units_per_listing: int
    now: dict[LocationKind, int]
    then: dict[LocationKind, int]


async def held_by_listing(
    session: AsyncSession, tenant_id: UUID, account_id: UUID, marketplace: str, as_of: datetime
) -> dict[UUID, ListingHoldings]:
    """What lies at Amazon or in transit, for every listing that ever held something. Units in transit are summed."""
    rows = await session.execute(
        _HELD, {"tenant_id": tenant_id, "account_id": account_id, "marketplace": marketplace, "as_of": as_of}
    )
    held: dict[UUID, ListingHoldings] = {}
    for row in rows:
        listing = held.setdefault(
            row.listing_id,
            ListingHoldings(row.product_id, row.units_per_listing, defaultdict(int), defaultdict(int)),
        )
        kind = LocationKind(row.kind)
        listing.now[kind] += int(row.on_hand)
        listing.then[kind] += int(row.held_then)
    return held


async def packs_gone_between(
    session: AsyncSession,
    tenant_id: UUID,
    account_id: UUID,
    marketplace: str,
    since: tuple[datetime, date],
    until: tuple[datetime, date],
) -> dict[UUID, int]:
    """Packs that customers took by what is known: order lines by the minute, else daily sales by the day."""
    scope = {"tenant_id": tenant_id, "account_id": account_id, "marketplace": marketplace}
    sold = await session.execute(_SOLD, scope | {"since_date": since[1], "until_date": until[1]})
    gone = {row.listing_id: int(row.units) for row in sold}
    consumed = await session.execute(_CONSUMED, scope | {"since": since[0], "until": until[0]})
    return gone | {row.listing_id: int(row.units) for row in consumed}
