"""Amazon's reports of its stock, as they said it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantEntity, TenantOwned, tenant_key, tenant_reference
from shared.db.columns import INSTANT


class InventorySnapshotRow(InventoryBase, TenantEntity):
    """One report of an account's stock in a marketplace. `posted` is false where a newer one was known already:
    such a report tells of the past and does not touch the ledger."""

    __tablename__ = "inventory_snapshot"
    __table_args__ = (
        tenant_key(),
        tenant_reference("account_id", "inventory.account"),
        Index(None, "tenant_id", "account_id", "marketplace", "as_of"),
        {"comment": "distributed: Amazon's stock reports"},
    )

    account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    as_of: Mapped[datetime] = mapped_column(INSTANT)
    posted: Mapped[bool] = mapped_column(Boolean)
    movement_id: Mapped[UUID | None]
    import_id: Mapped[UUID]
    recorded_at: Mapped[datetime] = mapped_column(INSTANT)


class InventorySnapshotLineRow(InventoryBase, TenantOwned):
    """What a report says of a listing, in packs. Working units have not left: they are plans, not stock."""

    __tablename__ = "inventory_snapshot_line"
    __table_args__ = (
        tenant_key("snapshot_id", "listing_id"),
        tenant_reference("snapshot_id", "inventory.inventory_snapshot"),
        tenant_reference("listing_id", "inventory.listing"),
        {"comment": "distributed: Amazon's stock reports by listing"},
    )

    snapshot_id: Mapped[UUID]
    listing_id: Mapped[UUID]
    fulfillable_units: Mapped[int] = mapped_column(Integer)
    reserved_units: Mapped[int] = mapped_column(Integer)
    unfulfillable_units: Mapped[int] = mapped_column(Integer)
    researching_units: Mapped[int] = mapped_column(Integer)
    inbound_working_units: Mapped[int] = mapped_column(Integer)
    inbound_shipped_units: Mapped[int] = mapped_column(Integer)
    inbound_receiving_units: Mapped[int] = mapped_column(Integer)
