"""Measures metrics in scopes over periods: thousands at once, each with a few sets of readings summed by Postgres.

The result is that of `domain.measurement` on the same readings. Most figures are daily, and told by the widest series
of their scope without a gap: these are summed as they are. Narrower series are asked for the days on which the wide
ones are silent. Where periods of several days are among them, the readings are loaded and the domain chooses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.measurement import (
    NOTHING_CONFIRMED,
    UNMEASURED,
    Measurement,
    MeasurementFault,
    Window,
    WindowKind,
    assembled,
    is_stale,
    window_period,
)
from services.planning.domain.metric import Catalogue, derive, read_metrics
from services.planning.domain.period import Period, month_period
from services.planning.domain.readings import Folded
from services.planning.domain.scope import Ancestry, Scope
from services.planning.queries.counted_readings import Figure, Read, Readings, fold_reads
from services.planning.queries.latest_periods import LatestAsk, find_latest_periods
from services.planning.queries.plain_months import MonthsAsk as MonthsAsk
from services.planning.queries.plain_months import plain_months
from services.planning.queries.reading_totals import EARLIEST, LATEST, Stretch


@dataclass(frozen=True, slots=True)
class Ask:
    """What a metric comes to in a scope over a period; `carried` as in `domain.readings.within`."""

    key: str
    code: str
    scope: Scope
    period: Period
    carried: bool = True


@dataclass(frozen=True, slots=True)
class WindowAsk:
    """What a metric comes to in a scope over a window of a cycle, as a key result asks."""

    key: str
    code: str
    scope: Scope
    window: Window
    cycle: Period


async def measure_all(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[Ask],
    *,
    catalogue: Catalogue,
    ancestry: Ancestry,
    now: datetime,
    as_of: datetime | None = None,
    plan: PlanRates | None = None,
) -> dict[str, Measurement]:
    """The measurement of each ask by its key: with a `fault` where its money cannot be added.

    `as_of`: by what was known then. `now` is the moment to judge freshness by. Metrics that are not in the catalogue
    have no value.
    """
    known = [ask for ask in asks if ask.code in catalogue]
    reads, distinct = _reads(known, catalogue)
    readings = await Readings.of(
        session,
        tenant_id,
        ((read.code, read.scope) for read in distinct),
        catalogue=catalogue,
        ancestry=ancestry,
        as_of=as_of,
    )
    folded = await fold_reads(readings, distinct, plan)
    confirmed = await _confirmed(readings, folded, now)
    measured = {ask.key: UNMEASURED for ask in asks}
    for ask in known:
        parts: dict[str, Folded] = {}
        for code, read in reads[ask.key].items():
            part = folded[read]
            if isinstance(part, MeasurementFault):
                measured[ask.key] = Measurement(None, fault=part)
                break
            parts[code] = part
        else:
            fresh = (
                {code: confirmed[code, ask.scope] for code in parts if (code, ask.scope) in confirmed}
                if confirmed
                else NOTHING_CONFIRMED
            )
            measured[ask.key] = assembled(ask.code, catalogue, parts, now, fresh)
    return measured


def _reads(asks: Sequence[Ask], catalogue: Catalogue) -> tuple[dict[str, dict[str, Read]], list[Read]]:
    """What is read for each ask, by key and metric, and all of it; what several ask for is read once."""
    codes = {code: read_metrics(code, catalogue) for code in {ask.code for ask in asks}}
    known: dict[tuple[str, Scope, Period, bool], Read] = {}
    reads: dict[str, dict[str, Read]] = {}
    for ask in asks:
        own = reads[ask.key] = {}
        for code in codes[ask.code]:
            place = (code, ask.scope, ask.period, ask.carried)
            read = known.get(place)
            if read is None:
                read = known[place] = Read(*place)
            own[code] = read
    return reads, [*known.values()]


async def _confirmed(
    readings: Readings, folded: Mapping[Read, Folded | MeasurementFault], now: datetime
) -> dict[Figure, datetime]:
    """When figures that look stale by their own window were last observed at all, in their scope or a wider one."""
    stale = {
        (read.code, read.scope)
        for read, part in folded.items()
        if isinstance(part, Folded)
        and part.newest is not None
        and is_stale(part.newest.observed_at, readings.catalogue[read.code].freshness_hours, now)
    }
    asked = [(figure, Stretch(each, EARLIEST, LATEST)) for figure in stale for each in _telling(readings, figure)]
    found: dict[Figure, datetime] = {}
    newest = await readings.newest([stretch for _, stretch in asked], observed_by=now)
    for (figure, _), seen in zip(asked, newest, strict=True):
        if seen is not None:
            found[figure] = max(seen.observed_at, found.get(figure, seen.observed_at))
    return found


def _telling(readings: Readings, figure: Figure) -> set[UUID]:
    """The series that may tell a figure anew: of it, beyond it, and those below that reach further."""
    made_up = readings.making_up(*figure)
    return {each.id for each in (*made_up.widest, *made_up.mixed, *made_up.beyond)} | {
        series.id
        for group in made_up.narrower
        for series, _ in group.series
        if all(series.days.end_date > upper.days.end_date for upper in group.widest)
    }


async def measure_windows(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[WindowAsk],
    *,
    today: date,
    catalogue: Catalogue,
    ancestry: Ancestry,
    now: datetime,
    as_of: datetime | None = None,
    plan: PlanRates | None = None,
) -> dict[str, Measurement]:
    """As `measure_all`, over the days that each window has on `today`; nothing before its cycle begins."""
    periods = {ask.key: window_period(ask.window, ask.cycle, today) for ask in asks}
    latest = [
        LatestAsk(ask.key, ask.code, ask.scope, min(today, ask.cycle.end_date))
        for ask in asks
        if ask.window.kind is WindowKind.LATEST and ask.cycle.start_date <= today and ask.code in catalogue
    ]
    if latest:
        periods |= await find_latest_periods(
            session, tenant_id, latest, catalogue=catalogue, ancestry=ancestry, as_of=as_of
        )
    measured = await measure_all(
        session,
        tenant_id,
        [Ask(ask.key, ask.code, ask.scope, period) for ask in asks if (period := periods[ask.key]) is not None],
        catalogue=catalogue,
        ancestry=ancestry,
        now=now,
        as_of=as_of,
        plan=plan,
    )
    return {ask.key: measured.get(ask.key, UNMEASURED) for ask in asks}


async def measure_months_all(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[MonthsAsk],
    *,
    today: date,
    catalogue: Catalogue,
    ancestry: Ancestry,
    now: datetime,
    as_of: datetime | None = None,
    plan: PlanRates | None = None,
) -> dict[str, tuple[Decimal | None, ...]]:
    """For each ask the value of every month of its cycle that has begun by `today`, None for one without its own."""
    plain = await plain_months(
        session, tenant_id, asks, today, catalogue=catalogue, ancestry=ancestry, as_of=as_of, plan=plan
    )
    months: dict[str, list[Ask]] = {}
    for ask in asks:
        if ask.key in plain:
            continue
        parts = (part for month in ask.cycle.months if (part := month_period(month).part_in(ask.cycle)) is not None)
        months[ask.key] = [
            Ask(f"{part.start_date} {ask.key}", ask.code, ask.scope, part, carried=False)
            for part in parts
            if part.start_date <= today
        ]
    if not months:
        return plain
    # How new the figures of a month are is not asked, so less is read than for other measurements.
    known = [each for listed in months.values() for each in listed if each.code in catalogue]
    reads, distinct = _reads(known, catalogue)
    figures = ((read.code, read.scope) for read in distinct)
    readings = await Readings.of(session, tenant_id, figures, catalogue=catalogue, ancestry=ancestry, as_of=as_of)
    folded = await fold_reads(readings, distinct, plan)
    return plain | {
        key: tuple(
            _value(each.code, {code: folded[read] for code, read in reads.get(each.key, {}).items()}, catalogue)
            for each in listed
        )
        for key, listed in months.items()
    }


def _value(code: str, parts: Mapping[str, Folded | MeasurementFault], catalogue: Catalogue) -> Decimal | None:
    if not parts or any(isinstance(part, MeasurementFault) for part in parts.values()):
        return None
    return derive(code, catalogue, {each: part.value for each, part in parts.items() if isinstance(part, Folded)})
