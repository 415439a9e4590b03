"""Decides whether a campaign's conversion has really fallen, with few false alarms however small the campaign."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray

WINDOWS = (5, 10, 20)
BASELINE_DAYS = 56
RARE = 0.005
REAL_FALL = 0.8

LONGEST_CHANGE, SHORTEST_CHANGE = 28, 3
WATCHED_DAYS = BASELINE_DAYS + LONGEST_CHANGE
FALLS = (0.4, 0.55, 0.7)
ALARM_LOG_ODDS = 5.1  # tests/benchmarks/ads_alarms.py
DISPERSION_PRIOR_DAYS = 10.0


@dataclass(frozen=True, slots=True)
class Alarms:
    """What the days of n campaigns say; all arrays (n,).

    `log_odds` of a fall against none (up to a constant) and the `window_days` for which a fall is likeliest, with
    its `orders` and those `expected` of the days before, their `probability` (no more than that many) and the rate
    as a share of what it was (`rate_ratio`, NaN without expectation).
    """

    fired: BoolArray
    log_odds: FloatArray
    window_days: IntArray
    orders: FloatArray
    expected: FloatArray
    probability: FloatArray
    rate_ratio: FloatArray


def few_orders_probability(
    orders: ArrayLike, effective_clicks: ArrayLike, orders_before: ArrayLike, clicks_before: ArrayLike
) -> FloatArray:
    """P(X <= orders) at the rate before: negative binomial with shape O0 + 1/2 and p = E0 / (E0 + E1).

    1 where nothing was expected: no clicks then or now.
    """
    o1, e1, o0, e0 = np.broadcast_arrays(
        *(np.asarray(each, dtype=float) for each in (orders, effective_clicks, orders_before, clicks_before))
    )
    share = np.divide(e0, e0 + e1, out=np.ones(e0.shape), where=(e0 > 0) & (e1 > 0))
    return np.asarray(betainc(o0 + 0.5, o1 + 1, share))


def window_alarm(
    orders: ArrayLike, effective_clicks: ArrayLike, orders_before: ArrayLike, clicks_before: ArrayLike
) -> BoolArray:
    """The alarm of one window: so few orders have a probability under .005, and the rate fell by a fifth at least."""
    o1, e1, o0, e0 = (
        np.asarray(each, dtype=float) for each in (orders, effective_clicks, orders_before, clicks_before)
    )
    rare = few_orders_probability(o1, e1, o0, e0) < RARE
    return np.asarray(rare & (o1 * e0 < REAL_FALL * o0 * e1))


def windows_alarm(orders: FloatArray, effective_clicks: FloatArray) -> BoolArray:
    """The alarm in any of the windows of 5, 10 and 20 days against the 56 days before it; days (n, T), latest last.

    Asked every day it fires for one campaign in four a month where days differ by more than chance: `alarms`
    is what the product uses.
    """
    fired = np.zeros(orders.shape[0], dtype=bool)
    for days in WINDOWS:
        if orders.shape[1] <= days:
            continue
        now, before = slice(-days, None), slice(-days - BASELINE_DAYS, -days)
        fired |= window_alarm(
            orders[:, now].sum(axis=1),
            effective_clicks[:, now].sum(axis=1),
            orders[:, before].sum(axis=1),
            effective_clicks[:, before].sum(axis=1),
        )
    return fired


def dispersion(orders: FloatArray, effective_clicks: FloatArray) -> FloatArray:
    """How much more the days' orders vary than chance alone makes them, (n,), at least 1.

    Pearson's statistic over its days, ten days of pure chance counted beside them.
    """
    clicks = effective_clicks.sum(axis=1, keepdims=True)
    rate = np.divide(orders.sum(axis=1, keepdims=True), clicks, out=np.zeros_like(clicks), where=clicks > 0)
    mean = rate * effective_clicks
    squares = np.divide((orders - mean) ** 2, mean, out=np.zeros_like(mean), where=mean > 0)
    days = np.maximum((mean > 0).sum(axis=1) - 1, 0)
    varied = (squares.sum(axis=1) + DISPERSION_PRIOR_DAYS) / (days + DISPERSION_PRIOR_DAYS)
    return np.asarray(np.maximum(varied, 1.0))


def alarms(orders: FloatArray, effective_clicks: FloatArray, threshold: float = ALARM_LOG_ODDS) -> Alarms:
    """Whether the rate of each campaign has fallen within the last four weeks; days (n, T), the latest last.

    Bayes factors of a fall to .4, .55 or .7 of the rate, begun 3 to 28 days ago, against no change, the rate itself
    integrated out over its gamma posterior, are added up (Shiryaev 1963 and Roberts 1966 for an unknown rate). Counts
    are divided by the dispersion, so that restless campaigns need as much proof as steady ones. A day without
    clicks proves nothing. The last 84 days count.
    """
    count = np.asarray(orders, dtype=float)[:, -WATCHED_DAYS:]
    exposure = np.asarray(effective_clicks, dtype=float)[:, -WATCHED_DAYS:]
    n, days = count.shape
    longest = min(LONGEST_CHANGE, days - 1)
    if n == 0 or longest < SHORTEST_CHANGE:
        zero, one = np.zeros(n), np.ones(n)
        return Alarms(
            np.zeros(n, dtype=bool), np.full(n, -np.inf), np.zeros(n, dtype=np.int64), zero, zero, one, zero * np.nan
        )
    varied = dispersion(count, exposure)[:, None]
    recent = (slice(None), slice(SHORTEST_CHANGE - 1, longest))
    o1, e1 = count[:, ::-1].cumsum(axis=1)[recent], exposure[:, ::-1].cumsum(axis=1)[recent]
    o, e = count.sum(axis=1, keepdims=True), exposure.sum(axis=1, keepdims=True)
    some = e[:, 0] > 0
    safe = np.where(e > 0, e, 1.0)
    fall = np.array(FALLS)[:, None, None]
    share = np.clip(e1 / safe, 0.0, 1.0)
    odds = (o1 * np.log(fall) - (o + varied / 2) * np.log1p(-(1 - fall) * share)) / varied
    top = odds.max(axis=(0, 2))
    log_odds = top + np.log(np.exp(odds - top[:, None]).mean(axis=0).sum(axis=1))
    best = odds.max(axis=0).argmax(axis=1)
    row = np.arange(n)
    o1, e1 = o1[row, best], e1[row, best]
    o0, e0 = o[:, 0] - o1, e[:, 0] - e1
    expected = np.divide(o0 * e1, e0, out=np.zeros(n), where=e0 > 0)
    ratio = np.divide(o1, expected, out=np.full(n, np.nan), where=expected > 0)
    fired = some & (log_odds >= threshold) & (np.nan_to_num(ratio, nan=1.0) < REAL_FALL)
    return Alarms(fired, log_odds, best + SHORTEST_CHANGE, o1, expected, few_orders_probability(o1, e1, o0, e0), ratio)


__all__ = [
    "ALARM_LOG_ODDS",
    "BASELINE_DAYS",
    "WATCHED_DAYS",
    "WINDOWS",
    "Alarms",
    "alarms",
    "dispersion",
    "few_orders_probability",
    "window_alarm",
    "windows_alarm",
]
