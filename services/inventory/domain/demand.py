"""Decides how much of a listing sells per day, from histories with stock-outs and unknown days in them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import gammainc, gammaln

from services.inventory.domain.arrays import BoolArray, FloatArray
from services.inventory.domain.bisection import falling_root
from services.inventory.domain.decay import decayed_sums

HALF_LIVES = (7.0, 20.0, 60.0)
HALF_LIFE_WEIGHTS = (0.2, 0.4, 0.4)


class DemandClass(StrEnum):
    """Demand patterns of Syntetos, Boylan & Croston (2005)."""

    SMOOTH = "smooth"
    ERRATIC = "erratic"
    INTERMITTENT = "intermittent"
    LUMPY = "lumpy"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DemandPattern:
    """Average days between days with a sale, and squared coefficient of variation of their sizes."""

    demand_class: DemandClass
    mean_interval: float
    size_cv2: float


def velocity(units_7: float, units_14: float, units_30: float) -> float:
    """Units a day by the trade's common weighting of 7, 14 and 30 days: a baseline, not the forecast."""
    return 0.5 * units_7 / 7 + 0.3 * units_14 / 14 + 0.2 * units_30 / 30


NEVER_SOLD_DAYS = 28  # how far back the zeros of a listing that never sold are believed


def observed_days(sales: FloatArray, in_stock: FloatArray, on_hand: FloatArray | None = None) -> BoolArray:
    """Days that tell of demand: known, not before the listing's first sale, and not empty all day.

    Shapes (n, days), (n,). `sales` NaN = unknown; `in_stock` 1, 0 = sold out at the day's end, NaN = unknown
    (taken as in stock). A listing that never sold may have been launched yesterday: its zeros count for the
    last weeks only, and not at all when there is nothing on hand that could have been sold. A day that sold
    out tells that demand was at least what was sold: left out, a slow seller that sells its last unit would
    never be seen to sell (see `uncensored`).
    """
    known = ~np.isnan(sales)
    sold = known & (sales > 0)
    never = ~sold.any(axis=1, keepdims=True)
    recent = np.arange(sales.shape[1]) >= sales.shape[1] - NEVER_SOLD_DAYS
    believed = never if on_hand is None else never & (on_hand[:, None] > 0)
    started = np.logical_or.accumulate(sold, axis=1) | (believed & recent)
    observed: BoolArray = known & ((in_stock != 0) | sold) & started
    return observed


def uncensored(sales: FloatArray, in_stock: FloatArray, level: FloatArray) -> FloatArray:
    """Sales with every sold-out day raised to the demand to expect of it: E[X | X >= sold], X Poisson.

    Shapes (n, days); `level` (n, weeks + 1) as `weekly_levels` counts weeks. Weighting these days like full
    ones is one step of the maximum likelihood of Conrad (1976) by expectation and maximisation.
    """
    rows, days = np.nonzero((in_stock == 0) & (sales > 0))
    if rows.size == 0:
        return sales
    week = np.maximum((days - sales.shape[1]) // 7 + level.shape[1] - 1, 0)
    sold = np.maximum(sales[rows, days].astype(float), 1.0)
    rate = np.maximum(level[rows, week].astype(float), 1e-3)
    at_least = np.maximum(gammainc(sold, rate), 1e-300)
    one_less = np.where(sold > 1, gammainc(np.maximum(sold - 1, 1e-9), rate), 1.0)
    expected = np.where(at_least > 1e-12, rate * one_less / at_least, sold + rate)
    raised = sales.copy()
    raised[rows, days] = np.maximum(raised[rows, days], np.minimum(expected, sold + rate))
    return raised


def weekly_levels(sales: FloatArray, observed: BoolArray, half_lives: tuple[float, ...]) -> FloatArray:
    """Exponentially weighted means before each week, shape (n, weeks + 1, half-lives), units a day.

    Weeks are counted back from the last day; days before the first whole week are left out. Column w uses the
    weeks before w only, the last column all. Days that are not observed neither count as zero nor as evidence,
    so a stock-out leaves the level where it was. Before any evidence the level is zero.
    """
    n, days = sales.shape
    weeks = days // 7
    levels = np.zeros((n, weeks + 1, len(half_lives)), dtype=np.float32)
    if weeks == 0:
        return levels
    weight = observed[:, days - 7 * weeks :].astype(np.float32)
    units = np.where(observed, sales, 0).astype(np.float32)[:, days - 7 * weeks :].reshape(n, weeks, 7)
    weight = weight.reshape(n, weeks, 7)
    for index, half_life in enumerate(half_lives):
        decay = 0.5 ** (1 / half_life)
        within = (decay ** np.arange(6, -1, -1)).astype(np.float32)
        numerator = decayed_sums(units @ within, decay**7)
        denominator = decayed_sums(weight @ within, decay**7)
        np.divide(numerator, denominator, out=levels[:, 1:, index], where=denominator > 1e-6)
    return levels


def blended(levels: FloatArray) -> FloatArray:
    """One level out of those of HALF_LIVES (first ones of the last axis): short ones see change, long ones steady."""
    blend: FloatArray = levels[..., : len(HALF_LIVES)] @ np.array(HALF_LIFE_WEIGHTS, dtype=np.float32)
    return blend


def corrected_level(sales: FloatArray, in_stock: FloatArray) -> FloatArray:
    """Units a day after the last day of the history, corrected for stock-outs, shape (n,)."""
    observed = observed_days(sales, in_stock)
    first = blended(weekly_levels(sales, observed, HALF_LIVES))
    return blended(weekly_levels(uncensored(sales, in_stock, first), observed, HALF_LIVES))[:, -1]


def imputed_sales(sales: FloatArray, observed: BoolArray, level: FloatArray) -> FloatArray:
    """History with censored and unknown days filled: at least what was sold, at least the level before the week.

    `level` has shape (n, weeks + 1), its weeks counted back from the last day as `weekly_levels` does.
    """
    days = sales.shape[1]
    week = np.maximum((np.arange(days) - days) // 7 + level.shape[1] - 1, 0)
    floor = np.nan_to_num(sales, nan=0.0)
    filled: FloatArray = np.where(observed, floor, np.maximum(floor, level[:, week])).astype(np.float32)
    return filled


def censored_poisson_rate(full_day_units: float, full_days: float, sold_out_units: list[int]) -> float:
    """Maximum-likelihood Poisson rate a day when some days sold out (Conrad 1976).

    A sold-out day at x says only that demand was x or more. Days out of stock all day (x = 0) say nothing.
    """
    informative = np.array([units for units in sold_out_units if units > 0], dtype=float)
    if full_days <= 0 and informative.size == 0:
        return 0.0
    if informative.size == 0:
        return full_day_units / full_days
    if full_days <= 0:
        return float(informative.mean())

    def slope(rate: float) -> float:
        # P(X = x - 1) / P(X >= x) of a Poisson demand X.
        one_less = np.exp((informative - 1) * np.log(rate) - rate - gammaln(informative))
        hazard = one_less / gammainc(informative, rate)
        return float(full_day_units / rate - full_days + hazard.sum())

    highest = (full_day_units + float(informative.sum())) / full_days + 1.0
    return falling_root(slope, 1e-9, highest * 2)


def demand_pattern(series: FloatArray) -> DemandPattern:
    """Class of one series of daily demand: smooth, erratic, intermittent or lumpy at ADI 1.32, CV2 0.49.

    Source: Syntetos, Boylan & Croston (2005). Unknown days (NaN) are left out; the deviation is the
    population's.
    """
    known = series[~np.isnan(series)]
    sizes = known[known > 0]
    if sizes.size == 0:
        return DemandPattern(DemandClass.NONE, float("inf"), 0.0)
    interval = known.size / sizes.size
    cv2 = float((sizes.std() / sizes.mean()) ** 2)
    if interval < 1.32:
        name = DemandClass.SMOOTH if cv2 < 0.49 else DemandClass.ERRATIC
    else:
        name = DemandClass.INTERMITTENT if cv2 < 0.49 else DemandClass.LUMPY
    return DemandPattern(name, interval, cv2)


PARTIAL_LEAST_LEVEL = 10.0
PARTIAL_SHARE = 0.3


def partial_stock_out_days(sales: FloatArray, in_stock: FloatArray, level: FloatArray) -> BoolArray:
    """Days beside a sold-out day on which a fast seller sold 30 % or less of its level, shape (n, days).

    `level` (n,) units a day. Part of its stock could not be sold there (received but not yet available, or
    running out): the day tells of supply, not of demand. Only items of 10 or more a day: below, such days are
    chance; and only next to a sold-out day, as a slow day alone is a slow day.
    """
    out = in_stock == 0
    beside = np.zeros_like(out)
    beside[:, 1:] |= out[:, :-1]
    beside[:, :-1] |= out[:, 1:]
    poor = np.nan_to_num(sales, nan=np.inf) <= PARTIAL_SHARE * level[:, None]
    suspicious: BoolArray = beside & ~out & poor & (level >= PARTIAL_LEAST_LEVEL)[:, None]
    return suspicious
