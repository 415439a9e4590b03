"""The course of a key result: values against the target of their day, beside what was expected."""

from datetime import date
from decimal import Decimal

from services.planning.domain.period import Period
from services.planning.domain.trajectory import CheckInPoint, TargetChange, sampled_days, target_on, trajectory

D = Decimal
AUTUMN = Period(date(2026, 10, 1), date(2026, 12, 31))
PHASING = {date(2026, 10, 1): D("0.20"), date(2026, 11, 1): D("0.45"), date(2026, 12, 1): D("0.35")}
CHANGE = TargetChange(date(2026, 11, 10), D(1000), D(800))


def test_progress_is_told_against_the_target_of_its_day() -> None:
    values = [(date(2026, 11, 15), D(400)), (date(2026, 10, 31), D(220))]
    found = trajectory(AUTUMN, D(0), D(800), values, PHASING, target_changes=[CHANGE])
    assert [(each.on_date, each.target, each.raw) for each in found.points] == [
        (date(2026, 10, 31), D(1000), D("0.22")),
        (date(2026, 11, 15), D(800), D("0.5")),
    ]
    assert [(each.expected, each.expected_value) for each in found.points] == [
        (D("0.20"), D(200)),
        (D("0.425"), D(340)),
    ]


def test_the_target_of_a_day_is_the_one_before_the_next_change() -> None:
    again = TargetChange(date(2026, 12, 1), D(800), D(900))
    days = (date(2026, 11, 9), date(2026, 11, 10), date(2026, 11, 30), date(2026, 12, 1))
    assert [target_on(day, D(900), [again, CHANGE]) for day in days] == [1000, 800, 800, 900]
    assert target_on(days[0], D(900), []) == 900


def test_the_expected_curve_reaches_to_the_end_through_every_month() -> None:
    found = trajectory(AUTUMN, D(0), D(800), [(date(2026, 10, 15), None)], PHASING)
    assert [day for day, _ in found.expected] == [
        date(2026, 10, 15),
        date(2026, 10, 31),
        date(2026, 11, 30),
        date(2026, 12, 31),
    ]
    assert [share for _, share in found.expected][1:] == [D("0.20"), D("0.65"), D(1)]


def test_a_day_without_a_value_is_a_gap_and_no_zero() -> None:
    found = trajectory(AUTUMN, D(0), D(800), [(date(2026, 10, 15), None)])
    assert (found.points[0].raw, found.points[0].shown) == (None, None)


def test_what_was_said_is_told_in_order() -> None:
    said = [CheckInPoint(date(2026, 11, 1), D("0.4")), CheckInPoint(date(2026, 10, 8), D("0.7"))]
    found = trajectory(AUTUMN, D(0), D(1), [], check_ins=said)
    assert [each.confidence for each in found.check_ins] == [D("0.7"), D("0.4")]


def test_days_are_sampled_up_to_today_or_the_end() -> None:
    assert sampled_days(AUTUMN, date(2026, 9, 30)) == ()
    assert sampled_days(AUTUMN, date(2026, 10, 1)) == (date(2026, 10, 1),)
    assert sampled_days(AUTUMN, date(2026, 10, 10)) == (date(2026, 10, 1), date(2026, 10, 8), date(2026, 10, 10))
    assert sampled_days(AUTUMN, date(2027, 5, 1))[-1] == AUTUMN.end_date
