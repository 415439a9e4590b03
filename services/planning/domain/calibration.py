"""Decides when an agreed target or planned value may be moved: rarely, with a reason, by two people."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class CalibrationSubject(StrEnum):
    """What is moved: the target of an active key result, or a line of a released plan."""

    KEY_RESULT = "key_result"
    PLAN_LINE = "plan_line"


class CalibrationState(StrEnum):
    """A calibration counts once somebody other than its author has approved it."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class CalibrationFault(StrEnum):
    """Why it is not taken."""

    REASON_MISSING = "reason_missing"
    NOTHING_CHANGES = "nothing_changes"
    NOT_THE_PRESENT_VALUE = "not_the_present_value"
    TARGET_IS_START = "target_is_start"
    SUBJECT_NOT_AGREED = "subject_not_agreed"
    CYCLE_CLOSED = "cycle_closed"
    ALREADY_CALIBRATED = "already_calibrated"
    ALREADY_DECIDED = "already_decided"
    OWN_PROPOSAL = "own_proposal"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A calibration as it is asked for. `override_reason` says why there has to be another one in this cycle."""

    old: Decimal
    new: Decimal
    reason: str
    override_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be moved: `is_agreed` for an active key result or a line of a released plan; `start` of a `reach`."""

    present: Decimal
    is_agreed: bool
    is_cycle_closed: bool
    start: Decimal | None = None


def proposal_faults(
    proposed: Proposed, subject: Subject, earlier: Iterable[CalibrationState]
) -> tuple[CalibrationFault, ...]:
    """Everything that stands in the way; `earlier` are the calibrations of this subject in this cycle.

    One that was rejected does not count; for any other, another one needs a reason of its own.
    """
    fault = CalibrationFault
    holds = {
        fault.CYCLE_CLOSED: subject.is_cycle_closed,
        fault.SUBJECT_NOT_AGREED: not subject.is_agreed,
        fault.REASON_MISSING: not proposed.reason.strip(),
        fault.NOT_THE_PRESENT_VALUE: proposed.old != subject.present,
        fault.NOTHING_CHANGES: proposed.new == proposed.old,
        fault.TARGET_IS_START: proposed.new == subject.start,
        fault.ALREADY_CALIBRATED: any(each is not CalibrationState.REJECTED for each in earlier)
        and not (proposed.override_reason or "").strip(),
    }
    return tuple(each for each, is_so in holds.items() if is_so)


def approval_faults(
    state: CalibrationState, proposed: Proposed, subject: Subject, author_id: str, approver_id: str
) -> tuple[CalibrationFault, ...]:
    """Why it cannot be approved: decided already, by its own author, too late, or the value has moved on since.

    Rejecting one, or its author taking it back, needs no more than that it is not decided yet.
    """
    fault = CalibrationFault
    holds = {
        fault.ALREADY_DECIDED: state is not CalibrationState.PROPOSED,
        fault.OWN_PROPOSAL: author_id == approver_id,
        fault.CYCLE_CLOSED: subject.is_cycle_closed,
        fault.SUBJECT_NOT_AGREED: not subject.is_agreed,
        fault.NOT_THE_PRESENT_VALUE: proposed.old != subject.present,
    }
    return tuple(each for each, is_so in holds.items() if is_so)
