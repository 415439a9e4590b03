"""Whether a listing was in stock on a day, as far as it is known."""

from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.domain.sales import StockDaySource
from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantOwned, tenant_key, tenant_reference
from shared.db.columns import one_of


class StockDayRow(InventoryBase, TenantOwned):
    """Stock at the end of a marketplace's day; a day without a row is unknown. Units are packs."""

    __tablename__ = "stock_day"
    __table_args__ = (
        tenant_key("listing_id", "stock_date"),
        tenant_reference("listing_id", "inventory.listing"),
        one_of("source", StockDaySource),
        CheckConstraint("sellable_units >= 0", name="sellable_units"),
        {"comment": "distributed: stock of listings at the end of days"},
    )

    listing_id: Mapped[UUID]
    stock_date: Mapped[date] = mapped_column(Date)
    sellable_units: Mapped[int | None] = mapped_column(Integer)
    in_stock: Mapped[bool] = mapped_column(Boolean)
    source: Mapped[str] = mapped_column(Text)
    import_id: Mapped[UUID | None]
