"""Decides what a key result is and when its definition is whole: how it is reached, held, or done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.measurement import CYCLE_TO_DATE, Window
from services.planning.domain.metric import Metric, accepts_typed_values
from services.planning.domain.scope import EVERYTHING, Scope


class KeyResultKind(StrEnum):
    """What progress means."""

    REACH = "reach"  # from start to target
    HOLD = "hold"  # stay within a bound, month by month
    MILESTONE = "milestone"
    BINARY = "binary"


class Bound(StrEnum):
    """Which values a `hold` allows; `within` lies between start and target, both included."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    WITHIN = "within"


@dataclass(frozen=True, slots=True)
class GradePoint:
    """At this value of the metric the grade is that."""

    value: Decimal
    grade: Decimal


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something that is done or not; its weight is its part in the progress."""

    title: str
    weight: Decimal
    due_date: date | None = None
    done_date: date | None = None


@dataclass(frozen=True, slots=True)
class KeyResult:
    """One measure of an objective. A weight of 0 only informs; `is_done` belongs to binary ones."""

    kind: KeyResultKind
    metric_code: str | None = None
    scope: Scope = EVERYTHING
    window: Window = CYCLE_TO_DATE
    start: Decimal | None = None
    target: Decimal | None = None
    bound: Bound | None = None
    grade_points: tuple[GradePoint, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    weight: Decimal = Decimal(1)
    is_done: bool = False


MEASURED = frozenset({KeyResultKind.REACH, KeyResultKind.HOLD})


class KeyResultFault(StrEnum):
    """What a definition may never be, not even in a draft."""

    START_IS_TARGET = "start_is_target"
    BOUND_MISSING = "bound_missing"
    BOUND_NOT_WANTED = "bound_not_wanted"
    MILESTONES_MISSING = "milestones_missing"
    MILESTONES_NOT_WANTED = "milestones_not_wanted"
    MILESTONE_WEIGHT_NOT_POSITIVE = "milestone_weight_not_positive"
    METRIC_NOT_WANTED = "metric_not_wanted"
    WEIGHT_NEGATIVE = "weight_negative"
    GRADE_POINTS_TOO_FEW = "grade_points_too_few"
    GRADE_POINTS_NOT_ORDERED = "grade_points_not_ordered"
    GRADE_OUT_OF_RANGE = "grade_out_of_range"


def key_result_faults(key_result: KeyResult) -> tuple[KeyResultFault, ...]:
    """Everything that the definition breaks; what is merely missing in a draft is a finding of the alignment."""
    return tuple(_faults(key_result))


def _faults(one: KeyResult) -> Iterator[KeyResultFault]:
    kind, fault = one.kind, KeyResultFault
    if kind is KeyResultKind.REACH and one.start is not None and one.start == one.target:
        yield fault.START_IS_TARGET
    if kind is KeyResultKind.HOLD and one.bound is None:
        yield fault.BOUND_MISSING
    if kind is not KeyResultKind.HOLD and one.bound is not None:
        yield fault.BOUND_NOT_WANTED
    if kind is KeyResultKind.MILESTONE and not one.milestones:
        yield fault.MILESTONES_MISSING
    if kind is not KeyResultKind.MILESTONE and one.milestones:
        yield fault.MILESTONES_NOT_WANTED
    if any(each.weight <= 0 for each in one.milestones):
        yield fault.MILESTONE_WEIGHT_NOT_POSITIVE
    if kind not in MEASURED and one.metric_code is not None:
        yield fault.METRIC_NOT_WANTED
    if one.weight < 0:
        yield fault.WEIGHT_NEGATIVE
    if len(one.grade_points) == 1:
        yield fault.GRADE_POINTS_TOO_FEW
    values = [each.value for each in one.grade_points]
    if values not in (sorted(set(values)), sorted(set(values), reverse=True)):
        yield fault.GRADE_POINTS_NOT_ORDERED
    if any(not 0 <= each.grade <= 1 for each in one.grade_points):
        yield fault.GRADE_OUT_OF_RANGE


class CheckInFault(StrEnum):
    """Why a check-in is not taken."""

    VALUE_IS_MEASURED = "value_is_measured"
    VALUE_WITHOUT_METRIC = "value_without_metric"
    CONFIDENCE_OUT_OF_RANGE = "confidence_out_of_range"


def check_in_faults(confidence: Decimal, value: Decimal | None, metric: Metric | None) -> tuple[CheckInFault, ...]:
    """Confidence is 0-1; a value is taken for a manual metric alone, since nobody types in what is measured."""
    faults = []
    if not 0 <= confidence <= 1:
        faults.append(CheckInFault.CONFIDENCE_OUT_OF_RANGE)
    if value is not None and metric is None:
        faults.append(CheckInFault.VALUE_WITHOUT_METRIC)
    if value is not None and metric is not None and not accepts_typed_values(metric):
        faults.append(CheckInFault.VALUE_IS_MEASURED)
    return tuple(faults)
