"""How the tables of ads are declared: their schema and versions."""

from datetime import datetime

from sqlalchemy import Integer
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import TenantEntity, metadata_for

INSTANT = TIMESTAMP(timezone=True)


class AdsBase(DeclarativeBase):
    """Base of the tables of the ads service."""

    metadata = metadata_for("ads")


class VersionedEntity(TenantEntity):
    """Mix-in of a resource that callers change: `version` is its entity tag, raised by every change."""

    version: Mapped[int] = mapped_column(Integer, sort_order=100)
    created_at: Mapped[datetime] = mapped_column(INSTANT, sort_order=101)
    updated_at: Mapped[datetime] = mapped_column(INSTANT, sort_order=102)
