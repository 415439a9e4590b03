"""Budgets, placements and stock: the known answers, and the real account's placements and capped campaign."""

import csv
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ads.domain.budget import days_at_budget, is_capped, lost_clicks, may_raise, missed_sales, needed_budget
from services.ads.domain.conversion import estimate_conversion
from services.ads.domain.placements import base_bid, modifiers, shrunk_revenue_per_click
from services.ads.domain.ratios import acos, conversion_rate, cost_per_click, needed_conversion_rate, revenue_per_click
from services.ads.domain.throttle import (
    CoverFacts,
    PauseCandidate,
    Throttle,
    bid_cut,
    cost_until_stock_out,
    days_of_cover,
    pause_order,
    stock_lasts,
    throttle,
    to_pause,
)
from tests.support.paths import SHARED


def rows(name: str) -> Iterator[dict[str, str]]:
    path = SHARED / "ads_data" / name
    if not path.exists():
        pytest.skip("the real account is not beside this checkout (set TRADEWIND_SHARED)")
    with path.open(newline="") as file:
        yield from csv.DictReader(file)


def test_76_clicks_in_budget_76_percent_of_the_time_lost_24() -> None:
    assert float(lost_clicks(76, 0.76)) == pytest.approx(24)
    assert float(missed_sales(24, 0.1, 25)) == pytest.approx(60)
    assert float(lost_clicks(76, 1)) == 0
    assert np.isnan(lost_clicks(76, np.nan))


def test_out_of_budget_is_what_amazon_says_or_a_day_spent() -> None:
    assert is_capped(0.94)
    assert not is_capped(0.95)
    assert is_capped(np.nan, [80, 96], 100)
    assert not is_capped(np.nan, [80, 94], 100)
    assert not is_capped(np.nan, [80, 500], np.nan)


def test_more_budget_only_for_what_earns_is_capped_and_has_stock() -> None:
    assert may_raise(0.49, True, True)
    refused = [(0.5, True, True), (np.nan, True, True), (0.1, False, True), (0.1, True, False)]
    assert not any(bool(may_raise(*each)) for each in refused)


def test_a_budget_grows_to_what_would_have_lasted_but_by_half_at_most() -> None:
    assert needed_budget(100, [0.8, 0.5, 1.0, np.nan]).tolist() == pytest.approx([125, 150, 100, 125])


def test_placements_worth_twice_and_half_more_get_these_modifiers() -> None:
    assert modifiers([2.0, 1.5, 1.0]).tolist() == [1.0, 0.5, 0.0]


def test_real_placements_call_for_more_at_the_top_and_a_lower_base_bid() -> None:
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0] * 4)
    for row in rows("sp_placement_daily.csv"):
        for position, name in enumerate(("Clicks", "14 Day Total Orders (#)", "Spend", "14 Day Total Sales")):
            totals[row["Placement"]][position] += float(row[name])
    top, rest, pages = (
        totals[name]
        for name in sorted(totals, key=lambda each: ("Top" not in each, "Product" in each))
        if totals[name][0]
    )
    clicks, orders, cost, sales = np.array([top, rest, pages]).T
    assert clicks.tolist() == [954, 567, 434]
    assert orders.tolist() == [151, 26, 17]
    assert np.round(100 * conversion_rate(orders, clicks), 2).tolist() == [15.83, 4.59, 3.92]
    assert np.round(cost_per_click(cost, clicks), 2).tolist() == [21.66, 22.21, 31.92]
    worth = revenue_per_click(sales, clicks)
    assert np.round(worth, 2).tolist() == [58.58, 15.18, 15.30]
    found = 100 * acos(cost, sales)
    assert (round(found[0], 2), round(found[1], 1), round(found[2], 1)) == (36.97, 146.3, 208.6)
    advice = modifiers(worth)
    assert np.round(100 * advice).tolist() == [286, 0, 1]
    assert base_bid(20.0, clicks, np.zeros(3), advice) == pytest.approx(20 * 0.7)
    shrunk = modifiers(shrunk_revenue_per_click(orders, clicks, sales.sum() / orders.sum(), 0.0992))
    assert 1.5 < shrunk[0] < advice[0]


def test_the_real_campaign_that_is_capped_and_loses_money_gets_no_budget() -> None:
    days: list[tuple[float, float, float, float, float]] = []
    for row in rows("sp_campaign_daily.csv"):
        if row["Campaign Name"] == "campaign-05":
            names = ("Spend", "Budget", "Clicks", "14 Day Total Orders (#)", "14 Day Total Sales")
            days.append(tuple(float(row[name]) for name in names))  # type: ignore[arg-type]
    spend, budget, clicks, orders, sales = np.array(days).T
    assert days_at_budget(spend, budget) == 4
    assert is_capped(np.nan, spend, budget)
    known = estimate_conversion(orders.sum(keepdims=True), clicks.sum(keepdims=True))
    needed = needed_conversion_rate(spend.sum() / clicks.sum(), sales.sum() / orders.sum(), 0.5)
    assert known.below(needed)[0] > 0.5
    assert not may_raise(known.below(needed), True, True)


clicks_and_modifiers = st.lists(
    st.tuples(st.integers(0, 500), st.just(0.0) | st.floats(0.01, 100)), min_size=1, max_size=4
)


@given(clicks_and_modifiers, st.floats(0.1, 10))
def test_modifiers_stay_within_amazons_bounds_and_bids_within_their_step(
    placements: list[tuple[int, float]], bid: float
) -> None:
    clicks, worth = np.array(placements, dtype=float).T
    found = modifiers(worth)
    assert np.all(np.isnan(found) | ((found >= 0) & (found <= 9)))
    base = base_bid(bid, clicks, np.zeros(clicks.size), found)
    assert np.isnan(base) or 0.7 * bid - 1e-9 <= base <= bid + 1e-9


def test_seventy_units_at_nine_a_day_do_not_last_a_lead_time_of_two_weeks() -> None:
    cover = CoverFacts(70, 0, 9, 3, 14)
    assert (round(cover.days, 1), round(cover.days_without_ads, 1)) == (7.8, 11.7)
    assert throttle(cover.days, cover.lead_time_days) is Throttle.CUT
    assert float(bid_cut(cover.days, 14)) == pytest.approx(0.5 * (1 - cover.days / 14))
    assert float(cost_until_stock_out(20, cover.days)) == pytest.approx(20 * 70 / 9)


@pytest.mark.parametrize(
    ("cover", "lead", "level", "cut"),
    [
        (6.9, None, Throttle.CUT, 0.5),
        (7, None, Throttle.EASE, 0.2),
        (10.5, None, Throttle.EASE, 0.15),
        (13.99, None, Throttle.EASE, 0.1),
        (14, None, Throttle.NONE, 0.0),
        (30, 45, Throttle.CUT, 0.5 * 15 / 45),
        (44, 45, Throttle.CUT, 0.1),
        (45, 45, Throttle.NONE, 0.0),
        (float("nan"), 45, Throttle.NONE, 0.0),
        (float("inf"), 45, Throttle.NONE, 0.0),
    ],
)
def test_bids_fall_with_the_cover(cover: float, lead: float | None, level: Throttle, cut: float) -> None:
    assert throttle(cover, lead) is level
    assert float(bid_cut(cover, np.nan if lead is None else lead)) == pytest.approx(cut, abs=2e-4)


def test_nothing_rises_on_short_or_unknown_cover() -> None:
    assert stock_lasts([13.9, 14, 30, 30, np.nan, np.inf], [np.nan, 14, 45, 30, 14, 45]).tolist() == [
        False, True, False, True, False, True,
    ]  # fmt: skip


def test_cover_counts_what_arrives_in_time() -> None:
    cover = days_of_cover([70, 70, 0, 5], [0, 20, 0, 0], [9, 9, 9, 0])
    assert cover.tolist() == pytest.approx([70 / 9, 10, 0, np.inf])


CANDIDATES = (
    PauseCandidate("brand", True, 5, 2),
    PauseCandidate("generic dear", False, 20, 1),
    PauseCandidate("generic cheap", False, 6, 2),
    PauseCandidate("generic without sales", False, 4, 0),
)


def test_generic_terms_pause_first_and_brand_terms_last() -> None:
    assert [each.key for each in pause_order(CANDIDATES)] == [
        "generic without sales", "generic dear", "generic cheap", "brand",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sellable", "paused"),
    [
        (140, []),
        (113, ["generic dear"]),
        (100, ["generic dear", "generic cheap"]),
        (60, ["generic dear", "generic cheap", "brand"]),
    ],
)
def test_only_as_much_pauses_as_the_stock_needs(sellable: float, paused: list[str]) -> None:
    cover = CoverFacts(sellable, 0, 9, 5, 14)
    assert [each.key for each in to_pause(CANDIDATES, cover)] == paused
