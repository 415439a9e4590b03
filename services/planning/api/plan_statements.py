"""What plans state over HTTP: profit and loss, headcount, the bridge to the target, market shares, changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.draw_planning import draw
from services.planning.api.as_of import AsOf
from services.planning.api.plan_exports import (
    changes_table,
    coverage_table,
    headcount_table,
    market_shares_table,
    profit_and_loss_table,
)
from services.planning.api.plan_pictures import bridge_picture, headcount_picture, profit_and_loss_picture
from services.planning.domain.headcount import HeadcountMonth, HeadcountMoves, headcount_bridge
from services.planning.domain.implied_share import YearShare, rising_shares
from services.planning.domain.plan_lines import MONTHS_OF_YEAR, LineChange, Months, line_changes, total_of
from services.planning.domain.plan_totals import whole_by_metric
from services.planning.domain.plan_vocabulary import COST_METRICS, PlanMetric
from services.planning.domain.profit_and_loss import ProfitAndLoss, statement
from services.planning.domain.rounding import MONEY_PLACES, RATIO_PLACES, half_up
from services.planning.domain.target_coverage import TargetCoverage, named_contributions
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.plan_actuals import load_actual_months
from services.planning.queries.plan_facts import PlanBasis, load_plan_basis
from services.planning.queries.plan_lines import load_plan_lines
from services.planning.queries.plans import load_titles
from services.planning.queries.resources import get_resource
from services.planning.schemas.fields import ScopeBody
from services.planning.schemas.plan_statements import (
    BridgeStepRead,
    ContributionRead,
    HeadcountMonthRead,
    HeadcountRead,
    LineChangeRead,
    MarketShareRead,
    MarketSharesRead,
    PlanBridgeRead,
    PlanChangesRead,
    ProfitAndLossFigures,
    ProfitAndLossMonth,
    ProfitAndLossRead,
)
from services.planning.tables import PlanRow
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.exports import (
    OR_TABLE,
    OR_TABLE_OR_PICTURE,
    AcceptTable,
    AcceptTableOrPicture,
    export,
    json_answer,
    wants_table,
)
from shared.web.pictures import PICTURE, picture, wants_picture
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("plan-statements", "What a plan comes to: profit and loss, headcount, target, market share.")

_STATEMENT = (PlanMetric.NET_REVENUE, *COST_METRICS)
_MOVES = (PlanMetric.JOINS, PlanMetric.TRANSFERS_IN, PlanMetric.TRANSFERS_OUT, PlanMetric.LEAVES)


async def _basis(session: AsyncSession, tenant_id: UUID, plan_id: UUID) -> PlanBasis:
    return await load_plan_basis(session, tenant_id, await get_resource(session, PlanRow, tenant_id, plan_id))


async def _read_profit_and_loss(
    plan_id: UUID, session: SessionDep, caller: CallerDep, as_of: AsOf = None
) -> ProfitAndLossRead:
    now = utc_now()
    basis = await _basis(session, caller.tenant_id, plan_id)
    actual = await load_actual_months(
        session,
        caller.tenant_id,
        basis,
        [code.value for code in _STATEMENT],
        today=(as_of or now).date(),
        now=now,
        as_of=as_of,
    )
    planned = whole_by_metric(basis.lines, [code.value for code in _STATEMENT], basis.own, basis.ancestry)
    return _profit_and_loss(basis, planned, actual, as_of or now)


def _profit_and_loss(
    basis: PlanBasis, planned: Mapping[str, Months], actual: Mapping[str, Months], known_at: datetime
) -> ProfitAndLossRead:
    measured = [month for month in basis.months if any(month in each for each in actual.values())]
    plans, actuals = statement(planned, basis.months), statement(actual, measured)
    by_month = dict(zip(measured, actuals.by_month, strict=True))
    return ProfitAndLossRead(
        plan_id=basis.plan.id,
        title=basis.plan.title,
        currency=basis.plan.currency,
        known_at=known_at,
        months=[
            ProfitAndLossMonth(
                month=month,
                plan=_figures(plan),
                actual=_figures(by_month[month]) if month in by_month else None,
            )
            for month, plan in zip(basis.months, plans.by_month, strict=True)
        ],
        total=_figures(plans.total),
        measured_plan=_figures(statement(planned, measured).total) if measured else None,
        measured_actual=_figures(actuals.total) if measured else None,
    )


def _figures(one: ProfitAndLoss) -> ProfitAndLossFigures:
    return ProfitAndLossFigures(
        net_revenue=_money(one.net_revenue),
        cogs=_money(one.cogs),
        gross_profit=_money(one.gross_profit),
        ad_spend=_money(one.ad_spend),
        fulfilment_cost=_money(one.fulfilment_cost),
        selling_fees=_money(one.selling_fees),
        payroll=_money(one.payroll),
        other_cost=_money(one.other_cost),
        operating_profit=_money(one.operating_profit),
        gross_margin=_ratio(one.gross_margin),
        operating_margin=_ratio(one.operating_margin),
        missing=list(one.missing),
    )


async def _read_headcount(plan_id: UUID, session: SessionDep, caller: CallerDep, as_of: AsOf = None) -> HeadcountRead:
    now = utc_now()
    basis = await _basis(session, caller.tenant_id, plan_id)
    headcount = PlanMetric.HEADCOUNT.value
    measured = await load_actual_months(
        session, caller.tenant_id, basis, [headcount], today=(as_of or now).date(), now=now, as_of=as_of
    )
    return _headcount(basis, measured.get(headcount, {}), as_of or now)


def _headcount(basis: PlanBasis, actual: Months, known_at: datetime) -> HeadcountRead:
    moves = {code: basis.whole(code) for code in _MOVES}
    planned = basis.whole(PlanMetric.HEADCOUNT)
    nothing = Decimal(0)
    by_month = [HeadcountMoves(month, *(moves[code].get(month, nothing) for code in _MOVES)) for month in basis.months]
    opening = basis.plan.opening_headcount
    steps = headcount_bridge(opening or nothing, by_month)
    return HeadcountRead(
        plan_id=basis.plan.id,
        title=basis.plan.title,
        known_at=known_at,
        opening=opening,
        closing=steps[-1].closing if steps and opening is not None else None,
        months=[_headcount_month(step, opening is not None, planned, actual) for step in steps],
    )


def _headcount_month(step: HeadcountMonth, is_known: bool, planned: Months, actual: Months) -> HeadcountMonthRead:
    month = step.moves.month
    return HeadcountMonthRead(
        month=month,
        opening=step.opening if is_known else None,
        joins=step.moves.joins,
        transfers_in=step.moves.transfers_in,
        transfers_out=step.moves.transfers_out,
        leaves=step.moves.leaves,
        closing=step.closing if is_known else None,
        planned=planned.get(month),
        actual=actual.get(month),
    )


async def _read_bridge(plan_id: UUID, session: SessionDep, caller: CallerDep) -> PlanBridgeRead:
    basis = await _basis(session, caller.tenant_id, plan_id)
    months = basis.months[:MONTHS_OF_YEAR]
    named = named_contributions((line for line in basis.lines if line.month in months), PlanMetric.NET_REVENUE)
    titles = await load_titles(session, caller.tenant_id, [*named.launches, *named.campaigns])
    whole, coverage = basis.whole(PlanMetric.NET_REVENUE), basis.coverage
    return PlanBridgeRead(
        plan_id=plan_id,
        title=basis.plan.title,
        currency=basis.plan.currency,
        target=_money(total_of(whole, months)) if whole else None,
        base=_known_money(basis.plan.base_amount),
        organic_growth=_ratio(basis.plan.organic_growth),
        organic=None if coverage is None else _money(coverage.organic),
        launches=_contributions(named.launches, titles),
        campaigns=_contributions(named.campaigns, titles),
        unnamed=_money(named.unnamed),
        covered=None if coverage is None else _money(coverage.covered),
        uncovered=None if coverage is None else _money(coverage.uncovered),
        uncovered_share=None if coverage is None else _ratio(coverage.uncovered_share),
        steps=[] if coverage is None else _steps(coverage),
    )


def _contributions(amounts: Mapping[str, Decimal], titles: Mapping[str, str]) -> list[ContributionRead]:
    largest_first = sorted(amounts.items(), key=lambda each: (-each[1], each[0]))
    return [
        ContributionRead(initiative_id=UUID(key), title=titles.get(key), amount=_money(amount))
        for key, amount in largest_first
    ]


def _steps(coverage: TargetCoverage) -> list[BridgeStepRead]:
    steps, at = [], Decimal(0)
    for name, amount in coverage.bridge:
        end = at + amount
        steps.append(BridgeStepRead(name=name, start=_money(at), amount=_money(end) - _money(at), end=_money(end)))
        at = end
    return steps


@router.get(
    "/plans/{plan_id}/market-shares",
    response_model=MarketSharesRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(NotFound)},
)
async def get_plan_market_shares(
    plan_id: UUID, session: SessionDep, caller: CallerDep, accept: AcceptTable = None
) -> Response:
    """Read the share of its market that a plan implies, year by year."""
    basis = await _basis(session, caller.tenant_id, plan_id)
    shares = basis.shares
    rising = {after.year for _, after in rising_shares(shares)}
    found = MarketSharesRead(
        plan_id=plan_id, currency=basis.plan.currency, years=[_share(each, each.year in rising) for each in shares]
    )
    return await export(market_shares_table(found), accept) if wants_table(accept) else json_answer(found)


def _share(one: YearShare, is_rising: bool) -> MarketShareRead:
    return MarketShareRead(
        year=one.year,
        net_revenue=_money(one.revenue),
        market_size=_money(one.market_size),
        share=_ratio(one.share),
        is_rising=is_rising,
    )


@router.get(
    "/plans/{plan_id}/changes",
    response_model=PlanChangesRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE, **problem_responses(NotFound)},
)
async def get_plan_changes(
    plan_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    against: Annotated[
        UUID | None, Query(description="The plan to compare with; by default the version that this one was made from.")
    ] = None,
    accept: AcceptTable = None,
) -> Response:
    """Compare the lines of a plan with those of another version."""
    plan = await get_resource(session, PlanRow, caller.tenant_id, plan_id)
    other_id = against or plan.previous_plan_id
    if other_id is None:
        problem = FieldProblem("query:against", "missing", "This is a first version: name the plan to compare with.")
        raise Invalid("There is no version before this one.", errors=[problem])
    await get_resource(session, PlanRow, caller.tenant_id, other_id)
    before = await load_plan_lines(session, caller.tenant_id, other_id)
    changes = line_changes(before, await load_plan_lines(session, caller.tenant_id, plan_id))
    found = PlanChangesRead(plan_id=plan_id, against_plan_id=other_id, changes=_changes(changes))
    if wants_table(accept):
        catalogue = await load_catalogue(session, caller.tenant_id)
        return await export(changes_table(found, plan.currency, catalogue), accept)
    return json_answer(found)


def _changes(changes: Iterable[LineChange]) -> list[LineChangeRead]:
    return [
        LineChangeRead(
            metric_code=each.metric_code,
            scope=ScopeBody.of(each.scope),
            month=each.month,
            old=each.old,
            old_origin=each.old_origin,
            new=each.new,
            new_origin=each.new_origin,
        )
        for each in changes
    ]


def _money(value: Decimal) -> Decimal:
    return half_up(value, MONEY_PLACES)


def _known_money(value: Decimal | None) -> Decimal | None:
    return None if value is None else _money(value)


def _ratio(value: Decimal | None) -> float | None:
    return None if value is None else float(half_up(value, RATIO_PLACES))


ProfitAndLossDep = Annotated[ProfitAndLossRead, Depends(_read_profit_and_loss, scope="function")]
HeadcountDep = Annotated[HeadcountRead, Depends(_read_headcount, scope="function")]
BridgeDep = Annotated[PlanBridgeRead, Depends(_read_bridge, scope="function")]


@router.get(
    "/plans/{plan_id}/profit-and-loss",
    response_model=ProfitAndLossRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE_OR_PICTURE, **problem_responses(NotFound)},
)
async def get_plan_profit_and_loss(found: ProfitAndLossDep, accept: AcceptTableOrPicture = None) -> Response:
    """Read the profit and loss of a plan by month, with what was measured at the plan's rates."""
    if wants_table(accept):
        return await export(profit_and_loss_table(found), accept)
    return picture(await draw(profit_and_loss_picture(found))) if wants_picture(accept) else json_answer(found)


@router.get(
    "/plans/{plan_id}/profit-and-loss.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound)},
)
async def draw_plan_profit_and_loss(found: ProfitAndLossDep) -> Response:
    """Draw the profit and loss of a plan by month, and what was measured, as SVG."""
    return picture(await draw(profit_and_loss_picture(found)))


@router.get(
    "/plans/{plan_id}/headcount",
    response_model=HeadcountRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE_OR_PICTURE, **problem_responses(NotFound)},
)
async def get_plan_headcount(found: HeadcountDep, accept: AcceptTableOrPicture = None) -> Response:
    """Read how many people a plan has after joins, transfers and leaves, month by month, with what was read."""
    if wants_table(accept):
        return await export(headcount_table(found), accept)
    return picture(await draw(headcount_picture(found))) if wants_picture(accept) else json_answer(found)


@router.get(
    "/plans/{plan_id}/headcount.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound)},
)
async def draw_plan_headcount(found: HeadcountDep) -> Response:
    """Draw who comes and goes and how many people there are by month, as SVG."""
    return picture(await draw(headcount_picture(found)))


@router.get(
    "/plans/{plan_id}/bridge",
    response_model=PlanBridgeRead,
    dependencies=[requires("planning.read")],
    responses={**OR_TABLE_OR_PICTURE, **problem_responses(NotFound)},
)
async def get_plan_bridge(found: BridgeDep, accept: AcceptTableOrPicture = None) -> Response:
    """Read what stands behind a plan's net revenue (last year, growth, launches, campaigns) and what is uncovered."""
    if wants_table(accept):
        return await export(coverage_table(found), accept)
    return picture(await draw(bridge_picture(found))) if wants_picture(accept) else json_answer(found)


@router.get(
    "/plans/{plan_id}/bridge.svg",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound)},
)
async def draw_plan_bridge(found: BridgeDep) -> Response:
    """Draw the way from last year's net revenue to the target, as SVG."""
    return picture(await draw(bridge_picture(found)))
