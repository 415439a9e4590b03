"""Reads what a listing's picture shows: its past days, what is on its way, what is proposed, the run that knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class ListingName:
    """What a listing is called."""

    id: UUID
    account_id: UUID
    marketplace: str
    seller_sku: str
    product_id: UUID


@dataclass(frozen=True, slots=True)
class KnownRun:
    """A complete run that looked at a listing."""

    run_id: UUID
    as_of_date: date
    daily_demand: float | None


@dataclass(frozen=True, slots=True)
class PastDay:
    """Packs left at a day's end and packs sold on it; None where nobody knows."""

    day: date
    stock_units: int | None
    in_stock: bool | None
    sold_units: int | None


@dataclass(frozen=True, slots=True)
class ProposedArrival:
    """Packs that a run proposes and nobody has refused."""

    proposal_id: UUID
    mode: str
    units: int
    arrival_date: date


_LISTING = text("""
    SELECT id, account_id, marketplace, seller_sku, product_id FROM inventory.listing
    WHERE tenant_id = :tenant_id AND id = :listing_id
""")
_RUN = text("""
    SELECT r.id AS run_id, r.as_of_date, o.daily_demand
    FROM inventory.replenishment_outcome AS o
    JOIN inventory.replenishment_run AS r ON r.tenant_id = o.tenant_id AND r.id = o.run_id
    WHERE o.tenant_id = :tenant_id AND o.listing_id = :listing_id AND r.state = 'complete'
      AND (CAST(:as_of_date AS date) IS NULL OR r.as_of_date = CAST(:as_of_date AS date))
    ORDER BY r.as_of_date DESC, r.completed_at DESC, r.id DESC LIMIT 1
""")
# Snapshots know a day's end; between them the ledger does, as soon as it has anything of the listing.
_PAST = text("""
    WITH days AS (
        SELECT day::date FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') AS day
    ), legs AS (
        SELECT (g.occurred_at AT TIME ZONE :zone)::date AS day, sum(g.quantity) AS units
        FROM inventory.stock_location AS p
        JOIN inventory.stock_leg AS g ON g.tenant_id = p.tenant_id AND g.location_id = p.id
        WHERE p.tenant_id = :tenant_id AND p.listing_id = :listing_id AND p.kind = 'amazon_sellable'
        GROUP BY 1
    )
    SELECT d.day, k.sellable_units, coalesce(k.in_stock, s.in_stock) AS in_stock, s.units AS sold,
           EXISTS (
               SELECT FROM inventory.sales_coverage AS c
               WHERE c.tenant_id = :tenant_id AND d.day BETWEEN c.date_from AND c.date_to
                 AND (c.listing_id = :listing_id OR c.listing_id IS NULL AND c.account_id = :account_id
                      AND c.marketplace = :marketplace)
           ) AS covered,
           (SELECT sum(l.units) FROM legs AS l WHERE l.day <= d.day) / i.units_per_listing AS ledger
    FROM days AS d
    JOIN inventory.listing AS i ON i.tenant_id = :tenant_id AND i.id = :listing_id
    LEFT JOIN inventory.stock_day AS k
      ON k.tenant_id = :tenant_id AND k.listing_id = :listing_id AND k.stock_date = d.day
    LEFT JOIN inventory.daily_sales AS s
      ON s.tenant_id = :tenant_id AND s.listing_id = :listing_id AND s.sales_date = d.day
     AND s.source <> 'partial_orders'
    ORDER BY d.day
""")
_PROPOSED = text("""
    SELECT id, mode, coalesce(approved_units, quantity_units) AS units, arrival_p50_date
    FROM inventory.shipment_proposal
    WHERE tenant_id = :tenant_id AND listing_id = :listing_id AND run_id = :run_id
      AND state IN ('proposed', 'approved', 'partly_approved')
    ORDER BY arrival_p50_date, mode, id
""")
_SIBLINGS = text("""
    SELECT id FROM inventory.listing
    WHERE tenant_id = :tenant_id AND id <> :listing_id
    ORDER BY product_id <> :product_id, account_id <> :account_id, marketplace <> :marketplace, id
    LIMIT :most
""")


async def get_listing_name(session: AsyncSession, tenant_id: UUID, listing_id: UUID) -> ListingName:
    """The listing, or NotFound."""
    row = (await session.execute(_LISTING, {"tenant_id": tenant_id, "listing_id": listing_id})).one_or_none()
    if row is None:
        raise NotFound("There is no such listing.")
    return ListingName(row.id, row.account_id, row.marketplace, row.seller_sku, row.product_id)


async def find_run_of(
    session: AsyncSession, tenant_id: UUID, listing_id: UUID, as_of_date: date | None
) -> KnownRun | None:
    """The run of the newest day that looked at the listing, or the newest one as of a day."""
    names = {"tenant_id": tenant_id, "listing_id": listing_id, "as_of_date": as_of_date}
    row = (await session.execute(_RUN, names)).one_or_none()
    return None if row is None else KnownRun(row.run_id, row.as_of_date, row.daily_demand)


async def list_past_days(
    session: AsyncSession, tenant_id: UUID, listing: ListingName, first: date, last: date, zone: str
) -> list[PastDay]:
    """Every day from `first` to `last` in the marketplace's own zone."""
    rows = await session.execute(
        _PAST,
        {
            "tenant_id": tenant_id,
            "listing_id": listing.id,
            "account_id": listing.account_id,
            "marketplace": listing.marketplace,
            "first": first,
            "last": last,
            "zone": zone,
        },
    )
    return [_past_day(row) for row in rows]


def _past_day(row: Any) -> PastDay:
    stock = row.sellable_units
    if stock is None and row.ledger is not None:
        stock = max(int(row.ledger), 0)
    sold = row.sold if row.sold is not None else (0 if row.covered else None)
    return PastDay(row.day, stock, row.in_stock, sold)


async def list_proposed(
    session: AsyncSession, tenant_id: UUID, listing_id: UUID, run_id: UUID
) -> list[ProposedArrival]:
    """What a run proposes for a listing, but for what was rejected or superseded."""
    names = {"tenant_id": tenant_id, "listing_id": listing_id, "run_id": run_id}
    rows = await session.execute(_PROPOSED, names)
    return [ProposedArrival(row.id, row.mode, row.units, row.arrival_p50_date) for row in rows]


async def list_siblings(session: AsyncSession, tenant_id: UUID, listing: ListingName, most: int) -> Sequence[UUID]:
    """Listings to learn from beside this one: of the same product first, then of the same account and marketplace."""
    rows = await session.scalars(
        _SIBLINGS,
        {
            "tenant_id": tenant_id,
            "listing_id": listing.id,
            "product_id": listing.product_id,
            "account_id": listing.account_id,
            "marketplace": listing.marketplace,
            "most": most,
        },
    )
    return rows.all()
