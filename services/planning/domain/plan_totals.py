"""Decides what a plan has for a metric in all: the whole where it is planned, else the parts that make it up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from services.planning.domain.plan_lines import Months, PlanLine, by_series
from services.planning.domain.scope import EVERYTHING, NO_ANCESTRY, Ancestry, Scope, covers, overlaps


def whole_months(
    lines: Iterable[PlanLine], metric_code: str, org_unit_id: str, ancestry: Ancestry = NO_ANCESTRY
) -> Months:
    """The months of a summed metric for the plan's whole unit; empty where the plan says nothing of it.

    A line without unit is about the plan's own, `org_unit_id`. Where the whole is not planned, it is the sum of the
    widest scopes that do not overlap: of two ways to cut it (by marketplace, by series) the one with fewer keys counts,
    else the first by name. What initiatives contribute is a part of the whole, and makes it up only where nothing else
    is planned.
    """
    own = [_plain(line, org_unit_id) for line in lines if line.metric_code == metric_code]
    kept = [line for line in own if line.initiative_id is None] or own
    series = {scope: months for (_, scope), months in by_series(kept).items()}
    if EVERYTHING in series:
        return series[EVERYTHING]
    total: dict[date, Decimal] = defaultdict(Decimal)
    for scope in _parts(series, ancestry):
        for month, value in series[scope].items():
            total[month] += value
    return {month: total[month] for month in sorted(total)}


def whole_by_metric(
    lines: Iterable[PlanLine], metric_codes: Iterable[str], org_unit_id: str, ancestry: Ancestry = NO_ANCESTRY
) -> Mapping[str, Months]:
    """The months of each metric that the plan says something of."""
    listed = tuple(lines)
    found = {code: whole_months(listed, code, org_unit_id, ancestry) for code in metric_codes}
    return {code: months for code, months in found.items() if months}


def _plain(line: PlanLine, org_unit_id: str) -> PlanLine:
    if line.scope.org_unit_id != org_unit_id:
        return line
    return replace(line, scope=replace(line.scope, org_unit_id=None))


def _parts(scopes: Iterable[Scope], ancestry: Ancestry) -> tuple[Scope, ...]:
    listed = tuple(scopes)
    tops = [scope for scope in listed if not any(other != scope and covers(other, scope, ancestry) for other in listed)]
    taken: list[Scope] = []
    for scope in sorted(tops, key=lambda each: (len(each.keys), each.canonical)):
        if not any(overlaps(scope, other, ancestry) for other in taken):
            taken.append(scope)
    return tuple(taken)
