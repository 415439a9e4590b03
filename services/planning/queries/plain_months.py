"""Measures figures month by month where daily series alone tell them: Postgres sums each month of each series.

What hangs together with longer periods or narrower series is left to `measuring`, which finds the same the long way.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.metric import Catalogue, Fold, derive, read_metrics
from services.planning.domain.months import last_day, month_of
from services.planning.domain.period import Period
from services.planning.domain.scope import Ancestry, Scope
from services.planning.domain.series import Series
from services.planning.queries.counted_readings import Readings
from services.planning.queries.reading_totals import load_month_totals

Sums = Mapping[tuple[UUID, date], Sequence[tuple[str | None, Decimal, int]]]


@dataclass(frozen=True, slots=True)
class MonthsAsk:
    """What a metric comes to in each month of a cycle."""

    key: str
    code: str
    scope: Scope
    cycle: Period


async def plain_months(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[MonthsAsk],
    today: date,
    *,
    catalogue: Catalogue,
    ancestry: Ancestry,
    as_of: datetime | None,
    plan: PlanRates | None,
) -> dict[str, tuple[Decimal | None, ...]]:
    """The values of the months that have begun, of those asks that plain daily series tell; the others are left out."""
    codes = {code: read_metrics(code, catalogue) for code in {ask.code for ask in asks if ask.code in catalogue}}
    figures = [(code, ask.scope) for ask in asks for code in codes.get(ask.code, ())]
    readings = await Readings.of(session, tenant_id, figures, catalogue=catalogue, ancestry=ancestry, as_of=as_of)
    by_cycle: dict[Period, list[tuple[MonthsAsk, dict[str, tuple[Series, ...]]]]] = defaultdict(list)
    for ask in asks:
        told = {code: _plain(readings, code, ask.scope) for code in codes.get(ask.code, ())}
        if told and all(each is not None for each in told.values()):
            by_cycle[ask.cycle].append((ask, {code: each for code, each in told.items() if each is not None}))
    values: dict[str, tuple[Decimal | None, ...]] = {}
    for cycle, listed in by_cycle.items():
        months = [month for month in cycle.months if max(month, cycle.start_date) <= today]
        if not months:
            values |= {ask.key: () for ask, _ in listed}
            continue
        series_ids = {series.id for _, series_of in listed for each in series_of.values() for series in each}
        last = min(cycle.end_date, last_day(month_of(months[-1])))
        sums: dict[tuple[UUID, date], list[tuple[str | None, Decimal, int]]] = defaultdict(list)
        for series_id, month, currency, value, count in await load_month_totals(
            session, tenant_id, sorted(series_ids), cycle.start_date, last, as_of
        ):
            sums[series_id, month].append((currency, value, count))
        for ask, series_of in listed:
            values[ask.key] = tuple(_value(ask.code, series_of, month, sums, catalogue, plan) for month in months)
    return values


def _plain(readings: Readings, code: str, scope: Scope) -> tuple[Series, ...] | None:
    """The daily series that alone make up a figure; None where it takes more to tell."""
    made_up = readings.making_up(code, scope)
    if readings.catalogue[code].fold is Fold.LAST or made_up.narrower or made_up.mixed:
        return None
    return made_up.widest


def _value(
    code: str,
    told: Mapping[str, Sequence[Series]],
    month: date,
    sums: Sums,
    catalogue: Catalogue,
    plan: PlanRates | None,
) -> Decimal | None:
    values: dict[str, Decimal | None] = {}
    for each, series in told.items():
        parts = [part for one in series for part in sums.get((one.id, month), ())]
        if not _can_be_added(parts, plan):
            return None
        values[each] = _folded(parts, catalogue[each].fold, plan)
    return derive(code, catalogue, values)


def _can_be_added(parts: Sequence[tuple[str | None, Decimal, int]], plan: PlanRates | None) -> bool:
    currencies = {currency for currency, _, _ in parts}
    if plan is None:
        return len(currencies) <= 1
    return all(currency is None or currency == plan.currency or currency in plan.rates for currency in currencies)


def _folded(parts: Sequence[tuple[str | None, Decimal, int]], how: Fold, plan: PlanRates | None) -> Decimal | None:
    if not parts:
        return None
    total, readings = Decimal(0), 0
    for currency, value, count in parts:
        total += value if plan is None or currency is None else value * plan.rate(currency)
        readings += count
    return total / readings if how is Fold.MEAN else total
