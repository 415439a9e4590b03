"""HTTP bodies of a listing's stock projection and demand forecast."""

from pydantic import Field

from services.inventory.domain.demand import DemandClass
from services.inventory.domain.lead_time import Mode
from services.inventory.schemas.coded import AssumptionRead, Double
from services.inventory.schemas.fields import AmazonMarketplace, Identifier
from shared.web.schemas import Count, Day, Id, Ratio, Schema


class QuantilesRead(Schema):
    """Packs that are not exceeded with 10, 50 and 90 % chance."""

    p10: Double
    p50: Double
    p90: Double


class PastDayRead(Schema):
    """What is known of a day that has passed."""

    date: Day
    stock_units: Count | None = Field(description="Packs left at its end; null where nobody knows.")
    in_stock: bool | None = Field(description="Whether any were left; null where nobody knows.")
    sold_units: Count | None = Field(description="Packs sold; null where nobody knows, which is not zero.")


class ForecastDayRead(Schema):
    """What is expected of a day to come, if nothing more is sent."""

    date: Day
    stock: QuantilesRead = Field(description="Packs left at its end.")
    stock_with_proposals_p50: Double = Field(description="The same in the middle case, with all that is proposed.")


class ArrivalRead(Schema):
    """Packs that will be sellable from a day on."""

    date: Day
    units: Count
    mode: Mode
    proposal_id: Id | None = Field(description="The proposal that they are of; null for what is sent or planned.")


class StockOutRead(Schema):
    """When the listing runs out if nothing more is sent; null of a day: not within the horizon."""

    probability: Ratio = Field(description="Chance of running out within the horizon.")
    p10_date: Day | None = Field(description="Day by which it has run out with 10 % chance.")
    p50_date: Day | None
    p90_date: Day | None


class StockProjectionRead(Schema):
    """A listing's stock: what it was, what it will probably be, what comes, when it runs out. Units are packs."""

    listing_id: Id
    seller_sku: Identifier
    marketplace: AmazonMarketplace
    as_of_date: Day = Field(description="The day it is seen from: the forecast begins there.")
    run_id: Id | None = Field(description="The run whose input it shows; null where it was computed for this request.")
    past: list[PastDayRead] = Field(max_length=400)
    forecast: list[ForecastDayRead] = Field(max_length=400)
    arrivals: list[ArrivalRead] = Field(max_length=1_000)
    stock_out: StockOutRead
    daily_demand: Double = Field(description="Packs expected to be asked for a day, over the horizon.")
    assumptions: list[AssumptionRead] = Field(max_length=50)


class DemandDayRead(Schema):
    """Demand from the first day of the forecast to the end of this one."""

    date: Day
    cumulated: QuantilesRead


class DemandForecastRead(Schema):
    """What a listing will be asked for, corrected for the days on which it was sold out. Units are packs."""

    listing_id: Id
    seller_sku: Identifier
    marketplace: AmazonMarketplace
    as_of_date: Day
    run_id: Id | None = Field(description="The run whose input it shows; null where it was computed for this request.")
    daily_demand: Double = Field(description="Packs expected to be asked for a day, over the horizon.")
    pattern: DemandClass = Field(description="How it sells (Syntetos, Boylan & Croston 2005).")
    known_days: Count = Field(description="Days of history whose sales are known.")
    sold_out_days: Count = Field(description="Days of history that ended without stock.")
    days: list[DemandDayRead] = Field(max_length=400)
    assumptions: list[AssumptionRead] = Field(max_length=50)
