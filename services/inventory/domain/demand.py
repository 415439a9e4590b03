"""Decides how much of a listing sells per day, from histories with stock-outs and unknown days in them."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy.special import gammainc, gammaln

from services.inventory.domain.arrays import BoolArray, FloatArray, IntArray
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
GAPS = 8  # neighbouring gaps between sales that a long one is compared with
LEAST_GAPS = 3
HIDDEN_CHANCE = 1e-4  # a gap less likely than this was no lack of demand


def told_stock(sales: FloatArray, in_stock: FloatArray, on_hand: FloatArray | None = None) -> FloatArray:
    """`in_stock` with the days on which the shelf must have been empty, although nobody said so, set to 0.

    Shapes (n, days), (n,); `on_hand` after the last day. Only silent days of unknown stock are looked at:

    * Stock does not leave without a sale: from the last sale, or report of stock, to a report of an empty shelf
      the shelf was empty, and from there to the next sale or report of stock.
    * A silence between two sales that is far too long for how often the listing sold before and after. With
      j gaps of s days in all, exponential gaps of unknown rate exceed g days with chance (1 + g / s)^-j.
    """
    unknown = np.isnan(in_stock)
    sold = np.nan_to_num(sales) > 0
    silent = unknown & (sales == 0)
    if not silent.any():
        return in_stock
    days = sales.shape[1]
    day = np.arange(days)
    proof = sold | (in_stock == 1)
    empty = in_stock == 0
    last_proof = np.maximum.accumulate(np.where(proof, day, -1), axis=1)
    last_empty = np.maximum.accumulate(np.where(empty, day, -2), axis=1)
    at_end = np.full(sales.shape[0], days + 1) if on_hand is None else np.where(on_hand > 0, days + 1, days)
    next_proof = _next_of(proof, np.full(sales.shape[0], days + 1))
    next_empty = _next_of(empty, at_end)
    shut = silent & ((last_empty >= last_proof) | (next_empty < next_proof))
    shut |= silent & _improbable_silences(sales, sold, in_stock == 1)
    return np.where(shut, np.float32(0), in_stock)


def _next_of(mark: BoolArray, after: IntArray) -> IntArray:
    """Column of the next mark at or after each day, `after` (n,) beyond the last, (n, days)."""
    column = np.where(mark, np.arange(mark.shape[1]), after[:, None])
    column = np.minimum(column, after[:, None])
    found: IntArray = np.minimum.accumulate(column[:, ::-1], axis=1)[:, ::-1]
    return found


def _improbable_silences(sales: FloatArray, sold: BoolArray, stocked: BoolArray) -> BoolArray:
    """Days between two sales whose distance cannot be chance, (n, days); known days count."""
    improbable = np.zeros(sold.shape, dtype=bool)
    row, column = np.nonzero(sold)
    if row.size < 2:
        return improbable
    known = np.cumsum(~np.isnan(sales), axis=1)
    at = known[row, column].astype(float)
    same = row[1:] == row[:-1]
    gap = np.where(same, at[1:] - at[:-1], 0)
    first = np.concatenate([[0], np.flatnonzero(~same) + 1])
    number = np.arange(row.size) - np.repeat(first, np.diff(np.append(first, row.size)))
    count = np.repeat(np.diff(np.append(first, row.size)), np.diff(np.append(first, row.size)))
    before = np.minimum(number[:-1], GAPS)
    after = np.minimum(count[:-1] - number[:-1] - 2, GAPS)
    long = np.flatnonzero(same & (gap > GAPS) & (before >= LEAST_GAPS) & (after >= LEAST_GAPS))
    if long.size == 0:
        return improbable
    chance = np.maximum(
        (1 + gap[long] / (at[long] - at[long - before[long]])) ** -before[long],
        (1 + gap[long] / (at[long + 1 + after[long]] - at[long + 1])) ** -after[long],
    )
    stock_seen = np.cumsum(stocked, axis=1)
    for each in long[chance < HIDDEN_CHANCE]:
        start, end = column[each] + 1, column[each + 1]
        if stock_seen[row[each], end - 1] == stock_seen[row[each], start - 1]:
            improbable[row[each], start:end] = True
    return improbable


def stock_since_start(sales: FloatArray, in_stock: FloatArray) -> FloatArray:
    """`in_stock` (n, days) with days before the first sale or first empty shelf unknown (NaN).

    For callers who say "in stock" of every day from the beginning of time: it does not tell when a listing began.
    """
    started = np.logical_or.accumulate((np.nan_to_num(sales) > 0) | (in_stock == 0), axis=1)
    return np.where(started, in_stock, np.float32(np.nan))


def observed_days(sales: FloatArray, in_stock: FloatArray, on_hand: FloatArray | None = None) -> BoolArray:
    """Days that tell of demand: known, not before the listing's first sale, and not empty all day.

    Shapes (n, days), (n,). `sales` NaN = unknown; `in_stock` 1, 0 = sold out at the day's end, NaN = unknown
    (taken as in stock; see `told_stock`). A listing that never sold may have been launched yesterday: its zeros
    count on days that are known to have had stock, else for the last weeks only, and not at all when there is
    nothing on hand that could have been sold. A day that sold out tells that demand was at least what was sold: left
    out, a slow seller that sells its last unit would never be seen to sell (see `uncensored`). Only where the shelf
    stayed empty from an unreported day on is the last sale left out: an observation that ends with a sale would
    make slow sellers look faster (Haldane 1945).
    """
    known = ~np.isnan(sales)
    sold = known & (sales > 0)
    never = ~sold.any(axis=1, keepdims=True)
    recent = np.arange(sales.shape[1]) >= sales.shape[1] - NEVER_SOLD_DAYS
    believed = never if on_hand is None else never & (on_hand[:, None] > 0)
    started = np.logical_or.accumulate(sold, axis=1) | (believed & recent) | (never & (in_stock == 1))
    observed: BoolArray = known & ((in_stock != 0) | sold) & started
    stays_empty = np.zeros_like(observed)
    stays_empty[:, :-1] = (in_stock[:, 1:] == 0) & ~sold[:, 1:]
    if on_hand is not None and sales.shape[1]:
        stays_empty[:, -1] = on_hand <= 0
    observed &= ~(sold & np.isnan(in_stock) & stays_empty)
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


FIT_WEEKS = 6.0  # half-life in which it fades how well a level foretold
FIT_SHAPE = 3.0  # of the negative binomial weeks that a level foretells
FIT_TRUST = 1.0
FIT_BUSY = 1.0  # units a day at which it counts half: the weeks of busy listings waver more than by chance


def fitted_blend(levels: FloatArray, sales: FloatArray, observed: BoolArray) -> FloatArray:
    """One level before each week out of those of HALF_LIVES, (n, weeks + 1): more of those that foretold of late.

    The usual weights, times how probable each half-life made the last weeks' sales (negative binomial, fading):
    dynamic model averaging as of Raftery, Karny & Ettler (2010). A steady listing keeps the usual weights; a level
    that has changed beyond chance is believed the sooner. Units that come in lumps are few events: the probabilities
    count by the variance over the mean, measured from day to day (von Neumann 1941) so that a change adds nothing.
    """
    n, days = sales.shape
    weeks = levels.shape[1] - 1
    if weeks == 0:
        return blended(levels)
    whole = slice(days - 7 * weeks, days)
    seen = observed[:, whole]
    daily = np.where(seen, sales[:, whole], 0).astype(np.float32)
    exposure = seen.reshape(n, weeks, 7).sum(axis=2).astype(np.float32)
    units = daily.reshape(n, weeks, 7).sum(axis=2)
    both = seen[:, 1:] & seen[:, :-1]
    steps = np.where(both, daily[:, 1:] - daily[:, :-1], 0)
    mean = units.sum(axis=1) / np.maximum(exposure.sum(axis=1), 1)
    lumps = (steps**2).sum(axis=1) / np.maximum(both.sum(axis=1), 1) / 2 / np.maximum(mean, 1e-6)
    power = (FIT_TRUST / np.maximum(lumps, 1) / (1 + mean / FIT_BUSY)).astype(np.float32)
    shape = np.float32(FIT_SHAPE)
    score = np.empty((len(HALF_LIVES), n, weeks), dtype=np.float32)
    for index in range(len(HALF_LIVES)):
        expected = (levels[:, :-1, index] + np.float32(0.01)) * exposure + np.float32(1e-6)
        score[index] = units * np.log(expected) - (units + shape) * np.log(expected + shape)
    fit = decayed_sums(score - score[-1], 0.5 ** (1 / FIT_WEEKS)) * power[:, None]
    fit -= fit.max(axis=0)
    weight = np.array(HALF_LIFE_WEIGHTS, dtype=np.float32)[:, None, None] * np.exp(fit)
    weight /= weight.sum(axis=0)
    blend = blended(levels)
    for index in range(len(HALF_LIVES)):
        levels_now = levels[:, 1:, index] * weight[index]
        blend[:, 1:] = levels_now if index == 0 else blend[:, 1:] + levels_now
    return blend


def corrected_level(sales: FloatArray, in_stock: FloatArray) -> FloatArray:
    """Units a day after the last day of the history, corrected for stock-outs, shape (n,)."""
    in_stock = told_stock(sales, in_stock)
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
