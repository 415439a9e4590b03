"""Pictures of advertising over HTTP, each also as the numbers that it shows."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import AfterValidator

from services.ads.actions.children import Children
from services.ads.actions.draw_advertising import draw
from services.ads.actions.start_scoring_run import EARLIEST_DATE
from services.ads.domain.performance_trend import TRAILING_DAYS, TrendPeriod, trend
from services.ads.domain.score import PARTS
from services.ads.domain.term_actions import Action
from services.ads.pictures.performance_picture import AppliedChange, PerformancePicture
from services.ads.pictures.score_picture import ScoredRun, ScorePicture
from services.ads.pictures.waste_picture import SEARCH_TERMS, TARGETS, WastePicture, WastePoint
from services.ads.queries.campaign_charts import (
    CampaignChange,
    CampaignDays,
    CampaignLimits,
    CampaignName,
    find_limits,
    get_campaign_name,
    list_changes,
    list_days,
    list_scores,
)
from services.ads.queries.waste_map import Waste, read_waste
from services.ads.schemas.charts import (
    AppliedChangeRead,
    PerformanceChartRead,
    PerformancePeriodRead,
    ScoredRunRead,
    ScoreHistoryRead,
    WasteMapRead,
    WastePointRead,
)
from services.ads.schemas.fields import AmazonMarketplace
from shared.core.clock import utc_now
from shared.core.errors import NotFound, Unavailable
from shared.core.marketplaces import get_marketplace
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep
from shared.web.pictures import OR_PICTURE, PICTURE, AcceptHeader, picture, wants_picture
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter
from shared.web.schemas import Day, MoneyBody

MOST_CHANGES = 1_000
LATEST_DATE = date(2099, 12, 31)
FAILURES = problem_responses(NotFound, Unavailable)


class By(StrEnum):
    """How long each period is."""

    DAY = "day"
    WEEK = "week"


class WasteLevel(StrEnum):
    """What the points of a map are."""

    SEARCH_TERM = "search_term"
    TARGET = "target"


_SUBJECTS = {WasteLevel.SEARCH_TERM: SEARCH_TERMS, WasteLevel.TARGET: TARGETS}


def _within_reach(day: date | None) -> date | None:
    if day is not None and not EARLIEST_DATE <= day <= LATEST_DATE:
        raise ValueError(f"must be a day from {EARLIEST_DATE} to {LATEST_DATE}")
    return day


# A year before it is read: none of its days may lie outside the calendar.
AsOf = Annotated[
    Day | None,
    AfterValidator(_within_reach),
    Query(description="The day after the last one to show, 2000 to 2099; today (UTC) where absent."),
]
PastDays = Annotated[
    int,
    Query(
        ge=1,
        le=365,
        description="Days to show; of weeks as many as hold them.",
        json_schema_extra={"format": "int32"},
    ),
]
ByPeriod = Annotated[By, Query(description="Whether to show days or weeks, which end the day before `as_of_date`.")]
Runs = Annotated[
    int, Query(ge=1, le=400, description="How many of the newest runs.", json_schema_extra={"format": "int32"})
]
MapLevel = Annotated[WasteLevel, Query(description="What the points are.")]
MapAccount = Annotated[UUID | None, Query(description="Of this account; of the one with most clicks where absent.")]
MapMarketplace = Annotated[
    AmazonMarketplace | None, Query(description="In this marketplace; in the one with most clicks where absent.")
]
MapPoints = Annotated[
    int, Query(ge=1, le=5_000, description="How many of the dearest.", json_schema_extra={"format": "int32"})
]

router = ServiceRouter("charts", "Pictures of campaigns and of waste, as numbers and as SVG.")
children = Children()


class _Performance:
    """What was read for a campaign's chart, with its periods."""

    def __init__(
        self,
        campaign: CampaignName,
        as_of_date: date,
        by: By,
        limits: CampaignLimits,
        days: CampaignDays,
        periods: list[TrendPeriod],
        changes: list[CampaignChange],
    ) -> None:
        self.campaign, self.as_of_date, self.by, self.limits = campaign, as_of_date, by, limits
        self.days, self.periods, self.changes = days, periods, changes


async def _performance(
    database: DatabaseDep, tenant_id: UUID, campaign_id: UUID, as_of_date: date | None, past_days: int, by: By
) -> _Performance:
    day = as_of_date or utc_now().date()
    length = 7 if by is By.WEEK else 1
    count = -(-past_days // length)
    first, last = day - timedelta(days=count * length), day - timedelta(days=1)
    async with database.session(tenant_id) as session:
        campaign = await get_campaign_name(session, tenant_id, campaign_id)
        limits = await find_limits(session, tenant_id, campaign_id, day)
        since = first - timedelta(days=TRAILING_DAYS - 1)
        days = await list_days(session, tenant_id, campaign_id, since, last)
        changes = await list_changes(session, tenant_id, campaign_id, first, last, MOST_CHANGES)
    periods = trend(days.days, days.covered, first, count, length, limits.completeness)
    return _Performance(campaign, day, by, limits, days, periods, changes)


@router.get(
    "/campaigns/{campaign_id}/performance-chart",
    response_model=PerformanceChartRead,
    dependencies=[requires("ads.read")],
    responses={**OR_PICTURE, **FAILURES},
)
async def get_performance_chart(
    campaign_id: UUID,
    database: DatabaseDep,
    caller: CallerDep,
    as_of_date: AsOf = None,
    past_days: PastDays = 60,
    by: ByPeriod = By.DAY,
    accept: AcceptHeader = None,
) -> Response:
    """Read a campaign's spend, ACoS and lag-corrected conversion by day or week, with its limits and changes."""
    found = await _performance(database, caller.tenant_id, campaign_id, as_of_date, past_days, by)
    if wants_picture(accept):
        return picture(await draw(children, performance_picture(found)))
    return _json(_performance_body(found))


@router.get(
    "/campaigns/{campaign_id}/performance-chart.svg",
    dependencies=[requires("ads.read")],
    response_class=Response,
    responses={**PICTURE, **FAILURES},
)
async def draw_performance_chart(
    campaign_id: UUID,
    database: DatabaseDep,
    caller: CallerDep,
    as_of_date: AsOf = None,
    past_days: PastDays = 60,
    by: ByPeriod = By.DAY,
) -> Response:
    """Draw a campaign's spend, ACoS and conversion as SVG, for pages, mails and print."""
    found = await _performance(database, caller.tenant_id, campaign_id, as_of_date, past_days, by)
    return picture(await draw(children, performance_picture(found)))


@router.get(
    "/campaigns/{campaign_id}/score-history",
    response_model=ScoreHistoryRead,
    dependencies=[requires("ads.read")],
    responses={**OR_PICTURE, **FAILURES},
)
async def get_score_history(
    campaign_id: UUID, database: DatabaseDep, caller: CallerDep, runs: Runs = 60, accept: AcceptHeader = None
) -> Response:
    """Read a campaign's score by run with its five parts and the cap of its stock."""
    body = await _score_history(database, caller.tenant_id, campaign_id, runs)
    if wants_picture(accept):
        return picture(await draw(children, score_picture(body)))
    return _json(body)


@router.get(
    "/campaigns/{campaign_id}/score-history.svg",
    dependencies=[requires("ads.read")],
    response_class=Response,
    responses={**PICTURE, **FAILURES},
)
async def draw_score_history(campaign_id: UUID, database: DatabaseDep, caller: CallerDep, runs: Runs = 60) -> Response:
    """Draw a campaign's score by run as SVG."""
    return picture(
        await draw(children, score_picture(await _score_history(database, caller.tenant_id, campaign_id, runs)))
    )


@router.get(
    "/scoring-runs/{run_id}/waste-map",
    response_model=WasteMapRead,
    dependencies=[requires("ads.read")],
    responses={**OR_PICTURE, **FAILURES},
)
async def get_waste_map(
    run_id: UUID,
    database: DatabaseDep,
    caller: CallerDep,
    level: MapLevel = WasteLevel.SEARCH_TERM,
    ad_account_id: MapAccount = None,
    marketplace: MapMarketplace = None,
    points: MapPoints = 1_000,
    accept: AcceptHeader = None,
) -> Response:
    """Read what was spent on search terms or targets beside the probability that each loses money."""
    async with database.session(caller.tenant_id) as session:
        found = await read_waste(session, caller.tenant_id, run_id, level.value, ad_account_id, marketplace, points)
    if wants_picture(accept):
        return picture(await draw(children, waste_picture(found, level)))
    return _json(_waste_body(found, level))


@router.get(
    "/scoring-runs/{run_id}/waste-map.svg",
    dependencies=[requires("ads.read")],
    response_class=Response,
    responses={**PICTURE, **FAILURES},
)
async def draw_waste_map(
    run_id: UUID,
    database: DatabaseDep,
    caller: CallerDep,
    level: MapLevel = WasteLevel.SEARCH_TERM,
    ad_account_id: MapAccount = None,
    marketplace: MapMarketplace = None,
    points: MapPoints = 1_000,
) -> Response:
    """Draw what was spent on search terms or targets against the probability that each loses money, as SVG."""
    async with database.session(caller.tenant_id) as session:
        found = await read_waste(session, caller.tenant_id, run_id, level.value, ad_account_id, marketplace, points)
    return picture(await draw(children, waste_picture(found, level)))


def _json(body: PerformanceChartRead | ScoreHistoryRead | WasteMapRead) -> Response:
    return Response(body.model_dump_json(), media_type="application/json", headers={"Vary": "Accept"})


def performance_picture(found: _Performance) -> PerformancePicture:
    """What the chart of a campaign shows."""
    return PerformancePicture(
        name=f"{found.campaign.name} · {get_marketplace(found.campaign.marketplace).name}",
        currency=found.campaign.currency,
        by=found.by.value,
        periods=found.periods,
        break_even_acos=found.limits.break_even_acos,
        target_acos=found.limits.target_acos,
        needed_cvr=found.limits.needed_cvr,
        daily_budget=found.campaign.daily_budget,
        changes=[AppliedChange(each.day, _change_words(each)) for each in found.changes],
    )


def _change_words(change: CampaignChange) -> str:
    words = change.kind.replace("_", " ")
    if change.subject:
        words += f" “{change.subject}”"
    if change.new_value is not None:
        before = "" if change.old_value is None else f" from {change.old_value:g}"
        words += f"{before} to {change.new_value:g}"
    return words


def _performance_body(found: _Performance) -> PerformanceChartRead:
    currency = found.campaign.currency
    return PerformanceChartRead(
        campaign_id=found.campaign.id,
        campaign=found.campaign.name,
        marketplace=found.campaign.marketplace,
        as_of_date=found.as_of_date,
        report=found.days.report,
        run_id=found.limits.run_id,
        daily_budget=None if found.campaign.daily_budget is None else _money(found.campaign.daily_budget, currency),
        break_even_acos=found.limits.break_even_acos,
        target_acos=found.limits.target_acos,
        needed_cvr=found.limits.needed_cvr,
        periods=[
            PerformancePeriodRead(
                date_from=each.date_from,
                date_to=each.date_to,
                reported=each.reported,
                impressions=_count(each.impressions),
                clicks=_count(each.clicks) or 0,
                effective_clicks=max(each.effective_clicks, 0.0),
                cost=_money(each.cost, currency),
                orders=_count(each.orders) or 0,
                sales=_money(each.sales, currency),
                acos=None if each.acos is None else max(each.acos, 0.0),
                cvr=each.cvr,
                cvr_low=each.cvr_low,
                cvr_high=each.cvr_high,
            )
            for each in found.periods
        ],
        changes=[
            AppliedChangeRead.model_validate(
                {
                    "change_id": each.id,
                    "date": each.day,
                    "kind": each.kind,
                    "level": each.level,
                    "words": each.subject,
                    "old_value": None if each.old_value is None else Decimal(str(each.old_value)),
                    "new_value": None if each.new_value is None else Decimal(str(each.new_value)),
                }
            )
            for each in found.changes
        ],
    )


async def _score_history(database: DatabaseDep, tenant_id: UUID, campaign_id: UUID, most: int) -> ScoreHistoryRead:
    async with database.session(tenant_id) as session:
        campaign = await get_campaign_name(session, tenant_id, campaign_id)
        rows = await list_scores(session, tenant_id, campaign_id, most)
    names = tuple(ScoredRunRead.model_fields)
    return ScoreHistoryRead(
        campaign_id=campaign.id,
        campaign=campaign.name,
        marketplace=campaign.marketplace,
        runs=[ScoredRunRead.model_validate({name: getattr(row, name) for name in names}) for row in rows],
    )


def score_picture(history: ScoreHistoryRead) -> ScorePicture:
    """What the picture of a campaign's scores shows."""
    runs = []
    for run in history.runs:
        given = {
            part.part: None if part.value is None or part.points is None else part.value * part.points
            for part in run.parts
        }
        runs.append(
            ScoredRun(
                day=run.as_of_date,
                score=run.score,
                cap=run.cap,
                given=[given.get(part) for part in PARTS],
                diagnosis=run.sentence,
            )
        )
    return ScorePicture(f"{history.campaign} · {get_marketplace(history.marketplace).name}", runs)


def waste_picture(found: Waste, level: WasteLevel) -> WastePicture:
    """What the map of a run's waste shows."""
    sums = found.sums
    last = found.as_of_date - timedelta(days=1)
    return WastePicture(
        name=f"{sums.account} {sums.marketplace}" if sums is not None else "nothing scored",
        subjects=_SUBJECTS[level],
        currency=sums.currency if sums is not None else "",
        window=f"{found.window_days} days up to {last}",
        threshold=found.tau,
        cost=sums.cost if sums is not None else 0.0,
        wasted_spend=sums.wasted_spend if sums is not None else 0.0,
        count=sums.count if sums is not None else 0,
        unjudged=sums.unjudged if sums is not None else 0,
        points=[
            WastePoint(
                name=each.name,
                cost=float(each.cost),
                clicks=each.clicks,
                p_unprofitable=each.p_unprofitable,
                wasted_spend=float(each.wasted_spend),
                action=Action(each.action or Action.KEEP),
            )
            for each in found.points
        ],
    )


def _waste_body(found: Waste, level: WasteLevel) -> WasteMapRead:
    sums = found.sums
    currency = "" if sums is None else sums.currency
    return WasteMapRead.model_validate(
        {
            "run_id": found.run_id,
            "as_of_date": found.as_of_date,
            "window_days": found.window_days,
            "tau": found.tau,
            "level": level.value,
            "ad_account_id": None if sums is None else sums.ad_account_id,
            "marketplace": None if sums is None else sums.marketplace,
            "count": 0 if sums is None else sums.count,
            "unjudged": 0 if sums is None else sums.unjudged,
            "cost": None if sums is None else _money(sums.cost, currency),
            "wasted_spend": None if sums is None else _money(sums.wasted_spend, currency),
            "points": [
                WastePointRead.model_validate(
                    {
                        "subject_id": each.subject_id,
                        "name": each.name,
                        "campaign_id": each.campaign_id,
                        "campaign": each.campaign,
                        "clicks": each.clicks,
                        "orders": each.orders,
                        "cost": _money(float(each.cost), currency),
                        "wasted_spend": _money(float(each.wasted_spend), currency),
                        "p_unprofitable": each.p_unprofitable,
                        "action": each.action,
                    }
                )
                for each in found.points
            ],
        }
    )


def _money(value: float, currency: str) -> MoneyBody:
    return MoneyBody(amount=Decimal(f"{value:.4f}").normalize(), currency=currency)


def _count(value: float | None) -> int | None:
    return None if value is None else max(round(value), 0)
