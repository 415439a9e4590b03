"""Measures a metric in a scope from period to period, and tells how up to date that is."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.metric import Catalogue, Metric, Unit, read_metrics
from services.planning.domain.months import last_day
from services.planning.domain.period import Period
from services.planning.domain.rounding import MONEY_PLACES, half_up
from services.planning.domain.scope import Scope
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.counted_readings import Readings
from services.planning.queries.currency_effects import currency_effects
from services.planning.queries.measuring import Ask, measure_all
from services.planning.queries.reading_totals import EARLIEST, Stretch
from services.planning.schemas.fields import ScopeBody
from services.planning.schemas.metric_series import MOST_POINTS, Grain, MetricSeriesRead, SeriesPoint
from services.planning.schemas.readings import ReadingPeriod
from shared.core.errors import FieldProblem, Invalid, NotFound

_VALUE_PLACES = 6


async def measure_over_time(
    session: AsyncSession,
    tenant_id: UUID,
    code: str,
    scope: Scope,
    days: Period,
    grain: Grain,
    *,
    now: datetime,
    as_of: datetime | None = None,
    plan: PlanRates | None = None,
) -> MetricSeriesRead:
    """NotFound for an unknown metric, Invalid for more periods than are told at once.

    The first and the last period are cut to the days asked for. A period tells what was read of it: what was read
    before does not answer for it.
    """
    catalogue = await load_catalogue(session, tenant_id)
    metric = catalogue.get(code)
    if metric is None:
        raise NotFound
    periods = list(islice(_periods(days, grain), MOST_POINTS + 1))
    if len(periods) > MOST_POINTS:
        raise Invalid(
            f"A series has at most {MOST_POINTS} periods.",
            errors=[FieldProblem("query:from_date", "too_many", "Ask for fewer days, or for longer periods.")],
        )
    ancestry = await load_ancestry(session, tenant_id)
    asks = [Ask(str(place), code, scope, period, carried=False) for place, period in enumerate(periods)]
    whole = Ask("whole", code, scope, days)
    measured = await measure_all(
        session,
        tenant_id,
        [*asks, whole],
        catalogue=catalogue,
        ancestry=ancestry,
        now=now,
        as_of=as_of,
        plan=plan,
    )
    effects: dict[str, Decimal | None] = {}
    if plan is not None:
        effects = await currency_effects(
            session, tenant_id, asks, plan=plan, catalogue=catalogue, ancestry=ancestry, as_of=as_of
        )
    readings = await Readings.of(
        session,
        tenant_id,
        [(each, scope) for each in read_metrics(code, catalogue)],
        catalogue=catalogue,
        ancestry=ancestry,
        as_of=as_of,
    )
    own_currency = None if plan is not None else await _currency(readings, metric, scope, days, catalogue)
    return MetricSeriesRead(
        metric_code=code,
        scope=ScopeBody.of(scope),
        grain=grain,
        currency=plan.currency if plan is not None and metric.unit is Unit.MONEY else own_currency,
        observed_at=measured["whole"].observed_at,
        read_until_date=measured["whole"].read_until_date,
        stale_codes=list(measured["whole"].stale_codes),
        points=[
            SeriesPoint(
                period=ReadingPeriod(start_date=ask.period.start_date, end_date=ask.period.end_date),
                value=_rounded(measured[ask.key].value, metric),
                currency_effect=_rounded(effects.get(ask.key) if measured[ask.key].value is not None else None, metric),
                fault=measured[ask.key].fault,
            )
            for ask in asks
        ],
    )


def _periods(days: Period, grain: Grain) -> Iterator[Period]:
    at = days.start_date
    while at <= days.end_date:
        last = min(_end_of(at, grain), days.end_date)
        yield Period(at, last)
        if last == date.max:
            return
        at = last + timedelta(days=1)


def _end_of(day: date, grain: Grain) -> date:
    match grain:
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return day + timedelta(days=min(6 - day.weekday(), (date.max - day).days))
        case Grain.MONTH:
            return last_day(day)


def _rounded(value: Decimal | None, metric: Metric) -> Decimal | None:
    return None if value is None else half_up(value, MONEY_PLACES if metric.unit is Unit.MONEY else _VALUE_PLACES)


async def _currency(readings: Readings, metric: Metric, scope: Scope, days: Period, catalogue: Catalogue) -> str | None:
    """The one currency that the newest readings of all parts are in; None where there are several, or no money."""
    if metric.unit is not Unit.MONEY:
        return None
    series = [
        each.id
        for code in read_metrics(metric.code, catalogue)
        if catalogue[code].unit is Unit.MONEY
        for each in (*readings.making_up(code, scope).widest, *readings.making_up(code, scope).mixed)
    ]
    newest = await readings.newest([Stretch(each, EARLIEST, days.end_date) for each in series])
    found = {each.currency for each in newest if each is not None}
    return found.pop() if len(found) == 1 else None
