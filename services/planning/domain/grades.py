"""Decides which grade is suggested, what an objective's grade is, and what has to be explained."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.key_result import GradePoint
from services.planning.domain.progress import Progress, grade_at
from services.planning.domain.roll_up import weighted_mean
from services.planning.domain.rounding import half_up

GRADE_PLACES = 1
TOO_EASY_ABOVE = Decimal("0.9")


class Ambition(StrEnum):
    """Whether the target is a promise or a stretch, for which 0.6-0.7 is good."""

    COMMITTED = "committed"
    STRETCH = "stretch"


def suggested_grade(
    progress: Progress | None, value: Decimal | None = None, points: Sequence[GradePoint] = ()
) -> Decimal | None:
    """What the figures suggest, to 0.1: by the grade points where there are any, else the progress shown.

    None where nothing is known. A person may set another one, with a reason.
    """
    if points:
        return None if value is None else half_up(grade_at(points, value), GRADE_PLACES)
    return None if progress is None else half_up(progress.shown, GRADE_PLACES)


def is_grade(grade: Decimal) -> bool:
    """Whether a number can be a grade: 0.0, 0.1, ... 1.0."""
    return 0 <= grade <= 1 and grade == half_up(grade, GRADE_PLACES)


def grade_needs_reason(suggested: Decimal | None, given: Decimal) -> bool:
    """Whoever grades otherwise than the figures suggest, or where they say nothing, says why."""
    return suggested is None or suggested != given


def objective_grade(grades: Iterable[tuple[Decimal | None, Decimal]]) -> Decimal | None:
    """The weighted mean of the (grade, weight) of key results, to 0.1; None while one that counts has no grade."""
    counted = [(grade, weight) for grade, weight in grades if weight > 0]
    known = [(grade, weight) for grade, weight in counted if grade is not None]
    mean = weighted_mean(known) if len(known) == len(counted) else None
    return None if mean is None else half_up(mean, GRADE_PLACES)


def needs_explanation(ambition: Ambition, grade: Decimal) -> bool:
    """A promise that was not kept in full is explained."""
    return ambition is Ambition.COMMITTED and grade < 1


def are_targets_too_easy(grades: Iterable[Decimal]) -> bool:
    """Whether the objectives of a cycle were graded above 0.9 in the mean; not said of a cycle without grades."""
    known = tuple(grades)
    return bool(known) and sum(known, Decimal(0)) / len(known) > TOO_EASY_ABOVE
