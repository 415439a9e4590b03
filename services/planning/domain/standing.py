"""Decides how a key result stands on a day: its progress, what was to be expected, its health, where it will land."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.planning.domain.key_result import MEASURED, Bound, KeyResult, KeyResultKind
from services.planning.domain.measurement import Measurement
from services.planning.domain.pace import (
    Expected,
    Health,
    Landing,
    Phasing,
    expected_progress,
    health_of,
    landing,
)
from services.planning.domain.period import Period
from services.planning.domain.progress import (
    Progress,
    binary_progress,
    hold_progress,
    milestone_progress,
    reach_progress,
)


@dataclass(frozen=True, slots=True)
class Graded:
    """What a key result was graded on; restatements change it no more."""

    value: Decimal | None
    progress: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """`value` is that of the metric, None for milestones and what is done or not."""

    value: Decimal | None
    progress: Progress | None
    expected: Expected
    health: Health
    landing: Landing | None


def progress_of(
    key_result: KeyResult, value: Decimal | None, months: Sequence[Decimal | None], today: date
) -> Progress | None:
    """The progress on a day; None where nothing was measured, or while start, target or bound are not stated.

    `months` are the values of the months that have begun, for a `hold`.
    """
    start, target = key_result.start, key_result.target
    match key_result.kind:
        case KeyResultKind.REACH:
            return None if start is None or target is None else reach_progress(start, target, value)
        case KeyResultKind.HOLD:
            bound = key_result.bound
            if bound is None or target is None or (bound is Bound.WITHIN and start is None):
                return None
            return hold_progress(months, bound, target, start)
        case KeyResultKind.MILESTONE:
            return milestone_progress(key_result.milestones, today)
        case KeyResultKind.BINARY:
            return binary_progress(key_result.is_done)


def standing(
    key_result: KeyResult,
    period: Period,
    today: date,
    measurement: Measurement,
    months: Sequence[Decimal | None] = (),
    phasing: Phasing | None = None,
    *,
    is_closed: bool = False,
    graded: Graded | None = None,
) -> Standing:
    """How a key result stands. What was graded keeps the figures of then; a `hold` lands nowhere."""
    expected = expected_progress(period, today, phasing)
    if graded is None:
        value = measurement.value if key_result.kind in MEASURED else None
        progress = progress_of(key_result, value, months, today)
    else:
        value = graded.value
        progress = None if graded.progress is None else Progress(graded.progress)
    is_stale = graded is None and key_result.kind in MEASURED and bool(measurement.stale_codes)
    is_reach = key_result.kind is KeyResultKind.REACH
    return Standing(
        value,
        progress,
        expected,
        health_of(key_result.kind, progress, expected.progress, is_closed=is_closed, is_stale=is_stale),
        None
        if key_result.kind is KeyResultKind.HOLD
        else landing(
            progress,
            expected.progress,
            key_result.start if is_reach else None,
            key_result.target if is_reach else None,
        ),
    )
