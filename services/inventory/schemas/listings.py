"""HTTP bodies of listings."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.inventory.schemas.fields import AmazonMarketplace, AssumedFields, CostBody, Identifier, Title
from shared.web.schemas import ABSENT, Body, Id, Instant, Patch, Positive, Ratio, Schema, Version

_SKU = "Amazon's seller SKU, unique in its account and marketplace whatever its case."
_PACK = "Units of the product in one pack that is sold."
_PRICE = "The price of a pack."
_REFERRAL = "Amazon's share of the price."
_FBA = "Amazon's fee for shipping one pack."
_AD = "Advertising spent per pack sold."
_STORAGE = "Amazon's storage per pack and day."


class ListingRead(Schema):
    """What an account sells in a marketplace under a seller SKU."""

    id: Id
    account_id: Id = Field(description="The account that sells it.")
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Identifier = Field(description=_SKU, examples=["KETTLE-1L-US"])
    product_id: Id = Field(description="The product that it sells.")
    product_code: Identifier = Field(description="The code of the product.", examples=["KETTLE-1L"])
    units_per_listing: Positive = Field(description=_PACK, examples=[1])
    asin: Identifier | None = Field(description="Amazon's number of the item.", examples=["B000000001"])
    fnsku: Identifier | None = Field(
        description="Amazon's number of the seller's stock of it.", examples=["X000000001"]
    )
    title: Title | None = Field(description="Its title at Amazon.")
    price: CostBody | None = Field(description=_PRICE)
    referral_rate: Ratio | None = Field(description=_REFERRAL, examples=[0.15])
    fba_fee: CostBody | None = Field(description=_FBA)
    ad_cost: CostBody | None = Field(description=_AD)
    storage_cost: CostBody | None = Field(description=_STORAGE)
    on_sale: bool = Field(description="Whether it is to be sold: others are not replenished.")
    assumed_fields: AssumedFields
    version: Version
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class ListingCreate(Body):
    """A new listing. What is left out is assumed until somebody states it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "marketplace": "US",
                    "seller_sku": "KETTLE-1L-US",
                    "product_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c",
                    "price": {"amount": "29.99", "currency": "USD"},
                    "referral_rate": 0.15,
                }
            ]
        }
    )

    account_id: UUID = Field(description="The account that sells it.")
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Identifier = Field(description=_SKU, examples=["KETTLE-1L-US"])
    product_id: UUID = Field(description="The product that it sells.")
    units_per_listing: Positive = Field(default=1, description=_PACK, examples=[1])
    asin: Identifier | None = Field(default=None, description="Amazon's number of the item.", examples=["B000000001"])
    fnsku: Identifier | None = Field(default=None, description="Amazon's number of your stock of it.")
    title: Title | None = Field(default=None, description="Its title at Amazon.")
    price: CostBody | None = Field(default=None, description=_PRICE)
    referral_rate: Ratio | None = Field(default=None, description=_REFERRAL, examples=[0.15])
    fba_fee: CostBody | None = Field(default=None, description=_FBA)
    ad_cost: CostBody | None = Field(default=None, description=_AD)
    storage_cost: CostBody | None = Field(default=None, description=_STORAGE)
    on_sale: bool = Field(default=True, description="Whether it is to be sold.")


class ListingPatch(Patch):
    """What may change of a listing. Another product or pack size takes its stock along by a movement."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on_sale": False}]})

    product_id: UUID = Field(default=ABSENT, description="The product that it sells.")
    units_per_listing: Positive = Field(default=ABSENT, description=_PACK, examples=[1])
    asin: Identifier | None = Field(default=ABSENT, description="Amazon's number of the item.")
    fnsku: Identifier | None = Field(default=ABSENT, description="Amazon's number of your stock of it.")
    title: Title | None = Field(default=ABSENT, description="Its title at Amazon.")
    price: CostBody | None = Field(default=ABSENT, description=_PRICE)
    referral_rate: Ratio | None = Field(default=ABSENT, description=_REFERRAL, examples=[0.15])
    fba_fee: CostBody | None = Field(default=ABSENT, description=_FBA)
    ad_cost: CostBody | None = Field(default=ABSENT, description=_AD)
    storage_cost: CostBody | None = Field(default=ABSENT, description=_STORAGE)
    on_sale: bool = Field(default=ABSENT, description="Whether it is to be sold.")


class ListingUpsert(Patch):
    """A listing by account, marketplace and SKU: what is left out stays as it is; a new listing needs a product."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account_code": "main",
                    "marketplace": "US",
                    "seller_sku": "KETTLE-1L-US",
                    "product_code": "KETTLE-1L",
                    "price": {"amount": "29.99", "currency": "USD"},
                }
            ]
        }
    )

    account_code: Identifier = Field(description="The account that sells it, whatever its case.", examples=["main"])
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Identifier = Field(description=_SKU, examples=["KETTLE-1L-US"])
    product_code: Identifier = Field(default=ABSENT, description="The product that it sells.", examples=["KETTLE-1L"])
    units_per_listing: Positive = Field(default=ABSENT, description=_PACK, examples=[1])
    asin: Identifier | None = Field(default=ABSENT, description="Amazon's number of the item.")
    fnsku: Identifier | None = Field(default=ABSENT, description="Amazon's number of your stock of it.")
    title: Title | None = Field(default=ABSENT, description="Its title at Amazon.")
    price: CostBody | None = Field(default=ABSENT, description=_PRICE)
    referral_rate: Ratio | None = Field(default=ABSENT, description=_REFERRAL, examples=[0.15])
    fba_fee: CostBody | None = Field(default=ABSENT, description=_FBA)
    ad_cost: CostBody | None = Field(default=ABSENT, description=_AD)
    storage_cost: CostBody | None = Field(default=ABSENT, description=_STORAGE)
    on_sale: bool = Field(default=ABSENT, description="Whether it is to be sold.")


class ListingBatch(Body):
    """Many listings, each added or changed by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "account_code": "main",
                            "marketplace": "US",
                            "seller_sku": "KETTLE-1L-US",
                            "product_code": "KETTLE-1L",
                        }
                    ]
                }
            ]
        }
    )

    items: list[ListingUpsert] = Field(min_length=1, max_length=1_000)
