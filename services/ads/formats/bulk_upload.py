"""Writes bulk sheets 2.0 as Amazon takes them back: the 46 columns of its download, ids as text."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from services.ads.domain.vocabulary import AdProduct, BiddingStrategy, MatchType, Placement, TargetingType
from services.ads.formats.bulk_columns import BULK_HEADERS
from services.ads.formats.bulk_row import BulkEntity, BulkRecord, Operation
from shared.files.csv_out import Cell
from shared.files.xlsx_out import xlsx_bytes

SHEET = "Sponsored Products Campaigns"

_ENTITIES = {entity: entity.value.replace("_", " ").title() for entity in BulkEntity}
_TARGETING_TYPES = {TargetingType.MANUAL: "Manual", TargetingType.AUTO: "Auto"}
_STRATEGIES = {
    BiddingStrategy.FIXED: "Fixed bid",
    BiddingStrategy.DOWN_ONLY: "Dynamic bids - down only",
    BiddingStrategy.UP_AND_DOWN: "Dynamic bids - up and down",
    BiddingStrategy.RULE_BASED: "Rule based bidding",
}
_PLACEMENTS = {
    Placement.TOP_OF_SEARCH: "Placement Top",
    Placement.REST_OF_SEARCH: "Placement Rest Of Search",
    Placement.PRODUCT_PAGES: "Placement Product Page",
}
_MOST_PERCENTAGE = 900

# What must be there for Amazon to know the thing and, where it is created, its parent.
_OWN_ID: dict[BulkEntity, str] = {
    BulkEntity.CAMPAIGN: "campaign_id",
    BulkEntity.AD_GROUP: "ad_group_id",
    BulkEntity.PRODUCT_AD: "ad_id",
    BulkEntity.KEYWORD: "keyword_id",
    BulkEntity.PRODUCT_TARGETING: "product_targeting_id",
    BulkEntity.NEGATIVE_KEYWORD: "keyword_id",
    BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD: "keyword_id",
    BulkEntity.NEGATIVE_PRODUCT_TARGETING: "product_targeting_id",
}
_CONTENT: dict[BulkEntity, tuple[str, ...]] = {
    BulkEntity.CAMPAIGN: ("campaign_name", "start_date", "targeting_type", "state", "daily_budget"),
    BulkEntity.AD_GROUP: ("ad_group_id", "ad_group_name", "state", "default_bid"),
    BulkEntity.PRODUCT_AD: ("ad_group_id", "state"),
    BulkEntity.KEYWORD: ("ad_group_id", "state", "keyword_text", "match_type"),
    BulkEntity.PRODUCT_TARGETING: ("ad_group_id", "state", "targeting_expression"),
    BulkEntity.NEGATIVE_KEYWORD: ("ad_group_id", "state", "keyword_text", "match_type"),
    BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD: ("state", "keyword_text", "match_type"),
    BulkEntity.NEGATIVE_PRODUCT_TARGETING: ("ad_group_id", "state", "targeting_expression"),
    BulkEntity.BIDDING_ADJUSTMENT: ("placement", "percentage"),
}


class UnwritableRecord(ValueError):
    """Amazon would refuse this record; the message says why."""


def bulk_upload(records: Iterable[BulkRecord], created: datetime | None = None) -> bytes:
    """The workbook that does what the records say, in their order. The same records and moment give the same bytes.

    Figures and columns for information stay empty: Amazon does not read them. Raises UnwritableRecord for a record
    that Amazon would refuse: without an operation or the ids and values its operation needs, a negative keyword that
    matches broadly, a percentage outside 0-900, another ad product.
    """
    rows = (_cells(record) for record in records)
    moment = created or datetime(2000, 1, 1, tzinfo=UTC)
    blocks = xlsx_bytes(tuple(BULK_HEADERS.values()), rows, sheet=SHEET, created=moment.replace(tzinfo=None))
    return b"".join(blocks)


def _cells(record: BulkRecord) -> list[Cell]:
    check_uploadable(record)
    return [_WRITERS[name](record) if name in _WRITERS else None for name in BULK_HEADERS]


def check_uploadable(record: BulkRecord) -> None:
    """Raises UnwritableRecord for a record that Amazon would refuse."""
    what = _ENTITIES[record.entity]
    if record.ad_product is not AdProduct.SPONSORED_PRODUCTS:
        raise UnwritableRecord("only Sponsored Products are written")
    if record.operation is None:
        raise UnwritableRecord(f"a {what} needs an operation")
    needed = ["campaign_id"]
    if record.operation is Operation.CREATE or record.entity is BulkEntity.BIDDING_ADJUSTMENT:
        needed += _CONTENT[record.entity]
    else:
        needed.append(_OWN_ID[record.entity])
    missing = [name for name in needed if getattr(record, name) is None]
    if missing:
        raise UnwritableRecord(f"a {what} to {record.operation.value} needs its {', '.join(missing)}")
    if record.is_negative and record.match_type not in (None, MatchType.EXACT, MatchType.PHRASE):
        raise UnwritableRecord("a negative keyword matches exactly or as a phrase")
    if record.match_type is MatchType.NONE:
        raise UnwritableRecord("a keyword needs a match type")
    if record.placement is Placement.OTHER:
        raise UnwritableRecord("Amazon takes no percentage for other placements")
    if record.percentage is not None and not 0 <= record.percentage <= _MOST_PERCENTAGE:
        raise UnwritableRecord(f"the percentage of a placement is 0-{_MOST_PERCENTAGE}")


def _match_type(record: BulkRecord) -> str | None:
    if record.match_type is None:
        return None
    word = record.match_type.value.title()
    return f"Negative {word}" if record.is_negative else word


_WRITERS: dict[str, Callable[[BulkRecord], Cell]] = {
    "product": lambda record: "Sponsored Products",
    "entity": lambda record: _ENTITIES[record.entity],
    "operation": lambda record: record.operation.value.title() if record.operation else None,
    "campaign_id": lambda record: record.campaign_id,
    "ad_group_id": lambda record: record.ad_group_id,
    "portfolio_id": lambda record: record.portfolio_id,
    "ad_id": lambda record: record.ad_id,
    "keyword_id": lambda record: record.keyword_id,
    "product_targeting_id": lambda record: record.product_targeting_id,
    "campaign_name": lambda record: record.campaign_name,
    "ad_group_name": lambda record: record.ad_group_name,
    "start_date": lambda record: record.start_date.strftime("%Y%m%d") if record.start_date else None,
    "end_date": lambda record: record.end_date.strftime("%Y%m%d") if record.end_date else None,
    "targeting_type": lambda record: _TARGETING_TYPES[record.targeting_type] if record.targeting_type else None,
    "state": lambda record: record.state.value if record.state else None,
    "daily_budget": lambda record: record.daily_budget,
    "seller_sku": lambda record: record.seller_sku,
    "default_bid": lambda record: record.default_bid,
    "bid": lambda record: record.bid,
    "keyword_text": lambda record: record.keyword_text,
    "match_type": _match_type,
    "bidding_strategy": lambda record: _STRATEGIES[record.bidding_strategy] if record.bidding_strategy else None,
    "placement": lambda record: _PLACEMENTS[record.placement] if record.placement else None,
    "percentage": lambda record: record.percentage,
    "targeting_expression": lambda record: record.targeting_expression,
}
