"""Scopes and periods: what covers what, and what has been counted already."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.period import Period, month_period
from services.planning.domain.scope import EVERYTHING, Ancestry, Scope, ScopeKey, covers, crossing, overlaps

TREE = Ancestry(
    {
        ScopeKey.ORG_UNIT_ID: {"team": "module", "module": "company", "other": "company"},
        ScopeKey.NODE_ID: {"series": "category"},
    }
)
scopes = st.builds(
    Scope,
    org_unit_id=st.sampled_from([None, "company", "module", "team", "other"]),
    node_id=st.sampled_from([None, "category", "series"]),
    marketplace=st.sampled_from([None, "US", "DE"]),
)


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        (EVERYTHING, Scope(marketplace="US"), True),
        (Scope(marketplace="US"), EVERYTHING, False),
        (Scope(marketplace="US"), Scope(marketplace="US", product_ref="P1"), True),
        (Scope(marketplace="US"), Scope(marketplace="DE", product_ref="P1"), False),
        (Scope(org_unit_id="company"), Scope(org_unit_id="team"), True),
        (Scope(org_unit_id="team"), Scope(org_unit_id="company"), False),
        (Scope(org_unit_id="module"), Scope(org_unit_id="other"), False),
        (Scope(node_id="category", marketplace="US"), Scope(node_id="series", marketplace="US"), True),
    ],
)
def test_a_scope_covers_what_is_equal_or_below_in_each_of_its_keys(
    wider: Scope, narrower: Scope, expected: bool
) -> None:
    assert covers(wider, narrower, TREE) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Scope(marketplace="US"), Scope(product_ref="P1"), True),
        (Scope(marketplace="US"), Scope(marketplace="DE"), False),
        (Scope(marketplace="US", node_id="series"), Scope(node_id="category"), True),
        (Scope(org_unit_id="module"), Scope(org_unit_id="other"), False),
        (Scope(org_unit_id="module"), Scope(org_unit_id="company", marketplace="DE"), True),
    ],
)
def test_scopes_overlap_where_no_key_tells_them_apart(one: Scope, other: Scope, expected: bool) -> None:
    assert overlaps(one, other, TREE) is expected
    assert overlaps(other, one, TREE) is expected


@given(scopes, scopes)
def test_what_covers_overlaps(one: Scope, other: Scope) -> None:
    assert covers(one, one, TREE)
    assert not covers(one, other, TREE) or overlaps(one, other, TREE)


@given(scopes, scopes, scopes)
def test_what_covers_a_cover_covers(one: Scope, other: Scope, third: Scope) -> None:
    if covers(one, other, TREE) and covers(other, third, TREE):
        assert covers(one, third, TREE)


@given(scopes, scopes)
def test_equal_scopes_and_only_they_have_one_text(one: Scope, other: Scope) -> None:
    assert (one.canonical == other.canonical) is (one == other)


def test_no_name_can_pass_for_two_keys() -> None:
    assert Scope(marketplace="US;channel=x").canonical != Scope(marketplace="US", channel="x").canonical


def test_an_empty_name_is_none() -> None:
    with pytest.raises(ValueError, match="names something"):
        Scope(marketplace="")


def test_links_in_a_circle_end() -> None:
    circle = Ancestry({ScopeKey.NODE_ID: {"a": "b", "b": "a"}})
    assert not covers(Scope(node_id="c"), Scope(node_id="a"), circle)


def test_one_total_cut_in_two_ways_is_seen() -> None:
    by_product, by_market = Scope(product_ref="P1"), Scope(marketplace="US")
    assert crossing([by_market, by_product, EVERYTHING, by_product]) == ((by_market, by_product),)
    assert crossing([by_market, Scope(marketplace="US", product_ref="P1"), EVERYTHING]) == ()


days = st.dates(date(2026, 1, 1), date(2028, 12, 31))
periods = st.tuples(days, st.integers(0, 500)).map(lambda each: Period(each[0], each[0] + timedelta(days=each[1])))


@given(periods, days)
def test_the_days_of_a_period_go_by_one_at_a_time(period: Period, day: date) -> None:
    step = period.days_until(day + timedelta(days=1)) - period.days_until(day)
    assert step == (1 if day + timedelta(days=1) in period else 0)
    assert 0 <= period.elapsed_share(day) <= 1


@given(periods, periods)
def test_the_common_part_lies_in_both(one: Period, other: Period) -> None:
    part = one.part_in(other)
    assert (part is not None) is one.meets(other)
    assert part is None or (one.encloses(part) and other.encloses(part))


def test_both_ends_belong_to_a_period() -> None:
    january = month_period(date(2027, 1, 1))
    assert january.days == 31
    assert january.elapsed_share(date(2027, 1, 31)) == Decimal(1)
    with pytest.raises(ValueError, match="no earlier"):
        Period(date(2027, 1, 2), date(2027, 1, 1))
