"""Decides what to say about a listing's future: when it runs out, how long it lasts, and within what band."""

from dataclasses import dataclass

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.demand_paths import DemandPool
from services.inventory.domain.projection import first_short_day, project_cumulated
from services.inventory.domain.replenishment import (
    DEFAULT_RULE,
    Futures,
    PlanningBlock,
    RuleSettings,
    sample_futures,
)

BAND = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class BlockOutlook:
    """Prospects of n listings if nothing more is shipped; days count from today.

    `stock_out_day` (n, 3): day by which it is short with 10, 50, 90 % probability, -1 = not within the
    horizon. `lost_before_arrival` units expected lost before anything shipped today can arrive.
    `demand_mean` units expected over the horizon. `arrival_day` (n, 3 modes, 3 quantiles), -1 not offered.
    """

    horizon: int
    stock_out_chance: FloatArray
    stock_out_day: IntArray
    lost_in_horizon: FloatArray
    lost_before_arrival: FloatArray
    demand_mean: FloatArray
    arrival_day: IntArray


def block_outlook(futures: Futures) -> BlockOutlook:
    """Summarise sampled futures."""
    lost = futures.lost
    samples, horizon = lost.shape[1:]
    first = first_short_day(lost)
    ordered = np.sort(np.where(first < 0, horizon, first), axis=1)
    ranks = [max(int(np.ceil(share * samples)) - 1, 0) for share in BAND]
    days = ordered[:, ranks]
    arrival = futures.arrival
    earliest = np.where(arrival >= 0, arrival, horizon).min(axis=1)
    before = np.take_along_axis(lost, np.clip(earliest - 1, 0, horizon - 1)[:, :, None], axis=2)[:, :, 0]
    quantiles = np.quantile(arrival, BAND, axis=2, method="inverted_cdf")
    return BlockOutlook(
        horizon,
        (first >= 0).mean(axis=1),
        np.where(days >= horizon, -1, days).astype(np.int64),
        lost[:, :, -1].mean(axis=1),
        before.mean(axis=1),
        futures.demand[:, :, -1].mean(axis=1),
        np.moveaxis(quantiles, 0, -1).astype(np.int64),
    )


def join_outlooks(parts: list[BlockOutlook]) -> BlockOutlook:
    """Outlooks of consecutive blocks as one."""
    return BlockOutlook(
        max((part.horizon for part in parts), default=0),
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in (
                "stock_out_chance",
                "stock_out_day",
                "lost_in_horizon",
                "lost_before_arrival",
                "demand_mean",
                "arrival_day",
            )
        ),
    )


@dataclass(frozen=True, slots=True)
class StockForecast:
    """Daily bands of one listing for a chart, each (3, days) = 10, 50, 90 %, from the end of today on.

    `demand` cumulated units; `stock` without new shipments; `stock_with` with the proposed ones;
    `lost` expected units lost so far without them.
    """

    demand: FloatArray
    stock: FloatArray
    stock_with: FloatArray
    lost: FloatArray
    stock_out_day: int


def forecast_quantiles(
    block: PlanningBlock, pool: DemandPool, units: IntArray, rule: RuleSettings = DEFAULT_RULE
) -> list[StockForecast]:
    """Bands for every listing of a block; `units` (n, 3) proposed by air, fast and slow sea.

    The same draws as the decision itself, so that the picture shows what was decided on.
    `stock_out_day` is the median day of the first shortage without new shipments, -1 = beyond the horizon.
    """
    futures = sample_futures(block, pool, rule.samples)
    supply = futures.supply.copy()
    days = np.arange(supply.shape[2])
    for mode in range(3):
        arrived = (futures.arrival[:, mode, :, None] >= 0) & (days >= futures.arrival[:, mode, :, None])
        supply += units[:, mode, None, None].astype(np.float32) * arrived
    with_units = project_cumulated(supply)
    outlook = block_outlook(futures)
    bands = [
        np.quantile(values, BAND, axis=1, method="inverted_cdf")
        for values in (futures.demand, futures.supply + futures.lost, with_units.stock)
    ]
    lost = futures.lost.mean(axis=1)
    return [
        StockForecast(
            bands[0][:, row], bands[1][:, row], bands[2][:, row], lost[row], int(outlook.stock_out_day[row, 1])
        )
        for row in range(block.size)
    ]
