"""Decides how complete insight, strategy, objectives and review of a cycle are: from what is there, not from ticks."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.months import last_day, month_text, months_between
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.period import Period

REVIEW_WITHIN_DAYS = 10
INSIGHT_WORKSHEETS = ("ctmo", "five_looks")
NO_ERROR_FINDINGS = "no_error_findings"
_TITLES = {"ctmo": "CTMO", "five_looks": "Five looks", NO_ERROR_FINDINGS: "No findings of error level"}


class IsorStep(StrEnum):
    """The four steps of the loop."""

    INSIGHT = "insight"
    STRATEGY = "strategy"
    OBJECTIVES = "objectives"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class StepCompletion:
    """How many of a step's items there are, and by name those that are missing.

    `completion` is 0-1; None where nothing is asked for yet, which is not the same as complete.
    """

    step: IsorStep
    total: int
    missing: tuple[str, ...]

    @property
    def completion(self) -> Decimal | None:
        """The part that is there."""
        return None if self.total == 0 else Decimal(self.total - len(self.missing)) / self.total

    @property
    def is_complete(self) -> bool:
        """Whether all is there that is asked for."""
        return not self.missing


def insight(headline: Iterable[str], with_gap: Collection[str], agreed_worksheets: Collection[str]) -> StepCompletion:
    """A gap is computed for every headline metric, and the worksheets of insight are agreed."""
    metrics = tuple(dict.fromkeys(headline))
    missing = [code for code in metrics if code not in with_gap]
    missing += [code for code in INSIGHT_WORKSHEETS if code not in agreed_worksheets]
    return StepCompletion(IsorStep.INSIGHT, len(metrics) + len(INSIGHT_WORKSHEETS), tuple(missing))


def strategy(red_gaps: Iterable[str], pursued: Collection[str], not_pursued: Collection[str]) -> StepCompletion:
    """Every red gap has a strategic objective, or it is recorded that it is not pursued."""
    gaps = tuple(dict.fromkeys(red_gaps))
    missing = tuple(each for each in gaps if each not in pursued and each not in not_pursued)
    return StepCompletion(IsorStep.STRATEGY, len(gaps), missing)


def objectives(
    units: Mapping[str, UnitLevel],
    with_active_objective: Collection[str],
    error_count: int,
    is_person_required: bool = False,
) -> StepCompletion:
    """Every company, module and team has an active objective (people where that is asked for), none is in error."""
    asked = [unit for unit, level in units.items() if level is not UnitLevel.PERSON or is_person_required]
    missing = [unit for unit in asked if unit not in with_active_objective]
    missing += [NO_ERROR_FINDINGS] if error_count else []
    return StepCompletion(IsorStep.OBJECTIVES, len(asked) + 1, tuple(missing))


def review_due_date(month: date) -> date:
    """The last day on which the review of a month is in time."""
    return last_day(month) + timedelta(days=REVIEW_WITHIN_DAYS)


def review(
    cycle: Period, units: Iterable[str], closed_on: Mapping[tuple[str, date], date], today: date
) -> StepCompletion:
    """Each unit's review of each month was closed within ten days of its end.

    `closed_on[unit, month]` is the day it was closed. A month counts once those days are over, or its review is closed;
    one that was closed late is missing.
    """
    total, missing = 0, []
    known = tuple(units)
    for month in months_between(cycle.start_date, min(cycle.end_date, today)) if today >= cycle.start_date else ():
        due = review_due_date(month)
        for unit in known:
            closed = closed_on.get((unit, month))
            if closed is None and today <= due:
                continue
            total += 1
            if closed is None or closed > due:
                missing.append(f"{unit} {month_text(month)}")
    return StepCompletion(IsorStep.REVIEW, total, tuple(missing))


def missing_title(missing: str, titles: Mapping[str, str]) -> str:
    """What people call something that is missing; `titles` are those of metrics, gaps and units by their names here."""
    known = {**titles, **_TITLES}
    if missing in known:
        return known[missing]
    unit, _, month = missing.partition(" ")
    return f"{known.get(unit, unit)}, {month}" if month else missing
