"""Says what every performance report of advertising comes down to, whoever exported it and in which form."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shared.core.marketplaces import Marketplace


class AdProduct(StrEnum):
    """The families of Amazon's advertising."""

    SPONSORED_PRODUCTS = "sponsored_products"
    SPONSORED_BRANDS = "sponsored_brands"
    SPONSORED_DISPLAY = "sponsored_display"


class Report(StrEnum):
    """What the rows of a report are about."""

    CAMPAIGNS = "campaigns"
    AD_GROUPS = "ad_groups"
    PLACEMENTS = "placements"
    TARGETS = "targets"
    SEARCH_TERMS = "search_terms"
    ADVERTISED_PRODUCTS = "advertised_products"
    PURCHASED_PRODUCTS = "purchased_products"


class Placement(StrEnum):
    """Where on Amazon an ad was shown."""

    TOP_OF_SEARCH = "top_of_search"
    REST_OF_SEARCH = "rest_of_search"
    PRODUCT_PAGES = "product_pages"
    OTHER = "other"


class MatchType(StrEnum):
    """How a keyword catches search terms; `none` for products and automatic targeting."""

    EXACT = "exact"
    PHRASE = "phrase"
    BROAD = "broad"
    NONE = "none"


class State(StrEnum):
    """What Amazon does with a campaign, ad group, target or ad."""

    ENABLED = "enabled"
    PAUSED = "paused"
    ARCHIVED = "archived"


class TargetingType(StrEnum):
    """Whether the seller or Amazon chooses what a campaign's ads appear for."""

    MANUAL = "manual"
    AUTO = "auto"


class BiddingStrategy(StrEnum):
    """How Amazon may change a bid: never, down only, up and down, or by rules of the seller."""

    FIXED = "fixed"
    DOWN_ONLY = "down_only"
    UP_AND_DOWN = "up_and_down"
    RULE_BASED = "rule_based"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceRow:
    """Figures of one subject over one inclusive range of the marketplace's days. None is what the file does not say.

    `line` is the physical line, of JSON the position in the array. Amazon splits some keys over several rows: they
    are added together. Orders may exceed clicks. `currency` is the file's own word (column, money sign), else
    None and the marketplace's. `cost`, `sales`, `bid` and `daily_budget` are in it. `orders`, `units` and `sales`
    are those attributed to the ad within `attribution_days`; the `own_sku` ones are for the advertised product
    itself, in the row of a purchased product those of `purchased_asin`. `top_of_search_share` is a ratio.
    """

    line: int
    ad_product: AdProduct
    report: Report
    marketplace: Marketplace
    date_from: date
    date_to: date
    currency: str | None = None
    portfolio: str | None = None
    campaign_name: str | None = None
    amazon_campaign_id: str | None = None
    campaign_state: State | None = None
    daily_budget: Decimal | None = None
    bidding_strategy: BiddingStrategy | None = None
    targeting_type: TargetingType | None = None
    ad_group_name: str | None = None
    amazon_ad_group_id: str | None = None
    target_text: str | None = None
    match_type: MatchType | None = None
    amazon_target_id: str | None = None
    search_term: str | None = None
    seller_sku: str | None = None
    asin: str | None = None
    amazon_ad_id: str | None = None
    purchased_asin: str | None = None
    placement: Placement | None = None
    bid: Decimal | None = None
    impressions: int | None = None
    clicks: int | None = None
    cost: Decimal | None = None
    orders: int | None = None
    units: int | None = None
    sales: Decimal | None = None
    own_sku_units: int | None = None
    own_sku_sales: Decimal | None = None
    attribution_days: int | None = None
    top_of_search_share: Decimal | None = None

    @property
    def is_one_day(self) -> bool:
        """Whether the figures are of a single day."""
        return self.date_from == self.date_to
