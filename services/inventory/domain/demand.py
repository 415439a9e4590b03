"""Decides how much of a listing sells per day, from histories with stock-outs and unknown days in them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.optimize import brentq
from scipy.signal import lfilter
from scipy.stats import poisson

from services.inventory.domain.arrays import BoolArray, FloatArray

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
    """Days whose sales are the demand: known, not sold out, and not before the listing's first sale.

    Shapes (n, days), (n,). `sales` NaN = unknown; `in_stock` 1, 0 = sold out at the day's end, NaN = unknown
    (taken as in stock). A listing that never sold may have been launched yesterday: its zeros count for the
    last weeks only, and not at all when there is nothing on hand that could have been sold.
    """
    known = ~np.isnan(sales)
    sold = known & (sales > 0)
    never = ~sold.any(axis=1, keepdims=True)
    recent = np.arange(sales.shape[1]) >= sales.shape[1] - NEVER_SOLD_DAYS
    believed = never if on_hand is None else never & (on_hand[:, None] > 0)
    started = np.logical_or.accumulate(sold, axis=1) | (believed & recent)
    observed: BoolArray = known & (in_stock != 0) & started
    return observed


def level_history(sales: FloatArray, observed: BoolArray, half_life: float) -> FloatArray:
    """Exponentially weighted mean of the observed days before each day, shape (n, days + 1), units a day.

    Column t uses days 0..t-1 only. Days that are not observed neither count as zero nor as evidence, so a
    stock-out leaves the level where it was. Two days of the mean so far stand in for a long memory, which
    keeps a young listing's level from following its first sales too closely.
    """
    decay = 0.5 ** (1 / half_life)
    weight = observed.astype(np.float32)
    units = np.where(observed, sales, 0).astype(np.float32)
    numerator = lfilter([1.0], [1.0, -decay], units, axis=1)
    denominator = lfilter([1.0], [1.0, -decay], weight, axis=1)
    level = np.zeros((sales.shape[0], sales.shape[1] + 1), dtype=np.float32)
    np.divide(numerator, denominator, out=level[:, 1:], where=denominator > 1e-6)
    return level


def blended_level_history(sales: FloatArray, observed: BoolArray) -> FloatArray:
    """Blend of several half-lives: short ones see change, long ones steady what sells rarely."""
    blend: FloatArray = np.zeros((sales.shape[0], sales.shape[1] + 1), dtype=np.float32)
    for half_life, weight in zip(HALF_LIVES, HALF_LIFE_WEIGHTS, strict=True):
        blend += np.float32(weight) * level_history(sales, observed, half_life)
    return blend


def corrected_level(sales: FloatArray, in_stock: FloatArray) -> FloatArray:
    """Units a day after the last day of the history, corrected for stock-outs, shape (n,)."""
    return blended_level_history(sales, observed_days(sales, in_stock))[:, -1]


def imputed_sales(sales: FloatArray, observed: BoolArray, level: FloatArray) -> FloatArray:
    """History with censored and unknown days filled: at least what was sold, at least the level.

    `level` has shape (n, days + 1) as `level_history` gives it.
    """
    floor = np.nan_to_num(sales, nan=0.0)
    filled: FloatArray = np.where(observed, floor, np.maximum(floor, level[:, :-1])).astype(np.float32)
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
        hazard = poisson.pmf(informative - 1, rate) / poisson.sf(informative - 1, rate)
        return float(full_day_units / rate - full_days + hazard.sum())

    highest = (full_day_units + float(informative.sum())) / full_days + 1.0
    return float(brentq(slope, 1e-9, highest * 2, xtol=1e-12))


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


def partial_stock_out_days(sales: FloatArray, level: FloatArray) -> BoolArray:
    """Days on which a fast seller sold 30 % or less of its level: part of its stock could not be sold.

    Shapes (n, days) and (n, days + 1). Only items of 10 or more a day: below, such days are chance. The day
    must stand between others like it or beside a sold-out day to count, which the caller decides.
    """
    before = level[:, :-1]
    suspicious: BoolArray = (before >= 10) & (np.nan_to_num(sales, nan=np.inf) <= 0.3 * before)
    return suspicious
