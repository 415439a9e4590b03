"""Bars of a roadmap: dates to expect of products and campaigns that wait for one another."""

from dataclasses import replace
from datetime import date, timedelta

from services.planning.domain.initiative_dates import Dates
from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus
from services.planning.domain.roadmap import RoadmapItem, roadmap_bars
from services.planning.domain.schedule import Dependency

S = InitiativeStatus


def day(month: int, number: int) -> date:
    return date(2027, month, number)


LAMP = RoadmapItem(
    "lamp",
    InitiativeKind.PRODUCT,
    S.DESIGN,
    planned=Dates(day(2, 1), day(6, 1), day(7, 1)),
    committed=Dates(day(2, 1), day(6, 1), day(7, 1), date(2029, 7, 1)),
    actual=Dates(start=day(2, 1)),
    effort_days=165,
)
SALE = RoadmapItem(
    "sale",
    InitiativeKind.CAMPAIGN,
    S.PLANNED,
    planned=Dates(start=day(7, 1), end=day(7, 15)),
    committed=Dates(start=day(7, 5), end=day(7, 25)),
    actual=Dates(),
    effort_days=14,
)
LINK = [Dependency("lamp", "sale")]


def test_a_late_product_moves_the_campaign_that_waits_for_it_and_is_named_as_the_cause() -> None:
    bars = roadmap_bars([SALE, LAMP], LINK)
    lamp, sale = bars["lamp"], bars["sale"]
    assert lamp.forecast == Dates(day(2, 1), day(6, 16), day(7, 16), date(2029, 7, 1))
    assert sale.forecast == Dates(day(7, 16), None, None, day(7, 30))
    assert lamp.schedule is not None
    assert sale.schedule is not None
    assert (lamp.schedule.slip_days, lamp.schedule.cause) == (15, None)
    assert (sale.schedule.slip_days, sale.schedule.cause) == (5, "lamp")


def test_what_was_killed_holds_up_nobody() -> None:
    killed = replace(LAMP, status=S.KILLED)
    bars = roadmap_bars([SALE, killed], LINK)
    assert bars["sale"].forecast.end == day(7, 25)
    assert (bars["lamp"].schedule, bars["lamp"].forecast) == (None, Dates(start=day(2, 1)))


def test_a_launched_product_is_over_for_those_who_wait_though_its_life_goes_on() -> None:
    launched = replace(LAMP, status=S.RAMP, actual=Dates(day(2, 1), day(5, 20), day(6, 20)))
    bars = roadmap_bars([SALE, launched], LINK, today=day(6, 25))
    assert bars["lamp"].forecast == Dates(day(2, 1), day(5, 20), day(6, 20), date(2029, 7, 1))
    assert bars["sale"].forecast.start == day(7, 1)


def test_work_of_unknown_effort_takes_as_long_as_was_planned() -> None:
    bars = roadmap_bars([replace(SALE, effort_days=0), LAMP], LINK)
    assert bars["sale"].forecast.end == day(7, 16) + timedelta(days=14)


def test_work_that_nothing_places_has_only_its_actual_dates() -> None:
    bare = replace(SALE, planned=Dates())
    assert roadmap_bars([bare], [])["sale"].forecast == Dates()
