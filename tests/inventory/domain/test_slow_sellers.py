"""Slow sellers are expected to go on as they sold: an empty shelf is no lack of demand, and silence in stock is."""

import numpy as np
import pytest

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.demand import (
    HALF_LIVES,
    fitted_blend,
    observed_days,
    stock_since_start,
    told_stock,
    weekly_levels,
)
from services.inventory.domain.demand_paths import cumulated_demand, current_level, demand_state, learn_pool
from services.inventory.domain.stable_random import seeds_of

DAYS, HORIZON = 300, 60
UNKNOWN = np.nan


def slow_neighbours(count: int = 60, seed: int = 1) -> FloatArray:
    """Listings of one in twenty to two a day, steady."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.uniform(np.log(0.05), np.log(2), (count, 1)))
    return rng.poisson(rate, (count, DAYS)).astype(np.float32)


def forecast(own: FloatArray, on_hand: float, in_stock: FloatArray | None = None) -> float:
    """Units a day that one listing is expected to sell beside neighbours whose stock nobody reported."""
    sales = np.vstack([own[None], slow_neighbours()]).astype(np.float32)
    flags = np.full(sales.shape, UNKNOWN, dtype=np.float32)
    if in_stock is not None:
        flags[0] = in_stock
    stock = np.full(sales.shape[0], 50.0)
    stock[0] = on_hand
    names = [f"S{row}" for row in range(sales.shape[0])]
    seeds = seeds_of(names)
    pool = learn_pool(sales, flags, names, seeds, DAYS, HORIZON, stock)
    state = demand_state(sales, flags, pool.season_of(names), DAYS, HORIZON, stock)
    return float(cumulated_demand(state, pool, names, seeds, 192, HORIZON)[0, :, -1].mean()) / HORIZON


def sold_every(days: int, first: int, end: int) -> FloatArray:
    own = np.zeros(DAYS, dtype=np.float32)
    own[first:end:days] = 1
    return own


def test_a_listing_that_sold_one_a_day_for_a_month_is_expected_to_go_on_near_one_a_day() -> None:
    own = np.random.default_rng(3).poisson(np.where(np.arange(DAYS) < DAYS - 30, 0.2, 1.0)).astype(np.float32)
    own[-30:] = np.random.default_rng(4).permutation(np.repeat([0, 1, 2], 10))
    assert forecast(own, 20) == pytest.approx(0.9, abs=0.2)


@pytest.mark.parametrize("rate_days", [1, 3, 10])
def test_days_between_the_last_sale_and_an_empty_shelf_do_not_lower_the_forecast(rate_days: int) -> None:
    until_today = forecast(sold_every(rate_days, 0, DAYS), 20)
    sold_out = forecast(sold_every(rate_days, 0, DAYS - 20), 0)
    unsold = forecast(sold_every(rate_days, 0, DAYS - 20), 20)
    assert sold_out == pytest.approx(until_today, rel=0.2)
    assert unsold < 0.85 * sold_out


def test_a_report_of_stock_among_silent_days_makes_the_days_before_it_evidence() -> None:
    sales = np.array([[1, 1, 0, 0, 0, 0, 0, 0]], dtype=np.float32)
    report = np.full((1, 8), UNKNOWN, dtype=np.float32)
    report[0, 4] = 1
    told = told_stock(sales, report, np.array([0.0]))
    assert np.isnan(told[0, :4]).all()
    assert told[0, 4:].tolist() == [1, 0, 0, 0]


def test_an_empty_report_empties_the_shelf_back_to_the_last_sale_and_on_to_the_next() -> None:
    sales = np.array([[1, 0, 0, 0, 0, 1, 0]], dtype=np.float32)
    report = np.full((1, 7), UNKNOWN, dtype=np.float32)
    report[0, 3] = 0
    told = told_stock(sales, report, np.array([5.0]))
    assert told[0, 1:5].tolist() == [0, 0, 0, 0]
    assert np.isnan(told[0, [0, 5, 6]]).all()
    # The sale that emptied the shelf ended the observation, it is no sample of a day.
    assert observed_days(sales, told)[0].tolist() == [False, False, False, False, False, True, True]


def test_a_silence_too_long_for_the_sales_around_it_is_an_empty_shelf_and_a_plausible_one_is_not() -> None:
    busy = np.ones((1, DAYS), dtype=np.float32)
    busy[0, 100:200] = 0
    slow = sold_every(20, 0, DAYS)[None]
    slow[0, 100:200] = 0
    unknown = np.full((1, DAYS), UNKNOWN, dtype=np.float32)
    assert (told_stock(busy, unknown)[0, 100:200] == 0).all()
    assert np.isnan(told_stock(slow, unknown)).all()
    seen = unknown.copy()
    seen[0, 150] = 1
    assert np.isnan(told_stock(busy, seen)[0, 100:150]).all()


def test_chance_silences_are_rarely_taken_for_an_empty_shelf() -> None:
    sales = np.random.default_rng(5).poisson(0.4, (300, DAYS)).astype(np.float32)
    told = told_stock(sales, np.full(sales.shape, UNKNOWN, dtype=np.float32))
    assert (told == 0).mean() < 0.001


def test_a_listing_that_never_sold_in_a_year_of_stock_is_expected_to_sell_almost_nothing() -> None:
    in_stock = np.ones(DAYS, dtype=np.float32)
    known = forecast(np.zeros(DAYS), 20, in_stock)
    lately = forecast(np.zeros(DAYS), 20)
    assert known < lately < 0.1
    assert 0 < known < 0.01


def test_a_listing_that_never_sold_and_has_nothing_to_sell_is_expected_to_sell_nothing() -> None:
    assert forecast(np.zeros(DAYS), 0) == 0


def test_a_new_listing_whose_empty_shelf_is_reported_waits_for_goods() -> None:
    waiting = np.full(DAYS, UNKNOWN)
    waiting[-20:] = 0
    assert forecast(np.zeros(DAYS), 0, waiting) > 0.1


def test_a_listing_that_sold_out_long_ago_is_expected_to_sell_less_than_one_that_did_lately() -> None:
    lately, long_ago = (forecast(sold_every(2, 0, DAYS - age), 0) for age in (20, 200))
    assert 0 < long_ago < 0.4 * lately


def test_siblings_tell_of_a_new_listing_and_it_tells_nothing_about_itself() -> None:
    sales = np.vstack([np.zeros(DAYS), np.full(DAYS, 2.0), slow_neighbours()]).astype(np.float32)
    flags = np.ones_like(sales)
    flags[0, :-5] = UNKNOWN
    sales[0, :-5] = UNKNOWN
    groups = ["A", "A", *(f"S{row}" for row in range(sales.shape[0] - 2))]
    pool = learn_pool(sales, flags, groups, seeds_of([f"{row}" for row in range(len(groups))]), DAYS, HORIZON)
    state = demand_state(sales, flags, pool.season_of(groups), DAYS, HORIZON)
    prior = pool.prior_level(groups, state)
    assert prior[0] == pytest.approx(2, rel=0.02)
    assert prior[1] == pytest.approx(pool.typical_level)
    assert current_level(state, pool, groups)[1] == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize("change", [8.0, 1 / 8])
def test_a_level_that_changed_beyond_chance_is_believed_sooner_than_one_that_wavered(change: float) -> None:
    rng = np.random.default_rng(6)
    rate = np.where(np.arange(DAYS) < DAYS - 42, 1.0, change)
    changed = rng.poisson(rate, (200, DAYS)).astype(np.float32)
    seen = np.ones(changed.shape, dtype=bool)
    found = fitted_blend(weekly_levels(changed, seen, HALF_LIVES), changed, seen)[:, -1].mean()
    usual = weekly_levels(changed, seen, HALF_LIVES)[:, -1].mean(axis=0) @ np.array([0.2, 0.4, 0.4])
    assert abs(np.log(found / change)) < 0.6 * abs(np.log(usual / change))
    steady = rng.poisson(1.0, (200, DAYS)).astype(np.float32)
    levels = weekly_levels(steady, seen, HALF_LIVES)
    assert fitted_blend(levels, steady, seen)[:, -1].std() < 1.15 * (levels[:, -1] @ np.array([0.2, 0.4, 0.4])).std()


def test_in_stock_from_the_beginning_of_time_does_not_tell_when_a_listing_began() -> None:
    sales = np.array([[0, 0, 2, 0], [0, 0, 0, 0]], dtype=np.float32)
    flags = np.array([[1, 1, 1, 1], [1, 0, 1, 1]], dtype=np.float32)
    began = stock_since_start(sales, flags)
    assert np.isnan(began[0]).tolist() == [True, True, False, False]
    assert np.isnan(began[1]).tolist() == [True, False, False, False]
