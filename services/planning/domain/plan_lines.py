"""Decides what the lines of a plan say together: years, phasing, wholes and parts, and changes between versions."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Any

from services.planning.domain.months import add_months
from services.planning.domain.period import Period, month_period
from services.planning.domain.rounding import half_up
from services.planning.domain.scope import NO_ANCESTRY, Ancestry, Scope, ScopeKey, covers

MONTHS_OF_YEAR = 12
# A plan is written by month for ten years at most.
MOST_MONTHS = 120
ZERO = Decimal(0)


class LineOrigin(StrEnum):
    """Where a planned value comes from; the first three are not yet work that anybody does."""

    HISTORY = "history"
    TREND = "trend"
    WISH = "wish"
    BOTTOM_UP = "bottom_up"
    LAUNCH = "launch"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """What is planned for a metric in a scope and month (its first day); money is in the plan's currency.

    A line that an initiative stands for has it in its scope, so that two launches in a month do not collide.
    """

    metric_code: str
    scope: Scope
    month: date
    value: Decimal
    origin: LineOrigin = LineOrigin.BOTTOM_UP

    @property
    def key(self) -> tuple[str, Scope, date]:
        """What a plan has one line for."""
        return self.metric_code, self.scope, self.month

    @property
    def initiative_id(self) -> str | None:
        """The initiative that stands for the line, if one does."""
        return self.scope.initiative_id


Months = Mapping[date, Decimal]
Series = tuple[str, Scope]


def repeated_lines(lines: Iterable[PlanLine]) -> tuple[PlanLine, ...]:
    """Lines for a metric, scope and month that an earlier one is for already."""
    seen: set[tuple[str, Scope, date]] = set()
    repeated = []
    for line in lines:
        if line.key in seen:
            repeated.append(line)
        seen.add(line.key)
    return tuple(repeated)


def lines_outside(lines: Iterable[PlanLine], cycle: Period) -> tuple[PlanLine, ...]:
    """Lines for months that do not lie wholly in the plan's cycle."""
    return tuple(line for line in lines if not cycle.encloses(month_period(line.month)))


def by_series(lines: Iterable[PlanLine]) -> Mapping[Series, Months]:
    """The values by month of every metric and scope."""
    series: dict[Series, dict[date, Decimal]] = defaultdict(dict)
    for line in lines:
        series[line.metric_code, line.scope][line.month] = line.value
    return dict(series)


def year_months(first_month: date) -> tuple[date, ...]:
    """The twelve months of a year that begins with `first_month`."""
    return tuple(add_months(first_month, step) for step in range(MONTHS_OF_YEAR))


def total_of(values: Months, months: Iterable[date]) -> Decimal:
    """The sum over the months; those not planned are nothing."""
    return sum((values.get(month, ZERO) for month in months), ZERO)


def phasing(values: Months) -> Months | None:
    """Each month's share of the whole, summing to 1; None where the whole is zero, which has no shares."""
    total = sum(values.values(), ZERO)
    return {month: values[month] / total for month in sorted(values)} if total else None


def spread(total: Decimal, shares: Sequence[Decimal], places: int) -> tuple[Decimal, ...]:
    """`total` divided by the shares (of any sum but zero), each part with so many places, summing exactly.

    Each part is off its exact value by less than one unit of the last place; what `total` has beyond the places goes
    to the last part whose share is not zero. Raises ValueError without shares that sum to something.
    """
    whole = sum(shares, ZERO)
    if not whole:
        raise ValueError("the shares sum to nothing")
    last = max(index for index, share in enumerate(shares) if share)
    parts, given, so_far = [], ZERO, ZERO
    for index, share in enumerate(shares):
        so_far += share
        reached = total if index >= last else half_up(total * so_far / whole, places)
        parts.append(reached - given)
        given = reached
    return tuple(parts)


@dataclass(frozen=True, slots=True)
class YearTotal:
    """The stated sum of a metric and scope over the twelve months from `first_month`."""

    metric_code: str
    scope: Scope
    first_month: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class SumFault:
    """`whole` is not the sum of its `parts`.

    The parts are narrower scopes in a month, `by` the keys they differ in; or the months of the year that begins with
    `month`, `by` nothing.
    """

    metric_code: str
    scope: Scope
    whole: Decimal
    parts: Decimal
    month: date
    by: tuple[ScopeKey, ...] = ()


def _place(fault: SumFault) -> tuple[str, str, tuple[ScopeKey, ...], date]:
    return fault.metric_code, fault.scope.canonical, fault.by, fault.month


def year_faults(lines: Iterable[PlanLine], stated: Iterable[YearTotal]) -> tuple[SumFault, ...]:
    """Stated years that their months do not sum to exactly."""
    series = by_series(lines)
    sums = (
        (year, total_of(series.get((year.metric_code, year.scope), {}), year_months(year.first_month)))
        for year in stated
    )
    return tuple(
        SumFault(year.metric_code, year.scope, year.value, months, year.first_month)
        for year, months in sums
        if months != year.value
    )


def children_faults(
    lines: Iterable[PlanLine], sum_metrics: Collection[str], ancestry: Ancestry = NO_ANCESTRY
) -> tuple[SumFault, ...]:
    """Months in which the narrower scopes of a summed metric do not sum exactly to the next wider one that is planned.

    The parts of a scope are those planned scopes it covers with no planned scope in between; parts that differ from it
    in different keys (by marketplace, by series) are different ways to cut it, and each sums to the whole. Scopes of
    an initiative are contributions to a target and not parts of it: they are compared only among themselves.
    """
    series = by_series(line for line in lines if line.metric_code in sum_metrics)
    faults = []
    for (metric, whole, by), parts in _families(series, ancestry).items():
        values = series[metric, whole]
        for month in sorted({*values, *(month for part in parts for month in series[metric, part])}):
            children = sum((series[metric, part].get(month, ZERO) for part in parts), ZERO)
            if children != values.get(month, ZERO):
                faults.append(SumFault(metric, whole, values.get(month, ZERO), children, month, by))
    return tuple(sorted(faults, key=_place))


def _families(
    series: Mapping[Series, Months], ancestry: Ancestry
) -> Mapping[tuple[str, Scope, tuple[ScopeKey, ...]], list[Scope]]:
    families: dict[tuple[str, Scope, tuple[ScopeKey, ...]], list[Scope]] = defaultdict(list)
    for metric, scope in series:
        wider = [each for each in wider_scopes(scope, ancestry) if (metric, each) in series]
        for whole in wider:
            if not any(other != whole and covers(whole, other, ancestry) for other in wider):
                by = tuple(key for key in ScopeKey if scope.keys.get(key) != whole.keys.get(key))
                families[metric, whole, by].append(scope)
    return families


def wider_scopes(scope: Scope, ancestry: Ancestry) -> Iterator[Scope]:
    """Every scope that covers this one and is of the same initiative: keys replaced by ancestors or left out."""
    keys = [key for key in scope.keys if key is not ScopeKey.INITIATIVE_ID]
    choices = [(scope.keys[key], *_above(key, scope.keys[key], ancestry), None) for key in keys]
    for chosen in product(*choices):
        named: dict[str, Any] = dict(zip((key.value for key in keys), chosen, strict=True))
        wider = replace(scope, **named)
        if wider != scope:
            yield wider


def _above(key: ScopeKey, value: str, ancestry: Ancestry) -> tuple[str, ...]:
    parents = ancestry.parents.get(key, {})
    line: list[str] = []
    at = parents.get(value)
    while at is not None and at not in line and at != value:
        line.append(at)
        at = parents.get(at)
    return tuple(line)


def child_plan_faults(
    lines: Iterable[PlanLine],
    own_unit_id: str,
    below: Mapping[str, Iterable[PlanLine]],
    sum_metrics: Collection[str],
) -> tuple[SumFault, ...]:
    """Months in which the plans of the units below (unit to lines) do not sum exactly to this one.

    A line without unit is about the plan's own. A scope of the own unit is compared with the sum of all plans below,
    one of a unit below with that unit's plan; and only where a plan below says something for the metric and scope.
    """
    theirs: dict[Series, dict[date, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for unit_id, their_lines in below.items():
        for line in their_lines:
            if line.scope.org_unit_id in (None, unit_id):
                for unit in (None, unit_id):
                    theirs[line.metric_code, replace(line.scope, org_unit_id=unit)][line.month] += line.value
    faults = []
    for (metric, scope), values in by_series(line for line in lines if line.metric_code in sum_metrics).items():
        common = replace(scope, org_unit_id=None) if scope.org_unit_id == own_unit_id else scope
        parts = theirs.get((metric, common), {})
        for month in sorted({*values, *parts}) if parts else ():
            whole, part = values.get(month, ZERO), parts.get(month, ZERO)
            if whole != part:
                faults.append(SumFault(metric, scope, whole, part, month, (ScopeKey.ORG_UNIT_ID,)))
    return tuple(sorted(faults, key=_place))


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a line was and is; None where it was not, or is no longer, planned."""

    metric_code: str
    scope: Scope
    month: date
    old: Decimal | None
    old_origin: LineOrigin | None
    new: Decimal | None
    new_origin: LineOrigin | None


def line_changes(before: Iterable[PlanLine], now: Iterable[PlanLine]) -> tuple[LineChange, ...]:
    """What differs between two versions of a plan, by metric, scope and month; the same number is no change."""
    old = {line.key: line for line in before}
    new = {line.key: line for line in now}
    keys = sorted({*old, *new}, key=lambda each: (each[0], each[1].canonical, each[2]))
    changes = (LineChange(*key, *_said(old.get(key)), *_said(new.get(key))) for key in keys)
    return tuple(each for each in changes if (each.old, each.old_origin) != (each.new, each.new_origin))


def _said(line: PlanLine | None) -> tuple[Decimal | None, LineOrigin | None]:
    return (None, None) if line is None else (line.value, line.origin)
