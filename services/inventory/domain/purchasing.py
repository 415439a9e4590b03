"""Decides how much of each product to have made: the marginal rule with the production time in front."""

from dataclasses import dataclass

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.demand_paths import DemandPool, DemandState, cumulated_demand, current_level
from services.inventory.domain.lead_time import (
    FAST,
    SLOW,
    TransitDistribution,
    remaining_days,
    transit_samples,
)
from services.inventory.domain.projection import lost_between, lost_so_far
from services.inventory.domain.rationing import whole_cartons
from services.inventory.domain.replenishment import KNOWN_ARRIVAL_DAYS, PlanningBlock, block_state, pipeline_arrivals
from services.inventory.domain.stable_random import mixed, seeds_of, uniforms

PURCHASE_SAMPLES = 96
LONGEST_REACH = 300
LEAST_SHARE_OF_MINIMUM = 0.5  # a minimum order must find this share of itself sold within a year or to the end


@dataclass(frozen=True, slots=True)
class PurchaseRule:
    """Constants of the purchase rule: `factor` on the break-even, `cover_days` extra stock at home."""

    factor: float = 1.0
    cover_days: int = 7
    foresight: float = 0.9


@dataclass(frozen=True, slots=True)
class ProductPool:
    """Products at home: what is there, what is ordered, and how they are bought. Arrays over products.

    `pool` row of each listing's product (n listings), `units_each` product units per listing unit.
    Open orders are parallel arrays: product row, units, days until they come home (NaN unknown), age.
    """

    names: tuple[str, ...]
    domestic: FloatArray
    minimum: IntArray
    carton: IntArray
    pool: IntArray
    units_each: IntArray
    order_product: IntArray
    order_units: FloatArray
    order_age: IntArray
    order_in: FloatArray


def _shifted_in(supply: FloatArray, rows: IntArray, units: FloatArray, days: IntArray) -> None:
    """Add units on sampled days to daily supply (products, samples, days), those beyond it left out."""
    horizon = supply.shape[2]
    samples = np.arange(supply.shape[1])
    for row, quantity, when in zip(rows, units, days, strict=True):
        inside = when < horizon
        np.add.at(supply[row], (samples[inside], when[inside]), quantity)


def purchases(
    block: PlanningBlock,
    pool: DemandPool,
    products: ProductPool,
    production: TransitDistribution,
    shipped: IntArray,
    rule: PurchaseRule | None = None,
) -> IntArray:
    """Units to order of each product today, (products,), minimum and cartons respected.

    Each product's listings are projected as one: stock abroad and under way by its arrivals, stock at home
    and open orders one slow shipment later. An order placed today serves the window that begins production
    plus slow shipment from now and lasts a review and the cover at home; its q-th unit is ordered when
    P(short there >= q) reaches capital at home over the premium of hurrying it. A minimum order is placed when
    its expected gain pays for keeping all of it a review longer (Silver, Pyke & Thomas 2017, ch. 5).
    `shipped` (n, 3) are today's shipments, which leave the domestic stock.
    """
    rule = rule or PurchaseRule()
    count = len(products.names)
    samples = PURCHASE_SAMPLES
    slow_days = max((float(lane.days[-1]) for row in block.lanes for lane in row if lane is not None), default=0.0)
    reach = int(production.days[-1] + slow_days) + block.review_days + rule.cover_days + 1
    horizon = min(reach, LONGEST_REACH)
    horizon = horizon if block.days_left is None else max(1, min(horizon, block.days_left))
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    member = products.pool >= 0
    each = products.units_each.astype(np.float32)
    supply = np.zeros((count, samples, horizon), dtype=np.float32)
    level = np.zeros(count)
    holding = np.zeros(count)
    gain = np.zeros(count)
    weight = np.zeros(count)
    for first in range(0, block.size, 64):
        rows = slice(first, min(first + 64, block.size))
        part = block.rows(rows.start, rows.stop)
        state = block_state(part, pool)
        pace = current_level(state, pool, part.groups)
        daily = pipeline_arrivals(part, samples, horizon)
        daily[:, :, 0] += part.on_hand[:, None]
        demand = _long_demand(part, pool, state, samples, horizon)
        np.cumsum(daily, axis=2, out=daily)
        daily -= demand
        use = np.flatnonzero(member[rows])
        owner = products.pool[rows][use]
        np.add.at(supply, owner, daily[use] * each[rows][use, None, None])
        np.add.at(level, owner, (pace * part.on_sale * each[rows])[use])
        share = pace[use] + 1e-6
        cost = part.money.mode_cost
        slow = np.where(np.isnan(cost[:, SLOW]), 0, cost[:, SLOW])
        fast = np.where(np.isnan(cost[:, FAST]), part.money.penalty, np.minimum(cost[:, FAST], part.money.penalty))
        hurry = rule.foresight * fast + (1 - rule.foresight) * part.money.penalty - slow
        np.add.at(weight, owner, share)
        np.add.at(holding, owner, share * part.money.capital_day[use] / each[rows][use])
        np.add.at(gain, owner, share * hurry[use] / each[rows][use])
    holding = holding / np.maximum(weight, 1e-9) * block.review_days
    gain = gain / np.maximum(weight, 1e-9) + holding
    seeds = mixed(seeds_of(products.names), 0x61)
    lane = block.lanes[int(block.lane[0])] if block.size else (None, None, None)
    # A lane that nothing can be sent by any more has days too, for what is still under way on it.
    offered = ~np.isnan(block.money.mode_cost[0]) if block.size else np.zeros(3, dtype=bool)
    slowest = next((lane[mode] for mode in reversed(range(3)) if lane[mode] is not None and offered[mode]), None)
    onward = (
        transit_samples(slowest, uniforms(seeds[:1], samples)[0])
        if slowest is not None
        else np.zeros(samples, dtype=np.int32)
    )
    arriving = np.zeros_like(supply)
    left = products.domestic.astype(float).copy()
    sent = (shipped.sum(axis=1) * products.units_each)[member]
    np.add.at(left, products.pool[member], -sent)
    _shifted_in(arriving, np.arange(count), np.maximum(left, 0), np.tile(onward, (count, 1)))
    _add_shipped(arriving, block, products, shipped, samples)
    levels = (np.arange(samples) + 0.5) / samples
    draws = uniforms(mixed(seeds, 0x62), samples)
    for entry in range(products.order_units.size):
        expected = float(products.order_in[entry])
        if 0 <= expected <= KNOWN_ARRIVAL_DAYS:
            home = np.full(samples, round(expected))
        else:
            soonest = KNOWN_ARRIVAL_DAYS + 1 if expected > KNOWN_ARRIVAL_DAYS else 0
            home = remaining_days(production, int(products.order_age[entry]), soonest, levels)
            home = home[np.argsort(draws[products.order_product[entry]], kind="stable")]
        _shifted_in(
            arriving,
            products.order_product[entry : entry + 1],
            products.order_units[entry : entry + 1],
            (home + onward)[None],
        )
    supply += np.cumsum(arriving, axis=2)
    made = transit_samples(production, draws[0]) if count else np.zeros(samples, dtype=np.int32)
    begin = np.tile(made + onward, (count, 1))
    lost = lost_so_far(supply)
    short = lost_between(lost, begin, begin + block.review_days + rule.cover_days)
    short = -np.sort(-short, axis=1)
    threshold = np.minimum(rule.factor * holding / np.maximum(gain, 1e-9), 0.5)
    remaining = level * min(365, 365 if block.days_left is None else block.days_left)
    return _orders(short, threshold, products, remaining)


def _add_shipped(
    arriving: FloatArray, block: PlanningBlock, products: ProductPool, shipped: IntArray, samples: int
) -> None:
    for listing, mode in zip(*np.nonzero(shipped), strict=True):
        transit = block.lanes[int(block.lane[listing])][int(mode)]
        if products.pool[listing] < 0 or transit is None:
            continue
        days = transit_samples(transit, uniforms(mixed(block.seeds[listing : listing + 1], 0x63), samples)[0])
        _shifted_in(
            arriving,
            products.pool[listing : listing + 1],
            (shipped[listing, mode] * products.units_each[listing : listing + 1]).astype(float),
            days[None],
        )


def _long_demand(block: PlanningBlock, pool: DemandPool, state: DemandState, samples: int, horizon: int) -> FloatArray:
    """Cumulated demand, going on at the level's pace beyond the pool's horizon."""
    near = min(horizon, pool.horizon)
    total = np.zeros((block.size, samples, horizon), dtype=np.float32)
    total[:, :, :near] = cumulated_demand(state, pool, block.groups, mixed(block.seeds, 0x64), samples, near)
    if horizon > near:
        pace = total[:, :, near - 1] / near
        mean = np.sqrt(np.maximum(pace, 0) * current_level(state, pool, block.groups)[:, None])
        total[:, :, near:] = total[:, :, near - 1 : near] + np.floor(
            mean[:, :, None] * np.arange(1, horizon - near + 1, dtype=np.float32)
        )
    total *= block.on_sale[:, None, None]
    return total


def _orders(short: FloatArray, threshold: FloatArray, products: ProductPool, remaining: FloatArray) -> IntArray:
    samples = short.shape[1]
    ordered = np.zeros(len(products.names), dtype=np.int64)
    for row in range(ordered.size):
        rank = max(int(np.ceil(threshold[row] * samples - 1e-9)), 1)
        need = int(np.floor(short[row, rank - 1] + 1e-4))
        if need <= 0:
            continue
        quantity = whole_cartons(need, int(products.carton[row]), int(products.minimum[row]))
        gained = float(np.minimum(short[row], quantity).mean())
        if quantity > need and gained < threshold[row] * quantity:
            continue
        if remaining[row] < LEAST_SHARE_OF_MINIMUM * quantity:
            continue
        ordered[row] = quantity
    return ordered
