"""HTTP bodies of stock movements and of the stock at home."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.inventory.domain.ledger import LocationKind, MovementKind, PostableKind
from services.inventory.schemas.fields import Identifier
from shared.web.schemas import INT64_MAX, BigCount, Body, Count, Id, Instant, Note, Schema, Slug

_Signed = Annotated[int, Field(ge=-INT64_MAX, le=INT64_MAX, json_schema_extra={"format": "int64"})]
_MOST = 1_000_000_000
_Units = Annotated[
    int, Field(ge=-_MOST, le=_MOST, json_schema_extra={"format": "int32", "not": {"const": 0}}, examples=[240])
]


class StockMovementRead(Schema):
    """One event that moved stock; it never changes."""

    id: Id
    kind: MovementKind = Field(description="Why units moved.", examples=["receipt"])
    occurred_at: Instant = Field(description="When it happened.")
    recorded_at: Instant = Field(description="When it was recorded here.")
    reason: Slug | None = Field(description="Code of the reason.", examples=["counted"])
    note: Note | None = Field(description="The reason in words.")
    import_id: Id | None = Field(description="The import that caused it.")
    shipment_id: Id | None = Field(description="The shipment that caused it.")
    created_by: Id = Field(description="The principal who caused it.")


class StockLegRead(Schema):
    """What a movement gave to a place, or took from it where negative, in units of the product."""

    position: Count
    product_id: Id
    product_code: Identifier = Field(description="The code of the product.")
    location_kind: LocationKind = Field(description="What kind of place it is.", examples=["domestic"])
    warehouse_id: Id | None = Field(description="The warehouse, where it is one.")
    listing_id: Id | None = Field(description="The listing whose pool it is, at Amazon or in transit.")
    shipment_id: Id | None = Field(description="The shipment, where units are in transit.")
    quantity: _Signed = Field(description="Units that entered; negative where they left.")


class DomesticStockRead(Schema):
    """What a domestic warehouse holds of a product."""

    warehouse_id: Id
    warehouse_code: Identifier = Field(description="The code of the warehouse.")
    product_id: Id
    product_code: Identifier = Field(description="The code of the product.")
    on_hand_units: BigCount = Field(description="Units that lie there.")
    allocated_units: BigCount = Field(description="Of these, promised to shipments.")
    free_units: BigCount = Field(description="Units that can be promised.")
    counted_at: Instant | None = Field(description="The newest count that the figure was brought to.")


class StockMovementLine(Body):
    """Units of one product that move."""

    product_id: UUID = Field(description="The product.")
    quantity: _Units = Field(description="Units, not 0; below 0 only in a correction, for units that are gone.")


class StockMovementCreate(Body):
    """Units that came from a supplier (receipt), went to another warehouse (transfer), or were found or missed when
    counting (correction). All lines move, or none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "receipt",
                    "warehouse_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "lines": [{"product_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c", "quantity": 240}],
                }
            ]
        }
    )

    kind: PostableKind = Field(description="Why the units move.", examples=["receipt"])
    warehouse_id: UUID = Field(description="The warehouse that receives, or of a transfer the one that gives.")
    to_warehouse_id: UUID | None = Field(default=None, description="The warehouse that a transfer goes to.")
    occurred_at: Instant | None = Field(default=None, description="When it happened; absent for now.")
    lines: list[StockMovementLine] = Field(min_length=1, max_length=500, description="What moves.")
    reason: Slug | None = Field(default=None, description="Your code of the reason.", examples=["damaged"])
    note: Note | None = Field(default=None, description="The reason in words.")
