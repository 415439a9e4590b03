"""Reads bulk files of before 2022, whose rows are named by "Record Type" and hang together by names."""

from collections.abc import Callable

from services.ads.domain.vocabulary import AdProduct, BiddingStrategy, Placement, State, TargetingType
from services.ads.formats.bulk_row import NEGATIVES, BulkEntity, BulkEntityRow, BulkRecord, BulkRow
from services.ads.formats.bulk_sheet import (
    BULK_TOTALS,
    entity_row,
    read_date,
    read_match_type,
    read_percentage,
    read_word,
)
from services.ads.formats.report_reading import amazon_id
from services.ads.formats.words import BIDDING_STRATEGIES, ENTITIES, PLACEMENTS, STATES, TARGETING_TYPES, fold_word
from shared.files.cells import Cells
from shared.files.facts import DATE_RANGE, MARKETPLACE
from shared.files.headers import Column
from shared.files.kind import TableKind, Variant

NAME = "bulk_sheet_legacy"

_MOST_NAME = 1000

COLUMNS = (
    Column("record_id", ("Record ID",), required=True),
    Column("record_type", ("Record Type",), required=True),
    Column("campaign_id", ("Campaign ID",), required=True),
    Column("campaign_name", ("Campaign",), required=True),
    Column("daily_budget", ("Campaign Daily Budget", "Budget")),
    Column("portfolio_id", ("Portfolio ID",)),
    Column("start_date", ("Campaign Start Date",)),
    Column("end_date", ("Campaign End Date",)),
    Column("targeting_type", ("Campaign Targeting Type",)),
    Column("ad_group_name", ("Ad Group",)),
    Column("bid", ("Max Bid",)),
    Column("targeting", ("Keyword or Product Targeting", "Keyword")),
    Column("product_targeting_id", ("Product Targeting ID",)),
    Column("match_type", ("Match Type",)),
    Column("seller_sku", ("SKU",)),
    Column("campaign_state", ("Campaign Status",)),
    Column("ad_group_state", ("Ad Group Status",)),
    Column("state", ("Status",)),
    Column("impressions", ("Impressions",)),
    Column("clicks", ("Clicks",)),
    Column("cost", ("Spend",)),
    Column("orders", ("Orders",)),
    Column("units", ("Total Units",)),
    Column("sales", ("Sales",)),
    Column("acos", ("ACoS",)),
    Column("bidding_strategy", ("Bidding strategy",)),
    Column("placement", ("Placement Type",)),
    Column("percentage", ("Increase bids by placement",)),
    Column("brand_name", ("Brand Name",)),
    Column("campaign_type", ("Campaign Type",)),
    Column("budget_type", ("Budget Type",)),
)


def begin() -> Callable[[Cells], BulkRow | None]:
    """The maker of rows; what it does not know of record types is told once each."""
    unknown: set[str] = set()

    def make(cells: Cells) -> BulkRow | None:
        word = cells.raw("record_type")
        entity = ENTITIES.get(fold_word(word))
        if entity is None:
            if not word:
                cells.refuse("record_type", "empty", "This cell must not be empty.")
            elif word not in unknown:
                unknown.add(word)
                cells.remark("record_type", "unknown_entity", "Rows of this type are not read.")
            return None
        return _row(cells, _particular(cells, BulkEntity(entity)))

    return make


def _particular(cells: Cells, entity: BulkEntity) -> BulkEntity:
    """A "Keyword" that matches negatively is a negative one, and with "campaign negative …" one of the campaign."""
    words = fold_word(cells.raw("match_type")).split()
    if entity is BulkEntity.KEYWORD and "negative" in words:
        return BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD if "campaign" in words else BulkEntity.NEGATIVE_KEYWORD
    is_expression = entity is BulkEntity.PRODUCT_TARGETING
    return BulkEntity.NEGATIVE_PRODUCT_TARGETING if is_expression and "negative" in words else entity


def _row(cells: Cells, entity: BulkEntity) -> BulkEntityRow:
    own_id = amazon_id(cells, "record_id")
    is_keyword = entity in (BulkEntity.KEYWORD, BulkEntity.NEGATIVE_KEYWORD, BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD)
    is_expression = entity in (BulkEntity.PRODUCT_TARGETING, BulkEntity.NEGATIVE_PRODUCT_TARGETING)
    targeting = cells.text_or_none("targeting", _MOST_NAME)
    campaign_name = cells.text_or_none("campaign_name", _MOST_NAME)
    ad_group_name = cells.text_or_none("ad_group_name", _MOST_NAME)
    campaign_state = read_word(cells, "campaign_state", STATES, State, is_needed=False)
    ad_group_state = read_word(cells, "ad_group_state", STATES, State, is_needed=False)
    state = read_word(cells, "state", STATES, State, is_needed=False)
    campaign_id = amazon_id(cells, "campaign_id")
    if not cells.raw("campaign_id"):
        cells.refuse("campaign_id", "empty", "This cell must not be empty.")
    is_adjustment = entity is BulkEntity.BIDDING_ADJUSTMENT
    bid = cells.amount_or_none("bid")
    record = BulkRecord(
        entity=entity,
        ad_product=AdProduct.SPONSORED_BRANDS if cells.has("brand_name") else AdProduct.SPONSORED_PRODUCTS,
        campaign_id=campaign_id,
        ad_group_id=own_id if entity is BulkEntity.AD_GROUP else None,
        portfolio_id=amazon_id(cells, "portfolio_id"),
        ad_id=own_id if entity is BulkEntity.PRODUCT_AD else None,
        keyword_id=own_id if is_keyword else None,
        product_targeting_id=own_id if is_expression else None,
        campaign_name=campaign_name if entity is BulkEntity.CAMPAIGN else None,
        ad_group_name=ad_group_name if entity is BulkEntity.AD_GROUP else None,
        start_date=read_date(cells, "start_date"),
        end_date=read_date(cells, "end_date"),
        targeting_type=read_word(cells, "targeting_type", TARGETING_TYPES, TargetingType),
        state={BulkEntity.CAMPAIGN: campaign_state, BulkEntity.AD_GROUP: ad_group_state}.get(entity, state),
        daily_budget=cells.amount_or_none("daily_budget"),
        seller_sku=cells.identifier_or_none("seller_sku"),
        default_bid=bid if entity is BulkEntity.AD_GROUP else None,
        bid=bid if entity is not BulkEntity.AD_GROUP else None,
        keyword_text=targeting if is_keyword else None,
        match_type=read_match_type(cells, is_negative=entity in NEGATIVES) if is_keyword else None,
        bidding_strategy=read_word(cells, "bidding_strategy", BIDDING_STRATEGIES, BiddingStrategy),
        placement=read_word(cells, "placement", PLACEMENTS, Placement) if is_adjustment else None,
        percentage=read_percentage(cells),
        targeting_expression=cells.text_or_none("targeting", _MOST_NAME) if is_expression else None,
    )
    return entity_row(
        cells,
        record,
        campaign_name=campaign_name,
        ad_group_name=ad_group_name,
        campaign_state=campaign_state,
        ad_group_state=ad_group_state,
    )


KIND: TableKind[BulkRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    begin=begin,
    totals=BULK_TOTALS,
    needs=lambda glance: (MARKETPLACE, DATE_RANGE),
    variants=(Variant("legacy", "en"),),
    every_sheet=True,
)
