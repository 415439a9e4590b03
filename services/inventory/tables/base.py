"""The base of inventory's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.db.base import metadata_for


class InventoryBase(DeclarativeBase):
    """Base of the tables of the inventory service."""

    metadata = metadata_for("inventory")
