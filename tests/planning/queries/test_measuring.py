"""Measuring in sets: the same as the domain finds from every single reading, whatever the readings are like."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates, RateMissing
from services.planning.domain.measurement import (
    Measurement,
    MeasurementFault,
    Window,
    WindowKind,
    measure,
    measure_months,
    measure_window,
)
from services.planning.domain.metric import Better, Fold, Metric, Source, Unit
from services.planning.domain.period import Period
from services.planning.domain.readings import MixedCurrencies, Observation, Reading, Withdrawal, current_readings
from services.planning.domain.scope import Ancestry, Scope, ScopeKey
from services.planning.queries.measuring import (
    Ask,
    MonthsAsk,
    WindowAsk,
    measure_all,
    measure_months_all,
    measure_windows,
)
from shared.db.engine import Database
from tests.planning.queries.reading_rows import write_readings
from tests.support.tenants import Tenant

ANCESTRY = Ancestry({ScopeKey.ORG_UNIT_ID: {"team": "module", "module": "company"}})
SCOPES = (
    Scope(),
    Scope(marketplace="US"),
    Scope(marketplace="DE"),
    Scope(marketplace="US", channel="amazon"),
    Scope(marketplace="US", channel="amazon", product_ref="LAMP"),
    Scope(channel="amazon", product_ref="LAMP"),
    Scope(org_unit_id="company"),
    Scope(org_unit_id="module"),
    Scope(org_unit_id="team"),
    Scope(org_unit_id="team", marketplace="US"),
)
BEGIN = date(2027, 1, 28)
CYCLE = Period(date(2027, 1, 1), date(2027, 3, 31))
NOW = datetime(2027, 2, 18, 20, tzinfo=UTC)
PLAN = PlanRates("USD", {"EUR": Decimal("1.1")})
RUN = count()


def catalogue_of(prefix: str) -> dict[str, Metric]:
    """Metrics of every fold, under names that no other example uses."""

    def metric(name: str, unit: Unit, fold: Fold, **operands: Any) -> Metric:
        source = Source.FORMULA if fold in (Fold.RATIO, Fold.FORMULA) else Source.MANUAL
        return Metric(f"{prefix}_{name}", unit, Better.HIGHER, fold, source, 48, **operands)

    metrics = (
        metric("revenue", Unit.MONEY, Fold.SUM),
        metric("visits", Unit.COUNT, Fold.SUM),
        metric("rank", Unit.RANK, Fold.MEAN),
        metric("heads", Unit.COUNT, Fold.LAST),
        metric("rating", Unit.SCORE, Fold.LAST),
        metric("per_visit", Unit.MONEY, Fold.RATIO, numerator=f"{prefix}_revenue", denominator=f"{prefix}_visits"),
        metric("per_head", Unit.MONEY, Fold.FORMULA, formula=f"{prefix}_revenue / {prefix}_heads"),
    )
    return {each.code: each for each in metrics}


NAMES = ("revenue", "visits", "rank", "heads", "rating")
PERIODS = st.builds(
    lambda start, days: Period(BEGIN + timedelta(start), BEGIN + timedelta(start + days - 1)),
    st.integers(0, 5),
    st.sampled_from([1, 1, 1, 1, 1, 2, 3, 7]),
)
DAYS = st.builds(lambda start: Period(BEGIN + timedelta(start), BEGIN + timedelta(start)), st.integers(0, 5))


@st.composite
def worlds(draw: st.DrawFn, periods: st.SearchStrategy[Period]) -> list[Observation]:
    """Observations of metrics whose names lack their prefix; no two of the same moment."""
    observed: dict[tuple[str, Scope, Period, int], Observation] = {}
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2))  # few, so that their readings meet
    for _ in range(draw(st.integers(0, 30))):
        name, scope, period = draw(st.sampled_from(names)), draw(st.sampled_from(SCOPES)), draw(periods)
        hour = draw(st.integers(0, 3))
        seen = datetime(2027, 2, 18, hour, tzinfo=UTC)
        if draw(st.integers(0, 5)) == 0:
            observed[name, scope, period, hour] = Withdrawal(name, scope, period, seen)
            continue
        currency = draw(st.sampled_from(["USD", "USD", "USD", "EUR", "CNY"])) if name == "revenue" else None
        observed[name, scope, period, hour] = Reading(
            name, scope, period, Decimal(draw(st.integers(-9, 9))), seen, currency
        )
    return list(observed.values())


async def in_rolled_back(database: Database, tenant: Tenant, work: Any) -> None:
    """Runs `work` on a session whose writes nobody will ever see."""

    class _Undo(Exception):
        pass

    with suppress(_Undo):
        async with database.session(tenant.id) as session:
            await work(session)
            raise _Undo


def expected(
    ask: Ask, readings: Mapping[str, Sequence[Reading]], catalogue: Mapping[str, Metric], plan: PlanRates | None
) -> Measurement:
    """What the domain says, faults included."""
    try:
        return measure(ask.code, ask.scope, ask.period, readings, catalogue, NOW, plan, ANCESTRY, ask.carried)
    except MixedCurrencies:
        return Measurement(None, fault=MeasurementFault.MIXED_CURRENCIES)
    except RateMissing:
        return Measurement(None, fault=MeasurementFault.RATE_MISSING)


def of_world(world: Sequence[Observation], prefix: str, as_of: datetime | None) -> dict[str, list[Reading]]:
    """The current readings of each metric."""
    current = current_readings([replace(each, metric_code=f"{prefix}_{each.metric_code}") for each in world], as_of)
    return {f"{prefix}_{name}": [each for each in current if each.metric_code == f"{prefix}_{name}"] for name in NAMES}


WINDOWS = [
    Window(WindowKind.CYCLE_TO_DATE),
    Window(WindowKind.TRAILING_DAYS, 4),
    Window(WindowKind.LATEST),
    Window(WindowKind.LAST_FULL_MONTH),
]


@pytest.mark.parametrize("periods", [DAYS, PERIODS], ids=["days", "periods"])
async def test_sets_are_measured_as_single_readings_are(
    planning_database: Database, tenant: Tenant, periods: st.SearchStrategy[Period]
) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        world=worlds(periods),
        start=st.integers(0, 6),
        length=st.integers(1, 8),
        carried=st.booleans(),
        plan=st.sampled_from([None, PLAN]),
        as_of=st.sampled_from([None, datetime(2027, 2, 18, 1, tzinfo=UTC)]),
        today=st.integers(0, 12),
    )
    def each_world(
        world: list[Observation],
        start: int,
        length: int,
        carried: bool,
        plan: PlanRates | None,
        as_of: datetime | None,
        today: int,
    ) -> None:
        prefix = f"m{next(RUN)}"
        catalogue = catalogue_of(prefix)
        period = Period(BEGIN + timedelta(start), BEGIN + timedelta(start + length - 1))
        day = BEGIN + timedelta(today)
        readings = of_world(world, prefix, as_of)
        asks = [
            Ask(f"{code} {scope.canonical}", code, scope, period, carried) for code in catalogue for scope in SCOPES
        ]
        in_windows = [
            (window, WindowAsk(f"{code} {scope.canonical} {window}", code, scope, window, CYCLE))
            for code in catalogue
            for scope in SCOPES[:3]
            for window in WINDOWS
        ]
        by_month = [MonthsAsk(f"{code}", code, SCOPES[1], CYCLE) for code in catalogue]
        options: dict[str, Any] = {
            "catalogue": catalogue,
            "ancestry": ANCESTRY,
            "now": NOW,
            "as_of": as_of,
            "plan": plan,
        }

        async def compare(session: AsyncSession) -> None:
            told = [replace(each, metric_code=f"{prefix}_{each.metric_code}") for each in world]
            await write_readings(session, tenant.id, told, NOW)
            measured = await measure_all(session, tenant.id, asks, **options)
            for ask in asks:
                assert same(measured[ask.key], expected(ask, readings, catalogue, plan)), ask
            windows = await measure_windows(session, tenant.id, [ask for _, ask in in_windows], today=day, **options)
            for window, asked in in_windows:
                assert same(windows[asked.key], expected_in(asked, window)), asked
            months = await measure_months_all(session, tenant.id, by_month, today=day, **options)
            for each in by_month:
                assert months[each.key] == expected_months(each), each

        def expected_in(ask: WindowAsk, window: Window) -> Measurement:
            try:
                return measure_window(ask.code, ask.scope, window, CYCLE, day, readings, catalogue, NOW, plan, ANCESTRY)
            except MixedCurrencies:
                return Measurement(None, fault=MeasurementFault.MIXED_CURRENCIES)
            except RateMissing:
                return Measurement(None, fault=MeasurementFault.RATE_MISSING)

        def expected_months(ask: MonthsAsk) -> tuple[Decimal | None, ...] | None:
            parts = [part for month in CYCLE.months if (part := Period(*bounds(month)).part_in(CYCLE))]
            begun = [part for part in parts if part.start_date <= day]
            asks = [Ask("", ask.code, ask.scope, part, carried=False) for part in begun]
            try:
                found = measure_months(ask.code, ask.scope, CYCLE, day, readings, catalogue, NOW, plan, ANCESTRY)
            except (MixedCurrencies, RateMissing):
                return tuple(expected(each, readings, catalogue, plan).value for each in asks)
            assert found == tuple(expected(each, readings, catalogue, plan).value for each in asks)
            return found

        asyncio.run_coroutine_threadsafe(in_rolled_back(planning_database, tenant, compare), loop).result()

    await asyncio.to_thread(each_world)


def bounds(month: date) -> tuple[date, date]:
    following = (month + timedelta(days=32)).replace(day=1)
    return month, following - timedelta(days=1)


def same(found: Measurement, wanted: Measurement) -> bool:
    """Equal; all readings of these worlds are fresh."""
    return found == wanted and not wanted.stale_codes
