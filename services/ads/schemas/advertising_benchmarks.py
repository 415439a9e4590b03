"""HTTP bodies of advertising benchmarks."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from services.ads.schemas.coded import Double
from shared.web.schemas import (
    ABSENT,
    BigCount,
    Body,
    Count,
    CurrencyCode,
    Day,
    Id,
    Instant,
    MarketplaceCode,
    Name,
    NonNegativeDecimalStr,
    Patch,
    Ratio,
    Schema,
    Version,
)


class BenchmarkOrigin(StrEnum):
    """Whose figures they are."""

    OWN = "own"
    SHIPPED = "shipped"


Source = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=r"^[^\x00]+$")]

_MARKETPLACE = "The marketplace; null for all of them."
_CATEGORY = "The product category in your own words; null for all of them."
_LOW = "Lower end of the usual ratio of orders to clicks."
_HIGH = "Upper end of the usual ratio of orders to clicks."
_CTR = "Usual ratio of clicks to impressions."
_CPC = "Usual price of a click."
_SOURCE = "Who measured or published the figures."
_OBSERVED = "The day on which they were observed."
_VALID = "The first day on which they hold."


class CostPerClick(Body):
    """The price of a click."""

    amount: NonNegativeDecimalStr = Field(description="Exact decimal in a string.")
    currency: CurrencyCode


class AdvertisingBenchmarkRead(Schema):
    """What is usual for advertisements in a market."""

    id: Id
    origin: BenchmarkOrigin = Field(description="Your company's own, or shipped with the product.", examples=["own"])
    marketplace: MarketplaceCode | None = Field(description=_MARKETPLACE)
    category: Name | None = Field(description=_CATEGORY, examples=["Kitchen"])
    conversion_rate_low: Ratio = Field(description=_LOW, examples=[0.07])
    conversion_rate_high: Ratio = Field(description=_HIGH, examples=[0.1])
    click_through_rate: Ratio | None = Field(description=_CTR, examples=[0.0036])
    cost_per_click: CostPerClick | None = Field(description=_CPC)
    source: Source = Field(description=_SOURCE, examples=["Own account, 2026"])
    observed_date: Day = Field(description=_OBSERVED)
    valid_from_date: Day = Field(description=_VALID)
    version: Version
    created_at: Instant = Field(description="When the benchmark was added.")
    updated_at: Instant = Field(description="When it was last changed.")


class AdvertisingHistoryRead(Schema):
    """What your own ads did in the last year in a market, beside the benchmark by which they are judged."""

    marketplace: MarketplaceCode = Field(description="The marketplace.")
    category: Name | None = Field(description="Of the campaigns, else of their products; null where nobody says it.")
    first_date: Day = Field(description="The first day with figures, a year ago at most.")
    last_date: Day = Field(description="The last day with figures; orders of its last days are still to come.")
    campaigns: Count = Field(description="How many campaigns had figures.")
    impressions: BigCount | None = Field(description="How often their ads were seen, where a report says it.")
    clicks: BigCount
    orders: BigCount
    conversion_rate: Ratio | None = Field(description="Orders per click, 1 at most.", examples=[0.078])
    click_through_rate: Ratio | None = Field(description="Clicks per impression.", examples=[0.0036])
    acos: Double | None = Field(description="Cost as a share of the sales; null without sales.")
    benchmark_origin: BenchmarkOrigin | None = Field(description="Whose the benchmark is; null where there is none.")
    benchmark_low: Ratio | None = Field(description=_LOW)
    benchmark_high: Ratio | None = Field(description=_HIGH)
    benchmark_source: Source | None = Field(description=_SOURCE)


class AdvertisingBenchmarkCreate(Body):
    """A company's own benchmark."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "marketplace": "US",
                    "category": "Kitchen",
                    "conversion_rate_low": 0.07,
                    "conversion_rate_high": 0.1,
                    "click_through_rate": 0.0036,
                    "cost_per_click": {"amount": "0.98", "currency": "USD"},
                    "source": "Own account, third quarter of 2026",
                    "observed_date": "2026-10-01",
                    "valid_from_date": "2026-10-01",
                }
            ]
        }
    )

    marketplace: MarketplaceCode | None = Field(default=None, description=_MARKETPLACE)
    category: Name | None = Field(default=None, description=_CATEGORY, examples=["Kitchen"])
    conversion_rate_low: Ratio = Field(description=_LOW, examples=[0.07])
    conversion_rate_high: Ratio = Field(description=_HIGH, examples=[0.1])
    click_through_rate: Ratio | None = Field(default=None, description=_CTR, examples=[0.0036])
    cost_per_click: CostPerClick | None = Field(default=None, description=_CPC)
    source: Source = Field(description=_SOURCE, examples=["Own account, 2026"])
    observed_date: Day = Field(description=_OBSERVED)
    valid_from_date: Day = Field(description=_VALID)


class AdvertisingBenchmarkPatch(Patch):
    """What may change of a company's own benchmark."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"conversion_rate_low": 0.08}]})

    marketplace: MarketplaceCode | None = Field(default=ABSENT, description=_MARKETPLACE)
    category: Name | None = Field(default=ABSENT, description=_CATEGORY, examples=["Kitchen"])
    conversion_rate_low: Ratio = Field(default=ABSENT, description=_LOW, examples=[0.07])
    conversion_rate_high: Ratio = Field(default=ABSENT, description=_HIGH, examples=[0.1])
    click_through_rate: Ratio | None = Field(default=ABSENT, description=_CTR, examples=[0.0036])
    cost_per_click: CostPerClick | None = Field(default=ABSENT, description=_CPC)
    source: Source = Field(default=ABSENT, description=_SOURCE, examples=["Own account, 2026"])
    observed_date: Day = Field(default=ABSENT, description=_OBSERVED)
    valid_from_date: Day = Field(default=ABSENT, description=_VALID)
