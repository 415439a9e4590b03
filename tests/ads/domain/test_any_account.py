"""Whatever is known of an account and whatever is not, it is scored, proposed for and written down."""

import warnings
from dataclasses import replace
from datetime import UTC, datetime
from math import isfinite
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ads.domain.account_scoring import score_advertising
from services.ads.domain.arrays import FloatArray
from services.ads.domain.findings import findings_of
from services.ads.domain.proposals import ProposalKind, propose
from services.ads.domain.scored import AdvertisingFacts, Figures, Market
from tests.ads.domain.advertising import an_account

NOW = datetime(2026, 6, 1, 6, tzinfo=UTC)
CURRENCIES = ("USD", "JPY", "EUR")


def some_account(seed: int) -> AdvertisingFacts:
    """One to three markets, campaigns in portfolios and in none, some without traffic, and holes in what is known."""
    rng = np.random.default_rng(seed)
    facts = an_account(seed)
    campaigns, targets, products = facts.campaigns, facts.targets, facts.products
    markets = int(rng.integers(1, 4))
    silent = rng.random(6) < 0.3
    of_target = silent[facts.ad_groups.campaign[targets.ad_group]]

    def holes(values: FloatArray) -> FloatArray:
        return np.where(rng.random(values.shape) < 0.3, np.nan, values)

    def without(figures: Figures, gone: FloatArray) -> Figures:
        return Figures(**{name: np.where(gone, 0.0, getattr(figures, name)) for name in Figures.__dataclass_fields__})

    return replace(
        facts,
        markets=[Market(UUID(int=number + 1), "US", CURRENCIES[number]) for number in range(markets)],
        all_sales=np.full((markets, 2), np.nan),
        market_sales=holes(np.full(markets, 1000.0)),
        portfolios=[(int(rng.integers(0, markets)), f"Portfolio {number}") for number in range(3)],
        campaigns=replace(
            campaigns,
            market=rng.integers(0, markets, 6),
            portfolio=rng.integers(-1, 3, 6),
            figures=without(campaigns.figures, silent),
            goal_factor=rng.choice([np.nan, 1.0, 0.7], 6),
            is_clearance=rng.random(6) < 0.2,
            paused_for_stock=rng.random(6) < 0.2,
            is_told=rng.random(campaigns.is_told.shape) < rng.choice([0.0, 0.5, 1.0]),
            daily_budget=holes(campaigns.daily_budget),
        ),
        targets=replace(
            targets,
            figures=without(targets.figures, of_target),
            match=rng.integers(-1, 4, 36),
            bid_before_stock=rng.choice([np.nan, 2.0], 36),
        ),
        terms=replace(facts.terms, figures=without(facts.terms.figures, of_target[facts.terms.target])),
        products=replace(
            products,
            market=rng.integers(0, markets, 4),
            price=holes(products.price),
            break_even_acos=holes(products.break_even_acos),
            target_acos=holes(products.target_acos),
            lead_time_days=rng.choice([0.0, 14.0, np.nan], 4),
            sellable=np.where(rng.random(4) < 0.3, 0.0, products.sellable),
            storage_share=rng.choice([np.nan, 0.05], 4),
        ),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.sampled_from([0.7, 0.9]))
def test_any_account_is_scored_and_proposed_for(seed: int, tau: float) -> None:
    facts = some_account(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        scored = score_advertising(facts)
        found = propose(facts, scored, NOW, tau)
        findings_of(facts, scored, found)
    for each in found.proposals:
        for amount in (each.expected_waste_saved, each.sales_at_risk, each.sales_gained):
            assert isfinite(amount)
            assert amount >= 0
        assert 0 <= each.confidence <= 1
        if each.new_value is not None and each.kind is not ProposalKind.PLACEMENT_MODIFIER:
            assert each.new_value > 0
    for level in (scored.campaigns, scored.targets, scored.terms, scored.products):
        score = level.score[~np.isnan(level.score)]
        assert ((score >= 0) & (score <= 100)).all()
