"""Decides what a unit costs by each mode, what keeping it and missing it cost, and when shipping it pays."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.lead_time import AIR, FAST, SLOW

DEFAULT_GOODWILL = 1.0
DEFAULT_CAPITAL_RATE = 0.20
FORESIGHT = 0.9  # chance that a shortage is seen in time for the next faster mode


@dataclass(frozen=True, slots=True)
class UnitEconomics:
    """Money of n listings, each in its own currency, per unit.

    `mode_cost` (n, 3) in the order air, fast sea, slow sea: freight plus capital in transit; NaN where a mode
    is not offered. `hold_day` per unit and day on the shelf; `penalty` of a lost sale; `cogs` landed value;
    `capital_day` the part of holding that a unit costs at home too.
    """

    mode_cost: FloatArray
    hold_day: FloatArray
    penalty: FloatArray
    cogs: FloatArray
    capital_day: FloatArray


def mode_cost(freight: FloatArray, cogs: FloatArray, capital_rate: float, mean_days: FloatArray) -> FloatArray:
    """Freight plus capital bound in transit: c_m = freight + rate x cogs x L / 365. Shapes broadcast."""
    cost: FloatArray = freight + capital_rate * cogs / 365 * mean_days
    return cost


def holding_per_day(cogs: float, capital_rate: float, storage_per_day: float) -> float:
    """Cost of a unit on the shelf for a day: capital and storage."""
    return capital_rate * cogs / 365 + storage_per_day


def lost_sale_penalty(margin: FloatArray, goodwill: float = DEFAULT_GOODWILL) -> FloatArray:
    """Cost of a lost sale: its margin and the follow-up loss of rank, margin x (1 + goodwill)."""
    penalty: FloatArray = np.maximum(margin, 0) * (1 + goodwill)
    return penalty


def break_even(cost: FloatArray, fallback: FloatArray, value: FloatArray, holding: FloatArray) -> FloatArray:
    """Probability of need from which a unit pays: (c - V + h) / (alt - V + h).

    `fallback` is the price of the next chance, `value` what the unit is worth when it was not needed, `holding`
    the cost of keeping it one review longer. NaN where the mode is not offered, 1 or more where it never pays.
    """
    gain = fallback - value + holding
    stake = cost - value + holding
    return np.where(gain > 1e-12, np.maximum(stake, 0) / np.maximum(gain, 1e-12), np.inf + 0 * stake)


@dataclass(frozen=True, slots=True)
class ModeStakes:
    """What one more unit by each mode risks and saves, shape (n, 3): it pays when P(need) gain >= stake."""

    stake: FloatArray
    gain: FloatArray


def mode_stakes(money: UnitEconomics, review_days: int, foresight: float = FORESIGHT) -> ModeStakes:
    """Stake c_m - V + h and gain alt - V + h of formula 10 for every listing and mode.

    The fallback of slow is fast, of fast is air, of air the lost sale; a mode that is not offered is skipped;
    with probability 1 - foresight the trouble is not seen in time and the sale is lost. V is the cost of the
    cheapest mode offered.
    """
    cost = money.mode_cost
    value = np.nanmin(np.where(np.isnan(cost).all(axis=1, keepdims=True), 0, cost), axis=1)
    holding = review_days * money.hold_day
    penalty = money.penalty
    stake = np.full(cost.shape, np.nan)
    gain = np.full(cost.shape, np.nan)
    next_chance = penalty
    for mode in (AIR, FAST, SLOW):
        offered = ~np.isnan(cost[:, mode])
        fallback = penalty if mode == AIR else foresight * np.minimum(next_chance, penalty) + (1 - foresight) * penalty
        stake[:, mode] = np.where(offered, cost[:, mode] - value + holding, np.nan)
        gain[:, mode] = np.where(offered, fallback - value + holding, np.nan)
        next_chance = np.where(offered, cost[:, mode], next_chance)
    return ModeStakes(stake, gain)


def newsvendor_quantity(underage: float, overage: float, mean: float, deviation: float) -> float:
    """Stock to the critical ratio cu / (cu + co) of a normal demand (Arrow, Harris & Marschak 1951)."""
    return mean + deviation * float(ndtri(underage / (underage + overage)))
