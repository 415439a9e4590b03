"""Decides what is wrong with a campaign: the first of ten questions that is answered with yes, and its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray
from services.ads.domain.ratios import ratio
from services.ads.domain.reasons import Reason, ReasonCode, ReasonValue
from services.ads.domain.throttle import SHORT_COVER_DAYS

SURE = 0.9
FEW_IMPRESSIONS_SHARE = 0.5
PLACEMENT_DOUBT = 0.5
LITTLE_EVIDENCE = 0.25
PROFIT_DOUBT = 0.5

ELIGIBLE = "ELIGIBLE"
NO_STOCK, NO_BUY_BOX = "OUT_OF_STOCK", "NOT_IN_BUYBOX"


class Remedy(StrEnum):
    """What to do about it."""

    FIX_ELIGIBILITY = "fix_eligibility"
    THROTTLE = "throttle"
    RAISE_BUDGET = "raise_budget"
    WIN_IMPRESSIONS = "win_impressions"
    WIN_CLICKS = "win_clicks"
    WIN_ORDERS = "win_orders"
    IMPROVE_LISTING = "improve_listing"
    IMPROVE_TARGETING = "improve_targeting"
    LOWER_BID = "lower_bid"
    IMPROVE_MARGIN = "improve_margin"
    TEST_HOLD_OUT = "test_hold_out"
    NONE = "none"
    WAIT_FOR_DATA = "wait_for_data"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found and what to do about it; the reason holds the numbers that fired."""

    remedy: Remedy
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What is known of n campaigns; arrays (n,), NaN where unknown, which answers no question with yes.

    `eligibility` Amazon's word, "" unknown. `capped` by the budget. `impressions` and `impressions_before` a day,
    of the last 7 and of the 28 days before. `p_below_by_placement` (n, k). `click_value` = target ACoS x AOV x
    E[CVR]. `sales_only_moved`: TACoS rose while total sales were flat.
    """

    eligibility: Sequence[str]
    cover_days: FloatArray
    lead_time_days: FloatArray
    capped: BoolArray
    time_in_budget: FloatArray
    p_unprofitable: FloatArray
    impressions: FloatArray
    impressions_before: FloatArray
    bid: FloatArray
    suggested_low: FloatArray
    p_ctr_low: FloatArray
    benchmark_ctr: FloatArray
    p_below_benchmark: FloatArray
    p_below_by_placement: FloatArray
    benchmark_low: FloatArray
    cpc: FloatArray
    benchmark_cpc: FloatArray
    click_value: FloatArray
    cost: FloatArray
    sales: FloatArray
    break_even_acos: FloatArray
    sales_only_moved: BoolArray
    evidence: FloatArray


def _blocked(word: str) -> bool:
    return word not in ("", ELIGIBLE)


def diagnose(signs: Signs) -> tuple[Diagnosis, ...]:
    """The first question of each campaign that is answered with yes, else nothing wrong or not enough data."""
    s = signs
    acos = ratio(s.cost, s.sales)
    loses = (acos > s.break_even_acos) | (np.isnan(acos) & (s.cost > 0) & (s.p_unprofitable >= PROFIT_DOUBT))
    usual_cpc = (s.cpc <= s.benchmark_cpc) | (s.break_even_acos <= 0)
    known = ~np.isnan(s.p_below_by_placement)
    below = (np.nan_to_num(s.p_below_by_placement) >= PLACEMENT_DOUBT) & known
    low = s.p_below_benchmark >= SURE
    everywhere = known.any(axis=1) & (below == known).all(axis=1)
    thin = loses & usual_cpc
    questions: tuple[tuple[ReasonCode, BoolArray], ...] = (
        (ReasonCode.NOT_ELIGIBLE, np.array([_blocked(word) for word in s.eligibility], dtype=bool)),
        (ReasonCode.STOCK_RUNS_OUT, (s.cover_days < s.lead_time_days) | (s.cover_days < SHORT_COVER_DAYS)),
        (ReasonCode.BUDGET_HOLDS_BACK, s.capped & (s.p_unprofitable < PROFIT_DOUBT)),
        (ReasonCode.FEW_IMPRESSIONS, s.impressions < FEW_IMPRESSIONS_SHARE * s.impressions_before),
        (ReasonCode.BID_UNDER_SUGGESTION, s.bid < s.suggested_low),
        (ReasonCode.LOW_CLICK_THROUGH, s.p_ctr_low >= SURE),
        (ReasonCode.LOW_CONVERSION_EVERYWHERE, low & everywhere),
        (ReasonCode.LOW_CONVERSION_SOMEWHERE, low & below.any(axis=1)),
        (ReasonCode.LOW_CONVERSION, low),
        (ReasonCode.BID_TOO_HIGH, (s.cpc > s.click_value) & ~thin),
        (ReasonCode.MARGIN_TOO_THIN, thin),
        (ReasonCode.SALES_ONLY_MOVED, np.asarray(s.sales_only_moved, dtype=bool)),
        (ReasonCode.NOT_ENOUGH_DATA, ~(s.evidence >= LITTLE_EVIDENCE)),
    )
    first = np.select([hit for _, hit in questions], list(range(len(questions))), len(questions))
    codes = [*(code for code, _ in questions), ReasonCode.NOTHING_WRONG]
    return tuple(_diagnosis(codes[int(found)], row, s, acos, below, known) for row, found in enumerate(first))


_REMEDIES = {
    ReasonCode.NOT_ELIGIBLE: Remedy.FIX_ELIGIBILITY,
    ReasonCode.STOCK_RUNS_OUT: Remedy.THROTTLE,
    ReasonCode.BUDGET_HOLDS_BACK: Remedy.RAISE_BUDGET,
    ReasonCode.FEW_IMPRESSIONS: Remedy.WIN_IMPRESSIONS,
    ReasonCode.BID_UNDER_SUGGESTION: Remedy.WIN_IMPRESSIONS,
    ReasonCode.LOW_CLICK_THROUGH: Remedy.WIN_CLICKS,
    ReasonCode.LOW_CONVERSION: Remedy.WIN_ORDERS,
    ReasonCode.LOW_CONVERSION_EVERYWHERE: Remedy.IMPROVE_LISTING,
    ReasonCode.LOW_CONVERSION_SOMEWHERE: Remedy.IMPROVE_TARGETING,
    ReasonCode.BID_TOO_HIGH: Remedy.LOWER_BID,
    ReasonCode.MARGIN_TOO_THIN: Remedy.IMPROVE_MARGIN,
    ReasonCode.SALES_ONLY_MOVED: Remedy.TEST_HOLD_OUT,
    ReasonCode.NOT_ENOUGH_DATA: Remedy.WAIT_FOR_DATA,
    ReasonCode.NOTHING_WRONG: Remedy.NONE,
}

# The numbers of each answer, by the fields of Signs that it looked at.
_NUMBERS = {
    ReasonCode.STOCK_RUNS_OUT: ("cover_days", "lead_time_days"),
    ReasonCode.BUDGET_HOLDS_BACK: ("time_in_budget", "p_unprofitable"),
    ReasonCode.FEW_IMPRESSIONS: ("impressions", "impressions_before"),
    ReasonCode.BID_UNDER_SUGGESTION: ("bid", "suggested_low"),
    ReasonCode.LOW_CLICK_THROUGH: ("p_ctr_low", "benchmark_ctr"),
    ReasonCode.LOW_CONVERSION: ("p_below_benchmark", "benchmark_low"),
    ReasonCode.LOW_CONVERSION_EVERYWHERE: ("p_below_benchmark", "benchmark_low"),
    ReasonCode.LOW_CONVERSION_SOMEWHERE: ("p_below_benchmark", "benchmark_low"),
    ReasonCode.BID_TOO_HIGH: ("cpc", "click_value"),
    ReasonCode.MARGIN_TOO_THIN: ("break_even_acos", "cpc", "p_unprofitable"),
    ReasonCode.NOT_ENOUGH_DATA: ("evidence",),
    ReasonCode.NOTHING_WRONG: ("evidence",),
}


def _diagnosis(
    code: ReasonCode, row: int, signs: Signs, acos: FloatArray, below: BoolArray, known: BoolArray
) -> Diagnosis:
    numbers: dict[str, ReasonValue] = {}
    for name in _NUMBERS.get(code, ()):
        value = float(getattr(signs, name)[row])
        numbers[name] = None if np.isnan(value) else round(value, 6)
    if code is ReasonCode.NOT_ELIGIBLE:
        numbers["eligibility"] = signs.eligibility[row]
    if code is ReasonCode.MARGIN_TOO_THIN:
        numbers["acos"] = None if np.isnan(acos[row]) else round(float(acos[row]), 6)
    if code in (ReasonCode.LOW_CONVERSION_EVERYWHERE, ReasonCode.LOW_CONVERSION_SOMEWHERE):
        numbers |= {"placements_below": int(below[row].sum()), "placements": int(known[row].sum())}
    return Diagnosis(_REMEDIES[code], Reason(code, numbers))
