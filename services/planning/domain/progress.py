"""Decides how far a key result has come: reach, hold, milestone or binary, as computed and as shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from services.planning.domain.key_result import Bound, GradePoint, Milestone

ZERO, ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Progress:
    """`raw` may lie below 0 or above 1; `shown` does not."""

    raw: Decimal

    @property
    def shown(self) -> Decimal:
        """The progress, 0-1."""
        return min(max(self.raw, ZERO), ONE)


def reach_progress(start: Decimal, target: Decimal, value: Decimal | None) -> Progress | None:
    """The part of the way from `start` to `target` that `value` has gone; None without a value.

    One formula for rising and falling targets, negatives and ratios: both differences change sign together.
    ValueError where start and target are the same.
    """
    if start == target:
        raise ValueError("start and target are the same: there is no way to go")
    return None if value is None else Progress((value - start) / (target - start))


def is_met(value: Decimal, bound: Bound, target: Decimal, start: Decimal | None = None) -> bool:
    """Whether a value keeps within the bound; the edges belong to it. ValueError for `within` without a start."""
    if bound is Bound.AT_LEAST:
        return value >= target
    if bound is Bound.AT_MOST:
        return value <= target
    if start is None:
        raise ValueError("a bound within which values lie has two ends")
    return min(start, target) <= value <= max(start, target)


def hold_progress(
    values: Sequence[Decimal | None], bound: Bound, target: Decimal, start: Decimal | None = None
) -> Progress | None:
    """The part of the periods in which the bound was kept, up to the latest that has a value; None without any.

    An earlier period without a value counts as not met: silence is no success.
    """
    elapsed = max((at + 1 for at, value in enumerate(values) if value is not None), default=0)
    if elapsed == 0:
        return None
    met = sum(value is not None and is_met(value, bound, target, start) for value in values)
    return Progress(Decimal(met) / elapsed)


def milestone_progress(milestones: Iterable[Milestone], today: date) -> Progress:
    """The weight of what was done by `today` in that of all. ValueError unless every weight is positive."""
    known = tuple(milestones)
    if not known or any(each.weight <= 0 for each in known):
        raise ValueError("milestones have positive weights")
    done = sum((each.weight for each in known if each.done_date is not None and each.done_date <= today), ZERO)
    return Progress(done / sum((each.weight for each in known), ZERO))


def binary_progress(is_done: bool) -> Progress:
    """All or nothing."""
    return Progress(ONE if is_done else ZERO)


def grade_at(points: Sequence[GradePoint], value: Decimal) -> Decimal:
    """The grade between the points, piecewise linear, flat outside the ends; the values may rise or fall.

    ValueError for fewer than two points or two at the same value.
    """
    ordered = sorted(points, key=lambda each: each.value)
    if len(ordered) < 2 or any(low.value == high.value for low, high in pairwise(ordered)):
        raise ValueError("grades are stated for at least two different values")
    if value <= ordered[0].value:
        return ordered[0].grade
    for low, high in pairwise(ordered):
        if value <= high.value:
            return low.grade + (high.grade - low.grade) * (value - low.value) / (high.value - low.value)
    return ordered[-1].grade
