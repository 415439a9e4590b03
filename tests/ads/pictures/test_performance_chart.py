"""The picture of a campaign's performance: any number of days, readable on a phone, and nothing made up."""

from datetime import date, timedelta

import pytest

from services.ads.domain.completeness import DEFAULT_COMPLETENESS
from services.ads.domain.performance_trend import DayFigures, TrendPeriod, trend
from services.ads.pictures.performance_chart import described, performance_chart_svg
from services.ads.pictures.performance_picture import AppliedChange, PerformancePicture
from tests.ads.pictures.reading import letter_sizes, named, parsed, texts

TODAY = date(2026, 3, 10)


def days(count: int, missing: int = 0) -> list[TrendPeriod]:
    """Ten clicks a day that cost 5 and bring an order of 25 each, told this morning up to the `missing` last days."""
    first = TODAY - timedelta(days=count)
    figures = [
        DayFigures(
            day=first + timedelta(days=n),
            pulled_date=TODAY,
            impressions=1_000.0,
            clicks=10.0,
            cost=5.0,
            orders=1.0,
            sales=25.0,
        )
        for n in range(count - missing)
    ]
    return trend(figures, [], first, count, 1, DEFAULT_COMPLETENESS)


def picture(count: int = 60, missing: int = 0, **changes: object) -> PerformancePicture:
    values: dict[str, object] = {
        "name": "Mugs · United States",
        "currency": "USD",
        "by": "day",
        "periods": days(count, missing),
        "break_even_acos": 0.33,
        "target_acos": 0.27,
        "needed_cvr": 0.098,
        "daily_budget": 12.0,
        "changes": [AppliedChange(TODAY - timedelta(days=9), "bid up from 0.5 to 0.62")],
    }
    return PerformancePicture(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, 3, 60, 300])
def test_any_number_of_days_can_be_drawn(count: int) -> None:
    root = parsed(performance_chart_svg(picture(count)))
    assert root.get("viewBox", "").startswith("0 0 360 ")
    assert min(letter_sizes(root)) >= 8


def test_the_same_values_give_the_same_bytes() -> None:
    assert performance_chart_svg(picture()) == performance_chart_svg(picture())


def test_a_year_of_days_stays_a_small_file() -> None:
    assert len(performance_chart_svg(picture(365))) < 120_000


def test_title_and_description_say_what_was_spent_and_what_breaks_even() -> None:
    told = named(parsed(performance_chart_svg(picture())))
    assert told["title"] == "Performance of Mugs · United States"
    assert "Spent 300 USD for 60 orders of 1,500 USD. ACoS 20 %; 33 % breaks even, 27 % wanted." in told["desc"]
    assert "Changed on 2026-03-01: bid up from 0.5 to 0.62." in told["desc"]


def test_days_that_nobody_has_reported_are_said_to_be_so() -> None:
    assert "Not reported: 2 days, the latest of 2026-03-09." in described(picture(missing=2))
    assert "Not reported" not in described(picture())


def test_nothing_is_told_where_nothing_is_known() -> None:
    empty = picture(30, 30, break_even_acos=None, target_acos=None, needed_cvr=None, daily_budget=None, changes=[])
    assert described(empty).strip() == "No day of this time is reported."
    assert any("No day of this time is reported." in text for text in texts(parsed(performance_chart_svg(empty))))


def test_limits_are_named_beside_the_panels() -> None:
    written = " ".join(texts(parsed(performance_chart_svg(picture()))))
    for words in ("breaks even 33 %", "target 27 %", "breaks even 9.8 %", "daily budget 12"):
        assert words in written


@pytest.mark.parametrize("name", ["<b>&'\"]]>", "$5 to $9", "中文"])
def test_a_name_is_written_as_it_is_and_never_as_markup(name: str) -> None:
    root = parsed(performance_chart_svg(picture(name=name)))
    assert named(root)["title"] == f"Performance of {name}"
    assert any(text.startswith(name) for text in texts(root))
