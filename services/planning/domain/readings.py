"""Decides which readings count, each figure once, and what they come to in a window."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from services.planning.domain.currency import PlanRates
from services.planning.domain.metric import ADDABLE_UNITS, COMPUTED, Fold, Metric
from services.planning.domain.period import Period
from services.planning.domain.scope import NO_ANCESTRY, Ancestry, Scope, ScopeKey, covering, covers


@dataclass(frozen=True, slots=True)
class Reading:
    """What a metric was in a scope over a period, as seen at `observed_at`; never changed, only observed anew."""

    metric_code: str
    scope: Scope
    period: Period
    value: Decimal
    observed_at: datetime
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """That, as seen at `observed_at`, nobody knows any more what a metric was in a scope over a period."""

    metric_code: str
    scope: Scope
    period: Period
    observed_at: datetime


Observation = Reading | Withdrawal


class MixedCurrencies(ValueError):
    """Money in several currencies is to be added, and no plan says at what rates."""


def current_readings(observed: Iterable[Observation], as_of: datetime | None = None) -> tuple[Reading, ...]:
    """The newest observation of each metric, scope and period, of those made by `as_of`; ordered by period.

    There is none where the newest takes back what was known. Of two with the same instant the one handed in first
    stands: a feed that repeats itself changes nothing.
    """
    newest: dict[tuple[str, Scope, Period], Observation] = {}
    for each in observed:
        if as_of is not None and each.observed_at > as_of:
            continue
        key = (each.metric_code, each.scope, each.period)
        known = newest.get(key)
        if known is None or each.observed_at > known.observed_at:
            newest[key] = each
    standing = [each for each in newest.values() if isinstance(each, Reading)]
    return tuple(sorted(standing, key=lambda each: (each.period.end_date, each.period.start_date)))


def counted_once(current: Iterable[Reading], scope: Scope, ancestry: Ancestry = NO_ANCESTRY) -> tuple[Reading, ...]:
    """Of one metric's current readings, those that make up `scope`, ordered by period.

    A reading of the scope itself, or of a wide part of it, stands for its days; readings of parts of that part on the
    same days are left out, and so are the days of a month that has a reading of its own. Parts that cross each other
    (one by product, one by marketplace) cannot be told apart and are both counted: see `scope.crossing`.
    """
    by_scope: dict[Scope, list[Reading]] = defaultdict(list)
    for reading in current:
        by_scope[reading.scope].append(reading)
    inside = [each for each in by_scope if covers(scope, each, ancestry)]
    # What covers another one has fewer keys, or the same ones and stands higher: so the widest come first.
    inside.sort(key=lambda each: (len(each.keys), sum(len(ancestry.line(*key)) for key in each.keys.items())))
    days: dict[Scope, set[date]] = {}
    grains: set[frozenset[ScopeKey]] = set()
    kept: list[Reading] = []
    for part in inside:
        wider = [days[each] for each in covering(part, grains, ancestry) if each in days]
        own = days[part] = set()
        grains.add(frozenset(part.keys))
        for reading in sorted(by_scope[part], key=lambda each: (-each.period.days, each.period)):
            known = (*wider, own)
            if any(all(day in taken for day in reading.period.each_day()) for taken in known):
                continue
            own.update(reading.period.each_day())
            kept.append(reading)
    return tuple(sorted(kept, key=lambda each: (each.period.end_date, each.period.start_date)))


def within(metric: Metric, readings: Iterable[Reading], window: Period, carried: bool = True) -> tuple[Reading, ...]:
    """Those of the metric that count in the window.

    What is summed or averaged lies in it as a whole: a month is not cut into days. What is read last holds until it is
    read anew, so readings that began by the window's end count, unless not `carried`: then they touch the window.
    """
    if metric.fold is not Fold.LAST:
        return tuple(each for each in readings if window.encloses(each.period))
    return tuple(
        each
        for each in readings
        if (each.period.start_date <= window.end_date if carried else each.period.meets(window))
    )


def in_plan_currency(readings: Sequence[Reading], plan: PlanRates | None) -> tuple[tuple[Reading, Decimal], ...]:
    """Each reading with its value at the plan's rates; without a plan as it is, if all are of one currency.

    MixedCurrencies where they are not, RateMissing where the plan lacks a rate. Values that are no money stay.
    """
    if plan is None:
        if len({each.currency for each in readings}) > 1:
            raise MixedCurrencies("readings are in several currencies, and no plan says at what rates they count")
        return tuple((each, each.value) for each in readings)
    return tuple(
        (each, each.value if each.currency is None else each.value * plan.rate(each.currency)) for each in readings
    )


@dataclass(frozen=True, slots=True)
class Folded:
    """The value of a metric that is read; `newest` is the reading that reaches furthest. Both None without readings."""

    value: Decimal | None
    newest: Reading | None


NOTHING = Folded(None, None)


def fold(
    metric: Metric,
    readings: Sequence[Reading],
    scope: Scope,
    plan: PlanRates | None = None,
    ancestry: Ancestry = NO_ANCESTRY,
) -> Folded:
    """What the counted readings of a window (ordered by period) come to.

    `sum` adds them up. `mean` is the mean of all. `last` is the newest reading of the scope itself; without one, the
    newest of each of its widest parts that have any, added, where that means something (heads, money), else nothing.
    ValueError for a metric that is computed and not read; MixedCurrencies and RateMissing as in `in_plan_currency`.
    """
    if not readings:
        return NOTHING
    if metric.fold is Fold.LAST:
        return _last(metric, readings, plan, ancestry)
    if metric.fold in COMPUTED:
        raise ValueError(f"{metric.code} is computed, it has no readings to fold")
    total = sum((value for _, value in in_plan_currency(readings, plan)), Decimal(0))
    return Folded(total / len(readings) if metric.fold is Fold.MEAN else total, max(readings, key=_reach))


def _last(metric: Metric, readings: Sequence[Reading], plan: PlanRates | None, ancestry: Ancestry) -> Folded:
    widest = last_of_parts(readings, ancestry)
    if len(widest) > 1 and metric.unit not in ADDABLE_UNITS:
        return NOTHING
    return Folded(sum((value for _, value in in_plan_currency(widest, plan)), Decimal(0)), max(widest, key=_reach))


def last_of_parts(readings: Iterable[Reading], ancestry: Ancestry = NO_ANCESTRY) -> tuple[Reading, ...]:
    """Of counted readings the newest of each scope that no other one of them covers.

    What a part was before a wider one was read, or what it is beside that, is in the wider one already.
    """
    last: dict[Scope, Reading] = {}
    for reading in readings:
        known = last.get(reading.scope)
        if known is None or _reach(reading) > _reach(known):
            last[reading.scope] = reading
    grains = {frozenset(part.keys) for part in last}
    return tuple(
        reading
        for part, reading in last.items()
        if not any(each in last and each != part for each in covering(part, grains, ancestry))
    )


def _reach(reading: Reading) -> tuple[date, datetime]:
    return reading.period.end_date, reading.observed_at


def currency_effect(
    readings: Iterable[Reading], plan: PlanRates, actual_rates: Mapping[tuple[str, date], Decimal]
) -> Decimal | None:
    """What actual rates add to the performance of these readings, in the plan's currency; None where one is unknown.

    `actual_rates[currency, day]` is the rate on the last day of a reading's period.
    """
    total = Decimal(0)
    for each in readings:
        if each.currency is None or each.currency == plan.currency:
            continue
        actual = actual_rates.get((each.currency, each.period.end_date))
        if actual is None:
            return None
        total += each.value * (actual - plan.rate(each.currency))
    return total
