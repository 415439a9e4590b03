"""Says what a row of a bulk sheet is: one thing of an ad account, what is to be done to it, and its figures."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.ads.domain.vocabulary import (
    AdProduct,
    BiddingStrategy,
    MatchType,
    Placement,
    Report,
    State,
    TargetingType,
)
from services.ads.formats.performance_row import PerformanceRow
from shared.core.marketplaces import Marketplace


class BulkEntity(StrEnum):
    """What a row of a bulk sheet is about."""

    CAMPAIGN = "campaign"
    AD_GROUP = "ad_group"
    PRODUCT_AD = "product_ad"
    KEYWORD = "keyword"
    PRODUCT_TARGETING = "product_targeting"
    NEGATIVE_KEYWORD = "negative_keyword"
    CAMPAIGN_NEGATIVE_KEYWORD = "campaign_negative_keyword"
    NEGATIVE_PRODUCT_TARGETING = "negative_product_targeting"
    BIDDING_ADJUSTMENT = "bidding_adjustment"


class Operation(StrEnum):
    """What Amazon shall do with the row when the sheet is uploaded."""

    CREATE = "create"
    UPDATE = "update"
    ARCHIVE = "archive"


NEGATIVES = frozenset(
    {BulkEntity.NEGATIVE_KEYWORD, BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD, BulkEntity.NEGATIVE_PRODUCT_TARGETING}
)

_REPORTS = {
    BulkEntity.CAMPAIGN: Report.CAMPAIGNS,
    BulkEntity.AD_GROUP: Report.AD_GROUPS,
    BulkEntity.PRODUCT_AD: Report.ADVERTISED_PRODUCTS,
    BulkEntity.KEYWORD: Report.TARGETS,
    BulkEntity.PRODUCT_TARGETING: Report.TARGETS,
    BulkEntity.BIDDING_ADJUSTMENT: Report.PLACEMENTS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRecord:
    """What can be uploaded of one thing; None is an empty cell.

    Ids are Amazon's, except where something is created: there the sender chooses an id by which other rows of the
    same sheet name it. The match type of a negative keyword is exact or phrase. `percentage` is that of a placement.
    """

    entity: BulkEntity
    ad_product: AdProduct = AdProduct.SPONSORED_PRODUCTS
    operation: Operation | None = None
    campaign_id: str | None = None
    ad_group_id: str | None = None
    portfolio_id: str | None = None
    ad_id: str | None = None
    keyword_id: str | None = None
    product_targeting_id: str | None = None
    campaign_name: str | None = None
    ad_group_name: str | None = None
    start_date: date | None = None
    end_date: date | None = None
    targeting_type: TargetingType | None = None
    state: State | None = None
    daily_budget: Decimal | None = None
    seller_sku: str | None = None
    default_bid: Decimal | None = None
    bid: Decimal | None = None
    keyword_text: str | None = None
    match_type: MatchType | None = None
    bidding_strategy: BiddingStrategy | None = None
    placement: Placement | None = None
    percentage: Decimal | None = None
    targeting_expression: str | None = None

    @property
    def is_negative(self) -> bool:
        """Whether it keeps ads from being shown."""
        return self.entity in NEGATIVES


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkEntityRow:
    """One row of a bulk sheet as downloaded, its figures summed over the days that the sender named.

    Names are those that the sheet shows for information, else those of the record. Amounts are in the currency of
    the marketplace.
    """

    line: int
    marketplace: Marketplace
    date_from: date
    date_to: date
    record: BulkRecord
    campaign_name: str | None = None
    ad_group_name: str | None = None
    portfolio: str | None = None
    campaign_state: State | None = None
    ad_group_state: State | None = None
    asin: str | None = None
    resolved_expression: str | None = None
    impressions: int | None = None
    clicks: int | None = None
    cost: Decimal | None = None
    orders: int | None = None
    units: int | None = None
    sales: Decimal | None = None

    def performance(self) -> PerformanceRow | None:
        """Its figures as a row of a report; None where it has none, as negatives and rows to be created have none."""
        record = self.record
        report = _REPORTS.get(record.entity)
        has_placement = report is not Report.PLACEMENTS or record.placement is not None
        if report is None or not has_placement or self.clicks is None or self.cost is None:
            return None
        if record.operation is Operation.CREATE:
            return None
        is_target = report is Report.TARGETS
        return PerformanceRow(
            line=self.line,
            ad_product=record.ad_product,
            report=report,
            marketplace=self.marketplace,
            date_from=self.date_from,
            date_to=self.date_to,
            is_daily=self.date_from == self.date_to,
            currency=self.marketplace.currency,
            portfolio=self.portfolio,
            campaign_name=self.campaign_name,
            amazon_campaign_id=record.campaign_id,
            campaign_state=record.state if record.entity is BulkEntity.CAMPAIGN else self.campaign_state,
            daily_budget=record.daily_budget,
            bidding_strategy=record.bidding_strategy,
            targeting_type=record.targeting_type,
            campaign_start_date=record.start_date,
            campaign_end_date=record.end_date,
            ad_group_name=self.ad_group_name,
            amazon_ad_group_id=record.ad_group_id,
            target_text=(record.keyword_text or record.targeting_expression) if is_target else None,
            match_type=(record.match_type or MatchType.NONE) if is_target else None,
            amazon_target_id=(record.keyword_id or record.product_targeting_id) if is_target else None,
            seller_sku=record.seller_sku,
            asin=self.asin,
            amazon_ad_id=record.ad_id,
            placement=record.placement,
            bid=record.bid,
            impressions=self.impressions,
            clicks=self.clicks,
            cost=self.cost,
            orders=self.orders,
            units=self.units,
            sales=self.sales,
        )


BulkRow = BulkEntityRow | PerformanceRow
