"""What the marginal rule must never do, whatever the demand, the stock and the costs."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.demand import corrected_level
from services.inventory.domain.demand_paths import DemandPool, learn_pool
from services.inventory.domain.domestic_pool import rationed
from services.inventory.domain.lead_time import AIR, FAST, SLOW
from services.inventory.domain.replenishment import (
    BlockDecision,
    Pipeline,
    PlanningBlock,
    decide_all,
    decide_block,
    planning_horizon,
)
from tests.inventory.domain.blocks import QUICK, block, fixed_lane, money, random_sales, with_stock

seeds = st.integers(0, 10_000)
SOME = settings(max_examples=25, deadline=None)


def pool_of(source: PlanningBlock) -> DemandPool:
    return learn_pool(
        source.sales,
        source.in_stock,
        source.groups,
        source.seeds,
        source.today,
        planning_horizon(source.lanes, source.review_days),
    )


def decided(source: PlanningBlock, pool: DemandPool | None = None) -> BlockDecision:
    return decide_block(source, pool or pool_of(source), QUICK)


def some_stock(seed: int, source_sales: FloatArray) -> FloatArray:
    days = np.random.default_rng(seed).uniform(0, 70, source_sales.shape[0])
    stock: FloatArray = np.floor(days * source_sales.mean(axis=1))
    return stock


def under_way(listings: int, units: float, age: int = 20) -> Pipeline:
    rows = np.arange(listings)
    return Pipeline(
        rows,
        np.full(listings, SLOW),
        np.full(listings, units),
        np.full(listings, age),
        np.full(listings, 45.0 - age),
    )


@SOME
@given(seeds, st.integers(1, 24))
def test_quantities_are_whole_cartons_and_never_negative(seed: int, carton: int) -> None:
    sales = random_sales(seed)
    units = decided(block(sales, some_stock(seed, sales), carton=carton)).units
    assert (units >= 0).all()
    assert (units % carton == 0).all()


@SOME
@given(seeds, st.floats(0, 40))
def test_more_on_hand_never_raises_the_total(seed: int, more: float) -> None:
    sales = random_sales(seed)
    some = block(sales, some_stock(seed, sales) + 1)
    pool = pool_of(some)
    fewer = decided(with_stock(some, some.on_hand + np.ceil(more)), pool).units.sum(axis=1)
    assert (fewer <= decided(some, pool).units.sum(axis=1)).all()


@SOME
@given(seeds, st.integers(1, 60), st.integers(1, 40))
def test_more_in_transit_never_raises_the_total(seed: int, units: int, age: int) -> None:
    sales = random_sales(seed)
    some = block(sales, some_stock(seed, sales))
    pool = pool_of(some)
    more = replace(some, pipeline=under_way(some.size, units, age))
    assert (decided(more, pool).units.sum(axis=1) <= decided(some, pool).units.sum(axis=1)).all()


@SOME
@given(st.integers(1, 30), st.integers(0, 80), st.integers(31, 50), st.integers(1, 3))
def test_a_longer_lead_time_never_lowers_the_slow_quantity(daily: int, stock: int, days: int, weeks: int) -> None:
    sales = np.full((1, 300), daily, dtype=np.float32)
    shorter = decided(block(sales, np.array([stock]), lane=(None, None, fixed_lane(1, 1, days)[2])))
    longer = decided(block(sales, np.array([stock]), lane=(None, None, fixed_lane(1, 1, days + 7 * weeks)[2])))
    assert longer.units[0, SLOW] >= shorter.units[0, SLOW]


@SOME
@given(seeds, st.floats(0.1, 20))
def test_a_dearer_air_lane_never_raises_the_air_quantity(seed: int, dearer: float) -> None:
    sales = random_sales(seed)
    some = block(sales, np.floor(some_stock(seed, sales) / 3))
    pool = pool_of(some)
    dear = replace(some, money=money(some.size, air=5 + dearer))
    assert (decided(dear, pool).units[:, AIR] <= decided(some, pool).units[:, AIR]).all()


@SOME
@given(seeds, st.floats(0, 60))
def test_a_higher_penalty_never_lowers_the_total(seed: int, more: float) -> None:
    sales = random_sales(seed)
    some = block(sales, some_stock(seed, sales))
    pool = pool_of(some)
    strict = replace(some, money=money(some.size, penalty=15 + more))
    assert (decided(strict, pool).units.sum(axis=1) >= decided(some, pool).units.sum(axis=1)).all()


@SOME
@given(seeds, st.integers(1, 60))
def test_planted_stock_out_days_do_not_lower_the_level(seed: int, planted: int) -> None:
    sales = random_sales(seed)
    days = np.random.default_rng(seed).choice(np.arange(150, 240), planted, replace=False)
    empty, flags = sales.copy(), np.ones_like(sales)
    empty[:, days] = 0
    unaware = corrected_level(empty, flags)
    flags[:, days] = 0
    assert (corrected_level(empty, flags) >= unaware - 1e-5).all()
    steady = np.full_like(sales, 3.0)
    steady[:, days] = 0
    assert corrected_level(steady, flags) == pytest.approx(3.0, rel=1e-5)


def test_unknown_days_are_not_days_without_sales() -> None:
    sales = np.full((1, 120), 4.0, dtype=np.float32)
    sales[0, 60:100] = np.nan
    assert corrected_level(sales, np.ones_like(sales))[0] == pytest.approx(4.0, rel=1e-5)


@SOME
@given(seeds, st.integers(1, 6))
def test_nothing_is_shipped_for_demand_before_the_earliest_arrival(seed: int, days_left: int) -> None:
    sales = random_sales(seed) + 1
    source = block(sales, np.zeros(sales.shape[0]), lane=fixed_lane(7, 30, 45), days_left=days_left)
    assert decided(source).units.sum() == 0


def test_what_is_certain_to_be_lost_before_an_arrival_is_not_ordered() -> None:
    sales = np.full((1, 300), 10.0, dtype=np.float32)
    source = block(sales, np.zeros(1), lane=(None, None, fixed_lane(1, 1, 40)[2]))
    assert decided(source).units[0].tolist() == [0, 0, 70]


def test_each_mode_serves_its_own_window_when_demand_is_certain() -> None:
    sales = np.full((1, 300), 2.0, dtype=np.float32)
    source = block(sales, np.array([24.0]), lane=fixed_lane(10, 30, 45))
    assert decided(source).units[0].tolist() == [10, 14, 14]


@SOME
@given(seeds, st.integers(0, 400), st.integers(1, 12))
def test_scarce_domestic_stock_is_never_exceeded(seed: int, stock: int, carton: int) -> None:
    sales = random_sales(seed)
    decision = decided(block(sales, np.zeros(5), carton=carton))
    pool = np.array([0, 0, 0, 1, -1])
    each = np.array([1, 2, 1, 1, 1])
    units, worth = rationed(decision, pool, np.array([stock, 50.0]), np.full(5, carton), each)
    taken = units.sum(axis=1) * each
    assert taken[:3].sum() <= stock
    assert taken[3] <= 50
    assert (units[4] == decision.units[4]).all()
    assert (units <= decision.units).all()
    assert (units % carton == 0).all()
    if (decision.units.sum(axis=1) * each)[:3].sum() <= stock:
        assert (units[:3] == decision.units[:3]).all()
        assert worth[0] == 0


def test_scarce_units_go_where_the_sale_is_worth_more() -> None:
    sales = np.full((2, 300), 3.0, dtype=np.float32)
    economics = money(2)
    economics.penalty[1] = 40.0
    decision = decided(block(sales, np.zeros(2), economics=economics))
    units, worth = rationed(decision, np.array([0, 0]), np.array([20.0]), np.array([1, 1]))
    assert units[1].sum() > units[0].sum()
    assert worth[0] > 0


def test_a_listing_is_decided_alike_alone_and_among_others() -> None:
    sales = random_sales(3, listings=70)
    source = block(sales, some_stock(3, sales), under_way(70, 5.0))
    pool = pool_of(source)
    together = decide_all(source, pool, QUICK).units
    for row in (0, 33, 69):
        assert (decide_block(source.rows(row, row + 1), pool, QUICK).units[0] == together[row]).all()


def test_the_same_inputs_give_the_same_decision_in_another_process_form() -> None:
    sales = random_sales(4)
    source = block(sales, some_stock(4, sales))
    pool = pool_of(source)
    copied_source, copied_pool = pickle.loads(pickle.dumps((source, pool)))
    again = decide_block(copied_source, copied_pool, QUICK)
    assert (again.units == decided(source, pool).units).all()


def test_a_listing_that_is_not_on_sale_gets_nothing() -> None:
    sales = random_sales(5) + 1
    source = replace(block(sales, np.zeros(5)), on_sale=np.zeros(5, dtype=bool))
    assert decided(source).units.sum() == 0


def test_a_launch_is_stocked_by_what_its_siblings_sell() -> None:
    sales = np.full((4, 300), 5.0, dtype=np.float32)
    sales[3] = 0
    source = replace(block(sales, np.array([100.0, 100, 100, 0])), groups=("A", "A", "B", "A"))
    assert decided(source).units[3].sum() > 0


def test_a_listing_whose_demand_died_is_no_longer_shipped_to() -> None:
    sales = np.full((2, 400), 5.0, dtype=np.float32)
    sales[1, 200:] = 0
    units = decided(block(sales, np.array([10.0, 10.0]))).units
    assert units[0].sum() > 0
    assert units[1].sum() == 0


def test_a_mode_that_is_not_offered_is_not_used() -> None:
    sales = random_sales(6) + 1
    lane = fixed_lane(10, 30, 45)
    source = block(sales, np.zeros(5), lane=(None, lane[1], lane[2]))
    source.money.mode_cost[:, AIR] = np.nan
    units = decided(source).units
    assert units[:, AIR].sum() == 0
    assert units[:, FAST].sum() > 0
