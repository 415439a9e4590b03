"""What ads are shown for, what keeps them away, and what customers typed."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.vocabulary import MatchType, NegativeMatchType, State, TargetKind
from services.ads.tables.base import AdsBase, DescribedEntity
from shared.db.base import TenantEntity, tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, money_pair, one_of


class TargetRow(AdsBase, DescribedEntity):
    """A keyword, or an expression as Amazon writes it; known by Amazon's id, else by match type and text.

    State and bid are known of the moments `…_known_at`, from a file or from the change of ours (`…_change_id`) that was
    applied then. `bid_before_stock` is the bid before we lowered it for stock, while it is as we set it.
    """

    __tablename__ = "target"
    __table_args__ = (
        tenant_key(),
        tenant_reference("ad_group_id", "ads.ad_group"),
        UniqueConstraint("tenant_id", "ad_group_id", "amazon_target_id", name="uq_target_amazon_target_id"),
        Index("ix_target_text_key", "tenant_id", "ad_group_id", "text_key"),
        one_of("kind", TargetKind),
        one_of("match_type", MatchType),
        one_of("state", State),
        money_pair("bid"),
        CheckConstraint("bid_amount >= 0", name="bid"),
        {"comment": "distributed: keywords and other targets of ad groups"},
    )

    ad_group_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(Text)
    match_type: Mapped[str] = mapped_column(Text)
    amazon_target_id: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    bid_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    bid_currency: Mapped[str | None] = mapped_column(CURRENCY)
    state_known_at: Mapped[datetime | None] = mapped_column(INSTANT)
    state_change_id: Mapped[UUID | None]
    bid_known_at: Mapped[datetime | None] = mapped_column(INSTANT)
    bid_change_id: Mapped[UUID | None]
    bid_before_stock: Mapped[Decimal | None] = mapped_column(AMOUNT)


class NegativeTargetRow(AdsBase, DescribedEntity):
    """A keyword or product for which ads are not shown: of an ad group, or of the whole campaign."""

    __tablename__ = "negative_target"
    __table_args__ = (
        tenant_key(),
        tenant_reference("campaign_id", "ads.campaign"),
        tenant_reference("ad_group_id", "ads.ad_group"),
        UniqueConstraint(
            "tenant_id",
            "campaign_id",
            "ad_group_id",
            "match_type",
            "text_key",
            name="uq_negative_target_text",
            postgresql_nulls_not_distinct=True,
        ),
        one_of("match_type", NegativeMatchType),
        one_of("state", State),
        {"comment": "distributed: what keeps the ads of campaigns and ad groups away"},
    )

    campaign_id: Mapped[UUID]
    ad_group_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(Text)
    match_type: Mapped[str] = mapped_column(Text)
    amazon_target_id: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)


class SearchTermRow(AdsBase, TenantEntity):
    """What customers typed, or the product page they looked at, when a target's ad was shown.

    No foreign key: half a million terms would look up their targets one by one. Writers take `target_id` from the
    target table in the same transaction, and targets are never deleted.
    """

    __tablename__ = "search_term"
    __table_args__ = (
        tenant_key(),
        UniqueConstraint("tenant_id", "target_id", "text_key", name="uq_search_term_text"),
        {"comment": "distributed: search terms of customers by target"},
    )

    target_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(Text)
    text_key: Mapped[str] = mapped_column(Text)
    is_asin: Mapped[bool] = mapped_column(Boolean)
