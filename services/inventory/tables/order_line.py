"""Lines of customer orders, without anything about the customer."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import TenantOwned, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, money_pair


class OrderLineRow(InventoryBase, TenantOwned):
    """A line as last reported. `line_key` is Amazon's order item id, else the SKU and its occurrence in the order.

    `sold_units` is demand on Amazon: none of cancelled lines and of orders from elsewhere. `consumed_units` is
    what leaves Amazon's warehouses, orders from elsewhere and replacements included.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        tenant_key("account_id", "amazon_order_id", "line_key"),
        tenant_reference("account_id", "inventory.account"),
        tenant_reference("listing_id", "inventory.listing"),
        money_pair("item_price"),
        CheckConstraint("quantity >= 0 AND sold_units >= 0 AND consumed_units >= 0", name="counts"),
        Index(None, "tenant_id", "listing_id", "sales_date"),
        {"comment": "distributed: order lines as last reported, without buyers"},
    )

    account_id: Mapped[UUID]
    amazon_order_id: Mapped[str] = mapped_column(Text)
    line_key: Mapped[str] = mapped_column(Text)
    listing_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    purchased_at: Mapped[datetime] = mapped_column(INSTANT)
    last_updated_at: Mapped[datetime] = mapped_column(INSTANT)
    sales_date: Mapped[date] = mapped_column(Date)
    order_status: Mapped[str] = mapped_column(Text)
    item_status: Mapped[str | None] = mapped_column(Text)
    fulfillment_channel: Mapped[str | None] = mapped_column(Text)
    sales_channel: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[int] = mapped_column(Integer)
    sold_units: Mapped[int] = mapped_column(Integer)
    consumed_units: Mapped[int] = mapped_column(Integer)
    item_price_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    item_price_currency: Mapped[str | None] = mapped_column(CURRENCY)
    import_id: Mapped[UUID]
