"""Judges what an applied change did: the same subjects over equal days before and after, late orders allowed for."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from services.ads.domain.arrays import FloatArray
from services.ads.domain.ratios import ratio

WEEK = 7
MOST_DAYS = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Sums of n changes' subjects over equal days; arrays (n,).

    `break_even_acos` is the mean over these sales, NaN where the margin of some of them is unknown.
    """

    clicks: FloatArray
    effective_clicks: FloatArray
    orders: FloatArray
    cost: FloatArray
    sales: FloatArray
    break_even_acos: FloatArray


def days_compared(before: int, after: int) -> int:
    """Whole weeks that are known on both sides of a change, four at most; 0 while there is not one."""
    return min(min(before, after) // WEEK * WEEK, MOST_DAYS)


def final_sales(span: Span) -> FloatArray:
    """Sales grossed up by the share of clicks that had time to bring their orders."""
    share = ratio(span.effective_clicks, span.clicks)
    return np.where(share > 0, span.sales / np.where(share > 0, share, 1.0), span.sales)


def profit(span: Span) -> FloatArray:
    """What the sales earn before ads less what the ads cost; NaN where the margin is unknown."""
    return final_sales(span) * span.break_even_acos - span.cost


def probability_better(before: Span, after: Span) -> FloatArray:
    """P(profit rose), (n,): orders of either side as Poisson counts of equal value, their difference as normal.

    Half an order is counted beside those seen, so that none seen is not certain to be none. NaN without a margin.
    """
    change = profit(after) - profit(before)
    variance = np.zeros(change.shape)
    value = ratio(before.sales + after.sales, before.orders + after.orders)
    for span in (before, after):
        share = np.clip(np.nan_to_num(ratio(span.effective_clicks, span.clicks), nan=1.0), 1e-3, 1.0)
        worth = np.nan_to_num(value) * span.break_even_acos / share
        variance = variance + worth**2 * (span.orders + 0.5) * (span.clicks > 0)
    certain = np.sign(change) / 2 + 0.5
    chance = ndtr(np.divide(change, np.sqrt(variance), out=np.zeros_like(change), where=variance > 0))
    return np.where(np.isnan(change), np.nan, np.where(variance > 0, chance, certain))
