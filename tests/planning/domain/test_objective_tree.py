"""The tree of objectives: progress and health from the key results up to the company."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.objective_tree import (
    TreeObjective,
    expected_part,
    objective_health,
    roll_up_tree,
)
from services.planning.domain.pace import Health
from services.planning.domain.roll_up import ParentMode, Part, roll_up

D = Decimal


def part(progress: str | None, health: Health = Health.ON_TRACK, expected: str | None = "0.5", weight: int = 1) -> Part:
    return Part(
        "part",
        None if progress is None else D(progress),
        D(weight),
        health,
        None,
        None if expected is None else D(expected),
    )


def test_children_come_before_parents_over_any_number_of_levels() -> None:
    tree = roll_up_tree(
        [
            TreeObjective("company", (part("0.2"),)),
            TreeObjective("module", (part("0.4"),), "company", weight=D(3)),
            TreeObjective("team", (part("0.6"),), "module"),
        ]
    )
    assert tree["team"].roll_up.progress == D("0.6")
    assert tree["module"].roll_up.progress == D("0.5")
    assert tree["company"].roll_up.progress == D("0.425")
    assert [node.health for node in tree.values()] == [Health.BEHIND, Health.ON_TRACK, Health.ON_TRACK]


def test_what_supports_is_shown_and_not_counted() -> None:
    tree = roll_up_tree(
        [
            TreeObjective("company", (part("0.9"),)),
            TreeObjective("helps", (part("0.1", Health.AT_RISK),), "company", ParentMode.SUPPORTS),
        ]
    )
    assert tree["company"].roll_up.progress == D("0.9")
    assert (tree["company"].roll_up.worst, tree["company"].health) == ("helps", Health.ON_TRACK)


def test_an_objective_measured_by_its_children_alone_has_progress() -> None:
    tree = roll_up_tree([TreeObjective("company", ()), TreeObjective("module", (part("0.4"),), "company")])
    assert tree["company"].roll_up.progress == D("0.4")


def test_a_parent_that_is_not_there_counts_as_none_and_circles_are_refused() -> None:
    assert roll_up_tree([TreeObjective("module", (part("0.4"),), "gone")])["module"].roll_up.progress == D("0.4")
    with pytest.raises(ValueError, match="circle"):
        roll_up_tree([TreeObjective("a", (), "b"), TreeObjective("b", (), "a")])


def test_a_bound_is_expected_to_hold_from_the_first_day() -> None:
    assert expected_part(KeyResultKind.HOLD, D("0.1")) == D("0.9")
    assert expected_part(KeyResultKind.REACH, D("0.1")) == D("0.1")


def health(*parts: Part, is_closed: bool = False) -> Health:
    return objective_health(roll_up(parts), parts, is_closed)


def test_the_health_of_an_objective_is_its_own_pace() -> None:
    assert health(part("0.9"), part("0.2", Health.AT_RISK)) is Health.ON_TRACK
    assert health(part("0.3"), part("0.2")) is Health.BEHIND
    assert health(part("0.1")) is Health.AT_RISK
    assert health(part("0.1"), is_closed=True) is Health.CLOSED


def test_silence_does_not_make_an_objective_green() -> None:
    assert health() is Health.NO_DATA
    assert health(part(None, Health.NO_DATA)) is Health.NO_DATA
    assert health(part("0.9", Health.STALE)) is Health.STALE
    assert health(part("0.9", Health.STALE), part("0.9")) is Health.ON_TRACK
    assert health(part("0.9", Health.AT_RISK, expected=None), part("0.9")) is Health.AT_RISK


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(0, 5)), min_size=1, max_size=20),
    st.randoms(use_true_random=False),
)
def test_a_tree_rolls_up_alike_in_any_order(figures: list[tuple[int, int]], random: Random) -> None:
    objectives = [
        TreeObjective(
            f"o{at:02}", (part(str(D(progress) / 100)),), f"o{(at - 1) // 2:02}" if at else None, weight=D(weight)
        )
        for at, (progress, weight) in enumerate(figures)
    ]
    shuffled = objectives.copy()
    random.shuffle(shuffled)
    tree = roll_up_tree(shuffled)
    assert tree == roll_up_tree(objectives)
    assert all(0 <= (node.roll_up.progress or 0) <= D("1.0000001") for node in tree.values())
    alone = [replace(each, weight=D(0)) for each in objectives]
    assert roll_up_tree(alone)["o00"].roll_up.progress == D(figures[0][0]) / 100
