"""How Amazon's reports correct the ledger."""

from hypothesis import given
from hypothesis import strategies as st

from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.reconciliation import Pools, count_difference, reconcile, unexplained_inbound

UNITS = st.integers(0, 500)
POOLS = st.builds(Pools, UNITS, UNITS, UNITS, UNITS, UNITS)


def test_the_first_report_opens_the_books_from_an_adjustment() -> None:
    correction = reconcile(Pools(), Pools(sellable=40, reserved=3), 0)
    assert correction is not None
    assert correction.pools == {LocationKind.AMAZON_SELLABLE: 40, LocationKind.AMAZON_RESERVED: 3}
    assert (correction.customer, correction.adjustment) == (0, -43)


def test_known_sales_explain_units_that_left() -> None:
    correction = reconcile(Pools(sellable=40), Pools(sellable=33), 7)
    assert correction is not None
    assert (correction.customer, correction.adjustment) == (7, 0)


def test_units_that_nobody_explains_are_an_adjustment() -> None:
    correction = reconcile(Pools(sellable=40), Pools(sellable=30), 7)
    assert correction is not None
    assert (correction.customer, correction.adjustment) == (7, 3)


def test_sales_made_good_by_units_that_appeared_are_still_sales() -> None:
    correction = reconcile(Pools(sellable=40), Pools(sellable=40), 7)
    assert correction is not None
    assert correction.pools == {}
    assert (correction.customer, correction.adjustment) == (7, -7)


def test_a_report_that_agrees_moves_nothing() -> None:
    assert reconcile(Pools(sellable=5, inbound=2), Pools(sellable=5, inbound=2), 0) is None


@given(POOLS, POOLS, UNITS)
def test_a_correction_sums_to_zero_and_ends_at_the_report(ledger: Pools, reported: Pools, sold: int) -> None:
    correction = reconcile(ledger, reported, sold)
    if correction is None:
        assert ledger == reported
        return
    assert sum(correction.pools.values()) + correction.customer + correction.adjustment == 0
    after = {kind: units + correction.pools.get(kind, 0) for kind, units in ledger.by_kind().items()}
    assert after == reported.by_kind()


def test_own_shipments_are_not_counted_again_as_amazons_inbound() -> None:
    assert unexplained_inbound(shipped=60, receiving=40, own_in_transit=100).inbound == 0
    assert unexplained_inbound(shipped=60, receiving=40, own_in_transit=100).receiving == 0


def test_inbound_units_beyond_own_shipments_are_kept() -> None:
    inbound = unexplained_inbound(shipped=60, receiving=40, own_in_transit=50)
    assert (inbound.inbound, inbound.receiving) == (10, 40)


@given(UNITS, UNITS, UNITS)
def test_inbound_is_never_counted_twice_and_never_lost(shipped: int, receiving: int, own: int) -> None:
    inbound = unexplained_inbound(shipped, receiving, own)
    assert inbound.inbound >= 0
    assert 0 <= inbound.receiving <= receiving
    assert own + inbound.inbound + inbound.receiving == max(own, shipped + receiving)


def test_what_moved_around_a_count_explains_it() -> None:
    assert [count_difference(counted, (500, 400)) for counted in (500, 450, 400)] == [0, 0, 0]
    assert [count_difference(counted, (500, 400)) for counted in (510, 380)] == [10, -20]
    assert count_difference(450, (500,)) == -50
