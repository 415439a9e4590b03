"""Finds where own campaigns pay against each other: terms bought twice, own-brand terms that bring no sales."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.ratios import ratio

TACOS_RISE = 1.1
FLAT_SALES = 0.05


@dataclass(frozen=True, slots=True)
class SharedTerms:
    """Search terms that several own campaigns buy, the dearest overlap first.

    `rows` indexes the input's rows of shared terms, grouped: the rows of overlap i are `rows[first[i]:first[i + 1]]`.
    `best` (m,) is the row to keep, by expected earnings per money spent; `cost_elsewhere` (m,) is what the others
    cost, `cost_beyond` (m,) what of this the same expected sales would not have cost in the best campaign, and
    `campaigns` (m,) how many campaigns share.
    """

    rows: IntArray
    first: IntArray
    best: IntArray
    campaigns: IntArray
    cost_elsewhere: FloatArray
    cost_beyond: FloatArray


def shared_terms(term: IntArray, campaign: IntArray, cost: ArrayLike, expected_sales: ArrayLike) -> SharedTerms:
    """Terms (codes, (n,)) bought by at least two campaigns (codes, (n,)).

    `expected_sales` (n,) = effective clicks x E[CVR] x AOV; rows without cost buy nothing and do not count.
    """
    spent, worth = np.asarray(cost, dtype=float), np.asarray(expected_sales, dtype=float)
    paid = np.flatnonzero(spent > 0)
    order = paid[np.lexsort((campaign[paid], term[paid]))]
    by_term, by_campaign = term[order], campaign[order]
    starts = np.flatnonzero(np.r_[True, by_term[1:] != by_term[:-1]]) if order.size else np.zeros(0, dtype=np.intp)
    ends = np.r_[starts[1:], order.size].astype(np.intp)
    new = np.r_[True, (by_term[1:] != by_term[:-1]) | (by_campaign[1:] != by_campaign[:-1])] if order.size else starts
    distinct = np.add.reduceat(new.astype(np.int64), starts) if starts.size else starts
    found: list[tuple[float, float, int, int, int, int]] = []
    gain = np.nan_to_num(ratio(worth, spent))
    for position in np.flatnonzero(distinct > 1):
        begin, end = int(starts[position]), int(ends[position])
        mine = order[begin:end]
        codes, where = np.unique(campaign[mine], return_inverse=True)
        sums = np.bincount(where, spent[mine], codes.size), np.bincount(where, worth[mine], codes.size)
        winner = int(np.argmax(np.nan_to_num(ratio(sums[1], sums[0]))))
        inside = mine[where == winner]
        best = int(inside[np.argmax(gain[inside])])
        paid_there, got_there = (float(column.sum() - column[winner]) for column in sums)
        at_best = got_there * float(np.nan_to_num(ratio(sums[0][winner], sums[1][winner])))
        found.append((paid_there, max(paid_there - at_best, 0.0), begin, end, best, codes.size))
    found.sort(key=lambda each: (-each[0], each[2]))
    rows = [order[begin:end] for _, _, begin, end, _, _ in found]
    return SharedTerms(
        np.concatenate(rows) if rows else np.zeros(0, dtype=np.intp),
        np.cumsum([0, *(each.size for each in rows)]),
        np.array([best for *_, best, _ in found], dtype=np.intp),
        np.array([count for *_, count in found], dtype=np.intp),
        np.array([elsewhere for elsewhere, *_ in found], dtype=float),
        np.array([beyond for _, beyond, *_ in found], dtype=float),
    )


def brings_no_sales(
    cost_before: ArrayLike, cost_after: ArrayLike, sales_before: ArrayLike, sales_after: ArrayLike
) -> BoolArray:
    """Whether TACoS rose by a tenth while all sales, organic included, stayed within 5 %: ads took what came anyway.

    Two periods of whole weeks of equal length; False where a period has no sales or no cost.
    """
    before, after = ratio(cost_before, sales_before), ratio(cost_after, sales_after)
    change = ratio(sales_after, sales_before) - 1
    return np.asarray((before > 0) & (after > TACOS_RISE * before) & (np.abs(change) <= FLAT_SALES))


def brand_takes_own_sales(
    is_brand: ArrayLike,
    brand_cost_before: ArrayLike,
    brand_cost_after: ArrayLike,
    sales_before: ArrayLike,
    sales_after: ArrayLike,
) -> BoolArray:
    """Own-brand terms whose cost rises against flat total sales: the first to test by a four-week hold-out."""
    flat = brings_no_sales(brand_cost_before, brand_cost_after, sales_before, sales_after)
    return np.asarray(np.asarray(is_brand, dtype=bool) & flat)
