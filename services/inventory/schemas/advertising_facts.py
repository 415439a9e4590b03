"""HTTP bodies of what advertising has to know of listings."""

from pydantic import Field

from services.inventory.schemas.fields import AmazonMarketplace, CostBody, Identifier, Title
from shared.web.schemas import BigCount, Count, CurrencyCode, Id, MoneyBody, NonNegativeDecimalStr, Schema


class AdvertisingFactsRead(Schema):
    """What a sale of a listing leaves before ads, and how long its stock lasts; per pack.

    Money is in the marketplace's currency, converted where need be at the last rate on or before the day. Only what
    somebody has stated is told: null is not known.
    """

    listing_id: Id
    account: Identifier = Field(description="Code of the account.", examples=["main"])
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Identifier = Field(description="Amazon's seller SKU.", examples=["KETTLE-1L-US"])
    asin: Identifier | None = Field(description="Amazon's number of the item.")
    title: Title | None = Field(description="Its title at Amazon.")
    product_code: Identifier | None = Field(
        description="Code of its product; null where nobody has stated which it is."
    )
    currency: CurrencyCode
    price: CostBody | None = Field(description="Price.")
    product_cost: CostBody | None = Field(description="What the product's units cost to make.")
    referral_fee: CostBody | None = Field(description="Amazon's share of the price.")
    fba_fee: CostBody | None = Field(description="Amazon's fee for shipping it.")
    inbound_freight: CostBody | None = Field(description="Freight to Amazon by the cheapest open lane with rates.")
    sellable_units: BigCount = Field(description="Packs that customers can buy now.")
    arriving_units: BigCount = Field(
        description="Packs that Amazon is receiving or counts as inbound, and those of shipments expected to be"
        " sellable within the lead time."
    )
    trailing_daily_units: NonNegativeDecimalStr | None = Field(
        description="Packs sold a day over those of the 30 days before the day whose sales are known, of a younger"
        " listing since its first known sales. Null without sales, and where fewer than 7 of the days are known, of a"
        " listing younger than that fewer than all of its days."
    )
    lead_time_days: Count | None = Field(
        description="Usual days until a shipment that leaves now is sellable, by the fastest open lane."
    )
    window_sales: MoneyBody | None = Field(
        description="All sales of the days before the day, as many as `window_days`; null where none are known."
    )
    recent_sales: MoneyBody | None = Field(description="All sales of the last 28 days before the day.")
    earlier_sales: MoneyBody | None = Field(description="All sales of the 28 days before these.")
