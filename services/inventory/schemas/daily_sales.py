"""HTTP bodies of what is known by listing and day."""

from pydantic import Field

from services.inventory.domain.sales import SalesSource, StockDaySource
from services.inventory.schemas.fields import AmazonMarketplace, CostBody, Identifier, Title
from shared.web.schemas import Count, Day, Id, Schema


class DailySalesRead(Schema):
    """What a listing sold on a day of its marketplace."""

    listing_id: Id
    sales_date: Day = Field(description="The day, in the marketplace's own zone.")
    units: Count = Field(description="Packs sold.", examples=[3])
    orders: Count | None = Field(description="Orders that held it.")
    revenue: CostBody | None = Field(description="What customers were charged for it, before discounts.")
    in_stock: bool | None = Field(description="Whether packs were left at the day's end; null when not said.")
    source: SalesSource = Field(
        description="Who says so; `partial_orders` of a day of which only some orders are known, which no run counts.",
        examples=["orders"],
    )
    import_id: Id | None = Field(description="The import that brought it.")


class SalesCoverageRead(Schema):
    """Days whose sales are known: a day without a row in them sold nothing, any other day is unknown."""

    id: Id
    account_id: Id
    marketplace: AmazonMarketplace = Field(description="Where it was sold.")
    listing_id: Id | None = Field(description="The listing; null for all of the account in the marketplace.")
    date_from: Day = Field(description="The first day.")
    date_to: Day = Field(description="The last day.")
    source: SalesSource = Field(description="Who says so.", examples=["orders"])
    import_id: Id | None = Field(description="The import that brought it.")


class StockDayRead(Schema):
    """Whether a listing was in stock at the end of a day."""

    listing_id: Id
    stock_date: Day = Field(description="The day, in the marketplace's own zone.")
    sellable_units: Count | None = Field(
        description="Packs that were left; null when only that is known which follows."
    )
    in_stock: bool = Field(description="Whether any were left.")
    source: StockDaySource = Field(description="Who says so.", examples=["snapshot"])
    import_id: Id | None = Field(description="The import that brought it.")


class RestockAdviceRead(Schema):
    """What Amazon's restock report said of a listing; null is not said, which is not zero."""

    listing_id: Id
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Identifier = Field(description="Amazon's seller SKU.")
    report_date: Day = Field(description="The day of the report.")
    recommended_units: Count | None = Field(description="Packs that Amazon would send.")
    recommended_ship_date: Day | None = Field(description="The day by which Amazon would send them.")
    recommended_action: Title | None = Field(description="What Amazon would do.")
    alert: Title | None = Field(description="Amazon's alert, as a code.", examples=["low_stock"])
    days_of_supply: Count | None = Field(description="Days that the stock lasts by Amazon's count.")
    days_of_supply_capped: bool = Field(description="Whether Amazon wrote it as that many or more.")
    price: CostBody | None = Field(description="The price then.")
    sales_30_days: CostBody | None = Field(description="Sales of the 30 days before.")
    units_sold_30_days: Count | None = Field(description="Packs sold in the 30 days before.")
    total_units: Count | None = Field(description="All packs by Amazon's count.")
    inbound_units: Count | None = Field(description="Packs on their way, drafts included.")
    available_units: Count | None = Field(description="Packs that customers could buy.")
    fc_transfer_units: Count | None = Field(description="Packs between Amazon's warehouses.")
    fc_processing_units: Count | None = Field(description="Packs in processing at Amazon.")
    customer_order_units: Count | None = Field(description="Packs of open orders.")
    unfulfillable_units: Count | None = Field(description="Packs that could not be sold.")
    working_units: Count | None = Field(description="Packs of drafts, which had not left.")
    shipped_units: Count | None = Field(description="Packs that had left.")
    receiving_units: Count | None = Field(description="Packs that Amazon was receiving.")
    import_id: Id | None = Field(description="The import that brought it.")
