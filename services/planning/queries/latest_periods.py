"""Finds the newest period for which all that a metric rests on has been read: for many metrics and scopes at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.measurement import latest_period
from services.planning.domain.metric import Catalogue, Fold, read_metrics
from services.planning.domain.period import Period
from services.planning.domain.scope import Ancestry, Scope
from services.planning.domain.series import ScopeSeries, Series
from services.planning.queries.counted_readings import Figure, Readings
from services.planning.queries.reading_totals import EARLIEST, Stretch


@dataclass(frozen=True, slots=True)
class LatestAsk:
    """For which newest days a metric is told in a scope, of those that are over by `until`."""

    key: str
    code: str
    scope: Scope
    until: date


async def find_latest_periods(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[LatestAsk],
    *,
    catalogue: Catalogue,
    ancestry: Ancestry,
    as_of: datetime | None,
) -> dict[str, Period | None]:
    """The period of each by its key, as `domain.measurement.latest_period` finds it."""
    codes = {code: _deciding(code, catalogue) for code in {ask.code for ask in asks}}
    readings = await Readings.of(
        session,
        tenant_id,
        ((code, ask.scope) for ask in asks for code in codes[ask.code]),
        catalogue=catalogue,
        ancestry=ancestry,
        as_of=as_of,
    )
    daily: list[LatestAsk] = []
    longer: list[LatestAsk] = []
    for ask in asks:
        is_longer = any(readings.making_up(code, ask.scope).mixed for code in codes[ask.code])
        (longer if is_longer else daily).append(ask)
    return {
        **await _of_days(readings, daily, codes),
        **await _of_longer(readings, longer, codes),
    }


def _deciding(code: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The metrics whose readings decide: those that add up over time, or all where none does."""
    read = read_metrics(code, catalogue)
    return tuple(each for each in read if catalogue[each].fold is not Fold.LAST) or read


async def _of_days(
    readings: Readings, asks: Sequence[LatestAsk], codes: dict[str, tuple[str, ...]]
) -> dict[str, Period | None]:
    """The newest day that all of them tell: the last one of each, then what all have by then, until they agree."""
    found: dict[str, Period | None] = {}
    by = {ask: ask.until for ask in asks}
    while by:
        wanted = {(code, ask.scope, day) for ask, day in by.items() for code in codes[ask.code]}
        last = await _last_days(readings, wanted)
        later: dict[LatestAsk, date] = {}
        for ask, day in by.items():
            days = [last[code, ask.scope, day] for code in codes[ask.code]]
            known = [each for each in days if each is not None]
            is_any = readings.catalogue[codes[ask.code][0]].fold is Fold.LAST
            if not known or (len(known) < len(days) and not is_any):
                found[ask.key] = None
            elif is_any or len(set(known)) == 1:
                found[ask.key] = Period(max(known), max(known))
            else:
                later[ask] = min(known)
        by = later
    return found


async def _last_days(
    readings: Readings, wanted: set[tuple[str, Scope, date]]
) -> dict[tuple[str, Scope, date], date | None]:
    """The last day by then that any series of the figure tells: of the widest ones, or of narrower that go further."""
    found: dict[tuple[str, Scope, date], date | None] = dict.fromkeys(wanted)

    async def look(asked: list[tuple[tuple[str, Scope, date], Series]]) -> None:
        stretches = [Stretch(series.id, EARLIEST, figure[2]) for figure, series in asked]
        for (figure, _), newest in zip(asked, await readings.newest(stretches), strict=True):
            known = found[figure]
            if newest is not None and (known is None or newest.day > known):
                found[figure] = newest.day

    made_up: dict[tuple[str, Scope, date], ScopeSeries] = {
        each: readings.making_up(each[0], each[1]) for each in wanted
    }
    await look([(figure, series) for figure, each in made_up.items() for series in each.widest])
    await look(
        [
            (figure, series)
            for figure, each in made_up.items()
            for group in each.narrower
            for series, _ in group.series
            if (known := found[figure]) is None or min(series.days.end_date, figure[2]) > known
        ]
    )
    return found


async def _of_longer(
    readings: Readings, asks: Sequence[LatestAsk], codes: dict[str, tuple[str, ...]]
) -> dict[str, Period | None]:
    """As the domain finds it from every single reading."""
    figures: set[Figure] = {(code, ask.scope) for ask in asks for code in codes[ask.code]}
    loaded = await readings.every(figures)
    return {
        ask.key: latest_period(
            ask.code,
            ask.scope,
            ask.until,
            {code: loaded[code, ask.scope] for code in codes[ask.code]},
            readings.catalogue,
            readings.ancestry,
        )
        for ask in asks
    }
