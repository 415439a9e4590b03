"""Alarms for fallen conversion: the known windows, and what days say however many or few they are."""

import numpy as np
import pytest

from services.ads.domain.change_alarm import (
    Alarms,
    alarms,
    dispersion,
    few_orders_probability,
    window_alarm,
    windows_alarm,
)


def test_a_fall_by_half_on_nine_expected_orders_is_no_alarm() -> None:
    assert float(few_orders_probability(4, 110, 120, 1500)) == pytest.approx(0.067260, abs=5e-7)
    assert float(few_orders_probability(8, 110, 120, 1500)) == pytest.approx(0.481315, abs=5e-7)
    assert not window_alarm(4, 110, 120, 1500)
    assert window_alarm(1, 110, 120, 1500)


def test_a_rare_count_is_no_alarm_unless_the_rate_fell_by_a_fifth() -> None:
    assert float(few_orders_probability(8500, 110_000, 120_000, 1_500_000)) < 0.005
    assert not window_alarm(8500, 110_000, 120_000, 1_500_000)


def test_nothing_expected_is_nothing_missed() -> None:
    assert few_orders_probability([0, 0], [0, 50], [10, 0], [100, 0]).tolist() == [1, 1]


def days(rate: float, clicks: float = 60.0, length: int = 84) -> np.ndarray:
    return np.full((1, length), clicks * rate)


def watch(orders: np.ndarray, clicks: float = 60.0) -> Alarms:
    return alarms(orders, np.full(orders.shape, clicks))


def test_a_steady_campaign_is_silent_and_a_halved_one_alarms_with_its_numbers() -> None:
    assert not watch(days(0.08)).fired[0]
    halved = days(0.08)
    halved[:, -12:] /= 2
    found = watch(halved)
    assert found.fired[0]
    assert found.window_days[0] == 12
    assert (found.orders[0], found.expected[0]) == (pytest.approx(28.8), pytest.approx(57.6))
    assert found.rate_ratio[0] == pytest.approx(0.5)
    assert found.probability[0] < 0.005
    assert windows_alarm(halved, np.full(halved.shape, 60.0))[0]


def test_a_rise_and_a_small_fall_are_no_alarm_however_sure() -> None:
    for change in (1.5, 0.85):
        changed = days(0.08, 6000)
        changed[:, -14:] *= change
        assert not watch(changed, 6000).fired[0]


def test_days_without_clicks_prove_nothing() -> None:
    clicks = np.full((1, 84), 60.0)
    clicks[:, -10:] = 0
    found = alarms(clicks * 0.08, clicks)
    assert not found.fired[0]
    assert not alarms(np.zeros((1, 84)), np.zeros((1, 84))).fired[0]


def test_orders_still_to_be_reported_are_not_missed() -> None:
    share = np.array([0.97, 0.94, 0.90, 0.87, 0.81, 0.72, 0.55])
    clicks = np.full((1, 84), 200.0)
    orders = clicks * 0.08
    orders[:, -7:] *= share
    exposure = clicks.copy()
    exposure[:, -7:] *= share
    assert alarms(orders, exposure).log_odds[0] < alarms(orders, clicks).log_odds[0]
    assert not alarms(orders, exposure).fired[0]


def test_the_more_the_days_differ_the_more_proof_is_needed() -> None:
    steady, restless = days(0.08), days(0.08)
    restless[:, ::2] *= 1.8
    restless[:, 1::2] *= 0.2
    for orders in (steady, restless):
        orders[:, -12:] /= 2
    clicks = np.full((1, 84), 60.0)
    assert dispersion(restless, clicks)[0] > dispersion(steady, clicks)[0] >= 1
    assert watch(restless).log_odds[0] < watch(steady).log_odds[0]


@pytest.mark.parametrize("length", [0, 1, 3, 4, 10, 40])
def test_few_days_are_judged_as_far_as_they_go(length: int) -> None:
    found = watch(days(0.08, length=length))
    assert not found.fired[0]
    assert found.window_days[0] <= max(length - 1, 0)
    assert windows_alarm(days(0.08, length=length), np.full((1, length), 60.0)).tolist() == [False]


def test_campaigns_do_not_influence_each_other() -> None:
    rng = np.random.default_rng(3)
    clicks = rng.integers(0, 80, (6, 84)).astype(float)
    orders = rng.binomial(clicks.astype(int), 0.07).astype(float)
    together = alarms(orders, clicks)
    for row in range(6):
        alone = alarms(orders[row : row + 1], clicks[row : row + 1])
        assert alone.log_odds[0] == pytest.approx(together.log_odds[row])
