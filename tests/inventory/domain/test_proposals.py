"""Proposals carry what a planner needs to decide, and their parts add up."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from services.inventory.domain.lead_time import Mode, TransitDistribution, learned_transit
from services.inventory.domain.outlook import forecast_quantiles
from services.inventory.domain.proposals import (
    Alternative,
    ListingFacts,
    ProposalRun,
    ReasonCode,
    UnderWay,
    conclude,
    decide_chunk,
    join_chunks,
    learn_from,
    proposal_block,
    propose,
)
from tests.inventory.domain.blocks import QUICK, random_sales

TODAY = date(2026, 3, 2)
LANES: dict[str, dict[Mode, TransitDistribution]] = {"US": {mode: learned_transit(mode, np.array([])) for mode in Mode}}
FREIGHT = {Mode.AIR: 5.0, Mode.FAST_SEA: 1.25, Mode.SLOW_SEA: 0.5}
SALES = random_sales(11, listings=12)


def listings(carton: int = 6) -> list[ListingFacts]:
    return [
        ListingFacts(
            f"listing-{row}", f"product-{row % 4}", "US", "USD" if row % 2 else "EUR", True,
            float(10 * SALES[row].mean() // 1), FREIGHT, 7.5, 6.0, 0.007,
            carton_units=carton, pool=f"product-{row % 4}", assumed=("goodwill",),
        )
        for row in range(SALES.shape[0])
    ]  # fmt: skip


def run(facts: list[ListingFacts], domestic: float = 10_000.0, shipped: float = 4.0) -> ProposalRun:
    under_way = [
        UnderWay(one.key, Mode.SLOW_SEA, shipped, TODAY - timedelta(20), TODAY + timedelta(25)) for one in facts
    ]
    stock = {f"product-{number}": domestic for number in range(4)}
    return propose(
        TODAY, 7, facts, SALES[: len(facts)], np.ones_like(SALES[: len(facts)]), under_way, LANES, stock, QUICK
    )


def test_lines_tie_to_outcomes_and_totals() -> None:
    found = run(listings())
    assert found.lines
    for outcome in found.outcomes:
        mine = [line for line in found.lines if line.listing_key == outcome.listing_key]
        assert sum(line.units for line in mine) == outcome.units
    for line in found.lines:
        assert line.units == line.cartons * 6
        assert line.cost > 0
    total = sum(found.cost_by_currency().values(), Decimal(0))
    assert total == sum((line.cost for line in found.lines), Decimal(0))


def test_a_line_says_when_it_arrives_and_what_it_is_for() -> None:
    for line in run(listings()).lines:
        early, middle, late = line.arrival_dates
        assert line.ship_date == TODAY < early <= middle <= late
        assert line.window_first_date == middle
        assert (line.window_last_date - line.window_first_date).days == 6
        assert 0 < line.short_probability <= 1
        assert 0 < line.expected_units_saved <= min(line.units, line.expected_short_units) + 1e-6
        assert line.reasons[0].code is ReasonCode.SHORT_IN_WINDOW
        assert line.assumed == ("goodwill",)


def test_a_line_of_single_units_is_cheaper_than_waiting_where_the_rule_is_no_looser_than_the_money() -> None:
    assert QUICK.air_factor >= 1 > QUICK.fast_factor
    found = run(listings(carton=1)).lines
    waiting = [line for line in found if line.runner_up.alternative is Alternative.WAIT and line.mode != Mode.FAST_SEA]
    assert waiting
    assert all(line.expected_cost <= line.runner_up.expected_cost for line in waiting)


@pytest.mark.parametrize(("mode", "faster"), [(Mode.SLOW_SEA, Mode.FAST_SEA), (Mode.FAST_SEA, Mode.AIR)])
def test_waiting_costs_the_next_chance_whatever_the_rule_is_tuned_to(mode: Mode, faster: Mode) -> None:
    lines = [line for line in run(listings(carton=1)).lines if line.mode == mode]
    next_chance = 0.9 * (FREIGHT[faster] + 0.2 * 6 / 365 * LANES["US"][faster].mean) + 0.1 * 15
    assert lines
    for line in lines:
        [reason] = [each for each in line.reasons if each.code is ReasonCode.WAITING_COSTS_MORE]
        assert reason.parameters["cost_of_waiting"] == pytest.approx(next_chance * line.expected_units_saved, abs=0.006)


def test_the_same_snapshot_gives_the_same_proposal() -> None:
    assert run(listings()) == run(listings())


def test_domestic_stock_bounds_the_lines_of_a_product_and_has_a_worth() -> None:
    found = run(listings(), domestic=30)
    for product in range(4):
        keys = {f"listing-{row}" for row in range(12) if row % 4 == product}
        assert sum(line.product_units for line in found.lines if line.listing_key in keys) <= 30
    assert found.worth_at_home
    assert any(reason.code is ReasonCode.CUT_BY_DOMESTIC_STOCK for line in found.lines for reason in line.reasons)


def test_a_product_nobody_has_at_home_is_not_shipped() -> None:
    facts = [replace(one, pool="elsewhere") for one in listings()]
    found = run(facts)
    assert found.lines == ()
    assert ReasonCode.NO_DOMESTIC_STOCK in {outcome.reasons[0].code for outcome in found.outcomes}


def test_cartons_are_those_of_the_product_whatever_the_pack() -> None:
    facts = [replace(one, units_each=5, carton_units=24, units_a_carton=24) for one in listings()]
    lines = run(facts).lines
    assert lines
    for line in lines:
        assert line.units % 24 == 0
        assert line.cartons * 24 == line.product_units


def test_product_units_count_the_units_in_a_multipack() -> None:
    facts = [replace(one, units_each=3) for one in listings()]
    for line in run(facts).lines:
        assert line.product_units == 3 * line.units


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"on_sale": False}, ReasonCode.NOT_ON_SALE),
        ({"lane": "MARS"}, ReasonCode.NO_LANE),
        ({"margin": 0.0}, ReasonCode.NO_PENALTY),
        ({"margin": 0.05}, ReasonCode.FREIGHT_COSTS_MORE),
        ({"on_hand": 100_000.0}, ReasonCode.COVERED),
    ],
)
def test_when_nothing_is_proposed_the_outcome_says_why(change: dict[str, object], code: ReasonCode) -> None:
    facts = [replace(one, **change) for one in listings()]  # type: ignore[arg-type]
    found = run(facts)
    assert found.lines == ()
    assert {outcome.reasons[0].code for outcome in found.outcomes} == {code}


def test_a_line_names_a_slower_way_only_where_there_is_one() -> None:
    both = [replace(one, freight={Mode.AIR: 5.0, Mode.FAST_SEA: 1.25}) for one in listings()]
    lines = run(both).lines
    assert {line.mode for line in lines} == {Mode.AIR, Mode.FAST_SEA}
    for line in lines:
        slower = [each for each in line.reasons if each.code is ReasonCode.SLOWER_COMES_TOO_LATE]
        assert len(slower) == (1 if line.mode == Mode.AIR else 0)
        for reason in slower:
            assert reason.parameters["mode"] == "fast_sea"
            assert int(str(reason.parameters["days"])) > 0


def test_chunks_in_children_give_what_one_process_gives() -> None:
    facts = listings()
    block = proposal_block(TODAY, 7, facts, SALES, np.ones_like(SALES), [], LANES)
    pool = learn_from(block)
    whole = conclude(TODAY, facts, block, decide_chunk(block, pool, QUICK), {})
    parts = [decide_chunk(block.rows(first, first + 5), pool, QUICK) for first in range(0, 12, 5)]
    assert conclude(TODAY, facts, block, join_chunks(parts, QUICK.samples), {}) == whole


def test_forecast_bands_are_ordered_and_proposed_units_lift_the_stock() -> None:
    facts = listings()[:3]
    block = proposal_block(TODAY, 7, facts, SALES[:3], np.ones_like(SALES[:3]), [], LANES)
    units = np.tile([5, 5, 50], (3, 1))
    for forecast in forecast_quantiles(block, learn_from(block), units, QUICK):
        for band in (forecast.demand, forecast.stock, forecast.stock_with):
            assert all((low <= high).all() for low, high in pairwise(band))
        assert (np.diff(forecast.demand, axis=1) >= 0).all()
        assert (forecast.stock_with >= forecast.stock).all()
        assert forecast.stock_with[1].sum() > forecast.stock[1].sum()
