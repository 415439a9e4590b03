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


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformanceRow:
    """Figures of one subject over one inclusive range of the marketplace's days. None is what the file does not say.

    `line` is the physical line, of JSON the position in the array. `is_daily` says that the report tells every day
    apart. The rows of a summary each tell the first and last day on which *they* had traffic, so a row of one day may
    stand in it; the range of the report is that of all its rows, or the one its sender names. Amazon splits some keys
    over several rows: they are added together. `currency` is the marketplace's; rows that state another are refused.
    `orders`, `units` and `sales` are those attributed to the ad within `attribution_days` of the click (None: the file
    does not say); orders may exceed clicks. The `own_sku` ones are of the advertised product itself. In a purchased
    product's row `orders`, `units` and `sales` are those of `purchased_asin`. `top_of_search_share` is a ratio.
    """

    line: int
    ad_product: AdProduct
    report: Report
    marketplace: Marketplace
    date_from: date
    date_to: date
    is_daily: bool
    currency: str
    portfolio: str | None = None
    campaign_name: str | None = None
    amazon_campaign_id: str | None = None
    campaign_state: State | None = None
    daily_budget: Decimal | None = None
    bidding_strategy: BiddingStrategy | None = None
    targeting_type: TargetingType | None = None
    campaign_start_date: date | None = None
    campaign_end_date: date | None = None
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
