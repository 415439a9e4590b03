"""Defines the ratios of advertising: what each one is, and when it is undefined rather than zero."""

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import FloatArray

AOV_PRIOR_ORDERS = 5.0


def ratio(numerator: ArrayLike, denominator: ArrayLike) -> FloatArray:
    """numerator / denominator elementwise, NaN where the denominator is not positive: undefined, not 0."""
    top, bottom = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    top, bottom = np.broadcast_arrays(top, bottom)
    with np.errstate(over="ignore"):
        return np.asarray(np.divide(top, bottom, out=np.full(top.shape, np.nan), where=bottom > 0))


def click_through_rate(clicks: ArrayLike, impressions: ArrayLike) -> FloatArray:
    """Clicks / impressions; never of a search-term report, which leaves out terms without a click."""
    return ratio(clicks, impressions)


def cost_per_click(cost: ArrayLike, clicks: ArrayLike) -> FloatArray:
    """Cost / clicks."""
    return ratio(cost, clicks)


def conversion_rate(orders: ArrayLike, clicks: ArrayLike) -> FloatArray:
    """Orders / clicks. Orders, not units: units / sessions of the business reports is another metric."""
    return ratio(orders, clicks)


def order_value(sales: ArrayLike, orders: ArrayLike) -> FloatArray:
    """Attributed sales / orders."""
    return ratio(sales, orders)


def shrunk_order_value(sales: ArrayLike, orders: ArrayLike, price: ArrayLike) -> FloatArray:
    """Order value with the listing's price counted as five orders: (sales + 5 price) / (orders + 5)."""
    return ratio(
        np.asarray(sales, dtype=float) + AOV_PRIOR_ORDERS * np.asarray(price, dtype=float),
        np.asarray(orders, dtype=float) + AOV_PRIOR_ORDERS,
    )


def revenue_per_click(sales: ArrayLike, clicks: ArrayLike) -> FloatArray:
    """Attributed sales / clicks = conversion rate x order value."""
    return ratio(sales, clicks)


def acos(cost: ArrayLike, sales: ArrayLike) -> FloatArray:
    """Cost / attributed sales; without sales undefined, not 0 as some of Amazon's files write it."""
    return ratio(cost, sales)


def roas(sales: ArrayLike, cost: ArrayLike) -> FloatArray:
    """Attributed sales / cost."""
    return ratio(sales, cost)


def tacos(cost: ArrayLike, total_sales: ArrayLike) -> FloatArray:
    """Cost / all sales, organic included."""
    return ratio(cost, total_sales)


def cost_per_order(cost: ArrayLike, orders: ArrayLike) -> FloatArray:
    """Cost / orders (CPA)."""
    return ratio(cost, orders)


def needed_conversion_rate(cpc: ArrayLike, aov: ArrayLike, acos_limit: ArrayLike) -> FloatArray:
    """The conversion rate at which clicks cost just `acos_limit` of their sales: CPC / (AOV x ACoS).

    At break-even ACoS it is p*, at the target ACoS the rate for the target. Without a positive margin no rate
    suffices: infinite.
    """
    worth = np.asarray(aov, dtype=float) * np.asarray(acos_limit, dtype=float)
    cost, worth = np.broadcast_arrays(np.asarray(cpc, dtype=float), worth)
    needed = np.where(np.isnan(worth) | np.isnan(cost), np.nan, np.inf)
    with np.errstate(over="ignore"):  # more than a number can say is infinite too
        return np.asarray(np.divide(cost, worth, out=needed, where=worth > 0))


def capped_orders(orders: ArrayLike, clicks: ArrayLike) -> FloatArray:
    """Orders, at most the clicks: reports hold more where orders were attributed and the click voided."""
    return np.asarray(np.minimum(np.asarray(orders, dtype=float), np.asarray(clicks, dtype=float)))
