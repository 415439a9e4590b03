"""Decides how the course of a key result is told: values and progress, what was expected, what was said and changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.planning.domain.pace import Phasing, expected_progress
from services.planning.domain.period import Period
from services.planning.domain.progress import reach_progress


@dataclass(frozen=True, slots=True)
class TargetChange:
    """An approved calibration: from `on_date` the target is `new`."""

    on_date: date
    old: Decimal
    new: Decimal


@dataclass(frozen=True, slots=True)
class CheckInPoint:
    """What the owner said on a day."""

    on_date: date
    confidence: Decimal
    has_blocker: bool = False


@dataclass(frozen=True, slots=True)
class TrajectoryPoint:
    """One day. `raw` and `shown` are the progress to the target of that day, None where nothing was measured."""

    on_date: date
    value: Decimal | None
    target: Decimal
    raw: Decimal | None
    shown: Decimal | None
    expected: Decimal
    expected_value: Decimal


@dataclass(frozen=True, slots=True)
class Trajectory:
    """The course of a key result over its cycle; `expected` reaches to the end, `points` to the last day measured."""

    points: tuple[TrajectoryPoint, ...]
    expected: tuple[tuple[date, Decimal], ...]
    check_ins: tuple[CheckInPoint, ...]
    target_changes: tuple[TargetChange, ...]


def target_on(day: date, target: Decimal, changes: Iterable[TargetChange]) -> Decimal:
    """The target that held on a day; `target` is today's, which the last change led to."""
    ordered = sorted(changes, key=lambda each: each.on_date)
    later = [each for each in ordered if each.on_date > day]
    return later[0].old if later else target


def sampled_days(cycle: Period, today: date, every_days: int = 7) -> tuple[date, ...]:
    """The days of the cycle to measure for a picture: every so many, and always today or the last one; in order."""
    last = min(today, cycle.end_date)
    if last < cycle.start_date:
        return ()
    count = (last - cycle.start_date).days // every_days
    days = [cycle.start_date + timedelta(days=step * every_days) for step in range(count + 1)]
    return tuple(dict.fromkeys([*days, last]))


def trajectory(
    cycle: Period,
    start: Decimal,
    target: Decimal,
    values: Sequence[tuple[date, Decimal | None]],
    phasing: Phasing | None = None,
    check_ins: Iterable[CheckInPoint] = (),
    target_changes: Iterable[TargetChange] = (),
) -> Trajectory:
    """The course of a key result from the values measured on the sampled days.

    Of a `reach` these are its metric's; for the other kinds they are the progress itself, from start 0 to target 1. The
    expected curve is told for those days and for the end of each month of the cycle.
    """
    changes = tuple(sorted(target_changes, key=lambda each: each.on_date))
    points = []
    for day, value in sorted(values, key=lambda each: each[0]):
        aim = target_on(day, target, changes)
        progress = reach_progress(start, aim, value)
        expected = expected_progress(cycle, day, phasing).progress
        points.append(
            TrajectoryPoint(
                day,
                value,
                aim,
                progress.raw if progress else None,
                progress.shown if progress else None,
                expected,
                start + (aim - start) * expected,
            )
        )
    month_ends = {month - timedelta(days=1) for month in cycle.months[1:]} | {cycle.end_date}
    days = sorted(month_ends | {each.on_date for each in points})
    return Trajectory(
        tuple(points),
        tuple((day, expected_progress(cycle, day, phasing).progress) for day in days),
        tuple(sorted(check_ins, key=lambda each: each.on_date)),
        changes,
    )
