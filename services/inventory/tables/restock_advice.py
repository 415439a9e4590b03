"""Amazon's own advice on what to send, and the split of its stock that comes with it."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, Date, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, money_pair


class RestockAdviceRow(InventoryBase, TenantOwned):
    """A listing's row of one restock report. None is 'not said': no advice is not an advice of zero."""

    __tablename__ = "restock_advice"
    __table_args__ = (
        tenant_key("listing_id", "report_date"),
        tenant_reference("listing_id", "inventory.listing"),
        money_pair("price"),
        money_pair("sales_30_days"),
        {"comment": "distributed: Amazon's restock advice by listing and report day"},
    )

    listing_id: Mapped[UUID]
    report_date: Mapped[date] = mapped_column(Date)
    recommended_units: Mapped[int | None] = mapped_column(Integer)
    recommended_ship_date: Mapped[date | None] = mapped_column(Date)
    recommended_action: Mapped[str | None] = mapped_column(Text)
    alert: Mapped[str | None] = mapped_column(Text)
    days_of_supply: Mapped[int | None] = mapped_column(Integer)
    days_of_supply_capped: Mapped[bool] = mapped_column(Boolean)
    price_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    price_currency: Mapped[str | None] = mapped_column(CURRENCY)
    sales_30_days_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    sales_30_days_currency: Mapped[str | None] = mapped_column(CURRENCY)
    units_sold_30_days: Mapped[int | None] = mapped_column(Integer)
    total_units: Mapped[int | None] = mapped_column(Integer)
    inbound_units: Mapped[int | None] = mapped_column(Integer)
    available_units: Mapped[int | None] = mapped_column(Integer)
    fc_transfer_units: Mapped[int | None] = mapped_column(Integer)
    fc_processing_units: Mapped[int | None] = mapped_column(Integer)
    customer_order_units: Mapped[int | None] = mapped_column(Integer)
    unfulfillable_units: Mapped[int | None] = mapped_column(Integer)
    working_units: Mapped[int | None] = mapped_column(Integer)
    shipped_units: Mapped[int | None] = mapped_column(Integer)
    receiving_units: Mapped[int | None] = mapped_column(Integer)
    import_id: Mapped[UUID | None]
