"""Reads the gaps of a unit in a cycle: what its plan in force asks for, what was reached, what would be possible."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Text, cast, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.gap_key import GapKey
from services.planning.domain.gaps import Gap, InYear, band_gap, gap, in_year
from services.planning.domain.launched_product import LaunchedProduct, told_by
from services.planning.domain.measurement import UNMEASURED, Measurement
from services.planning.domain.metric import Better, Catalogue, Metric, is_additive
from services.planning.domain.period import Period
from services.planning.domain.plan_lines import Months, Series, by_series
from services.planning.domain.plan_states import PlanKind
from services.planning.domain.planned_values import planned_scopes, planned_value
from services.planning.domain.scope import EVERYTHING, Ancestry, Scope
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.catalogue import load_catalogue, load_headlines
from services.planning.queries.currency_effects import currency_effects
from services.planning.queries.measuring import Ask, measure_all
from services.planning.queries.plan_lines import find_plan_in_force, load_plan_lines
from services.planning.tables import CycleRow, InitiativeRow, OrganisationUnitRow, PlanRow, UnpursuedGapRow

# Which plan says what is asked for, the first one that is in force.
TARGET_KINDS = (PlanKind.ONE_YEAR, PlanKind.BUDGET, PlanKind.SALES, PlanKind.THREE_YEAR)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlannedSide:
    """A plan in force with its values by metric and scope; of the unit in the cycle, or in one that encloses it."""

    plan: PlanRow
    series: Mapping[Series, Months]

    @property
    def rates(self) -> PlanRates:
        """The rates that were frozen when it was approved."""
        return PlanRates(self.plan.currency, {code: Decimal(rate) for code, rate in self.plan.fx.items()})


@dataclass(frozen=True, slots=True)
class UnitGap:
    """A metric in a scope over the days looked at; `target` is what was planned for just these days.

    `told_by` is the scope of the readings that it is compared with. `cycle_target` and `in_year` are of the whole
    cycle. `currency_effect` is what actual exchange rates add to the
    actual, which counts at the plan's. `gap` is None where nothing is planned or nothing was read.
    """

    key: GapKey
    metric: Metric
    told_by: Scope
    period: Period
    target: Decimal | None
    potential: Decimal | None
    actual: Measurement
    gap: Gap | None
    cycle_target: Decimal | None
    in_year: InYear | None
    currency_effect: Decimal | None
    is_unpursued: bool


@dataclass(frozen=True, slots=True)
class UnitGaps:
    """The gaps of a unit over `period`, None before its cycle has a day behind it; money is in `currency`."""

    period: Period | None
    currency: str | None
    plan_id: UUID | None
    headlines: tuple[str, ...]
    gaps: tuple[UnitGap, ...]
    catalogue: Catalogue


def days_behind(cycle: Period, today: date) -> Period | None:
    """The days of the cycle that are over: figures of a day are complete when it is."""
    last = min(today - _ONE_DAY, cycle.end_date)
    return Period(cycle.start_date, last) if last >= cycle.start_date else None


def measured_scope(scope: Scope, unit: OrganisationUnitRow) -> Scope:
    """Which readings a planned scope of the unit is compared with.

    A plan that names no scope is about its unit: of a company that is everything, of a unit below it what is read of
    that unit. Where it names a marketplace, a product and so on, it is about these, whoever answers for them.
    """
    is_below = unit.parent_id is not None
    return replace(scope, org_unit_id=str(unit.id)) if is_below and scope == EVERYTHING else scope


async def find_planned_side(
    session: AsyncSession, tenant_id: UUID, unit_id: UUID, cycle: CycleRow, kinds: Sequence[PlanKind]
) -> PlannedSide | None:
    """The unit's plan in force of the first kind there is, for the cycle or the nearest one that encloses it."""
    at: CycleRow | None = cycle
    while at is not None:
        plan = await find_plan_in_force(session, tenant_id, unit_id, at.id, kinds)
        if plan is not None:
            return PlannedSide(plan, by_series(await load_plan_lines(session, tenant_id, plan.id)))
        at = None if at.parent_id is None else await session.get(CycleRow, (tenant_id, at.parent_id))
    return None


async def load_gaps(
    session: AsyncSession,
    tenant_id: UUID,
    unit: OrganisationUnitRow,
    cycle: CycleRow,
    *,
    now: datetime,
    as_of: datetime | None = None,
    days: Period | None = None,
    only: GapKey | None = None,
    launched: LaunchedProduct | None = None,
) -> UnitGaps:
    """The gap of every headline metric in every scope that is planned, over `days` of the cycle or all that are over.

    `only` asks for one gap, whatever its metric is; `launched` for those of a product where it is sold. Plans are those
    of today, readings those known at `as_of`. A metric that is better inside a band is compared with its band, for the
    whole of the unit or of the product, where it is not planned.
    """
    moment = as_of or now
    whole = Period(cycle.start_date, cycle.end_date)
    so_far = days_behind(whole, moment.date())
    catalogue = await load_catalogue(session, tenant_id)
    headlines = await load_headlines(session, tenant_id)
    side = await find_planned_side(session, tenant_id, unit.id, cycle, TARGET_KINDS)
    period = None if so_far is None else (days.part_in(so_far) if days is not None else so_far)
    currency, plan_id = (None, None) if side is None else (side.plan.currency, side.plan.id)
    if period is None or so_far is None:
        return UnitGaps(None, currency, plan_id, headlines, (), catalogue)
    series = {} if side is None else side.series
    possible = await find_planned_side(session, tenant_id, unit.id, cycle, (PlanKind.POTENTIAL,))
    if only is None:
        keys = _keys(headlines, series, catalogue, unit.id, cycle.id, launched)
    else:
        keys = [only] if only.metric_code in catalogue else []
    product_ref = await _product_ref(session, tenant_id, only) if launched is None else launched.product_ref
    scopes = {key: told_by(measured_scope(key.scope, unit), product_ref) for key in keys}
    asks = [Ask(f"p {key.ref}", key.metric_code, scopes[key], period) for key in keys]
    asks += [Ask(f"y {key.ref}", key.metric_code, scopes[key], so_far) for key in keys if so_far != period]
    ancestry = await load_ancestry(session, tenant_id)
    measured = await measure_all(
        session,
        tenant_id,
        asks,
        catalogue=catalogue,
        ancestry=ancestry,
        now=moment,
        as_of=as_of,
        plan=None if side is None else side.rates,
    )
    effects = await _effects(session, tenant_id, asks[: len(keys)], side, catalogue, ancestry, as_of)
    unpursued = await _unpursued(session, tenant_id, unit.id, cycle.id)
    found = []
    for key in keys:
        actual = measured.get(f"p {key.ref}", UNMEASURED)
        found.append(
            _unit_gap(
                key,
                scopes[key],
                actual,
                measured.get(f"y {key.ref}", actual),
                (period, so_far, whole),
                series,
                {} if possible is None else possible.series,
                catalogue,
                currency_effect=effects.get(f"p {key.ref}"),
                is_unpursued=(key.metric_code, key.scope.canonical) in unpursued,
            )
        )
    return UnitGaps(period, currency, plan_id, headlines, tuple(found), catalogue)


def _keys(
    headlines: Sequence[str],
    series: Mapping[Series, Months],
    catalogue: Catalogue,
    unit_id: UUID,
    cycle_id: UUID,
    launched: LaunchedProduct | None,
) -> list[GapKey]:
    """Every planned scope of each headline metric; one that is planned nowhere is looked at as a whole.

    Of a launched product those that are about it, and its places that are not planned.
    """

    def scopes(code: str) -> tuple[Scope, ...]:
        if launched is None:
            return planned_scopes(code, series, catalogue) or (EVERYTHING,)
        return launched.scopes(planned_scopes(code, series, catalogue, launched.initiative_id))

    return [GapKey(cycle_id, unit_id, code, scope) for code in headlines if code in catalogue for scope in scopes(code)]


async def _product_ref(session: AsyncSession, tenant_id: UUID, only: GapKey | None) -> str | None:
    """The product that an initiative which the one gap names has launched."""
    if only is None or only.scope.initiative_id is None:
        return None
    row = InitiativeRow
    is_named = cast(row.id, Text) == only.scope.initiative_id
    return await session.scalar(select(row.product_ref).where(row.tenant_id == tenant_id, is_named))


def _unit_gap(
    key: GapKey,
    readings: Scope,
    actual: Measurement,
    to_date: Measurement,
    periods: tuple[Period, Period, Period],
    series: Mapping[Series, Months],
    possible: Mapping[Series, Months],
    catalogue: Catalogue,
    *,
    currency_effect: Decimal | None,
    is_unpursued: bool,
) -> UnitGap:
    period, so_far, whole = periods
    metric = catalogue[key.metric_code]
    target = planned_value(key.metric_code, key.scope, period, series, catalogue)
    potential = planned_value(key.metric_code, key.scope, period, possible, catalogue)
    cycle_target = planned_value(key.metric_code, key.scope, whole, series, catalogue)
    due = planned_value(key.metric_code, key.scope, so_far, series, catalogue)
    found: Gap | None = None
    running: InYear | None = None
    if actual.value is not None:
        if metric.better is Better.BAND:
            found = band_gap(metric.band_low, metric.band_high, actual.value)
        elif target is not None:
            found = gap(metric.better, target, actual.value, potential)
    if to_date.value is not None and cycle_target is not None and due is not None and metric.better is not Better.BAND:
        # Profits may be planned to be nothing in all: then no share of them is due.
        adds_up = is_additive(key.metric_code, catalogue) and cycle_target != 0
        share = due / cycle_target if adds_up else None
        running = in_year(metric.better, cycle_target, to_date.value, due, share)
    return UnitGap(
        key,
        metric,
        readings,
        period,
        target,
        potential,
        actual,
        found,
        cycle_target,
        running,
        currency_effect,
        is_unpursued,
    )


async def _effects(
    session: AsyncSession,
    tenant_id: UUID,
    asks: Sequence[Ask],
    side: PlannedSide | None,
    catalogue: Catalogue,
    ancestry: Ancestry,
    as_of: datetime | None,
) -> dict[str, Decimal | None]:
    """What actual rates add to money; nothing without a plan, whose rates they are compared with."""
    if side is None:
        return {}
    return await currency_effects(
        session, tenant_id, asks, plan=side.rates, catalogue=catalogue, ancestry=ancestry, as_of=as_of
    )


async def _unpursued(
    session: AsyncSession, tenant_id: UUID, unit_id: UUID, cycle_id: UUID
) -> frozenset[tuple[str, str]]:
    row = UnpursuedGapRow
    found = await session.execute(
        select(row.metric_code, row.scope_key).where(
            row.tenant_id == tenant_id, row.unit_id == unit_id, row.cycle_id == cycle_id
        )
    )
    return frozenset((code, scope_key) for code, scope_key in found)
