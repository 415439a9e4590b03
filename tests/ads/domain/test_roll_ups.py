"""Sums of campaigns, and campaigns that pay against each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ads.domain.cannibalisation import brand_takes_own_sales, brings_no_sales, shared_terms
from services.ads.domain.roll_ups import group_sums, roll_up, weighted_score


def test_figures_add_up_and_ratios_follow_from_the_sums() -> None:
    found = roll_up(
        np.array([0, 0, 1, -1]),
        3,
        impressions=[8000, 4000, 100, 9],
        clicks=[40, 20, 0, 9],
        cost=[30.0, 24.0, 0.0, 9.0],
        orders=[4, 1, 0, 9],
        sales=[100.0, 25.0, 0.0, 9.0],
        wasted_spend=[1.0, np.nan, 0.0, 9.0],
        missed_sales=[np.nan, 5.0, np.nan, 9.0],
        scores=[90.0, 40.0, np.nan, 9.0],
        total_sales=[400.0, np.nan, np.nan],
    )
    assert found.clicks.tolist() == [60, 0, 0]
    assert (found.ctr[0], found.cpc[0], found.cvr[0], found.aov[0]) == pytest.approx((0.005, 0.9, 5 / 60, 25))
    assert (found.acos[0], found.tacos[0]) == pytest.approx((0.432, 0.135))
    assert (found.wasted_spend[0], found.missed_sales[0]) == (1.0, 5.0)
    assert found.score[0] == pytest.approx((90 * 30 + 40 * 24) / 54)
    assert np.isnan(found.acos[1:]).all()
    assert np.isnan(found.score[1:]).all()


def test_where_nothing_was_spent_all_scores_weigh_the_same() -> None:
    mean, weight = weighted_score(np.array([0, 0]), 1, [90.0, 40.0], [0.0, 0.0])
    assert (mean.tolist(), weight.tolist()) == ([65.0], [0.0])


@given(st.lists(st.tuples(st.integers(-1, 3), st.just(0.0) | st.floats(0.01, 1e6), st.floats(0, 100)), max_size=30))
def test_sums_lose_nothing_and_means_stay_within_their_scores(rows: list[tuple[int, float, float]]) -> None:
    group = np.array([row[0] for row in rows], dtype=np.intp)
    spent, scores = np.array([row[1] for row in rows]), np.array([row[2] for row in rows])
    assert group_sums(group, 4, spent).sum() == pytest.approx(spent[group >= 0].sum())
    mean, _ = weighted_score(group, 4, scores, spent)
    for code in range(4):
        mine = scores[group == code]
        assert np.isnan(mean[code]) if mine.size == 0 else mine.min() - 1e-6 <= mean[code] <= mine.max() + 1e-6


def test_a_term_that_two_campaigns_buy_is_found_with_its_cost_elsewhere() -> None:
    found = shared_terms(
        term=np.array([7, 7, 8, 7, 9, 9, 5, 5]),
        campaign=np.array([0, 1, 0, 0, 2, 2, 0, 3]),
        cost=[10.0, 30.0, 50.0, 5.0, 20.0, 20.0, 4.0, 0.0],
        expected_sales=[60.0, 40.0, 10.0, 20.0, 1.0, 1.0, 9.0, 9.0],
    )
    # Term 8 has one campaign, 9 twice the same, and of 5 the second campaign pays nothing.
    assert found.cost_elsewhere.tolist() == [30.0]
    assert found.campaigns.tolist() == [2]
    assert found.best.tolist() == [0]
    assert sorted(found.rows.tolist()) == [0, 1, 3]


def test_the_dearest_overlap_comes_first() -> None:
    found = shared_terms(
        np.array([1, 1, 2, 2]), np.array([0, 1, 0, 1]), [5.0, 5.0, 50.0, 60.0], [10.0, 9.0, 100.0, 200.0]
    )
    assert found.cost_elsewhere.tolist() == [50.0, 5.0]
    # At the best, 60 for 200 and 5 for 10, their 100 and 9 would have cost 30 and 4.5.
    assert found.cost_beyond.tolist() == pytest.approx([20.0, 0.5])
    assert found.best.tolist() == [3, 0]
    assert found.first.tolist() == [0, 2, 4]


def test_no_terms_overlap_where_there_are_none() -> None:
    nothing = np.zeros(0, dtype=np.intp)
    found = shared_terms(nothing, nothing, [], [])
    assert (found.rows.size, found.best.size, found.first.tolist()) == (0, 0, [0])


@pytest.mark.parametrize(
    ("cost", "sales", "moved"),
    [
        ((0, 150), (1000, 1010), False),
        ((100, 150), (1000, 1010), True),
        ((100, 150), (1000, 1200), False),
        ((100, 150), (1000, 900), False),
        ((100, 105), (1000, 1000), False),
        ((100, 150), (0, 1000), False),
    ],
)
def test_ads_that_cost_more_while_sales_stay_brought_none(
    cost: tuple[float, float], sales: tuple[float, float], moved: bool
) -> None:
    assert bool(brings_no_sales(*cost, *sales)) is moved
    assert bool(brand_takes_own_sales(True, *cost, *sales)) is moved
    assert not brand_takes_own_sales(False, *cost, *sales)
