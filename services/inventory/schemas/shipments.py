"""HTTP bodies of shipments: their plan, their lines, their moves and what was received."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.schemas.fields import AmazonMarketplace, CostBody, Identifier
from shared.web.schemas import (
    ABSENT,
    INT64_MAX,
    BigCount,
    Body,
    Count,
    Day,
    Id,
    Instant,
    Integer,
    Name,
    Note,
    Patch,
    Positive,
    Schema,
    Slug,
    Version,
)

EXAMPLE_ID = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"
Reason = Annotated[Note, Field(min_length=1)]
PlannedUnits = Annotated[int, Field(ge=1, le=1_000_000, json_schema_extra={"format": "int32"})]
# A count that says nothing is refused.
ReceivedUnits = Annotated[
    int,
    Field(ge=-1_000_000, le=1_000_000, json_schema_extra={"format": "int32", "not": {"const": 0}}, examples=[96]),
]


class ShipmentRead(Schema):
    """Goods that leave one warehouse together for one account and marketplace; units are packs."""

    id: Id
    reference: Name = Field(description="Your name of the shipment, unique whatever its case.", examples=["SEA-07"])
    account_id: Id
    marketplace: AmazonMarketplace
    warehouse_id: Id
    mode: Mode
    lane_id: Id | None
    state: ShipmentState
    ship_by_date: Day | None
    booked_date: Day | None
    departed_date: Day | None
    eta_date: Day | None = Field(description="When its units are expected to be sellable.")
    eta_stated: bool = Field(
        description="Whether somebody announced that day; else it is the usual one, and plans allow for a later one."
    )
    arrived_date: Day | None
    receiving_date: Day | None = Field(description="When the first of its units were received.")
    closed_date: Day | None
    cancelled_date: Day | None
    carrier: Name | None
    tracking_number: Name | None
    amazon_shipment_id: Name | None
    freight: CostBody | None
    note: Note | None
    lines_count: Count
    planned_units: BigCount
    shipped_units: BigCount | None = Field(description="Null until it has departed.")
    received_units: Annotated[int, Field(ge=-INT64_MAX, le=INT64_MAX, json_schema_extra={"format": "int64"})]
    version: Version
    created_at: Instant
    updated_at: Instant


class ShipmentLineRead(Schema):
    """Packs of a listing in a shipment."""

    id: Id
    shipment_reference: Name
    listing_id: Id
    seller_sku: Identifier
    fnsku: Identifier | None
    asin: Identifier | None
    product_id: Id
    product_code: Identifier
    units_per_listing: Positive
    planned_units: Positive
    shipped_units: Count | None
    received_units: Count
    cartons: Count = Field(description="Cartons of the product that the planned packs need, rounded up.")


class ShipmentDetailRead(ShipmentRead):
    """A shipment with its lines."""

    lines: list[ShipmentLineRead] = Field(max_length=1_000)


class ShipmentDiscrepancyRead(Schema):
    """A listing of which more or fewer packs were received than shipped."""

    listing_id: Id
    seller_sku: Identifier
    shipped_units: Count
    received_units: Count
    difference_units: Integer = Field(description="Received less shipped; negative is a shortfall.")
    settled: bool = Field(description="Whether the shipment is closed, so that nothing more is expected.")
    claim: bool = Field(description="Whether the shortfall is to be claimed.")


class ShipmentChangeRead(Schema):
    """What a correction made of a field."""

    field: Slug = Field(examples=["planned_units"])
    before: Note | None = Field(description="What it said before; null where nothing was said.", examples=["96"])
    after: Note | None = Field(description="What it says since.", examples=["48"])


class ShipmentEventRead(Schema):
    """Something that happened to a shipment."""

    id: Id
    kind: Slug = Field(description="`created`, `changed`, `moved` or `received`.", examples=["moved"])
    from_state: ShipmentState | None
    to_state: ShipmentState | None
    occurred_date: Day
    reason: Note | None
    listing_id: Id | None = Field(description="The listing whose line a correction changed; null for the shipment.")
    changed_fields: list[Slug] = Field(max_length=50, description="What a correction changed.")
    changes: list[ShipmentChangeRead] = Field(max_length=50, description="What it said before and since.")
    recorded_by: Id
    recorded_at: Instant


class ShipmentReceiptRead(Schema):
    """One count of packs received."""

    id: Id
    shipment_id: Id
    received_date: Day
    movement_id: Id | None = Field(
        description="The stock movement it caused: of what was shipped, else of the surplus; null where nothing moved."
    )
    note: Note | None
    recorded_by: Id
    recorded_at: Instant
    units: Integer = Field(description="Packs of all listings in this count.")


class ShipmentLineCreate(Body):
    """Packs of a listing to ship."""

    listing_id: UUID
    units: PlannedUnits = Field(description="Packs.")
    break_carton: bool = Field(default=False, description="Allow a quantity that is not of whole cartons.")


class ShipmentCreate(Body):
    """A shipment planned by hand; its units are promised at home at once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account_id": EXAMPLE_ID,
                    "marketplace": "US",
                    "warehouse_id": EXAMPLE_ID,
                    "mode": "slow_sea",
                    "reference": "SEA-07",
                    "lines": [{"listing_id": EXAMPLE_ID, "units": 96}],
                }
            ]
        }
    )

    account_id: UUID
    marketplace: AmazonMarketplace
    warehouse_id: UUID = Field(description="Where it leaves from.")
    mode: Mode
    ship_by_date: Day | None = Field(default=None, description="When it should leave.")
    eta_date: Day | None = Field(default=None, description="When its units are expected to be sellable.")
    reference: Name | None = Field(default=None, description="Your name of it; made up where absent.")
    carrier: Name | None = None
    tracking_number: Name | None = None
    amazon_shipment_id: Name | None = None
    freight: CostBody | None = Field(default=None, description="Freight of the whole shipment.")
    note: Note | None = None
    lines: list[ShipmentLineCreate] = Field(min_length=1, max_length=500)


class ShipmentPatch(Patch):
    """What may be corrected of a shipment. Its state changes by transitions and receipts; its lines have their own
    operation."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"eta_date": "2026-03-20", "carrier": "Matson", "tracking_number": "MATS0042"}]}
    )

    ship_by_date: Day | None = Field(default=ABSENT, description="When it should leave; while it is planned.")
    eta_date: Day | None = Field(
        default=ABSENT,
        description="When its units are now expected to be sellable; null where nobody announces a day any more.",
    )
    carrier: Name | None = Field(default=ABSENT, description="Who carries it.", examples=["Matson"])
    tracking_number: Name | None = Field(default=ABSENT, description="The carrier's number.", examples=["MATS0042"])
    amazon_shipment_id: Name | None = Field(default=ABSENT, description="Amazon's name.", examples=["FBA15DHT3NPQ"])
    freight: CostBody | None = Field(default=ABSENT, description="Freight of the whole shipment.")
    note: Note | None = Field(default=ABSENT, description="Anything else.")


class ShipmentLinePatch(Patch):
    """How many packs of a listing a shipment is to hold, while it has not left."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"planned_units": 48}]})

    planned_units: PlannedUnits = Field(default=ABSENT, description="Packs; to send none, cancel the shipment.")
    break_carton: bool = Field(default=ABSENT, description="Allow a quantity that is not of whole cartons.")


class ShipmentTransition(Body):
    """Move a shipment to another state."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "departed", "occurred_date": "2026-01-31"}]})

    to: ShipmentState
    occurred_date: Day | None = Field(default=None, description="When it happened; today (UTC) where absent.")
    eta_date: Day | None = Field(default=None, description="When its units are now expected to be sellable.")
    reason: Reason | None = Field(
        default=None, description="Needed to cancel, and to close while shipped units are missing."
    )
    claim: bool = Field(default=False, description="On closing: the shortfall will be claimed.")


class ReceiptLine(Body):
    """Packs of a listing that were received."""

    listing_id: UUID
    units: ReceivedUnits = Field(description="Packs; below 0 takes back what an earlier count had too many.")


class ShipmentReceiptCreate(Body):
    """A count of what Amazon has received of a shipment since the last one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"received_date": "2026-03-15", "lines": [{"listing_id": EXAMPLE_ID, "units": 96}]}]
        }
    )

    received_date: Day | None = Field(default=None, description="When; today (UTC) where absent.")
    lines: list[ReceiptLine] = Field(min_length=1, max_length=500)
    note: Note | None = None
