"""The lives of cycles and objectives: each step is allowed as written, and asks for what it asks for."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest

from services.planning.domain.cycle_states import (
    NEXT_STATE,
    CycleFault,
    CycleKind,
    CycleState,
    is_read_only,
    place_faults,
    step_faults,
)
from services.planning.domain.grades import Ambition
from services.planning.domain.objective_states import (
    CloseDecision,
    KeyResultGrade,
    ObjectiveState,
    StepFault,
    activation_faults,
    cancelling_faults,
    closing_faults,
    grading_faults,
    may_be_edited,
    may_become,
    targets_are_free,
)
from services.planning.domain.period import Period

D = Decimal
S, Y = ObjectiveState, CycleState
LIFE = {
    S.DRAFT: {S.ACTIVE, S.CANCELLED},
    S.ACTIVE: {S.GRADED, S.CANCELLED},
    S.GRADED: {S.CLOSED},
    S.CLOSED: set(),
    S.CANCELLED: set(),
}
QUARTER = Period(date(2027, 1, 1), date(2027, 3, 31))
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(("state", "wanted"), list(product(S, S)))
def test_an_objective_takes_the_steps_of_its_life_and_no_others(state: ObjectiveState, wanted: ObjectiveState) -> None:
    assert may_become(state, wanted) is (wanted in LIFE[state])


def test_targets_move_freely_in_a_draft_alone() -> None:
    assert [state for state in S if targets_are_free(state)] == [S.DRAFT]
    assert [state for state in S if may_be_edited(state)] == [S.DRAFT, S.ACTIVE]


def test_an_objective_with_errors_is_not_activated() -> None:
    assert activation_faults([], is_cycle_open=True) == ()
    assert activation_faults(["AL1"], is_cycle_open=True) == (StepFault.ALIGNMENT_ERRORS,)
    assert activation_faults([], is_cycle_open=False) == (StepFault.CYCLE_NOT_OPEN,)
    assert set(activation_faults(["AL1"], is_cycle_open=False)) == {
        StepFault.ALIGNMENT_ERRORS,
        StepFault.CYCLE_NOT_OPEN,
    }


GRADED = [KeyResultGrade(D(1), D("0.7")), KeyResultGrade(D(0), None)]


@pytest.mark.parametrize(
    ("grades", "grade", "ambition", "explanation", "is_grading", "faults"),
    [
        (GRADED, "0.7", Ambition.STRETCH, None, True, ()),
        (GRADED, "0.7", Ambition.COMMITTED, "The supplier failed.", True, ()),
        (GRADED, "0.7", Ambition.COMMITTED, None, True, (StepFault.EXPLANATION_MISSING,)),
        (GRADED, "0.7", Ambition.COMMITTED, "  ", True, (StepFault.EXPLANATION_MISSING,)),
        (GRADED, "1.0", Ambition.COMMITTED, None, True, ()),
        (GRADED, "0.7", Ambition.STRETCH, None, False, (StepFault.CYCLE_NOT_GRADING,)),
        (
            [*GRADED, KeyResultGrade(D(1), None)],
            None,
            Ambition.STRETCH,
            None,
            True,
            (StepFault.KEY_RESULT_WITHOUT_GRADE,),
        ),
        ([], None, Ambition.STRETCH, None, True, (StepFault.KEY_RESULT_WITHOUT_GRADE,)),
    ],
)
def test_grading_asks_for_every_grade_and_an_explanation_of_broken_promises(
    grades: list[KeyResultGrade],
    grade: str | None,
    ambition: Ambition,
    explanation: str | None,
    is_grading: bool,
    faults: tuple[StepFault, ...],
) -> None:
    known = None if grade is None else D(grade)
    assert grading_faults(grades, known, ambition, explanation, is_grading) == faults


def test_closing_asks_for_a_decision_and_giving_up_for_a_reason() -> None:
    assert closing_faults(None) == (StepFault.CLOSE_DECISION_MISSING,)
    assert [closing_faults(each) for each in CloseDecision] == [(), (), ()]
    assert cancelling_faults(" ") == (StepFault.REASON_MISSING,)
    assert cancelling_faults("The market has gone.") == ()


@pytest.mark.parametrize(("state", "wanted"), list(product(Y, Y)))
def test_a_cycle_goes_on_step_by_step(state: CycleState, wanted: CycleState) -> None:
    faults = step_faults(state, wanted, QUARTER, QUARTER.end_date, [])
    assert (faults == ()) is (NEXT_STATE[state] is wanted)


def test_the_states_of_a_cycle_follow_each_other() -> None:
    line, at = [], Y.PREPARING
    while (following := NEXT_STATE[at]) is not None:
        line.append(following)
        at = following
    assert line == [Y.OPEN, Y.GRADING, Y.CLOSED]
    assert [state for state in Y if is_read_only(state)] == [Y.CLOSED]


def test_grading_begins_on_the_last_day() -> None:
    day_before = QUARTER.end_date - timedelta(days=1)
    assert step_faults(Y.OPEN, Y.GRADING, QUARTER, day_before, []) == (CycleFault.NOT_OVER_YET,)


@pytest.mark.parametrize("state", list(S))
def test_a_cycle_closes_once_nothing_in_it_is_unfinished(state: ObjectiveState) -> None:
    faults = step_faults(Y.GRADING, Y.CLOSED, QUARTER, QUARTER.end_date, [S.CLOSED, state])
    assert (faults == ()) is (state in (S.CLOSED, S.CANCELLED))


def test_a_cycle_lies_inside_a_longer_one() -> None:
    assert place_faults(CycleKind.QUARTER, QUARTER, CycleKind.YEAR, YEAR) == ()
    assert place_faults(CycleKind.QUARTER, QUARTER, None, None) == ()
    assert place_faults(CycleKind.YEAR, YEAR, CycleKind.YEAR, YEAR) == (CycleFault.NOT_SHORTER_THAN_PARENT,)
    next_year = Period(date(2028, 1, 1), date(2028, 3, 31))
    assert place_faults(CycleKind.QUARTER, next_year, CycleKind.YEAR, YEAR) == (CycleFault.OUTSIDE_PARENT,)
