"""The distribution of conversion rates that a group of terms shares, fitted to their clicks and orders."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ads.domain.conversion_prior import BetaPrior, fit_prior, log_likelihood
from tests.support.paths import SHARED

CLICKS = [40, 25, 60, 12, 80, 30, 15, 50]
ORDERS = [3, 1, 9, 0, 5, 4, 0, 2]
AROUND_8 = (0.08, 0.08)


def test_eight_terms_pool_near_their_mean_and_as_strong_as_54_clicks() -> None:
    assert sum(ORDERS) / sum(CLICKS) == pytest.approx(0.076923, abs=5e-7)
    prior = fit_prior(CLICKS, ORDERS, AROUND_8, least_terms=0, least_orders=0)
    assert prior.mean == pytest.approx(0.0758, rel=0.01)
    assert prior.strength == pytest.approx(54.3, rel=0.01)


def test_without_the_penalty_the_same_terms_seem_almost_alike() -> None:
    prior = fit_prior(CLICKS, ORDERS, AROUND_8, penalised=False, least_terms=0, least_orders=0)
    assert prior.mean == pytest.approx(0.0755, rel=0.01)
    assert prior.strength == pytest.approx(152, rel=0.01)


def test_a_real_month_of_451_terms_has_the_known_maximum() -> None:
    path = SHARED / "ads_data" / "sp_search_term_daily.csv"
    if not path.exists():
        pytest.skip("ads_data is not beside this checkout (set TRADEWIND_SHARED)")
    total: dict[tuple[str, ...], list[float]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            key = tuple(row[name] for name in ("Campaign Name", "Ad Group Name", "Targeting", "Customer Search Term"))
            figures = total.setdefault(key, [0, 0])
            figures[0] += int(row["Clicks"])
            figures[1] += int(row["14 Day Total Orders (#)"])
    clicks, orders = np.array(list(total.values()), dtype=float).T
    assert (clicks.size, clicks.sum(), orders.sum()) == (451, 1955, 193)
    assert (orders > clicks).sum() == 2
    assert (orders == 0).sum() == 401
    orders = np.minimum(orders, clicks)
    prior = fit_prior(clicks, orders, penalised=False)
    assert (prior.a, prior.b) == pytest.approx((0.612, 9.242), abs=5e-4)
    assert prior.mean == pytest.approx(0.0621, abs=5e-5)
    assert prior.strength == pytest.approx(9.86, abs=0.01)
    assert -log_likelihood(prior, clicks, orders) == pytest.approx(546.493, abs=5e-4)


def test_terms_that_all_convert_alike_do_not_run_to_infinite_strength() -> None:
    clicks = np.full(200, 100.0)
    prior = fit_prior(clicks, clicks * 0.08)
    assert prior.mean == pytest.approx(0.08, abs=0.002)
    assert 500 < prior.strength < 50_000


@pytest.mark.parametrize(("terms", "orders_each"), [(29, 5), (100, 0.1)])
def test_under_thirty_terms_or_twenty_orders_the_middle_of_the_benchmark_stands(terms: int, orders_each: float) -> None:
    clicks = np.full(terms, 50.0)
    assert fit_prior(clicks, clicks * 0 + orders_each, (0.04, 0.06)) == BetaPrior(0.05, 30.0, fitted=False)


@pytest.mark.parametrize("mean", [0.02, 0.08, 0.25])
@pytest.mark.parametrize("strength", [5.0, 20.0, 80.0])
def test_the_fit_finds_the_distribution_that_rates_were_drawn_from(mean: float, strength: float) -> None:
    rng = np.random.default_rng(12)
    clicks = rng.integers(1, 200, 3000)
    orders = rng.binomial(clicks, rng.beta(mean * strength, (1 - mean) * strength, 3000))
    prior = fit_prior(clicks, orders)
    assert prior.mean == pytest.approx(mean, rel=0.12)
    assert prior.strength == pytest.approx(strength, rel=0.3)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 10**6), st.floats(0, 1)).map(lambda each: (each[0], int(each[0] * each[1]))),
        min_size=30,
        max_size=60,
    )
)
def test_whatever_the_counts_the_prior_is_a_distribution(pairs: list[tuple[int, int]]) -> None:
    prior = fit_prior([clicks for clicks, _ in pairs], [orders for _, orders in pairs])
    assert 0 < prior.mean < 1
    assert 0 < prior.strength < np.inf
