"""Small planning blocks for tests of the rule."""

from dataclasses import replace

import numpy as np

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.economics import UnitEconomics, holding_per_day, mode_cost
from services.inventory.domain.lead_time import MODES, TransitDistribution, fixed_transit, learned_transit
from services.inventory.domain.replenishment import Pipeline, PlanningBlock, RuleSettings, empty_pipeline
from services.inventory.domain.stable_random import seeds_of

TODAY = 1000
QUICK = RuleSettings(samples=64)
TYPICAL_LANE: tuple[TransitDistribution | None, ...] = tuple(learned_transit(mode, np.array([])) for mode in MODES)


def fixed_lane(air: float, fast: float, slow: float) -> tuple[TransitDistribution | None, ...]:
    """A lane whose shipments always take the same time."""
    return (fixed_transit(air), fixed_transit(fast), fixed_transit(slow))


def random_sales(seed: int, listings: int = 5, days: int = 240) -> FloatArray:
    """Daily units of listings from very slow to busy."""
    rng = np.random.default_rng(seed)
    rate = np.exp(rng.uniform(-2.5, 2.5, (listings, 1)))
    noise = rng.gamma(2.0, 0.5, (listings, days))
    return rng.poisson(rate * noise).astype(np.float32)


def money(listings: int, penalty: float = 15.0, air: float = 5.0) -> UnitEconomics:
    """The worked example's costs for every listing."""
    freight = np.tile([air, 1.25, 0.5], (listings, 1))
    return UnitEconomics(
        mode_cost(freight, np.array(6.0), 0.2, np.array([10.0, 30.0, 45.0])),
        np.full(listings, holding_per_day(6, 0.2, 0.007)),
        np.full(listings, penalty),
        np.full(listings, 6.0),
        np.full(listings, 0.2 * 6 / 365),
    )


def block(
    sales: FloatArray,
    on_hand: FloatArray,
    pipeline: Pipeline | None = None,
    lane: tuple[TransitDistribution | None, ...] = TYPICAL_LANE,
    days_left: int | None = None,
    carton: int = 1,
    economics: UnitEconomics | None = None,
) -> PlanningBlock:
    """A block of listings L0, L1 ... of one product each, always in stock."""
    n = sales.shape[0]
    return PlanningBlock(
        seeds_of([f"L{row}" for row in range(n)]),
        tuple(f"P{row}" for row in range(n)),
        TODAY,
        7,
        days_left,
        sales,
        np.ones_like(sales),
        np.ones(n, dtype=bool),
        np.asarray(on_hand, dtype=float),
        pipeline or empty_pipeline(),
        economics or money(n),
        (lane,),
        np.zeros(n, dtype=np.int64),
        np.full(n, carton, dtype=np.int64),
    )


def with_stock(source: PlanningBlock, on_hand: FloatArray) -> PlanningBlock:
    """The same block with other stock."""
    return replace(source, on_hand=np.asarray(on_hand, dtype=float))
