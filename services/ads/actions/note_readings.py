"""Notes, in the transaction of a change, of which days the figures that ads serves may have changed."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.vocabulary import Report
from shared.db.reading_changes import note_days, note_known, note_told

SCHEMA = "ads"
# The reports whose days are told: campaigns as a marketplace's sum, advertised products each.
READ_REPORTS = frozenset({Report.CAMPAIGNS, Report.ADVERTISED_PRODUCTS})

_STAGED = """
    SELECT p.marketplace, s.date_from AS reading_date
    FROM staged_slice AS s JOIN staged_pull AS p ON p.pull_id = s.pull_id
    WHERE s.granularity = 'daily'
"""


async def note_staged_slices(session: AsyncSession, tenant_id: UUID, report: Report) -> None:
    """The days of a report that stand in `staged_slice`, of the pulls in `staged_pull`."""
    if report in READ_REPORTS:
        await note_told(session, SCHEMA, tenant_id, _STAGED)


async def note_ad_days(session: AsyncSession, tenant_id: UUID, days: Iterable[tuple[str, date]]) -> None:
    """Days (marketplace, day) whose current figures are other ones."""
    await note_days(session, SCHEMA, tenant_id, [(marketplace, day, day) for marketplace, day in set(days)])


async def note_product_codes(session: AsyncSession, tenant_id: UUID, marketplaces: Iterable[str]) -> None:
    """Advertised products of these marketplaces are known by another code."""
    await note_known(session, SCHEMA, tenant_id, marketplaces=marketplaces)
