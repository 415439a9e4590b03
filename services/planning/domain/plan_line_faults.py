"""Decides which lines a plan does not take: of an unknown metric, outside its cycle, about something unknown, twice."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.planning.domain.metric import Catalogue
from services.planning.domain.months import month_text
from services.planning.domain.period import Period, month_period
from services.planning.domain.plan_lines import PlanLine, YearTotal, year_months
from services.planning.domain.planned_metrics import may_be_planned
from services.planning.domain.scope import Scope, ScopeKey


class LineFaultCode(StrEnum):
    """What is wrong with a line."""

    UNKNOWN_METRIC = "unknown_metric"
    OUTSIDE_CYCLE = "outside_cycle"
    UNKNOWN_NAME = "unknown"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class LineFault:
    """A fault of the line at `index`, in which of its fields, and in words."""

    index: int
    field: str
    code: LineFaultCode
    sentence: str


# The ids that exist, for the keys of a scope that must name something that exists.
Known = Mapping[ScopeKey, Collection[str]]


def line_faults(lines: Iterable[PlanLine], cycle: Period, catalogue: Catalogue, known: Known) -> tuple[LineFault, ...]:
    """Everything wrong with the lines, in their order; a line may have several faults."""
    return tuple(_line_faults(lines, cycle, catalogue, known))


def _line_faults(lines: Iterable[PlanLine], cycle: Period, catalogue: Catalogue, known: Known) -> Iterator[LineFault]:
    seen: dict[tuple[str, Scope, date], int] = {}
    for index, line in enumerate(lines):
        yield from _metric_faults(index, line.metric_code, catalogue)
        yield from _scope_faults(index, line.scope, known)
        if not cycle.encloses(month_period(line.month)):
            sentence = f"{month_text(line.month)} does not lie wholly in the plan's cycle."
            yield LineFault(index, "month", LineFaultCode.OUTSIDE_CYCLE, sentence)
        first = seen.setdefault(line.key, index)
        if first != index:
            sentence = f"The line at {first} is for this metric, scope and month already."
            yield LineFault(index, "month", LineFaultCode.REPEATED, sentence)


def year_line_faults(
    years: Iterable[YearTotal], cycle: Period, catalogue: Catalogue, known: Known
) -> tuple[LineFault, ...]:
    """The same for stated years, whose twelve months lie in the cycle."""
    return tuple(_year_faults(years, cycle, catalogue, known))


def _year_faults(years: Iterable[YearTotal], cycle: Period, catalogue: Catalogue, known: Known) -> Iterator[LineFault]:
    seen: dict[tuple[str, Scope, date], int] = {}
    for index, year in enumerate(years):
        yield from _metric_faults(index, year.metric_code, catalogue)
        yield from _scope_faults(index, year.scope, known)
        if not all(cycle.encloses(month_period(month)) for month in year_months(year.first_month)):
            sentence = f"The year from {month_text(year.first_month)} does not lie wholly in the plan's cycle."
            yield LineFault(index, "first_month", LineFaultCode.OUTSIDE_CYCLE, sentence)
        first = seen.setdefault((year.metric_code, year.scope, year.first_month), index)
        if first != index:
            sentence = f"The year at {first} is for this metric, scope and first month already."
            yield LineFault(index, "first_month", LineFaultCode.REPEATED, sentence)


def _metric_faults(index: int, code: str, catalogue: Catalogue) -> Iterator[LineFault]:
    if not may_be_planned(code, catalogue):
        yield LineFault(index, "metric_code", LineFaultCode.UNKNOWN_METRIC, f"There is no metric {code}.")


def _scope_faults(index: int, scope: Scope, known: Known) -> Iterator[LineFault]:
    for key, value in scope.keys.items():
        if key in known and value not in known[key]:
            yield LineFault(index, f"scope/{key}", LineFaultCode.UNKNOWN_NAME, f"There is none with the id {value}.")
