"""Decides whether a plan is consistent with itself, with other plans, with its means and with its market: PC1-PC10."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from services.planning.domain.coverage import coverage
from services.planning.domain.headcount import headcount_bridge
from services.planning.domain.implied_share import YearShare, rising_shares
from services.planning.domain.months import month_text
from services.planning.domain.plan_figures import PlanFigures
from services.planning.domain.plan_findings import FindingCode, PlanCheck, PlanFinding, finding
from services.planning.domain.plan_lines import (
    PlanLine,
    SumFault,
    YearTotal,
    child_plan_faults,
    children_faults,
    year_faults,
)
from services.planning.domain.plan_vocabulary import PlanMetric
from services.planning.domain.planned_revenue import BlendedMargin, total_net_revenue
from services.planning.domain.resource_load import Load
from services.planning.domain.rounding import MONEY_PLACES, half_up
from services.planning.domain.scope import EVERYTHING, NO_ANCESTRY, Ancestry, Scope
from services.planning.domain.target_coverage import TargetCoverage

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanTolerances:
    """How far two figures may be apart and still count as equal: margins in points, all else as a ratio."""

    gross_margin: Decimal = Decimal("0.005")
    three_year: Decimal = Decimal("0.02")
    revenue: Decimal = Decimal("0.01")
    payroll: Decimal = Decimal("0.01")


TOLERANCES = PlanTolerances()


@dataclass(frozen=True, slots=True)
class Budgets:
    """What initiatives would spend beside what the budget has for them, by id, and for all; in one currency."""

    wanted: Mapping[str, Decimal]
    lines: Mapping[str, Decimal] = field(default_factory=dict)
    total: Decimal | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlannedKeyResult:
    """A key result's target beside what the plan has for the same metric and scope; None where it has nothing."""

    key_result_id: str
    title: str
    metric_code: str
    scope: Scope
    target: Decimal
    planned: Decimal | None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """All that a plan is checked against. What is None or empty is not known, and its check is not made.

    `sum_metrics` are the codes of the metrics that sum over months and parts. `opening_headcount` is that before the
    first month. `child_plans` are the lines of plans below by their unit; `three_year` those of the three-year plan of
    the same unit.
    """

    lines: Sequence[PlanLine]
    sum_metrics: Collection[str]
    org_unit_id: str = ""
    ancestry: Ancestry = NO_ANCESTRY
    stated_years: Sequence[YearTotal] = ()
    child_plans: Mapping[str, Sequence[PlanLine]] = field(default_factory=dict)
    three_year: Sequence[PlanLine] = ()
    opening_headcount: Decimal | None = None
    budgets: Budgets | None = None
    loads: Sequence[Load] = ()
    coverage: TargetCoverage | None = None
    unnamed_contribution: Decimal = ZERO
    shares: Sequence[YearShare] = ()
    has_share_objective: bool = False
    key_results: Sequence[PlannedKeyResult] = ()
    blended: BlendedMargin | None = None
    payback_months: int = 12


@dataclass(frozen=True, slots=True)
class PlanCheckup:
    """What was found, in the order of the checks, and which checks could not be made for want of figures."""

    findings: tuple[PlanFinding, ...]
    not_checked: tuple[PlanCheck, ...]


def check_plan(facts: PlanFacts, tolerances: PlanTolerances = TOLERANCES) -> PlanCheckup:
    """Makes every check for which there are figures."""
    figures = PlanFigures.of(facts.lines)
    checks: Mapping[PlanCheck, Callable[[], Iterable[PlanFinding] | None]] = {
        PlanCheck.SUMS: lambda: _sums(facts),
        PlanCheck.GROSS_MARGIN: lambda: _gross_margin(figures, tolerances),
        PlanCheck.THREE_YEAR: lambda: _three_year(facts, figures, tolerances),
        PlanCheck.REVENUE: lambda: _revenue(figures, tolerances),
        PlanCheck.HEADCOUNT: lambda: _headcount(facts, figures, tolerances),
        PlanCheck.RESOURCES: lambda: _resources(facts),
        PlanCheck.COVERAGE: lambda: _coverage(facts),
        PlanCheck.SHARE: lambda: _share(facts),
        PlanCheck.KEY_RESULTS: lambda: _key_results(facts),
        PlanCheck.BLENDED_MARGIN: lambda: _blended(facts),
    }
    found: list[PlanFinding] = []
    not_checked = []
    for check, make in checks.items():
        answer = make()
        if answer is None:
            not_checked.append(check)
        else:
            found += answer
    return PlanCheckup(tuple(found), tuple(not_checked))


def _sums(facts: PlanFacts) -> Iterator[PlanFinding]:
    for fault in year_faults(facts.lines, facts.stated_years):
        yield finding(
            PlanCheck.SUMS,
            FindingCode.YEAR_DIFFERS,
            _subject(fault.metric_code, fault.scope, fault.month),
            metric=fault.metric_code,
            scope=_scope_words(fault.scope),
            first_month=month_text(fault.month),
            year=_plain(fault.whole),
            months=_plain(fault.parts),
        )
    for fault in children_faults(facts.lines, facts.sum_metrics, facts.ancestry):
        yield _parts_finding(FindingCode.CHILDREN_DIFFER, fault)
    for fault in child_plan_faults(facts.lines, facts.org_unit_id, facts.child_plans, facts.sum_metrics):
        yield _parts_finding(FindingCode.CHILD_PLANS_DIFFER, fault)


def _parts_finding(code: FindingCode, fault: SumFault) -> PlanFinding:
    by = ", ".join(fault.by)
    found = coverage(fault.whole, [fault.parts])
    return finding(
        PlanCheck.SUMS,
        code,
        f"{_subject(fault.metric_code, fault.scope, fault.month)} by {by}",
        metric=fault.metric_code,
        scope=_scope_words(fault.scope),
        month=month_text(fault.month),
        by=by,
        parent=_plain(fault.whole),
        children=_plain(fault.parts),
        short=_plain(fault.whole - fault.parts),
        coverage=None if found is None else float(found.ratio),
    )


def _gross_margin(figures: PlanFigures, tolerances: PlanTolerances) -> list[PlanFinding] | None:
    """Per scope over the months that have all three; the goal of a month weighs as much as its revenue."""
    found, is_checked = [], False
    for scope in figures.scopes(PlanMetric.GROSS_MARGIN):
        months = figures.months(scope, PlanMetric.NET_REVENUE, PlanMetric.COGS, PlanMetric.GROSS_MARGIN)
        revenue = figures.total(PlanMetric.NET_REVENUE, scope, months)
        if not revenue:
            continue
        is_checked = True
        cogs = figures.total(PlanMetric.COGS, scope, months)
        margin = 1 - cogs / revenue
        goal = figures.weighted(PlanMetric.GROSS_MARGIN, PlanMetric.NET_REVENUE, scope, months) / revenue
        if abs(margin - goal) > tolerances.gross_margin:
            found.append(
                finding(
                    PlanCheck.GROSS_MARGIN,
                    FindingCode.MARGIN_DIFFERS,
                    scope.canonical,
                    scope=_scope_words(scope),
                    margin=float(margin),
                    goal=float(goal),
                )
            )
    return found if is_checked else None


def _three_year(facts: PlanFacts, figures: PlanFigures, tolerances: PlanTolerances) -> list[PlanFinding] | None:
    """Every summed metric and scope that both plan, over this plan's months; the three-year plan is the measure."""
    if not facts.three_year:
        return None
    longer = PlanFigures.of(facts.three_year)
    found = []
    for metric, scope in sorted(
        figures.series.keys() & longer.series.keys(), key=lambda key: (key[0], key[1].canonical)
    ):
        if metric not in facts.sum_metrics:
            continue
        months = figures.series[metric, scope].keys()
        one, three = figures.total(metric, scope, months), longer.total(metric, scope, months)
        if abs(one - three) > tolerances.three_year * abs(three):
            found.append(
                finding(
                    PlanCheck.THREE_YEAR,
                    FindingCode.FIRST_YEAR_DIFFERS,
                    _subject(metric, scope),
                    metric=metric,
                    scope=_scope_words(scope),
                    one_year=_plain(one),
                    three_year=_plain(three),
                )
            )
    return found


def _revenue(figures: PlanFigures, tolerances: PlanTolerances) -> list[PlanFinding] | None:
    """Per scope over the months that have units, price and revenue. Without a list price, the average price is meant,
    which is one after discount and returns."""
    found, is_checked = [], False
    for scope in figures.scopes(PlanMetric.UNITS_SOLD):
        is_before = bool(figures.months(scope, PlanMetric.LIST_PRICE))
        price = PlanMetric.LIST_PRICE if is_before else PlanMetric.AVERAGE_PRICE
        months = figures.months(scope, PlanMetric.UNITS_SOLD, price, PlanMetric.NET_REVENUE)
        if not months:
            continue
        is_checked = True
        planned = figures.total(PlanMetric.NET_REVENUE, scope, months)
        computed = total_net_revenue(
            (
                figures.value(PlanMetric.UNITS_SOLD, scope, month),
                figures.value(price, scope, month),
                figures.value(PlanMetric.DISCOUNT_RATE, scope, month) if is_before else ZERO,
                figures.value(PlanMetric.RETURN_RATE, scope, month) if is_before else ZERO,
            )
            for month in months
        )
        if abs(computed - planned) > tolerances.revenue * abs(planned):
            found.append(
                finding(
                    PlanCheck.REVENUE,
                    FindingCode.REVENUE_DIFFERS,
                    scope.canonical,
                    scope=_scope_words(scope),
                    computed=_money(computed),
                    planned=_money(planned),
                )
            )
    return found if is_checked else None


def _headcount(facts: PlanFacts, figures: PlanFigures, tolerances: PlanTolerances) -> list[PlanFinding] | None:
    """Pay and bridge of every scope; the opening headcount is that of the whole unit, and so is the bridge."""
    paid = [*_pay(figures, tolerances)]
    pay_is_checked = any(
        figures.months(scope, PlanMetric.HEADCOUNT, PlanMetric.AVERAGE_PAY, PlanMetric.PAYROLL)
        for scope in figures.scopes(PlanMetric.PAYROLL)
    )
    months = figures.months(EVERYTHING, PlanMetric.HEADCOUNT)
    if facts.opening_headcount is None or not months:
        return paid if pay_is_checked else None
    moves = (figures.headcount_moves(EVERYTHING, month) for month in months)
    for step in headcount_bridge(facts.opening_headcount, moves):
        month = step.moves.month
        planned = figures.value(PlanMetric.HEADCOUNT, EVERYTHING, month)
        if planned != step.closing:
            paid.append(
                finding(
                    PlanCheck.HEADCOUNT,
                    FindingCode.HEADCOUNT_DIFFERS,
                    month_text(month),
                    month=month_text(month),
                    computed=_plain(step.closing),
                    planned=_plain(planned),
                )
            )
    return paid


def _pay(figures: PlanFigures, tolerances: PlanTolerances) -> Iterator[PlanFinding]:
    for scope in figures.scopes(PlanMetric.PAYROLL):
        for month in figures.months(scope, PlanMetric.HEADCOUNT, PlanMetric.AVERAGE_PAY, PlanMetric.PAYROLL):
            people = figures.value(PlanMetric.HEADCOUNT, scope, month)
            pay = figures.value(PlanMetric.AVERAGE_PAY, scope, month)
            planned = figures.value(PlanMetric.PAYROLL, scope, month)
            if abs(people * pay - planned) > tolerances.payroll * abs(planned):
                yield finding(
                    PlanCheck.HEADCOUNT,
                    FindingCode.PAYROLL_DIFFERS,
                    _subject("payroll", scope, month),
                    month=month_text(month),
                    headcount=_plain(people),
                    average_cost=_money(pay),
                    computed=_money(people * pay),
                    planned=_money(planned),
                )


def _resources(facts: PlanFacts) -> list[PlanFinding] | None:
    """Budgets by initiative and in all, and every demand on a capacity that is known."""
    if facts.budgets is None and not facts.loads:
        return None
    found = []
    budgets = facts.budgets or Budgets({})
    compared = [
        (key, budgets.titles.get(key, key), budgets.wanted.get(key, ZERO), line)
        for key, line in sorted(budgets.lines.items())
    ]
    if budgets.total is not None:
        compared.append(("", "All initiatives together", sum(budgets.wanted.values(), ZERO), budgets.total))
    for key, about, wanted, budget in compared:
        if wanted > budget:
            words = {"about": about, "wanted": _money(wanted), "budget": _money(budget)}
            found.append(finding(PlanCheck.RESOURCES, FindingCode.BUDGET_EXCEEDED, key, **words))
    for load in facts.loads:
        if load.over and load.capacity is not None:
            found.append(
                finding(
                    PlanCheck.RESOURCES,
                    FindingCode.CAPACITY_EXCEEDED,
                    f"{load.domain} {load.kind} {load.unit} {month_text(load.month)}",
                    domain=load.domain,
                    kind=load.kind,
                    unit=load.unit,
                    month=month_text(load.month),
                    demand=_plain(load.demand),
                    capacity=_plain(load.capacity),
                )
            )
    return found


def _coverage(facts: PlanFacts) -> list[PlanFinding] | None:
    coverage = facts.coverage
    if coverage is None:
        return None
    found = []
    if coverage.uncovered:
        found.append(
            finding(
                PlanCheck.COVERAGE,
                FindingCode.TARGET_UNCOVERED,
                "",
                target=_money(coverage.target),
                covered=_money(coverage.covered),
                uncovered=_money(coverage.uncovered),
                share=float(coverage.uncovered_share or ZERO),
            )
        )
    if facts.unnamed_contribution:
        amount = _money(facts.unnamed_contribution)
        found.append(finding(PlanCheck.COVERAGE, FindingCode.UNNAMED_CONTRIBUTION, "", amount=amount))
    return found


def _share(facts: PlanFacts) -> list[PlanFinding] | None:
    known = [each for each in facts.shares if each.share is not None]
    if not known:
        return None
    found = [
        finding(
            PlanCheck.SHARE, FindingCode.SHARE_ABOVE_ONE, str(each.year), year=each.year, after=float(each.share or 0)
        )
        for each in known
        if each.share is not None and each.share > 1
    ]
    if facts.has_share_objective:
        return found
    return found + [
        finding(
            PlanCheck.SHARE,
            FindingCode.RISING_SHARE_UNSUPPORTED,
            str(after.year),
            year=after.year,
            before=float(before.share or 0),
            after=float(after.share or 0),
        )
        for before, after in rising_shares(facts.shares)
    ]


def _key_results(facts: PlanFacts) -> list[PlanFinding] | None:
    compared = [(each, each.planned) for each in facts.key_results if each.planned is not None]
    if not compared:
        return None
    return [
        finding(
            PlanCheck.KEY_RESULTS,
            FindingCode.KEY_RESULT_DIFFERS,
            each.key_result_id,
            key_result=each.title,
            metric=each.metric_code,
            scope=_scope_words(each.scope),
            target=_plain(each.target),
            planned=_plain(planned),
        )
        for each, planned in compared
        if each.target != planned
    ]


def _blended(facts: PlanFacts) -> list[PlanFinding] | None:
    if facts.blended is None:
        return None
    if facts.blended.total >= 0:
        return []
    loss = _money(-facts.blended.total)
    return [finding(PlanCheck.BLENDED_MARGIN, FindingCode.BLENDED_LOSS, "", months=facts.payback_months, loss=loss)]


def _subject(metric: str, scope: Scope, month: date | None = None) -> str:
    return " ".join(part for part in (metric, scope.canonical, month_text(month) if month else "") if part)


def _scope_words(scope: Scope) -> str:
    return scope.canonical or "all"


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(value: Decimal) -> str:
    return format(half_up(value, MONEY_PLACES), "f")
