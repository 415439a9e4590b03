"""Bars put together by name, quarters, and what a window shows."""

from datetime import date

from services.planning.domain.initiative_dates import Dates
from services.planning.domain.initiative_states import InitiativeKind
from services.planning.domain.roadmap_groups import Group, due_quarter, grouped, quarter_text, touches


def test_groups_stand_by_name_and_what_belongs_to_nothing_comes_last() -> None:
    groups_of = {"mat": [("1", "mats")], "lamp": [("2", "Lamps"), ("1", "mats")], "sale": []}
    assert grouped(["sale", "lamp", "other", "mat"], groups_of) == (
        Group("2", "Lamps", ("lamp",)),
        Group("1", "mats", ("lamp", "mat")),
        Group(None, None, ("sale", "other")),
    )
    assert grouped([], {}) == ()


def test_two_groups_of_one_name_stay_two() -> None:
    assert [group.key for group in grouped(["a", "b"], {"a": [("2", "Lamps")], "b": [("1", "Lamps")]})] == ["1", "2"]


def test_quarters_are_those_of_the_calendar() -> None:
    assert [quarter_text(date(2027, month, 1)) for month in (1, 3, 4, 9, 10, 12)] == [
        "2027-Q1",
        "2027-Q1",
        "2027-Q2",
        "2027-Q3",
        "2027-Q4",
        "2027-Q4",
    ]


def test_a_product_is_due_at_its_launch_and_a_campaign_at_its_end_by_the_first_dates_that_say_so() -> None:
    forecast = Dates(launch=date(2027, 7, 1), end=date(2029, 1, 1))
    assert due_quarter(InitiativeKind.PRODUCT, Dates(), forecast) == "2027-Q3"
    assert due_quarter(InitiativeKind.CAMPAIGN, Dates(), forecast) == "2029-Q1"
    assert due_quarter(InitiativeKind.PRODUCT, Dates()) is None


def test_a_window_shows_what_reaches_into_it() -> None:
    spring = Dates(date(2027, 3, 1), launch=date(2027, 5, 31))
    assert touches((date(2027, 5, 31), None), spring)
    assert not touches((date(2027, 6, 1), None), spring)
    assert touches((None, date(2027, 3, 1)), spring)
    assert not touches((None, date(2027, 2, 28)), spring)
    assert touches((date(2027, 4, 1), date(2027, 4, 2)), Dates(), spring)
    assert touches((None, None), Dates())
    assert not touches((date(2027, 4, 1), None), Dates())
