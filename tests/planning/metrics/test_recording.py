"""Recording readings: whatever their order and however they are cut into batches, what was known stays known."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Source
from services.planning.domain.period import Period
from services.planning.domain.reading_faults import RecordState
from services.planning.domain.readings import Observation, Reading, Withdrawal, current_readings
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
OBSERVED: st.SearchStrategy[Observation] = st.builds(
    lambda scope, period, value, hour: (
        Withdrawal("", scope, period, HOURS[hour])
        if value is None
        else Reading("", scope, period, Decimal(value), HOURS[hour])
    ),
    st.sampled_from([Scope(), Scope(marketplace="US")]),
    PERIODS,
    st.sampled_from([0, 1, 2, None]),
    st.integers(0, 4),
)
BATCHES = st.lists(st.lists(OBSERVED, max_size=8), max_size=4)


def value_of(observed: Observation | None) -> Decimal | None:
    """What is known by it."""
    return observed.value if isinstance(observed, Reading) else None


def accepted(
    batches: Sequence[Sequence[Observation]], *, skips_repeated: bool
) -> tuple[list[Observation], list[RecordState]]:
    """What is kept of all, and what becomes of each: one after the other, as the rules say."""
    kept: dict[tuple[Scope, Period, datetime], Observation] = {}
    # What was said first of a moment, kept or not: others of that moment agree with it or contradict it.
    said: dict[tuple[Scope, Period, datetime], Observation] = {}
    states: list[RecordState] = []
    for batch in batches:
        before = dict(kept)
        for each in batch:
            key = (each.scope, each.period, each.observed_at)
            known = said.get(key)
            if known is not None:
                same = value_of(known) == value_of(each)
                states.append(RecordState.UNCHANGED if same else RecordState.CONTRADICTED)
                continue
            said[key] = each
            earlier = [
                other
                for (scope, period, at), other in before.items()
                if (scope, period) == key[:2] and at < each.observed_at
            ]
            standing = max(earlier, key=lambda other: other.observed_at, default=None)
            if skips_repeated and value_of(standing) == value_of(each):
                states.append(RecordState.UNCHANGED)
                continue
            kept[key] = each
            states.append(RecordState.RECORDED)
    return list(kept.values()), states


async def test_any_order_and_any_batches_lead_to_the_same_history(planning_database: Database, tenant: Tenant) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
    @given(batches=BATCHES, source=st.sampled_from([Source.MANUAL, Source.FEED]))
    def each_history(batches: list[list[Observation]], source: Source) -> None:
        code = f"r{next(RUN)}"
        told = [[replace(each, metric_code=code) for each in batch] for batch in batches]
        if (
            source is Source.FEED
        ):  # each page is of one moment, and later ones are of later moments; readings come first
            told = [[each for batch in told for each in batch if each.observed_at == hour] for hour in HOURS]
            told = [sorted(batch, key=lambda each: isinstance(each, Withdrawal)) for batch in told]
        else:  # nobody else takes anything back
            told = [[each for each in batch if isinstance(each, Reading)] for batch in told]

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
                    if row.value is not None
                    and (row.superseded_at is None if as_of is None else row.observed_at <= as_of)
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


US = Scope(marketplace="US")
DAY = Period(BEGIN, BEGIN)
FEED = Origin(Source.FEED, NOW, provider="inventory")


def seen(hour: int, value: int | None) -> Observation:
    """What was seen of one figure at an hour; None: that it is not known."""
    if value is None:
        return Withdrawal("cogs", US, DAY, HOURS[hour])
    return Reading("cogs", US, DAY, Decimal(value), HOURS[hour], "USD")


async def history(session: AsyncSession, tenant: Tenant) -> list[tuple[int, Decimal | None, int | None]]:
    """When each observation was made, its value, and when the next one was made."""
    rows = await session.scalars(
        select(ReadingRow).where(ReadingRow.tenant_id == tenant.id).order_by(ReadingRow.observed_at)
    )
    return [
        (row.observed_at.hour, row.value, None if row.superseded_at is None else row.superseded_at.hour) for row in rows
    ]


async def test_what_is_known_no_more_was_known_and_may_be_known_again(
    planning_database: Database, tenant: Tenant
) -> None:
    async with planning_database.session(tenant.id) as session:
        states = [
            (await record_readings(session, tenant.id, [seen(hour, value)], FEED))[0].value
            for hour, value in enumerate([0, None, None, 7])
        ]
        assert states == ["recorded", "recorded", "unchanged", "recorded"]
        assert await history(session, tenant) == [(0, 0, 1), (1, None, 3), (3, 7, None)]


async def test_a_withdrawal_that_comes_late_is_put_in_its_place(planning_database: Database, tenant: Tenant) -> None:
    async with planning_database.session(tenant.id) as session:
        await record_readings(session, tenant.id, [seen(0, 5)], FEED)
        await record_readings(session, tenant.id, [seen(4, 9)], FEED)
        assert await record_readings(session, tenant.id, [seen(2, None)], FEED) == [RecordState.RECORDED]
        assert await history(session, tenant) == [(0, 5, 2), (2, None, 4), (4, 9, None)]


async def test_where_nothing_was_known_nothing_is_taken_back(planning_database: Database, tenant: Tenant) -> None:
    async with planning_database.session(tenant.id) as session:
        both = [seen(1, None), Reading("orders", US, DAY, Decimal(3), HOURS[1])]
        assert await record_readings(session, tenant.id, both, FEED) == [RecordState.UNCHANGED, RecordState.RECORDED]
        assert set(await load_series(session, tenant.id, ["cogs", "orders"])) == {"orders"}
        await record_readings(session, tenant.id, [seen(2, 4)], FEED)
        # It was first known later.
        assert await record_readings(session, tenant.id, [seen(1, None)], FEED) == [RecordState.UNCHANGED]
        assert await history(session, tenant) == [(1, Decimal(3), None), (2, Decimal(4), None)]


async def test_people_take_nothing_back(planning_database: Database, tenant: Tenant) -> None:
    async with planning_database.session(tenant.id) as session:
        await record_readings(session, tenant.id, [seen(0, 5)], Origin(Source.MANUAL, NOW))
    with pytest.raises(IntegrityError, match="ck_reading_withdrawn"):
        async with planning_database.session(tenant.id) as session:
            await session.execute(text("UPDATE planning.reading SET value = NULL, currency = NULL"))
