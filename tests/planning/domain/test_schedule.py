"""The schedule: slack takes up delay before a date slips, and who waits for whom never goes round."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planning.domain.schedule import (
    Dependency,
    DependencyCycle,
    DependencyType,
    Forecast,
    StartSetBy,
    Work,
    check_acyclic,
    critical_chain,
    dependency_slacks,
    forecast_schedule,
    ordered,
)
from services.planning.domain.work_calendar import Closure, WorkCalendar

DAY = timedelta(days=1)
Roadmap = tuple[list[Work], list[Dependency]]


def day(month: int, number: int) -> date:
    return date(2027, month, number)


def k36(effort_days: int) -> Forecast:
    works = [
        Work("mould", 10, planned_start=day(7, 6), committed_finish=day(7, 16)),
        Work("lamp", effort_days, planned_start=day(7, 1), committed_finish=day(7, 25)),
    ]
    return forecast_schedule(works, [Dependency("mould", "lamp")])["lamp"]


def test_k36_slack_absorbs_a_delay_before_the_date_slips() -> None:
    lamp = k36(6)
    assert (lamp.earliest_finish, lamp.finish, lamp.slip_days) == (day(7, 22), day(7, 25), 0)
    assert (lamp.slack_days, lamp.cause) == (3, None)


def test_k36_beyond_the_slack_the_date_slips_and_the_predecessor_is_the_cause() -> None:
    lamp = k36(15)
    assert (lamp.finish, lamp.slip_days, lamp.cause) == (day(7, 31), 6, "mould")
    assert (lamp.slack_days, lamp.start_set_by) == (0, StartSetBy.PREDECESSOR)


def test_a_factory_closed_for_new_year_extends_effort_by_the_days_it_is_closed() -> None:
    new_year = WorkCalendar.of([Closure(day(2, 4), day(2, 20))])
    assert new_year.finish(day(2, 1), 3) == day(2, 4)
    assert new_year.finish(day(2, 1), 4) == day(2, 22)
    assert new_year.finish(day(2, 10), 5) == day(2, 26)
    work = Work("lamp", 10, planned_start=day(2, 1), committed_finish=day(2, 11), calendar=new_year)
    forecast = forecast_schedule([work], [])["lamp"]
    assert (forecast.finish, forecast.slip_days, forecast.cause) == (day(2, 28), 17, None)


def test_closures_that_touch_or_overlap_are_one() -> None:
    closed = WorkCalendar.of(
        [Closure(day(2, 10), day(2, 12)), Closure(day(2, 4), day(2, 9)), Closure(day(2, 11), day(2, 20))]
    )
    assert closed.closures == (Closure(day(2, 4), day(2, 20)),)
    with pytest.raises(ValueError, match="ends before"):
        Closure(day(2, 2), day(2, 1))


def test_negative_effort_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        WorkCalendar().finish(day(1, 1), -1)
    with pytest.raises(ValueError, match="negative"):
        WorkCalendar().latest_start(day(1, 1), -1)


def test_a_start_waits_for_the_start_of_another_with_lag() -> None:
    works = [Work("a", 30, planned_start=day(3, 1)), Work("b", 5)]
    later = forecast_schedule(works, [Dependency("a", "b", DependencyType.START_START, 10)])["b"]
    assert (later.start, later.earliest_finish, later.set_by_key) == (day(3, 11), day(3, 16), "a")


def test_of_several_predecessors_the_last_sets_the_start() -> None:
    works = [
        Work("early", 10, planned_start=day(3, 1)),
        Work("late", 20, planned_start=day(3, 1)),
        Work("after", 5, planned_start=day(3, 2), committed_finish=day(3, 20)),
    ]
    after = forecast_schedule(works, [Dependency("early", "after"), Dependency("late", "after")])["after"]
    assert (after.cause, after.slip_days) == ("late", 6)


def test_where_plan_and_predecessor_name_the_same_day_the_plan_has_set_it() -> None:
    works = [Work("a", 10, planned_start=day(3, 1)), Work("b", 9, day(3, 11), committed_finish=day(3, 15))]
    later = forecast_schedule(works, [Dependency("a", "b")])["b"]
    assert (later.slip_days, later.start_set_by, later.cause) == (5, StartSetBy.PLAN, None)


def test_of_two_predecessors_on_one_day_the_first_by_key_is_the_cause() -> None:
    works = [Work("z", 10, day(3, 1)), Work("a", 10, day(3, 1)), Work("c", 5, committed_finish=day(3, 12))]
    assert forecast_schedule(works, [Dependency("z", "c"), Dependency("a", "c")])["c"].cause == "a"


def test_work_that_takes_longer_than_promised_blames_nobody() -> None:
    forecast = forecast_schedule([Work("a", 30, planned_start=day(3, 1), committed_finish=day(3, 20))], [])["a"]
    assert (forecast.slip_days, forecast.cause, forecast.start_set_by) == (11, None, StartSetBy.PLAN)


def test_finished_work_is_as_it_was_and_lets_others_begin_then() -> None:
    works = [
        Work("a", 30, planned_start=day(3, 1), committed_finish=day(4, 1), actual_finish=day(3, 20)),
        Work("b", 5, committed_finish=day(4, 6)),
    ]
    forecasts = forecast_schedule(works, [Dependency("a", "b")])
    assert (forecasts["a"].finish, forecasts["a"].slip_days) == (day(3, 20), -12)
    assert (forecasts["b"].start, forecasts["b"].slip_days, forecasts["b"].slack_days) == (day(3, 20), 0, 12)


def test_work_that_has_begun_is_no_longer_moved_by_what_it_waited_for() -> None:
    works = [Work("a", 30, planned_start=day(3, 1)), Work("b", 5, actual_start=day(3, 10))]
    later = forecast_schedule(works, [Dependency("a", "b")])["b"]
    assert (later.start, later.start_set_by) == (day(3, 10), StartSetBy.ACTUAL)


def test_work_not_begun_in_time_starts_today_at_the_earliest() -> None:
    work = Work("a", 10, planned_start=day(3, 1), committed_finish=day(3, 15))
    forecast = forecast_schedule([work], [], today=day(3, 8))["a"]
    assert (forecast.start, forecast.start_set_by, forecast.slip_days) == (day(3, 8), StartSetBy.TODAY, 3)


def test_work_not_over_ends_today_at_the_earliest() -> None:
    work = Work("a", 10, actual_start=day(3, 1), committed_finish=day(3, 11))
    assert forecast_schedule([work], [], today=day(3, 20))["a"].slip_days == 9


def test_what_nothing_places_has_no_forecast_and_holds_up_nobody() -> None:
    works = [Work("a", 10), Work("b", 5, planned_start=day(3, 1))]
    assert list(forecast_schedule(works, [Dependency("a", "b")])) == ["b"]


def test_a_circle_is_named() -> None:
    circle = [Dependency("c", "a"), Dependency("a", "b"), Dependency("b", "c"), Dependency("x", "a")]
    with pytest.raises(DependencyCycle) as refused:
        check_acyclic(circle)
    assert refused.value.cycle == ("a", "b", "c")
    assert str(refused.value) == "Dependencies go round in a circle: a → b → c → a."


def test_nothing_waits_for_itself() -> None:
    with pytest.raises(DependencyCycle) as refused:
        check_acyclic([Dependency("a", "a")])
    assert refused.value.cycle == ("a",)


def test_the_critical_chain_is_what_set_the_last_finish() -> None:
    works = [
        Work("mould", 40, planned_start=day(1, 1)),
        Work("film", 5, planned_start=day(1, 1)),
        Work("lamp", 20),
        Work("campaign", 10),
        Work("other", 3, planned_start=day(1, 1)),
    ]
    links = [Dependency("mould", "lamp"), Dependency("lamp", "campaign"), Dependency("film", "campaign")]
    forecasts = forecast_schedule(works, links)
    assert critical_chain(forecasts) == ("mould", "lamp", "campaign")
    assert critical_chain(forecasts, "film") == ("film",)
    assert critical_chain({}) == ()
    slack = {each.dependency.from_key: each.start_slack_days for each in dependency_slacks(links, forecasts)}
    assert slack == {"mould": 0, "lamp": 0, "film": 55}


KEYS = [f"w{number}" for number in range(7)]
DAYS = st.dates(date(2027, 1, 1), date(2027, 12, 31))
CALENDARS = st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=4).map(
    lambda closed: WorkCalendar.of(Closure(begin, begin + length * DAY) for begin, length in closed)
)


@st.composite
def roadmaps(draw: st.DrawFn) -> Roadmap:
    """Works of which each waits only for those before it in the list."""
    works = [
        Work(key, draw(st.integers(0, 40)), draw(DAYS), draw(st.none() | DAYS), calendar=draw(CALENDARS))
        for key in KEYS[: draw(st.integers(1, 7))]
    ]
    pairs = [(i, j) for j in range(len(works)) for i in range(j)]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=10)) if pairs else []
    kinds = st.sampled_from(list(DependencyType))
    links = [Dependency(works[i].key, works[j].key, draw(kinds), draw(st.integers(-5, 20))) for i, j in chosen]
    return works, links


@given(roadmaps())
@settings(max_examples=150, deadline=None)
def test_open_work_is_never_early_and_never_has_slack_while_it_slips(
    roadmap: Roadmap,
) -> None:
    works, links = roadmap
    forecasts = forecast_schedule(works, links)
    for work in works:
        forecast = forecasts[work.key]
        assert forecast.slip_days >= 0
        assert forecast.slack_days >= 0
        assert not (forecast.slip_days and forecast.slack_days)
        assert forecast.finish >= forecast.earliest_finish >= forecast.start
        assert work.planned_start is not None
        assert forecast.start >= work.planned_start
    for slack in dependency_slacks(links, forecasts):
        assert 0 <= slack.start_slack_days <= slack.finish_slack_days


@given(roadmaps(), st.integers(1, 30))
@settings(max_examples=100, deadline=None)
def test_more_effort_never_finishes_anything_earlier(roadmap: Roadmap, more: int) -> None:
    works, links = roadmap
    before = forecast_schedule(works, links)
    first = works[0]
    longer = Work(
        first.key, first.effort_days + more, first.planned_start, first.committed_finish, calendar=first.calendar
    )
    after = forecast_schedule([longer, *works[1:]], links)
    assert all(after[key].finish >= before[key].finish for key in before)


@given(roadmaps())
@settings(max_examples=100, deadline=None)
def test_delay_within_the_slack_moves_no_finish(roadmap: Roadmap) -> None:
    works, _ = roadmap
    before = forecast_schedule(works, [])
    for work in works:
        spare = before[work.key].slack_days
        assert work.planned_start is not None
        moved = Work(
            work.key, work.effort_days, work.planned_start + spare * DAY, work.committed_finish, calendar=work.calendar
        )
        assert forecast_schedule([moved], [])[work.key].finish == before[work.key].finish


@given(CALENDARS, DAYS, st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_the_calendar_counts_open_days_one_by_one(calendar: WorkCalendar, start: date, effort_days: int) -> None:
    closed = {
        closure.from_date + number * DAY
        for closure in calendar.closures
        for number in range((closure.to_date - closure.from_date).days + 1)
    }
    finish, left = start, effort_days
    while left:
        left -= finish not in closed
        finish += DAY
    assert calendar.finish(start, effort_days) == finish
    latest = calendar.latest_start(finish, effort_days)
    assert latest >= start
    assert calendar.finish(latest, effort_days) <= finish
    assert all(calendar.finish(latest + (1 + more) * DAY, effort_days) > finish for more in range(3))


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=12))
@settings(max_examples=150, deadline=None)
def test_an_order_is_found_or_a_real_circle_is_named(pairs: list[tuple[str, str]]) -> None:
    links = [Dependency(earlier, later) for earlier, later in pairs]
    try:
        order = ordered(KEYS, links)
    except DependencyCycle as refused:
        circle = refused.cycle
        assert all((here, there) in pairs for here, there in zip(circle, (*circle[1:], circle[0]), strict=True))
    else:
        assert sorted(order) == KEYS
        assert all(order.index(earlier) < order.index(later) for earlier, later in pairs)
