"""Reads of shipments: their lists, one of them, its lines, and what the ledger holds for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.schemas.fields import AmazonMarketplace
from services.inventory.tables import ShipmentLineRow, ShipmentRow
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort, money_json
from shared.web.schemas import Day

_PARENT = "SELECT FROM inventory.shipment WHERE tenant_id = $1 AND id = $2"
_OF_SHIPMENT = {"shipment_id": Filter("n.shipment_id = {}", UUID, "The shipment.")}

SHIPMENTS = ListQuery(
    name="shipments",
    source="""inventory.shipment s
        JOIN LATERAL (
            SELECT count(*) AS lines, coalesce(sum(n.planned_units), 0) AS planned,
                   sum(n.shipped_units) AS shipped, coalesce(sum(n.received_units), 0) AS received
            FROM inventory.shipment_line n WHERE n.tenant_id = s.tenant_id AND n.shipment_id = s.id
        ) t ON true""",
    where="s.tenant_id = $1",
    fields={
        "id": "s.id",
        "reference": "s.reference",
        "account_id": "s.account_id",
        "marketplace": "s.marketplace",
        "warehouse_id": "s.warehouse_id",
        "mode": "s.mode",
        "lane_id": "s.lane_id",
        "state": "s.state",
        "ship_by_date": "s.ship_by_date",
        "booked_date": "s.booked_date",
        "departed_date": "s.departed_date",
        "eta_date": "s.eta_date",
        "eta_stated": "s.eta_stated",
        "arrived_date": "s.arrived_date",
        "receiving_date": "s.receiving_date",
        "closed_date": "s.closed_date",
        "cancelled_date": "s.cancelled_date",
        "carrier": "s.carrier",
        "tracking_number": "s.tracking_number",
        "amazon_shipment_id": "s.amazon_shipment_id",
        "freight": money_json("s.freight_amount", "s.freight_currency"),
        "note": "s.note",
        "lines_count": "t.lines::integer",
        "planned_units": "t.planned::bigint",
        "shipped_units": "t.shipped::bigint",
        "received_units": "t.received::bigint",
        "version": "s.version",
        "created_at": "s.created_at",
        "updated_at": "s.updated_at",
    },
    sorts={
        "created_at": Sort("s.created_at", "timestamptz"),
        "updated_at": Sort("s.updated_at", "timestamptz"),
        "eta_date": Sort("coalesce(s.eta_date, 'infinity'::date)", "date"),
        "reference": Sort("s.reference_key", "text"),
    },
    default_sort="-created_at",
    key=Sort("s.id", "uuid"),
    filters={
        "state": Filter("s.state = ANY({})", list[ShipmentState], "Only shipments in these states."),
        "mode": Filter("s.mode = ANY({})", list[Mode], "Only shipments by these modes."),
        "marketplace": Filter(
            "s.marketplace = ANY({})", list[AmazonMarketplace], "Only shipments to these marketplaces."
        ),
        "account_id": Filter("s.account_id = {}", UUID, "Only shipments of this account."),
        "listing_id": Filter(
            "EXISTS (SELECT FROM inventory.shipment_line n WHERE n.tenant_id = s.tenant_id"
            " AND n.shipment_id = s.id AND n.listing_id = {})",
            UUID,
            "Only shipments with units of this listing.",
        ),
        "eta_date_lte": Filter("s.eta_date <= {}", Day, "Only shipments expected until this day."),
    },
)

_LINE_SOURCE = """inventory.shipment_line n
    JOIN inventory.listing l ON l.tenant_id = n.tenant_id AND l.id = n.listing_id
    JOIN inventory.product p ON p.tenant_id = n.tenant_id AND p.id = n.product_id
    JOIN inventory.shipment s ON s.tenant_id = n.tenant_id AND s.id = n.shipment_id"""

SHIPMENT_LINES = ListQuery(
    name="shipment_lines",
    source=_LINE_SOURCE,
    where="n.tenant_id = $1",
    fields={
        "id": "n.id",
        "shipment_reference": "s.reference",
        "listing_id": "n.listing_id",
        "seller_sku": "l.seller_sku",
        "fnsku": "l.fnsku",
        "asin": "l.asin",
        "product_id": "n.product_id",
        "product_code": "p.code",
        "units_per_listing": "n.units_per_listing",
        "planned_units": "n.planned_units",
        "shipped_units": "n.shipped_units",
        "received_units": "n.received_units",
        "cartons": "ceil(n.planned_units * n.units_per_listing / p.carton_units::numeric)::integer",
    },
    sorts={"seller_sku": Sort("l.seller_sku_key", "text")},
    default_sort="seller_sku",
    key=Sort("n.id", "uuid"),
    path=_OF_SHIPMENT,
    parent=_PARENT,
)

SHIPMENT_DISCREPANCIES = ListQuery(
    name="shipment_discrepancies",
    source=_LINE_SOURCE,
    where="n.tenant_id = $1 AND n.shipped_units IS DISTINCT FROM n.received_units"
    " AND coalesce(s.receiving_date, s.closed_date) IS NOT NULL",
    fields={
        "listing_id": "n.listing_id",
        "seller_sku": "l.seller_sku",
        "shipped_units": "coalesce(n.shipped_units, 0)",
        "received_units": "n.received_units",
        "difference_units": "n.received_units - coalesce(n.shipped_units, 0)",
        "settled": "s.closed_date IS NOT NULL",
        "claim": """coalesce((SELECT (e.details ->> 'claim')::boolean FROM inventory.shipment_event e
            WHERE e.tenant_id = n.tenant_id AND e.shipment_id = n.shipment_id AND e.to_state = 'closed'
            ORDER BY e.id DESC LIMIT 1), false) AND n.received_units < coalesce(n.shipped_units, 0)""",
    },
    sorts={"seller_sku": Sort("l.seller_sku_key", "text")},
    default_sort="seller_sku",
    key=Sort("n.id", "uuid"),
    path=_OF_SHIPMENT,
    parent=_PARENT,
)

SHIPMENT_EVENTS = ListQuery(
    name="shipment_events",
    source="inventory.shipment_event n",
    where="n.tenant_id = $1",
    fields={
        "id": "n.id",
        "kind": "n.kind",
        "from_state": "n.from_state",
        "to_state": "n.to_state",
        "occurred_date": "n.occurred_date",
        "reason": "n.reason",
        "listing_id": "(n.details ->> 'listing_id')::uuid",
        "changed_fields": "ARRAY(SELECT jsonb_object_keys(n.details -> 'changes') ORDER BY 1)",
        "changes": """coalesce((SELECT jsonb_agg(
                jsonb_build_object('field', c.key, 'before', c.value ->> 0, 'after', c.value ->> 1) ORDER BY c.key)
            FROM jsonb_each(n.details -> 'changes') c), '[]')""",
        "recorded_by": "n.recorded_by",
        "recorded_at": "n.recorded_at",
    },
    sorts={"recorded_at": Sort("n.recorded_at", "timestamptz")},
    default_sort="recorded_at",
    key=Sort("n.id", "uuid"),
    path=_OF_SHIPMENT,
    parent=_PARENT,
)

SHIPMENT_RECEIPTS = ListQuery(
    name="shipment_receipts",
    source="inventory.shipment_receipt n",
    where="n.tenant_id = $1",
    fields={
        "id": "n.id",
        "shipment_id": "n.shipment_id",
        "received_date": "n.received_date",
        "movement_id": "n.movement_id",
        "note": "n.note",
        "recorded_by": "n.recorded_by",
        "recorded_at": "n.recorded_at",
        "units": """(SELECT coalesce(sum(l.units), 0)::integer FROM inventory.shipment_receipt_line l
            WHERE l.tenant_id = n.tenant_id AND l.receipt_id = n.id)""",
    },
    sorts={"recorded_at": Sort("n.recorded_at", "timestamptz")},
    default_sort="recorded_at",
    key=Sort("n.id", "uuid"),
    path=_OF_SHIPMENT,
    parent=_PARENT,
)


@dataclass(frozen=True, slots=True)
class HeldInTransit:
    """Product units of one listing that the ledger holds in a shipment."""

    location_id: UUID
    listing_id: UUID
    product_id: UUID
    on_hand: int


_IN_TRANSIT = text("""
    SELECT b.location_id, p.listing_id, b.product_id, b.on_hand
    FROM inventory.stock_location AS p
    JOIN inventory.stock_balance AS b ON b.tenant_id = p.tenant_id AND b.location_id = p.id
    WHERE p.tenant_id = :tenant_id AND p.shipment_id = :shipment_id AND p.kind = 'in_transit' AND b.on_hand > 0
    ORDER BY b.location_id, b.product_id
    FOR NO KEY UPDATE OF b
""")
_PLANNED = text("""
    SELECT id FROM inventory.shipment
    WHERE tenant_id = :tenant_id AND state = 'planned' AND account_id = :account_id AND marketplace = :marketplace
      AND mode = :mode AND ship_by_date = :ship_by_date
      AND (CAST(:warehouse_id AS uuid) IS NULL OR warehouse_id = CAST(:warehouse_id AS uuid))
    ORDER BY id LIMIT 1
""")


async def get_shipment(session: AsyncSession, tenant_id: UUID, shipment_id: UUID) -> ShipmentRow:
    """The shipment, or NotFound."""
    row = await session.get(ShipmentRow, (tenant_id, shipment_id), populate_existing=True)
    if row is None:
        raise NotFound("There is no such shipment.")
    return row


async def lock_shipment(session: AsyncSession, tenant_id: UUID, shipment_id: UUID) -> ShipmentRow:
    """The shipment, held until the transaction ends, or NotFound."""
    row = await session.get(ShipmentRow, (tenant_id, shipment_id), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such shipment.")
    return row


async def list_lines_of(session: AsyncSession, tenant_id: UUID, shipment_id: UUID) -> Sequence[ShipmentLineRow]:
    """All lines of a shipment, in the order in which they were added."""
    row = ShipmentLineRow
    found = await session.scalars(
        select(row).where(row.tenant_id == tenant_id, row.shipment_id == shipment_id).order_by(row.id)
    )
    return found.all()


async def get_line(session: AsyncSession, tenant_id: UUID, shipment_id: UUID, line_id: UUID) -> ShipmentLineRow:
    """One line of a shipment, or NotFound."""
    row = await session.get(ShipmentLineRow, (tenant_id, line_id), populate_existing=True)
    if row is None or row.shipment_id != shipment_id:
        raise NotFound("There is no such line in the shipment.")
    return row


async def find_planned_shipment(
    session: AsyncSession,
    tenant_id: UUID,
    *,
    account_id: UUID,
    marketplace: str,
    mode: str,
    ship_by_date: date,
    warehouse_id: UUID | None,
) -> UUID | None:
    """The oldest planned shipment that goes the same way on the same day."""
    found: UUID | None = await session.scalar(
        _PLANNED,
        {
            "tenant_id": tenant_id,
            "account_id": account_id,
            "marketplace": marketplace,
            "mode": mode,
            "ship_by_date": ship_by_date,
            "warehouse_id": warehouse_id,
        },
    )
    return found


async def lock_in_transit(session: AsyncSession, tenant_id: UUID, shipment_id: UUID) -> list[HeldInTransit]:
    """What the ledger holds in a shipment, held until the transaction ends."""
    rows = await session.execute(_IN_TRANSIT, {"tenant_id": tenant_id, "shipment_id": shipment_id})
    return [HeldInTransit(row.location_id, row.listing_id, row.product_id, row.on_hand) for row in rows]
