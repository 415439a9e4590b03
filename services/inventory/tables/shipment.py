"""Shipments from home to Amazon: their lines, their history and what was received of them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.shipment_states import ShipmentState
from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, VersionedEntity, money_pair, one_of


class ShipmentRow(InventoryBase, VersionedEntity):
    """Goods that leave one domestic warehouse together for one account and marketplace.

    `eta_date` is what somebody announced when `eta_stated`, else the usual day of its lane.
    """

    __tablename__ = "shipment"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "reference_key"),
        tenant_reference("account_id", "inventory.account"),
        tenant_reference("warehouse_id", "inventory.warehouse"),
        tenant_reference("lane_id", "inventory.lane"),
        one_of("mode", Mode),
        one_of("state", ShipmentState),
        money_pair("freight"),
        CheckConstraint("freight_amount >= 0", name="freight"),
        Index(None, "tenant_id", "state", "eta_date"),
        {"comment": "distributed: shipments from home to Amazon"},
    )

    reference: Mapped[str] = mapped_column(Text)
    reference_key: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    warehouse_id: Mapped[UUID]
    mode: Mapped[str] = mapped_column(Text)
    lane_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text)
    ship_by_date: Mapped[date | None] = mapped_column(Date)
    booked_date: Mapped[date | None] = mapped_column(Date)
    departed_date: Mapped[date | None] = mapped_column(Date)
    eta_date: Mapped[date | None] = mapped_column(Date)
    eta_stated: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    arrived_date: Mapped[date | None] = mapped_column(Date)
    receiving_date: Mapped[date | None] = mapped_column(Date)
    closed_date: Mapped[date | None] = mapped_column(Date)
    cancelled_date: Mapped[date | None] = mapped_column(Date)
    carrier: Mapped[str | None] = mapped_column(Text)
    tracking_number: Mapped[str | None] = mapped_column(Text)
    amazon_shipment_id: Mapped[str | None] = mapped_column(Text)
    freight_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    freight_currency: Mapped[str | None] = mapped_column(CURRENCY)
    note: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[UUID]


class ShipmentLineRow(InventoryBase, TenantEntity):
    """Packs of one listing in a shipment; `product_id` and `units_per_listing` are those of the planning day."""

    __tablename__ = "shipment_line"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "shipment_id", "listing_id"),
        tenant_reference("shipment_id", "inventory.shipment"),
        tenant_reference("listing_id", "inventory.listing"),
        tenant_reference("product_id", "inventory.product"),
        CheckConstraint("planned_units > 0", name="planned_units"),
        CheckConstraint("shipped_units >= 0", name="shipped_units"),
        CheckConstraint("received_units >= 0", name="received_units"),
        CheckConstraint("units_per_listing >= 1", name="units_per_listing"),
        Index(None, "tenant_id", "listing_id"),
        {"comment": "distributed: listings and quantities of shipments"},
    )

    shipment_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    product_id: Mapped[UUID]
    units_per_listing: Mapped[int] = mapped_column(Integer)
    planned_units: Mapped[int] = mapped_column(Integer)
    shipped_units: Mapped[int | None] = mapped_column(Integer)
    received_units: Mapped[int] = mapped_column(Integer)


class ShipmentEventRow(InventoryBase, TenantEntity):
    """What happened to a shipment, who recorded it, when and why; never changed."""

    __tablename__ = "shipment_event"
    __table_args__ = (
        tenant_key(),
        tenant_reference("shipment_id", "inventory.shipment"),
        one_of("from_state", ShipmentState),
        one_of("to_state", ShipmentState),
        Index(None, "tenant_id", "shipment_id", "id"),
        {"comment": "distributed: history of shipments"},
    )

    shipment_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    from_state: Mapped[str | None] = mapped_column(Text)
    to_state: Mapped[str | None] = mapped_column(Text)
    occurred_date: Mapped[date] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)


class ShipmentReceiptRow(InventoryBase, TenantEntity):
    """One count of units received of a shipment, and the movement it caused."""

    __tablename__ = "shipment_receipt"
    __table_args__ = (
        tenant_key(),
        tenant_reference("shipment_id", "inventory.shipment"),
        tenant_reference("movement_id", "inventory.stock_movement"),
        Index(None, "tenant_id", "shipment_id", "id"),
        {"comment": "distributed: counts of what was received of shipments"},
    )

    shipment_id: Mapped[UUID]
    received_date: Mapped[date] = mapped_column(Date)
    movement_id: Mapped[UUID | None]
    note: Mapped[str | None] = mapped_column(Text)
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)


class ShipmentReceiptLineRow(InventoryBase, TenantOwned):
    """Packs of one listing in a receipt."""

    __tablename__ = "shipment_receipt_line"
    __table_args__ = (
        tenant_key("receipt_id", "listing_id"),
        tenant_reference("receipt_id", "inventory.shipment_receipt"),
        tenant_reference("listing_id", "inventory.listing"),
        CheckConstraint("units <> 0", name="units"),
        {"comment": "distributed: listings and quantities of receipts"},
    )

    receipt_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    units: Mapped[int] = mapped_column(Integer)
