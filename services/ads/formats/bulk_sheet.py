"""Reads bulk sheets 2.0: what an ad account consists of, and the search terms of the same workbook."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from services.ads.domain.vocabulary import (
    AdProduct,
    BiddingStrategy,
    MatchType,
    Placement,
    Report,
    State,
    TargetingType,
)
from services.ads.formats.bulk_columns import BULK_HEADERS
from services.ads.formats.bulk_row import NEGATIVES, BulkEntity, BulkEntityRow, BulkRecord, BulkRow, Operation
from services.ads.formats.days import read_report_day
from services.ads.formats.performance_row import PerformanceRow
from services.ads.formats.report_reading import amazon_id
from services.ads.formats.words import (
    AD_PRODUCTS,
    BIDDING_STRATEGIES,
    ENTITIES,
    MATCH_TYPES,
    OPERATIONS,
    PLACEMENTS,
    STATES,
    TARGETING_TYPES,
    fold_word,
)
from shared.files.cells import EMPTY_DAY, Cells
from shared.files.facts import DATE_RANGE, MARKETPLACE
from shared.files.headers import Column
from shared.files.kind import TableKind, Totals, Variant
from shared.files.problems import CellProblem
from shared.files.values import Order

NAME = "bulk_sheet"

T = TypeVar("T")

_MOST_NAME = 1000
_LOOK_BACK = (
    "The search terms of a bulk sheet are said to be of a fixed number of days, whatever range was chosen: "
    "compare their clicks with the console's search term report."
)
_REQUIRED = ("product", "campaign_id")

COLUMNS: tuple[Column, ...] = (
    *(
        # Sponsored Brands and Display sheets call the budget so.
        Column(name, (header, "Budget") if name == "daily_budget" else (header,), required=name in _REQUIRED)
        for name, header in BULK_HEADERS.items()
    ),
    Column("search_term", ("Customer Search Term",)),
)


def begin() -> Callable[[Cells], BulkRow | None]:
    """The maker of rows; what it does not know of entities is told once each."""
    unknown: set[str] = set()
    has_terms = False

    def make(cells: Cells) -> BulkRow | None:
        nonlocal has_terms
        if cells.has("search_term"):
            if not has_terms:
                has_terms = True
                cells.remark(None, "fixed_look_back", _LOOK_BACK)
            return _search_term(cells)
        word = cells.raw("entity")
        entity = ENTITIES.get(fold_word(word))
        if entity is None:
            if not word:
                cells.refuse("entity", "empty", "This cell must not be empty.")
            elif word not in unknown:
                unknown.add(word)
                cells.remark("entity", "unknown_entity", "Rows of this entity are not read.")
            return None
        return _entity_row(cells, BulkEntity(entity))

    return make


def _entity_row(cells: Cells, entity: BulkEntity) -> BulkEntityRow:
    operation = read_word(cells, "operation", OPERATIONS, Operation)
    read_id = _chosen_id if operation is Operation.CREATE else amazon_id
    record = BulkRecord(
        entity=entity,
        ad_product=_ad_product(cells),
        operation=operation,
        campaign_id=read_id(cells, "campaign_id"),
        ad_group_id=read_id(cells, "ad_group_id"),
        portfolio_id=amazon_id(cells, "portfolio_id"),
        ad_id=read_id(cells, "ad_id"),
        keyword_id=read_id(cells, "keyword_id"),
        product_targeting_id=read_id(cells, "product_targeting_id"),
        campaign_name=cells.text_or_none("campaign_name", _MOST_NAME),
        ad_group_name=cells.text_or_none("ad_group_name", _MOST_NAME),
        start_date=read_date(cells, "start_date"),
        end_date=read_date(cells, "end_date"),
        targeting_type=read_word(cells, "targeting_type", TARGETING_TYPES, TargetingType),
        state=read_word(cells, "state", STATES, State, is_needed=False),
        daily_budget=cells.amount_or_none("daily_budget"),
        seller_sku=cells.identifier_or_none("seller_sku"),
        default_bid=cells.amount_or_none("default_bid"),
        bid=cells.amount_or_none("bid"),
        keyword_text=cells.text_or_none("keyword_text", _MOST_NAME),
        match_type=read_match_type(cells, is_negative=entity in NEGATIVES),
        bidding_strategy=read_word(cells, "bidding_strategy", BIDDING_STRATEGIES, BiddingStrategy),
        placement=read_word(cells, "placement", PLACEMENTS, Placement),
        percentage=read_percentage(cells),
        targeting_expression=cells.text_or_none("targeting_expression", _MOST_NAME),
    )
    if not cells.raw("campaign_id"):
        cells.refuse("campaign_id", "empty", "This cell must not be empty.")
    return entity_row(
        cells,
        record,
        campaign_name=cells.text_or_none("shown_campaign_name", _MOST_NAME) or record.campaign_name,
        ad_group_name=cells.text_or_none("shown_ad_group_name", _MOST_NAME) or record.ad_group_name,
        portfolio=cells.text_or_none("portfolio", _MOST_NAME),
        campaign_state=read_word(cells, "campaign_state", STATES, State, is_needed=False),
        ad_group_state=read_word(cells, "ad_group_state", STATES, State, is_needed=False),
        asin=cells.identifier_or_none("asin"),
        resolved_expression=cells.text_or_none("resolved_expression", _MOST_NAME),
    )


def entity_row(
    cells: Cells,
    record: BulkRecord,
    *,
    campaign_name: str | None,
    ad_group_name: str | None,
    portfolio: str | None = None,
    campaign_state: State | None = None,
    ad_group_state: State | None = None,
    asin: str | None = None,
    resolved_expression: str | None = None,
) -> BulkEntityRow:
    """The record with its names, states and figures."""
    facts = cells.facts
    assert facts.marketplace is not None, "needs() asks for the marketplace"
    row = BulkEntityRow(
        line=cells.line,
        marketplace=facts.marketplace,
        date_from=facts.from_date or EMPTY_DAY,
        date_to=facts.to_date or EMPTY_DAY,
        record=record,
        campaign_name=campaign_name,
        ad_group_name=ad_group_name,
        portfolio=portfolio,
        campaign_state=campaign_state,
        ad_group_state=ad_group_state,
        asin=asin,
        resolved_expression=resolved_expression,
        impressions=cells.integer_or_none("impressions"),
        clicks=cells.integer_or_none("clicks"),
        cost=cells.amount_or_none("cost"),
        orders=cells.integer_or_none("orders"),
        units=cells.integer_or_none("units"),
        sales=cells.amount_or_none("sales"),
    )
    _tell_more_clicks(cells, row.impressions, row.clicks)
    return row


def _search_term(cells: Cells) -> PerformanceRow:
    """One row of the tab "SP Search Term Report": a search term and the keyword or target that caught it."""
    facts = cells.facts
    assert facts.marketplace is not None, "needs() asks for the marketplace"
    keyword = cells.text_or_none("keyword_text", _MOST_NAME)
    if not cells.raw("campaign_id"):
        cells.refuse("campaign_id", "empty", "This cell must not be empty.")
    row = PerformanceRow(
        line=cells.line,
        ad_product=_ad_product(cells),
        report=Report.SEARCH_TERMS,
        marketplace=facts.marketplace,
        date_from=facts.from_date or EMPTY_DAY,
        date_to=facts.to_date or EMPTY_DAY,
        is_daily=facts.from_date == facts.to_date,
        currency=facts.marketplace.currency,
        portfolio=cells.text_or_none("portfolio", _MOST_NAME),
        campaign_name=cells.text_or_none("shown_campaign_name", _MOST_NAME)
        or cells.text_or_none("campaign_name", _MOST_NAME),
        amazon_campaign_id=amazon_id(cells, "campaign_id"),
        campaign_state=read_word(cells, "campaign_state", STATES, State, is_needed=False),
        ad_group_name=cells.text_or_none("shown_ad_group_name", _MOST_NAME)
        or cells.text_or_none("ad_group_name", _MOST_NAME),
        amazon_ad_group_id=amazon_id(cells, "ad_group_id"),
        target_text=keyword or cells.text_or_none("targeting_expression", _MOST_NAME),
        match_type=read_match_type(cells, is_negative=False) or MatchType.NONE,
        amazon_target_id=amazon_id(cells, "keyword_id") or amazon_id(cells, "product_targeting_id"),
        search_term=cells.identifier("search_term", _MOST_NAME),
        bid=cells.amount_or_none("bid"),
        impressions=cells.integer_or_none("impressions"),
        clicks=cells.integer("clicks"),
        cost=cells.amount("cost"),
        orders=cells.integer_or_none("orders"),
        units=cells.integer_or_none("units"),
        sales=cells.amount_or_none("sales"),
    )
    _tell_more_clicks(cells, row.impressions, row.clicks)
    return row


def _tell_more_clicks(cells: Cells, impressions: int | None, clicks: int | None) -> None:
    if impressions is not None and clicks is not None and clicks > impressions:
        message = "More clicks than impressions: Amazon corrects the two at different times."
        cells.remark("clicks", "more_clicks_than_impressions", message)


def _ad_product(cells: Cells) -> AdProduct:
    found = read_word(cells, "product", AD_PRODUCTS, AdProduct)
    if found is None and not cells.raw("product"):
        cells.refuse("product", "empty", "This cell must not be empty.")
    return found or AdProduct.SPONSORED_PRODUCTS


def _chosen_id(cells: Cells, column: str) -> str | None:
    """The id that a sender has chosen for what is to be created, which may be a name."""
    return cells.identifier_or_none(column, _MOST_NAME)


def read_date(cells: Cells, column: str, order: Order = "mdy") -> date | None:
    """A day of a bulk sheet, 20260131 as a rule, or None."""
    text = cells.raw(column)
    if not text:
        return None
    try:
        return read_report_day(text, order)
    except CellProblem as problem:
        cells.refuse(column, problem.code, problem.message)
        return None


def read_percentage(cells: Cells) -> Decimal | None:
    """What a placement is bid higher: `50%`, `50.00%` and `50` are all fifty percent."""
    ratio = cells.percent_or_none("percentage")
    return None if ratio is None else ratio * 100


def read_match_type(cells: Cells, *, is_negative: bool) -> MatchType | None:
    """The match type; "Negative Exact" is exact, and `negativeExact` too, where the row is a negative."""
    text = fold_word(cells.raw("match_type"))
    if not text:
        return None
    plain = text.removeprefix("campaign ").removeprefix("negative").strip()
    found = MATCH_TYPES.get(plain) if is_negative or plain == text else None
    if found is None:
        cells.refuse("match_type", "unknown_word", "This word is not known here.")
        return None
    return MatchType(found)


def read_word(
    cells: Cells, column: str, words: Mapping[str, str], meaning: Callable[[str], T], *, is_needed: bool = True
) -> T | None:
    """What a word means, None for an empty cell; an unknown word is an error of the row where it `is_needed`."""
    text = cells.raw(column)
    if not text:
        return None
    found = words.get(fold_word(text))
    if found is None:
        message = "This word is not known here."
        if is_needed:
            cells.refuse(column, "unknown_word", message)
        else:
            cells.remark(column, "unknown_word", message)
        return None
    return meaning(found)


def _is_term(row: BulkRow) -> bool:
    return isinstance(row, PerformanceRow)


def _of(entity: BulkEntity) -> Callable[[BulkRow], int]:
    return lambda row: int(isinstance(row, BulkEntityRow) and row.record.entity is entity)


BULK_TOTALS: Totals[BulkRow] = Totals(
    sums={
        **{f"{entity.value}_rows": _of(entity) for entity in BulkEntity},
        "search_term_rows": lambda row: int(_is_term(row)),
        "campaign_impressions": lambda row: (row.impressions or 0) * _of(BulkEntity.CAMPAIGN)(row),
        "campaign_clicks": lambda row: (row.clicks or 0) * _of(BulkEntity.CAMPAIGN)(row),
        "campaign_cost": lambda row: (row.cost or 0) * _of(BulkEntity.CAMPAIGN)(row),
        "campaign_sales": lambda row: (row.sales or 0) * _of(BulkEntity.CAMPAIGN)(row),
        "campaign_orders": lambda row: (row.orders or 0) * _of(BulkEntity.CAMPAIGN)(row),
        "search_term_impressions": lambda row: (row.impressions or 0) if _is_term(row) else 0,
        "search_term_clicks": lambda row: (row.clicks or 0) if _is_term(row) else 0,
        "search_term_cost": lambda row: (row.cost or 0) if _is_term(row) else 0,
        "search_term_sales": lambda row: (row.sales or 0) if _is_term(row) else 0,
        "search_term_orders": lambda row: (row.orders or 0) if _is_term(row) else 0,
    },
)

KIND: TableKind[BulkRow] = TableKind(
    name=NAME,
    columns=COLUMNS,
    any_of=(("entity", "search_term"),),
    begin=begin,
    totals=BULK_TOTALS,
    needs=lambda glance: (MARKETPLACE, DATE_RANGE),
    variants=(Variant("2.0", "en"),),
    every_sheet=True,
)
