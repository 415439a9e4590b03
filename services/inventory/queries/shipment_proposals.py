"""Reads of shipment proposals: their list, one of them, and which stock at home could serve it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.proposal_states import ProposalState
from services.inventory.schemas.fields import AmazonMarketplace
from services.inventory.tables import ShipmentProposalRow
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort, money_json
from shared.web.schemas import Day

SHIPMENT_PROPOSALS = ListQuery(
    name="shipment_proposals",
    source="""inventory.shipment_proposal p
        JOIN inventory.listing l ON l.tenant_id = p.tenant_id AND l.id = p.listing_id
        JOIN inventory.product d ON d.tenant_id = p.tenant_id AND d.id = p.product_id
        JOIN inventory.replenishment_run r ON r.tenant_id = p.tenant_id AND r.id = p.run_id""",
    where="p.tenant_id = $1",
    fields={
        "id": "p.id",
        "run_id": "p.run_id",
        "as_of_date": "r.as_of_date",
        "listing_id": "p.listing_id",
        "account_id": "l.account_id",
        "marketplace": "l.marketplace",
        "seller_sku": "l.seller_sku",
        "asin": "l.asin",
        "title": "l.title",
        "product_id": "p.product_id",
        "product_code": "d.code",
        "lane_id": "p.lane_id",
        "mode": "p.mode",
        "quantity_units": "p.quantity_units",
        "cartons": "p.cartons",
        "product_units": "p.product_units",
        "ship_by_date": "p.ship_by_date",
        "arrival_p10_date": "p.arrival_p10_date",
        "arrival_p50_date": "p.arrival_p50_date",
        "arrival_p90_date": "p.arrival_p90_date",
        "window_from_date": "p.window_from_date",
        "window_to_date": "p.window_to_date",
        "probability_short": "p.probability_short",
        "expected_lost_units": "p.expected_lost_units",
        "avoided": money_json("p.avoided_amount", "p.currency"),
        "cost": money_json("p.cost_amount", "p.currency"),
        "saving": money_json("p.saving_amount", "p.currency"),
        "runner_up": """json_build_object(
            'alternative', p.runner_up ->> 'alternative',
            'expected_cost', json_build_object(
                'amount', trim_scale((p.runner_up ->> 'expected_cost_amount')::numeric)::text, 'currency', p.currency),
            'line_expected_cost', json_build_object(
                'amount', trim_scale((p.runner_up ->> 'line_expected_cost_amount')::numeric)::text,
                'currency', p.currency),
            'text', p.runner_up ->> 'text')""",
        "reasons": "p.reasons",
        "assumptions": "p.assumptions",
        "stock": "p.stock",
        "state": "p.state",
        "approved_units": "p.approved_units",
        "decided_by": "p.decided_by",
        "decided_at": "p.decided_at",
        "decision_reason": "p.decision_reason",
        "shipment_id": "p.shipment_id",
        "version": "p.version",
        "created_at": "p.created_at",
        "updated_at": "p.updated_at",
    },
    sorts={
        "avoided": Sort("p.avoided_amount", "numeric"),
        "saving": Sort("p.saving_amount", "numeric"),
        "cost": Sort("p.cost_amount", "numeric"),
        "probability_short": Sort("p.probability_short", "double precision"),
        "ship_by_date": Sort("p.ship_by_date", "date"),
        "seller_sku": Sort("l.seller_sku_key", "text"),
        "created_at": Sort("p.created_at", "timestamptz"),
    },
    default_sort="-avoided",
    key=Sort("p.id", "uuid"),
    filters={
        "run_id": Filter("p.run_id = {}", UUID, "Only proposals of this run."),
        "state": Filter("p.state = ANY({})", list[ProposalState], "Only proposals in these states."),
        "marketplace": Filter(
            "l.marketplace = ANY({})", list[AmazonMarketplace], "Only proposals for these marketplaces."
        ),
        "mode": Filter("p.mode = ANY({})", list[Mode], "Only proposals by these modes."),
        "listing_id": Filter("p.listing_id = {}", UUID, "Only proposals for this listing."),
        "product_id": Filter("p.product_id = {}", UUID, "Only proposals for listings of this product."),
        "ship_by_date_lte": Filter("p.ship_by_date <= {}", Day, "Only what has to leave until this day."),
    },
)

SHIPMENT_PROPOSAL_EVENTS = ListQuery(
    name="shipment_proposal_events",
    source="inventory.shipment_proposal_event e",
    where="e.tenant_id = $1",
    fields={
        "id": "e.id",
        "from_state": "e.from_state",
        "to_state": "e.to_state",
        "approved_units": "e.approved_units",
        "mode": "e.mode",
        "reason": "e.reason",
        "decided_by": "e.decided_by",
        "decided_at": "e.decided_at",
    },
    sorts={"decided_at": Sort("e.decided_at", "timestamptz")},
    default_sort="decided_at",
    key=Sort("e.id", "uuid"),
    path={"proposal_id": Filter("e.proposal_id = {}", UUID, "The proposal.")},
    parent="SELECT FROM inventory.shipment_proposal WHERE tenant_id = $1 AND id = $2",
)


@dataclass(frozen=True, slots=True)
class FreeStock:
    """Product units of one product that a warehouse could still promise."""

    warehouse_id: UUID
    free: int


_FREE = text("""
    SELECT p.warehouse_id, b.on_hand - b.allocated AS free
    FROM inventory.stock_balance AS b
    JOIN inventory.stock_location AS p ON p.tenant_id = b.tenant_id AND p.id = b.location_id
    WHERE b.tenant_id = :tenant_id AND b.product_id = :product_id AND p.kind = 'domestic'
    ORDER BY b.on_hand - b.allocated DESC, p.warehouse_id
""")


async def lock_proposal(session: AsyncSession, tenant_id: UUID, proposal_id: UUID) -> ShipmentProposalRow:
    """The proposal, held until the transaction ends, or NotFound."""
    row = await session.get(ShipmentProposalRow, (tenant_id, proposal_id), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("There is no such proposal.")
    return row


@dataclass(frozen=True, slots=True)
class ProposedWay:
    """What a proposal would take, and where it would go."""

    product_id: UUID
    account_id: UUID
    marketplace: str
    mode: str
    ship_by_date: date


_LOCK_WAYS = text("""
    SELECT p.id, p.product_id, l.account_id, l.marketplace, p.mode, p.ship_by_date
    FROM inventory.shipment_proposal AS p
    JOIN inventory.listing AS l ON l.tenant_id = p.tenant_id AND l.id = p.listing_id
    WHERE p.tenant_id = :tenant_id AND p.id = ANY (:ids)
    ORDER BY p.id FOR UPDATE OF p
""")


async def lock_proposed_ways(
    session: AsyncSession, tenant_id: UUID, proposal_ids: Collection[UUID]
) -> dict[UUID, ProposedWay]:
    """Those of the proposals that exist, held until the transaction ends; always in one order."""
    rows = await session.execute(_LOCK_WAYS, {"tenant_id": tenant_id, "ids": list(proposal_ids)})
    return {row[0]: ProposedWay(*tuple(row)[1:]) for row in rows}


async def list_free_stock(session: AsyncSession, tenant_id: UUID, product_id: UUID) -> list[FreeStock]:
    """Free units of a product by warehouse, the most first."""
    rows = await session.execute(_FREE, {"tenant_id": tenant_id, "product_id": product_id})
    return [FreeStock(row.warehouse_id, row.free) for row in rows]
