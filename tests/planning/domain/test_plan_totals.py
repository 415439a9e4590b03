"""What a plan has in all, which metrics it may plan, and which lines it does not take."""

from datetime import date
from decimal import Decimal

import pytest

from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.period import Period
from services.planning.domain.plan_line_faults import LineFaultCode, line_faults, year_line_faults
from services.planning.domain.plan_lines import PlanLine, YearTotal
from services.planning.domain.plan_totals import whole_by_metric, whole_months
from services.planning.domain.planned_metrics import may_be_planned, summed_metrics
from services.planning.domain.scope import EVERYTHING, Ancestry, Scope, ScopeKey

JANUARY, FEBRUARY = date(2027, 1, 1), date(2027, 2, 1)
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
REVENUE = "net_revenue"
NODES = Ancestry({ScopeKey.NODE_ID: {"lamps": "home", "fans": "home"}})


def planned(*values: tuple[Scope, int], month: date = JANUARY) -> list[PlanLine]:
    return [PlanLine(REVENUE, scope, month, Decimal(value)) for scope, value in values]


@pytest.mark.parametrize(
    ("values", "whole"),
    [
        ([(EVERYTHING, 10), (Scope(marketplace="US"), 7)], 10),
        ([(Scope(org_unit_id="own"), 10), (Scope(marketplace="US"), 7)], 10),
        ([(Scope(marketplace="US"), 7), (Scope(marketplace="DE"), 2)], 9),
        ([(Scope(marketplace="US"), 7), (Scope(marketplace="US", channel="amazon"), 6)], 7),
        # Two ways to cut the same: by marketplace, which comes first by name, and by series.
        ([(Scope(marketplace="US"), 7), (Scope(marketplace="DE"), 2), (Scope(node_id="home"), 8)], 9),
        ([(Scope(node_id="lamps"), 3), (Scope(node_id="fans"), 2), (Scope(node_id="home"), 6)], 6),
        ([(Scope(node_id="lamps"), 3), (Scope(node_id="fans", marketplace="US"), 2)], 5),
        # What an initiative contributes is part of the whole, and is the whole only alone.
        ([(EVERYTHING, 10), (Scope(initiative_id="a"), 4)], 10),
        ([(Scope(initiative_id="a"), 4), (Scope(initiative_id="b"), 1)], 5),
    ],
)
def test_the_whole_is_what_is_planned_for_it_else_the_sum_of_its_parts(
    values: list[tuple[Scope, int]], whole: int
) -> None:
    assert whole_months(planned(*values), REVENUE, "own", NODES) == {JANUARY: whole}


def test_months_are_summed_each_by_itself_and_metrics_without_lines_left_out() -> None:
    lines = planned((Scope(marketplace="US"), 7), (Scope(marketplace="DE"), 2))
    lines += planned((Scope(marketplace="US"), 5), month=FEBRUARY)
    assert whole_by_metric(lines, [REVENUE, "cogs"], "own") == {REVENUE: {JANUARY: 9, FEBRUARY: 5}}


def test_plans_speak_of_the_catalogue_and_of_a_few_metrics_of_their_own() -> None:
    assert may_be_planned("gross_margin", STARTING_CATALOGUE)
    assert may_be_planned("list_price", STARTING_CATALOGUE)
    assert not may_be_planned("net_revenues", STARTING_CATALOGUE)
    summed = summed_metrics(STARTING_CATALOGUE)
    assert {"net_revenue", "operating_profit", "budget", "joins"} <= summed
    assert not {"gross_margin", "headcount", "market_size", "list_price", "average_pay"} & summed


def test_each_line_that_is_not_fit_is_told_with_its_field() -> None:
    lines = [
        PlanLine(REVENUE, EVERYTHING, JANUARY, Decimal(1)),
        PlanLine("nothing", Scope(org_unit_id="x"), date(2028, 1, 1), Decimal(1)),
        PlanLine(REVENUE, EVERYTHING, JANUARY, Decimal(2)),
        PlanLine(REVENUE, Scope(product_ref="x", segment_id="y"), JANUARY, Decimal(2)),
    ]
    known = {ScopeKey.ORG_UNIT_ID: frozenset({"own"})}
    assert [(each.index, each.field, each.code) for each in line_faults(lines, YEAR, STARTING_CATALOGUE, known)] == [
        (1, "metric_code", LineFaultCode.UNKNOWN_METRIC),
        (1, "scope/org_unit_id", LineFaultCode.UNKNOWN_NAME),
        (1, "month", LineFaultCode.OUTSIDE_CYCLE),
        (2, "month", LineFaultCode.REPEATED),
    ]


def test_a_month_that_the_cycle_has_a_part_of_is_outside() -> None:
    half = Period(date(2027, 1, 15), date(2027, 12, 31))
    lines = planned((EVERYTHING, 1)) + planned((EVERYTHING, 1), month=FEBRUARY)
    assert [each.index for each in line_faults(lines, half, STARTING_CATALOGUE, {})] == [0]


def test_a_stated_year_lies_in_the_cycle_and_is_stated_once() -> None:
    years = [YearTotal(REVENUE, EVERYTHING, month, Decimal(1)) for month in (JANUARY, FEBRUARY, JANUARY)]
    faults = year_line_faults(years, YEAR, STARTING_CATALOGUE, {})
    assert [(each.index, each.code) for each in faults] == [
        (1, LineFaultCode.OUTSIDE_CYCLE),
        (2, LineFaultCode.REPEATED),
    ]
