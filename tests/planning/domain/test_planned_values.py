"""What a plan's months come to over a period, as readings would be folded; and the names of gaps."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.gap_key import GapKey, read_gap_key, read_gap_ref
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.period import Period
from services.planning.domain.planned_values import planned_scopes, planned_value
from services.planning.domain.scope import EVERYTHING, Scope

US = Scope(marketplace="US")
FIRST, SECOND = date(2027, 1, 1), date(2027, 2, 1)
BOTH = Period(FIRST, date(2027, 2, 28))


def planned(code: str, period: Period, **months: dict[date, Decimal]) -> Decimal | None:
    series = {(metric, US): values for metric, values in months.items()}
    return planned_value(code, US, period, series, STARTING_CATALOGUE)


def two(first: int | str, second: int | str) -> dict[date, Decimal]:
    return {FIRST: Decimal(first), SECOND: Decimal(second)}


def test_what_adds_up_is_summed_and_a_begun_month_counts_by_its_days() -> None:
    assert planned("net_revenue", BOTH, net_revenue=two(310, 280)) == 590
    assert planned("net_revenue", Period(FIRST, date(2027, 2, 14)), net_revenue=two(310, 280)) == 450
    assert planned("gross_profit", BOTH, gross_profit=two(-5, 15)) == 10


def test_a_latest_value_is_that_of_the_last_month_begun() -> None:
    assert planned("headcount", Period(FIRST, date(2027, 1, 31)), headcount=two(25, 29)) == 25
    assert planned("headcount", Period(FIRST, SECOND), headcount=two(25, 29)) == 29


def test_a_planned_ratio_is_weighted_by_its_denominator_or_else_by_days() -> None:
    margin = two("0.40", "0.60")
    assert planned("gross_margin", BOTH, gross_margin=margin, net_revenue=two(300, 100)) == Decimal("0.45")
    by_days = planned("gross_margin", BOTH, gross_margin=margin)
    assert by_days == (Decimal("0.40") * 31 + Decimal("0.60") * 28) / 59


def test_what_is_computed_follows_from_what_is_planned() -> None:
    assert planned("tacos", BOTH, ad_spend=two(10, 90), net_revenue=two(100, 300)) == Decimal("0.25")
    assert planned("tacos", BOTH, ad_spend=two(10, 90)) is None


def test_nothing_is_planned_outside_the_months() -> None:
    assert planned("net_revenue", Period(date(2027, 3, 1), date(2027, 3, 31)), net_revenue=two(310, 280)) is None
    assert planned("net_revenue", BOTH) is None


def test_the_scopes_of_a_ratio_are_those_in_which_all_it_needs_is_planned() -> None:
    launch = Scope(marketplace="US", initiative_id="x")
    series = [("net_revenue", US), ("net_revenue", EVERYTHING), ("net_revenue", launch), ("ad_spend", US)]
    assert planned_scopes("tacos", series, STARTING_CATALOGUE) == (US,)
    assert planned_scopes("net_revenue", series, STARTING_CATALOGUE) == (EVERYTHING, US)


@given(st.dictionaries(st.sampled_from(["marketplace", "channel", "product_ref"]), st.text(min_size=1, max_size=9)))
def test_a_gap_is_found_again_by_its_name(keys: dict[str, str]) -> None:
    key = GapKey(uuid4(), uuid4(), "net_revenue", Scope(**keys))
    assert read_gap_key(key.text) == key
    assert read_gap_ref(key.ref) == ("net_revenue", key.scope)


@pytest.mark.parametrize("text", ["", "~marketplace=US", "net_revenue~", "a~market=US", "a~marketplace", "a~x=1;"])
def test_what_is_no_name_of_a_gap_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"gap is named|not a valid ScopeKey|not enough values"):
        read_gap_ref(text)
