"""Notes for which days sales are known, so that a day without a row can be told from an unknown one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.note_readings import note_coverage
from services.inventory.domain.sales import SalesSource
from services.inventory.tables import SalesCoverageRow
from shared.core.ids import new_id


@dataclass(frozen=True, slots=True)
class Covered:
    """Days of an account and marketplace (country code) for which one source tells all sales."""

    account_id: UUID
    marketplace: str
    date_from: date
    date_to: date
    source: SalesSource


async def cover_sales(session: AsyncSession, tenant_id: UUID, covered: Covered, import_id: UUID) -> bool:
    """Note the range; False when the same was noted before."""
    noted = await session.execute(
        insert(SalesCoverageRow)
        .values(
            tenant_id=tenant_id,
            id=new_id(),
            account_id=covered.account_id,
            marketplace=covered.marketplace,
            listing_id=None,
            date_from=covered.date_from,
            date_to=covered.date_to,
            source=covered.source.value,
            import_id=import_id,
        )
        .on_conflict_do_nothing(constraint="uq_sales_coverage_range")
        .returning(SalesCoverageRow.id)
    )
    is_new = noted.first() is not None
    if is_new:
        await note_coverage(session, tenant_id, covered.marketplace, covered.date_from, covered.date_to)
    return is_new
