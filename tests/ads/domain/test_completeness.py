"""How fast orders are reported: what is assumed, and what is learned from pulls of the same days."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ads.domain.completeness import (
    AGES,
    DEFAULT_COMPLETENESS,
    DayPull,
    effective_clicks,
    learn_completeness,
    share_reported,
)

SLOW = (0.2, 0.4, 0.55, 0.65, 0.75, 0.85, 0.93, 1.0)


def pulls_of(
    shares: tuple[float, ...], ages: tuple[int, ...], days: int, orders: float, kind: str = "a"
) -> list[DayPull]:
    """Each of so many days pulled at these ages, with just the orders that `shares` say."""
    return [DayPull(kind, day, age, orders * shares[min(age, AGES - 1)]) for day in range(days) for age in ages]


def test_a_week_of_a_hundred_clicks_a_day_is_worth_576_clicks() -> None:
    week = float(effective_clicks([100] * 7 + [0]))
    assert week == pytest.approx(576.0)
    assert 46 / week == pytest.approx(0.07986, abs=5e-6)


def test_clicks_older_than_a_week_count_in_full_and_those_of_today_by_what_is_known_by_tonight() -> None:
    assert float(effective_clicks([0] * 7 + [40])) == 40
    assert share_reported([-1, 0, 7, 60]).tolist() == [0.55, 0.55, 1.0, 1.0]


def test_without_pulls_of_the_same_day_the_default_stands() -> None:
    assert learn_completeness([]).tolist() == pytest.approx(DEFAULT_COMPLETENESS)
    once = [DayPull("a", day, 3, 12.0) for day in range(30)]
    assert learn_completeness(once).tolist() == pytest.approx(DEFAULT_COMPLETENESS)


def test_many_pulls_teach_how_slow_this_account_is() -> None:
    learned = learn_completeness(pulls_of(SLOW, tuple(range(8)), days=100, orders=50))
    assert learned == pytest.approx(SLOW, abs=0.01)


def test_a_few_orders_hardly_move_the_default() -> None:
    learned = learn_completeness(pulls_of(SLOW, (0, 7), days=2, orders=2))
    assert learned == pytest.approx(DEFAULT_COMPLETENESS, abs=0.04)
    assert learned[0] < DEFAULT_COMPLETENESS[0]


def test_days_still_young_teach_without_being_taken_for_complete() -> None:
    young = pulls_of(SLOW, (0, 1, 2, 3), days=200, orders=50)
    learned = learn_completeness([*young, *pulls_of(SLOW, (3, 8), days=200, orders=50, kind="b")])
    assert learned == pytest.approx(SLOW, abs=0.03)


def test_a_day_seen_at_two_distant_ages_spreads_between_them_as_the_default_does() -> None:
    learned = learn_completeness(pulls_of(SLOW, (0, 7), days=300, orders=50))
    assert learned[0] == pytest.approx(SLOW[0], abs=0.01)
    between = (learned[3] - learned[0]) / (1 - learned[0])
    default = (DEFAULT_COMPLETENESS[3] - DEFAULT_COMPLETENESS[0]) / (1 - DEFAULT_COMPLETENESS[0])
    assert between == pytest.approx(default, abs=0.02)


def test_cancelled_orders_never_make_the_share_fall() -> None:
    learned = learn_completeness([DayPull("a", day, age, 40.0 - 3 * age) for day in range(50) for age in range(8)])
    assert (np.diff(learned) >= 0).all()
    assert learned[-1] == 1


def test_of_several_pulls_at_one_age_the_newest_which_comes_last_teaches() -> None:
    days = range(300)
    twice = [DayPull("a", day, age, orders) for day in days for age, orders in ((0, 15.0), (0, 40.0), (10, 100.0))]
    assert learn_completeness(twice)[0] == pytest.approx(0.4, abs=0.01)
    final = [DayPull("a", day, age, orders) for day in days for age, orders in ((0, 50.0), (7, 90.0), (30, 100.0))]
    assert learn_completeness(final)[0] == pytest.approx(0.5, abs=0.01)


def test_only_the_order_of_the_pulls_of_one_day_matters() -> None:
    orders = ((0, 15.0), (0, 40.0), (7, 90.0), (30, 100.0))
    by_day = [DayPull("a", day, age, count) for day in range(50) for age, count in orders]
    between = [DayPull("a", day, age, count) for age, count in orders for day in reversed(range(50))]
    assert learn_completeness(between) == pytest.approx(learn_completeness(by_day))


@settings(deadline=None)
@given(
    st.lists(
        st.builds(
            DayPull,
            st.sampled_from(["a", "b"]),
            st.integers(0, 20),
            st.integers(-2, 40),
            st.floats(0, 1e6),
        ),
        max_size=60,
    )
)
def test_whatever_was_pulled_the_shares_rise_to_one(pulls: list[DayPull]) -> None:
    learned = learn_completeness(pulls)
    assert learned.shape == (AGES,)
    assert (np.diff(learned) >= -1e-12).all()
    assert 0 <= learned[0] <= learned[-1] == 1
