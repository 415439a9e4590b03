"""Products that are advertised, what their owner says of them, and what inventory said last."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, Double, Index, Integer, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.economics import Stage
from services.ads.domain.vocabulary import State
from services.ads.tables.base import AdsBase, DescribedEntity
from shared.db.base import tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, VersionedEntity, one_of

MONEY_INPUTS = ("price", "product_cost", "fees", "returns", "inbound_freight", "saved_storage_cost")


class AdvertisedProductRow(AdsBase, VersionedEntity):
    """A listing as its ads name it: by seller SKU, or by ASIN where a vendor has none (`product_key`).

    Money is per pack sold, in `currency`, the marketplace's. Own inputs are null where inventory's are to count;
    `inventory_…` and the units are what inventory said at `inventory_said_at`; the product code is null where nobody
    has stated which product it is. `saved_storage_cost` is what a pack
    that is sold off now need not be stored for.
    """

    __tablename__ = "advertised_product"
    __table_args__ = (
        tenant_key(),
        tenant_reference("ad_account_id", "ads.ad_account"),
        UniqueConstraint(
            "tenant_id", "ad_account_id", "marketplace", "product_key", name="uq_advertised_product_product_key"
        ),
        Index(None, "tenant_id", "product_key", "id"),
        one_of("stage", Stage),
        *(CheckConstraint(f"{name}_amount >= 0", name=name) for name in MONEY_INPUTS),
        CheckConstraint("wanted_margin BETWEEN -1 AND 1", name="wanted_margin"),
        CheckConstraint("target_acos > 0 AND target_acos <= 10", name="target_acos"),
        CheckConstraint("launch_budget_amount >= 0", name="launch_budget"),
        {"comment": "distributed: advertised products with their money"},
    )

    ad_account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    product_key: Mapped[str] = mapped_column(Text)
    seller_sku: Mapped[str | None] = mapped_column(Text)
    asin: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(CURRENCY)
    price_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    product_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    fees_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    returns_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    inbound_freight_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    saved_storage_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    wanted_margin: Mapped[float | None] = mapped_column(Double)
    target_acos: Mapped[float | None] = mapped_column(Double)
    launch_budget_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    launch_end_date: Mapped[date | None] = mapped_column(Date)
    inventory_said_at: Mapped[datetime | None] = mapped_column(INSTANT)
    inventory_price_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    inventory_product_cost_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    inventory_fees_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    inventory_inbound_freight_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    sellable_units: Mapped[int | None] = mapped_column(Integer)
    arriving_units: Mapped[int | None] = mapped_column(Integer)
    trailing_daily_units: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    lead_time_days: Mapped[int | None] = mapped_column(Integer)
    inventory_product_code: Mapped[str | None] = mapped_column(Text)


class ProductAdRow(AdsBase, DescribedEntity):
    """An advertised product in an ad group, known by Amazon's id of the ad or, without one, by its product."""

    __tablename__ = "product_ad"
    __table_args__ = (
        tenant_key(),
        tenant_reference("ad_group_id", "ads.ad_group"),
        tenant_reference("advertised_product_id", "ads.advertised_product"),
        UniqueConstraint("tenant_id", "ad_group_id", "amazon_ad_id", name="uq_product_ad_amazon_ad_id"),
        Index("ix_product_ad_product", "tenant_id", "ad_group_id", "advertised_product_id"),
        Index("ix_product_ad_advertised_product_id", "tenant_id", "advertised_product_id"),
        one_of("state", State),
        {"comment": "distributed: products in ad groups"},
    )

    ad_group_id: Mapped[UUID]
    advertised_product_id: Mapped[UUID]
    seller_sku: Mapped[str | None] = mapped_column(Text)
    asin: Mapped[str | None] = mapped_column(Text)
    amazon_ad_id: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
