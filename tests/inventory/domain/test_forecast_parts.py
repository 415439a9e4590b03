"""Lead times, seasons and sampled demand behave as the business does."""

import numpy as np
import pytest
from scipy.stats import poisson

from services.inventory.domain.demand import (
    corrected_level,
    observed_days,
    partial_stock_out_days,
    uncensored,
)
from services.inventory.domain.demand_paths import cumulated_demand, demand_state, learn_pool
from services.inventory.domain.lead_time import Mode, fixed_transit, learned_transit, remaining_days
from services.inventory.domain.planning_call import announcement_trust
from services.inventory.domain.season import seasonal_index, week_of_year
from services.inventory.domain.stable_random import mixed, seeds_of, stratified, uniforms
from tests.inventory.domain.blocks import random_sales

LEVELS = (np.arange(200) + 0.5) / 200


def test_without_own_shipments_the_typical_days_of_the_trade_hold() -> None:
    means = {mode: learned_transit(mode, np.array([])).mean for mode in Mode}
    assert means[Mode.SLOW_SEA] == pytest.approx(45, abs=1.5)
    assert means[Mode.FAST_SEA] == pytest.approx(30, abs=1)
    assert means[Mode.AIR] == pytest.approx(10, abs=0.5)


def test_many_own_shipments_outweigh_the_typical_ones() -> None:
    own = learned_transit(Mode.SLOW_SEA, np.full(200, 60.0))
    assert own.mean == pytest.approx(60, abs=0.5)
    assert own.quantile(np.array([0.5]))[0] == pytest.approx(60, abs=0.5)


def test_a_lane_learned_from_few_shipments_keeps_a_long_right_tail() -> None:
    transit = learned_transit(Mode.AIR, np.array([9.0, 10, 11]))
    low, middle, high = transit.quantile(np.array([0.02, 0.5, 0.98]))
    assert high - middle > middle - low


def test_remaining_days_depend_on_the_age_of_a_shipment() -> None:
    transit = learned_transit(Mode.SLOW_SEA, np.array([]))
    fresh = remaining_days(transit, 0, 0, LEVELS)
    old = remaining_days(transit, 44, 0, LEVELS)
    assert fresh.mean() == pytest.approx(transit.mean, abs=0.7)
    assert 1 < old.mean() < fresh.mean()
    assert old.mean() > transit.mean - 44
    assert (remaining_days(transit, 44, 8, LEVELS) >= 8).all()
    overdue = remaining_days(transit, 200, 0, LEVELS)
    assert 0 <= overdue.min() <= overdue.max() <= 14


def test_a_usual_date_that_is_never_withdrawn_is_not_believed() -> None:
    lane = (None, None, learned_transit(Mode.SLOW_SEA, np.array([])))
    slow = np.full(4, 2.0)
    age = np.array([10.0, 20, 42, 50])
    usual = announcement_trust(slow, age, 45 - age, lane)  # the fourth is overdue: dates are not withdrawn
    assert usual[2] < 0.5
    varied = announcement_trust(slow, age, np.array([36.0, 27, 3, 8]), lane)
    assert (varied == 1).all()
    sure = announcement_trust(slow[:3], age[:3], np.array([35.0, 25, 5]), (None, None, fixed_transit(45)))
    assert sure[2] == 1


def years_of(pattern: float, groups: int = 40, noise_seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(noise_seed)
    days = np.arange(3 * 365)
    rate = 6 * np.exp(pattern * np.cos(2 * np.pi * days / 365.25))
    return rng.poisson(np.tile(rate, (groups, 1))).astype(np.float32)


def test_a_season_that_repeats_is_learned() -> None:
    sales = years_of(0.6)
    index = seasonal_index(sales, np.ones(sales.shape, dtype=bool), sales.shape[1])
    weeks = week_of_year(np.arange(365))
    truth = np.array(
        [np.exp(0.6 * np.cos(2 * np.pi * np.arange(365) / 365.25))[weeks == week].mean() for week in range(52)]
    )
    assert np.abs(index / (truth / truth.mean()) - 1).mean() < 0.08


def test_noise_is_not_taken_for_a_season() -> None:
    sales = years_of(0.0)
    index = seasonal_index(sales, np.ones(sales.shape, dtype=bool), sales.shape[1])
    assert np.abs(index - 1).mean() < 0.04


def test_less_than_a_year_has_no_season() -> None:
    sales = years_of(0.6)[:, :300]
    assert (seasonal_index(sales, np.ones(sales.shape, dtype=bool), 300) == 1).all()


def test_sampled_demand_has_the_mean_and_spread_of_a_steady_seller() -> None:
    sales = np.random.default_rng(2).poisson(4.0, (60, 700)).astype(np.float32)
    names = [f"S{row}" for row in range(60)]
    flags = np.ones_like(sales)
    pool = learn_pool(sales, flags, names, seeds_of(names), 700, 70)
    state = demand_state(sales, flags, pool.season_of(names), 700, 70)
    total = cumulated_demand(state, pool, names, seeds_of(names), 256, 70)[:, :, -1]
    assert total.mean() == pytest.approx(280, rel=0.03)
    assert np.median(total.std(axis=1)) == pytest.approx(np.sqrt(280 + 280**2 * 0.01), rel=0.5)
    assert (total == np.floor(total)).all()


def test_a_stock_out_hides_no_demand_from_the_sampled_paths() -> None:
    sales = np.random.default_rng(3).poisson(4.0, (40, 500)).astype(np.float32)
    flags = np.ones_like(sales)
    sales[:, 440:480] = 0
    flags[:, 440:480] = 0
    names = [f"S{row}" for row in range(40)]
    pool = learn_pool(sales, flags, names, seeds_of(names), 500, 70)
    state = demand_state(sales, flags, pool.season_of(names), 500, 70)
    total = cumulated_demand(state, pool, names, seeds_of(names), 128, 70)[:, :, -1]
    assert total.mean() == pytest.approx(280, rel=0.05)


def test_days_before_the_first_sale_unknown_days_and_empty_days_tell_nothing() -> None:
    sales = np.array([[0, 0, 2, 0, np.nan, 1, 3]], dtype=np.float32)
    flags = np.array([[1, 1, 1, 0, 1, np.nan, 0]], dtype=np.float32)
    assert observed_days(sales, flags).tolist() == [[False, False, True, False, False, True, True]]


def test_a_slow_seller_is_not_forgotten_because_it_sold_its_last_unit() -> None:
    rng = np.random.default_rng(9)
    sales = (rng.random((50, 400)) < 0.1).astype(np.float32)
    flags = 1 - sales  # every sale empties the shelf, which is filled again overnight
    assert corrected_level(sales, flags).mean() == pytest.approx(0.1, rel=0.15)


def test_a_sold_out_day_counts_for_what_demand_it_lets_expect() -> None:
    sales = np.array([[3.0, 3.0, 0.0]], dtype=np.float32)
    flags = np.array([[0.0, 1.0, 0.0]], dtype=np.float32)
    raised = uncensored(sales, flags, np.array([[6.0]], dtype=np.float32))[0]
    at_least_3 = poisson.sf(2, 6)
    assert raised[0] == pytest.approx(6 * poisson.sf(1, 6) / at_least_3, rel=1e-5)
    assert raised[1:].tolist() == [3, 0]


def test_a_collapse_beside_a_sold_out_day_is_a_partial_stock_out() -> None:
    sales = np.array([[20, 5, 0, 4, 20, 5]], dtype=np.float32)
    flags = np.array([[1, 1, 0, 1, 1, 1]], dtype=np.float32)
    assert partial_stock_out_days(sales, flags, np.array([20.0])).tolist() == [[False, True, False, True, False, False]]
    assert not partial_stock_out_days(sales, flags, np.array([9.0])).any()


def test_random_numbers_depend_on_the_key_alone() -> None:
    first = uniforms(seeds_of(["a", "b"]), 50)
    second = uniforms(seeds_of(["b", "a"]), 50)
    assert (first[0] == second[1]).all()
    assert not (first[0] == first[1]).any()
    assert np.sort(stratified(mixed(seeds_of(["a"]), 1), 64)[0]) == pytest.approx(
        (np.arange(64) + 0.5) / 64, abs=1 / 64
    )
    assert abs(float(uniforms(seeds_of(["a"]), 20_000).mean()) - 0.5) < 0.01


def test_more_sales_never_foretell_less_when_nothing_else_changes() -> None:
    sales = random_sales(8, listings=3)
    flags = np.ones_like(sales)
    names = ["a", "b", "c"]
    pool = learn_pool(sales, flags, names, seeds_of(names), 240, 70)
    more = sales.copy()
    more[:, -14:] += 5
    now = cumulated_demand(
        demand_state(sales, flags, pool.season_of(names), 240, 70), pool, names, seeds_of(names), 64, 70
    )
    then = cumulated_demand(
        demand_state(more, flags, pool.season_of(names), 240, 70), pool, names, seeds_of(names), 64, 70
    )
    assert (then[:, :, -1].mean(axis=1) > now[:, :, -1].mean(axis=1)).all()
