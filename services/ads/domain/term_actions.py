"""Decides what to do with a search term or target, and what that saves and puts at risk in money."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.economics import MAX_BID_STEP, bid_for, expected_waste, stepped_bid
from services.ads.domain.ratios import needed_conversion_rate
from services.ads.domain.reasons import Reason, ReasonCode

CAREFUL, BALANCED = 0.9, 0.7
MEETS_TARGET = 0.8
HARVEST_ORDERS = 2
LITTLE_EVIDENCE = 0.25
COOLDOWN_HOURS = 24
DAYS_AFTER_CHANGE = 3


class Action(StrEnum):
    """What to do; in the order of the codes that arrays hold."""

    NEGATE = "negate"
    BID_DOWN = "bid_down"
    HARVEST = "harvest"
    BID_UP = "bid_up"
    WATCH = "watch"
    KEEP = "keep"


ACTIONS = tuple(Action)
NEGATE, BID_DOWN, HARVEST, BID_UP, WATCH, KEEP = range(len(ACTIONS))


class Hold(StrEnum):
    """What kept an action from being proposed; in the order of the codes that arrays hold."""

    NONE = "none"
    COOLING_DOWN = "cooling_down"
    DATA_TOO_YOUNG = "data_too_young"
    STOCK = "stock"
    BUDGET = "budget"
    NOT_ELIGIBLE = "not_eligible"


HOLDS = tuple(Hold)
_, _COOLING, _YOUNG, _STOCK, _BUDGET, _NOT_ELIGIBLE = range(len(HOLDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """What is known of n terms; arrays (n,), NaN where unknown.

    `clicks` and `cost` of the window, all clicks: those whose orders are still to be reported will bring them.
    `orders` capped at the clicks. Probabilities from the lag-corrected estimate. `bid` NaN: the price of a click
    stands for it. `stock_ok` False forbids bid_up, as do `budget_capped` and not `eligible`. `cooling`: changed
    within the cooldown. `too_young`: figures under 72 hours without lag correction. `placement_rise` is by how much
    of the bid placement modifiers raise the usual click, a share; None where no modifier is known.
    """

    clicks: FloatArray
    cost: FloatArray
    orders: FloatArray
    expected_cvr: FloatArray
    evidence: FloatArray
    p_unprofitable: FloatArray
    p_target: FloatArray
    cpc: FloatArray
    order_value: FloatArray
    break_even_acos: FloatArray
    target_acos: FloatArray
    is_exact: BoolArray
    bid: FloatArray
    stock_ok: BoolArray
    budget_capped: BoolArray
    eligible: BoolArray
    cooling: BoolArray
    too_young: BoolArray
    placement_rise: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class TermDecisions:
    """What to do with n terms; arrays (n,). `action` and `hold` are codes of ACTIONS and HOLDS.

    `needed_cvr` pays for the clicks (p*), `target_cvr` meets the target. `formula_bid` is what a click is worth at
    the target, `next_bid` the step towards it from the current bid. Money over the window of the facts:
    `wasted_spend` is what it loses now; `waste_saved` and `sales_at_risk` what the action saves and may cost,
    `sales_gained` what more clicks bring. Clicks are taken to follow a bid in proportion.
    """

    action: IntArray
    hold: IntArray
    needed_cvr: FloatArray
    target_cvr: FloatArray
    formula_bid: FloatArray
    next_bid: FloatArray
    wasted_spend: FloatArray
    waste_saved: FloatArray
    sales_at_risk: FloatArray
    sales_gained: FloatArray


def is_cooling(hours_since_change: FloatArray) -> BoolArray:
    """Whether the last change (NaN: none) is under three days old, which covers the 24 hours between changes."""
    return np.asarray(hours_since_change < max(COOLDOWN_HOURS, 24 * DAYS_AFTER_CHANGE))


def aimed_bid(facts: TermFacts, formula: FloatArray) -> FloatArray:
    """The bid at which the usual click costs what the formula says: less than it by what placements add, (n,).

    It does not depend on the present bid or on what clicks cost under earlier ones: a bid that is there stays there.
    """
    if facts.placement_rise is None:
        return formula
    return np.where(np.isnan(facts.bid), formula, formula / (1 + facts.placement_rise))


def decide_terms(facts: TermFacts, tau: float = CAREFUL) -> TermDecisions:
    """The first action of the table that applies.

    Negate at P_unprofitable >= tau and E[CVR] < p*; bid_down where a click costs more than it is worth at the
    target and the bid is not down to that already; harvest from two orders under a match type that is not exact,
    meeting the target with .8; bid_up at .8 too; watch where own clicks are less than a quarter of what is known;
    else keep. What is cooling down or rests on young figures is left as it is.
    """
    f = facts
    needed = needed_conversion_rate(f.cpc, f.order_value, f.break_even_acos)
    for_target = needed_conversion_rate(f.cpc, f.order_value, f.target_acos)
    formula = bid_for(f.target_acos, f.order_value, f.expected_cvr)
    current = np.where(np.isnan(f.bid), f.cpc, f.bid)
    aim = aimed_bid(f, formula)
    next_bid = stepped_bid(current, aim)
    worth_raising = (f.p_target >= MEETS_TARGET) & (next_bid > current)
    hold_raise = np.select([~f.eligible, ~f.stock_ok, f.budget_capped], [_NOT_ELIGIBLE, _STOCK, _BUDGET], 0)
    negate = (f.p_unprofitable >= tau) & (f.expected_cvr < needed)
    dear = (f.expected_cvr < for_target) & (aim < current)
    harvest = (f.orders >= HARVEST_ORDERS) & ~f.is_exact & (f.p_target >= MEETS_TARGET)
    action = np.select(
        [
            negate,
            dear,
            harvest,
            worth_raising & (hold_raise == 0),
            f.evidence < LITTLE_EVIDENCE,
        ],
        [NEGATE, BID_DOWN, HARVEST, BID_UP, WATCH],
        KEEP,
    )
    hold = np.where(worth_raising & (action >= WATCH), hold_raise, 0)
    acts = action < WATCH
    hold = np.where(acts & f.too_young, _YOUNG, hold)
    hold = np.where(acts & f.cooling, _COOLING, hold)
    action = np.where(acts & f.cooling, KEEP, np.where(acts & f.too_young, WATCH, action))
    next_bid = np.where((action == BID_DOWN) | (action == BID_UP), next_bid, current)
    next_bid = np.where(action == HARVEST, formula, next_bid)
    return TermDecisions(
        action,
        hold,
        needed,
        for_target,
        formula,
        next_bid,
        *_money(f, action, np.where(current > 0, current, np.nan), next_bid),
    )


def _money(
    facts: TermFacts, action: IntArray, current: FloatArray, next_bid: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Waste now, waste saved, sales at risk, sales gained."""
    f = facts
    share = np.select([action == NEGATE, (action == BID_DOWN) | (action == BID_UP)], [0.0, next_bid / current], 1.0)
    share = np.nan_to_num(share, nan=1.0)
    waste = expected_waste(f.cost, f.clicks, f.expected_cvr, f.order_value, f.break_even_acos)
    left = expected_waste(f.cost * share**2, f.clicks * share, f.expected_cvr, f.order_value, f.break_even_acos)
    sales = np.nan_to_num(f.clicks * f.expected_cvr * f.order_value)
    saved = np.nan_to_num(np.maximum(waste - left, 0.0))
    return waste, saved, sales * np.maximum(1 - share, 0.0), sales * np.maximum(share - 1, 0.0)


# Why nothing was done, and why something was, with the numbers that say so; in the order of the codes.
HOLD_REASONS = {
    Hold.COOLING_DOWN: ReasonCode.COOLING_DOWN,
    Hold.DATA_TOO_YOUNG: ReasonCode.DATA_TOO_YOUNG,
    Hold.STOCK: ReasonCode.NOT_RAISED_STOCK,
    Hold.BUDGET: ReasonCode.NOT_RAISED_BUDGET,
    Hold.NOT_ELIGIBLE: ReasonCode.NOT_RAISED_NOT_ELIGIBLE,
}
ACTION_REASONS = (
    (ReasonCode.LOSES_MONEY, ("p_unprofitable", "expected_cvr", "needed_cvr")),
    (ReasonCode.CLICK_TOO_DEAR, ("cpc", "bid")),
    (ReasonCode.MEETS_TARGET, ("orders", "p_target")),
    (ReasonCode.CLICK_WORTH_MORE, ("cpc", "bid", "p_target")),
    (ReasonCode.NOT_ENOUGH_DATA, ("evidence",)),
    (ReasonCode.AS_EXPECTED, ("p_target",)),
)


def term_reasons(facts: TermFacts, decisions: TermDecisions, rows: Sequence[int] | None = None) -> list[list[Reason]]:
    """Why, for all terms or those of `rows`, in their order; numbers to six digits."""
    wanted = np.arange(facts.clicks.size) if rows is None else np.asarray(rows, dtype=np.intp)
    columns = {
        name: _told(values[wanted])
        for name, values in (
            ("p_unprofitable", facts.p_unprofitable),
            ("p_target", facts.p_target),
            ("expected_cvr", facts.expected_cvr),
            ("needed_cvr", decisions.needed_cvr),
            ("evidence", facts.evidence),
            ("orders", facts.orders),
            ("cpc", facts.cpc),
            ("bid", decisions.formula_bid),
        )
    }
    margin_known = ~np.isnan(facts.break_even_acos[wanted])
    clicked = (facts.clicks[wanted] > 0).tolist()
    actions, holds = decisions.action[wanted].tolist(), decisions.hold[wanted].tolist()
    found: list[list[Reason]] = []
    for row, (action, hold, known) in enumerate(zip(actions, holds, margin_known.tolist(), strict=True)):
        code, names = ACTION_REASONS[action]
        reasons: list[Reason] = []
        if action == KEEP and not known:
            reasons.append(Reason(ReasonCode.MARGIN_UNKNOWN, {}))
        elif hold not in (_COOLING, _YOUNG):
            reasons.append(Reason(code, {name: columns[name][row] for name in names}))
        if hold:
            reasons.append(Reason(HOLD_REASONS[HOLDS[hold]], {}))
        if not clicked[row]:
            reasons.append(Reason(ReasonCode.NO_CLICKS, {}))
        found.append(reasons)
    return found


def _told(values: FloatArray) -> list[float | None]:
    """Numbers to six digits, None for what is not known or without end."""
    finite = np.isfinite(values)
    found: list[float | None] = np.round(np.where(finite, values, 0.0), 6).tolist()
    for position in np.flatnonzero(~finite).tolist():
        found[position] = None
    return found


__all__ = [
    "ACTIONS",
    "ACTION_REASONS",
    "BALANCED",
    "CAREFUL",
    "HOLDS",
    "HOLD_REASONS",
    "MAX_BID_STEP",
    "Action",
    "Hold",
    "TermDecisions",
    "TermFacts",
    "aimed_bid",
    "decide_terms",
    "is_cooling",
    "term_reasons",
]
