"""Gaps over HTTP: how far results fall short, why, and what is not pursued."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.draw_planning import draw
from services.planning.actions.leave_gap import leave_gap, take_up_gap
from services.planning.api.as_of import AsOf
from services.planning.api.gap_exports import drivers_table, gaps_table, waterfall_table
from services.planning.domain.drivers import Decomposition, Sales, rounded
from services.planning.domain.gap_drivers import Comparison
from services.planning.domain.gap_key import GapKey, read_gap_key
from services.planning.domain.gap_waterfall import StepKind, gap_waterfall
from services.planning.domain.gaps import GapStatus, InYear, routes
from services.planning.domain.metric import Better, Unit
from services.planning.domain.metric_catalogue import standard_name
from services.planning.domain.period import Period, month_period
from services.planning.domain.rounding import MONEY_PLACES, RATIO_PLACES, half_up, places_of
from services.planning.domain.scope import ScopeKey
from services.planning.pictures.content import BridgePicture, BridgeStep
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.gap_drivers import EXPLAINED, GapDrivers, load_drivers
from services.planning.queries.gaps import TARGET_KINDS, UnitGap, UnitGaps, find_planned_side, load_gaps
from services.planning.queries.resources import get_resource
from services.planning.queries.unpursued_gaps import UNPURSUED_GAPS
from services.planning.schemas.fields import MetricCode, Month, ScopeBody
from services.planning.schemas.gaps import (
    MAX_GAPS,
    EffectRead,
    GapDriversRead,
    GapRead,
    GapReport,
    GapWaterfallRead,
    InYearRead,
    PeriodRead,
    SalesRead,
    UnpursuedGapCreate,
    UnpursuedGapRead,
    WaterfallStepRead,
)
from services.planning.tables import CycleRow, OrganisationUnitRow, UnpursuedGapRow
from shared.core.clock import utc_now
from shared.core.errors import Conflict, DuplicateKey, NotFound, Unavailable
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep, SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.exports import OR_TABLE, AcceptTable, export, json_answer, wants_table
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.pictures import PICTURE, picture
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("gaps", "Where results fall short of plans and plans of what is possible, and why.")

_SPOKEN_KEYS = (ScopeKey.MARKETPLACE, ScopeKey.CHANNEL, ScopeKey.PRODUCT_REF)
_ORDER = (GapStatus.RED, GapStatus.AMBER, GapStatus.GREEN, None)

GapKeyPath = Annotated[
    str,
    Path(
        min_length=1,
        max_length=1_000,
        description="Names the gap, as `/gaps` gives it.",
        examples=["019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b.019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c.net_revenue"],
    ),
]
MonthQuery = Annotated[
    Month | None, Query(description="Look at this month of the cycle alone; absent: all its days that are over.")
]


class NoGap(Conflict):
    """Of this metric and scope nothing is planned, or nothing was read, for these days."""

    slug, title = "no-gap", "No gap can be told"


class NotExplained(Conflict):
    """Drivers are told of revenue: of the metric net_revenue."""

    slug, title = "not-explained", "No drivers of this metric"


@router.get(
    "/gaps",
    response_model=GapReport,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(NotFound)},
)
async def list_gaps(
    session: SessionDep,
    caller: CallerDep,
    cycle_id: Annotated[UUID, Query(description="The cycle.")],
    unit_id: Annotated[UUID, Query(description="The unit.")],
    metric_code: Annotated[list[MetricCode] | None, Query(max_length=50, description="Only these metrics.")] = None,
    status: Annotated[list[GapStatus] | None, Query(max_length=3, description="Only gaps as grave as this.")] = None,
    month: MonthQuery = None,
    as_of: AsOf = None,
    accept: AcceptTable = None,
) -> Response:
    """Compare every headline metric, in every scope that is planned, with the plan in force and with the potential."""
    unit = await get_resource(session, OrganisationUnitRow, caller.tenant_id, unit_id)
    cycle = await get_resource(session, CycleRow, caller.tenant_id, cycle_id)
    days = None if month is None else month_period(month)
    report = await load_gaps(session, caller.tenant_id, unit, cycle, now=utc_now(), as_of=as_of, days=days)
    wanted = [
        each
        for each in report.gaps
        if (metric_code is None or each.key.metric_code in metric_code)
        and (status is None or (each.gap is not None and each.gap.status in status))
    ]
    wanted.sort(key=_gravity)
    found = GapReport(
        cycle_id=cycle_id,
        unit_id=unit_id,
        plan_id=report.plan_id,
        currency=report.currency,
        period=_period(report.period) if report.period is not None else None,
        items=[_gap_read(each) for each in wanted[:MAX_GAPS]],
    )
    return await export(gaps_table(found), accept) if wants_table(accept) else json_answer(found)


@router.get(
    "/gaps/{gap_key}/drivers",
    response_model=GapDriversRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(NotFound, NoGap, NotExplained)},
)
async def get_gap_drivers(
    gap_key: GapKeyPath,
    session: SessionDep,
    caller: CallerDep,
    month: MonthQuery = None,
    comparison: Annotated[
        Comparison | None,
        Query(description="Compare with this; absent: the plan where it plans visits and units, else what was before."),
    ] = None,
    as_of: AsOf = None,
    accept: AcceptTable = None,
) -> Response:
    """Split a gap in revenue into traffic, conversion, stock and price; the effects sum to the change exactly."""
    key = _read(gap_key)
    report, _ = await _one(session, caller.tenant_id, key, month, as_of)
    found = await _drivers(session, caller.tenant_id, key, report, comparison, as_of)
    explained = None if found.explained is None else rounded(found.explained, MONEY_PLACES)
    body = GapDriversRead(
        key=key.text,
        currency=report.currency,
        period=_period(_days(report)),
        comparison=found.comparison,
        compared_with=_period(found.compared_with),
        before=_sales(found.before),
        after=_sales(found.after),
        change=None if explained is None else explained.change,
        effects=_effects(explained),
        lost_revenue=_lost_revenue(found.after),
    )
    return await export(drivers_table(body), accept) if wants_table(accept) else json_answer(body)


@router.get(
    "/gaps/{gap_key}/waterfall",
    response_model=GapWaterfallRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(NotFound, NoGap)},
)
async def get_gap_waterfall(
    gap_key: GapKeyPath,
    session: SessionDep,
    caller: CallerDep,
    month: MonthQuery = None,
    as_of: AsOf = None,
    accept: AcceptTable = None,
) -> Response:
    """Step from what was reached over its drivers to what was wanted and to what would be possible."""
    body = await _waterfall(session, caller.tenant_id, gap_key, month, as_of)
    return await export(waterfall_table(body), accept) if wants_table(accept) else json_answer(body)


@router.get(
    "/gaps/{gap_key}/waterfall.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound, NoGap, Unavailable)},
)
async def draw_gap_waterfall(
    gap_key: GapKeyPath, database: DatabaseDep, caller: CallerDep, month: MonthQuery = None, as_of: AsOf = None
) -> Response:
    """Draw the steps from what was reached over its drivers to what was wanted and to what would be possible."""
    async with database.session(caller.tenant_id) as session:
        body = await _waterfall(session, caller.tenant_id, gap_key, month, as_of)
        better = (await load_catalogue(session, caller.tenant_id))[_read(gap_key).metric_code].better
    unit = body.currency if body.unit is Unit.MONEY and body.currency is not None else body.unit.value
    totals = {StepKind.ACTUAL, StepKind.TARGET, StepKind.POTENTIAL}
    steps = [
        BridgeStep(
            step.name, float(step.start), float(step.end), step.kind in totals, step.kind is StepKind.UNEXPLAINED
        )
        for step in body.steps
    ]
    name = _spoken(_read(gap_key), body.period)
    return picture(await draw(BridgePicture(name, unit, steps, lower_is_better=better is Better.LOWER)))


async def _waterfall(
    session: AsyncSession, tenant_id: UUID, gap_key: str, month: Month | None, as_of: AsOf
) -> GapWaterfallRead:
    key = _read(gap_key)
    report, found = await _one(session, tenant_id, key, month, as_of)
    if found.actual.value is None or found.target is None:
        raise NoGap
    explained = None
    if key.metric_code in EXPLAINED:
        explained = (await _drivers(session, tenant_id, key, report, None, as_of)).explained
    places = places_of(found.metric.unit)
    effects = () if explained is None else rounded(explained, places).effects
    potential = None if found.potential is None else half_up(found.potential, places)
    steps = gap_waterfall(half_up(found.actual.value, places), half_up(found.target, places), effects, potential)
    return GapWaterfallRead(
        key=key.text,
        currency=report.currency,
        unit=found.metric.unit,
        period=_period(_days(report)),
        steps=[WaterfallStepRead(kind=step.kind, name=step.name, start=step.start, end=step.end) for step in steps],
    )


list_endpoint(router, "/unpursued-gaps", UNPURSUED_GAPS, UnpursuedGapRead, scope="planning.read")


@router.post(
    "/unpursued-gaps",
    status_code=201,
    response_model=UnpursuedGapRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey, CycleClosed),
)
async def create_unpursued_gap(gap: UnpursuedGapCreate, write: WriteDep) -> Response:
    """Decide not to pursue a gap, with the reason."""

    async def produce() -> UnpursuedGapRead:
        caller = write.caller
        row = await leave_gap(write.session, caller.tenant_id, gap, by=caller.principal_id, now=utc_now())
        return UnpursuedGapRead.model_validate(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/unpursued-gaps/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/unpursued-gaps/{unpursued_gap_id}",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_unpursued_gap(
    unpursued_gap_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> UnpursuedGapRead:
    """Read one decision not to pursue a gap."""
    row = await get_resource(session, UnpursuedGapRow, caller.tenant_id, unpursued_gap_id)
    response.headers["ETag"] = etag(row.version)
    return UnpursuedGapRead.model_validate(row)


@router.delete(
    "/unpursued-gaps/{unpursued_gap_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, CycleClosed),
)
async def delete_unpursued_gap(
    unpursued_gap_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep
) -> None:
    """Take up a gap again."""
    await take_up_gap(
        session,
        caller.tenant_id,
        unpursued_gap_id,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )


def _spoken(key: GapKey, period: PeriodRead) -> str:
    """The heading of a picture; what scopes name by an id says nothing to a reader."""
    parts = [standard_name(key.metric_code), *(key.scope.keys[each] for each in _SPOKEN_KEYS if each in key.scope.keys)]
    days = f"{period.start_date:%d %b} - {period.end_date:%d %b %Y}"
    return f"Gap · {', '.join(parts)} · {days}"


def _read(text: str) -> GapKey:
    try:
        return read_gap_key(text)
    except ValueError:
        raise NotFound from None


async def _one(
    session: AsyncSession, tenant_id: UUID, key: GapKey, month: Month | None, as_of: AsOf
) -> tuple[UnitGaps, UnitGap]:
    """The gap of the key; NotFound without its unit, cycle or metric, NoGap before the cycle's first day is over."""
    unit = await get_resource(session, OrganisationUnitRow, tenant_id, key.unit_id)
    cycle = await get_resource(session, CycleRow, tenant_id, key.cycle_id)
    days = None if month is None else month_period(month)
    report = await load_gaps(session, tenant_id, unit, cycle, now=utc_now(), as_of=as_of, days=days, only=key)
    if key.metric_code not in report.catalogue:
        raise NotFound
    if report.period is None:
        raise NoGap
    return report, report.gaps[0]


async def _drivers(
    session: AsyncSession, tenant_id: UUID, key: GapKey, report: UnitGaps, comparison: Comparison | None, as_of: AsOf
) -> GapDrivers:
    if key.metric_code not in EXPLAINED:
        raise NotExplained
    cycle = await get_resource(session, CycleRow, tenant_id, key.cycle_id)
    side = await find_planned_side(session, tenant_id, key.unit_id, cycle, TARGET_KINDS)
    return await load_drivers(
        session,
        tenant_id,
        key.scope,
        report.gaps[0].told_by,
        _days(report),
        planned={} if side is None else side.series,
        rates=None if side is None else side.rates,
        catalogue=report.catalogue,
        now=utc_now(),
        as_of=as_of,
        comparison=comparison,
    )


def _days(report: UnitGaps) -> Period:
    assert report.period is not None
    return report.period


def _gravity(each: UnitGap) -> tuple[int, Decimal, str]:
    status = None if each.gap is None else each.gap.status
    relative = None if each.gap is None else each.gap.relative_performance
    return _ORDER.index(status), -(relative or Decimal(0)), each.key.ref


def _period(period: Period) -> PeriodRead:
    return PeriodRead(start_date=period.start_date, end_date=period.end_date)


def _rate(value: Decimal | None) -> float | None:
    return None if value is None else float(half_up(value, RATIO_PLACES))


def _gap_read(each: UnitGap) -> GapRead:
    places = places_of(each.metric.unit)

    def value(amount: Decimal | None) -> Decimal | None:
        return None if amount is None else half_up(amount, places)

    found = each.gap
    return GapRead(
        key=each.key.text,
        ref=each.key.ref,
        metric_code=each.key.metric_code,
        unit=each.metric.unit,
        better=each.metric.better,
        scope=ScopeBody.of(each.key.scope),
        period=_period(each.period),
        target=value(each.target),
        actual=value(each.actual.value),
        potential=value(each.potential),
        performance=None if found is None else value(found.performance),
        opportunity=None if found is None else value(found.opportunity),
        total=None if found is None else value(found.total),
        relative_performance=None if found is None else _rate(found.relative_performance),
        relative_opportunity=None if found is None else _rate(found.relative_opportunity),
        status=None if found is None else found.status,
        cycle_target=value(each.cycle_target),
        in_year=None if each.in_year is None else _in_year(each.in_year, places),
        routes=[] if found is None else list(routes(found)),
        currency_effect=value(each.currency_effect),
        is_unpursued=each.is_unpursued,
        read_until_date=each.actual.read_until_date,
        observed_at=each.actual.observed_at,
        stale_metrics=list(each.actual.stale_codes),
        fault=each.actual.fault,
    )


def _in_year(running: InYear, places: int) -> InYearRead:
    return InYearRead(
        attainment=_rate(running.attainment),
        landing=None if running.landing is None else half_up(running.landing, places),
        projected_gap=None if running.projected is None else half_up(running.projected, places),
        relative=_rate(running.relative),
        status=running.status,
    )


def _sales(sales: Sales | None) -> SalesRead | None:
    if sales is None:
        return None
    values = (sales.visits, sales.units, sales.revenue, sales.lost_units)
    visits, units, revenue, lost = (half_up(each, MONEY_PLACES) for each in values)
    return SalesRead(visits=visits, units=units, revenue=revenue, lost_units=lost)


def _lost_revenue(sales: Sales | None) -> Decimal | None:
    if sales is None or sales.units <= 0:
        return None
    return half_up(sales.lost_units * sales.revenue / sales.units, MONEY_PLACES)


def _effects(explained: Decomposition | None) -> list[EffectRead]:
    effects = () if explained is None else explained.effects
    return [EffectRead(driver=each.name, amount=each.amount) for each in effects]
