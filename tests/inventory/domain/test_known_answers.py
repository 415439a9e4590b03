"""The worked examples of the replenishment rules, to the digits they are published with."""

import numpy as np
import pytest

from services.inventory.domain.demand import (
    DemandClass,
    censored_poisson_rate,
    corrected_level,
    demand_pattern,
    velocity,
)
from services.inventory.domain.demand_paths import DemandPool, demand_state
from services.inventory.domain.economics import (
    UnitEconomics,
    break_even,
    holding_per_day,
    mode_cost,
    mode_stakes,
    newsvendor_quantity,
)
from services.inventory.domain.forecast_measures import bias, coverage, pinball_loss, weighted_error
from services.inventory.domain.lead_time import AIR, FAST, SLOW, fixed_transit
from services.inventory.domain.lead_time_demand import (
    lead_time_demand,
    negative_binomial_quantile,
    negative_binomial_variance,
    normal_safety_stock,
)
from services.inventory.domain.point_forecasts import (
    adida,
    croston,
    exponential_smoothing,
    imapa,
    syntetos_boylan,
    teunter_syntetos_babai,
)
from services.inventory.domain.projection import first_short_day, project
from services.inventory.domain.rationing import (
    expected_sales_value,
    fair_share,
    share_by_value,
    whole_cartons,
)
from services.inventory.domain.replenishment import (
    Futures,
    Pipeline,
    PlanningBlock,
    RuleSettings,
    decide,
    pipeline_arrivals,
    sampled_arrivals,
)
from services.inventory.domain.stable_random import seeds_of

SERIES = np.array([0, 0, 3, 0, 0, 0, 2, 0, 1, 0, 0, 4], dtype=float)
MEANS, DEVIATIONS, MARGINS = np.array([200.0, 150, 100]), np.array([40.0, 50, 20]), np.array([9.0, 7, 5])


def test_velocity_weights_the_last_7_14_and_30_days() -> None:
    assert velocity(70, 112, 180) == pytest.approx(8.6)


def test_textbook_means_of_an_intermittent_series() -> None:
    state = croston(SERIES, 0.1)
    assert (state.size, state.interval) == pytest.approx((2.839, 2.991))
    assert state.mean == pytest.approx(0.9491808760, abs=1e-10)
    assert syntetos_boylan(SERIES, 0.1) == pytest.approx(0.9017218322, abs=1e-10)
    assert teunter_syntetos_babai(SERIES, 0.1, 0.1) == pytest.approx(0.7684918878, abs=1e-10)
    assert exponential_smoothing(SERIES, 0.1) == pytest.approx(0.7072241467, abs=1e-10)
    assert adida(SERIES) == pytest.approx(0.9523333333, abs=1e-9)
    assert imapa(SERIES) == pytest.approx(0.9260408297, abs=1e-7)


def test_series_with_long_gaps_and_even_sizes_is_intermittent() -> None:
    pattern = demand_pattern(SERIES)
    assert pattern.demand_class is DemandClass.INTERMITTENT
    assert (pattern.mean_interval, pattern.size_cv2) == pytest.approx((3.0, 0.2))


def test_moments_of_lead_time_demand_and_the_normal_safety_stock() -> None:
    demand = lead_time_demand(10, 4, 45, 6, 7)
    assert (demand.mean, demand.deviation) == pytest.approx((520, 66.5732679084))
    stock = normal_safety_stock(demand, 0.95, 10, 7)
    assert stock.safety_stock == pytest.approx(109.5032811771)
    assert stock.order_up_to == pytest.approx(629.5032811771)
    assert stock.short_per_cycle == pytest.approx(1.3909125588)
    assert stock.fill_rate == pytest.approx(0.9801298206)


@pytest.mark.parametrize(
    ("mean", "variance", "quantiles"),
    [(520.0, 24856.0, [504, 729, 803, 954]), (5.2, 7.6336, [5, 9, 10, 13])],
)
def test_negative_binomial_quantiles(mean: float, variance: float, quantiles: list[int]) -> None:
    assert negative_binomial_variance(mean, 0.09) == pytest.approx(variance)
    assert [negative_binomial_quantile(mean, 0.09, p) for p in (0.5, 0.9, 0.95, 0.99)] == quantiles


def test_sold_out_days_raise_a_poisson_rate_and_days_without_stock_say_nothing() -> None:
    assert censored_poisson_rate(100, 20, [3] * 5) == pytest.approx(5.113641, abs=5e-6)
    assert censored_poisson_rate(100, 20, [0] * 5) == 5.0


def test_corrected_level_leaves_out_days_without_stock() -> None:
    sales = np.array([[5.0] * 20 + [0.0] * 5])
    flags = np.array([[1.0] * 20 + [0.0] * 5])
    assert corrected_level(sales, flags)[0] == pytest.approx(5.0, rel=1e-5)


def costs() -> UnitEconomics:
    freight, days = np.array([[5, 1.25, 0.5]]), np.array([10, 30, 45])
    return UnitEconomics(
        mode_cost(freight, np.array(6.0), 0.2, days),
        np.array([holding_per_day(6, 0.2, 0.007)]),
        np.array([15.0]),
        np.array([6.0]),
        np.array([0.2 * 6 / 365]),
    )


def test_mode_costs_and_holding() -> None:
    money = costs()
    assert money.mode_cost[0] == pytest.approx([5.0328767123, 1.3486301370, 0.6479452055])
    assert money.hold_day[0] == pytest.approx(0.0102876712)
    assert 7 * money.hold_day[0] == pytest.approx(0.0720136986)


def test_break_even_probabilities_when_trouble_is_always_seen_in_time() -> None:
    stakes = mode_stakes(costs(), 7, foresight=1.0)
    shares = stakes.stake[0] / stakes.gain[0]
    assert shares[AIR] == pytest.approx(0.3089936246)
    assert shares[FAST] == pytest.approx(0.1733695602)
    assert shares[SLOW] == pytest.approx(0.0931976528)
    money = costs()
    cost = money.mode_cost[0]
    assert break_even(cost[AIR], money.penalty, cost[SLOW], 7 * money.hold_day)[0] == pytest.approx(0.3089936246)


def test_projection_with_lost_sales() -> None:
    arrivals = np.zeros(60)
    arrivals[12], arrivals[40] = 50, 200
    course = project(np.array(120.0), np.full(60, 6.0), arrivals)
    short = int(first_short_day(course.lost))
    assert short == 28
    assert 6 - course.lost[short] == 2
    assert course.lost[39] == 70
    assert course.stock[59] == 80


def test_scarce_stock_by_fair_share_and_by_value() -> None:
    z, fair = fair_share(420, MEANS, DEVIATIONS)
    assert z == pytest.approx(-0.2727272727)
    assert fair == pytest.approx([189.0909, 136.3636, 94.5455], abs=1e-4)
    worth, valued = share_by_value(420, MEANS, DEVIATIONS, MARGINS)
    assert worth == pytest.approx(4.2170763119, abs=1e-8)
    assert valued == pytest.approx([203.1552, 137.0168, 79.8281], abs=2e-4)
    assert expected_sales_value(valued, MEANS, DEVIATIONS, MARGINS) == pytest.approx(2921.3246, abs=5e-4)
    assert expected_sales_value(fair, MEANS, DEVIATIONS, MARGINS) == pytest.approx(2904.4586, abs=5e-4)
    proportional = 420 * MEANS / MEANS.sum()
    assert expected_sales_value(proportional, MEANS, DEVIATIONS, MARGINS) == pytest.approx(2902.3049, abs=5e-4)


@pytest.mark.parametrize(("need", "minimum", "answer"), [(133, 0, 144), (133, 240, 240), (10, 0, 24), (0, 240, 0)])
def test_rounding_to_cartons_of_24(need: int, minimum: int, answer: int) -> None:
    assert whole_cartons(need, 24, minimum) == answer


def test_pinball_loss() -> None:
    loss = pinball_loss(np.array(110.0), np.array([100.0, 80, 130]), 0.9)
    assert loss == pytest.approx([1, 3, 18])
    assert loss.mean() == pytest.approx(22 / 3)


def test_error_measures_of_a_sum() -> None:
    forecast, actual = np.array([10.0, 20]), np.array([12.0, 16])
    assert weighted_error(forecast, actual) == pytest.approx(6 / 28)
    assert bias(forecast, actual) == pytest.approx(2 / 28)
    assert coverage(np.array([12.0, 15]), actual) == 0.5


def test_newsvendor_at_the_critical_ratio() -> None:
    assert newsvendor_quantity(0.70, 0.18, 50, 8) == pytest.approx(56.6039559274)


def deterministic_block(day: int, stock: float, pipeline: Pipeline) -> PlanningBlock:
    return PlanningBlock(
        seeds_of(["one"]),
        ("one",),
        day,
        7,
        None,
        np.ones((1, 30), dtype=np.float32),
        np.ones((1, 30), dtype=np.float32),
        np.array([True]),
        np.array([stock]),
        pipeline,
        costs(),
        ((fixed_transit(10), fixed_transit(30), fixed_transit(45)),),
        np.array([0]),
        np.array([1]),
    )


def test_three_modes_without_chance_cost_what_the_linear_programme_says() -> None:
    lead = (10, 30, 45)
    rule = RuleSettings(samples=1, foresight=1.0, air_factor=1, fast_factor=1, slow_factor=1)
    on_hand, total, lost = 20.0, 0.0, 0.0
    under_way: list[tuple[int, int, int]] = []  # arrival, mode, units
    shipped: dict[int, dict[int, int]] = {AIR: {}, FAST: {}, SLOW: {}}
    money = costs()
    for day in range(84):
        if day % 7 == 0 and day <= 77:
            open_ = [entry for entry in under_way if entry[0] >= day]
            pipeline = Pipeline(
                np.zeros(len(open_), dtype=np.int64),
                np.array([entry[1] for entry in open_], dtype=np.int64),
                np.array([entry[2] for entry in open_], dtype=float),
                np.array([day - (entry[0] - lead[entry[1]]) for entry in open_], dtype=np.int64),
                np.array([entry[0] - day for entry in open_], dtype=float),
            )
            block = deterministic_block(day, on_hand, pipeline)
            horizon = 60
            days = np.arange(day, day + horizon)
            demand = np.cumsum((days < 84).astype(np.float32))[None, None]
            arrivals = np.cumsum(pipeline_arrivals(block, 1, horizon), axis=2)
            supply = on_hand + arrivals - demand
            decision = decide(block, Futures(demand, supply, sampled_arrivals(block, 1), np.ones(1)), rule)
            for mode in (AIR, FAST, SLOW):
                units = int(decision.units[0, mode])
                if units:
                    shipped[mode][day] = units
                    under_way.append((day + lead[mode], mode, units))
                    total += units * float(money.mode_cost[0, mode])
        on_hand += sum(units for arrival, _, units in under_way if arrival == day)
        sold = min(on_hand, 1.0)
        lost += 1 - sold
        on_hand -= sold
        total += on_hand * float(money.hold_day[0]) + (1 - sold) * 15
    assert lost == 0
    assert shipped[AIR] == {7: 4, 14: 6}
    assert shipped[FAST] == {0: 7, 7: 7, 14: 1}
    assert shipped[SLOW] == {0: 7, 7: 7, 14: 7, 21: 7, 28: 7, 35: 4}
    assert total == pytest.approx(99.6962465753)


def test_the_pool_of_an_unknown_group_has_no_season_and_the_usual_level() -> None:
    season = np.full((1, 52), 2.0, dtype=np.float32)
    nothing = np.zeros((0, 10))
    pool = DemandPool(
        10, nothing, nothing[:, :2], nothing[:, 0], np.zeros(5), np.ones(5), season, np.array([3.0]), np.array([2.0]),
        0.5, {"a": 0},
    )  # fmt: skip
    assert pool.season_of(["a", "b"])[:, 0].tolist() == [2.0, 1.0]
    just_sold = np.full((2, 30), np.nan)
    just_sold[:, -1] = 1
    state = demand_state(just_sold, np.ones((2, 30)), pool.season_of(["a", "b"]), 30, 10)
    assert pool.prior_level(["a", "b"], state).tolist() == [3.0, 0.5]
