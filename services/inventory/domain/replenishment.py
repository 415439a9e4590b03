"""Decides how many units of each listing to ship today by air, fast sea and slow sea: the marginal rule."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from services.inventory.domain.arrays import BoolArray, FloatArray, IntArray
from services.inventory.domain.demand_paths import (
    DemandPool,
    DemandState,
    cumulated_demand,
    current_level,
    demand_state,
)
from services.inventory.domain.economics import FORESIGHT, ModeStakes, UnitEconomics, mode_stakes
from services.inventory.domain.lead_time import (
    AIR,
    FAST,
    SLOW,
    TransitDistribution,
    remaining_days,
    transit_samples,
)
from services.inventory.domain.projection import lost_between, lost_so_far
from services.inventory.domain.stable_random import SeedArray, mixed, uniforms

LONGEST_HORIZON = 150
KNOWN_ARRIVAL_DAYS = 7  # an arrival this near is exact


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Constants of the rule, set by backtest."""

    samples: int = 192
    foresight: float = FORESIGHT
    air_factor: float = 1.0
    fast_factor: float = 0.5
    slow_factor: float = 1.5


DEFAULT_RULE = RuleSettings()


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Shipments under way as parallel arrays: whose, how, how many, how old, expected in how many days.

    `expected_in` NaN = nothing announced. `trust` chance that an arrival announced for the next days is exact;
    with the rest it was a usual date that has not been withdrawn, and the shipment is late.
    """

    listing: IntArray
    mode: IntArray
    units: FloatArray
    age_days: IntArray
    expected_in: FloatArray
    trust: FloatArray | None = None

    def of_rows(self, first: int, end: int) -> "Pipeline":
        """The part that belongs to listings first..end-1, renumbered from 0."""
        inside = (self.listing >= first) & (self.listing < end)
        return Pipeline(
            self.listing[inside] - first,
            self.mode[inside],
            self.units[inside],
            self.age_days[inside],
            self.expected_in[inside],
            None if self.trust is None else self.trust[inside],
        )


def empty_pipeline() -> Pipeline:
    """Nothing under way."""
    none = np.zeros(0, dtype=np.int64)
    return Pipeline(none, none, np.zeros(0), none, np.zeros(0))


@dataclass(frozen=True, slots=True)
class PlanningBlock:
    """Everything the rule needs about n listings; picklable, so that it can be decided in a child process.

    `sales` and `in_stock` (n, days) end yesterday. `lanes` are the transit distributions of each marketplace
    in the order air, fast, slow (None = not offered); `lane` says which row each listing uses. `days_left`
    counts the days whose lost sales still matter, None = no end. `carton` units that must ship together.
    """

    seeds: SeedArray
    groups: tuple[str, ...]
    today: int
    review_days: int
    days_left: int | None
    sales: FloatArray
    in_stock: FloatArray
    on_sale: BoolArray
    on_hand: FloatArray
    pipeline: Pipeline
    money: UnitEconomics
    lanes: tuple[tuple[TransitDistribution | None, ...], ...]
    lane: IntArray
    carton: IntArray

    @property
    def size(self) -> int:
        """Number of listings."""
        return len(self.groups)

    def rows(self, first: int, end: int) -> "PlanningBlock":
        """Listings first..end-1 as a block of their own."""
        part = slice(first, end)
        money = self.money
        return PlanningBlock(
            self.seeds[part],
            self.groups[part],
            self.today,
            self.review_days,
            self.days_left,
            self.sales[part],
            self.in_stock[part],
            self.on_sale[part],
            self.on_hand[part],
            self.pipeline.of_rows(first, end),
            UnitEconomics(
                money.mode_cost[part],
                money.hold_day[part],
                money.penalty[part],
                money.cogs[part],
                money.capital_day[part],
            ),
            self.lanes,
            self.lane[part],
            self.carton[part],
        )


@dataclass(frozen=True, slots=True)
class BlockDecision:
    """What the rule decided for n listings.

    `units` (n, 3) whole cartons. `shortage` (n, 3, samples): units short in each mode's window without that
    mode's line, in falling order. `stakes` what one unit risks and saves. `level` units a day.
    """

    units: IntArray
    shortage: FloatArray
    stakes: ModeStakes
    thresholds: FloatArray
    level: FloatArray


@dataclass(frozen=True)
class Futures:
    """Sampled futures of n listings, same draws everywhere they are used.

    `demand` cumulated (n, samples, days); `supply` stock plus arrivals minus demand, without new shipments;
    `arrival` day on which a shipment leaving today arrives (n, 3, samples), -1 where not offered; `level`
    units a day (n,), without season.
    """

    demand: FloatArray
    supply: FloatArray
    arrival: IntArray
    level: FloatArray

    @cached_property
    def lost(self) -> FloatArray:
        """Units lost so far without new shipments (n, samples, days); decisions and prospects both begin with it."""
        return lost_so_far(self.supply)


@lru_cache(maxsize=8)
def _orders(samples: int) -> IntArray:
    """A fixed table of random orders; entries of different purpose take different rows."""
    draws = uniforms(mixed(np.arange(509, dtype=np.uint64), 0x77), samples)
    return np.argsort(draws, axis=1, kind="stable")


def _order_rows(seeds: SeedArray, salt: int) -> IntArray:
    return (mixed(seeds, salt) % np.uint64(509)).astype(np.int64)


def planning_horizon(lanes: tuple[tuple[TransitDistribution | None, ...], ...], review_days: int) -> int:
    """Days to look ahead: the slowest shipment of today and of the next review must have arrived."""
    slowest = max((float(lane.days[-1]) for row in lanes for lane in row if lane is not None), default=0.0)
    return int(min(np.ceil(slowest) + review_days + 1, LONGEST_HORIZON))


def sampled_arrivals(block: PlanningBlock, samples: int) -> IntArray:
    """Days until a shipment leaving today arrives, (n, 3, samples); -1 where the mode is not offered."""
    levels = (np.arange(samples) + 0.5) / samples
    table = np.full((len(block.lanes), 3, samples), -1, dtype=np.int32)
    for row, lane in enumerate(block.lanes):
        for mode, transit in enumerate(lane):
            if transit is not None:
                table[row, mode] = transit_samples(transit, levels)
    arrival = table[block.lane]
    for mode in (AIR, FAST, SLOW):
        order = _orders(samples)[_order_rows(block.seeds, 0x31 + mode)]
        arrival[:, mode] = np.take_along_axis(arrival[:, mode], order, axis=1)
    offered = ~np.isnan(block.money.mode_cost)
    return np.where(offered[:, :, None], arrival, -1)


def pipeline_arrivals(block: PlanningBlock, samples: int, horizon: int) -> FloatArray:
    """Units arriving per sample and day, (n, samples, horizon)."""
    pipeline = block.pipeline
    n = block.size
    if pipeline.listing.size == 0:
        return np.zeros((n, samples, horizon), dtype=np.float32)
    levels = (np.arange(samples) + 0.5) / samples
    known: dict[tuple[int, int, int, float, float], IntArray] = {}
    trust = np.ones(pipeline.listing.size) if pipeline.trust is None else pipeline.trust
    days = np.zeros((pipeline.listing.size, samples), dtype=np.int64)
    lane_of = block.lane[pipeline.listing]
    for entry in range(pipeline.listing.size):
        key = (
            int(lane_of[entry]),
            int(pipeline.mode[entry]),
            int(pipeline.age_days[entry]),
            float(pipeline.expected_in[entry]),
            float(trust[entry]),
        )
        if key not in known:
            known[key] = _days_to_arrival(block.lanes[key[0]][key[1]], key[2], key[3], key[4], levels)
        days[entry] = known[key]
    salt = mixed(block.seeds[pipeline.listing], 0x41) + (
        pipeline.age_days.astype(np.uint64) * np.uint64(3) + pipeline.mode.astype(np.uint64)
    )
    order = _orders(samples)[_order_rows(salt, 0x42)]
    days = np.take_along_axis(days, order, axis=1)
    cell = (pipeline.listing[:, None] * samples + np.arange(samples)[None, :]) * horizon + days
    inside = days < horizon
    units = np.broadcast_to(pipeline.units[:, None], days.shape)
    total = np.bincount(cell[inside], weights=units[inside], minlength=n * samples * horizon)
    return total.reshape(n, samples, horizon).astype(np.float32)


def _days_to_arrival(
    transit: TransitDistribution | None, age: int, expected_in: float, trust: float, levels: FloatArray
) -> IntArray:
    near = 0 <= expected_in <= KNOWN_ARRIVAL_DAYS
    if transit is None or (near and trust >= 1):
        return np.full(levels.size, round(expected_in) if expected_in > 0 else 0, dtype=np.int32)
    if not near:
        not_before = KNOWN_ARRIVAL_DAYS + 1 if expected_in > KNOWN_ARRIVAL_DAYS else 0
        return remaining_days(transit, age, not_before, levels)
    late = remaining_days(transit, age, KNOWN_ARRIVAL_DAYS + 1, np.clip((levels - trust) / (1 - trust), 0, 1))
    return np.where(levels < trust, np.int32(round(expected_in)), late)


def block_state(block: PlanningBlock, pool: DemandPool) -> DemandState:
    """The block's histories made ready with what the pool knows of their season."""
    return demand_state(
        block.sales, block.in_stock, pool.season_of(block.groups), block.today, pool.horizon, block.on_hand
    )


def sample_futures(block: PlanningBlock, pool: DemandPool, samples: int) -> Futures:
    """Draw demand, arrivals and lead times; every draw depends on the listing's seed alone."""
    horizon = min(planning_horizon(block.lanes, block.review_days), pool.horizon)
    if block.days_left is not None:
        horizon = max(1, min(horizon, block.days_left))
    state = block_state(block, pool)
    demand = cumulated_demand(state, pool, block.groups, block.seeds, samples, horizon)
    if not block.on_sale.all():
        demand *= block.on_sale[:, None, None]
    supply = pipeline_arrivals(block, samples, horizon)
    coming = np.unique(block.pipeline.listing)  # most listings have nothing under way, and no arrivals to sum
    supply[coming] = np.cumsum(supply[coming], axis=2)
    supply += block.on_hand[:, None, None].astype(np.float32)
    supply -= demand
    level = current_level(state, pool, block.groups) * block.on_sale
    return Futures(demand, supply, sampled_arrivals(block, samples), level)


def _worthwhile_units(shortage: FloatArray, threshold: FloatArray) -> FloatArray:
    """Largest q with P(shortage >= q) >= threshold; `shortage` (n, samples) falling."""
    samples = shortage.shape[1]
    rank = np.ceil(np.nan_to_num(threshold, nan=2.0, posinf=2.0) * samples - 1e-9).astype(np.int64)
    found = np.take_along_axis(shortage, np.clip(rank - 1, 0, samples - 1)[:, None], axis=1)[:, 0]
    units: FloatArray = np.where(rank <= samples, np.floor(found + 1e-4), 0.0)
    return units


def _in_cartons(units: FloatArray, carton: IntArray, shortage: FloatArray, threshold: FloatArray) -> FloatArray:
    """The whole cartons around `units` of the greater expected gain: E min(short, q) against threshold x q."""
    size = np.maximum(carton, 1)
    if (size == 1).all():
        return units
    lower = np.floor(units / size) * size
    upper = np.ceil(units / size) * size

    def worth(quantity: FloatArray) -> FloatArray:
        gained: FloatArray = np.minimum(shortage, quantity[:, None]).mean(axis=1)
        net: FloatArray = gained - np.nan_to_num(threshold, nan=2.0, posinf=2.0) * quantity
        return net

    best: FloatArray = np.where(worth(upper) > worth(lower), upper, lower)
    return best


def decide(block: PlanningBlock, futures: Futures, rule: RuleSettings, carton: IntArray | None = None) -> BlockDecision:
    """Formula 10: ship the q-th unit by a mode if P(short in its window >= q) reaches the break-even.

    The window of a mode runs from the arrival of today's shipment to the arrival of the next review's. Air is
    decided first, then fast, then slow; stock is projected again where something is shipped. Nothing is shipped for
    demand before the earliest arrival, as the window begins there.
    """
    stakes = mode_stakes(block.money, block.review_days, rule.foresight)
    factors = np.array([rule.air_factor, rule.fast_factor, rule.slow_factor])
    with np.errstate(divide="ignore", invalid="ignore"):
        thresholds = np.where(stakes.gain > 1e-12, np.maximum(stakes.stake, 0) / stakes.gain, np.inf) * factors
    thresholds = np.maximum(thresholds, 1e-6)
    n, samples, horizon = futures.supply.shape
    units = np.zeros((n, 3), dtype=np.int64)
    shortage = np.zeros((n, 3, samples), dtype=np.float32)
    supply, lost = futures.supply, futures.lost
    days = np.arange(horizon, dtype=np.int32)
    carton = block.carton if carton is None else carton
    for mode in (AIR, FAST, SLOW):
        offered = futures.arrival[:, mode, 0] >= 0
        if not offered.any():
            continue
        arrival = futures.arrival[:, mode]
        short = lost_between(lost, arrival, arrival + block.review_days)
        short = np.where(offered[:, None], short, 0)
        short = -np.sort(-short, axis=1)
        shortage[:, mode] = short
        wanted = _worthwhile_units(short, np.where(offered, thresholds[:, mode], np.inf))
        wanted = _in_cartons(wanted, carton, short, thresholds[:, mode])
        units[:, mode] = wanted.astype(np.int64)
        shipped = np.flatnonzero(wanted > 0)
        if shipped.size and mode != SLOW:
            if supply is futures.supply:
                supply, lost = supply.copy(), lost.copy()
            supply[shipped] += wanted[shipped, None, None].astype(np.float32) * (
                days[None, None, :] >= arrival[shipped, :, None]
            )
            lost[shipped] = lost_so_far(supply[shipped])
    return BlockDecision(units, shortage, stakes, thresholds, futures.level)


def decide_block(block: PlanningBlock, pool: DemandPool, rule: RuleSettings = DEFAULT_RULE) -> BlockDecision:
    """Sample the futures of a block and decide it. Pure; the same inputs give the same decision."""
    return decide(block, sample_futures(block, pool, rule.samples), rule)


def decide_all(
    block: PlanningBlock,
    pool: DemandPool,
    rule: RuleSettings = DEFAULT_RULE,
    rows: int = 64,
    progress: Callable[[int], None] | None = None,
) -> BlockDecision:
    """Decide any number of listings in blocks that fit the processor's cache."""
    parts: list[BlockDecision] = []
    for first in range(0, block.size, rows):
        parts.append(decide_block(block.rows(first, min(first + rows, block.size)), pool, rule))
        if progress is not None:
            progress(min(first + rows, block.size))
    return join(parts, rule.samples)


def join(parts: list[BlockDecision], samples: int) -> BlockDecision:
    """Decisions of consecutive blocks as one."""
    if not parts:
        none = np.zeros((0, 3))
        return BlockDecision(
            none.astype(np.int64), np.zeros((0, 3, samples)), ModeStakes(none, none), none, np.zeros(0)
        )
    return BlockDecision(
        np.concatenate([part.units for part in parts]),
        np.concatenate([part.shortage for part in parts]),
        ModeStakes(
            np.concatenate([part.stakes.stake for part in parts]),
            np.concatenate([part.stakes.gain for part in parts]),
        ),
        np.concatenate([part.thresholds for part in parts]),
        np.concatenate([part.level for part in parts]),
    )
