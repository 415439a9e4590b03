"""The lists of stock movements, of their legs, and of the stock at home."""

from uuid import UUID

from services.inventory.domain.ledger import MovementKind
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Instant

_TOUCHES = """EXISTS (
    SELECT FROM inventory.stock_leg AS leg
    WHERE leg.tenant_id = m.tenant_id AND leg.movement_id = m.id AND leg.product_id = {}
)"""
_TOUCHES_LISTING = """EXISTS (
    SELECT FROM inventory.stock_leg AS leg
    JOIN inventory.stock_location AS place ON place.tenant_id = leg.tenant_id AND place.id = leg.location_id
    WHERE leg.tenant_id = m.tenant_id AND leg.movement_id = m.id AND place.listing_id = {}
)"""

STOCK_MOVEMENTS = ListQuery(
    name="stock_movements",
    source="inventory.stock_movement m",
    where="m.tenant_id = $1",
    fields={
        "id": "m.id",
        "kind": "m.kind",
        "occurred_at": "m.occurred_at",
        "recorded_at": "m.recorded_at",
        "reason": "m.reason",
        "note": "m.note",
        "import_id": "m.import_id",
        "shipment_id": "m.shipment_id",
        "created_by": "m.created_by",
    },
    sorts={"occurred_at": Sort("m.occurred_at", "timestamptz")},
    default_sort="-occurred_at",
    key=Sort("m.id", "uuid"),
    filters={
        "kind": Filter("m.kind = ANY({})", list[MovementKind], "Only movements of these kinds."),
        "import_id": Filter("m.import_id = {}", UUID, "Only movements that this import caused."),
        "shipment_id": Filter("m.shipment_id = {}", UUID, "Only movements of this shipment."),
        "product_id": Filter(_TOUCHES, UUID, "Only movements of this product."),
        "listing_id": Filter(_TOUCHES_LISTING, UUID, "Only movements into or out of this listing's pools."),
        "occurred_at_gte": Filter("m.occurred_at >= {}", Instant, "Only from this moment on."),
        "occurred_at_lt": Filter("m.occurred_at < {}", Instant, "Only before this moment."),
    },
)

STOCK_LEGS = ListQuery(
    name="stock_movement_legs",
    source="inventory.stock_leg leg"
    " JOIN inventory.product p ON p.tenant_id = leg.tenant_id AND p.id = leg.product_id"
    " JOIN inventory.stock_location place ON place.tenant_id = leg.tenant_id AND place.id = leg.location_id",
    where="leg.tenant_id = $1",
    fields={
        "position": "leg.position",
        "product_id": "leg.product_id",
        "product_code": "p.code",
        "location_kind": "place.kind",
        "warehouse_id": "place.warehouse_id",
        "listing_id": "place.listing_id",
        "shipment_id": "place.shipment_id",
        "quantity": "leg.quantity",
    },
    sorts={"position": Sort("leg.position", "integer")},
    default_sort="position",
    key=Sort("leg.location_id", "uuid"),
    path={"movement_id": Filter("leg.movement_id = {}", UUID, "The movement.")},
    parent="SELECT FROM inventory.stock_movement WHERE tenant_id = $1 AND id = $2",
)

DOMESTIC_STOCK = ListQuery(
    name="domestic_stock",
    source="inventory.stock_location place"
    " JOIN inventory.warehouse w ON w.tenant_id = place.tenant_id AND w.id = place.warehouse_id"
    " JOIN inventory.stock_balance b ON b.tenant_id = place.tenant_id AND b.location_id = place.id"
    " JOIN inventory.product p ON p.tenant_id = b.tenant_id AND p.id = b.product_id",
    where="place.tenant_id = $1 AND place.kind = 'domestic'",
    fields={
        "warehouse_id": "w.id",
        "warehouse_code": "w.code",
        "product_id": "p.id",
        "product_code": "p.code",
        "on_hand_units": "b.on_hand",
        "allocated_units": "b.allocated",
        "free_units": "b.on_hand - b.allocated",
        "counted_at": "b.counted_at",
    },
    sorts={"product_code": Sort("p.code_key", "text")},
    default_sort="product_code",
    key=Sort("w.id", "uuid"),
    filters={
        "warehouse_id": Filter("w.id = {}", UUID, "Only in this warehouse."),
        "product_id": Filter("p.id = {}", UUID, "Only of this product."),
    },
)
