"""Reads what plans say: lines, the plan in force of a unit and cycle, phasings and rates for what is measured."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.period import Period
from services.planning.domain.plan_lines import LineOrigin, Months, PlanLine, YearTotal
from services.planning.domain.plan_states import IN_FORCE, PlanKind, PlanStatus
from services.planning.domain.scope import Scope
from services.planning.schemas.fields import MetricCode, Month, ScopeName
from services.planning.tables import CycleRow, OrganisationUnitRow, PlanLineRow, PlanRow, PlanYearRow
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import MarketplaceCode

# Whose months tell how a goal is meant to be reached, the first one that plans it: never what is only possible.
PHASING_KINDS = (PlanKind.ONE_YEAR, PlanKind.BUDGET, PlanKind.SALES, PlanKind.THREE_YEAR)

Want = tuple[str, UUID, UUID, str, Scope]

_PARENT = "SELECT FROM planning.plan p WHERE p.tenant_id = $1 AND p.id = $2"
_PATH = {"plan_id": Filter("l.plan_id = {}", UUID, "Identifier of the plan.")}

PLAN_LINES = ListQuery(
    name="plan_lines",
    source="planning.plan_line l",
    where="l.tenant_id = $1",
    fields={
        "metric_code": "l.metric_code",
        "scope": "l.scope",
        "month": "to_char(l.month_date, 'YYYY-MM')",
        "value": decimal_json("l.value"),
        "origin": "l.origin",
    },
    sorts={"metric_code": Sort("l.metric_code", "text"), "month": Sort("l.month_date", "date")},
    default_sort="metric_code",
    key=Sort("(l.metric_code || ' ' || l.scope_key || ' ' || to_char(l.month_date, 'YYYY-MM'))", "text"),
    filters={
        "metric_code": Filter("l.metric_code = ANY({})", list[MetricCode], "Only lines of these metrics."),
        "origin": Filter("l.origin = ANY({})", list[LineOrigin], "Only lines from these origins."),
        "month_from": Filter("l.month_date >= {}", Month, "Only lines of this month and later ones."),
        "month_to": Filter("l.month_date <= {}", Month, "Only lines of this month and earlier ones."),
        "initiative_id": Filter("l.initiative_id = {}", UUID, "Only lines that this initiative stands for."),
        "marketplace": Filter("l.scope ->> 'marketplace' = {}", MarketplaceCode, "Only lines of this marketplace."),
        "channel": Filter("l.scope ->> 'channel' = {}", ScopeName, "Only lines of this channel."),
    },
    path=_PATH,
    parent=_PARENT,
)

PLAN_YEARS = ListQuery(
    name="plan_years",
    source="planning.plan_year l",
    where="l.tenant_id = $1",
    fields={
        "metric_code": "l.metric_code",
        "scope": "l.scope",
        "first_month": "to_char(l.first_month_date, 'YYYY-MM')",
        "value": decimal_json("l.value"),
    },
    sorts={"metric_code": Sort("l.metric_code", "text")},
    default_sort="metric_code",
    key=Sort("(l.metric_code || ' ' || l.scope_key || ' ' || to_char(l.first_month_date, 'YYYY-MM'))", "text"),
    path=_PATH,
    parent=_PARENT,
)


async def load_plan_lines(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> tuple[PlanLine, ...]:
    """The lines of a plan by metric, scope and month."""
    return (await load_lines_of_plans(session, tenant_id, [plan_id])).get(plan_id, ())


async def load_lines_of_plans(
    session: AsyncSession, tenant_id: UUID, plan_ids: Collection[UUID]
) -> Mapping[UUID, tuple[PlanLine, ...]]:
    """The lines of several plans, each by metric, scope and month; a plan without lines is left out."""
    row = PlanLineRow
    found = await session.execute(
        select(row.plan_id, row.metric_code, row.scope, row.month_date, row.value, row.origin)
        .where(row.tenant_id == tenant_id, row.plan_id == any_(literal([*plan_ids], ARRAY(Uuid))))
        .order_by(row.plan_id, row.metric_code, row.scope_key, row.month_date)
    )
    lines: dict[UUID, list[PlanLine]] = {}
    scopes: dict[str, Scope] = {}
    for plan_id, metric_code, keys, month, value, origin in found:
        scope = Scope(**keys)
        scope = scopes.setdefault(scope.canonical, scope)
        lines.setdefault(plan_id, []).append(PlanLine(metric_code, scope, month, value, LineOrigin(origin)))
    return {plan_id: tuple(each) for plan_id, each in lines.items()}


async def load_stated_years(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> tuple[YearTotal, ...]:
    """The stated years of a plan, by metric, scope and first month."""
    row = PlanYearRow
    found = await session.execute(
        select(row.metric_code, row.scope, row.first_month_date, row.value)
        .where(row.tenant_id == tenant_id, row.plan_id == plan_id)
        .order_by(row.metric_code, row.scope_key, row.first_month_date)
    )
    return tuple(YearTotal(metric_code, Scope(**keys), month, value) for metric_code, keys, month, value in found)


async def find_plan_in_force(
    session: AsyncSession, tenant_id: UUID, unit_id: UUID, cycle_id: UUID, kinds: Sequence[PlanKind]
) -> PlanRow | None:
    """The released, else the approved plan of the first of the kinds that has one, for exactly this unit and cycle."""
    row = PlanRow
    found = await session.scalars(
        select(row).where(
            row.tenant_id == tenant_id,
            row.unit_id == unit_id,
            row.cycle_id == cycle_id,
            row.kind.in_(kinds),
            row.status.in_(IN_FORCE),
        )
    )
    return min(
        found,
        key=lambda plan: (kinds.index(PlanKind(plan.kind)), plan.status != PlanStatus.RELEASED),
        default=None,
    )


@dataclass(frozen=True, slots=True)
class _InForce:
    """A plan in force: where it stands, and at which rates it counts."""

    plan_id: UUID
    kind: PlanKind
    unit_id: UUID
    cycle_id: UUID
    rates: PlanRates


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What stands above each unit and cycle, and the plans in force of each unit and cycle, best kind first."""

    unit_parents: Mapping[UUID, UUID | None]
    cycle_parents: Mapping[UUID, UUID | None]
    periods: Mapping[UUID, Period]
    plans: Mapping[tuple[UUID, UUID], Sequence[_InForce]]

    def reach(self, unit_id: UUID, cycle_id: UUID) -> Iterator[_InForce]:
        """The plans that may speak for the unit in the cycle: the nearest unit first, of it the nearest cycle."""
        cycles = tuple(_line(cycle_id, self.cycle_parents))
        for unit in _line(unit_id, self.unit_parents):
            for cycle in cycles:
                yield from self.plans.get((unit, cycle), ())


def _line(start: UUID, parents: Mapping[UUID, UUID | None]) -> Iterator[UUID]:
    seen: set[UUID] = set()
    at: UUID | None = start
    while at is not None and at not in seen:
        seen.add(at)
        yield at
        at = parents.get(at)


async def _load_surroundings(session: AsyncSession, tenant_id: UUID) -> _Surroundings:
    plan, unit, cycle = PlanRow, OrganisationUnitRow, CycleRow
    found = await session.execute(
        select(plan.id, plan.kind, plan.unit_id, plan.cycle_id, plan.currency, plan.fx).where(
            plan.tenant_id == tenant_id, plan.status.in_(IN_FORCE), plan.kind.in_(PHASING_KINDS)
        )
    )
    plans: dict[tuple[UUID, UUID], list[_InForce]] = {}
    for plan_id, kind, unit_id, cycle_id, currency, fx in found:
        rates = PlanRates(currency, {code: Decimal(rate) for code, rate in fx.items()})
        plans.setdefault((unit_id, cycle_id), []).append(_InForce(plan_id, PlanKind(kind), unit_id, cycle_id, rates))
    for each in plans.values():
        each.sort(key=lambda one: PHASING_KINDS.index(one.kind))
    if not plans:
        return _Surroundings({}, {}, {}, {})
    units = await session.execute(select(unit.id, unit.parent_id).where(unit.tenant_id == tenant_id))
    cycles = (
        await session.execute(
            select(cycle.id, cycle.parent_id, cycle.start_date, cycle.end_date).where(cycle.tenant_id == tenant_id)
        )
    ).all()
    return _Surroundings(
        {row.id: row.parent_id for row in units},
        {cycle_id: parent_id for cycle_id, parent_id, _, _ in cycles},
        {cycle_id: Period(start, end) for cycle_id, _, start, end in cycles},
        plans,
    )


async def load_phasings(session: AsyncSession, tenant_id: UUID, wants: Sequence[Want]) -> dict[str, Months]:
    """The planned months of each want (key, unit_id, cycle_id, metric_code, scope) for which a plan has lines.

    The unit's own plan in force is asked first, for the cycle and then for those that enclose it; then those of the
    units above in turn. A line without unit is about its plan's own unit. Only months that the cycle touches are given,
    in the currency of the plan.
    """
    around = await _load_surroundings(session, tenant_id)
    asked = {
        want[0]: [(plan, _spellings(want[4], plan.unit_id)) for plan in around.reach(want[1], want[2])]
        for want in wants
    }
    plan_ids = {plan.plan_id for plans in asked.values() for plan, _ in plans}
    if not plan_ids:
        return {}
    keys = {spelling for plans in asked.values() for _, spellings in plans for spelling in spellings}
    series = await _load_series(session, tenant_id, plan_ids, {want[3] for want in wants}, keys)
    found: dict[str, Months] = {}
    for key, _, cycle_id, metric_code, _ in wants:
        cycle = frozenset(around.periods[cycle_id].months) if cycle_id in around.periods else frozenset()
        for plan, spellings in asked[key]:
            months = _first(series, plan.plan_id, metric_code, spellings, cycle)
            if months:
                found[key] = months
                break
    return found


def _spellings(scope: Scope, unit_id: UUID) -> tuple[str, ...]:
    """How a plan of the unit may name the scope: with itself as the unit, or without any."""
    own = str(unit_id)
    if scope.org_unit_id not in (None, own):
        return (scope.canonical,)
    bare, named = replace(scope, org_unit_id=None), replace(scope, org_unit_id=own)
    return (scope.canonical, *(each.canonical for each in (bare, named) if each != scope))


_Series = Mapping[tuple[UUID, str, str], Mapping[date, Decimal]]


async def _load_series(
    session: AsyncSession, tenant_id: UUID, plan_ids: Iterable[UUID], metrics: Iterable[str], scope_keys: Iterable[str]
) -> _Series:
    row = PlanLineRow
    found = await session.execute(
        select(row.plan_id, row.metric_code, row.scope_key, row.month_date, row.value)
        .where(
            row.tenant_id == tenant_id,
            row.plan_id == any_(literal([*plan_ids], ARRAY(Uuid))),
            row.metric_code == any_(literal([*metrics], ARRAY(Text))),
            row.scope_key == any_(literal([*scope_keys], ARRAY(Text))),
        )
        .order_by(row.month_date)
    )
    series: dict[tuple[UUID, str, str], dict[date, Decimal]] = {}
    for plan_id, metric_code, scope_key, month, value in found:
        series.setdefault((plan_id, metric_code, scope_key), {})[month] = value
    return series


def _first(
    series: _Series, plan_id: UUID, metric_code: str, spellings: Iterable[str], months: Collection[date]
) -> Months | None:
    for spelling in spellings:
        planned = series.get((plan_id, metric_code, spelling), {})
        inside = {month: value for month, value in planned.items() if month in months}
        if inside:
            return inside
    return None


async def load_plan_rates(session: AsyncSession, tenant_id: UUID, unit_id: UUID, cycle_id: UUID) -> PlanRates | None:
    """The frozen rates of the plan that speaks for the unit in the cycle, found as for phasings; None without one."""
    around = await _load_surroundings(session, tenant_id)
    plan = next(around.reach(unit_id, cycle_id), None)
    return None if plan is None else plan.rates


async def load_rates_of_places(
    session: AsyncSession, tenant_id: UUID, places: Iterable[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], PlanRates]:
    """The same for many units and cycles at once; a place without a plan is left out."""
    around = await _load_surroundings(session, tenant_id)
    found = ((place, next(around.reach(*place), None)) for place in places)
    return {place: plan.rates for place, plan in found if plan is not None}
