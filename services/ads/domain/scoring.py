"""Judges campaigns and their terms at once: what is known of each, its score, what is wrong and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.budget import is_capped, lost_clicks, missed_sales
from services.ads.domain.change_alarm import Alarms, alarms
from services.ads.domain.conversion import ConversionEstimate, TermGroups, Traffic, estimate_conversion
from services.ads.domain.diagnosis import Diagnosis, Signs, diagnose
from services.ads.domain.economics import bid_for, expected_waste
from services.ads.domain.ratios import (
    capped_orders,
    cost_per_click,
    needed_conversion_rate,
    order_value,
    shrunk_order_value,
)
from services.ads.domain.reasons import Reason, ReasonCode
from services.ads.domain.score import NO_CAP, PARTS, Scores, click_through_part, score, stock_cap
from services.ads.domain.term_actions import CAREFUL, TermDecisions, TermFacts, decide_terms
from services.ads.domain.throttle import stock_lasts

DEFAULT_CTR = 0.0035
LEAST_POINTS_TOLD = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignColumns:
    """What is known of m campaigns; arrays (m,), NaN where unknown, money in one currency.

    `category` codes choose `benchmarks` of the whole; `benchmark_low` and `_high` are the campaign's own.
    `effective_clicks` are corrected for lag. `daily_orders` and `daily_effective_clicks` (m, days), the latest last,
    zero where nothing is known; None where no campaign has days. `eligibility` Amazon's word, "" unknown.
    `impressions_now` and `_before` a day, of the last 7 and the 28 days before. `p_below_by_placement` (m, k).
    """

    category: IntArray
    price: FloatArray
    break_even_acos: FloatArray
    target_acos: FloatArray
    benchmark_low: FloatArray
    benchmark_high: FloatArray
    benchmark_ctr: FloatArray
    impressions: FloatArray
    clicks: FloatArray
    effective_clicks: FloatArray
    cost: FloatArray
    orders: FloatArray
    sales: FloatArray
    time_in_budget: FloatArray
    capped: BoolArray
    sellable: FloatArray
    has_buy_box: BoolArray
    cover_days: FloatArray
    lead_time_days: FloatArray
    eligibility: Sequence[str]
    daily_orders: FloatArray | None = None
    daily_effective_clicks: FloatArray | None = None
    impressions_now: FloatArray | None = None
    impressions_before: FloatArray | None = None
    bid: FloatArray | None = None
    suggested_low: FloatArray | None = None
    benchmark_cpc: FloatArray | None = None
    p_below_by_placement: FloatArray | None = None
    sales_only_moved: BoolArray | None = None

    @property
    def size(self) -> int:
        return int(self.category.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermColumns:
    """What is known of n terms or targets; arrays (n,), NaN where unknown. `campaign` is the row of CampaignColumns.

    `bid` NaN: the price of a click stands for it. `ad_group`, `target` and `match_type` are codes, None unused.
    """

    campaign: IntArray
    category: IntArray
    is_exact: BoolArray
    clicks: FloatArray
    effective_clicks: FloatArray
    cost: FloatArray
    orders: FloatArray
    sales: FloatArray
    bid: FloatArray
    cooling: BoolArray
    too_young: BoolArray
    ad_group: IntArray | None = None
    target: IntArray | None = None
    match_type: IntArray | None = None
    text: Sequence[str] | None = None
    impressions: FloatArray | None = None

    @property
    def size(self) -> int:
        return int(self.clicks.size)


@dataclass(frozen=True, slots=True)
class CampaignJudgement:
    """What was found of m campaigns; arrays (m,). `alarms` None where no days are known.

    `click_value` is the bid at which the target ACoS is expected. `wasted_spend` is what the spend loses,
    `missed_sales` what the budget kept from being sold; both over the window, NaN where unknown.
    """

    estimate: ConversionEstimate
    cpc: FloatArray
    order_value: FloatArray
    needed_cvr: FloatArray
    target_cvr: FloatArray
    p_unprofitable: FloatArray
    p_target: FloatArray
    p_below_benchmark: FloatArray
    scores: Scores
    alarms: Alarms | None
    diagnoses: tuple[Diagnosis, ...]
    click_value: FloatArray
    wasted_spend: FloatArray
    missed_sales: FloatArray


@dataclass(frozen=True, slots=True)
class TermJudgement:
    """What was found of n terms; arrays (n,)."""

    estimate: ConversionEstimate
    p_below_benchmark: FloatArray
    scores: Scores
    facts: TermFacts
    decisions: TermDecisions


def order_value_of(sales: FloatArray, orders: FloatArray, price: FloatArray) -> FloatArray:
    """Order value shrunk to the price, the plain one where no price is known."""
    return np.where(np.isnan(price), order_value(sales, orders), shrunk_order_value(sales, orders, price))


def judge_campaigns(columns: CampaignColumns, benchmarks: Sequence[tuple[float, float]]) -> CampaignJudgement:
    """Scores, alarms and diagnoses of campaigns; `benchmarks[c]` is the conversion range of category c."""
    c = columns
    orders = capped_orders(c.orders, c.clicks)
    estimate = estimate_conversion(orders, c.effective_clicks, TermGroups(category=c.category), benchmarks)
    cpc = cost_per_click(c.cost, c.clicks)
    value = order_value_of(c.sales, c.orders, c.price)
    needed = needed_conversion_rate(cpc, value, c.break_even_acos)
    for_target = needed_conversion_rate(cpc, value, c.target_acos)
    p_unprofitable, p_below = estimate.below(needed), estimate.below(c.benchmark_low)
    p_target = 1 - estimate.below(for_target)
    click_through = click_through_part(c.impressions, c.clicks, c.benchmark_ctr)
    scores = score(
        p_unprofitable,
        p_target,
        p_below,
        click_through,
        c.time_in_budget,
        stock_cap(c.sellable, c.has_buy_box, c.cover_days),
    )
    watched = None
    if c.daily_orders is not None and c.daily_effective_clicks is not None:
        watched = alarms(c.daily_orders, c.daily_effective_clicks)
    unknown = np.full(c.size, np.nan)
    click_value = bid_for(c.target_acos, value, estimate.expected)
    placements = np.full((c.size, 0), np.nan) if c.p_below_by_placement is None else c.p_below_by_placement
    diagnoses = diagnose(
        Signs(
            eligibility=_eligibility(c),
            cover_days=c.cover_days,
            lead_time_days=c.lead_time_days,
            capped=np.asarray(c.capped | is_capped(c.time_in_budget)),
            time_in_budget=c.time_in_budget,
            p_unprofitable=p_unprofitable,
            impressions=unknown if c.impressions_now is None else c.impressions_now,
            impressions_before=unknown if c.impressions_before is None else c.impressions_before,
            bid=unknown if c.bid is None else c.bid,
            suggested_low=unknown if c.suggested_low is None else c.suggested_low,
            p_ctr_low=1 - click_through,
            benchmark_ctr=c.benchmark_ctr,
            p_below_benchmark=p_below,
            p_below_by_placement=placements,
            benchmark_low=c.benchmark_low,
            cpc=cpc,
            benchmark_cpc=unknown if c.benchmark_cpc is None else c.benchmark_cpc,
            click_value=click_value,
            cost=c.cost,
            sales=c.sales,
            break_even_acos=c.break_even_acos,
            sales_only_moved=np.zeros(c.size, dtype=bool) if c.sales_only_moved is None else c.sales_only_moved,
            evidence=estimate.evidence,
        )
    )
    return CampaignJudgement(
        estimate,
        cpc,
        value,
        needed,
        for_target,
        p_unprofitable,
        p_target,
        p_below,
        scores,
        watched,
        diagnoses,
        click_value,
        expected_waste(c.cost, c.clicks, estimate.expected, value, c.break_even_acos),
        missed_sales(lost_clicks(c.clicks, c.time_in_budget), estimate.expected, value),
    )


def judge_terms(
    columns: TermColumns,
    campaigns: CampaignColumns,
    benchmarks: Sequence[tuple[float, float]],
    tau: float = CAREFUL,
) -> TermJudgement:
    """Scores and actions of terms. Their score has no part for clicks per impression, which search-term reports do
    not show, nor for the budget, which is the campaign's: the weights of the other three are rescaled.

    A term without a price of its own click takes its campaign's. Unknown stock holds no raise here: the proposals
    of a run leave out what needs stock that is not known.
    """
    t, c = columns, campaigns
    mine = t.campaign
    orders = capped_orders(t.orders, t.clicks)
    groups = TermGroups(
        category=t.category,
        campaign=mine,
        ad_group=t.ad_group,
        target=t.target,
        match_type=t.match_type,
        text=t.text,
    )
    traffic = None if t.impressions is None else Traffic(t.clicks, t.impressions, t.cost)
    estimate = estimate_conversion(orders, t.effective_clicks, groups, benchmarks, traffic)
    own_cpc = cost_per_click(t.cost, t.clicks)
    cpc = np.where(np.isnan(own_cpc), cost_per_click(c.cost, c.clicks)[mine], own_cpc)
    campaign_value = order_value_of(c.sales, c.orders, c.price)[mine]
    value = order_value_of(t.sales, t.orders, c.price[mine])
    value = np.where(np.isnan(value), campaign_value, value)
    break_even, target = c.break_even_acos[mine], c.target_acos[mine]
    p_unprofitable = estimate.below(needed_conversion_rate(cpc, value, break_even))
    p_target = 1 - estimate.below(needed_conversion_rate(cpc, value, target))
    p_below = estimate.below(c.benchmark_low[mine])
    gone = (c.sellable <= 0) | ~c.has_buy_box
    eligible = np.array([word == "" for word in _eligibility(c)], dtype=bool) & ~gone
    stock_ok = np.isnan(c.cover_days) | stock_lasts(c.cover_days, c.lead_time_days)
    facts = TermFacts(
        clicks=t.clicks,
        cost=t.cost,
        orders=orders,
        expected_cvr=estimate.expected,
        evidence=estimate.evidence,
        p_unprofitable=p_unprofitable,
        p_target=p_target,
        cpc=cpc,
        order_value=value,
        break_even_acos=break_even,
        target_acos=target,
        is_exact=t.is_exact,
        bid=t.bid,
        stock_ok=stock_ok[mine],
        budget_capped=np.asarray(c.capped | is_capped(c.time_in_budget))[mine],
        eligible=eligible[mine],
        cooling=t.cooling,
        too_young=t.too_young,
    )
    cap = stock_cap(c.sellable, c.has_buy_box, c.cover_days)[mine]
    scores = score(p_unprofitable, p_target, p_below, np.nan, np.nan, cap)
    return TermJudgement(estimate, p_below, scores, facts, decide_terms(facts, tau))


def _eligibility(campaigns: CampaignColumns) -> tuple[str, ...]:
    """Amazon's word where it says why not, else what stock and buy box say themselves; "" where nothing is wrong."""
    found = []
    for row, word in enumerate(campaigns.eligibility):
        if word not in ("", "ELIGIBLE"):
            found.append(word)
        elif campaigns.sellable[row] <= 0:
            found.append("OUT_OF_STOCK")
        else:
            found.append("" if campaigns.has_buy_box[row] else "NOT_IN_BUYBOX")
    return tuple(found)


_POINTS = dict(
    zip(
        PARTS,
        (
            ReasonCode.PROFIT_POINTS,
            ReasonCode.TARGET_POINTS,
            ReasonCode.CONVERSION_POINTS,
            ReasonCode.CLICK_THROUGH_POINTS,
            ReasonCode.BUDGET_POINTS,
        ),
        strict=True,
    )
)


def campaign_reasons(columns: CampaignColumns, found: CampaignJudgement) -> list[list[Reason]]:
    """Why each campaign stands where it does: its diagnosis, its alarm, the stock's cap, and the points it lost by
    weight; parts that lost less than a point are left out.
    """
    result: list[list[Reason]] = []
    for row in range(columns.size):
        reasons = [found.diagnoses[row].reason]
        if found.alarms is not None and found.alarms.fired[row]:
            reasons.append(
                Reason(
                    ReasonCode.CONVERSION_FELL,
                    {
                        "orders": round(float(found.alarms.orders[row]), 2),
                        "expected": round(float(found.alarms.expected[row]), 2),
                        "window_days": int(found.alarms.window_days[row]),
                        "probability": round(float(found.alarms.probability[row]), 6),
                    },
                )
            )
        if found.scores.cap[row] < NO_CAP:
            reasons.append(Reason(ReasonCode.CAPPED_BY_STOCK, {"cap": float(found.scores.cap[row])}))
        reasons.extend(_points(columns, found, row))
        result.append(reasons)
    return result


def _points(columns: CampaignColumns, found: CampaignJudgement, row: int) -> list[Reason]:
    numbers = {
        "profit": {"p_unprofitable": found.p_unprofitable[row]},
        "target": {"p_target": found.p_target[row]},
        "cvr": {"p_below_benchmark": found.p_below_benchmark[row], "benchmark_low": columns.benchmark_low[row]},
        "ctr": {"p_click_through": found.scores.parts[row, 3], "benchmark_ctr": columns.benchmark_ctr[row]},
        "budget": {"time_in_budget": columns.time_in_budget[row]},
    }
    lost = found.scores.lost[row]
    return [
        Reason(
            _POINTS[PARTS[part]],
            {
                "lost": round(float(lost[part]), 2),
                "points": round(float(found.scores.points[row, part]), 2),
                **{name: round(float(value), 6) for name, value in numbers[PARTS[part]].items()},
            },
        )
        for part in np.argsort(-lost, kind="stable")
        if lost[part] >= LEAST_POINTS_TOLD
    ]
