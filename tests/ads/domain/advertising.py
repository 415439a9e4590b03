"""Made-up accounts for tests of what is scored and proposed."""

from typing import Any
from uuid import UUID

import numpy as np

from services.ads.domain.arrays import numbered
from services.ads.domain.names import name_keys
from services.ads.domain.scored import (
    AdFacts,
    AdGroupFacts,
    AdvertisingFacts,
    Benchmark,
    CampaignFacts,
    Figures,
    InventoryState,
    Market,
    PlacementFacts,
    ProductFacts,
    SearchTermFacts,
    TargetFacts,
)

WINDOW, DAYS = 60, 84


def ids(kind: int, count: int) -> list[UUID]:
    return [UUID(int=kind * 1_000_000 + number) for number in range(count)]


def figures(
    rng: np.random.Generator, clicks: np.ndarray, cvr: float | np.ndarray, cpc: float = 0.9, aov: float = 30.0
) -> Figures:
    orders = rng.binomial(clicks.astype(int), cvr).astype(float)
    return Figures(
        impressions=clicks * 250,
        clicks=clicks.astype(float),
        effective_clicks=clicks.astype(float),
        cost=clicks * cpc,
        orders=orders,
        sales=orders * aov,
    )


def written(texts: list[str]) -> dict[str, Any]:
    """The texts of search terms in all the forms that the facts of them need."""
    keys = name_keys(texts)
    return {"text": texts, "key": keys, "words": numbered(keys)}


def an_account(
    seed: int = 1, *, inventory: InventoryState = InventoryState.ANSWERED, **changes: Any
) -> AdvertisingFacts:
    """Six campaigns of two ad groups with three targets of three terms each, and four products, at random.

    `changes` replace columns: `cover` days of every product, `capped`, `hours` since the last change, `cvr`.
    """
    rng = np.random.default_rng(seed)
    campaigns, groups, targets, terms, products = 6, 12, 36, 108, 4
    group_campaign = np.repeat(np.arange(campaigns), 2)
    target_group = np.repeat(np.arange(groups), 3)
    term_target = np.repeat(np.arange(targets), 3)
    cvr = rng.uniform(0.01, 0.2, campaigns) if "cvr" not in changes else np.full(campaigns, changes["cvr"])
    cpc = float(rng.uniform(0.3, 2))
    term_clicks = rng.geometric(0.3, terms) * rng.choice([1, 1, 5, 40], terms)
    term_rates = cvr[group_campaign[target_group[term_target]]]
    term_figures = figures(rng, term_clicks, term_rates, cpc)
    target_figures = term_figures.summed(term_target, targets)
    campaign_figures = target_figures.summed(group_campaign[target_group], campaigns)
    daily_clicks = np.repeat(campaign_figures.clicks[:, None] / WINDOW, DAYS, axis=1)
    daily_cost = daily_clicks * cpc
    capped = rng.random(campaigns) < 0.4 if "capped" not in changes else np.full(campaigns, changes["capped"])
    budget = daily_cost.max(axis=1) / np.where(capped, 0.99, 0.4)
    daily_units = rng.uniform(1, 10, products)
    lead = rng.choice([14.0, 45.0, np.nan], products)
    cover = (
        rng.choice([3.0, 10.0, 20.0, 90.0], products) if "cover" not in changes else np.full(products, changes["cover"])
    )
    sellable = cover * daily_units
    known = rng.random(products) < 0.8 if "cover" not in changes else np.ones(products, dtype=bool)
    if inventory is InventoryState.SILENT:
        known = np.zeros(products, dtype=bool)
    unknown = np.where(known, 0.0, np.nan)
    hours = np.full(targets, np.nan)
    hours[rng.random(targets) < 0.2] = rng.uniform(0, 200)
    if "hours" in changes:
        hours = np.full(targets, changes["hours"])
    place_campaign = np.repeat(np.arange(campaigns), 3)
    place_clicks = rng.integers(0, 200, campaigns * 3).astype(float)
    modifier = rng.choice([0.0, 0.5, 2.0, np.nan], campaigns * 3)
    break_even = rng.uniform(-0.1, 0.6, products)
    return AdvertisingFacts(
        window_days=WINDOW,
        markets=[Market(UUID(int=1), "US", "USD")],
        all_sales=np.full((1, 2), np.nan),
        market_sales=np.full(1, np.nan),
        portfolios=[(0, "All")],
        benchmarks=[Benchmark(0.07, 0.10, 0.0035, np.nan)],
        inventory=inventory,
        campaigns=CampaignFacts(
            ids=ids(1, campaigns),
            market=np.zeros(campaigns, dtype=np.intp),
            portfolio=np.zeros(campaigns, dtype=np.intp),
            category=np.zeros(campaigns, dtype=np.intp),
            is_brand=np.arange(campaigns) == 5,
            is_enabled=rng.random(campaigns) < 0.9,
            daily_budget=budget,
            hours_since_change=np.full(campaigns, changes.get("hours", np.nan)),
            figures=campaign_figures,
            has_days=np.ones(campaigns, dtype=bool),
            days_told=np.full(campaigns, WINDOW),
            is_told=np.ones((campaigns, DAYS), dtype=bool),
            goal_factor=np.full(campaigns, np.nan),
            daily_impressions=daily_clicks * 250,
            daily_effective_clicks=daily_clicks,
            daily_orders=daily_clicks * cvr[:, None],
            daily_cost=daily_cost,
        ),
        ad_groups=AdGroupFacts(ids=ids(2, groups), campaign=group_campaign),
        targets=TargetFacts(
            ids=ids(3, targets),
            ad_group=target_group,
            match=rng.integers(0, 4, targets),
            is_enabled=rng.random(targets) < 0.9,
            bid=np.where(rng.random(targets) < 0.2, np.nan, np.round(cpc * rng.uniform(0.8, 2, targets), 2)),
            text=[f"keyword {number}" for number in range(targets)],
            hours_since_change=hours,
            figures=target_figures,
        ),
        terms=SearchTermFacts(
            ids=ids(4, terms),
            target=term_target,
            **written([f"keyword {number % 40}" for number in range(terms)]),
            is_negated=rng.random(terms) < 0.1,
            hours_since_change=np.repeat(hours, 3),
            figures=term_figures,
        ),
        products=ProductFacts(
            ids=ids(5, products),
            market=np.zeros(products, dtype=np.intp),
            category=np.zeros(products, dtype=np.intp),
            price=np.full(products, 30.0),
            break_even_acos=break_even,
            target_acos=0.9 * break_even,
            is_by_stage=np.ones(products, dtype=bool),
            sellable=sellable + unknown,
            arriving=np.zeros(products) + unknown,
            daily_units=daily_units + unknown,
            lead_time_days=lead,
            total_sales=np.full(products, 10_000.0),
            figures=figures(rng, np.full(products, 500), 0.08),
        ),
        ads=AdFacts(
            ad_group=np.arange(groups),
            product=rng.integers(0, products, groups),
            cost=target_figures.summed(target_group, groups).cost,
            units=target_figures.summed(target_group, groups).orders,
        ),
        placements=PlacementFacts(
            ids=ids(6, campaigns * 3),
            campaign=place_campaign,
            placement=np.tile(np.arange(3), campaigns),
            modifier=modifier,
            figures=figures(rng, place_clicks, 0.08),
        ),
    )
