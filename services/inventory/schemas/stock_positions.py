"""HTTP bodies of stock positions."""

from pydantic import Field

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.schemas.fields import AmazonMarketplace, Identifier, Title
from shared.web.schemas import BigCount, Day, Id, Positive, Schema


class UnitsInTransit(Schema):
    """Packs of a listing on one shipment that has left."""

    shipment_id: Id
    reference: Identifier = Field(description="Your name of the shipment.")
    mode: Mode = Field(description="How the goods travel.", examples=["slow_sea"])
    state: ShipmentState = Field(description="How far it is.", examples=["departed"])
    departed_date: Day | None = Field(description="When it left.")
    eta_date: Day | None = Field(description="When it is expected to be sellable.")
    units: BigCount = Field(description="Packs still on the way.")


class StockPositionRead(Schema):
    """What there is of a listing, in packs; at home in units of the product, which all its listings share."""

    listing_id: Id
    account_id: Id
    marketplace: AmazonMarketplace = Field(description="Where it is sold.")
    seller_sku: Identifier = Field(description="Amazon's seller SKU.", examples=["KETTLE-1L-US"])
    asin: Identifier | None = Field(description="Amazon's number of the item.")
    title: Title | None = Field(description="Its title at Amazon.")
    product_id: Id
    product_code: Identifier = Field(description="The code of the product.", examples=["KETTLE-1L"])
    units_per_listing: Positive = Field(description="Units of the product in a pack.", examples=[1])
    sellable_units: BigCount = Field(description="Packs that customers can buy.")
    reserved_units: BigCount = Field(description="Packs of open orders, in transfer or in processing at Amazon.")
    unfulfillable_units: BigCount = Field(description="Packs at Amazon that cannot be sold.")
    receiving_units: BigCount = Field(description="Packs that Amazon is receiving, beyond shipments known here.")
    inbound_units: BigCount = Field(description="Packs on their way by Amazon's count, beyond shipments known here.")
    in_transit_units: BigCount = Field(description="Packs on shipments known here.")
    in_transit: list[UnitsInTransit] = Field(max_length=1_000, description="The same by shipment, earliest first.")
    domestic_on_hand_units: BigCount = Field(description="Units of the product in all domestic warehouses.")
    domestic_allocated_units: BigCount | None = Field(
        description="Of these, promised to shipments; null for a past moment, whose promises are not kept."
    )
