"""Notes for which days sales are known, so that a day without a row can be told from an unknown one."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.note_readings import note_coverage
from services.inventory.domain.sales import SalesSource
from services.inventory.tables import SalesCoverageRow
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.core.marketplaces import get_marketplace


@dataclass(frozen=True, slots=True)
class Covered:
    """Days of an account and marketplace (country code) for which one source tells all sales."""

    account_id: UUID
    marketplace: str
    date_from: date
    date_to: date
    source: SalesSource


async def cover_sales(session: AsyncSession, tenant_id: UUID, covered: Covered, import_id: UUID) -> bool:
    """Note the range, as far as its days are over; False when the same was noted before, or none is over.

    Whoever states a range up to today, or to the end of the year, cannot mean that nothing will be sold in it.
    """
    over = get_marketplace(covered.marketplace).day_of(utc_now()) - timedelta(days=1)
    date_to = min(covered.date_to, over)
    if date_to < covered.date_from:
        return False
    noted = await session.execute(
        insert(SalesCoverageRow)
        .values(
            tenant_id=tenant_id,
            id=new_id(),
            account_id=covered.account_id,
            marketplace=covered.marketplace,
            listing_id=None,
            date_from=covered.date_from,
            date_to=date_to,
            source=covered.source.value,
            import_id=import_id,
        )
        .on_conflict_do_nothing(constraint="uq_sales_coverage_range")
        .returning(SalesCoverageRow.id)
    )
    is_new = noted.first() is not None
    if is_new:
        await note_coverage(session, tenant_id, covered.marketplace, covered.date_from, date_to)
    return is_new
