"""Gathers what a plan is checked against and what its statements tell: other plans, initiatives, goals, the market."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, exists, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates, RateMissing
from services.planning.domain.implied_share import YearShare
from services.planning.domain.initiative_states import InitiativeStatus
from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.metric import Catalogue
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.period import Period
from services.planning.domain.plan_checks import Budgets, PlanFacts, PlannedKeyResult
from services.planning.domain.plan_lines import (
    MONTHS_OF_YEAR,
    MOST_MONTHS,
    Months,
    PlanLine,
    YearTotal,
    by_series,
    total_of,
)
from services.planning.domain.plan_states import IN_FORCE, PlanKind
from services.planning.domain.plan_totals import whole_months
from services.planning.domain.plan_vocabulary import PlanMetric
from services.planning.domain.planned_metrics import summed_metrics
from services.planning.domain.planned_revenue import BlendedMargin, FollowOn
from services.planning.domain.planned_values import planned_value
from services.planning.domain.resource_load import DemandStatus, Load, ResourceDemand, ResourceKind, resource_loads
from services.planning.domain.rounding import half_up
from services.planning.domain.scope import Ancestry, Scope, ScopeKey
from services.planning.domain.target_coverage import TargetCoverage, named_contributions
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.plan_lines import load_lines_of_plans, load_plan_lines, load_stated_years
from services.planning.tables import (
    CycleRow,
    InitiativeBudgetRow,
    InitiativeRow,
    KeyResultRow,
    ObjectiveRow,
    PlanRow,
    ResourceCapacityRow,
    ResourceDemandRow,
)
from shared.core.marketplaces import UnknownMarketplace, get_marketplace

SHARE_METRIC = "market_share"
DEFAULT_PAYBACK_MONTHS = 12
# Values are stored with so many places; what is computed is compared with them at as many.
VALUE_PLACES = 6
_DATE_COLUMNS = tuple(
    getattr(InitiativeRow, f"{group}_{name}_date")
    for group in ("planned", "committed", "actual")
    for name in ("start", "dev_done", "launch", "end")
)


@dataclass(frozen=True, slots=True)
class PlanBasis:
    """A plan with what its checks and statements begin with."""

    plan: PlanRow
    cycle: Period
    lines: tuple[PlanLine, ...]
    catalogue: Catalogue
    ancestry: Ancestry

    @property
    def own(self) -> str:
        """The plan's unit as scopes name it."""
        return str(self.plan.unit_id)

    @property
    def months(self) -> tuple[date, ...]:
        """The months of the cycle, as many as a plan has."""
        return self.cycle.months[:MOST_MONTHS]

    def whole(self, metric_code: str) -> Months:
        """What the plan has for the metric in all."""
        return whole_months(self.lines, metric_code, self.own, self.ancestry)

    @property
    def stated_rates(self) -> PlanRates:
        """The rates that the plan states."""
        return PlanRates(self.plan.currency, {code: Decimal(rate) for code, rate in self.plan.fx.items()})

    @property
    def blended(self) -> BlendedMargin | None:
        """The traffic product and what follows it, where the plan names one."""
        stored = self.plan.blended_margin
        if stored is None:
            return None
        follow_ons = tuple(
            FollowOn(Decimal(each["units"]), Decimal(each["margin_amount"])) for each in stored["follow_ons"]
        )
        return BlendedMargin(Decimal(stored["buyers"]), Decimal(stored["margin_amount"]), follow_ons)

    @property
    def coverage(self) -> TargetCoverage | None:
        """What stands behind the net revenue of the first twelve months; None without target or base."""
        months = self.months[:MONTHS_OF_YEAR]
        whole = self.whole(PlanMetric.NET_REVENUE)
        if self.plan.base_amount is None or not whole:
            return None
        named = named_contributions(self._lines_in(months), PlanMetric.NET_REVENUE)
        return TargetCoverage(
            total_of(whole, months),
            self.plan.base_amount,
            self.plan.organic_growth or Decimal(0),
            named.launches,
            named.campaigns,
        )

    @property
    def unnamed_contribution(self) -> Decimal:
        """What launches and campaigns bring in nobody's name in the first twelve months."""
        return named_contributions(self._lines_in(self.months[:MONTHS_OF_YEAR]), PlanMetric.NET_REVENUE).unnamed

    def _lines_in(self, months: Collection[date]) -> list[PlanLine]:
        return [line for line in self.lines if line.month in months]

    @property
    def shares(self) -> tuple[YearShare, ...]:
        """The implied market share of every whole year of the cycle.

        The size of the market is that of the plan's lines in the last planned month of the year, else that of the first
        year with its growth; empty where neither is known.
        """
        revenue, sizes = self.whole(PlanMetric.NET_REVENUE), self.whole(PlanMetric.MARKET_SIZE)
        growth = 1 + (self.plan.market_growth or Decimal(0))
        found = []
        for step in range(len(self.months) // MONTHS_OF_YEAR):
            months = self.months[step * MONTHS_OF_YEAR : (step + 1) * MONTHS_OF_YEAR]
            size = next((sizes[month] for month in reversed(months) if month in sizes), None)
            if size is None and self.plan.market_size_amount is not None:
                size = self.plan.market_size_amount * growth**step
            if size is not None and revenue:
                found.append(YearShare(months[0].year, total_of(revenue, months), size))
        return tuple(found)


async def load_plan_basis(session: AsyncSession, tenant_id: UUID, plan: PlanRow) -> PlanBasis:
    """The plan with its lines, its cycle, the metrics of the company and its trees."""
    cycle = await session.get_one(CycleRow, (tenant_id, plan.cycle_id))
    return PlanBasis(
        plan,
        Period(cycle.start_date, cycle.end_date),
        await load_plan_lines(session, tenant_id, plan.id),
        await load_catalogue(session, tenant_id),
        await load_ancestry(session, tenant_id),
    )


@dataclass(frozen=True, slots=True)
class GatheredFacts:
    """What a plan is checked against, and the currencies of budgets that it has no rate for."""

    facts: PlanFacts
    unrated: tuple[str, ...]


async def load_plan_facts(session: AsyncSession, tenant_id: UUID, basis: PlanBasis, rates: PlanRates) -> GatheredFacts:
    """All facts; money of other currencies at these rates."""
    plan = basis.plan
    stated: Sequence[YearTotal] = await load_stated_years(session, tenant_id, plan.id)
    child_plans = await _load_child_plans(session, tenant_id, basis)
    initiatives = await _load_initiatives(session, tenant_id, basis)
    budgets, unrated = await _load_budgets(session, tenant_id, basis, initiatives, rates)
    return GatheredFacts(
        PlanFacts(
            lines=basis.lines,
            sum_metrics=summed_metrics(basis.catalogue),
            org_unit_id=basis.own,
            ancestry=basis.ancestry,
            stated_years=stated,
            child_plans=child_plans,
            three_year=await _load_three_year(session, tenant_id, plan),
            opening_headcount=plan.opening_headcount,
            budgets=budgets,
            loads=await _load_loads(session, tenant_id, basis.months, {str(each.id) for each in initiatives}),
            coverage=basis.coverage,
            unnamed_contribution=basis.unnamed_contribution,
            shares=basis.shares,
            has_share_objective=await _has_share_objective(session, tenant_id, basis),
            key_results=await _load_key_results(session, tenant_id, basis),
            blended=basis.blended,
            payback_months=plan.payback_months or DEFAULT_PAYBACK_MONTHS,
        ),
        unrated,
    )


async def _load_child_plans(
    session: AsyncSession, tenant_id: UUID, basis: PlanBasis
) -> Mapping[str, Sequence[PlanLine]]:
    """Of every branch below the unit, the plan in force of the same kind and cycle that stands nearest to it."""
    row = PlanRow
    found = await session.execute(
        select(row.id, row.unit_id).where(
            row.tenant_id == tenant_id,
            row.kind == basis.plan.kind,
            row.cycle_id == basis.plan.cycle_id,
            row.status.in_(IN_FORCE),
            row.unit_id != basis.plan.unit_id,
        )
    )
    plans = {str(unit_id): plan_id for plan_id, unit_id in found}
    nearest = {unit: plan_id for unit, plan_id in plans.items() if _is_next_below(unit, basis, plans)}
    lines = await load_lines_of_plans(session, tenant_id, list(nearest.values()))
    return {unit: lines.get(plan_id, ()) for unit, plan_id in nearest.items()}


def _is_next_below(unit: str, basis: PlanBasis, planned: Collection[str]) -> bool:
    line = basis.ancestry.line(ScopeKey.ORG_UNIT_ID, unit)
    if basis.own not in line:
        return False
    return not any(between in planned for between in line[1 : line.index(basis.own)])


async def _load_three_year(session: AsyncSession, tenant_id: UUID, plan: PlanRow) -> Sequence[PlanLine]:
    """The three-year plan in force of the unit, for the cycle that encloses that of a one-year plan."""
    if plan.kind != PlanKind.ONE_YEAR:
        return ()
    cycle, row = CycleRow, PlanRow
    own = await session.get_one(cycle, (tenant_id, plan.cycle_id))
    found = await session.scalar(
        select(row.id)
        .join(cycle, and_(cycle.tenant_id == row.tenant_id, cycle.id == row.cycle_id))
        .where(
            row.tenant_id == tenant_id,
            row.unit_id == plan.unit_id,
            row.kind == PlanKind.THREE_YEAR,
            row.status.in_(IN_FORCE),
            cycle.start_date <= own.start_date,
            cycle.end_date >= own.end_date,
        )
        .order_by(cycle.start_date.desc(), row.id)
        .limit(1)
    )
    return () if found is None else await load_plan_lines(session, tenant_id, found)


async def _load_initiatives(session: AsyncSession, tenant_id: UUID, basis: PlanBasis) -> Sequence[InitiativeRow]:
    """The initiatives that the plan names, and those of its unit and below with dates in the cycle; none killed."""
    row = InitiativeRow
    named = {UUID(line.initiative_id) for line in basis.lines if line.initiative_id is not None}
    parents = basis.ancestry.parents.get(ScopeKey.ORG_UNIT_ID, {})
    below = [
        UUID(unit) for unit in {basis.own, *parents} if basis.ancestry.reaches(ScopeKey.ORG_UNIT_ID, basis.own, unit)
    ]
    is_top = basis.own not in parents
    start, end = basis.cycle.start_date, basis.cycle.end_date
    of_unit = row.unit_id == any_(literal(below, ARRAY(Uuid)))
    ours = or_(of_unit, row.unit_id.is_(None)) if is_top else of_unit
    in_cycle = or_(*(column.between(start, end) for column in _DATE_COLUMNS))
    budget = InitiativeBudgetRow
    has_months = exists().where(
        budget.tenant_id == tenant_id, budget.initiative_id == row.id, budget.month_date.between(start, end)
    )
    found = await session.scalars(
        select(row)
        .where(
            row.tenant_id == tenant_id,
            row.status != InitiativeStatus.KILLED,
            or_(row.id == any_(literal([*named], ARRAY(Uuid))), and_(ours, or_(in_cycle, has_months))),
        )
        .order_by(row.code_key)
    )
    return found.all()


async def _load_budgets(
    session: AsyncSession,
    tenant_id: UUID,
    basis: PlanBasis,
    initiatives: Sequence[InitiativeRow],
    rates: PlanRates,
) -> tuple[Budgets | None, tuple[str, ...]]:
    """What the initiatives would spend in the cycle beside the plan's budget; None without budget, or without rates.

    A budget by month counts in its months; one without months counts whole.
    """
    lines = [line for line in basis.lines if line.metric_code == PlanMetric.BUDGET]
    if not lines:
        return None, ()
    row = InitiativeBudgetRow
    monthly: dict[UUID, dict[date, Decimal]] = {}
    ids = [each.id for each in initiatives]
    for initiative_id, month, amount in await session.execute(
        select(row.initiative_id, row.month_date, row.amount).where(
            row.tenant_id == tenant_id, row.initiative_id == any_(literal(ids, ARRAY(Uuid)))
        )
    ):
        monthly.setdefault(initiative_id, {})[month] = amount
    wanted, unrated = {}, set()
    for each in initiatives:
        if each.budget_amount is None or each.budget_currency is None:
            continue
        months = monthly.get(each.id)
        amount = each.budget_amount if months is None else total_of(months, basis.months)
        try:
            wanted[str(each.id)] = amount * rates.rate(each.budget_currency)
        except RateMissing as missing:
            unrated.add(missing.currency)
    if unrated:
        return None, tuple(sorted(unrated))
    named = sorted({line.initiative_id for line in lines if line.initiative_id is not None})
    by_initiative = {
        key: total_of(
            whole_months([line for line in lines if line.initiative_id == key], PlanMetric.BUDGET, basis.own),
            basis.months,
        )
        for key in named
    }
    total = total_of(basis.whole(PlanMetric.BUDGET), basis.months)
    titles = {str(each.id): each.title for each in initiatives}
    return Budgets(wanted, by_initiative, total, titles), ()


async def _load_loads(
    session: AsyncSession, tenant_id: UUID, months: Sequence[date], initiative_ids: Collection[str]
) -> tuple[Load, ...]:
    """What all initiatives ask of the domains and months of which those of the plan ask something."""
    demand, capacity = ResourceDemandRow, ResourceCapacityRow
    first, last = months[0], months[-1]
    demands = [
        ResourceDemand(
            str(row.initiative_id),
            row.domain,
            ResourceKind(row.kind),
            row.unit,
            row.month_date,
            row.quantity,
            DemandStatus(row.status),
        )
        for row in await session.scalars(
            select(demand).where(demand.tenant_id == tenant_id, demand.month_date.between(first, last))
        )
    ]
    capacities = {
        (row.domain, ResourceKind(row.kind), row.unit, row.month_date): row.quantity
        for row in await session.scalars(
            select(capacity).where(capacity.tenant_id == tenant_id, capacity.month_date.between(first, last))
        )
    }
    return tuple(
        load
        for load in resource_loads(demands, capacities)
        if load.capacity is not None and any(each in initiative_ids for each in load.initiative_ids)
    )


async def _has_share_objective(session: AsyncSession, tenant_id: UUID, basis: PlanBasis) -> bool:
    """Whether an objective of the unit, or of one above or below it, wants market share in a cycle that meets this."""
    objective, key_result, cycle = ObjectiveRow, KeyResultRow, CycleRow
    units = await session.scalars(
        select(objective.unit_id)
        .join(key_result, and_(key_result.tenant_id == objective.tenant_id, key_result.objective_id == objective.id))
        .join(cycle, and_(cycle.tenant_id == objective.tenant_id, cycle.id == objective.cycle_id))
        .where(
            objective.tenant_id == tenant_id,
            objective.status != ObjectiveState.CANCELLED,
            key_result.metric_code == SHARE_METRIC,
            cycle.start_date <= basis.cycle.end_date,
            cycle.end_date >= basis.cycle.start_date,
        )
    )
    key, reaches = ScopeKey.ORG_UNIT_ID, basis.ancestry.reaches
    return any(reaches(key, basis.own, str(unit)) or reaches(key, str(unit), basis.own) for unit in units)


async def _load_key_results(session: AsyncSession, tenant_id: UUID, basis: PlanBasis) -> tuple[PlannedKeyResult, ...]:
    """Targets of the unit in this cycle and those inside it, beside what the plan has for their days."""
    if basis.plan.kind == PlanKind.POTENTIAL:
        return ()
    objective, key_result, cycle = ObjectiveRow, KeyResultRow, CycleRow
    found = await session.execute(
        select(key_result, cycle.start_date, cycle.end_date)
        .join(objective, and_(objective.tenant_id == key_result.tenant_id, objective.id == key_result.objective_id))
        .join(cycle, and_(cycle.tenant_id == objective.tenant_id, cycle.id == objective.cycle_id))
        .where(
            key_result.tenant_id == tenant_id,
            key_result.kind == KeyResultKind.REACH,
            key_result.metric_code.is_not(None),
            key_result.target_value.is_not(None),
            objective.unit_id == basis.plan.unit_id,
            objective.status != ObjectiveState.CANCELLED,
            cycle.start_date >= basis.cycle.start_date,
            cycle.end_date <= basis.cycle.end_date,
        )
        .order_by(key_result.id)
    )
    series = by_series(_bare(line, basis.own) for line in basis.lines)
    return tuple(
        _planned_key_result(row, Period(start, end), series, basis)
        for row, start, end in found
        if row.currency in (None, basis.plan.currency)
    )


def _planned_key_result(
    row: KeyResultRow, period: Period, series: Mapping[tuple[str, Scope], Months], basis: PlanBasis
) -> PlannedKeyResult:
    code, scope = row.metric_code or "", Scope(**row.scope)
    planned = None
    if code in basis.catalogue:
        planned = planned_value(code, bare_scope(scope, basis.own), period, series, basis.catalogue)
    return PlannedKeyResult(
        str(row.id),
        row.title,
        code,
        scope,
        row.target_value or Decimal(0),
        None if planned is None else half_up(planned, VALUE_PLACES),
    )


def bare_scope(scope: Scope, own_unit_id: str) -> Scope:
    """The scope without the plan's own unit: a line without unit is about it."""
    if scope.org_unit_id != own_unit_id:
        return scope
    return Scope(**{key.value: value for key, value in scope.keys.items() if key is not ScopeKey.ORG_UNIT_ID})


def _bare(line: PlanLine, own_unit_id: str) -> PlanLine:
    return PlanLine(line.metric_code, bare_scope(line.scope, own_unit_id), line.month, line.value, line.origin)


async def load_measured_currencies(session: AsyncSession, tenant_id: UUID, basis: PlanBasis) -> frozenset[str]:
    """The currencies, besides the plan's own, in which what it plans is sold or spent.

    Those of the marketplaces that its lines name and, where it has a budget, of those of its initiatives.
    """
    markets = _market_currencies(line.scope.marketplace for line in basis.lines)
    has_budget = any(line.metric_code == PlanMetric.BUDGET for line in basis.lines)
    initiatives = await _load_initiatives(session, tenant_id, basis) if has_budget else ()
    spent = {each.budget_currency for each in initiatives if each.budget_currency is not None}
    return frozenset({*markets, *spent} - {basis.plan.currency})


def _market_currencies(codes: Iterable[str | None]) -> set[str]:
    found = set()
    for code in {each for each in codes if each is not None}:
        try:
            found.add(get_marketplace(code).currency)
        except UnknownMarketplace:
            continue
    return found
