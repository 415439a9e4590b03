"""HTTP bodies of lanes."""

from pydantic import ConfigDict, Field

from services.inventory.domain.lead_time import Mode
from services.inventory.schemas.fields import AmazonMarketplace, AssumedFields, CostBody
from shared.web.schemas import ABSENT, Body, Id, Instant, Name, Patch, Positive, Schema, Version

_UNIT = "Freight per unit of product; the three costs add up."
_KG = "Freight per kilogram."
_M3 = "Freight per cubic metre."
_P10 = "Days, door to sellable, that one shipment in ten stays below."
_P50 = "Days, door to sellable, that half of the shipments stay below."
_P90 = "Days, door to sellable, that one shipment in ten exceeds."


class LaneRead(Schema):
    """A way to ship from home to a marketplace, with its cost and time."""

    id: Id
    marketplace: AmazonMarketplace = Field(description="Where it leads.")
    mode: Mode = Field(description="How the goods travel.", examples=["slow_sea"])
    origin: Name | None = Field(description="Where it begins.", examples=["Ningbo"])
    unit_cost: CostBody | None = Field(description=_UNIT)
    kg_cost: CostBody | None = Field(description=_KG)
    m3_cost: CostBody | None = Field(description=_M3)
    transit_days_p10: Positive = Field(description=_P10, examples=[37])
    transit_days_p50: Positive = Field(description=_P50, examples=[44])
    transit_days_p90: Positive = Field(description=_P90, examples=[56])
    active: bool = Field(description="Whether it may be used.")
    assumed_fields: AssumedFields
    version: Version
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class LaneCreate(Body):
    """A new lane. Of the times only the middle one is needed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "marketplace": "US",
                    "mode": "slow_sea",
                    "origin": "Ningbo",
                    "m3_cost": {"amount": "120", "currency": "USD"},
                    "transit_days_p50": 44,
                }
            ]
        }
    )

    marketplace: AmazonMarketplace = Field(description="Where it leads.")
    mode: Mode = Field(description="How the goods travel.", examples=["slow_sea"])
    origin: Name | None = Field(default=None, description="Where it begins.", examples=["Ningbo"])
    unit_cost: CostBody | None = Field(default=None, description=_UNIT)
    kg_cost: CostBody | None = Field(default=None, description=_KG)
    m3_cost: CostBody | None = Field(default=None, description=_M3)
    transit_days_p10: Positive | None = Field(default=None, description=_P10, examples=[37])
    transit_days_p50: Positive = Field(description=_P50, examples=[44])
    transit_days_p90: Positive | None = Field(default=None, description=_P90, examples=[56])
    active: bool = Field(default=True, description="Whether it may be used.")


class LanePatch(Patch):
    """What may change of a lane."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"active": False}]})

    origin: Name | None = Field(default=ABSENT, description="Where it begins.", examples=["Ningbo"])
    unit_cost: CostBody | None = Field(default=ABSENT, description=_UNIT)
    kg_cost: CostBody | None = Field(default=ABSENT, description=_KG)
    m3_cost: CostBody | None = Field(default=ABSENT, description=_M3)
    transit_days_p10: Positive = Field(default=ABSENT, description=_P10, examples=[37])
    transit_days_p50: Positive = Field(default=ABSENT, description=_P50, examples=[44])
    transit_days_p90: Positive = Field(default=ABSENT, description=_P90, examples=[56])
    active: bool = Field(default=ABSENT, description="Whether it may be used.")
