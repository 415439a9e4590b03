"""Reads what counts of the readings of scopes over periods, and folds it: in sets, each figure once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates, RateMissing
from services.planning.domain.measurement import MeasurementFault
from services.planning.domain.metric import Catalogue, Fold
from services.planning.domain.period import Period
from services.planning.domain.readings import NOTHING, Folded, MixedCurrencies, Reading, counted_once, fold, within
from services.planning.domain.scope import Ancestry, Scope
from services.planning.domain.series import NO_SERIES, Narrower, ScopeSeries, Series, resolved
from services.planning.queries.metric_series import load_series
from services.planning.queries.reading_totals import (
    EARLIEST,
    Newest,
    Stretch,
    Total,
    load_newest,
    load_readings,
    load_totals,
)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A metric that is read, not computed, in a scope over a period; `carried` as in `domain.readings.within`.

    Two are the same only if they are one object: they are looked up by the thousand.
    """

    code: str
    scope: Scope
    period: Period
    carried: bool = True


Figure = tuple[str, Scope]


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of a company as known at `as_of`, with the series that make up each figure asked for."""

    session: AsyncSession
    tenant_id: UUID
    catalogue: Catalogue
    ancestry: Ancestry
    as_of: datetime | None
    series: Mapping[str, Mapping[Scope, ScopeSeries]]

    @classmethod
    async def of(
        cls,
        session: AsyncSession,
        tenant_id: UUID,
        figures: Iterable[Figure],
        *,
        catalogue: Catalogue,
        ancestry: Ancestry,
        as_of: datetime | None,
    ) -> Self:
        """The series of these metrics in these scopes."""
        scopes: dict[str, set[Scope]] = defaultdict(set)
        for code, scope in figures:
            scopes[code].add(scope)
        found = await load_series(session, tenant_id, scopes)
        made_up = {code: resolved(found.get(code, ()), asked, ancestry) for code, asked in scopes.items()}
        return cls(session, tenant_id, catalogue, ancestry, as_of, made_up)

    def making_up(self, code: str, scope: Scope) -> ScopeSeries:
        """The series that make up a metric in a scope."""
        return self.series[code].get(scope, NO_SERIES)

    async def totals(self, stretches: Sequence[Stretch]) -> list[list[Total]]:
        """Their totals by currency."""
        return await load_totals(self.session, self.tenant_id, stretches, self.as_of)

    async def newest(self, stretches: Sequence[Stretch], *, observed_by: datetime | None = None) -> list[Newest | None]:
        """The last reading of each."""
        return await load_newest(self.session, self.tenant_id, stretches, self.as_of, observed_by=observed_by)

    async def counted(self, figures: Iterable[Figure]) -> dict[Figure, tuple[Reading, ...]]:
        """Of each figure the readings that count of those whose periods have to be looked at one by one."""
        mixed = {each: found for each in figures if (found := self.making_up(*each).mixed)}
        loaded = await self._loaded(mixed)
        return {
            (code, scope): counted_once(readings, scope, self.ancestry) for (code, scope), readings in loaded.items()
        }

    async def every(self, figures: Iterable[Figure]) -> dict[Figure, list[Reading]]:
        """Of each figure every current reading."""
        return await self._loaded({each: self.making_up(*each).all for each in set(figures)})

    async def _loaded(self, series: Mapping[Figure, Sequence[Series]]) -> dict[Figure, list[Reading]]:
        owners = {each.id: (code, each.scope) for (code, _), listed in series.items() for each in listed}
        loaded: dict[UUID, list[Reading]] = defaultdict(list)
        for series_id, first, last, value, observed_at, currency in await load_readings(
            self.session, self.tenant_id, owners, self.as_of
        ):
            loaded[series_id].append(Reading(*owners[series_id], Period(first, last), value, observed_at, currency))
        return {
            figure: [reading for each in listed for reading in loaded[each.id]] for figure, listed in series.items()
        }


async def fold_reads(
    readings: Readings, reads: Iterable[Read], plan: PlanRates | None
) -> dict[Read, Folded | MeasurementFault]:
    """What each comes to; a fault where money cannot be added."""
    distinct = list(reads)
    catalogue = readings.catalogue
    flows = [each for each in distinct if catalogue[each.code].fold is not Fold.LAST]
    states = [each for each in distinct if catalogue[each.code].fold is Fold.LAST]
    counted = await readings.counted((each.code, each.scope) for each in distinct)
    one_by_one: dict[Read, tuple[Reading, ...]] = {}
    if counted:
        one_by_one = {
            each: within(catalogue[each.code], counted[each.code, each.scope], each.period, each.carried)
            for each in distinct
            if (each.code, each.scope) in counted
        }
    totals = await flow_totals(readings, flows)
    newest = await newest_of_parts(readings, states)
    folded: dict[Read, Folded | MeasurementFault] = {}
    for each in distinct:
        try:
            if catalogue[each.code].fold is Fold.LAST:
                parts = sorted([*newest[each], *one_by_one.get(each, ())], key=lambda reading: reading.period.end_date)
                folded[each] = fold(catalogue[each.code], parts, each.scope, plan, readings.ancestry)
            else:
                sums = [*totals[each], *(_as_total(reading) for reading in one_by_one.get(each, ()))]
                folded[each] = _added_up(each, sums, catalogue[each.code].fold, plan)
        except MixedCurrencies:
            folded[each] = MeasurementFault.MIXED_CURRENCIES
        except RateMissing:
            folded[each] = MeasurementFault.RATE_MISSING
    return folded


async def flow_totals(readings: Readings, reads: Sequence[Read]) -> dict[Read, list[Total]]:
    """The totals of all daily readings that count: of the widest series, then of what these leave open."""
    made_up = [(each, readings.making_up(each.code, each.scope)) for each in reads]
    wide = [(each, series) for each, parts in made_up for series in parts.widest if series.days.meets(each.period)]
    layered = [(each, parts) for each, parts in made_up if parts.narrower]
    asked_below = {each for each, _ in layered}
    found: dict[Read, list[Total]] = {each: [] for each in reads}
    told: dict[tuple[Read, UUID], Period] = {}
    # All their readings lie in the series' days, so the period alone says which: then many have the same one.
    stretches = [Stretch(series.id, each.period.start_date, each.period.end_date) for each, series in wide]
    for (each, series), totals in zip(wide, await readings.totals(stretches), strict=True):
        found[each] += totals
        if each in asked_below and (days := _days_without_a_gap(totals)) is not None:
            told[each, series.id] = days
    left = [
        (each, series, part, above)
        for each, parts in layered
        for group in parts.narrower
        for series, part, above in _left_open(group, each, told)
    ]
    stretches = [
        Stretch(series.id, part.start_date, part.end_date, tuple(upper.id for upper in above))
        for _, series, part, above in left
    ]
    for (each, *_), totals in zip(left, await readings.totals(stretches), strict=True):
        found[each] += totals
    return found


def _days_without_a_gap(totals: Sequence[Total]) -> Period | None:
    """The days that a daily series tells, where it tells every one between its first and its last."""
    if not totals:
        return None
    days = Period(min(each.first_date for each in totals), max(each.last_date for each in totals))
    return days if days.days == sum(each.count for each in totals) else None


def _left_open(
    group: Narrower, read: Read, told: Mapping[tuple[Read, UUID], Period]
) -> Iterable[tuple[Series, Period, tuple[Series, ...]]]:
    """The narrower series that may have days in the period which no wide one above them tells."""
    wide = [days for series in group.widest if (days := told.get((read, series.id))) is not None]
    days = group.days.part_in(read.period)
    if days is None or any(each.encloses(days) for each in wide):
        return
    for series, above in group.series:
        part = series.days.part_in(read.period)
        if part is not None and not any(each.encloses(part) for each in wide):
            yield series, part, above


async def newest_of_parts(readings: Readings, reads: Sequence[Read]) -> dict[Read, list[Reading]]:
    """The newest daily reading of each widest part that has one, and of narrower ones where the wide have none."""
    made_up = {each: readings.making_up(each.code, each.scope) for each in reads}
    wide = [(each, series) for each in reads for series in made_up[each].widest]
    found = dict(zip(wide, await readings.newest([_reach(*pair) for pair in wide]), strict=True))
    silent = [
        (each, series)
        for each in reads
        for group in made_up[each].narrower
        if all(found[each, upper] is None for upper in group.widest)
        for series, _ in group.series
    ]
    found |= zip(silent, await readings.newest([_reach(*pair) for pair in silent]), strict=True)
    parts: dict[Read, list[Reading]] = {each: [] for each in reads}
    for (each, series), newest in found.items():
        if newest is not None:
            period = Period(newest.day, newest.end_date)
            parts[each].append(
                Reading(each.code, series.scope, period, newest.value, newest.observed_at, newest.currency)
            )
    return parts


def _reach(read: Read, series: Series) -> Stretch:
    return Stretch(series.id, EARLIEST if read.carried else read.period.start_date, read.period.end_date)


def _as_total(reading: Reading) -> Total:
    period = reading.period
    return Total(reading.currency, reading.value, 1, period.start_date, period.end_date, reading.observed_at)


def _added_up(read: Read, totals: Sequence[Total], how: Fold, plan: PlanRates | None) -> Folded:
    """The sum or mean of totals. MixedCurrencies and RateMissing as in `domain.readings.in_plan_currency`."""
    if not totals:
        return NOTHING
    if plan is None and len({each.currency for each in totals}) > 1:
        raise MixedCurrencies("readings are in several currencies, and no plan says at what rates they count")
    value, count, last = Decimal(0), 0, totals[0]
    for each in totals:
        value += each.value if plan is None or each.currency is None else each.value * plan.rate(each.currency)
        count += each.count
        if (each.last_date, each.observed_at) > (last.last_date, last.observed_at):
            last = each
    newest = Reading(
        read.code, read.scope, Period(last.last_date, last.last_date), last.value, last.observed_at, last.currency
    )
    return Folded(value / count if how is Fold.MEAN else value, newest)
