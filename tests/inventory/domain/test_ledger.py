"""What a stock movement may be."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inventory.domain.ledger import (
    LedgerFault,
    Leg,
    LocationKind,
    PostableKind,
    balance_changes,
    between,
    checked_legs,
    may_go_negative,
    posted_between,
)

PLACES = [UUID(int=number) for number in range(1, 5)]
PRODUCTS = [UUID(int=number) for number in range(11, 14)]
MOVES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES), st.sampled_from(PRODUCTS), st.integers(1, 50)),
    min_size=1,
    max_size=8,
)


def test_units_cannot_appear_from_nowhere() -> None:
    with pytest.raises(LedgerFault):
        checked_legs([Leg(PLACES[0], PRODUCTS[0], 5), Leg(PLACES[1], PRODUCTS[0], -4)])


def test_one_product_cannot_turn_into_another() -> None:
    with pytest.raises(LedgerFault):
        checked_legs([Leg(PLACES[0], PRODUCTS[0], 5), Leg(PLACES[1], PRODUCTS[1], -5)])


def test_a_movement_of_nothing_is_no_movement() -> None:
    with pytest.raises(LedgerFault):
        checked_legs([Leg(PLACES[0], PRODUCTS[0], 0), Leg(PLACES[1], PRODUCTS[0], 0)])


@given(MOVES)
def test_transfers_never_change_what_there_is_in_all(moves: list[tuple[UUID, UUID, UUID, int]]) -> None:
    legs = [leg for source, target, product, units in moves for leg in between(source, target, product, units)]
    changes = balance_changes(checked_legs(legs))
    for product in PRODUCTS:
        assert sum(change.quantity for change in changes if change.product_id == product) == 0


@given(MOVES)
def test_every_writer_locks_balances_in_the_same_order(moves: list[tuple[UUID, UUID, UUID, int]]) -> None:
    legs = [leg for source, target, product, units in moves for leg in between(source, target, product, units)]
    keys = [(change.location_id, change.product_id) for change in balance_changes(legs)]
    assert keys == sorted(set(keys))
    assert [(c.location_id, c.product_id) for c in balance_changes(legs[::-1])] == keys


def test_only_the_outside_world_may_owe_us_units() -> None:
    negative = {kind for kind in LocationKind if may_go_negative(kind)}
    assert negative == {LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.ADJUSTMENT}


def test_people_may_not_post_into_amazons_pools() -> None:
    touched = {place for kind in PostableKind for place in posted_between(kind, 1)}
    assert not any(kind.startswith("amazon_") or kind is LocationKind.IN_TRANSIT for kind in touched)


def test_missing_units_leave_the_warehouse_only_by_a_correction() -> None:
    assert posted_between(PostableKind.CORRECTION, -3) == (LocationKind.DOMESTIC, LocationKind.ADJUSTMENT)
    for kind in (PostableKind.RECEIPT, PostableKind.TRANSFER):
        with pytest.raises(LedgerFault):
            posted_between(kind, -3)
