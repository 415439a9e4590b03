"""Decides what a negative would stop: the same words under all targets of an ad group, judged as one."""

from dataclasses import replace

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.conversion import ConversionEstimate, posterior
from services.ads.domain.ratios import AOV_PRIOR_ORDERS, cost_per_click, needed_conversion_rate, shrunk_order_value
from services.ads.domain.scored import Figures
from services.ads.domain.term_actions import TermFacts


def same_words(group: IntArray, target: IntArray, words: IntArray, is_live: BoolArray) -> IntArray:
    """The first row of the same words in the same ad group, (n,), among the rows that are live; else the row itself.

    `words` (n,) are numbers from 0, alike for the same words.
    """
    found = np.arange(group.size)
    _, first = np.unique(target, return_index=True)
    targets = np.bincount(group[first], minlength=int(group.max(initial=-1)) + 1)
    # Under one target words come once: only where several share an ad group is anything to be put together.
    rows = np.flatnonzero(is_live & (targets[group] > 1))
    key = group[rows] * (int(words.max(initial=0)) + 1) + words[rows]
    _, first_of, place = np.unique(key, return_index=True, return_inverse=True)
    found[rows] = rows[first_of[place]]
    return found


def judged_together(given: TermFacts, figures: Figures, same: IntArray) -> TermFacts:
    """The facts of terms with what is known of the same words put together; clicks and cost stay each row's own.

    What is believed beforehand is that of the row with the most clicks; to it come the clicks of all of them.
    """
    exposure = np.maximum(figures.effective_clicks, given.orders)
    rows = np.flatnonzero(
        (np.bincount(same, minlength=same.size)[same] > 1) & _total(same, exposure)[same].astype(bool)
    )
    if not rows.size:
        return given
    order = rows[np.lexsort((-exposure[rows], same[rows]))]
    _, first, place = np.unique(same[order], return_index=True, return_inverse=True)
    lead = order[first]
    orders, clicks, cost, sales, every = (
        np.bincount(place, values[order])
        for values in (given.orders, given.clicks, given.cost, figures.sales, figures.orders)
    )
    known = _again(given, lead, orders, np.bincount(place, exposure[order]), exposure)
    price = given.order_value[lead] * (figures.orders[lead] + AOV_PRIOR_ORDERS) - figures.sales[lead]
    cpc = cost_per_click(cost, clicks)
    cpc = np.where(np.isnan(cpc), given.cpc[lead], cpc)
    value = shrunk_order_value(sales, every, price / AOV_PRIOR_ORDERS)
    return _judged(given, order, known, place, cpc, value, orders)


def judged_without(given: TermFacts, exposure: FloatArray, rows: IntArray, gone: Figures) -> TermFacts:
    """The facts of targets with what `rows` of them lose taken away; `gone` is what leaves each of all targets."""
    exposure = np.maximum(exposure, given.orders)
    rows = rows[exposure[rows] > 0]
    if not rows.size:
        return given
    left = np.maximum(exposure[rows] - np.maximum(gone.effective_clicks, gone.orders)[rows], 0.0)
    orders = np.clip(given.orders[rows] - gone.orders[rows], 0.0, left)
    clicks, cost = given.clicks.copy(), given.cost.copy()
    clicks[rows] = np.maximum(clicks[rows] - gone.clicks[rows], 0.0)
    cost[rows] = np.maximum(cost[rows] - gone.cost[rows], 0.0)
    cpc = cost_per_click(cost[rows], clicks[rows])
    cpc = np.where(np.isnan(cpc), given.cpc[rows], cpc)
    known = _again(given, rows, orders, left, exposure)
    smaller = replace(given, clicks=clicks, cost=cost)
    return _judged(smaller, rows, known, np.arange(rows.size), cpc, given.order_value[rows], orders)


def _again(
    given: TermFacts, rows: IntArray, orders: FloatArray, clicks: FloatArray, exposure: FloatArray
) -> ConversionEstimate:
    """What was believed of the rows before their own clicks, and then these."""
    seen = exposure[rows]
    strength = np.maximum(seen * (1 - given.evidence[rows]) / given.evidence[rows], 1e-6)
    mean = (given.expected_cvr[rows] * (seen + strength) - given.orders[rows]) / strength
    return posterior(orders, clicks, np.clip(mean, 1e-6, 1 - 1e-6), strength)


def _judged(
    given: TermFacts,
    rows: IntArray,
    known: ConversionEstimate,
    place: IntArray,
    cpc: FloatArray,
    value: FloatArray,
    orders: FloatArray,
) -> TermFacts:
    """The facts with these rows judged anew; `place` is each row's in what is known."""
    lead = np.empty(cpc.size, dtype=np.intp)
    lead[place] = rows
    unprofitable = known.below(needed_conversion_rate(cpc, value, given.break_even_acos[lead]))
    on_target = 1 - known.below(needed_conversion_rate(cpc, value, given.target_acos[lead]))
    columns = {
        "expected_cvr": known.expected,
        "evidence": known.evidence,
        "p_unprofitable": unprofitable,
        "p_target": on_target,
        "cpc": cpc,
        "order_value": value,
        "orders": orders,
    }
    changed = {}
    for name, values in columns.items():
        column = getattr(given, name).copy()
        column[rows] = values[place]
        changed[name] = column
    return replace(given, **changed)


def _total(same: IntArray, values: FloatArray) -> FloatArray:
    return np.bincount(same, values, same.size)
