"""Scores everything that is advertised at once: rates from few clicks, odds of loss, scores, waste, diagnoses."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray
from services.ads.domain.budget import (
    days_at_budget,
    days_of_budget,
    is_capped,
    lost_clicks,
    missed_sales,
    reachable_clicks,
    time_in_budget,
)
from services.ads.domain.cannibalisation import brand_takes_own_sales
from services.ads.domain.change_alarm import Alarms, alarms
from services.ads.domain.conversion import ConversionEstimate, TermGroups, Traffic, estimate_conversion, posterior
from services.ads.domain.diagnosis import Diagnosis, Signs, diagnose
from services.ads.domain.economics import expected_waste, target_cost_per_order
from services.ads.domain.placements import PLACEMENT_STRENGTH, shrunk_revenue_per_click
from services.ads.domain.ratios import (
    capped_orders,
    cost_per_click,
    needed_conversion_rate,
    order_value,
    ratio,
    shrunk_order_value,
)
from services.ads.domain.roll_ups import group_sums, weighted_score
from services.ads.domain.score import click_through_part, score, stock_cap
from services.ads.domain.scored import AdvertisingFacts, Benchmark, Figures, Scored
from services.ads.domain.throttle import days_of_cover

RECENT_DAYS, BEFORE_DAYS, TREND_DAYS = 7, 28, 28
PLACEMENT_COUNT = 3
# Stock is short where what a quarter of the spend is for runs short; margins speak where half of the spend has one,
# impressions where more than half of the days are known.
SHORT_SHARE, LEAST_KNOWN_SHARE = 0.25, 0.5
LEAST_TOLD_SHARE = 0.9  # of the days: what fewer tell is not compared with the sales of all


@dataclass(frozen=True, slots=True)
class Worth:
    """What sales of n subjects are worth, (n,): price and ACoS limits of their products, weighed by what was spent on
    each; NaN where nobody knows, limits also where less than half of the spend has them. `cover_days` and
    `lead_time_days` are those of the product up to which, the shortest cover first, a quarter of the spend goes: one
    small variant stops no others, and what is sold out does not count beside what is not. `sellable` (n,) is what is
    left of all of them, `known_stock` whether that of all of them is known."""

    price: FloatArray
    break_even_acos: FloatArray
    target_acos: FloatArray
    sellable: FloatArray
    cover_days: FloatArray
    lead_time_days: FloatArray
    known_stock: BoolArray


@dataclass(frozen=True, slots=True)
class ScoredAdvertising:
    """What a run says of every level, with what it took to say it."""

    campaigns: Scored
    ad_groups: Scored
    targets: Scored
    terms: Scored
    products: Scored
    accounts: Scored
    portfolios: Scored
    campaign_worth: Worth
    group_worth: Worth
    product_worth: Worth
    diagnoses: tuple[Diagnosis, ...]
    alarms: Alarms
    budget_capped: BoolArray
    days_capped: IntArray
    days_known: IntArray
    time_in_budget: FloatArray
    placement_revenue: FloatArray


def score_advertising(facts: AdvertisingFacts) -> ScoredAdvertising:
    """Everything of one run; nothing is decided here about what to change."""
    group_campaign = facts.ad_groups.campaign
    target_campaign = group_campaign[facts.targets.ad_group]
    term_group = facts.targets.ad_group[facts.terms.target]
    term_campaign = group_campaign[term_group]
    campaign_category = facts.campaigns.category
    products = _product_worth(facts)
    campaign_worth = _worth(facts, products, group_campaign[facts.ads.ad_group], len(facts.campaigns.ids), None)
    group_worth = _worth(
        facts, products, facts.ads.ad_group, len(facts.ad_groups.ids), _of(campaign_worth, group_campaign)
    )
    campaign_price = _known_price(campaign_worth.price, facts.campaigns.figures, facts.campaigns.market)
    group_price = _or(group_worth.price, campaign_price[group_campaign])

    terms = _scored(
        facts.terms.figures,
        TermGroups(
            category=campaign_category[term_campaign],
            campaign=term_campaign,
            ad_group=term_group,
            target=facts.terms.target,
            match_type=facts.targets.match[facts.terms.target],
            text=facts.terms.text,
            portfolio=facts.campaigns.portfolio[term_campaign],
        ),
        facts.benchmarks,
        group_price[term_group],
        _of(group_worth, term_group),
    )
    targets = _scored(
        facts.targets.figures,
        TermGroups(
            category=campaign_category[target_campaign],
            campaign=target_campaign,
            ad_group=facts.targets.ad_group,
            match_type=facts.targets.match,
            text=facts.targets.text,
            portfolio=facts.campaigns.portfolio[target_campaign],
        ),
        facts.benchmarks,
        group_price[facts.targets.ad_group],
        _of(group_worth, facts.targets.ad_group),
    )
    groups = _scored(
        facts.targets.figures.summed(facts.targets.ad_group, len(facts.ad_groups.ids)),
        TermGroups(
            category=campaign_category[group_campaign],
            campaign=group_campaign,
            portfolio=facts.campaigns.portfolio[group_campaign],
        ),
        facts.benchmarks,
        group_price,
        group_worth,
    )
    spent = _spent_of_budget(facts)
    at_budget, days = _days_at_budget(facts, spent)
    in_budget = time_in_budget(at_budget, days)
    campaigns = _scored(
        facts.campaigns.figures,
        TermGroups(category=campaign_category, portfolio=facts.campaigns.portfolio),
        facts.benchmarks,
        campaign_price,
        campaign_worth,
        click_through=True,
        in_budget=in_budget,
    )
    scored_products = _scored(
        facts.products.figures,
        TermGroups(category=facts.products.category),
        facts.benchmarks,
        _known_price(facts.products.price, facts.products.figures, facts.products.market),
        products,
        total_sales=facts.products.total_sales,
        click_through=True,
    )
    capped = is_capped(np.nan, spent[:, -RECENT_DAYS:], facts.campaigns.daily_budget[:, None])
    revenue, below = _placements(facts, campaigns)
    waste = _finest_waste(facts, campaigns, targets, terms, target_campaign)
    missed = missed_sales(
        reachable_clicks(
            lost_clicks(facts.campaigns.figures.clicks, np.where(capped, in_budget, np.nan)),
            facts.campaigns.figures.clicks,
        ),
        campaigns.expected_cvr,
        campaigns.order_value,
    )
    campaigns = _with(campaigns, waste, missed)
    accounts, portfolios = _roll_ups(facts, campaigns)
    found = alarms(facts.campaigns.daily_orders, facts.campaigns.daily_effective_clicks)
    return ScoredAdvertising(
        campaigns,
        groups,
        targets,
        terms,
        scored_products,
        accounts,
        portfolios,
        campaign_worth,
        group_worth,
        products,
        diagnose(_signs(facts, campaigns, campaign_worth, capped, in_budget, below)),
        found,
        np.asarray(capped),
        at_budget.astype(np.int64),
        days.astype(np.int64),
        in_budget,
        revenue,
    )


def _scored(
    figures: Figures,
    groups: TermGroups,
    benchmarks: Sequence[Benchmark],
    price: FloatArray,
    worth: Worth,
    *,
    total_sales: FloatArray | None = None,
    click_through: bool = False,
    in_budget: FloatArray | None = None,
) -> Scored:
    count = figures.clicks.size
    category = np.zeros(count, dtype=np.intp) if groups.category is None else groups.category
    low, ctr = (
        np.array([getattr(each, name) for each in benchmarks])[category]
        for name in ("conversion_rate_low", "click_through_rate")
    )
    ranges = [(each.conversion_rate_low, each.conversion_rate_high) for each in benchmarks]
    orders = capped_orders(figures.orders, figures.clicks)
    traffic = None if groups.campaign is None else Traffic(figures.clicks, figures.impressions, figures.cost)
    estimate = estimate_conversion(orders, figures.effective_clicks, groups, ranges, traffic)
    value = shrunk_order_value(figures.sales, figures.orders, price)
    cpc = cost_per_click(figures.cost, figures.clicks)
    unprofitable = _below(estimate, needed_conversion_rate(cpc, value, worth.break_even_acos))
    on_target = 1 - _below(estimate, needed_conversion_rate(cpc, value, worth.target_acos))
    below = estimate.below(low)
    cap = stock_cap(worth.sellable, np.ones(count, dtype=bool), worth.cover_days)
    unknown = np.full(count, np.nan)
    points = score(
        unprofitable,
        on_target,
        below,
        click_through_part(figures.impressions, figures.clicks, ctr) if click_through else unknown,
        unknown if in_budget is None else in_budget,
        cap,
    )
    lowest, highest = estimate.interval()
    return Scored(
        figures=figures,
        total_sales=unknown if total_sales is None else total_sales,
        order_value=value,
        break_even_acos=worth.break_even_acos,
        target_acos=worth.target_acos,
        expected_cvr=estimate.expected,
        cvr_low=lowest,
        cvr_high=highest,
        p_unprofitable=unprofitable,
        p_target=on_target,
        p_below_benchmark=below,
        evidence=estimate.evidence,
        parts=points.parts,
        points=points.points,
        lost=points.lost,
        cap=points.cap,
        score=points.score,
        wasted_spend=expected_waste(figures.cost, figures.clicks, estimate.expected, value, worth.break_even_acos),
        missed_sales=unknown,
    )


def _below(estimate: ConversionEstimate, rate: FloatArray) -> FloatArray:
    """P(CVR < rate), NaN where the rate is unknown, 1 where none suffices."""
    chance = estimate.below(np.where(np.isnan(rate), 0.5, np.minimum(rate, 1.0)))
    return np.where(np.isnan(rate), np.nan, np.where(rate >= 1, 1.0, chance))


def _product_worth(facts: AdvertisingFacts) -> Worth:
    products = facts.products
    cover = days_of_cover(products.sellable, products.arriving, products.daily_units)
    return Worth(
        products.price,
        products.break_even_acos,
        products.target_acos,
        products.sellable,
        cover,
        products.lead_time_days,
        ~np.isnan(cover),
    )


def _worth(facts: AdvertisingFacts, products: Worth, place: IntArray, count: int, otherwise: Worth | None) -> Worth:
    """The products of each place, weighed by what their ads cost there; one never clicked weighs next to nothing."""
    weight = facts.ads.cost + 1e-6
    product = facts.ads.product

    def mean(values: FloatArray, least: float = 0.0) -> FloatArray:
        known = ~np.isnan(values)
        total = group_sums(place[known], count, weight[known])
        found = ratio(group_sums(place[known], count, (weight * values)[known]), total)
        return np.where(total >= least * group_sums(place, count, weight), found, np.nan)

    goal = facts.campaigns.goal_factor[facts.ad_groups.campaign[facts.ads.ad_group]]
    break_even = products.break_even_acos[product]
    by_goal = facts.products.is_by_stage[product] & ~np.isnan(goal)
    aimed = np.where(break_even > 0, goal, 1.0) * break_even + _saved_storage(facts)
    target = np.where(by_goal, aimed, products.target_acos[product])
    spent = facts.ads.cost > 0
    on_sale = np.bincount(place, spent, minlength=count) == 0
    # Stock counts where money is spent; a place that spends nothing yet is judged by all its products.
    counts = spent | on_sale[place]
    gone = products.sellable[product] <= 0
    others = np.bincount(place[counts], ~gone[counts], minlength=count) > 0
    counts &= ~(gone & others[place])
    sellable = group_sums(place[counts], count, products.sellable[product][counts])
    some = np.bincount(place[counts], minlength=count) > 0
    unknown = np.bincount(place[counts], ~products.known_stock[product][counts], minlength=count) > 0
    cover, lead = np.full(count, np.inf), np.full(count, np.nan)
    short = _shortest(place, np.nan_to_num(products.cover_days[product], nan=np.inf), weight * counts)
    cover[place[short]] = products.cover_days[product][short]
    lead[place[short]] = products.lead_time_days[product][short]
    known = some & ~unknown
    found = Worth(
        mean(products.price[product]),
        mean(break_even, LEAST_KNOWN_SHARE),
        mean(target, LEAST_KNOWN_SHARE),
        np.where(known, sellable, np.nan),
        np.where(known, cover, np.nan),
        np.where(known, lead, np.nan),
        known,
    )
    if otherwise is None:
        return found
    return Worth(
        _or(found.price, otherwise.price),
        _or(found.break_even_acos, otherwise.break_even_acos),
        _or(found.target_acos, otherwise.target_acos),
        np.where(some, found.sellable, otherwise.sellable),
        np.where(some, found.cover_days, otherwise.cover_days),
        np.where(some, found.lead_time_days, otherwise.lead_time_days),
        np.where(some, found.known_stock, otherwise.known_stock),
    )


def _saved_storage(facts: AdvertisingFacts) -> FloatArray:
    """What ads may cost beside the margin where their campaign is to sell off, (ads,), shares of the price."""
    cleared, share = facts.campaigns.is_clearance, facts.products.storage_share
    if cleared is None or share is None:
        return np.zeros(facts.ads.product.size)
    ads = facts.ads
    return np.where(cleared[facts.ad_groups.campaign[ads.ad_group]], share[ads.product], 0.0)


def _shortest(place: IntArray, cover: FloatArray, weight: FloatArray) -> IntArray:
    """Of each place the row at which, the shortest cover first, a quarter of the weight is reached."""
    order = np.lexsort((cover, place))
    order = order[weight[order] > 0]
    if order.size == 0:
        return order
    by_place, heavy = place[order], weight[order]
    starts = np.flatnonzero(np.r_[True, by_place[1:] != by_place[:-1]])
    sizes = np.diff(np.r_[starts, order.size])
    until = np.cumsum(heavy)
    before = np.repeat(until[starts] - heavy[starts], sizes)
    total = np.repeat(np.add.reduceat(heavy, starts), sizes)
    reached = np.flatnonzero(until - before >= SHORT_SHARE * total * (1 - 1e-9))
    _, first = np.unique(by_place[reached], return_index=True)
    return np.asarray(order[reached[first]])


def _of(worth: Worth, rows: IntArray) -> Worth:
    return Worth(*(getattr(worth, name)[rows] for name in Worth.__dataclass_fields__))


def _or(values: FloatArray, otherwise: FloatArray) -> FloatArray:
    return np.where(np.isnan(values), otherwise, values)


def _known_price(price: FloatArray, figures: Figures, market: IntArray) -> FloatArray:
    """The products' price, else the own order value, else the market's: an order value needs something to shrink to."""
    count = int(market.max(initial=-1)) + 1
    usual = order_value(group_sums(market, count, figures.sales), group_sums(market, count, figures.orders))
    return _or(_or(price, order_value(figures.sales, figures.orders)), usual[market])


def _spent_of_budget(facts: AdvertisingFacts) -> FloatArray:
    """What the days cost of which today's budget can have been the budget, 0 on the others."""
    cost = facts.campaigns.daily_cost
    return np.where(days_of_budget(cost, facts.campaigns.daily_budget), cost, 0.0)


def _days_at_budget(facts: AdvertisingFacts, spent: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Days of the window that spent their budget, and days with ads, (n,); 0 without a budget or daily figures."""
    cost = spent[:, -facts.window_days :]
    known = facts.campaigns.has_days & (facts.campaigns.daily_budget > 0)
    capped = days_at_budget(cost, facts.campaigns.daily_budget[:, None])
    return np.where(known, capped, 0.0), np.where(known, (cost > 0).sum(axis=1), 0.0)


def _placements(facts: AdvertisingFacts, campaigns: Scored) -> tuple[FloatArray, FloatArray]:
    """Shrunk revenue per click and P(CVR < benchmark) by campaign and placement, (n, 3); NaN where not served."""
    count = len(facts.campaigns.ids)
    revenue, below = np.full((count, PLACEMENT_COUNT), np.nan), np.full((count, PLACEMENT_COUNT), np.nan)
    places = facts.placements
    rows = np.flatnonzero((places.placement < PLACEMENT_COUNT) & (places.figures.clicks > 0))
    if rows.size == 0:
        return revenue, below
    campaign, placement = places.campaign[rows], places.placement[rows]
    figures = places.figures.of(rows)
    mean = campaigns.expected_cvr[campaign]
    orders = capped_orders(figures.orders, figures.clicks)
    revenue[campaign, placement] = shrunk_revenue_per_click(
        orders, figures.effective_clicks, campaigns.order_value[campaign], mean
    )
    low = np.array([each.conversion_rate_low for each in facts.benchmarks])[facts.campaigns.category[campaign]]
    estimate = posterior(
        orders, np.maximum(figures.effective_clicks, orders), mean, np.full(rows.size, PLACEMENT_STRENGTH)
    )
    below[campaign, placement] = estimate.below(low)
    return revenue, below


def _finest_waste(
    facts: AdvertisingFacts,
    campaigns: Scored,
    targets: Scored,
    terms: Scored,
    target_campaign: IntArray,
) -> FloatArray:
    """Waste of each campaign by its parts, where they tell most of its spend: a good term does not pay for a bad one.

    A target wastes what it does as a whole or what its terms do, whichever is more: what is proposed for either
    saves no more than that.
    """
    count = len(facts.campaigns.ids)
    of_terms = group_sums(facts.terms.target, len(facts.targets.ids), terms.wasted_spend)
    spent = np.maximum(targets.figures.cost, group_sums(facts.terms.target, len(facts.targets.ids), terms.figures.cost))
    by_part = group_sums(target_campaign, count, np.fmax(targets.wasted_spend, of_terms))
    told = group_sums(target_campaign, count, spent) > 0.5 * campaigns.figures.cost
    waste = np.minimum(np.fmax(campaigns.wasted_spend, by_part), campaigns.figures.cost)
    return np.where(told & ~np.isnan(campaigns.wasted_spend), waste, campaigns.wasted_spend)


def _with(scored: Scored, waste: FloatArray, missed: FloatArray) -> Scored:
    fields = {name: getattr(scored, name) for name in Scored.__dataclass_fields__}
    return Scored(**(fields | {"wasted_spend": waste, "missed_sales": missed}))


def _roll_ups(facts: AdvertisingFacts, campaigns: Scored) -> tuple[Scored, Scored]:
    """Accounts by all sales of their market, where the ads' figures are of nearly the whole window as sales are."""
    markets = len(facts.markets)
    told = np.zeros((markets, facts.window_days), dtype=np.int64)
    longest = np.zeros(markets)
    np.maximum.at(longest, facts.campaigns.market, facts.campaigns.days_told)
    np.add.at(told, facts.campaigns.market, facts.campaigns.is_told[:, -facts.window_days :])
    known = np.maximum(longest, (told > 0).sum(axis=1)) >= LEAST_TOLD_SHARE * facts.window_days
    accounts = _rolled_up(facts.campaigns.market, markets, campaigns, np.where(known, facts.market_sales, np.nan))
    count = len(facts.portfolios)
    return accounts, _rolled_up(facts.campaigns.portfolio, count, campaigns, np.full(count, np.nan))


def _rolled_up(group: IntArray, count: int, campaigns: Scored, total_sales: FloatArray) -> Scored:
    figures = campaigns.figures.summed(group, count)
    mean, _ = weighted_score(group, count, campaigns.score, campaigns.figures.cost)
    unknown, none = np.full(count, np.nan), np.full((count, 5), np.nan)
    return Scored(
        figures=figures,
        total_sales=total_sales,
        order_value=order_value(figures.sales, figures.orders),
        break_even_acos=unknown,
        target_acos=unknown,
        expected_cvr=unknown,
        cvr_low=unknown,
        cvr_high=unknown,
        p_unprofitable=unknown,
        p_target=unknown,
        p_below_benchmark=unknown,
        evidence=unknown,
        parts=none,
        points=none,
        lost=none,
        cap=unknown,
        score=mean,
        wasted_spend=group_sums(group, count, campaigns.wasted_spend),
        missed_sales=group_sums(group, count, campaigns.missed_sales),
    )


def _signs(
    facts: AdvertisingFacts,
    campaigns: Scored,
    worth: Worth,
    capped: BoolArray,
    in_budget: FloatArray,
    below: FloatArray,
) -> Signs:
    count = len(facts.campaigns.ids)
    unknown = np.full(count, np.nan)
    usual = [facts.benchmarks[int(code)] for code in facts.campaigns.category]
    # Of days that no report tells nothing is known: Amazon's reports come late, and then were not seen by nobody.
    told = facts.campaigns.is_told & facts.campaigns.has_days[:, None]
    seen = np.where(told, facts.campaigns.daily_impressions, np.nan)
    ctr = np.array([each.click_through_rate for each in usual], dtype=float)
    figures = campaigns.figures
    return Signs(
        eligibility=["OUT_OF_STOCK" if units <= 0 else "" for units in worth.sellable],
        cover_days=worth.cover_days,
        lead_time_days=worth.lead_time_days,
        capped=capped,
        time_in_budget=in_budget,
        p_unprofitable=campaigns.p_unprofitable,
        impressions=_mean(seen[:, -RECENT_DAYS:]),
        impressions_before=_mean(seen[:, -RECENT_DAYS - BEFORE_DAYS : -RECENT_DAYS]),
        bid=unknown,
        suggested_low=unknown,
        p_ctr_low=1 - click_through_part(figures.impressions, figures.clicks, ctr),
        benchmark_ctr=ctr,
        p_below_benchmark=campaigns.p_below_benchmark,
        p_below_by_placement=below,
        benchmark_low=np.array([each.conversion_rate_low for each in usual], dtype=float),
        cpc=cost_per_click(figures.cost, figures.clicks),
        benchmark_cpc=np.array([each.cost_per_click for each in usual], dtype=float),
        click_value=target_cost_per_order(worth.target_acos, campaigns.order_value) * campaigns.expected_cvr,
        cost=figures.cost,
        sales=figures.sales,
        break_even_acos=worth.break_even_acos,
        sales_only_moved=_only_moved(facts),
        evidence=campaigns.evidence,
    )


def _only_moved(facts: AdvertisingFacts) -> BoolArray:
    """Campaigns on the own brand whose cost rose in four weeks while all sales of their market stayed flat."""
    weeks = facts.campaigns.daily_cost[:, -2 * TREND_DAYS :]
    if weeks.shape[1] < 2 * TREND_DAYS:
        return np.zeros(len(facts.campaigns.ids), dtype=bool)
    market = facts.campaigns.market
    told = facts.campaigns.is_told[:, -2 * TREND_DAYS :]
    enough = LEAST_TOLD_SHARE * TREND_DAYS
    whole = (told[:, :TREND_DAYS].sum(axis=1) >= enough) & (told[:, TREND_DAYS:].sum(axis=1) >= enough)
    before, after = weeks[:, :TREND_DAYS].sum(axis=1), weeks[:, TREND_DAYS:].sum(axis=1)
    sales = facts.all_sales[market]
    moved = brand_takes_own_sales(facts.campaigns.is_brand, before, after, sales[:, 0], sales[:, 1])
    return np.asarray(moved & whole)


def _mean(days: FloatArray) -> FloatArray:
    """Of the days that are known, NaN where those are less than half."""
    known = (~np.isnan(days)).sum(axis=1)
    total = np.nansum(days, axis=1)
    enough = known > LEAST_KNOWN_SHARE * days.shape[1]
    return np.asarray(np.divide(total, known, out=np.full(days.shape[0], np.nan), where=enough))
