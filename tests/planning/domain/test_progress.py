"""Progress, pace, health and landing of a key result: the known answers of the method, and the rules behind them."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.planning.domain.key_result import (
    Bound,
    CheckInFault,
    GradePoint,
    KeyResult,
    KeyResultFault,
    KeyResultKind,
    Milestone,
    check_in_faults,
    key_result_faults,
)
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.pace import Health, expected_progress, health_of, landing, phased_share
from services.planning.domain.period import Period
from services.planning.domain.progress import (
    Progress,
    binary_progress,
    grade_at,
    hold_progress,
    is_met,
    milestone_progress,
    reach_progress,
)
from services.planning.domain.rounding import half_up

D = Decimal
K = KeyResultKind


def four(value: Decimal | None) -> str:
    return "" if value is None else f"{half_up(value, 4).normalize():f}"


@pytest.mark.parametrize(
    ("start", "target", "value", "raw", "shown"),
    [
        pytest.param("100", "200", "150", "0.5", "0.5", id="K01"),
        pytest.param("10", "0", "7", "0.3", "0.3", id="K02"),
        pytest.param("10", "0", "-10", "2", "1", id="K02 beyond the target"),
        pytest.param("10", "0", "12", "-0.2", "0", id="K02 backwards"),
        pytest.param("200", "0", "100", "0.5", "0.5", id="K03"),
        pytest.param("0.35", "0.25", "0.28", "0.7", "0.7", id="K04"),
        pytest.param("100", "200", "80", "-0.2", "0", id="K05"),
        pytest.param("-50000", "100000", "25000", "0.5", "0.5", id="K06"),
        pytest.param("85", "40", "55", "0.6667", "0.6667", id="K07"),
    ],
)
def test_one_formula_serves_every_direction(start: str, target: str, value: str, raw: str, shown: str) -> None:
    found = reach_progress(D(start), D(target), D(value))
    assert found is not None
    assert (four(found.raw), four(found.shown)) == (raw, shown)


def test_a_way_of_no_length_is_rejected() -> None:
    """K08."""
    with pytest.raises(ValueError, match="no way to go"):
        reach_progress(D(5), D(5), D(5))
    same = KeyResult(K.REACH, metric_code="net_revenue", start=D("5.0"), target=D(5))
    assert key_result_faults(same) == (KeyResultFault.START_IS_TARGET,)


def test_silence_is_no_progress_of_zero() -> None:
    assert reach_progress(D(0), D(1), None) is None


values = st.decimals(-(10**6), 10**6, places=2)


@given(values, values, values)
def test_shown_progress_lies_between_nothing_and_all(start: Decimal, target: Decimal, value: Decimal) -> None:
    assume(start != target)
    found = reach_progress(start, target, value)
    assert found is not None
    assert 0 <= found.shown <= 1


@given(values, values, values, st.decimals("0.01", 1000, places=2))
def test_a_step_towards_the_target_never_lowers_progress(
    start: Decimal, target: Decimal, value: Decimal, step: Decimal
) -> None:
    assume(start != target)
    nearer = value + (step if target > start else -step)
    before, after = reach_progress(start, target, value), reach_progress(start, target, nearer)
    assert before is not None
    assert after is not None
    assert after.raw > before.raw
    assert after.shown >= before.shown


@given(values, values, values)
def test_progress_does_not_know_which_way_is_up(start: Decimal, target: Decimal, value: Decimal) -> None:
    assume(start != target)
    assert reach_progress(start, target, value) == reach_progress(-start, -target, -value)


@given(values, values)
def test_the_start_is_nothing_and_the_target_all(start: Decimal, target: Decimal) -> None:
    assume(start != target)
    assert reach_progress(start, target, start) == Progress(D(0))
    assert reach_progress(start, target, target) == Progress(D(1))


MONTHS = [D("0.028"), D("0.031"), None, D("0.029")]


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        pytest.param(MONTHS, "0.5", id="K09"),
        pytest.param([*MONTHS, None, None], "0.5", id="months to come do not count"),
        pytest.param([None, D("0.01")], "0.5", id="a missing first month is not met"),
        pytest.param([D("0.03")], "1", id="the edge belongs to the bound"),
        pytest.param([None, None], "", id="never read"),
        pytest.param([], "", id="not begun"),
    ],
)
def test_a_bound_is_held_in_so_many_of_the_periods(months: list[Decimal | None], expected: str) -> None:
    found = hold_progress(months, Bound.AT_MOST, D("0.03"))
    assert four(found.raw if found else None) == expected


def test_a_bound_keeps_above_below_or_between() -> None:
    assert is_met(D("4.3"), Bound.AT_LEAST, D("4.3"))
    assert not is_met(D("4.2"), Bound.AT_LEAST, D("4.3"))
    for ends in ((D(30), D(90)), (D(90), D(30))):
        met = [is_met(D(value), Bound.WITHIN, ends[1], ends[0]) for value in (29, 30, 60, 90, 91)]
        assert met == [False, True, True, True, False]
    with pytest.raises(ValueError, match="two ends"):
        is_met(D(1), Bound.WITHIN, D(1))


def steps(*done: date | None) -> list[Milestone]:
    return [Milestone(f"step {weight}", D(weight), None, day) for weight, day in zip((2, 3, 5), done, strict=True)]


def test_milestones_count_by_weight_once_they_are_done() -> None:
    """K10."""
    known = steps(date(2027, 1, 5), date(2027, 2, 5), None)
    assert milestone_progress(known, date(2027, 2, 5)) == Progress(D("0.5"))
    assert milestone_progress(known, date(2027, 2, 4)) == Progress(D("0.2"))
    assert milestone_progress(known, date(2027, 1, 4)) == Progress(D(0))


@pytest.mark.parametrize("weight", ["0", "-1"])
def test_milestones_have_positive_weights(weight: str) -> None:
    wrong = Milestone("step", D(weight))
    with pytest.raises(ValueError, match="positive"):
        milestone_progress([wrong, Milestone("other", D(1))], date(2027, 1, 1))
    faults = key_result_faults(KeyResult(K.MILESTONE, milestones=(wrong,)))
    assert faults == (KeyResultFault.MILESTONE_WEIGHT_NOT_POSITIVE,)


def test_done_or_not_is_all_or_nothing() -> None:
    assert (binary_progress(True).shown, binary_progress(False).shown) == (D(1), D(0))


def points(*pairs: tuple[str, str]) -> tuple[GradePoint, ...]:
    return tuple(GradePoint(D(value), D(grade)) for value, grade in pairs)


RISING = points(("0", "0"), ("60", "0.7"), ("100", "1"))
FALLING = points(("0.35", "0"), ("0.31", "0.3"), ("0.27", "0.7"), ("0.24", "1"))


@pytest.mark.parametrize(
    ("known", "value", "grade"),
    [
        *(
            pytest.param(RISING, value, grade, id=f"K11 {value}")
            for value, grade in (("30", "0.35"), ("60", "0.7"), ("80", "0.85"), ("130", "1"), ("-5", "0"))
        ),
        *(
            pytest.param(FALLING, value, grade, id=f"K12 {value}")
            for value, grade in (("0.33", "0.15"), ("0.29", "0.5"), ("0.255", "0.85"), ("0.4", "0"), ("0.1", "1"))
        ),
    ],
)
def test_grades_lie_on_straight_lines_between_the_points(known: tuple[GradePoint, ...], value: str, grade: str) -> None:
    assert four(grade_at(known, D(value))) == grade


@given(st.decimals("0.2", "0.4", places=4), st.decimals("0.2", "0.4", places=4))
def test_a_better_value_never_has_a_lower_grade(one: Decimal, other: Decimal) -> None:
    assert grade_at(FALLING, min(one, other)) >= grade_at(FALLING, max(one, other))


QUARTER = Period(date(2027, 1, 1), date(2027, 3, 31))
AUTUMN = Period(date(2026, 10, 1), date(2026, 12, 31))
PHASING = {date(2026, 10, 1): D("0.20"), date(2026, 11, 1): D("0.45"), date(2026, 12, 1): D("0.35")}
OCTOBER = date(2026, 10, 31)


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2027, 2, 14), "0.5"), (date(2027, 2, 28), "0.6556"), (date(2026, 12, 31), "0"), (date(2027, 4, 1), "1")],
)
def test_without_a_plan_days_alone_count(today: date, expected: str) -> None:
    """K14."""
    found = expected_progress(QUARTER, today)
    assert (four(found.progress), found.is_phased) == (expected, False)


@pytest.mark.parametrize(
    ("today", "expected"),
    [(OCTOBER, "0.2"), (date(2026, 11, 15), "0.425"), (date(2026, 12, 31), "1"), (date(2026, 9, 30), "0")],
)
def test_a_plan_says_how_much_is_due(today: date, expected: str) -> None:
    """K15."""
    found = expected_progress(AUTUMN, today, PHASING)
    assert (four(found.progress), found.is_phased) == (expected, True)
    assert four(expected_progress(AUTUMN, OCTOBER).progress) == "0.337"


def test_a_plan_of_nothing_phases_nothing() -> None:
    assert not expected_progress(AUTUMN, OCTOBER, {}).is_phased
    cancels_out = {date(2026, 10, 1): D(5), date(2026, 11, 1): D(-5)}
    assert phased_share(cancels_out, AUTUMN, OCTOBER) is None


def test_of_a_month_that_lies_half_outside_half_counts() -> None:
    half = Period(date(2026, 11, 16), date(2026, 12, 31))
    share = phased_share({date(2026, 11, 1): D(30), date(2026, 12, 1): D(45)}, half, date(2026, 11, 30))
    assert share == D("0.25")


def test_pace_follows_the_plan_and_not_the_calendar() -> None:
    """K16."""
    progress = Progress(D("0.22"))
    phased = expected_progress(AUTUMN, OCTOBER, PHASING).progress
    linear = expected_progress(AUTUMN, OCTOBER).progress
    assert health_of(K.REACH, progress, phased) is Health.ON_TRACK
    assert health_of(K.REACH, progress, linear) is Health.BEHIND
    found = landing(progress, phased, D(0), D(1000))
    assert found is not None
    assert (found.progress, found.value) == (D("1.1"), D(1100))


@pytest.mark.parametrize(
    ("lag", "health"),
    [
        ("-0.1", Health.ON_TRACK),
        ("0", Health.ON_TRACK),
        ("0.0001", Health.BEHIND),
        ("0.25", Health.BEHIND),
        ("0.2501", Health.AT_RISK),
    ],
)
def test_the_edges_of_the_bands_belong_to_the_better_side(lag: str, health: Health) -> None:
    assert health_of(K.REACH, Progress(D("0.5") - D(lag)), D("0.5")) is health


@pytest.mark.parametrize(
    ("held", "health"),
    [("0.9", Health.ON_TRACK), ("0.89", Health.BEHIND), ("0.75", Health.BEHIND), ("0.74", Health.AT_RISK)],
)
def test_what_is_held_is_judged_by_itself(held: str, health: Health) -> None:
    for expected in ("0", "1"):
        assert health_of(K.HOLD, Progress(D(held)), D(expected)) is health


def test_silence_is_never_green() -> None:
    full = Progress(D(1))
    assert health_of(K.REACH, None, D(0)) is Health.NO_DATA
    assert health_of(K.REACH, full, D(0), is_stale=True) is Health.STALE
    assert health_of(K.REACH, None, D(0), is_stale=True) is Health.NO_DATA
    assert health_of(K.REACH, None, D(0), is_closed=True, is_stale=True) is Health.CLOSED


def test_what_is_beyond_the_target_is_on_track_even_late() -> None:
    assert health_of(K.REACH, Progress(D(3)), D(1)) is Health.ON_TRACK


def test_nothing_lands_while_nothing_is_due() -> None:
    assert landing(Progress(D("0.5")), D(0)) is None
    assert landing(None, D("0.5")) is None


def test_who_goes_backwards_lands_behind_the_start() -> None:
    found = landing(Progress(D("-0.1")), D("0.5"), D(100), D(200))
    assert found is not None
    assert found.value == 80


WHOLE = {
    K.REACH: KeyResult(K.REACH, metric_code="net_revenue", start=D(0), target=D(1)),
    K.HOLD: KeyResult(K.HOLD, metric_code="acos", target=D("0.3"), bound=Bound.AT_MOST),
    K.MILESTONE: KeyResult(K.MILESTONE, milestones=(Milestone("done", D(1)),)),
    K.BINARY: KeyResult(K.BINARY),
}


@pytest.mark.parametrize("kind", list(K))
def test_whole_key_results_have_no_fault(kind: KeyResultKind) -> None:
    assert key_result_faults(WHOLE[kind]) == ()


F = KeyResultFault


@pytest.mark.parametrize(
    ("key_result", "fault"),
    [
        (KeyResult(K.HOLD, metric_code="acos", target=D(1)), F.BOUND_MISSING),
        (KeyResult(K.REACH, start=D(0), target=D(1), bound=Bound.AT_MOST), F.BOUND_NOT_WANTED),
        (KeyResult(K.MILESTONE), F.MILESTONES_MISSING),
        (KeyResult(K.BINARY, milestones=(Milestone("done", D(1)),)), F.MILESTONES_NOT_WANTED),
        (KeyResult(K.BINARY, metric_code="acos"), F.METRIC_NOT_WANTED),
        (KeyResult(K.BINARY, weight=D(-1)), F.WEIGHT_NEGATIVE),
        (KeyResult(K.REACH, start=D(0), target=D(1), grade_points=RISING[:1]), F.GRADE_POINTS_TOO_FEW),
        (
            KeyResult(K.REACH, start=D(0), target=D(1), grade_points=RISING[1::-1] + RISING[2:]),
            F.GRADE_POINTS_NOT_ORDERED,
        ),
        (KeyResult(K.REACH, start=D(0), target=D(1), grade_points=RISING[:1] * 2), F.GRADE_POINTS_NOT_ORDERED),
        (
            KeyResult(K.REACH, start=D(0), target=D(1), grade_points=points(("0", "0"), ("1", "1.1"))),
            F.GRADE_OUT_OF_RANGE,
        ),
    ],
)
def test_each_fault_of_a_definition_is_named(key_result: KeyResult, fault: KeyResultFault) -> None:
    assert key_result_faults(key_result) == (fault,)


def test_nobody_types_in_what_is_measured() -> None:
    typed, sure = D(5), D("0.5")
    for code in ("net_revenue", "gross_margin"):
        assert check_in_faults(sure, typed, STARTING_CATALOGUE[code]) == (CheckInFault.VALUE_IS_MEASURED,)
        assert check_in_faults(sure, None, STARTING_CATALOGUE[code]) == ()
    assert check_in_faults(sure, typed, STARTING_CATALOGUE["headcount"]) == ()
    assert check_in_faults(sure, typed, None) == (CheckInFault.VALUE_WITHOUT_METRIC,)
    for confidence in ("-0.1", "1.1"):
        assert check_in_faults(D(confidence), None, None) == (CheckInFault.CONFIDENCE_OUT_OF_RANGE,)
