"""Days and weeks of a campaign: late orders are allowed for, days without a report are unknown, not zero."""

from datetime import date, timedelta

import pytest

from services.ads.domain.completeness import DEFAULT_COMPLETENESS
from services.ads.domain.performance_trend import DayFigures, trend

FIRST = date(2026, 3, 1)


def day(number: int, pulled_after: int = 30, **figures: float) -> DayFigures:
    values = {"impressions": 100.0, "clicks": 10.0, "cost": 5.0, "orders": 1.0, "sales": 20.0} | figures
    when = FIRST + timedelta(days=number)
    return DayFigures(day=when, pulled_date=when + timedelta(days=pulled_after), **values)


def test_clicks_of_young_days_count_as_far_as_their_orders_are_reported() -> None:
    old, young = (trend([day(0, age)], [], FIRST, 1, 1, DEFAULT_COMPLETENESS)[0] for age in (30, 1))
    assert old.effective_clicks == 10
    assert young.effective_clicks == pytest.approx(10 * DEFAULT_COMPLETENESS[1])
    assert (old.reported, young.reported) == (1.0, DEFAULT_COMPLETENESS[1])
    assert old.cvr == pytest.approx(0.1)
    assert young.cvr is not None
    assert young.cvr > 0.1


def test_a_day_within_a_report_without_a_row_had_no_ads_and_one_outside_is_unknown() -> None:
    covered = [(FIRST, FIRST + timedelta(days=1))]
    within, outside = trend([], covered, FIRST + timedelta(days=1), 2, 1, DEFAULT_COMPLETENESS)
    assert (within.reported, within.cost) == (1.0, 0)
    assert outside.reported is None
    assert (within.acos, within.cvr, outside.acos, outside.cvr) == (None, None, None, None)


def test_ratios_are_of_the_seven_days_up_to_a_day() -> None:
    days = [day(number, orders=float(number == 0), sales=20.0 * (number == 0)) for number in range(9)]
    found = trend(days, [], FIRST, 9, 1, DEFAULT_COMPLETENESS)
    assert found[6].acos == pytest.approx(7 * 5 / 20)
    assert found[7].acos is None
    assert found[7].cvr == 0
    assert found[6].cvr_low is not None
    assert found[6].cvr_high is not None
    assert found[6].cvr_low < 1 / 70 < found[6].cvr_high


def test_a_week_is_the_sum_of_its_days_and_unknown_where_one_of_them_is() -> None:
    days = [day(number) for number in range(13)]
    whole, part = trend(days, [], FIRST, 2, 7, DEFAULT_COMPLETENESS)
    assert (whole.cost, whole.orders, whole.date_to) == (35, 7, FIRST + timedelta(days=6))
    assert part.reported is None


def test_impressions_that_no_report_tells_stay_unknown() -> None:
    silent = [day(0, impressions=None)]  # type: ignore[arg-type]
    assert trend(silent, [], FIRST, 1, 1, DEFAULT_COMPLETENESS)[0].impressions is None


def test_orders_that_are_taken_back_leave_a_rate_of_nothing() -> None:
    found = trend([day(0, orders=-2.0, sales=-40.0)], [], FIRST, 1, 1, DEFAULT_COMPLETENESS)[0]
    assert (found.orders, found.cvr, found.acos) == (-2, 0, None)
    assert found.cvr_low is not None
    assert 0 <= found.cvr_low < 0.1
