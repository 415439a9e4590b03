"""Decides through which states a cycle goes, where it may lie, and when nothing in it changes any more."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.period import Period


class CycleKind(StrEnum):
    """How long a cycle is, from the longest to the shortest."""

    THREE_YEAR = "three_year"
    YEAR = "year"
    HALF = "half"
    QUARTER = "quarter"
    MONTH = "month"


class CycleState(StrEnum):
    """Where a cycle stands."""

    PREPARING = "preparing"
    OPEN = "open"
    GRADING = "grading"
    CLOSED = "closed"


PREPARING, OPEN, GRADING, CLOSED = CycleState

NEXT_STATE: Mapping[CycleState, CycleState | None] = MappingProxyType(
    {PREPARING: OPEN, OPEN: GRADING, GRADING: CLOSED, CLOSED: None}
)
_LENGTH = {kind: place for place, kind in enumerate(CycleKind)}


class CycleFault(StrEnum):
    """Why a cycle cannot lie there, or go on."""

    NOT_NEXT_STATE = "not_next_state"
    NOT_OVER_YET = "not_over_yet"
    OBJECTIVES_UNFINISHED = "objectives_unfinished"
    OUTSIDE_PARENT = "outside_parent"
    NOT_SHORTER_THAN_PARENT = "not_shorter_than_parent"


def place_faults(
    kind: CycleKind, period: Period, parent_kind: CycleKind | None, parent: Period | None
) -> tuple[CycleFault, ...]:
    """A cycle lies inside its parent, which is of a longer kind: so there are no circles either."""
    faults = []
    if parent is not None and not parent.encloses(period):
        faults.append(CycleFault.OUTSIDE_PARENT)
    if parent_kind is not None and _LENGTH[kind] <= _LENGTH[parent_kind]:
        faults.append(CycleFault.NOT_SHORTER_THAN_PARENT)
    return tuple(faults)


def step_faults(
    state: CycleState, wanted: CycleState, period: Period, today: date, objectives: Iterable[ObjectiveState]
) -> tuple[CycleFault, ...]:
    """What stands in the way: states follow each other, grading begins on the last day, nothing is left undone."""
    if NEXT_STATE[state] is not wanted:
        return (CycleFault.NOT_NEXT_STATE,)
    if wanted is GRADING and today < period.end_date:
        return (CycleFault.NOT_OVER_YET,)
    if wanted is CLOSED and any(each not in (ObjectiveState.CLOSED, ObjectiveState.CANCELLED) for each in objectives):
        return (CycleFault.OBJECTIVES_UNFINISHED,)
    return ()


def is_read_only(state: CycleState) -> bool:
    """A closed cycle, with all that belongs to it, is only read."""
    return state is CLOSED
