"""The stock ledger: locations, movements with their legs, balances kept beside them, and allocations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.domain.ledger import OUTSIDE, LocationKind, MovementKind
from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import INSTANT, one_of

_LISTING_KINDS = ", ".join(
    f"'{kind}'" for kind in LocationKind if kind.startswith("amazon_") or kind is LocationKind.IN_TRANSIT
)
_OUTSIDE_KINDS = ", ".join(f"'{kind}'" for kind in sorted(OUTSIDE))


class StockLocationRow(InventoryBase, TenantEntity):
    """A place in the ledger: a warehouse, a pool of a listing at Amazon, a listing's part of a shipment, or the
    one supplier, customer and adjustment of a company."""

    __tablename__ = "stock_location"
    __table_args__ = (
        tenant_key(),
        tenant_reference("warehouse_id", "inventory.warehouse"),
        tenant_reference("listing_id", "inventory.listing"),
        tenant_reference("shipment_id", "inventory.shipment"),
        UniqueConstraint(
            "tenant_id",
            "listing_id",
            "kind",
            "warehouse_id",
            "shipment_id",
            name="uq_stock_location_place",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("kind", LocationKind),
        CheckConstraint("(kind = 'domestic') = (warehouse_id IS NOT NULL)", name="warehouse"),
        CheckConstraint(f"(kind IN ({_LISTING_KINDS})) = (listing_id IS NOT NULL)", name="listing"),
        CheckConstraint("(kind = 'in_transit') = (shipment_id IS NOT NULL)", name="shipment"),
        CheckConstraint(f"may_go_negative = (kind IN ({_OUTSIDE_KINDS}))", name="may_go_negative"),
        Index(None, "tenant_id", "shipment_id"),
        {"comment": "distributed: places between which stock moves"},
    )

    kind: Mapped[str] = mapped_column(Text)
    warehouse_id: Mapped[UUID | None]
    shipment_id: Mapped[UUID | None]
    listing_id: Mapped[UUID | None]
    may_go_negative: Mapped[bool] = mapped_column(Boolean)


class StockMovementRow(InventoryBase, TenantEntity):
    """One event that moved stock, never changed afterwards. It cites what caused it."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        tenant_key(),
        one_of("kind", MovementKind),
        Index(None, "tenant_id", "occurred_at", "id"),
        Index(None, "tenant_id", "import_id"),
        Index(None, "tenant_id", "shipment_id"),
        {"comment": "distributed: events that moved stock"},
    )

    kind: Mapped[str] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(INSTANT)
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    import_id: Mapped[UUID | None]
    shipment_id: Mapped[UUID | None]
    created_by: Mapped[UUID]


class StockLegRow(InventoryBase, TenantOwned):
    """Product units that a movement gave to a location, or took from it where negative; the legs of a movement
    sum to zero per product. `occurred_at` repeats the movement's, for positions as of a moment."""

    __tablename__ = "stock_leg"
    __table_args__ = (
        tenant_key("movement_id", "position"),
        tenant_reference("movement_id", "inventory.stock_movement"),
        tenant_reference("location_id", "inventory.stock_location"),
        tenant_reference("product_id", "inventory.product"),
        CheckConstraint("quantity <> 0", name="quantity"),
        Index(None, "tenant_id", "location_id", "product_id", "occurred_at"),
        {"comment": "distributed: what movements took and gave"},
    )

    movement_id: Mapped[UUID]
    position: Mapped[int] = mapped_column(Integer)
    location_id: Mapped[UUID]
    product_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)
    occurred_at: Mapped[datetime] = mapped_column(INSTANT)


class StockBalanceRow(InventoryBase, TenantOwned):
    """The sum of the legs of a location and product, and how much of it is promised to shipments.

    `counted_at` is the moment of the newest report that the balance was brought to; older ones come too late.
    """

    __tablename__ = "stock_balance"
    __table_args__ = (
        tenant_key("location_id", "product_id"),
        tenant_reference("location_id", "inventory.stock_location"),
        tenant_reference("product_id", "inventory.product"),
        CheckConstraint("may_go_negative OR on_hand >= 0", name="on_hand"),
        CheckConstraint("allocated >= 0 AND (allocated = 0 OR allocated <= on_hand)", name="allocated"),
        Index(None, "tenant_id", "product_id"),
        {"comment": "distributed: present stock by place and product, the sum of the legs"},
    )

    location_id: Mapped[UUID]
    product_id: Mapped[UUID]
    on_hand: Mapped[int] = mapped_column(BigInteger)
    allocated: Mapped[int] = mapped_column(BigInteger)
    may_go_negative: Mapped[bool] = mapped_column(Boolean)
    counted_at: Mapped[datetime | None] = mapped_column(INSTANT)


class StockAllocationRow(InventoryBase, TenantOwned):
    """Product units at home promised to a line of a shipment; they sum to `allocated` of the balance."""

    __tablename__ = "stock_allocation"
    __table_args__ = (
        tenant_key("shipment_id", "listing_id", "location_id"),
        tenant_reference("shipment_id", "inventory.shipment"),
        tenant_reference("listing_id", "inventory.listing"),
        tenant_reference("location_id", "inventory.stock_location"),
        tenant_reference("product_id", "inventory.product"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "tenant_id", "location_id", "product_id"),
        {"comment": "distributed: stock at home that is promised to shipments"},
    )

    shipment_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    location_id: Mapped[UUID]
    product_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(BigInteger)
    allocated_at: Mapped[datetime] = mapped_column(INSTANT)
