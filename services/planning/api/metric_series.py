"""Series of metrics over HTTP."""

from datetime import timedelta
from decimal import Decimal
from typing import Annotated

from fastapi import Query

from services.planning.domain.currency import PlanRates
from services.planning.domain.period import Period
from services.planning.queries.metric_over_time import measure_over_time
from services.planning.queries.resources import get_resource
from services.planning.schemas.fields import MetricCode
from services.planning.schemas.metric_series import MetricSeriesRead, SeriesQuery
from services.planning.tables import PlanRow
from shared.core.clock import utc_now
from shared.core.errors import FieldProblem, Invalid, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("metric-series", "What metrics come to from day to day, week to week, month to month.")

_YEAR = timedelta(days=365)


@router.get(
    "/metrics/{metric_code}/series",
    dependencies=[requires("planning.read")],
    responses=problem_responses(NotFound),
)
async def get_metric_series(
    metric_code: MetricCode, asked: Annotated[SeriesQuery, Query()], session: SessionDep, caller: CallerDep
) -> MetricSeriesRead:
    """A metric in a scope over time: each figure counted once, whether it was read of the whole or of its parts.

    At a plan's rates, performance and the effect of actual exchange rates are told apart.
    """
    now = asked.as_of or utc_now()
    to_date = asked.to_date or now.date()
    from_date = asked.from_date or max(to_date, to_date.min + _YEAR) - _YEAR
    if to_date < from_date:
        problem = FieldProblem("query:to_date", "too_early", "The last day lies before the first.")
        raise Invalid("The days are in the wrong order.", errors=[problem])
    plan = None
    if asked.plan_id is not None:
        row = await get_resource(session, PlanRow, caller.tenant_id, asked.plan_id)
        plan = PlanRates(row.currency, {currency: Decimal(rate) for currency, rate in row.fx.items()})
    return await measure_over_time(
        session,
        caller.tenant_id,
        metric_code,
        asked.to_scope(),
        Period(from_date, to_date),
        asked.grain,
        now=now,
        as_of=asked.as_of,
        plan=plan,
    )
