"""What a click may cost: margin, targets by stage, bids and their steps."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ads.domain.economics import (
    Stage,
    TargetOrigin,
    bid_for,
    break_even_acos,
    expected_waste,
    stepped_bid,
    target_acos,
    target_cost_per_order,
)
from services.ads.domain.ratios import needed_conversion_rate

TODAY = date(2026, 6, 1)


def test_price_30_cost_8_fees_10_breaks_even_at_40_percent() -> None:
    break_even = float(break_even_acos(30, 8, 10))
    assert break_even == pytest.approx(0.40)
    target = target_acos(break_even, Stage.GROWTH, wanted_margin=0.1)
    assert target.value == pytest.approx(0.30)
    assert target.origin is TargetOrigin.WANTED_MARGIN
    assert float(bid_for(break_even, 30, 0.10)) == pytest.approx(1.20)
    assert float(bid_for(target.value, 30, 0.10)) == pytest.approx(0.90)
    assert float(needed_conversion_rate(0.90, 30, break_even)) == pytest.approx(0.075)
    assert float(needed_conversion_rate(0.90, 30, target.value)) == pytest.approx(0.10)
    assert float(target_cost_per_order(break_even, 30)) == pytest.approx(12.00)


def test_returns_and_freight_lower_what_ads_may_cost() -> None:
    assert float(break_even_acos(30, 8, 10, returns=1.5, inbound_freight=1.5)) == pytest.approx(0.30)
    assert float(break_even_acos(10, 8, 10)) < 0
    assert np.isnan(break_even_acos(0, 8, 10))


@pytest.mark.parametrize(
    ("stage", "value"), [(Stage.LAUNCH, 0.4), (Stage.GROWTH, 0.36), (Stage.MATURE, 0.28), (Stage.CLEARANCE, 0.45)]
)
def test_the_stage_sets_the_share_of_the_margin(stage: Stage, value: float) -> None:
    found = target_acos(0.4, stage, saved_storage=0.05)
    assert found.value == pytest.approx(value)
    assert found.origin is TargetOrigin.STAGE


def test_more_than_the_margin_needs_a_budget_and_an_end_date_that_is_to_come() -> None:
    both = {"launch_budget": 500.0, "launch_end_date": date(2026, 6, 30)}
    assert target_acos(0.4, Stage.LAUNCH, stated=0.6, today=TODAY, **both).value == 0.6  # type: ignore[arg-type]
    refused = [
        target_acos(0.4, Stage.LAUNCH, stated=0.6, launch_budget=500.0, today=TODAY),
        target_acos(0.4, Stage.LAUNCH, stated=0.6, launch_end_date=date(2026, 6, 30), today=TODAY),
        target_acos(0.4, Stage.LAUNCH, stated=0.6, launch_budget=500.0, launch_end_date=date(2026, 5, 31), today=TODAY),
        target_acos(0.4, Stage.MATURE, stated=0.6, today=TODAY, **both),  # type: ignore[arg-type]
    ]
    assert {(each.value, each.origin) for each in refused} == {(0.4, TargetOrigin.BREAK_EVEN)}


@given(st.floats(0.01, 100), st.floats(0, 1000))
def test_a_bid_never_moves_by_more_than_thirty_percent(current: float, wanted: float) -> None:
    step = float(stepped_bid(current, wanted))
    assert 0.7 * current * (1 - 1e-9) <= step <= 1.3 * current * (1 + 1e-9)
    assert (step - current) * (wanted - current) >= 0


def test_waste_is_what_expected_sales_do_not_earn() -> None:
    assert float(expected_waste(100, 100, 0.1, 25, 0.3)) == pytest.approx(25)
    assert float(expected_waste(50, 100, 0.1, 25, 0.3)) == 0
    assert float(expected_waste(50, 100, 0.1, 25, -0.1)) == 50
    assert np.isnan(expected_waste(50, 100, 0.1, 25, np.nan))
