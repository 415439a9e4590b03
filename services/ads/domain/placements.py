"""Decides how much more a click is worth at each placement, and what base bid goes with the modifiers."""

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import FloatArray
from services.ads.domain.economics import MAX_BID_STEP, stepped_bid
from services.ads.domain.ratios import ratio

PLACEMENTS = ("top_of_search", "rest_of_search", "product_pages")
LEAST_MODIFIER, MOST_MODIFIER = 0.0, 9.0
PLACEMENT_STRENGTH = 30.0


def shrunk_revenue_per_click(
    orders: ArrayLike,
    clicks: ArrayLike,
    order_value: ArrayLike,
    campaign_cvr: ArrayLike,
    strength: float = PLACEMENT_STRENGTH,
) -> FloatArray:
    """E[CVR] x AOV per placement (..., k), its rate shrunk to the campaign's (..., 1) by `strength` clicks.

    `order_value` is the campaign's, or by placement; NaN clicks are a placement that was not served.
    """
    mean = np.asarray(campaign_cvr, dtype=float)
    count, exposure = np.asarray(orders, dtype=float), np.asarray(clicks, dtype=float)
    rate = (strength * mean + np.minimum(count, exposure)) / (strength + exposure)
    return np.asarray(rate * np.asarray(order_value, dtype=float))


def modifiers(revenue_per_click: ArrayLike) -> FloatArray:
    """RPC_k / min RPC - 1 along the last axis, within 0 and 9 (0-900 %); NaN stays unknown."""
    worth = np.asarray(revenue_per_click, dtype=float)
    if worth.shape[-1] == 0:
        return worth
    least = np.min(np.where(worth > 0, worth, np.inf), axis=-1, keepdims=True)
    return np.where(
        np.isnan(worth), np.nan, np.clip(ratio(worth, np.where(np.isfinite(least), least, np.nan)) - 1, 0.0, 9.0)
    )


def base_bid(current: ArrayLike, clicks: ArrayLike, old: ArrayLike, new: ArrayLike) -> FloatArray:
    """The base bid that keeps the average bid of the clicks where it was when modifiers go from `old` to `new`.

    `clicks`, `old`, `new` (..., k), modifiers as shares; stepped as every bid.
    """
    weight = np.nan_to_num(np.asarray(clicks, dtype=float))
    before = (weight * (1 + np.nan_to_num(np.asarray(old, dtype=float)))).sum(axis=-1)
    after = (weight * (1 + np.nan_to_num(np.asarray(new, dtype=float)))).sum(axis=-1)
    now = np.asarray(current, dtype=float)
    return stepped_bid(now, now * ratio(before, after), MAX_BID_STEP)
