"""HTTP bodies of advertised products."""

from enum import StrEnum

from pydantic import ConfigDict, Field

from services.ads.domain.economics import Stage
from services.ads.schemas.fields import Acos, AmazonMarketplace, AnyRatio, CostBody, Days, Identifier, Share, Text
from shared.web.schemas import (
    ABSENT,
    CurrencyCode,
    Day,
    DecimalStr,
    Id,
    Instant,
    Integer,
    Name,
    Patch,
    Schema,
    Version,
)


class BreakEvenSource(StrEnum):
    """Whose figures the break-even ACoS comes from; `own` when any of them is your own."""

    OWN = "own"
    INVENTORY = "inventory"
    UNKNOWN = "unknown"


class TargetSource(StrEnum):
    """Where the target ACoS comes from; `break_even` when more was stated than the margin allows."""

    STATED = "stated"
    WANTED_MARGIN = "wanted_margin"
    STAGE = "stage"
    BREAK_EVEN = "break_even"
    UNKNOWN = "unknown"


_STAGE = "Where the product stands in its life: what advertising may cost follows from it."
_PRICE = "Price of a pack; null takes inventory's."
_COST = "What a pack costs to make; null takes inventory's."
_FEES = "Amazon's referral and fulfilment fees of a pack; null takes inventory's."
_RETURNS = "What returns cost per pack sold; null counts as none."
_FREIGHT = "What it costs to bring a pack to Amazon; null takes inventory's."
_STORAGE = "What storing a pack would cost that is sold off now; a clearance may spend it on ads beside the margin."
_MARGIN = "The share of the price that is to be left after ads."
_TARGET = "The ACoS to aim for, stated by you; null follows from margin and stage."
_BUDGET = "What a launch may lose in all; together with the last day it allows an ACoS above break-even."
_LAUNCH_END = "Last day of the launch."
_CATEGORY = "Your own category, by which conversion rates are compared."


class ProductFactsRead(Schema):
    """What inventory said last of a product, per pack."""

    said_at: Instant = Field(description="When it was asked.")
    price: CostBody | None = Field(description="Price.")
    product_cost: CostBody | None = Field(description="What a pack costs to make.")
    fees: CostBody | None = Field(description="Referral and fulfilment fees.")
    inbound_freight: CostBody | None = Field(description="Freight to Amazon.")
    sellable_units: Integer | None = Field(description="Packs that customers can buy.")
    arriving_units: Integer | None = Field(description="Packs that arrive within the lead time.")
    trailing_daily_units: DecimalStr | None = Field(description="Packs sold a day of late, by whatever way.")
    lead_time_days: Days | None = Field(description="Days until what is shipped now can be sold.")


class AdvertisedProductRead(Schema):
    """A product that is advertised, with the money that decides what a click may cost."""

    id: Id
    ad_account_id: Id
    account: Identifier = Field(description="Code of the account.", examples=["main"])
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Text | None = Field(description="Amazon's seller SKU; vendors have none.")
    asin: Text | None = Field(description="Amazon's number of the item.")
    name: Text | None = Field(description="What you call it.")
    category: Text | None = Field(description=_CATEGORY)
    stage: Stage = Field(description=_STAGE)
    currency: CurrencyCode
    price: CostBody | None = Field(description=_PRICE)
    product_cost: CostBody | None = Field(description=_COST)
    fees: CostBody | None = Field(description=_FEES)
    returns: CostBody | None = Field(description=_RETURNS)
    inbound_freight: CostBody | None = Field(description=_FREIGHT)
    saved_storage_cost: CostBody | None = Field(description=_STORAGE)
    wanted_margin: Share | None = Field(description=_MARGIN)
    launch_budget: CostBody | None = Field(description=_BUDGET)
    launch_end_date: Day | None = Field(description=_LAUNCH_END)
    stated_target_acos: Acos | None = Field(description=_TARGET)
    inventory: ProductFactsRead | None = Field(description="What inventory said last; null where it said nothing.")
    break_even_acos: AnyRatio | None = Field(description="Margin before ads as a share of the price.", examples=[0.32])
    break_even_source: BreakEvenSource = Field(description="Whose figures that is.")
    target_acos: AnyRatio | None = Field(description="The ACoS to aim for.", examples=[0.28])
    target_acos_source: TargetSource = Field(description="Where the target comes from.")
    version: Version
    created_at: Instant = Field(description="When it was first heard of.")
    updated_at: Instant = Field(description="When it was last changed.")


class AdvertisedProductPatch(Patch):
    """What you say of a product. Money is in the currency of its marketplace; null takes what inventory says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"stage": "mature", "wanted_margin": 0.1, "name": "Kettle, 1 litre"}]}
    )

    name: Name | None = Field(default=ABSENT, description="What you call it.", examples=["Kettle, 1 litre"])
    category: Name | None = Field(default=ABSENT, description=_CATEGORY, examples=["Kitchen"])
    stage: Stage = Field(default=ABSENT, description=_STAGE, examples=["growth"])
    price: CostBody | None = Field(default=ABSENT, description=_PRICE)
    product_cost: CostBody | None = Field(default=ABSENT, description=_COST)
    fees: CostBody | None = Field(default=ABSENT, description=_FEES)
    returns: CostBody | None = Field(default=ABSENT, description=_RETURNS)
    inbound_freight: CostBody | None = Field(default=ABSENT, description=_FREIGHT)
    saved_storage_cost: CostBody | None = Field(default=ABSENT, description=_STORAGE)
    wanted_margin: Share | None = Field(default=ABSENT, description=_MARGIN, examples=[0.1])
    stated_target_acos: Acos | None = Field(default=ABSENT, description=_TARGET, examples=[0.25])
    launch_budget: CostBody | None = Field(default=ABSENT, description=_BUDGET)
    launch_end_date: Day | None = Field(default=ABSENT, description=_LAUNCH_END)
