"""Writes sales of listing-days from a staging table: a less believed source never replaces a more believed one."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.note_readings import note_sales
from services.inventory.domain.sales import SalesSource, rank
from shared.db.bulk import copy_rows, create_staging

STAGING = "staged_sales"
STAGING_COLUMNS = (
    "listing_id uuid",
    "sales_date date",
    "units integer",
    "orders integer",
    "revenue_amount numeric",
    "revenue_currency text",
    "in_stock boolean",
)
_LOCK_LISTINGS = """
    SELECT l.id, l.marketplace, told.first, told.last
    FROM (
        SELECT listing_id, min(sales_date) AS first, max(sales_date) AS last FROM {source} GROUP BY listing_id
    ) AS told
    JOIN inventory.listing AS l ON l.id = told.listing_id
    WHERE l.tenant_id = CAST(:tenant_id AS uuid)
    ORDER BY l.id FOR NO KEY UPDATE OF l
"""
# A statement of its own: what others wrote is seen once their locks are gone. The subquery with its LIMIT is asked once
# per listing, by index, however large the table and whatever its statistics.
_IS_ANY_KNOWN = text("""
    SELECT coalesce(bool_or((
        SELECT true FROM inventory.daily_sales AS d
        WHERE d.tenant_id = CAST(:tenant_id AS uuid) AND d.listing_id = told.id
          AND d.sales_date BETWEEN told.first AND told.last
        LIMIT 1
    )), false)
    FROM unnest(CAST(:ids AS uuid[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS told (id, first, last)
""")
# Days of a range this long stand for those in it that were told: it costs nothing to find out, and little to read.
_LONGEST_RANGE_DAYS = 800
_TOLD_DAYS = """
    SELECT DISTINCT l.marketplace, s.sales_date FROM (SELECT listing_id, sales_date FROM {source}) AS s
    JOIN inventory.listing AS l ON l.tenant_id = CAST(:tenant_id AS uuid) AND l.id = s.listing_id
"""
_INSERT = """
    INSERT INTO inventory.daily_sales AS d
        (tenant_id, listing_id, sales_date, units, orders, revenue_amount, revenue_currency, in_stock, source,
         import_id)
    SELECT CAST(:tenant_id AS uuid), listing_id, sales_date, units, orders, revenue_amount, revenue_currency, in_stock,
           CAST(:source AS text), CAST(:import_id AS uuid)
    FROM {source}
"""
_OR_UPDATE = """
    ON CONFLICT (tenant_id, listing_id, sales_date) DO UPDATE
    SET units = excluded.units, orders = excluded.orders, revenue_amount = excluded.revenue_amount,
        revenue_currency = excluded.revenue_currency, in_stock = coalesce(excluded.in_stock, d.in_stock),
        source = excluded.source, import_id = excluded.import_id
    WHERE d.source IN ({replaceable})
      AND (d.units, d.orders, d.revenue_amount, d.revenue_currency, d.in_stock, d.source)
          IS DISTINCT FROM
          (excluded.units, excluded.orders, excluded.revenue_amount, excluded.revenue_currency,
           coalesce(excluded.in_stock, d.in_stock), excluded.source)
"""


class ListingDay(Protocol):
    """Figures of one listing; those without a listing are left out."""

    @property
    def listing_id(self) -> UUID | None: ...
    @property
    def date_from(self) -> date: ...
    @property
    def units(self) -> int: ...
    @property
    def orders(self) -> int | None: ...
    @property
    def revenue_amount(self) -> Decimal | None: ...
    @property
    def revenue_currency(self) -> str | None: ...


async def stage_daily_sales(session: AsyncSession, figures: Iterable[ListingDay]) -> None:
    """Fill the staging table; a listing that stands on several rows of a day has their sum."""
    days: dict[tuple[UUID, date], list[ListingDay]] = {}
    for item in figures:
        if item.listing_id is not None:
            days.setdefault((item.listing_id, item.date_from), []).append(item)
    await create_staging(session, STAGING, STAGING_COLUMNS)
    await copy_rows(
        session,
        STAGING,
        [column.partition(" ")[0] for column in STAGING_COLUMNS],
        [
            (
                *key,
                sum(item.units for item in same),
                _known_orders(same),
                *_revenue(same),
                None,
            )
            for key, same in sorted(days.items())
        ],
    )


def _known_orders(rows: Iterable[ListingDay]) -> int | None:
    """The sum of what is known; None when nothing is."""
    known = [row.orders for row in rows if row.orders is not None]
    return sum(known) if known else None


def _revenue(rows: Sequence[ListingDay]) -> tuple[Decimal | None, str | None]:
    """Amount and currency; unknown when that of any row with sales is: a part would not be that of the day's units."""
    known = [(row.revenue_amount, row.revenue_currency) for row in rows if row.revenue_amount is not None]
    if not known or any(row.units and row.revenue_amount is None for row in rows):
        return None, None
    return sum((amount for amount, _ in known), Decimal(0)), known[0][1]


async def write_daily_sales(
    session: AsyncSession,
    tenant_id: UUID,
    source: SalesSource,
    import_id: UUID,
    relation: str = f"pg_temp.{STAGING}",
) -> int:
    """Write the listing-days of a staging table (see STAGING_COLUMNS), or of a query in its shape.

    Returns how many rows are new or changed. Every listing-day stands once in the relation. The listings are
    locked, so that two writers of a day come one after the other; and where none of their days is known yet, rows
    are inserted without looking for each, which takes half the time.
    """
    scope = {"tenant_id": tenant_id}
    told = (await session.execute(text(_LOCK_LISTINGS.format(source=relation)), scope)).all()
    days = {"firsts": [row.first for row in told], "lasts": [row.last for row in told]}
    statement = _INSERT.format(source=relation)
    if await session.scalar(_IS_ANY_KNOWN, scope | days | {"ids": [row.id for row in told]}):
        replaceable = ", ".join(f"'{other}'" for other in SalesSource if rank(other) <= rank(source))
        statement += _OR_UPDATE.format(replaceable=replaceable)
    result = await session.execute(text(statement), scope | {"source": source.value, "import_id": import_id})
    changed: int = result.rowcount  # type: ignore[attr-defined]
    if changed:
        ranges = _by_marketplace(told)
        if any((last - first).days > _LONGEST_RANGE_DAYS for _, first, last in ranges):
            each_day = await session.execute(text(_TOLD_DAYS.format(source=relation)), scope)
            ranges = [(marketplace, day, day) for marketplace, day in each_day]
        await note_sales(session, tenant_id, ranges)
    return changed


def _by_marketplace(told: Iterable[Any]) -> list[tuple[str, date, date]]:
    """The first and the last day that listings of each marketplace were told of."""
    ranges: dict[str, tuple[date, date]] = {}
    for row in told:
        first, last = ranges.get(row.marketplace, (row.first, row.last))
        ranges[row.marketplace] = (min(first, row.first), max(last, row.last))
    return [(marketplace, *days) for marketplace, days in ranges.items()]
