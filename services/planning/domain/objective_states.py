"""Decides through which states an objective goes, and what each step asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.grades import Ambition, needs_explanation


class ObjectiveState(StrEnum):
    """Where an objective stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    GRADED = "graded"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CloseDecision(StrEnum):
    """What becomes of it in the next cycle."""

    KEEP = "keep"
    MODIFY = "modify"
    DROP = "drop"


class Horizon(StrEnum):
    """A strategic objective answers a gap over years; those of a cycle carry it out."""

    STRATEGIC = "strategic"
    CYCLE = "cycle"


DRAFT, ACTIVE, GRADED, CLOSED, CANCELLED = ObjectiveState

NEXT_STATES: Mapping[ObjectiveState, frozenset[ObjectiveState]] = MappingProxyType(
    {
        DRAFT: frozenset({ACTIVE, CANCELLED}),
        ACTIVE: frozenset({GRADED, CANCELLED}),
        GRADED: frozenset({CLOSED}),
        CLOSED: frozenset(),
        CANCELLED: frozenset(),
    }
)
OVER = frozenset({GRADED, CLOSED, CANCELLED})


def may_become(state: ObjectiveState, wanted: ObjectiveState) -> bool:
    """Whether an objective in `state` can be put into the wanted one."""
    return wanted in NEXT_STATES[state]


def may_be_edited(state: ObjectiveState) -> bool:
    """Whether what it says may still be changed: wording and links until it is graded."""
    return state not in OVER


def targets_are_free(state: ObjectiveState) -> bool:
    """Whether start, target and bounds change by a plain edit; from activation on it takes a calibration."""
    return state is DRAFT


class StepFault(StrEnum):
    """Why a step cannot be taken though the state allows it."""

    ALIGNMENT_ERRORS = "alignment_errors"
    CYCLE_NOT_OPEN = "cycle_not_open"
    CYCLE_NOT_GRADING = "cycle_not_grading"
    KEY_RESULT_WITHOUT_GRADE = "key_result_without_grade"
    EXPLANATION_MISSING = "explanation_missing"
    CLOSE_DECISION_MISSING = "close_decision_missing"
    REASON_MISSING = "reason_missing"


def activation_faults(error_codes: Sequence[str], is_cycle_open: bool) -> tuple[StepFault, ...]:
    """An objective becomes active in an open cycle, and with no error among its findings."""
    faults = [] if is_cycle_open else [StepFault.CYCLE_NOT_OPEN]
    return (*faults, StepFault.ALIGNMENT_ERRORS) if error_codes else tuple(faults)


@dataclass(frozen=True, slots=True)
class KeyResultGrade:
    """What grading knows of a key result."""

    weight: Decimal
    grade: Decimal | None


def grading_faults(
    key_results: Sequence[KeyResultGrade],
    grade: Decimal | None,
    ambition: Ambition,
    explanation: str | None,
    is_cycle_grading: bool,
) -> tuple[StepFault, ...]:
    """It is graded while its cycle is, once all key results that count are; a promise below 1.0 is explained."""
    faults = [] if is_cycle_grading else [StepFault.CYCLE_NOT_GRADING]
    if grade is None or any(each.weight > 0 and each.grade is None for each in key_results):
        faults.append(StepFault.KEY_RESULT_WITHOUT_GRADE)
    if grade is not None and needs_explanation(ambition, grade) and not _says_something(explanation):
        faults.append(StepFault.EXPLANATION_MISSING)
    return tuple(faults)


def closing_faults(decision: CloseDecision | None) -> tuple[StepFault, ...]:
    """It is closed with a decision: keep, modify or drop."""
    return () if decision is not None else (StepFault.CLOSE_DECISION_MISSING,)


def cancelling_faults(reason: str | None) -> tuple[StepFault, ...]:
    """Whoever gives up an objective says why."""
    return () if _says_something(reason) else (StepFault.REASON_MISSING,)


def _says_something(text: str | None) -> bool:
    return text is not None and bool(text.strip())
