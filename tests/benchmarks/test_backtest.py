"""The race is fair: nobody beats the clairvoyant, nobody sells what is not there, nobody sees lost sales."""

from dataclasses import replace

import numpy as np
import pytest

from services.inventory.domain.arrays import IntArray
from services.inventory.domain.replenishment import RuleSettings
from tests.benchmarks.backtest import (
    NOTHING,
    View,
    World,
    clairvoyant,
    days_of_cover,
    make_world,
    marginal_rule,
    normal_stock,
    replay,
    with_home,
)
from tests.benchmarks.demand_data import made_years

WORLD = make_world(made_years(6, days=700), 420, 520)


def nothing(world: World, view: View) -> tuple[IntArray, IntArray]:
    return np.zeros((view.on_hand.size, 3), dtype=np.int64), NOTHING


@pytest.mark.parametrize(
    "policy", [nothing, days_of_cover(14), normal_stock(2.0), marginal_rule(RuleSettings(samples=32))]
)
def test_no_policy_beats_the_clairvoyant_and_parts_add_up(policy: object) -> None:
    result = replay(WORLD, policy)  # type: ignore[arg-type]
    assert result.total > clairvoyant(WORLD)
    assert result.total == pytest.approx(result.by_listing.sum())
    assert result.total == pytest.approx(result.freight + result.holding + result.lost - result.end_value)


def test_shipping_nothing_loses_all_that_the_first_stock_cannot_serve() -> None:
    demand = WORLD.data.demand[:, WORLD.start : WORLD.end].sum(axis=1)
    unserved = np.maximum(demand - WORLD.first_stock, 0)
    result = replay(WORLD, nothing)
    assert result.lost == pytest.approx(float((unserved * WORLD.penalty).sum()))
    assert result.freight == 0


def test_a_policy_sees_sales_not_demand() -> None:
    seen: list[View] = []

    def watch(world: World, view: View) -> tuple[IntArray, IntArray]:
        seen.append(view)
        return nothing(world, view)

    replay(WORLD, watch)
    last = seen[-1]
    sold = last.sales[:, WORLD.start :].sum(axis=1)
    assert (sold <= WORLD.first_stock).all()
    assert (last.in_stock[:, -1] == (last.on_hand > 0)).all()
    assert last.sales.shape[1] == last.today


def test_a_policy_cannot_ship_more_than_there_is_at_home() -> None:
    def greedy(world: World, view: View) -> tuple[IntArray, IntArray]:
        assert view.products is not None
        return np.full((view.on_hand.size, 3), 10_000), np.zeros(len(view.products.names), dtype=np.int64)

    with pytest.raises(ValueError, match="more than there is at home"):
        replay(with_home(WORLD), greedy)


def test_the_rule_with_a_finite_warehouse_buys_and_costs_more_than_without() -> None:
    rule = marginal_rule(RuleSettings(samples=32))
    assert replay(with_home(WORLD), rule).total > replay(WORLD, rule).total


def test_a_worse_lead_time_costs_the_clairvoyant_more() -> None:
    late = replace(WORLD, lead=WORLD.lead + 10)
    assert clairvoyant(late) > clairvoyant(WORLD)
