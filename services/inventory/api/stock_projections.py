"""A listing's stock projection as JSON and as a picture, and its demand forecast, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import AfterValidator

from services.inventory.actions.children import Children
from services.inventory.actions.draw_stock import draw_stock
from services.inventory.actions.project_stock import StockProjection, project_stock
from services.inventory.actions.start_replenishment_run import EARLIEST_DATE
from services.inventory.domain.demand import DemandClass
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.wording import assumption_sentence
from services.inventory.pictures.stock_picture import Arrival, BandDay, DayUnits, StockOut, StockPicture
from services.inventory.schemas.coded import AssumptionRead
from services.inventory.schemas.stock_projections import (
    ArrivalRead,
    DemandDayRead,
    DemandForecastRead,
    ForecastDayRead,
    PastDayRead,
    QuantilesRead,
    StockOutRead,
    StockProjectionRead,
)
from shared.core.clock import utc_now
from shared.core.errors import NotFound, Unavailable
from shared.core.marketplaces import get_marketplace
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import DatabaseDep
from shared.web.pictures import OR_PICTURE, PICTURE, AcceptHeader, picture, wants_picture
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter
from shared.web.schemas import Day

router = ServiceRouter("stock-projections", "The past and the prospects of a listing, as numbers and as a picture.")
children = Children()

LATEST_DATE = date(2099, 12, 31)


def _within_reach(day: date | None) -> date | None:
    if day is not None and not EARLIEST_DATE <= day <= LATEST_DATE:
        raise ValueError(f"must be a day from {EARLIEST_DATE} to {LATEST_DATE}")
    return day


# Years back and forth are read and projected: none of their days may lie outside the calendar.
AsOf = Annotated[
    Day | None,
    AfterValidator(_within_reach),
    Query(
        description="The day to look from, 2000 to 2099; absent for the newest run that looked at the listing, "
        "else today."
    ),
]
PastDays = Annotated[
    int, Query(ge=7, le=365, description="Days of the past to show.", json_schema_extra={"format": "int32"})
]


@router.get(
    "/listings/{listing_id}/stock-projection",
    response_model=StockProjectionRead,
    dependencies=[requires("inventory.read")],
    responses={**OR_PICTURE, **problem_responses(NotFound, Unavailable)},
)
async def get_stock_projection(
    listing_id: UUID,
    database: DatabaseDep,
    caller: CallerDep,
    as_of_date: AsOf = None,
    past_days: PastDays = 90,
    accept: AcceptHeader = None,
) -> Response:
    """Read a listing's stock: past stock and sales, the forecast and its band, what is coming, when it runs out."""
    projection = await project_stock(database, children, caller.tenant_id, listing_id, as_of_date, past_days, utc_now())
    if wants_picture(accept):
        return await _picture(projection)
    return Response(_body(projection).model_dump_json(), media_type="application/json", headers={"Vary": "Accept"})


@router.get(
    "/listings/{listing_id}/stock-projection.svg",
    dependencies=[requires("inventory.read")],
    response_class=Response,
    responses={**PICTURE, **problem_responses(NotFound, Unavailable)},
)
async def draw_stock_projection(
    listing_id: UUID, database: DatabaseDep, caller: CallerDep, as_of_date: AsOf = None, past_days: PastDays = 90
) -> Response:
    """Draw a listing's stock projection as SVG, for pages, mails and print."""
    projection = await project_stock(database, children, caller.tenant_id, listing_id, as_of_date, past_days, utc_now())
    return await _picture(projection)


@router.get(
    "/listings/{listing_id}/demand-forecast",
    dependencies=[requires("inventory.read")],
    responses=problem_responses(NotFound, Unavailable),
)
async def get_demand_forecast(
    listing_id: UUID, database: DatabaseDep, caller: CallerDep, as_of_date: AsOf = None
) -> DemandForecastRead:
    """Read what a listing will be asked for, as a distribution by day."""
    found = await project_stock(database, children, caller.tenant_id, listing_id, as_of_date, 7, utc_now())
    forecast = found.forecast
    return DemandForecastRead(
        listing_id=found.listing.id,
        seller_sku=found.listing.seller_sku,
        marketplace=found.listing.marketplace,
        as_of_date=found.as_of_date,
        run_id=found.run_id,
        daily_demand=forecast.daily_demand,
        pattern=DemandClass(forecast.pattern),
        known_days=forecast.known_days,
        sold_out_days=forecast.sold_out_days,
        days=[DemandDayRead(date=each.day, cumulated=_quantiles(each.demand)) for each in forecast.days],
        assumptions=_assumptions(forecast.assumed),
    )


def _body(found: StockProjection) -> StockProjectionRead:
    forecast = found.forecast
    low, middle, high = forecast.stock_out_dates
    coming = [
        ArrivalRead(date=each.day, units=each.units, mode=each.mode, proposal_id=None) for each in forecast.arrivals
    ]
    coming += [
        ArrivalRead(date=each.arrival_date, units=each.units, mode=Mode(each.mode), proposal_id=each.proposal_id)
        for each in found.proposed
    ]
    return StockProjectionRead(
        listing_id=found.listing.id,
        seller_sku=found.listing.seller_sku,
        marketplace=found.listing.marketplace,
        as_of_date=found.as_of_date,
        run_id=found.run_id,
        past=[
            PastDayRead(date=each.day, stock_units=each.stock_units, in_stock=each.in_stock, sold_units=each.sold_units)
            for each in found.past
        ],
        forecast=[
            ForecastDayRead(
                date=each.day,
                stock=_quantiles(each.stock),
                stock_with_proposals_p50=each.stock_with_proposals,
            )
            for each in forecast.days
        ],
        arrivals=coming,
        stock_out=StockOutRead(
            probability=forecast.stock_out_probability, p10_date=low, p50_date=middle, p90_date=high
        ),
        daily_demand=forecast.daily_demand,
        assumptions=_assumptions(forecast.assumed),
    )


async def _picture(found: StockProjection) -> Response:
    return picture(await draw_stock(children, picture_of(found)))


def picture_of(found: StockProjection) -> StockPicture:
    """What the picture shows of a projection."""
    forecast = found.forecast
    marketplace = get_marketplace(found.listing.marketplace)
    arrivals = [Arrival(each.day, each.units, each.mode.value) for each in forecast.arrivals]
    arrivals += [Arrival(each.arrival_date, each.units, each.mode, proposed=True) for each in found.proposed]
    return StockPicture(
        name=f"{found.listing.seller_sku} · {marketplace.name}",
        today=found.as_of_date,
        stock=[DayUnits(each.day, each.stock_units) for each in found.past],
        sales=[DayUnits(each.day, each.sold_units) for each in found.past],
        band=[BandDay(each.day, *each.stock) for each in forecast.days],
        arrivals=sorted(arrivals, key=lambda each: (each.day, each.mode, each.units, each.proposed)),
        stock_out=StockOut(forecast.stock_out_probability, *forecast.stock_out_dates),
        with_proposals=(
            [DayUnits(each.day, each.stock_with_proposals) for each in forecast.days] if found.proposed else ()
        ),
    )


def _quantiles(bounds: tuple[float, float, float]) -> QuantilesRead:
    low, middle, high = bounds
    return QuantilesRead(p10=low, p50=middle, p90=high)


def _assumptions(codes: tuple[str, ...]) -> list[AssumptionRead]:
    return [AssumptionRead(code=code, text=assumption_sentence(code)) for code in codes]
