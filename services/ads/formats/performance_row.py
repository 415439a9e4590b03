"""Says what every performance report of advertising comes down to, whoever exported it and in which form."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.ads.domain.vocabulary import (
    AdProduct,
    BiddingStrategy,
    MatchType,
    Placement,
    Report,
    State,
    TargetingType,
)
from shared.core.marketplaces import Marketplace

__all__ = [
    "AdProduct",
    "BiddingStrategy",
    "MatchType",
    "PerformanceRow",
    "Placement",
    "Report",
    "State",
    "TargetingType",
]


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
