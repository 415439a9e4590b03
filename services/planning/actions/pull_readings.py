"""Pulls what the other services have measured since the last time: readings page by page, then exchange rates.

What a provider has told in full replaces what it told before: a figure that is not there any more is taken back.
The place in a provider's feed moves in the transaction that records its page: killed anywhere, a pull goes on behind
the last page that was recorded, and nothing is lost or recorded twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.clients.metric_readings import (
    Asked,
    CursorRefused,
    DayRate,
    MetricReadingsClient,
    ProviderSilent,
    ReadingsPage,
)
from services.planning.domain.feeds import Provider
from services.planning.domain.metric import Catalogue, Source
from services.planning.domain.reading_faults import RecordState, reading_faults
from services.planning.domain.readings import Reading
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.told_no_more import find_told_no_more
from services.planning.tables import FeedRow
from shared.core.clock import utc_now
from shared.core.errors import TradewindError
from shared.jobs.operations import Job

Clients = Mapping[Provider, MetricReadingsClient]
UNKNOWN_METRIC = "unknown_metric"


class FeedSilent(TradewindError):
    """A service that measures did not answer; what it had told before stays."""

    slug, title, status = "feed-silent", "A feed is silent", 503


_OPEN = text("""
    INSERT INTO planning.feed (tenant_id, provider, attempted_at, left_out, readings_taken)
    VALUES (:tenant_id, :provider, :now, '{}', 0)
    ON CONFLICT (tenant_id, provider) DO UPDATE SET attempted_at = excluded.attempted_at
""")
_SAVE_RATES = text("""
    INSERT INTO planning.exchange_rate AS e
        (tenant_id, base_currency, quote_currency, rate_date, rate, updated_at)
    SELECT :tenant_id, w.*, :now
    FROM unnest(CAST(:bases AS text[]), CAST(:quotes AS text[]), CAST(:days AS date[]), CAST(:rates AS numeric[])) AS w
    ORDER BY 2, 3, 4
    ON CONFLICT (tenant_id, base_currency, quote_currency, rate_date)
    DO UPDATE SET rate = excluded.rate, updated_at = excluded.updated_at WHERE e.rate <> excluded.rate
""")


async def pull_readings(job: Job, *, clients: Clients) -> None:
    """The operation: each provider by itself, so that one that is silent keeps nothing from the others.

    FeedSilent, when all have been asked, where one was.
    """
    silent: list[str] = []
    for name in job.parameters["providers"]:
        provider = Provider(name)
        async with job.effect() as session:
            await _open(session, job, provider)
        try:
            async with clients[provider].asked(job.database, job.tenant_id) as asked:
                await _pull(job, provider, asked)
        except ProviderSilent as error:
            silent.append(f"{provider}: {error}")
            async with job.effect() as session:
                feed = await _held(session, job.tenant_id, provider)
                feed.problem = str(error)
    if silent:
        raise FeedSilent(" ".join(silent))


async def _open(session: AsyncSession, job: Job, provider: Provider) -> None:
    """Notes the attempt; the first one of a pull from the start to come here forgets the place, others keep theirs."""
    await session.execute(_OPEN, {"tenant_id": job.tenant_id, "provider": provider.value, "now": utc_now()})
    if job.parameters.get("from_start"):
        feed = await _held(session, job.tenant_id, provider)
        if feed.reset_operation_id != job.operation_id:
            feed.cursor, feed.left_out, feed.reset_operation_id = None, {}, job.operation_id


async def _pull(job: Job, provider: Provider, asked: Asked) -> None:
    is_complete, done = False, job.progress_total
    while not is_complete:
        async with job.database.session(job.tenant_id) as session:
            feed = await session.get_one(FeedRow, (job.tenant_id, provider.value))
            cursor = feed.cursor
        try:
            page = await asked.readings(cursor)
        except CursorRefused:
            if cursor is None:
                raise ProviderSilent("It refuses to begin.") from None
            async with job.effect() as session:
                feed = await _held(session, job.tenant_id, provider)
                feed.cursor = None if feed.cursor == cursor else feed.cursor
            continue
        async with job.effect() as session:
            is_complete = await _take(session, job.tenant_id, provider, cursor, page, utc_now()) and page.is_complete
        done += len(page.readings)
        await job.progress(done, done)
    rates = await asked.exchange_rates() if provider is Provider.INVENTORY else []
    async with job.effect() as session:
        now = utc_now()
        await _save_rates(session, job.tenant_id, rates, now)
        feed = await _held(session, job.tenant_id, provider)
        feed.succeeded_at, feed.problem = now, None


async def _take(
    session: AsyncSession,
    tenant_id: UUID,
    provider: Provider,
    cursor: str | None,
    page: ReadingsPage,
    now: datetime,
) -> bool:
    """Records a page and moves on behind it; False where another pull has moved on from this place already."""
    feed = await _held(session, tenant_id, provider)
    if feed.cursor != cursor:
        return False
    catalogue = await load_catalogue(session, tenant_id)
    good, left_out = _fitting(page.readings, catalogue)
    codes = [code for code, metric in catalogue.items() if metric.source is Source.FEED]
    gone = await find_told_no_more(session, tenant_id, provider, codes, page.told, page.readings)
    origin = Origin(Source.FEED, now, provider=provider.value)
    states = await record_readings(session, tenant_id, [*good, *gone], origin)
    feed.cursor = page.next_cursor
    feed.readings_taken += states.count(RecordState.RECORDED)
    feed.left_out = {**feed.left_out, **left_out}
    await session.flush()
    return True


def _fitting(readings: Sequence[Reading], catalogue: Catalogue) -> tuple[list[Reading], dict[str, str]]:
    """The readings that the company's metrics take, and of the metrics of the others why not.

    The provider's clock is the one that observes: it is not held against this one's.
    """
    good: list[Reading] = []
    left_out: dict[str, str] = {}
    for each in readings:
        metric = catalogue.get(each.metric_code)
        if metric is None:
            left_out[each.metric_code] = UNKNOWN_METRIC
            continue
        faults = reading_faults(metric, each, Source.FEED, each.observed_at)
        if faults:
            left_out[each.metric_code] = faults[0].value
        else:
            good.append(each)
    return good, left_out


async def _held(session: AsyncSession, tenant_id: UUID, provider: Provider) -> FeedRow:
    return await session.get_one(FeedRow, (tenant_id, provider.value), with_for_update=True, populate_existing=True)


async def _save_rates(session: AsyncSession, tenant_id: UUID, rates: Sequence[DayRate], now: datetime) -> None:
    if rates:
        await session.execute(
            _SAVE_RATES,
            {
                "tenant_id": tenant_id,
                "now": now,
                "bases": [each.base_currency for each in rates],
                "quotes": [each.quote_currency for each in rates],
                "days": [each.rate_date for each in rates],
                "rates": [each.rate for each in rates],
            },
        )
