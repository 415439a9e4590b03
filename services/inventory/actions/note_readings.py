"""Notes, in the transaction of a change, of which days the figures that inventory serves may have changed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.reading_changes import DayRange, note_days, note_known, note_told

SCHEMA = "inventory"
# A stated range may be of any length; what sold outside of these days is told by its rows.
EARLIEST = date(2000, 1, 1)

_MARKETPLACES = text("""
    SELECT DISTINCT marketplace FROM inventory.listing
    WHERE tenant_id = :tenant_id AND product_id = ANY (CAST(:product_ids AS uuid[]))
""")
_COARSE_ENDS = """
    SELECT marketplace, date_to AS reading_date FROM inventory.sales_period
    WHERE tenant_id = :tenant_id AND marketplace = ANY (CAST(:marketplaces AS text[])) AND date_from < date_to
"""


async def note_sales(session: AsyncSession, tenant_id: UUID, ranges: Iterable[DayRange]) -> None:
    """Sales of these days are other ones; later days measure their stock by them."""
    await note_days(session, SCHEMA, tenant_id, ranges, and_later=True)


async def note_coverage(session: AsyncSession, tenant_id: UUID, marketplace: str, first: date, last: date) -> None:
    """Of these days it is known that nothing else was sold; later days measure their stock by that."""
    today: date = (await session.execute(text("SELECT current_date"))).scalar_one()
    first, last = max(first, EARLIEST), min(last, today)
    if first <= last:
        await note_days(session, SCHEMA, tenant_id, [(marketplace, first, last)], and_later=True)


async def note_stock(session: AsyncSession, tenant_id: UUID, marketplace: str, day: date) -> None:
    """Stock of a day's end is known."""
    await note_days(session, SCHEMA, tenant_id, [(marketplace, day, day)])


async def note_traffic(session: AsyncSession, tenant_id: UUID, days: Iterable[tuple[str, date]]) -> None:
    """Figures of these days, or of ranges that end on them, are other ones.

    Which of several overlapping ranges counts depends on all of them, so all are told again.
    """
    told = set(days)
    await note_days(session, SCHEMA, tenant_id, [(marketplace, day, day) for marketplace, day in told])
    marketplaces = sorted({marketplace for marketplace, _ in told})
    if marketplaces:
        await note_told(session, SCHEMA, tenant_id, _COARSE_ENDS, marketplaces=marketplaces)


async def note_marketplaces(session: AsyncSession, tenant_id: UUID, marketplaces: Iterable[str]) -> None:
    """Listings of these marketplaces are of another product, pack or fee."""
    await note_known(session, SCHEMA, tenant_id, marketplaces=marketplaces)


async def note_products(session: AsyncSession, tenant_id: UUID, product_ids: Iterable[UUID]) -> None:
    """Products have another code or cost."""
    asked = {"tenant_id": tenant_id, "product_ids": sorted(set(product_ids))}
    found = await session.scalars(_MARKETPLACES, asked)
    await note_known(session, SCHEMA, tenant_id, marketplaces=found.all())


async def note_rates(session: AsyncSession, tenant_id: UUID, since: date) -> None:
    """Money of these and later days is converted otherwise."""
    await note_known(session, SCHEMA, tenant_id, since=since)
