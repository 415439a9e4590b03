"""Decides what a plan's months come to over any days: as the readings of the same metric would be folded."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from services.planning.domain.metric import COMPUTED, Catalogue, Fold, derive, is_additive, read_metrics
from services.planning.domain.months import days_in_month
from services.planning.domain.period import Period, month_period
from services.planning.domain.plan_lines import Months, Series
from services.planning.domain.scope import Scope

ZERO = Decimal(0)


def planned_value(
    code: str, scope: Scope, period: Period, series: Mapping[Series, Months], catalogue: Catalogue
) -> Decimal | None:
    """What is planned for a metric and scope over a period, in the metric's unit; None where it is not planned.

    What adds up is summed, of a month that the period has a part of as many parts as days. A latest value is that of
    the last month begun. A mean is weighted by days; so is a ratio that is planned as such, by its planned denominator
    where there is one. What is computed and not planned itself follows from the planned metrics it rests on.
    KeyError for an unknown metric.
    """
    metric = catalogue[code]
    months = _parts(series.get((code, scope), {}), period)
    if not months:
        return _derived(code, scope, period, series, catalogue) if metric.fold in COMPUTED else None
    if is_additive(code, catalogue):
        return sum((value * share for value, share, _ in months.values()), ZERO)
    if metric.fold is Fold.LAST:
        return months[max(months)][0]
    weights = {month: Decimal(days) for month, (_, _, days) in months.items()}
    if metric.fold is Fold.RATIO and metric.denominator is not None:
        below = _parts(series.get((metric.denominator, scope), {}), period)
        if months.keys() <= below.keys() and sum((value * share for value, share, _ in below.values()), ZERO) > 0:
            weights = {month: below[month][0] * below[month][1] for month in months}
    total = sum(weights.values(), ZERO)
    return sum((months[month][0] * weight for month, weight in weights.items()), ZERO) / total if total else None


def _parts(months: Months, period: Period) -> dict[date, tuple[Decimal, Decimal, int]]:
    """Of each planned month that the period touches: its value, the part of it in the period, and how many days."""
    found = {}
    for month in period.months:
        part = month_period(month).part_in(period)
        if part is not None and month in months:
            found[month] = (months[month], Decimal(part.days) / days_in_month(month), part.days)
    return found


def _derived(
    code: str, scope: Scope, period: Period, series: Mapping[Series, Months], catalogue: Catalogue
) -> Decimal | None:
    values = {each: planned_value(each, scope, period, series, catalogue) for each in read_metrics(code, catalogue)}
    return derive(code, catalogue, values)


def planned_scopes(
    code: str, series: Iterable[Series], catalogue: Catalogue, initiative_id: str | None = None
) -> tuple[Scope, ...]:
    """The scopes that a plan has a value for, itself or by what it is computed from; by their text.

    What an initiative contributes is a part of a target and no target of its own, but for the one that is asked about.
    """
    by_code: dict[str, set[Scope]] = {}
    for metric_code, scope in series:
        if scope.initiative_id in (None, initiative_id):
            by_code.setdefault(metric_code, set()).add(scope)
    found = set(by_code.get(code, set()))
    if catalogue[code].fold in COMPUTED:
        operands = [by_code.get(each, set()) for each in read_metrics(code, catalogue)]
        found |= set.intersection(*operands) if operands else set()
    return tuple(sorted(found, key=lambda each: each.canonical))
