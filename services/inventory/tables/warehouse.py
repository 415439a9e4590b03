"""Domestic warehouses."""

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import tenant_key
from shared.db.columns import VersionedEntity


class WarehouseRow(InventoryBase, VersionedEntity):
    """A place at home that holds stock for all marketplaces."""

    __tablename__ = "warehouse"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        {"comment": "distributed: domestic warehouses"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    country_code: Mapped[str | None] = mapped_column(Text)
