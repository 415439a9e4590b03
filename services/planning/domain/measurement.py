"""Decides over which days a key result is measured, and what its metric comes to over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.currency import PlanRates
from services.planning.domain.metric import Catalogue, Fold, derive, read_metrics
from services.planning.domain.months import month_of
from services.planning.domain.period import Period, month_period
from services.planning.domain.readings import Folded, Reading, counted_once, fold, within
from services.planning.domain.scope import NO_ANCESTRY, Ancestry, Scope


class WindowKind(StrEnum):
    """Which days count."""

    CYCLE_TO_DATE = "cycle_to_date"
    TRAILING_DAYS = "trailing_days"
    LATEST = "latest"  # the newest period that has readings
    LAST_FULL_MONTH = "last_full_month"


@dataclass(frozen=True, slots=True)
class Window:
    """A kind of window; `days` belongs to trailing days alone. ValueError where it is missing or not wanted."""

    kind: WindowKind
    days: int | None = None

    def __post_init__(self) -> None:
        if (self.kind is WindowKind.TRAILING_DAYS) != (self.days is not None):
            raise ValueError("trailing days say how many, no other window does")
        if self.days is not None and self.days < 1:
            raise ValueError("a window has at least one day")


CYCLE_TO_DATE = Window(WindowKind.CYCLE_TO_DATE)


def window_period(window: Window, cycle: Period, today: date) -> Period | None:
    """The days that count on `today`; None before the cycle begins, and for `latest`, which readings decide.

    After the cycle it stays as it was on its last day. Trailing days and the last full month may reach back to before
    the cycle began; the last full month is one that was over before `today`.
    """
    if today < cycle.start_date or window.kind is WindowKind.LATEST:
        return None
    last = min(today, cycle.end_date)
    if window.kind is WindowKind.TRAILING_DAYS:
        return Period(last - timedelta(days=(window.days or 1) - 1), last)
    if window.kind is WindowKind.LAST_FULL_MONTH:
        running = month_of(min(today, cycle.end_date + timedelta(days=1)))
        return month_period(month_of(running - timedelta(days=1)))
    return Period(cycle.start_date, last)


class MeasurementFault(StrEnum):
    """Why readings that are there cannot be added up."""

    MIXED_CURRENCIES = "mixed_currencies"  # and no plan says at what rates they count
    RATE_MISSING = "rate_missing"  # the plan has none for one of the currencies


@dataclass(frozen=True, slots=True)
class Measurement:
    """A value and how new it is.

    `observed_at` is that of the least up-to-date metric it rests on, `stale_codes` are those of them whose newest
    reading is older than they allow; `read_until_date` is the last day that all of them reach. `fault` is set where
    many are measured at once and one cannot be: then there is nothing else.
    """

    value: Decimal | None
    observed_at: datetime | None = None
    read_until_date: date | None = None
    stale_codes: tuple[str, ...] = ()
    fault: MeasurementFault | None = None


UNMEASURED = Measurement(None)
NOTHING_CONFIRMED: Mapping[str, datetime] = MappingProxyType({})


def is_stale(observed_at: datetime, freshness_hours: int, now: datetime) -> bool:
    """Whether a reading observed then is too old to be trusted now."""
    return now - observed_at > timedelta(hours=freshness_hours)


def assembled(
    code: str,
    catalogue: Catalogue,
    folded: Mapping[str, Folded],
    now: datetime,
    confirmed: Mapping[str, datetime] = NOTHING_CONFIRMED,
) -> Measurement:
    """The measurement of `code` from the folded values of the metrics it rests on, wherever these were folded.

    `now` is the moment to judge freshness by: for a cycle that is over, its end. `confirmed` holds when a metric was
    last observed in the scope or in a wider one, be it outside the window: a window that is over does not go stale
    while the metric goes on being read, nor does a product that did not sell while its marketplace is told.
    """
    parts = {each: folded[each] for each in read_metrics(code, catalogue) if each in folded}
    newest = {each: part.newest for each, part in parts.items() if part.newest is not None}
    observed = {
        each: max(reading.observed_at, confirmed.get(each, reading.observed_at)) for each, reading in newest.items()
    }
    value = derive(code, catalogue, {each: part.value for each, part in parts.items()})
    return Measurement(
        value,
        min(observed.values(), default=None),
        min((each.period.end_date for each in newest.values()), default=None),
        tuple(each for each, at in observed.items() if is_stale(at, catalogue[each].freshness_hours, now)),
    )


def measure(
    code: str,
    scope: Scope,
    period: Period,
    readings: Mapping[str, Sequence[Reading]],
    catalogue: Catalogue,
    now: datetime,
    plan: PlanRates | None = None,
    ancestry: Ancestry = NO_ANCESTRY,
    carried: bool = True,
) -> Measurement:
    """What `code` comes to in a scope over a period. `readings` are the current ones of each metric it rests on.

    `carried` is as in `readings.within`. KeyError for an unknown metric; MixedCurrencies and RateMissing where money
    cannot be added.
    """
    return assembled(
        code,
        catalogue,
        {
            each: fold(
                catalogue[each],
                within(catalogue[each], counted_once(readings.get(each, ()), scope, ancestry), period, carried),
                scope,
                plan,
                ancestry,
            )
            for each in read_metrics(code, catalogue)
        },
        now,
    )


def latest_period(
    code: str,
    scope: Scope,
    until: date,
    readings: Mapping[str, Sequence[Reading]],
    catalogue: Catalogue,
    ancestry: Ancestry = NO_ANCESTRY,
) -> Period | None:
    """The newest period, over by `until`, for which every metric that adds up over time has a reading; None without.

    Both sides of a ratio are then of the same days. Metrics that only have a latest value do not hold it up: where
    nothing else is asked for, the period reaches from the earliest to the latest of theirs.
    """
    counted = {
        each: [
            reading
            for reading in counted_once(readings.get(each, ()), scope, ancestry)
            if (reading.period.start_date if catalogue[each].fold is Fold.LAST else reading.period.end_date) <= until
        ]
        for each in read_metrics(code, catalogue)
    }
    flows = [
        {reading.period for reading in found}
        for each, found in counted.items()
        if catalogue[each].fold is not Fold.LAST
    ]
    if flows:
        shared = set.intersection(*flows)
        return max(shared, key=lambda each: (each.end_date, each.start_date), default=None)
    periods = [reading.period for found in counted.values() for reading in found]
    if not periods:
        return None
    return Period(min(each.start_date for each in periods), max(each.end_date for each in periods))


def measure_window(
    code: str,
    scope: Scope,
    window: Window,
    cycle: Period,
    today: date,
    readings: Mapping[str, Sequence[Reading]],
    catalogue: Catalogue,
    now: datetime,
    plan: PlanRates | None = None,
    ancestry: Ancestry = NO_ANCESTRY,
) -> Measurement:
    """What a key result's metric comes to on `today`; nothing before its cycle begins."""
    if today < cycle.start_date:
        return UNMEASURED
    if window.kind is WindowKind.LATEST:
        until = min(today, cycle.end_date)
        period = latest_period(code, scope, until, readings, catalogue, ancestry)
    else:
        period = window_period(window, cycle, today)
    if period is None:
        return UNMEASURED
    return measure(code, scope, period, readings, catalogue, now, plan, ancestry)


def measure_months(
    code: str,
    scope: Scope,
    cycle: Period,
    today: date,
    readings: Mapping[str, Sequence[Reading]],
    catalogue: Catalogue,
    now: datetime,
    plan: PlanRates | None = None,
    ancestry: Ancestry = NO_ANCESTRY,
) -> tuple[Decimal | None, ...]:
    """The value of each month of the cycle that has begun by `today`, the running one as far as it is read.

    A month without readings of its own has none: what was read before does not answer for it.
    """
    values = []
    for month in cycle.months:
        days = month_period(month).part_in(cycle)
        if days is None or days.start_date > today:
            break
        values.append(measure(code, scope, days, readings, catalogue, now, plan, ancestry, carried=False).value)
    return tuple(values)
