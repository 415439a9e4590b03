"""HTTP bodies of replenishment runs and their outcomes."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.inventory.domain.lead_time import Mode
from services.inventory.schemas.coded import AssumptionRead, CountedAssumptionRead, Double, ReasonRead
from services.inventory.schemas.fields import AmazonMarketplace, Identifier, Title
from shared.web.schemas import Body, Count, CurrencyCode, Day, Id, Instant, MoneyBody, Ratio, Schema, Slug

ReviewDays = Annotated[
    int,
    Field(ge=1, le=90, description="Days until the next run is expected.", json_schema_extra={"format": "int32"}),
]
HistoryDays = Annotated[
    int,
    Field(ge=28, le=1_095, description="Days of sales that are looked at.", json_schema_extra={"format": "int32"}),
]
Goodwill = Annotated[
    float,
    Field(
        ge=0,
        le=10,
        description="What a lost sale costs beyond its margin, in margins: rank and customers that stay away.",
        json_schema_extra={"format": "double"},
    ),
]
CapitalRate = Annotated[
    float,
    Field(ge=0, le=2, description="Cost of capital a year, as a ratio.", json_schema_extra={"format": "double"}),
]
Units = Annotated[int, Field(ge=0, le=10**15, json_schema_extra={"format": "int64"})]


class ReplenishmentRunCreate(Body):
    """What to decide: by default everything, as of today."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"review_days": 7, "marketplaces": ["US", "DE"]}]})

    as_of_date: Day | None = Field(default=None, description="The day to decide for; today (UTC) where absent.")
    review_days: ReviewDays = 7
    history_days: HistoryDays = 730
    goodwill: Goodwill = 1.0
    capital_rate: CapitalRate = 0.2
    currency: CurrencyCode | None = Field(
        default=None, description="Currency of the run's money; that in which most listings sell where absent."
    )
    marketplaces: list[AmazonMarketplace] | None = Field(
        default=None, min_length=1, max_length=50, description="Only listings in these marketplaces."
    )
    account_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=100, description="Only listings of these accounts."
    )
    listing_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=1_000, description="Only these listings."
    )


class RunParametersRead(Schema):
    """What the run was asked for; null of a filter set no limit."""

    as_of_date: Day
    review_days: ReviewDays
    history_days: HistoryDays
    goodwill: Goodwill
    capital_rate: CapitalRate
    currency: CurrencyCode | None
    marketplaces: list[AmazonMarketplace] | None = Field(max_length=50)
    account_ids: list[UUID] | None = Field(max_length=100)
    listing_ids: list[UUID] | None = Field(max_length=1_000)


class RunModeTotalsRead(Schema):
    """The proposals of one mode."""

    mode: Mode
    proposals: Count
    units: Units = Field(description="Packs.")
    cost: MoneyBody


class RunCodeCountRead(Schema):
    """How many listings came to one outcome."""

    code: Slug
    listings: Count


class RunTotalsRead(Schema):
    """Sums over the proposals."""

    proposals: Count
    units: Units = Field(description="Packs.")
    product_units: Units = Field(description="Units of products at home.")
    cost: MoneyBody = Field(description="Freight and capital in transit.")
    avoided: MoneyBody = Field(description="Cost of lost sales that the proposals are expected to avoid.")
    saving: MoneyBody = Field(description="What they are expected to save against the next best.")
    by_mode: list[RunModeTotalsRead] = Field(max_length=3)
    outcomes: list[RunCodeCountRead] = Field(max_length=100)


class RunTimingsRead(Schema):
    """Seconds that the steps took."""

    read_seconds: Double = Field(description="Reading everything at one moment.")
    layout_seconds: Double = Field(description="Laying it out and freezing it.")
    learn_seconds: Double = Field(description="Learning seasons and possible futures from all listings.")
    decide_seconds: Double = Field(description="Deciding, on all cores.")
    conclude_seconds: Double = Field(description="Sharing the domestic stock and putting decisions into words.")
    write_seconds: Double = Field(description="Writing the run.")


class ReplenishmentRunRead(Schema):
    """One run over many listings; it is there once it is complete."""

    id: Id
    operation_id: Id
    as_of_date: Day = Field(description="The day it decided for.")
    currency: CurrencyCode = Field(description="The currency of all its money.")
    parameters: RunParametersRead
    input_sha256: str = Field(
        min_length=64, max_length=64, description="Fingerprint of the frozen input: equal inputs, equal proposals."
    )
    listings_count: Count = Field(description="Listings it looked at.")
    proposals_count: Count = Field(description="Shipments it proposes.")
    totals: RunTotalsRead
    assumptions: list[CountedAssumptionRead] = Field(max_length=100, description="What nobody had stated.")
    timings: RunTimingsRead
    created_by: Id
    created_at: Instant
    completed_at: Instant


class ReplenishmentOutcomeRead(Schema):
    """What a run found about a listing; units are packs."""

    listing_id: Id
    account_id: Id
    marketplace: AmazonMarketplace
    seller_sku: Identifier
    title: Title | None
    code: Slug = Field(description="`proposed`, or the first reason why nothing is.", examples=["covered"])
    daily_demand: Double = Field(description="Packs expected to be asked for a day, over the run's horizon.")
    sellable_units: Count = Field(description="Packs on the shelf, or being moved there inside Amazon.")
    coming_units: Count = Field(description="Packs that will come: planned, on their way, or being received.")
    proposed_units: Count = Field(description="Packs proposed by all modes.")
    cover_days: Double | None = Field(description="Days that all of it lasts; null without demand.")
    stock_out_probability: Ratio = Field(description="Chance of running out within the horizon if nothing is sent.")
    stock_out_p10_date: Day | None = Field(description="Day by which it runs out with 10 % chance; null: not at all.")
    stock_out_p50_date: Day | None = Field(description="The same with 50 %.")
    stock_out_p90_date: Day | None = Field(description="The same with 90 %.")
    reasons: list[ReasonRead] = Field(max_length=20)
    assumptions: list[AssumptionRead] = Field(max_length=50)
