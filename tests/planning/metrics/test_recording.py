"""Recording readings: whatever their order and however they are cut into batches, what was known stays known."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Source
from services.planning.domain.period import Period
from services.planning.domain.reading_faults import RecordState
from services.planning.domain.readings import Reading, current_readings
from services.planning.domain.scope import Scope
from services.planning.queries.metric_series import load_series
from services.planning.tables import ReadingRow
from shared.db.engine import Database
from tests.planning.queries.test_measuring import in_rolled_back
from tests.support.tenants import Tenant

BEGIN = date(2027, 1, 1)
HOURS = [datetime(2027, 2, 1, hour, tzinfo=UTC) for hour in range(5)]
NOW = datetime(2027, 2, 2, tzinfo=UTC)
RUN = count()

PERIODS = st.builds(
    lambda start, days: Period(BEGIN + timedelta(start), BEGIN + timedelta(start + days - 1)),
    st.integers(0, 2),
    st.sampled_from([1, 1, 3]),
)
OBSERVED = st.builds(
    lambda scope, period, value, hour: Reading("", scope, period, Decimal(value), HOURS[hour]),
    st.sampled_from([Scope(), Scope(marketplace="US")]),
    PERIODS,
    st.integers(0, 2),
    st.integers(0, 4),
)
BATCHES = st.lists(st.lists(OBSERVED, max_size=8), max_size=4)


def accepted(batches: Sequence[Sequence[Reading]], *, skips_repeated: bool) -> tuple[list[Reading], list[RecordState]]:
    """The readings that are kept of all, and what becomes of each: one after the other, as the rules say."""
    kept: dict[tuple[Scope, Period, datetime], Reading] = {}
    # What was said first of a moment, kept or not: others of that moment agree with it or contradict it.
    said: dict[tuple[Scope, Period, datetime], Reading] = {}
    states: list[RecordState] = []
    for batch in batches:
        before = dict(kept)
        for each in batch:
            key = (each.scope, each.period, each.observed_at)
            known = said.get(key)
            if known is not None:
                same = known.value == each.value
                states.append(RecordState.UNCHANGED if same else RecordState.CONTRADICTED)
                continue
            said[key] = each
            earlier = [
                other
                for (scope, period, at), other in before.items()
                if (scope, period) == key[:2] and at < each.observed_at
            ]
            standing = max(earlier, key=lambda other: other.observed_at, default=None)
            if skips_repeated and standing is not None and standing.value == each.value:
                states.append(RecordState.UNCHANGED)
                continue
            kept[key] = each
            states.append(RecordState.RECORDED)
    return list(kept.values()), states


async def test_any_order_and_any_batches_lead_to_the_same_history(planning_database: Database, tenant: Tenant) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batches=BATCHES, source=st.sampled_from([Source.MANUAL, Source.FEED]))
    def each_history(batches: list[list[Reading]], source: Source) -> None:
        code = f"r{next(RUN)}"
        told = [[replace(each, metric_code=code) for each in batch] for batch in batches]
        if source is Source.FEED:  # each page is of one moment, and later ones are of later moments
            told = [[each for batch in told for each in batch if each.observed_at == hour] for hour in HOURS]

        async def compare(session: AsyncSession) -> None:
            states: list[RecordState] = []
            for batch in told:
                states += await record_readings(session, tenant.id, batch, Origin(source, NOW))
            kept, expected = accepted(told, skips_repeated=source is Source.FEED)
            assert states == expected
            series = {each.id: each for each in (await load_series(session, tenant.id, [code])).get(code, [])}
            rows = (
                await session.scalars(
                    select(ReadingRow).where(ReadingRow.tenant_id == tenant.id, ReadingRow.series_id.in_(series))
                )
            ).all()
            assert len(rows) == len(kept)
            for as_of in (None, *HOURS):
                found = {
                    (series[row.series_id].scope, row.start_date, row.end_date): row.value
                    for row in rows
                    if (row.superseded_at is None if as_of is None else row.observed_at <= as_of)
                    and (as_of is None or row.superseded_at is None or row.superseded_at > as_of)
                }
                known = current_readings([each for batch in told for each in batch], as_of)
                # Of several with the same moment the one handed in first stands: so does current_readings.
                assert found == {
                    (each.scope, each.period.start_date, each.period.end_date): each.value for each in known
                }
            for each in series.values():
                own = [row for row in rows if row.series_id == each.id]
                assert each.days.start_date <= min(row.start_date for row in own)
                assert each.days.end_date >= max(row.end_date for row in own)
                assert each.longest_days >= max((row.end_date - row.start_date).days + 1 for row in own)

        asyncio.run_coroutine_threadsafe(in_rolled_back(planning_database, tenant, compare), loop).result()

    await asyncio.to_thread(each_history)
