"""Adds campaigns up to portfolios, products and accounts: figures are sums, ratios follow, scores weigh by spend."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import FloatArray, IntArray
from services.ads.domain.ratios import acos, click_through_rate, conversion_rate, cost_per_click, order_value, tacos


@dataclass(frozen=True, slots=True)
class RollUp:
    """Sums of m groups and what follows from them; ratios are NaN where undefined. Money in one currency."""

    impressions: FloatArray
    clicks: FloatArray
    cost: FloatArray
    orders: FloatArray
    sales: FloatArray
    wasted_spend: FloatArray
    missed_sales: FloatArray
    ctr: FloatArray
    cpc: FloatArray
    cvr: FloatArray
    aov: FloatArray
    acos: FloatArray
    tacos: FloatArray
    score: FloatArray
    score_weight: FloatArray


def group_sums(group: IntArray, count: int, values: ArrayLike) -> FloatArray:
    """Sum of `values` (n,) by group code; rows of code -1 belong nowhere, NaN counts as nothing."""
    inside = group >= 0
    return np.bincount(group[inside], np.nan_to_num(np.asarray(values, dtype=float))[inside], minlength=count)


def weighted_score(group: IntArray, count: int, scores: ArrayLike, weight: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Mean score by group, weighed by spend, and the weight: rows without a score or spend do not count.

    A group of which nothing was spent takes the plain mean. NaN where no row has a score.
    """
    points = np.asarray(scores, dtype=float)
    known = np.where(np.isnan(points), 0.0, 1.0)
    spent = np.nan_to_num(np.asarray(weight, dtype=float)) * known
    total, number = group_sums(group, count, spent), group_sums(group, count, known)
    heavy = group_sums(group, count, np.nan_to_num(points) * spent)
    plain = group_sums(group, count, np.nan_to_num(points) * known)
    by_spend = np.divide(heavy, total, out=np.full(count, np.nan), where=total > 0)
    by_number = np.divide(plain, number, out=np.full(count, np.nan), where=number > 0)
    return np.where(total > 0, by_spend, by_number), total


def roll_up(
    group: IntArray,
    count: int,
    *,
    impressions: ArrayLike,
    clicks: ArrayLike,
    cost: ArrayLike,
    orders: ArrayLike,
    sales: ArrayLike,
    wasted_spend: ArrayLike,
    missed_sales: ArrayLike,
    scores: ArrayLike,
    total_sales: ArrayLike = np.nan,
) -> RollUp:
    """Campaigns (n,) added up to `count` groups; `total_sales` (count,) is all sales, organic included."""
    columns = (impressions, clicks, cost, orders, sales, wasted_spend, missed_sales)
    seen, clicked, spent, ordered, sold, wasted, missed = (group_sums(group, count, each) for each in columns)
    mean, weight = weighted_score(group, count, scores, cost)
    return RollUp(
        seen,
        clicked,
        spent,
        ordered,
        sold,
        wasted,
        missed,
        click_through_rate(clicked, seen),
        cost_per_click(spent, clicked),
        conversion_rate(ordered, clicked),
        order_value(sold, ordered),
        acos(spent, sold),
        tacos(spent, np.broadcast_to(np.asarray(total_sales, dtype=float), (count,))),
        mean,
        weight,
    )
