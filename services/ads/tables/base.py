"""The base of the tables of ads, and what those have in common that files describe."""

from datetime import datetime

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared.db.base import TenantEntity, metadata_for
from shared.db.columns import INSTANT


class AdsBase(DeclarativeBase):
    """Base of the tables of the ads service."""

    metadata = metadata_for("ads")


class DescribedEntity(TenantEntity):
    """Mix-in of what files describe: `as_of` is the moment that the newest of them shows; older ones change nothing."""

    as_of: Mapped[datetime] = mapped_column(INSTANT, sort_order=100)
