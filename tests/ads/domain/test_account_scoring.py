"""What a run says of whole accounts: whose stock and margin count, what waste and missed sales can be at most."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from services.ads.domain.account_scoring import score_advertising
from services.ads.domain.budget import MAX_BUDGET_STEP
from services.ads.domain.reasons import ReasonCode
from services.ads.domain.scored import AdFacts, AdvertisingFacts
from tests.ads.domain.advertising import an_account


def with_products(spend: list[float], **columns: list[float]) -> AdvertisingFacts:
    """An account all of whose four products stand in the first ad group, with this spend; all others have no ads."""
    facts = an_account(1, cover=90.0)
    changes: dict[str, Any] = {name: np.array(values) for name, values in columns.items()}
    products = replace(facts.products, **changes)
    product = np.arange(len(spend))
    ads = AdFacts(
        ad_group=np.zeros(len(spend), dtype=np.intp), product=product, cost=np.array(spend), units=0 * product
    )
    return replace(facts, products=products, ads=ads)


def stock(*cover: float) -> dict[str, Any]:
    """Products that sell one a day."""
    return {"sellable": list(cover), "arriving": [0.0] * 4, "daily_units": [1.0] * 4, "lead_time_days": [14.0] * 4}


def test_a_product_sold_out_does_not_stop_the_others() -> None:
    facts = with_products([500.0, 500, 10, 500], **stock(0, 90, 80, 70))
    worth = score_advertising(facts).group_worth
    assert worth.cover_days[0] == 70
    assert worth.known_stock[0]
    gone = score_advertising(with_products([500.0, 500, 10, 500], **stock(0, 0, 0, 0))).group_worth
    assert (gone.cover_days[0], gone.sellable[0]) == (0, 0)


def test_cover_is_that_of_a_quarter_of_the_spend_not_of_the_smallest_variant() -> None:
    small, main = ([1.0, 500, 500, 500], 70), ([500.0, 500, 500, 0], 2)
    for spend, cover in (small, main):
        worth = score_advertising(with_products(spend, **stock(2, 90, 80, 70))).group_worth
        assert worth.cover_days[0] == cover


def test_a_margin_of_less_than_half_of_the_spend_does_not_stand_for_the_whole() -> None:
    nan = float("nan")
    few = score_advertising(with_products([5.0, 50, 40, 5], break_even_acos=[0.4, nan, nan, nan]))
    assert np.isnan(few.group_worth.break_even_acos[0])
    most = score_advertising(with_products([5.0, 50, 40, 5], break_even_acos=[nan, 0.4, 0.4, nan]))
    assert most.group_worth.break_even_acos[0] == pytest.approx(0.4)


def test_the_goal_of_a_campaign_sets_its_target_over_the_stage_but_not_over_what_was_stated() -> None:
    facts = with_products([1.0, 1, 0, 0], break_even_acos=[0.4] * 4, target_acos=[0.36] * 4)
    facts = replace(facts, campaigns=replace(facts.campaigns, goal_factor=np.full(6, 0.7)))
    assert score_advertising(facts).campaign_worth.target_acos[0] == pytest.approx(0.28)
    stated = replace(facts, products=replace(facts.products, is_by_stage=np.zeros(4, dtype=bool)))
    assert score_advertising(stated).campaign_worth.target_acos[0] == pytest.approx(0.36)


def test_a_campaign_that_is_to_sell_off_may_spend_the_storage_that_a_sale_saves() -> None:
    facts = with_products([1.0, 1, 0, 0], break_even_acos=[0.4] * 4, target_acos=[0.36] * 4)
    facts = replace(facts, products=replace(facts.products, storage_share=np.full(4, 0.05)))
    cleared = replace(facts.campaigns, goal_factor=np.full(6, 1.0), is_clearance=np.arange(6) == 0)
    worth = score_advertising(replace(facts, campaigns=cleared)).campaign_worth
    assert worth.target_acos[0] == pytest.approx(0.45)
    launched = replace(facts.campaigns, goal_factor=np.full(6, 1.0), is_clearance=np.zeros(6, dtype=bool))
    assert score_advertising(replace(facts, campaigns=launched)).campaign_worth.target_acos[0] == pytest.approx(0.4)


@pytest.mark.parametrize("seed", range(5))
def test_a_campaign_misses_no_more_than_half_of_what_it_sells_and_wastes_no_more_than_it_costs(seed: int) -> None:
    scored = score_advertising(an_account(seed, capped=True)).campaigns
    expected = scored.figures.clicks * scored.expected_cvr * scored.order_value
    assert np.all(scored.missed_sales > 0)
    assert np.all(scored.missed_sales <= MAX_BUDGET_STEP * expected + 1e-9)
    assert not np.any(scored.wasted_spend > scored.figures.cost)


def test_a_budget_cut_to_less_than_was_spent_does_not_make_a_campaign_capped() -> None:
    facts = an_account(2, capped=True)
    assert score_advertising(facts).budget_capped.all()
    cut = replace(facts, campaigns=replace(facts.campaigns, daily_budget=facts.campaigns.daily_budget / 2))
    assert not score_advertising(cut).budget_capped.any()


def test_tacos_is_over_all_sales_of_the_market_and_only_of_whole_windows() -> None:
    facts = replace(an_account(3), market_sales=np.array([123_000.0]))
    assert score_advertising(facts).accounts.total_sales.tolist() == [123_000]
    few = np.zeros_like(facts.campaigns.is_told)
    few[:, -6:] = True
    young = replace(facts.campaigns, is_told=few, days_told=np.full(6, 6))
    assert np.isnan(score_advertising(replace(facts, campaigns=young)).accounts.total_sales).all()


def test_sales_only_move_where_both_months_are_known() -> None:
    facts = an_account(4, cvr=0.3, cover=90.0, capped=False)
    cost = facts.campaigns.daily_cost.copy()
    cost[:, :-28] /= 3
    flat = np.array([[50_000.0, 50_000.0]])
    brand = np.ones(6, dtype=bool)
    campaigns = replace(facts.campaigns, daily_cost=cost, is_brand=brand, daily_budget=np.full(6, np.nan))

    def moved(told: np.ndarray, cost: np.ndarray) -> int:
        found = score_advertising(
            replace(facts, all_sales=flat, campaigns=replace(campaigns, is_told=told, daily_cost=cost))
        )
        return sum(each.reason.code is ReasonCode.SALES_ONLY_MOVED for each in found.diagnoses)

    whole = facts.campaigns.is_told
    young = whole.copy()
    young[:, :-28] = False
    assert moved(whole, cost) > 0
    assert moved(young, np.where(young, cost, 0.0)) == 0
    assert moved(whole, np.where(young, cost, 0.0)) == 0


def test_campaigns_of_several_portfolios_and_of_none_are_scored_together() -> None:
    facts = an_account(3, cover=90.0, cvr=0.12)
    mixed = replace(facts.campaigns, portfolio=np.array([0, 1, -1, -1, 0, 1]))
    scored = score_advertising(replace(facts, portfolios=[(0, "Kitchen"), (0, "Garden")], campaigns=mixed))
    cost = scored.campaigns.figures.cost
    assert scored.portfolios.figures.cost == pytest.approx([cost[0] + cost[4], cost[1] + cost[5]])
    assert not np.isnan(scored.terms.expected_cvr).any()


@pytest.mark.parametrize(("untold", "is_known"), [(0, True), (3, True), (4, False)])
def test_days_that_no_report_tells_are_not_days_without_impressions(untold: int, is_known: bool) -> None:
    facts = an_account(3, cover=90.0, capped=False, cvr=0.12)
    days = facts.campaigns.daily_impressions.shape[1]
    told = np.broadcast_to(np.arange(days) < days - untold, facts.campaigns.daily_impressions.shape)
    daily: dict[str, Any] = {
        name: np.where(told, getattr(facts.campaigns, name), 0.0)
        for name in ("daily_impressions", "daily_orders", "daily_effective_clicks", "daily_cost")
    }
    late = replace(facts, campaigns=replace(facts.campaigns, is_told=told, **daily))
    codes = {each.reason.code for each in score_advertising(late).diagnoses}
    assert ReasonCode.FEW_IMPRESSIONS not in codes
    quiet = replace(facts.campaigns, is_told=told, daily_impressions=daily["daily_impressions"].copy())
    quiet.daily_impressions[:, -7:] *= 0.1
    fell = {each.reason.code for each in score_advertising(replace(facts, campaigns=quiet)).diagnoses}
    assert (ReasonCode.FEW_IMPRESSIONS in fell) == is_known
