"""The life of an initiative: every pair of statuses is one allowed move or refused, and what it needs on the way."""

from datetime import date
from itertools import product

import pytest

from services.planning.domain.initiative_dates import Dates, forecast_dates, future_dates, order_faults
from services.planning.domain.initiative_states import (
    DEVELOPED,
    FINAL,
    LAUNCHED,
    DateName,
    Groundwork,
    InitiativeKind,
    InitiativeStatus,
    Move,
    TeamRole,
    allowed_moves,
    date_reached,
    dates_undone,
    faults_at,
    frozen_fields,
    gate_of,
    is_commitment_firm,
    move_faults,
    move_of,
    settled_dates,
    statuses_of,
    way_of,
)
from services.planning.domain.succession import lineage, succession_fault

S = InitiativeStatus
K = InitiativeKind

ALL_DONE = Groundwork(has_why=True, gaps_and_needs=1, roles=frozenset(TeamRole))

DEVELOPED_LIFE = {
    S.PROPOSED: {S.CONCEPT, S.ON_HOLD, S.KILLED},
    S.CONCEPT: {S.REQUIREMENTS, S.ON_HOLD, S.KILLED},
    S.REQUIREMENTS: {S.DESIGN, S.CONCEPT, S.ON_HOLD, S.KILLED},
    S.DESIGN: {S.TEST, S.CONCEPT, S.REQUIREMENTS, S.ON_HOLD, S.KILLED},
    S.TEST: {S.LAUNCH, S.CONCEPT, S.REQUIREMENTS, S.DESIGN, S.ON_HOLD, S.KILLED},
    S.LAUNCH: {S.RAMP, S.CONCEPT, S.REQUIREMENTS, S.DESIGN, S.TEST, S.ON_HOLD},
    S.RAMP: {S.STEADY, S.ON_HOLD},
    S.STEADY: {S.EXIT, S.ON_HOLD},
    S.EXIT: {S.RETIRED, S.ON_HOLD},
}
OTHER_LIFE = {
    S.PROPOSED: {S.PLANNED, S.KILLED},
    S.PLANNED: {S.RUNNING, S.KILLED},
    S.RUNNING: {S.DONE, S.KILLED},
}


@pytest.mark.parametrize(("kind", "status"), list(product(K, S)))
def test_every_pair_of_statuses_is_allowed_or_refused_as_written(kind: K, status: S) -> None:
    life = DEVELOPED_LIFE if kind in DEVELOPED else OTHER_LIFE
    assert set(allowed_moves(kind, status)) == life.get(status, set())


@pytest.mark.parametrize("held_from", list(S))
def test_what_is_on_hold_goes_back_to_where_it_was_and_nowhere_else_but_to_its_end(held_from: S) -> None:
    if held_from not in way_of(K.PRODUCT) or held_from in FINAL:
        expected: dict[S, Move] = {}
    else:
        expected = {held_from: Move.RESUME}
        if S.KILLED in DEVELOPED_LIFE[held_from]:
            expected[S.KILLED] = Move.KILL
    assert allowed_moves(K.PRODUCT, S.ON_HOLD, held_from) == expected


def test_other_kinds_are_never_on_hold() -> None:
    assert move_of(K.CAMPAIGN, S.RUNNING, S.ON_HOLD) is None
    assert move_of(K.CAMPAIGN, S.ON_HOLD, S.RUNNING, S.RUNNING) is None
    assert S.ON_HOLD not in statuses_of(K.CAMPAIGN)


@pytest.mark.parametrize("status", sorted(LAUNCHED))
def test_nothing_leads_back_from_a_released_launch(status: S) -> None:
    before = [each for each in S if each not in LAUNCHED | {S.ON_HOLD}]
    assert all(move_of(K.PRODUCT, status, to) is None for to in before)
    assert all(move_of(K.PRODUCT, S.ON_HOLD, to, status) is None for to in before)
    assert {"actual.launch", "committed.launch"} <= frozen_fields(status)
    if status not in FINAL:
        assert frozen_fields(S.ON_HOLD, status) == frozen_fields(status)


def test_before_the_launch_is_released_nothing_is_frozen() -> None:
    assert not frozen_fields(S.LAUNCH)
    assert not frozen_fields(S.ON_HOLD, S.TEST)


def test_leaving_a_stage_passes_its_gate_and_recycling_passes_none() -> None:
    assert gate_of(S.CONCEPT, Move.ADVANCE) is S.CONCEPT
    assert gate_of(S.LAUNCH, Move.ADVANCE) is S.LAUNCH
    assert gate_of(S.PROPOSED, Move.ADVANCE) is None
    assert gate_of(S.RAMP, Move.ADVANCE) is None
    assert gate_of(S.DESIGN, Move.RECYCLE) is None


@pytest.mark.parametrize("kind", list(K))
def test_nothing_leaves_proposed_without_a_why_and_a_gap_or_need(kind: K) -> None:
    to = way_of(kind)[1]
    bare = move_faults(kind, S.PROPOSED, to, Groundwork(has_why=False, gaps_and_needs=0))
    assert [fault.code for fault in bare] == ["why_missing", "gap_or_need_missing"]
    unlinked = move_faults(kind, S.PROPOSED, to, Groundwork(has_why=True, gaps_and_needs=0))
    assert [fault.code for fault in unlinked] == ["gap_or_need_missing"]
    assert move_faults(kind, S.PROPOSED, to, Groundwork(has_why=True, gaps_and_needs=1)) == ()


@pytest.mark.parametrize("missing", list(TeamRole))
def test_requirements_wait_for_all_three_roles(missing: TeamRole) -> None:
    groundwork = Groundwork(has_why=True, gaps_and_needs=1, roles=frozenset(TeamRole) - {missing})
    (fault,) = move_faults(K.UPGRADE, S.CONCEPT, S.REQUIREMENTS, groundwork)
    assert (fault.code, fault.missing) == ("roles_missing", (missing.value,))
    assert move_faults(K.UPGRADE, S.CONCEPT, S.REQUIREMENTS, ALL_DONE) == ()
    assert faults_at(K.UPGRADE, S.STEADY, groundwork) == (fault,)
    assert faults_at(K.UPGRADE, S.CONCEPT, groundwork) == ()
    assert faults_at(K.CAMPAIGN, S.RUNNING, groundwork) == ()


@pytest.mark.parametrize(
    ("status", "to"), [(S.DESIGN, S.CONCEPT), (S.DESIGN, S.ON_HOLD), (S.DESIGN, S.KILLED), (S.LAUNCH, S.TEST)]
)
def test_going_back_pausing_and_killing_need_a_reason_and_nothing_else(status: S, to: S) -> None:
    nothing = Groundwork(has_why=False, gaps_and_needs=0)
    assert [fault.code for fault in move_faults(K.PRODUCT, status, to, nothing, reason=" ")] == ["reason_missing"]
    assert move_faults(K.PRODUCT, status, to, nothing, reason="The supplier has given up.") == ()


def test_a_move_that_is_not_allowed_says_so_whatever_else_is_missing() -> None:
    faults = move_faults(K.PRODUCT, S.PROPOSED, S.DESIGN, ALL_DONE, reason="quickly")
    assert [fault.code for fault in faults] == ["not_allowed"]


def test_resuming_asks_again_for_what_the_status_needs() -> None:
    lost = Groundwork(has_why=True, gaps_and_needs=1)
    faults = move_faults(K.PRODUCT, S.ON_HOLD, S.DESIGN, lost, held_from=S.DESIGN)
    assert [fault.code for fault in faults] == ["roles_missing"]
    assert move_faults(K.PRODUCT, S.ON_HOLD, S.DESIGN, ALL_DONE, held_from=S.DESIGN) == ()


def test_every_actual_date_is_reached_on_the_way() -> None:
    for kind in K:
        steps = list(zip(way_of(kind), way_of(kind)[1:], strict=False))
        reached = [name for step in steps if (name := date_reached(*step)) is not None]
        assert reached == (list(DateName) if kind in DEVELOPED else [DateName.START, DateName.END])


def test_going_back_takes_back_the_dates_of_the_steps_that_are_made_again() -> None:
    assert dates_undone(K.PRODUCT, S.LAUNCH, S.DESIGN) == {DateName.DEV_DONE}
    assert dates_undone(K.PRODUCT, S.LAUNCH, S.TEST) == {DateName.DEV_DONE}
    assert dates_undone(K.PRODUCT, S.TEST, S.CONCEPT) == frozenset()
    assert dates_undone(K.PRODUCT, S.TEST, S.LAUNCH) == frozenset()


def test_dates_that_steps_settle_are_those_reached_on_the_way() -> None:
    assert settled_dates(K.PRODUCT) == frozenset(DateName)
    assert settled_dates(K.CAMPAIGN) == {DateName.START, DateName.END}


def test_a_commitment_is_firm_once_concept_is_passed() -> None:
    assert [status for status in way_of(K.PRODUCT) if not is_commitment_firm(K.PRODUCT, status)] == [
        S.PROPOSED,
        S.CONCEPT,
    ]
    assert [status for status in way_of(K.CAMPAIGN) if not is_commitment_firm(K.CAMPAIGN, status)] == [
        S.PROPOSED,
        S.PLANNED,
    ]
    assert is_commitment_firm(K.PRODUCT, S.ON_HOLD, S.DESIGN)
    assert not is_commitment_firm(K.PRODUCT, S.ON_HOLD, S.CONCEPT)
    assert is_commitment_firm(K.PRODUCT, S.KILLED)


def test_a_product_is_replaced_by_one_that_does_not_lead_back_to_it() -> None:
    links = {"c": "b", "b": "a"}
    assert lineage("c", links) == ("b", "a")
    assert succession_fault("d", K.PRODUCT, "c", K.PRODUCT, links) is None
    assert succession_fault("a", K.PRODUCT, "c", K.PRODUCT, links) == "own_predecessor"
    assert succession_fault("a", K.PRODUCT, "a", K.PRODUCT, links) == "own_predecessor"
    assert succession_fault("b", K.PRODUCT, "x", K.PRODUCT, links) is None
    assert succession_fault("d", K.CAMPAIGN, "c", K.PRODUCT, links) == "not_developed"
    assert lineage("a", {"a": "b", "b": "a"}) == ("b", "a")


def test_dates_stand_in_their_order() -> None:
    early = Dates(start=date(2027, 3, 1), launch=date(2027, 2, 1), end=date(2027, 5, 1))
    (fault,) = order_faults(early)
    assert (fault.earlier, fault.later) == (DateName.START, DateName.LAUNCH)
    assert order_faults(Dates(start=date(2027, 3, 1), launch=date(2027, 3, 1))) == ()
    assert order_faults(Dates()) == ()


def test_an_actual_date_does_not_lie_in_the_future() -> None:
    actual = Dates(start=date(2027, 3, 1), launch=date(2027, 3, 2))
    assert future_dates(actual, date(2027, 3, 1)) == (DateName.LAUNCH,)


def test_a_late_launch_takes_development_with_it_and_leaves_the_end_of_life() -> None:
    committed = Dates(date(2027, 1, 1), date(2027, 6, 1), date(2027, 7, 1), date(2029, 7, 1))
    late = forecast_dates(K.PRODUCT, committed, Dates(), date(2027, 1, 5), date(2027, 7, 11))
    assert late == Dates(date(2027, 1, 5), date(2027, 6, 11), date(2027, 7, 11), date(2029, 7, 1))
    begun = forecast_dates(
        K.PRODUCT, committed, Dates(date(2027, 1, 2), date(2027, 6, 3)), date(2027, 1, 2), date(2027, 7, 11)
    )
    assert (begun.start, begun.dev_done) == (date(2027, 1, 2), date(2027, 6, 3))


def test_development_does_not_end_before_it_begins_however_early_the_launch() -> None:
    committed = Dates(date(2027, 1, 1), date(2027, 1, 20), date(2027, 7, 1))
    early = forecast_dates(K.PRODUCT, committed, Dates(), date(2027, 1, 1), date(2027, 5, 1))
    assert early.dev_done == date(2027, 1, 1)


def test_a_product_does_not_end_before_it_is_launched() -> None:
    committed = Dates(date(2027, 1, 1), None, date(2027, 7, 1), date(2027, 7, 5))
    late = forecast_dates(K.PRODUCT, committed, Dates(), date(2027, 1, 1), date(2027, 7, 11))
    assert late.end == date(2027, 7, 11)


def test_a_campaign_ends_when_its_work_does() -> None:
    committed = Dates(date(2027, 1, 1), None, date(2027, 1, 10), date(2027, 2, 1))
    late = forecast_dates(K.CAMPAIGN, committed, Dates(), date(2027, 1, 4), date(2027, 2, 4))
    assert late == Dates(date(2027, 1, 4), None, date(2027, 1, 13), date(2027, 2, 4))
