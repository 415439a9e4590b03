"""Proposed shipments, why they are proposed, and what was decided about them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Double, Index, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.domain.lead_time import Mode
from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantEntity, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, VersionedEntity, one_of

PROPOSAL_STATES = ("proposed", "approved", "partly_approved", "rejected", "superseded")


class ShipmentProposalRow(InventoryBase, VersionedEntity):
    """One line of a run: ship so many packs of a listing by a mode. Money is in the run's currency.

    No foreign key to product and lane: thousands of lines would be looked up one by one. The run takes both from
    their tables in the statement that writes its lines, and products and lanes are never deleted.
    """

    __tablename__ = "shipment_proposal"
    __table_args__ = (
        tenant_key(),
        tenant_reference("run_id", "inventory.replenishment_run", ondelete="CASCADE"),
        tenant_reference("listing_id", "inventory.listing"),
        tenant_reference("shipment_id", "inventory.shipment"),
        one_of("mode", Mode),
        one_of("state", PROPOSAL_STATES),
        CheckConstraint("quantity_units > 0", name="quantity_units"),
        CheckConstraint("cartons >= 0", name="cartons"),
        CheckConstraint("product_units > 0", name="product_units"),
        CheckConstraint("approved_units >= 0", name="approved_units"),
        CheckConstraint("probability_short >= 0 AND probability_short <= 1", name="probability_short"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        Index(None, "tenant_id", "run_id", "id"),
        Index(None, "tenant_id", "listing_id", "state"),
        Index(None, "tenant_id", "shipment_id"),
        {"comment": "distributed: proposed shipments and their reasons"},
    )

    run_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    product_id: Mapped[UUID]
    lane_id: Mapped[UUID | None]
    mode: Mapped[str] = mapped_column(Text)
    quantity_units: Mapped[int] = mapped_column(Integer)
    cartons: Mapped[int] = mapped_column(Integer)
    product_units: Mapped[int] = mapped_column(Integer)
    ship_by_date: Mapped[date] = mapped_column(Date)
    arrival_p10_date: Mapped[date] = mapped_column(Date)
    arrival_p50_date: Mapped[date] = mapped_column(Date)
    arrival_p90_date: Mapped[date] = mapped_column(Date)
    window_from_date: Mapped[date] = mapped_column(Date)
    window_to_date: Mapped[date] = mapped_column(Date)
    probability_short: Mapped[float] = mapped_column(Double)
    expected_lost_units: Mapped[float] = mapped_column(Double)
    currency: Mapped[str] = mapped_column(CURRENCY)
    avoided_amount: Mapped[Decimal] = mapped_column(AMOUNT)
    cost_amount: Mapped[Decimal] = mapped_column(AMOUNT)
    saving_amount: Mapped[Decimal] = mapped_column(AMOUNT)
    runner_up: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    reasons: Mapped[list[Any]] = mapped_column(JSONB)
    assumptions: Mapped[list[Any]] = mapped_column(JSONB)
    stock: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text)
    approved_units: Mapped[int | None] = mapped_column(Integer)
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decision_reason: Mapped[str | None] = mapped_column(Text)
    shipment_id: Mapped[UUID | None]


class ShipmentProposalEventRow(InventoryBase, TenantEntity):
    """Who decided what about a proposal, when and why; never changed."""

    __tablename__ = "shipment_proposal_event"
    __table_args__ = (
        tenant_key(),
        tenant_reference("proposal_id", "inventory.shipment_proposal", ondelete="CASCADE"),
        one_of("from_state", PROPOSAL_STATES),
        one_of("to_state", PROPOSAL_STATES),
        Index(None, "tenant_id", "proposal_id", "id"),
        {"comment": "distributed: decisions about proposed shipments"},
    )

    proposal_id: Mapped[UUID]
    from_state: Mapped[str] = mapped_column(Text)
    to_state: Mapped[str] = mapped_column(Text)
    approved_units: Mapped[int | None] = mapped_column(Integer)
    mode: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[UUID]
    decided_at: Mapped[datetime] = mapped_column(INSTANT)
