"""Roll-ups: progress, grades and confidence of an objective from its parts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.confidence import (
    ConfidenceLevel,
    confidence_level,
    confidence_roll_up,
    demands_answer,
)
from services.planning.domain.grades import (
    Ambition,
    are_targets_too_easy,
    grade_needs_reason,
    is_grade,
    needs_explanation,
    objective_grade,
    suggested_grade,
)
from services.planning.domain.key_result import GradePoint
from services.planning.domain.pace import Health
from services.planning.domain.progress import Progress
from services.planning.domain.roll_up import ParentMode, Part, roll_up, weighted_mean
from services.planning.domain.rounding import half_up

D = Decimal


def parts(*known: tuple[str | None, int]) -> list[Part]:
    return [
        Part(f"part {at}", None if progress is None else D(progress), D(weight))
        for at, (progress, weight) in enumerate(known)
    ]


def test_progress_is_the_weighted_mean() -> None:
    """K17."""
    own = parts(("0.5", 2), ("0.3", 1), ("0.9", 1))
    child = Part("child", D("0.8"), D(2), mode=ParentMode.CONTRIBUTES)
    assert roll_up(own).progress == D("0.55")
    assert half_up(roll_up([*own, child]).progress or D(0), 4) == D("0.6333")


def test_what_has_no_reading_takes_nothing_away() -> None:
    """K18."""
    assert roll_up(parts((None, 1), ("0.5", 1), ("0.3", 1))).progress == D("0.4")
    assert roll_up(parts((None, 1))).progress is None
    assert roll_up([]).progress is None


def test_supporting_children_never_add() -> None:
    own = parts(("0.5", 1))
    assert roll_up([*own, Part("child", D(1), D(9), mode=ParentMode.SUPPORTS)]).progress == D("0.5")


def test_a_weight_of_zero_only_informs() -> None:
    found = roll_up([Part("told", D(0), D(0), Health.AT_RISK), Part("counted", D("0.7"), health=Health.ON_TRACK)])
    assert (found.progress, found.worst) == (D("0.7"), "counted")
    assert roll_up(parts(("0.5", 0))).progress is None


def test_the_worst_part_is_named_beside_the_mean() -> None:
    found = roll_up(
        [
            Part("fine", D("0.9"), D(9), Health.ON_TRACK),
            Part("late", D("0.4"), D(1), Health.AT_RISK),
            Part("later", D("0.2"), D(1), Health.AT_RISK, ParentMode.SUPPORTS),
            Part("silent", None, D(1), Health.NO_DATA),
        ]
    )
    assert (found.worst, found.worst_health) == ("later", Health.AT_RISK)


@pytest.mark.parametrize("silence", [Health.NO_DATA, Health.STALE])
def test_silence_is_worse_than_being_on_track(silence: Health) -> None:
    found = roll_up([Part("fine", D(0), health=Health.ON_TRACK), Part("silent", None, health=silence)])
    assert found.worst == "silent"


def test_the_expected_progress_rolls_up_alike_or_not_at_all() -> None:
    one, other = Part("a", D("0.5"), D(3), expected=D("0.4")), Part("b", D("0.5"), D(1), expected=D("0.8"))
    assert roll_up([one, other]).expected == D("0.5")
    assert roll_up([one, Part("c", D("0.5"))]).expected is None


ratios = st.decimals(0, 1, places=4)
weights = st.decimals(0, 100, places=2)


@given(st.lists(st.tuples(ratios, weights), max_size=8))
def test_the_mean_lies_among_the_values_and_shares_sum_to_one(known: list[tuple[Decimal, Decimal]]) -> None:
    found = roll_up(Part(str(at), progress, weight) for at, (progress, weight) in enumerate(known))
    counted = [progress for progress, weight in known if weight > 0]
    if not counted:
        assert (found.progress, found.shares) == (None, ())
        return
    assert found.progress is not None
    assert half_up(min(counted), 20) <= half_up(found.progress, 20) <= half_up(max(counted), 20)
    assert half_up(sum((share for _, share in found.shares), D(0)), 20) == 1


@given(st.lists(st.tuples(ratios, weights), max_size=8), st.decimals("0.01", 1000, places=2))
def test_only_the_proportion_of_weights_matters(known: list[tuple[Decimal, Decimal]], by: Decimal) -> None:
    one, other = weighted_mean(known), weighted_mean((value, weight * by) for value, weight in known)
    assert (one is None) == (other is None)
    assert one is None or other is None or half_up(one, 20) == half_up(other, 20)


def test_negative_weights_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        weighted_mean([(D(1), D(-1)), (D(1), D(2))])


@pytest.mark.parametrize(
    ("progress", "grade"),
    [("0.55", "0.6"), ("0.64", "0.6"), ("0.65", "0.7"), ("0.25", "0.3"), ("0.35", "0.4"), ("-3", "0"), ("1.7", "1")],
)
def test_grades_are_rounded_half_up(progress: str, grade: str) -> None:
    """K19."""
    assert suggested_grade(Progress(D(progress))) == D(grade)


def test_grade_points_go_before_progress() -> None:
    points = (GradePoint(D(0), D(0)), GradePoint(D(60), D("0.7")), GradePoint(D(100), D(1)))
    assert suggested_grade(Progress(D("0.8")), D(80), points) == D("0.9")
    assert suggested_grade(Progress(D("0.8")), None, points) is None
    assert suggested_grade(None) is None


def test_who_grades_otherwise_says_why() -> None:
    assert grade_needs_reason(D("0.6"), D("0.7"))
    assert grade_needs_reason(None, D("0.7"))
    assert not grade_needs_reason(D("0.6"), D("0.6"))


def test_a_grade_has_one_place() -> None:
    assert [is_grade(D(text)) for text in ("0", "0.7", "1.0", "0.75", "1.1", "-0.1")] == [True] * 3 + [False] * 3


def test_the_grade_of_an_objective_is_the_weighted_mean() -> None:
    assert objective_grade([(D("0.6"), D(2)), (D("0.9"), D(1))]) == D("0.7")
    assert objective_grade([(D("0.6"), D(1)), (D("0.7"), D(1))]) == D("0.7")
    assert objective_grade([(D("0.6"), D(1)), (None, D(0))]) == D("0.6")
    assert objective_grade([(D("0.6"), D(1)), (None, D(1))]) is None
    assert objective_grade([]) is None


def test_a_promise_below_the_whole_is_explained_and_a_stretch_is_not() -> None:
    assert needs_explanation(Ambition.COMMITTED, D("0.9"))
    assert not needs_explanation(Ambition.COMMITTED, D("1.0"))
    assert not needs_explanation(Ambition.STRETCH, D("0.2"))


def test_targets_that_all_reach_were_too_easy() -> None:
    assert are_targets_too_easy([D(1), D("0.9")])
    assert not are_targets_too_easy([D("0.9"), D("0.9")])
    assert not are_targets_too_easy([])


def test_confidence_is_told_as_mean_and_least() -> None:
    """K20."""
    found = confidence_roll_up([(D("0.7"), D(2)), (D("0.4"), D(1)), (D("0.9"), D(1))])
    assert found is not None
    assert (found.mean, found.least, found.level) == (D("0.675"), D("0.4"), ConfidenceLevel.MEDIUM)


def test_who_has_said_nothing_is_left_out() -> None:
    assert confidence_roll_up([(None, D(1))]) is None
    found = confidence_roll_up([(None, D(5)), (D("0.8"), D(1)), (D("0.1"), D(0))])
    assert found is not None
    assert (found.mean, found.least) == (D("0.8"), D("0.8"))


@pytest.mark.parametrize(
    ("confidence", "level"),
    [("1", "high"), ("0.7", "high"), ("0.69", "medium"), ("0.4", "medium"), ("0.39", "low"), ("0", "low")],
)
def test_the_levels_of_confidence(confidence: str, level: str) -> None:
    assert confidence_level(D(confidence)) == level


def test_low_confidence_asks_for_a_blocker_or_an_action() -> None:
    low = D("0.39")
    assert demands_answer(low, has_blocker=False, has_action=False)
    assert not demands_answer(low, has_blocker=True, has_action=False)
    assert not demands_answer(low, has_blocker=False, has_action=True)
    assert not demands_answer(D("0.4"), has_blocker=False, has_action=False)
