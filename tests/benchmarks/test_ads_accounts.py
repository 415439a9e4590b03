"""The made accounts that estimates and alarms are judged on: what is true of them by construction."""

import numpy as np

from tests.benchmarks.ads_accounts import Nature, made_account, made_campaign_days
from tests.benchmarks.ads_estimation import area_by_spend, calibration_error


def test_half_of_the_terms_have_one_click_and_none_more_orders_than_clicks() -> None:
    account = made_account(np.random.default_rng(1), 4000)
    assert 0.45 < (account.clicks == 1).mean() < 0.55
    assert (account.orders <= account.clicks).all()
    assert (account.clicks_by_age.sum(axis=1) == account.clicks).all()
    assert (account.clicks <= account.impressions).all()


def test_the_stated_priors_are_those_that_the_rates_were_drawn_from() -> None:
    accounts = [made_account(np.random.default_rng(seed), 3000, Nature()) for seed in range(4)]
    for account in accounts:
        parts = account.prior_a / (account.prior_a + account.prior_b)
        stated = (account.prior_weight * parts).sum(axis=1)
        assert abs(account.true_rate.mean() / stated.mean() - 1) < 0.05
        assert 0.1 < account.cost[account.true_gain_of_negating > 0].sum() / account.cost.sum() < 0.9


def test_reports_of_the_last_days_are_incomplete_and_fill_up_within_a_week() -> None:
    days = made_campaign_days(np.random.default_rng(2), 200, 60)
    final = days.orders_by_delay.sum(axis=2)
    tonight, next_week = days.reported(50), days.reported(57)[:, :51]
    assert (next_week == final[:, :51]).all()
    assert (tonight[:, :44] == final[:, :44]).all()
    assert 0.5 < tonight[:, 50].sum() / final[:, 50].sum() < 0.6


def test_a_halved_campaign_sells_half_as_often_from_its_day_on() -> None:
    rng = np.random.default_rng(3)
    days = made_campaign_days(rng, 500, 150, changed=1.0, first_change_day=80, last_change_day=80)
    orders = days.orders_by_delay.sum(axis=2)
    before, after = (orders[:, part].sum() / days.clicks[:, part].sum() for part in (slice(80), slice(80, None)))
    assert 0.45 < after / before < 0.55
    assert (made_campaign_days(rng, 50, 90).change_day == -1).all()


def test_the_area_by_spend_is_one_for_the_truth_and_half_for_no_idea() -> None:
    bad, cost = np.array([True, False, True, False]), np.array([5.0, 1.0, 2.0, 9.0])
    assert area_by_spend(bad.astype(float), bad, cost) == 1
    assert area_by_spend(1 - bad.astype(float), bad, cost) == 0
    assert area_by_spend(np.full(4, 0.3), bad, cost) == 0.5


def test_chances_that_come_true_have_no_error() -> None:
    chance, cost = np.repeat([0.25, 0.75], 4), np.ones(8)
    assert calibration_error(chance, np.array([1, 0, 0, 0, 1, 1, 1, 0.0]), cost) == 0
    assert calibration_error(chance, np.array([1, 1, 0, 0, 1, 1, 1, 0.0]), cost) == 0.125
