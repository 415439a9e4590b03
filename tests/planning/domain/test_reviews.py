"""Reviews: what they open with, when they close, how targets are moved, and how complete a cycle is."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from services.planning.domain.calibration import (
    CalibrationFault,
    CalibrationState,
    Proposed,
    Subject,
    approval_faults,
    proposal_faults,
)
from services.planning.domain.drivers import Effect, RevenueDriver
from services.planning.domain.gaps import GapStatus
from services.planning.domain.isor import insight, missing_title, objectives, review, strategy
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.pace import Health
from services.planning.domain.period import Period
from services.planning.domain.review_prefill import HealthChange, ReviewedGap, Slip, prefill, suggested_cause
from services.planning.domain.reviews import (
    CAUSE_OF,
    Action,
    ActionState,
    Cause,
    Finding,
    Lack,
    ReviewState,
    Unanswered,
    action_may_become,
    may_be_edited,
    may_become,
    unanswered,
)

D = Decimal
R, A, F = ReviewState, ActionState, CalibrationFault
TODAY = date(2027, 2, 5)
ACTION = Action("act", "gap", "owner", date(2027, 2, 20))
FINDING = Finding("gap", Cause.SUPPLY)


@pytest.mark.parametrize(("state", "wanted"), list(product(R, R)))
def test_a_review_is_prefilled_then_discussed_then_closed(state: ReviewState, wanted: ReviewState) -> None:
    steps = {(R.PREFILLED, R.DISCUSSED), (R.DISCUSSED, R.CLOSED)}
    assert may_become(state, wanted, []) is ((state, wanted) in steps)
    assert may_be_edited(state) is (state is not R.CLOSED)


@pytest.mark.parametrize(
    ("findings", "actions", "lacks"),
    [
        pytest.param([FINDING], [ACTION], (), id="answered"),
        pytest.param([FINDING], [replace(ACTION, state=A.DONE)], (), id="done already"),
        pytest.param([], [ACTION], (Lack.CAUSE,), id="no finding"),
        pytest.param([Finding("gap", None)], [ACTION], (Lack.CAUSE,), id="no cause"),
        pytest.param([Finding("other", Cause.SUPPLY)], [ACTION], (Lack.CAUSE,), id="the cause of another gap"),
        pytest.param([FINDING], [], (Lack.ACTION,), id="no action"),
        pytest.param([FINDING], [replace(ACTION, owner_id=None)], (Lack.ACTION,), id="nobody"),
        pytest.param([FINDING], [replace(ACTION, due_date=None)], (Lack.ACTION,), id="some day"),
        pytest.param([FINDING], [replace(ACTION, state=A.DROPPED)], (Lack.ACTION,), id="dropped"),
        pytest.param([FINDING], [replace(ACTION, gap_ref=None)], (Lack.ACTION,), id="about something else"),
        pytest.param([], [], (Lack.CAUSE, Lack.ACTION), id="nothing"),
    ],
)
def test_a_review_closes_only_with_a_cause_and_an_action_for_every_red_gap(
    findings: list[Finding], actions: list[Action], lacks: tuple[Lack, ...]
) -> None:
    open_ends = unanswered(["gap"], findings, actions)
    assert open_ends == ((Unanswered("gap", lacks),) if lacks else ())
    assert may_become(R.DISCUSSED, R.CLOSED, open_ends) is not bool(lacks)
    assert may_become(R.PREFILLED, R.DISCUSSED, open_ends)


def test_one_answer_does_not_do_for_two_gaps() -> None:
    assert [each.gap_ref for each in unanswered(["gap", "other", "other"], [FINDING], [ACTION])] == ["other"]


@pytest.mark.parametrize(("state", "wanted"), list(product(A, A)))
def test_an_action_is_done_or_dropped_or_taken_up_again(state: ActionState, wanted: ActionState) -> None:
    steps = {(A.OPEN, A.DONE), (A.OPEN, A.DROPPED), (A.DONE, A.OPEN)}
    assert action_may_become(state, wanted) is ((state, wanted) in steps)


def test_an_action_is_overdue_from_the_day_after() -> None:
    assert not ACTION.is_overdue(date(2027, 2, 20))
    assert ACTION.is_overdue(date(2027, 2, 21))
    assert not replace(ACTION, state=A.DONE).is_overdue(date(2027, 3, 1))


EFFECTS = (Effect("traffic", D(-100)), Effect("conversion", D(50)), Effect("stock", D(-900)), Effect("price", D(0)))


def test_a_review_opens_with_gaps_worst_first_and_their_likely_cause() -> None:
    gaps = [
        ReviewedGap("green", GapStatus.GREEN, D("0.01")),
        ReviewedGap("amber", GapStatus.AMBER, D("0.05")),
        ReviewedGap("red", GapStatus.RED, D("0.12"), EFFECTS),
        ReviewedGap("redder", GapStatus.RED, D("0.40")),
    ]
    opened = prefill(gaps, [], [], [], TODAY)
    assert [each.gap.ref for each in opened.gaps] == ["redder", "red", "amber"]
    assert [(each.suggested_cause, each.driver_effect) for each in opened.gaps] == [
        (None, None),
        (Cause.SUPPLY, D(-900)),
        (None, None),
    ]


def test_every_driver_of_revenue_stands_for_a_cause() -> None:
    assert set(CAUSE_OF) == set(RevenueDriver)
    for driver, cause in CAUSE_OF.items():
        assert suggested_cause([Effect(driver, D(-1))]) == (cause, D(-1))
    assert suggested_cause([Effect("traffic", D(1))]) is None
    assert suggested_cause([Effect("unheard of", D(-1))]) is None


def test_a_review_tells_what_changed_slipped_and_was_promised() -> None:
    changes = [
        HealthChange("same", Health.ON_TRACK, Health.ON_TRACK),
        HealthChange("better", Health.AT_RISK, Health.ON_TRACK),
        HealthChange("worse", Health.ON_TRACK, Health.AT_RISK),
        HealthChange("new", None, Health.BEHIND),
    ]
    slips = [Slip("in time", 0), Slip("late", 3), Slip("later", 30, "late"), Slip("early", -4)]
    earlier = [
        replace(ACTION, key="overdue", due_date=date(2027, 2, 4)),
        replace(ACTION, key="done", state=A.DONE, due_date=date(2027, 1, 4)),
        replace(ACTION, key="first", due_date=date(2027, 1, 20)),
        replace(ACTION, key="open"),
    ]
    opened = prefill([], changes, slips, earlier, TODAY)
    assert [each.key for each in opened.changed] == ["worse", "new", "better"]
    assert [each.key for each in opened.slipped] == ["later", "late"]
    assert [each.key for each in opened.carried] == ["first", "overdue", "open"]
    assert set(opened.overdue) == {"first", "overdue"}


PROPOSED = Proposed(D(100), D(80), "The tariff doubled.")
SUBJECT = Subject(D(100), is_agreed=True, is_cycle_closed=False, start=D(0))


def test_a_calibration_with_a_reason_is_taken() -> None:
    assert proposal_faults(PROPOSED, SUBJECT, []) == ()
    assert proposal_faults(PROPOSED, SUBJECT, [CalibrationState.REJECTED]) == ()


@pytest.mark.parametrize(
    ("proposed", "subject", "fault"),
    [
        (replace(PROPOSED, reason=" "), SUBJECT, F.REASON_MISSING),
        (replace(PROPOSED, new=D("100.0")), SUBJECT, F.NOTHING_CHANGES),
        (PROPOSED, replace(SUBJECT, present=D(90)), F.NOT_THE_PRESENT_VALUE),
        (replace(PROPOSED, new=D(0)), SUBJECT, F.TARGET_IS_START),
        (PROPOSED, replace(SUBJECT, is_agreed=False), F.SUBJECT_NOT_AGREED),
        (PROPOSED, replace(SUBJECT, is_cycle_closed=True), F.CYCLE_CLOSED),
    ],
)
def test_each_thing_that_forbids_a_calibration(proposed: Proposed, subject: Subject, fault: CalibrationFault) -> None:
    assert proposal_faults(proposed, subject, []) == (fault,)


@pytest.mark.parametrize("state", [CalibrationState.PROPOSED, CalibrationState.APPROVED])
def test_a_target_is_moved_once_in_a_cycle_unless_there_is_another_reason(state: CalibrationState) -> None:
    assert proposal_faults(PROPOSED, SUBJECT, [state]) == (F.ALREADY_CALIBRATED,)
    assert proposal_faults(replace(PROPOSED, override_reason=" "), SUBJECT, [state]) == (F.ALREADY_CALIBRATED,)
    assert proposal_faults(replace(PROPOSED, override_reason="The port closed too."), SUBJECT, [state]) == ()


def test_nobody_approves_the_own_calibration() -> None:
    state = CalibrationState.PROPOSED
    assert approval_faults(state, PROPOSED, SUBJECT, "ann", "bob") == ()
    assert approval_faults(state, PROPOSED, SUBJECT, "ann", "ann") == (F.OWN_PROPOSAL,)
    assert approval_faults(state, PROPOSED, replace(SUBJECT, present=D(90)), "ann", "bob") == (F.NOT_THE_PRESENT_VALUE,)
    assert approval_faults(state, PROPOSED, replace(SUBJECT, is_cycle_closed=True), "ann", "bob") == (F.CYCLE_CLOSED,)
    for decided in (CalibrationState.APPROVED, CalibrationState.REJECTED):
        assert approval_faults(decided, PROPOSED, SUBJECT, "ann", "bob") == (F.ALREADY_DECIDED,)


def test_insight_is_complete_once_every_gap_is_computed_and_both_worksheets_are_agreed() -> None:
    none = insight(["net_revenue", "acos"], [], [])
    assert (none.completion, none.total) == (D(0), 4)
    part = insight(["net_revenue", "acos"], ["acos"], ["ctmo"])
    assert (part.completion, part.missing) == (D("0.5"), ("net_revenue", "five_looks"))
    assert insight(["acos"], ["acos"], ["ctmo", "five_looks"]).is_complete


def test_strategy_answers_every_red_gap_or_says_that_it_does_not() -> None:
    found = strategy(["a", "b", "c", "c"], ["a"], ["b"])
    assert (found.total, found.missing, found.is_complete) == (3, ("c",), False)
    assert strategy([], [], []).completion is None
    assert strategy([], [], []).is_complete


def test_every_unit_has_an_objective_and_people_where_asked() -> None:
    units = {"c": UnitLevel.COMPANY, "m": UnitLevel.MODULE, "t": UnitLevel.TEAM, "p": UnitLevel.PERSON}
    assert objectives(units, ["c", "m", "t"], 0).is_complete
    assert objectives(units, ["c", "m", "t"], 1).missing == ("no_error_findings",)
    assert objectives(units, ["c", "m"], 0).missing == ("t",)
    assert objectives(units, ["c", "m", "t"], 0, is_person_required=True).missing == ("p",)


QUARTER = Period(date(2027, 1, 1), date(2027, 3, 31))
JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)


@pytest.mark.parametrize(
    ("missing", "title"),
    [
        ("net_revenue", "Net revenue"),
        ("five_looks", "Five looks"),
        ("no_error_findings", "No findings of error level"),
        ("u", "Lamps (L)"),
        ("u 2025-02", "Lamps (L), 2025-02"),
        ("gone 2025-02", "gone, 2025-02"),
        ("gone", "gone"),
    ],
)
def test_what_is_missing_is_called_as_people_call_it(missing: str, title: str) -> None:
    assert missing_title(missing, {"net_revenue": "Net revenue", "u": "Lamps (L)"}) == title


@pytest.mark.parametrize(
    ("today", "closed", "total", "missing"),
    [
        (date(2026, 12, 31), {}, 0, ()),
        (date(2027, 2, 10), {}, 0, ()),
        (date(2027, 2, 11), {}, 1, ("u 2027-01",)),
        (date(2027, 2, 5), {JANUARY: date(2027, 2, 5)}, 1, ()),
        (date(2027, 2, 20), {JANUARY: date(2027, 2, 10)}, 1, ()),
        (date(2027, 2, 20), {JANUARY: date(2027, 2, 11)}, 1, ("u 2027-01",)),
        (date(2027, 6, 1), {JANUARY: date(2027, 2, 1), FEBRUARY: date(2027, 3, 1)}, 3, ("u 2027-03",)),
    ],
)
def test_a_review_is_in_time_within_ten_days_of_the_month(
    today: date, closed: dict[date, date], total: int, missing: tuple[str, ...]
) -> None:
    found = review(QUARTER, ["u"], {("u", month): day for month, day in closed.items()}, today)
    assert (found.total, found.missing) == (total, missing)
