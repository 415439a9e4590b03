"""Listings: what an account sells in a marketplace under a seller SKU."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.inventory.tables.base import InventoryBase
from shared.db.base import tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, VersionedEntity, money_pair


class ListingRow(InventoryBase, VersionedEntity):
    """One offer; it sells packs of `units_per_listing` units of its product. Listings are never deleted.

    `marketplace` is the country code. `assumed_fields` names what nobody has stated, `product_id` among them.
    Money is per pack sold: `fba_fee`, `ad_cost`, and `storage_cost` per pack and day.
    """

    __tablename__ = "listing"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "account_id", "marketplace", "seller_sku_key"),
        tenant_reference("account_id", "inventory.account"),
        tenant_reference("product_id", "inventory.product"),
        CheckConstraint("units_per_listing >= 1", name="units_per_listing"),
        money_pair("price"),
        money_pair("fba_fee"),
        money_pair("ad_cost"),
        money_pair("storage_cost"),
        CheckConstraint("price_amount >= 0", name="price"),
        CheckConstraint("fba_fee_amount >= 0", name="fba_fee"),
        CheckConstraint("ad_cost_amount >= 0", name="ad_cost"),
        CheckConstraint("storage_cost_amount >= 0", name="storage_cost"),
        CheckConstraint("referral_rate >= 0 AND referral_rate <= 1", name="referral_rate"),
        Index(None, "tenant_id", "seller_sku_key", "id"),
        Index(None, "tenant_id", "product_id"),
        Index(None, "tenant_id", "asin"),
        {"comment": "distributed: offers of an account in a marketplace"},
    )

    account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    seller_sku: Mapped[str] = mapped_column(Text)
    seller_sku_key: Mapped[str] = mapped_column(Text)
    product_id: Mapped[UUID]
    units_per_listing: Mapped[int] = mapped_column(Integer)
    asin: Mapped[str | None] = mapped_column(Text)
    fnsku: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    price_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    price_currency: Mapped[str | None] = mapped_column(CURRENCY)
    referral_rate: Mapped[Decimal | None] = mapped_column(Numeric(6, 5))
    fba_fee_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    fba_fee_currency: Mapped[str | None] = mapped_column(CURRENCY)
    ad_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    ad_cost_currency: Mapped[str | None] = mapped_column(CURRENCY)
    storage_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    storage_cost_currency: Mapped[str | None] = mapped_column(CURRENCY)
    on_sale: Mapped[bool] = mapped_column(Boolean)
    assumed_fields: Mapped[list[str]] = mapped_column(ARRAY(Text))
