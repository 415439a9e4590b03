"""The ratios of advertising, to the digits of the worked example, and what is undefined."""

import numpy as np
import pytest

from services.ads.domain.ratios import (
    acos,
    capped_orders,
    click_through_rate,
    conversion_rate,
    cost_per_click,
    cost_per_order,
    needed_conversion_rate,
    order_value,
    revenue_per_click,
    roas,
    shrunk_order_value,
    tacos,
)


def test_the_worked_example_has_these_ratios() -> None:
    impressions, clicks, cost, orders, sales, total = 12_000, 60, 54.0, 5, 125.0, 400.0
    assert float(click_through_rate(clicks, impressions)) == pytest.approx(0.005)
    assert float(cost_per_click(cost, clicks)) == pytest.approx(0.90)
    assert float(conversion_rate(orders, clicks)) == pytest.approx(0.083333, abs=5e-7)
    assert float(order_value(sales, orders)) == pytest.approx(25)
    assert float(revenue_per_click(sales, clicks)) == pytest.approx(2.0833, abs=5e-5)
    assert float(acos(cost, sales)) == pytest.approx(0.432)
    assert float(roas(sales, cost)) == pytest.approx(2.3148, abs=5e-5)
    assert float(tacos(cost, total)) == pytest.approx(0.135)
    assert float(cost_per_order(cost, orders)) == pytest.approx(10.80)


def test_a_click_that_costs_90_cents_must_convert_at_seven_and_a_half_per_cent() -> None:
    assert float(needed_conversion_rate(0.90, 30, 0.40)) == pytest.approx(0.075)
    assert float(needed_conversion_rate(0.90, 30, 0.30)) == pytest.approx(0.10)


def test_without_sales_acos_is_undefined_and_not_zero() -> None:
    assert np.isnan(acos(5.0, 0.0))
    assert np.isnan(conversion_rate(0, 0))
    assert float(roas(0.0, 5.0)) == 0.0


def test_without_a_margin_no_conversion_rate_suffices() -> None:
    needed = needed_conversion_rate([0.5, 0.5, np.nan], 30, [0.0, -0.1, 0.3])
    assert np.isinf(needed[:2]).all()
    assert np.isnan(needed[2])


def test_one_big_order_moves_the_order_value_by_a_sixth() -> None:
    assert float(shrunk_order_value(90, 1, 30)) == pytest.approx(40)
    assert float(shrunk_order_value(0, 0, 30)) == pytest.approx(30)


def test_orders_beyond_the_clicks_do_not_count() -> None:
    assert capped_orders([3, 1], [2, 5]).tolist() == [2, 1]
