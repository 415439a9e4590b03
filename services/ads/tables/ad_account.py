"""Amazon accounts whose ads are known."""

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.tables.base import AdsBase
from shared.db.base import tenant_key
from shared.db.columns import VersionedEntity


class AdAccountRow(AdsBase, VersionedEntity):
    """One Amazon seller or vendor account; `code` is also its code in inventory, by which the two are joined."""

    __tablename__ = "ad_account"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "code_key"),
        {"comment": "distributed: Amazon accounts that advertise"},
    )

    code: Mapped[str] = mapped_column(Text)
    code_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
