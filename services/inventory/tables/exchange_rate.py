"""Exchange rates by day."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Date, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import tenant_key
from shared.db.columns import CURRENCY, VersionedEntity


class ExchangeRateRow(InventoryBase, VersionedEntity):
    """One unit of `base_currency` cost `rate` of `quote_currency` on a day."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "base_currency", "quote_currency", "rate_date"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("base_currency <> quote_currency", name="currencies"),
        {"comment": "distributed: exchange rates that a company uses, by day"},
    )

    rate_date: Mapped[date] = mapped_column(Date)
    base_currency: Mapped[str] = mapped_column(CURRENCY)
    quote_currency: Mapped[str] = mapped_column(CURRENCY)
    rate: Mapped[Decimal] = mapped_column(Numeric(18, 8))
