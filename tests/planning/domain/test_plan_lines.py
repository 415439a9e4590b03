"""Lines of a plan: months sum to years and parts to wholes, exactly, and versions differ where they differ."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.planning.domain.months import add_months, last_day, month_text, months_between, read_month
from services.planning.domain.period import Period
from services.planning.domain.plan_lines import (
    LineChange,
    LineOrigin,
    PlanLine,
    YearTotal,
    by_series,
    child_plan_faults,
    children_faults,
    line_changes,
    lines_outside,
    phasing,
    repeated_lines,
    spread,
    total_of,
    year_faults,
)
from services.planning.domain.rounding import half_up
from services.planning.domain.scope import EVERYTHING, Ancestry, Scope, ScopeKey
from tests.planning.domain.planning_values import DE, JANUARY, US, YEAR, lines

REVENUE = frozenset({"net_revenue"})
MAY = date(2027, 5, 1)


def test_a_plan_has_one_line_for_a_metric_scope_and_month() -> None:
    one = lines("net_revenue", 100)
    twice = PlanLine("net_revenue", EVERYTHING, MAY, Decimal(7), LineOrigin.WISH)
    assert repeated_lines(one) == ()
    assert repeated_lines([*one, twice]) == (twice,)
    assert repeated_lines([*one, *lines("net_revenue", 100, US), *lines("units_sold", 1)]) == ()


def test_a_plan_says_nothing_about_months_beyond_its_cycle() -> None:
    year = lines("net_revenue", 100)
    assert lines_outside(year, Period(JANUARY, date(2027, 12, 31))) == ()
    assert lines_outside(year, Period(date(2027, 1, 15), date(2027, 11, 1))) == (year[0], year[10], year[11])


def test_months_that_do_not_sum_to_the_stated_year_are_named() -> None:
    stated = YearTotal("net_revenue", EVERYTHING, JANUARY, Decimal(1200))
    assert year_faults(lines("net_revenue", 100), [stated]) == ()
    (fault,) = year_faults(lines("net_revenue", ["100.01", *["100"] * 11]), [stated])
    assert (fault.whole, fault.parts) == (Decimal(1200), Decimal("1200.01"))
    (fault,) = year_faults([], [stated])
    assert fault.parts == 0


def test_marketplaces_sum_to_the_whole_month_by_month() -> None:
    whole = lines("net_revenue", 100)
    parts = [*lines("net_revenue", 60, US), *lines("net_revenue", 40, DE)]
    assert children_faults([*whole, *parts], REVENUE) == ()
    parts[4] = PlanLine("net_revenue", US, MAY, Decimal(59))
    (fault,) = children_faults([*whole, *parts], REVENUE)
    assert (fault.month, fault.whole, fault.parts, fault.by) == (
        MAY,
        Decimal(100),
        Decimal(99),
        (ScopeKey.MARKETPLACE,),
    )


def test_a_month_that_only_the_whole_or_only_the_parts_have_is_a_fault() -> None:
    without_may = [month for month in YEAR if month != MAY]
    short = [*lines("net_revenue", 100), *lines("net_revenue", 100, US, months=without_may)]
    assert [(fault.month, fault.parts) for fault in children_faults(short, REVENUE)] == [(MAY, Decimal(0))]
    more = [*lines("net_revenue", 100, months=without_may), *lines("net_revenue", 100, US)]
    assert [(fault.month, fault.whole) for fault in children_faults(more, REVENUE)] == [(MAY, Decimal(0))]


def test_what_does_not_sum_is_not_summed() -> None:
    ratios = [*lines("gross_margin", "0.45"), *lines("gross_margin", "0.5", US), *lines("gross_margin", "0.4", DE)]
    assert children_faults(ratios, REVENUE) == ()


def test_each_way_to_cut_the_whole_sums_to_it() -> None:
    cut = [
        *lines("net_revenue", 100),
        *lines("net_revenue", 60, US),
        *lines("net_revenue", 40, DE),
        *lines("net_revenue", 30, Scope(channel="amazon")),
        *lines("net_revenue", 50, Scope(channel="own")),
    ]
    faults = children_faults(cut, REVENUE)
    assert {fault.by for fault in faults} == {(ScopeKey.CHANNEL,)}
    assert len(faults) == 12


def test_cells_of_two_cuts_sum_to_the_whole_where_nothing_stands_between() -> None:
    cells = [
        *lines("net_revenue", 60, Scope(marketplace="US", channel="amazon")),
        *lines("net_revenue", 39, Scope(marketplace="DE", channel="amazon")),
    ]
    faults = children_faults([*lines("net_revenue", 100), *cells], REVENUE)
    assert {(fault.parts, fault.by) for fault in faults} == {(Decimal(99), (ScopeKey.MARKETPLACE, ScopeKey.CHANNEL))}


def test_parts_are_compared_with_their_nearest_planned_ancestor() -> None:
    ancestry = Ancestry({ScopeKey.NODE_ID: {"desk": "lamps", "floor": "lamps", "lamps": "home", "mats": "home"}})
    tree = [
        *lines("net_revenue", 100, Scope(node_id="home")),
        *lines("net_revenue", 70, Scope(node_id="lamps")),
        *lines("net_revenue", 30, Scope(node_id="mats")),
        *lines("net_revenue", 20, Scope(node_id="desk")),
        *lines("net_revenue", 50, Scope(node_id="floor")),
    ]
    assert children_faults(tree, REVENUE, ancestry) == ()
    without_lamps = [line for line in tree if line.scope.node_id != "lamps"]
    assert children_faults(without_lamps, REVENUE, ancestry) == ()
    without_desk = [line for line in tree if line.scope.node_id != "desk"]
    (scope,) = {fault.scope for fault in children_faults(without_desk, REVENUE, ancestry)}
    assert scope == Scope(node_id="lamps")


def test_an_initiative_contributes_to_a_target_and_is_no_part_of_it() -> None:
    lamp = Scope(initiative_id="lamp")
    plan = [*lines("net_revenue", 100, origin=LineOrigin.WISH), *lines("net_revenue", 10, lamp)]
    assert children_faults(plan, REVENUE) == ()
    cut = lines("net_revenue", 9, Scope(initiative_id="lamp", marketplace="US"))
    assert {fault.scope for fault in children_faults([*plan, *cut], REVENUE)} == {lamp}


def test_plans_of_the_units_below_sum_to_the_plan_above() -> None:
    above = [
        *lines("net_revenue", 100),
        *lines("net_revenue", 60, Scope(org_unit_id="lamps")),
        *lines("net_revenue", 10, US),
    ]
    below = {"lamps": lines("net_revenue", 60), "mats": lines("net_revenue", 40, Scope(org_unit_id="mats"))}
    assert child_plan_faults(above, "company", below, REVENUE) == ()
    below["lamps"] = lines("net_revenue", 59)
    faults = child_plan_faults(above, "company", below, REVENUE)
    assert {(fault.scope.org_unit_id, fault.whole, fault.parts) for fault in faults} == {
        (None, Decimal(100), Decimal(99)),
        ("lamps", Decimal(60), Decimal(59)),
    }
    assert child_plan_faults(above, "company", {}, REVENUE) == ()


def test_phasing_is_each_months_share_of_the_year() -> None:
    quarter = dict(zip(YEAR[9:], map(Decimal, ("2.0", "4.5", "3.5")), strict=True))
    assert list((phasing(quarter) or {}).values()) == [Decimal("0.20"), Decimal("0.45"), Decimal("0.35")]
    assert phasing({JANUARY: Decimal(0)}) is None


MONEY = st.decimals(-(10**9), 10**9, places=2)
SHARES = st.lists(st.decimals(0, 5, places=3), min_size=1, max_size=36).filter(any)


@given(MONEY, SHARES)
def test_a_year_spread_over_months_sums_to_it_exactly_and_no_month_is_off_by_a_cent(
    total: Decimal, shares: list[Decimal]
) -> None:
    parts = spread(total, shares, 2)
    whole = sum(shares)
    assert sum(parts) == total
    assert all(half_up(part, 2) == part for part in parts)
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / whole) < Decimal("0.0101")
        assert share or part == 0


def test_nothing_can_be_spread_by_shares_that_sum_to_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        spread(Decimal(12), [Decimal(1), Decimal(-1)], 2)


@given(st.lists(st.tuples(st.sampled_from(["US", "DE", "JP"]), st.integers(0, 11), st.integers(-99, 99)), max_size=30))
def test_a_whole_made_of_its_parts_has_no_fault_and_loses_one_by_any_change(cells: list[tuple[str, int, int]]) -> None:
    parts = {
        (Scope(marketplace=market), YEAR[index]): PlanLine(
            "net_revenue", Scope(marketplace=market), YEAR[index], Decimal(value)
        )
        for market, index, value in cells
    }
    series = by_series(parts.values())
    months = sorted({month for _, month in parts})
    whole = [
        PlanLine(
            "net_revenue", EVERYTHING, month, sum((total_of(each, [month]) for each in series.values()), Decimal(0))
        )
        for month in months
    ]
    assert children_faults([*whole, *parts.values()], REVENUE) == ()
    if whole:
        wrong = PlanLine("net_revenue", EVERYTHING, whole[0].month, whole[0].value + 1)
        assert len(children_faults([wrong, *whole[1:], *parts.values()], REVENUE)) == 1


def test_versions_differ_in_value_origin_and_presence() -> None:
    before = lines("net_revenue", 100)
    now = lines("net_revenue", 100)
    now[0] = PlanLine("net_revenue", EVERYTHING, YEAR[0], Decimal("100.00"), LineOrigin.BOTTOM_UP)
    now[1] = PlanLine("net_revenue", EVERYTHING, YEAR[1], Decimal(90), LineOrigin.TREND)
    del now[2]
    now += lines("units_sold", 5, US, months=[MAY])
    own, trend = LineOrigin.BOTTOM_UP, LineOrigin.TREND
    assert line_changes(before, now) == (
        LineChange("net_revenue", EVERYTHING, YEAR[1], Decimal(100), own, Decimal(90), trend),
        LineChange("net_revenue", EVERYTHING, YEAR[2], Decimal(100), own, None, None),
        LineChange("units_sold", US, MAY, None, None, Decimal(5), own),
    )


def test_months_are_counted_over_the_turn_of_the_year() -> None:
    assert add_months(date(2027, 11, 1), 3) == date(2028, 2, 1)
    assert add_months(date(2027, 2, 1), -2) == date(2026, 12, 1)
    assert last_day(date(2028, 2, 1)) == date(2028, 2, 29)
    assert months_between(date(2027, 11, 30), date(2028, 1, 1)) == (
        date(2027, 11, 1),
        date(2027, 12, 1),
        date(2028, 1, 1),
    )
    assert months_between(date(2027, 2, 2), date(2027, 2, 1)) == ()
    assert read_month(month_text(MAY)) == MAY
    for text in ("2027-13", "27-01", "2027-1", "0000-01", "2027-01-01"):
        with pytest.raises(ValueError, match="2027-01"):
            read_month(text)
