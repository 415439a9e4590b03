"""Campaigns, their ad groups and the modifiers of their placements."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.ads.domain.economics import Stage
from services.ads.domain.vocabulary import AdProduct, BiddingStrategy, Placement, State, TargetingType
from services.ads.tables.base import AdsBase, DescribedEntity
from shared.db.base import tenant_key, tenant_reference
from shared.db.columns import AMOUNT, CURRENCY, INSTANT, VersionedEntity, money_pair, one_of


class CampaignRow(AdsBase, VersionedEntity):
    """A campaign of an account in a marketplace (country code).

    It is known by Amazon's id where a file has told it, else by its name among those of the same account,
    marketplace and ad product. `category`, `goal` and `is_brand_defence` are the company's own; `as_of` is the
    moment of the newest file that describes the campaign. State and budget are known of the moments `…_known_at`, from
    a file or from the change of ours (`…_change_id`) that was applied then. `same_as_id` is a campaign whose id a
    file gave to the name of this one, of which no id is known: they are probably one that was renamed.
    """

    __tablename__ = "campaign"
    __table_args__ = (
        tenant_key(),
        tenant_reference("ad_account_id", "ads.ad_account"),
        UniqueConstraint(
            "tenant_id",
            "ad_account_id",
            "marketplace",
            "ad_product",
            "amazon_campaign_id",
            name="uq_campaign_amazon_campaign_id",
        ),
        Index("ix_campaign_name_key", "tenant_id", "name_key", "id"),
        one_of("ad_product", AdProduct),
        one_of("state", State),
        one_of("targeting_type", TargetingType),
        one_of("bidding_strategy", BiddingStrategy),
        one_of("goal", Stage),
        tenant_reference("same_as_id", "ads.campaign"),
        money_pair("daily_budget"),
        CheckConstraint("daily_budget_amount >= 0", name="daily_budget"),
        {"comment": "distributed: advertising campaigns"},
    )

    ad_account_id: Mapped[UUID]
    marketplace: Mapped[str] = mapped_column(Text)
    ad_product: Mapped[str] = mapped_column(Text)
    amazon_campaign_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    portfolio: Mapped[str | None] = mapped_column(Text)
    targeting_type: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    daily_budget_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    daily_budget_currency: Mapped[str | None] = mapped_column(CURRENCY)
    bidding_strategy: Mapped[str | None] = mapped_column(Text)
    start_date: Mapped[date | None] = mapped_column(Date)
    end_date: Mapped[date | None] = mapped_column(Date)
    category: Mapped[str | None] = mapped_column(Text)
    goal: Mapped[str | None] = mapped_column(Text)
    is_brand_defence: Mapped[bool | None] = mapped_column(Boolean)
    as_of: Mapped[datetime] = mapped_column(INSTANT)
    state_known_at: Mapped[datetime | None] = mapped_column(INSTANT)
    state_change_id: Mapped[UUID | None]
    daily_budget_known_at: Mapped[datetime | None] = mapped_column(INSTANT)
    daily_budget_change_id: Mapped[UUID | None]
    same_as_id: Mapped[UUID | None]


class AdGroupRow(AdsBase, DescribedEntity):
    """A group of ads and targets of a campaign, known by Amazon's id or, without one, by its name."""

    __tablename__ = "ad_group"
    __table_args__ = (
        tenant_key(),
        tenant_reference("campaign_id", "ads.campaign"),
        UniqueConstraint("tenant_id", "campaign_id", "amazon_ad_group_id", name="uq_ad_group_amazon_ad_group_id"),
        Index("ix_ad_group_name_key", "tenant_id", "campaign_id", "name_key"),
        one_of("state", State),
        money_pair("default_bid"),
        CheckConstraint("default_bid_amount >= 0", name="default_bid"),
        {"comment": "distributed: ad groups of campaigns"},
    )

    campaign_id: Mapped[UUID]
    amazon_ad_group_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    state: Mapped[str | None] = mapped_column(Text)
    default_bid_amount: Mapped[Decimal | None] = mapped_column(AMOUNT)
    default_bid_currency: Mapped[str | None] = mapped_column(CURRENCY)


class PlacementModifierRow(AdsBase, DescribedEntity):
    """A placement of a campaign; `percentage` raises bids there and is null where no file has told it.

    It is known of the moment `percentage_known_at`, from a file or from our change `percentage_change_id`.
    """

    __tablename__ = "placement_modifier"
    __table_args__ = (
        tenant_key(),
        tenant_reference("campaign_id", "ads.campaign"),
        UniqueConstraint("tenant_id", "campaign_id", "placement", name="uq_placement_modifier_placement"),
        one_of("placement", Placement),
        CheckConstraint("percentage BETWEEN 0 AND 900", name="percentage"),
        {"comment": "distributed: placements of campaigns with what their bids are raised by"},
    )

    campaign_id: Mapped[UUID]
    placement: Mapped[str] = mapped_column(Text)
    percentage: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    percentage_known_at: Mapped[datetime | None] = mapped_column(INSTANT)
    percentage_change_id: Mapped[UUID | None]
