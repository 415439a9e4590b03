"""Ids as arrays: where one is among others, and an order that they alone decide."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.ads.domain.arrays import Identifiers

# Alike in their first half or in their last, as ids of one moment and ids made by hand are.
HALF = st.sampled_from([0, 1, 2, 1 << 63, (1 << 64) - 1])
IDS = st.lists(st.builds(lambda first, last: UUID(int=(first << 64) | last), HALF, HALF), unique=True, max_size=12)


@given(IDS, IDS)
def test_each_id_is_found_where_it_is(ids: list[UUID], others: list[UUID]) -> None:
    place = {each: row for row, each in enumerate(others)}
    found = Identifiers.of(ids).places_in(Identifiers.of(others))
    assert found.tolist() == [place.get(each, -1) for each in ids]


@given(IDS, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_where_ids_stood(ids: list[UUID], random: object) -> None:
    shuffled = sorted(ids, key=lambda _: random.random())  # type: ignore[attr-defined]
    one, other = Identifiers.of(ids), Identifiers.of(shuffled)
    assert [one[row] for row in one.order().tolist()] == [other[row] for row in other.order().tolist()]
    assert sorted(one.order().tolist()) == list(range(len(ids)))
