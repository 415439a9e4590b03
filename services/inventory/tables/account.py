"""Amazon seller accounts."""

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import tenant_key
from shared.db.columns import VersionedEntity


class AccountRow(InventoryBase, VersionedEntity):
    """One Amazon seller account of the company; `code_key` is `code` as names are compared."""

    __tablename__ = "account"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        {"comment": "distributed: Amazon seller accounts of a company"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
