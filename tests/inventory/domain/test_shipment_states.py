"""The life of a shipment: every pair of states is either an allowed move with one effect on stock, or refused."""

from datetime import date, timedelta
from itertools import product

import pytest

from services.inventory.domain.shipment_states import (
    FINAL,
    HOLDS_DOMESTIC_STOCK,
    IN_TRANSIT,
    MOVES,
    DateFault,
    Milestones,
    ShipmentState,
    StockEffect,
    allowed_moves,
    date_fault,
    effect_of,
)

S = ShipmentState

LIFE = {
    S.PLANNED: {S.BOOKED, S.DEPARTED, S.CANCELLED},
    S.BOOKED: {S.PLANNED, S.DEPARTED, S.CANCELLED},
    S.DEPARTED: {S.ARRIVED, S.RECEIVING, S.CLOSED, S.CANCELLED},
    S.ARRIVED: {S.RECEIVING, S.CLOSED, S.CANCELLED},
    S.RECEIVING: {S.CLOSED},
    S.CLOSED: set(),
    S.CANCELLED: set(),
}


@pytest.mark.parametrize(("state", "to"), list(product(S, S)))
def test_every_pair_of_states_is_allowed_or_refused_as_written(state: S, to: S) -> None:
    assert (effect_of(state, to) is not None) == (to in LIFE[state])
    assert (to in allowed_moves(state)) == (to in LIFE[state])


def test_final_states_are_left_by_no_move() -> None:
    assert {state for state in S if not allowed_moves(state)} == FINAL


def test_every_state_is_reached_from_planned() -> None:
    reached, frontier = {S.PLANNED}, [S.PLANNED]
    while frontier:
        new = set(allowed_moves(frontier.pop())) - reached
        reached |= new
        frontier.extend(new)
    assert reached == set(S)


@pytest.mark.parametrize("move", list(MOVES))
def test_stock_moves_exactly_when_the_place_of_the_units_changes(move: tuple[S, S]) -> None:
    state, to = move
    if state in HOLDS_DOMESTIC_STOCK and to is S.CANCELLED:
        wanted = StockEffect.RELEASE
    elif state in HOLDS_DOMESTIC_STOCK and to in IN_TRANSIT:
        wanted = StockEffect.DEPART
    elif state in HOLDS_DOMESTIC_STOCK:
        wanted = StockEffect.NONE
    elif to is S.CANCELLED:
        wanted = StockEffect.RETURN
    elif to is S.CLOSED:
        wanted = StockEffect.SETTLE
    else:
        wanted = StockEffect.NONE
    assert effect_of(state, to) is wanted


def test_a_shipment_being_received_cannot_be_cancelled() -> None:
    assert effect_of(S.RECEIVING, S.CANCELLED) is None


TODAY = date(2026, 3, 10)


def test_a_move_is_not_dated_in_the_future() -> None:
    assert date_fault(TODAY + timedelta(days=1), Milestones(), TODAY) == DateFault("in_future", TODAY)
    assert date_fault(TODAY, Milestones(), TODAY) is None


def test_a_move_is_not_dated_before_one_already_made() -> None:
    departed = Milestones(departed_date=date(2026, 3, 1))
    assert date_fault(date(2026, 2, 28), departed, TODAY) == DateFault("before_milestone", date(2026, 3, 1))
    assert date_fault(date(2026, 3, 1), departed, TODAY) is None
