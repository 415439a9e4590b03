"""Checks PC1-PC10: each finds what is wrong, is silent where all is well, and says when it could not be made."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from services.planning.domain.implied_share import implied_shares
from services.planning.domain.plan_checks import (
    Budgets,
    PlanFacts,
    PlannedKeyResult,
    PlanTolerances,
    check_plan,
)
from services.planning.domain.plan_findings import SEVERITIES, FindingCode, PlanCheck, PlanFinding
from services.planning.domain.plan_lines import PlanLine, YearTotal
from services.planning.domain.plan_wording import finding_sentence
from services.planning.domain.planned_revenue import BlendedMargin, FollowOn
from services.planning.domain.resource_load import Load, ResourceKind
from services.planning.domain.scope import EVERYTHING
from services.planning.domain.severity import Severity
from services.planning.domain.target_coverage import TargetCoverage
from tests.planning.domain.planning_values import DE, JANUARY, US, YEAR, lines

D = Decimal
SUMS = frozenset({"net_revenue", "units_sold", "cogs", "payroll"})


def found(plan: Sequence[PlanLine], **facts: Any) -> list[PlanFinding]:
    """The findings, each of which must have a sentence without a hole in it."""
    findings = list(check_plan(PlanFacts(plan, SUMS, **facts)).findings)
    for each in findings:
        sentence = finding_sentence(each)
        assert "{" not in sentence
        assert sentence.endswith(".")
    return findings


def codes(plan: Sequence[PlanLine], **facts: Any) -> list[FindingCode]:
    return [each.code for each in found(plan, **facts)]


def test_a_plan_of_which_nothing_else_is_known_is_checked_for_its_sums_only() -> None:
    checkup = check_plan(PlanFacts(lines("net_revenue", 100), SUMS))
    assert checkup.findings == ()
    assert checkup.not_checked == tuple(check for check in PlanCheck if check is not PlanCheck.SUMS)


def test_pc1_months_sum_to_the_year_and_parts_to_the_whole() -> None:
    plan = [*lines("net_revenue", 100), *lines("net_revenue", 60, US), *lines("net_revenue", 40, DE)]
    year = YearTotal("net_revenue", EVERYTHING, JANUARY, D(1200))
    assert codes(plan, stated_years=[year]) == []
    (wrong,) = found(plan, stated_years=[replace(year, value=D("1200.01"))])
    assert (wrong.code, wrong.severity) == (FindingCode.YEAR_DIFFERS, Severity.ERROR)
    assert wrong.key == "PC1 year_differs net_revenue 2027-01"
    assert finding_sentence(wrong) == (
        "The months of net_revenue (all) sum to 1200, but the year is stated as 1200.01."
    )
    assert set(codes(plan[:-1])) == {FindingCode.CHILDREN_DIFFER}


def test_pc1_plans_below_sum_to_the_plan() -> None:
    plan = lines("net_revenue", 100)
    below = {"lamps": lines("net_revenue", 60), "mats": lines("net_revenue", 40)}
    assert codes(plan, org_unit_id="company", child_plans=below) == []
    below["mats"] = lines("net_revenue", 41)
    assert set(codes(plan, org_unit_id="company", child_plans=below)) == {FindingCode.CHILD_PLANS_DIFFER}


@pytest.mark.parametrize(("goal", "is_wrong"), [("0.45", False), ("0.455", False), ("0.4551", True), ("0.4449", True)])
def test_pc2_the_gross_margin_is_that_of_revenue_and_goods_within_half_a_point(goal: str, is_wrong: bool) -> None:
    plan = [*lines("net_revenue", 1000), *lines("cogs", 550), *lines("gross_margin", goal)]
    assert codes(plan) == ([FindingCode.MARGIN_DIFFERS] if is_wrong else [])


def test_pc2_the_goal_of_a_month_weighs_as_much_as_its_revenue() -> None:
    plan = [
        *lines("net_revenue", ["100"] * 11 + ["900"]),
        *lines("cogs", ["60"] * 11 + ["450"]),
        *lines("gross_margin", ["0.4"] * 11 + ["0.5"]),
    ]
    assert codes(plan) == []


@pytest.mark.parametrize(("one_year", "is_wrong"), [(100, False), (102, False), (98, False), (103, True), (97, True)])
def test_pc3_the_one_year_plan_is_year_one_of_the_three_year_plan_within_two_percent(
    one_year: int, is_wrong: bool
) -> None:
    three_year = [
        *lines("net_revenue", 100),
        *lines("net_revenue", 500, months=[month.replace(year=2028) for month in YEAR]),
    ]
    expected = [FindingCode.FIRST_YEAR_DIFFERS] if is_wrong else []
    assert codes(lines("net_revenue", one_year), three_year=three_year) == expected


def test_pc4_units_at_their_price_after_discount_and_returns_make_the_revenue() -> None:
    parts = [
        *lines("units_sold", 4000),
        *lines("list_price", "29.99"),
        *lines("discount_rate", "0.05"),
        *lines("return_rate", "0.04"),
    ]
    assert codes([*parts, *lines("net_revenue", "109403.52")]) == []
    assert codes([*parts, *lines("net_revenue", "110400")]) == []
    assert codes([*parts, *lines("net_revenue", "119960")]) == [FindingCode.REVENUE_DIFFERS]


def test_pc4_an_average_price_is_one_after_discount_and_returns() -> None:
    plan = [*lines("units_sold", 100), *lines("average_price", 20), *lines("return_rate", "0.5")]
    assert codes([*plan, *lines("net_revenue", 2000)]) == []
    assert codes([*plan, *lines("net_revenue", 1000)]) == [FindingCode.REVENUE_DIFFERS]


def test_pc5_people_at_their_pay_make_the_payroll() -> None:
    plan = [*lines("headcount", 10), *lines("average_pay", 2000)]
    assert codes([*plan, *lines("payroll", 20000)]) == []
    assert codes([*plan, *lines("payroll", 20100)]) == []
    assert codes([*plan, *lines("payroll", 21000)]) == [FindingCode.PAYROLL_DIFFERS] * 12


def test_pc5_the_headcount_is_that_of_the_bridge() -> None:
    moves = [
        *lines("joins", [8, *[0] * 11]),
        *lines("transfers_in", [1, *[0] * 11]),
        *lines("transfers_out", [2, *[0] * 11]),
        *lines("leaves", [3, *[0] * 11]),
    ]
    assert codes([*moves, *lines("headcount", 29)], opening_headcount=D(25)) == []
    (wrong,) = found([*moves, *lines("headcount", [29] * 11 + [30])], opening_headcount=D(25))
    assert wrong.parameters == {"month": "2027-12", "computed": "29", "planned": "30"}


def test_pc6_initiatives_spend_no_more_than_the_budget_has() -> None:
    budgets = Budgets({"lamp": D(60), "mat": D(50)}, {"lamp": D(60)}, D(110))
    assert codes([], budgets=budgets) == []
    over = found([], budgets=replace(budgets, lines={"lamp": D(59)}, total=D(109)))
    assert [each.key for each in over] == ["PC6 budget_exceeded lamp", "PC6 budget_exceeded"]


def test_pc6_demands_fit_into_the_capacity_of_their_domain_and_month() -> None:
    load = Load("IPD", ResourceKind.HEADCOUNT, "person", JANUARY, D(1), D(2), D(3), ("lamp",))
    assert codes([], loads=[load, replace(load, capacity=None)]) == []
    (over,) = found([], loads=[replace(load, capacity=D("2.5"))])
    assert finding_sentence(over) == "IPD is asked for 3 person in 2027-01, but has 2.5."


def test_pc7_what_is_uncovered_is_a_warning() -> None:
    coverage = TargetCoverage(D(18), D(12), D("0.05"), {"lamp": D("3.2")}, {"sale": D("0.9")})
    (gap,) = found([], coverage=coverage)
    assert gap.severity is Severity.WARNING
    assert finding_sentence(gap) == (
        "1.30 of the target of 18.00 (7.22 %) is not covered by growth or by any named initiative."
    )
    assert codes([], coverage=replace(coverage, target=D("16.7"))) == []
    nameless = codes([], coverage=replace(coverage, target=D(16)), unnamed_contribution=D(1))
    assert nameless == [FindingCode.UNNAMED_CONTRIBUTION]


def test_pc8_a_rising_share_needs_an_objective_and_no_plan_is_larger_than_its_market() -> None:
    rising = implied_shares(2027, [D(12), D(15)], D(250), D("0.08"))
    assert codes([], shares=rising) == [FindingCode.RISING_SHARE_UNSUPPORTED]
    assert codes([], shares=rising, has_share_objective=True) == []
    assert codes([], shares=implied_shares(2027, [D(12), D(12)], D(250), D("0.08"))) == []
    assert codes([], shares=implied_shares(2027, [D(300)], D(250), D(0))) == [FindingCode.SHARE_ABOVE_ONE]


def test_pc9_targets_of_key_results_are_what_the_plan_says() -> None:
    result = PlannedKeyResult("k1", "Sell in the US", "net_revenue", US, D(1200), D("1200.00"))
    assert codes([], key_results=[result]) == []
    (wrong,) = found([], key_results=[result, replace(result, key_result_id="k2", target=D(1300))])
    assert (wrong.subject, wrong.severity) == ("k2", Severity.WARNING)
    unplanned = check_plan(PlanFacts([], SUMS, key_results=[replace(result, planned=None)]))
    assert PlanCheck.KEY_RESULTS in unplanned.not_checked


def test_pc10_what_follows_a_traffic_product_makes_up_for_its_loss() -> None:
    blended = BlendedMargin(D(5000), D("-1.50"), (FollowOn(D(120), D(80)),))
    assert codes([], blended=blended) == []
    (loss,) = found([], blended=replace(blended, follow_ons=(FollowOn(D(90), D(80)),)))
    assert (loss.code, loss.parameters["loss"]) == (FindingCode.BLENDED_LOSS, "300.00")


def test_tolerances_are_the_companys_own() -> None:
    plan = [*lines("net_revenue", 1000), *lines("cogs", 550), *lines("gross_margin", "0.46")]
    facts = PlanFacts(plan, SUMS)
    assert check_plan(facts).findings
    assert not check_plan(facts, PlanTolerances(gross_margin=D("0.02"))).findings


def test_every_code_has_a_severity() -> None:
    assert set(SEVERITIES) == set(FindingCode)
