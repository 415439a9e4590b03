"""What the rows of downloaded bulk sheets mean, of both generations and on every tab."""

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter

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
from services.ads.formats.bulk_row import BulkEntity, BulkEntityRow, Operation
from services.ads.formats.kinds import KINDS
from services.ads.formats.performance_row import PerformanceRow
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise
from tests.ads.formats.build import FIRST, LAST, csv, errors, notices, read, workbook

HEADER = list(BULK_HEADERS.values())
FIGURES: dict[str, object] = {
    "Impressions": "200",
    "Clicks": "4",
    "Spend": "2.5",
    "Sales": "39.98",
    "Orders": "1",
    "Units": "2",
}
IDS: dict[str, object] = {"Campaign ID": "468000000000317", "Ad Group ID": "29795392729856431"}


def line(entity: str, **cells: object) -> dict[str, object]:
    """One row's cells by header with `_` for spaces."""
    named = {name.replace("_", " "): value for name, value in cells.items()}
    return {"Product": "Sponsored Products", "Entity": entity, **IDS, **FIGURES, **named}


def sheet(*lines: dict[str, object], header: list[str] = HEADER) -> list[list[object]]:
    return [list(header), *([cells.get(name, "") for name in header] for cells in lines)]


def bulk(*lines: dict[str, object]) -> bytes:
    return workbook(Sponsored_Products_Campaigns=sheet(*lines))


def only(entity: str, **cells: object) -> BulkEntityRow:
    whole = read(bulk(line(entity, **cells)))
    assert (whole.recognition.kind, whole.errors) == ("bulk_sheet", [])
    (row,) = whole.rows
    assert isinstance(row, BulkEntityRow)
    return row


def performance(row: BulkEntityRow) -> PerformanceRow:
    found = row.performance()
    assert found is not None
    return found


def test_there_are_46_columns_and_all_are_known() -> None:
    assert len(HEADER) == 46
    assert recognise(KINDS, bulk()).unknown_columns == ()


def test_the_marketplace_and_the_range_are_asked_for() -> None:
    assert recognise(KINDS, bulk(line("Campaign"))).needs == ("marketplace", "date_range")
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, bulk(line("Campaign")))
    assert caught.value.params["missing"] == ["marketplace", "date_range"]


def test_a_campaign() -> None:
    row = only(
        "Campaign",
        Ad_Group_ID="",
        Portfolio_ID="77",
        Campaign_Name="Lamps",
        Start_Date="20260131",
        Targeting_Type="MANUAL",
        State="enabled",
        Daily_Budget="10",
        Bidding_Strategy="Dynamic bids - up and down",
        **{"Portfolio Name (Informational only)": "All lamps"},
    )
    record = row.record
    assert (record.entity, record.operation, record.ad_product) == (
        BulkEntity.CAMPAIGN,
        None,
        AdProduct.SPONSORED_PRODUCTS,
    )
    assert (record.campaign_id, record.portfolio_id, record.campaign_name) == ("468000000000317", "77", "Lamps")
    assert (record.start_date, record.end_date) == (date(2026, 1, 31), None)
    assert (record.targeting_type, record.state) == (TargetingType.MANUAL, State.ENABLED)
    assert (record.daily_budget, record.bidding_strategy) == (Decimal(10), BiddingStrategy.UP_AND_DOWN)
    found = performance(row)
    assert (found.report, found.campaign_name, found.portfolio) == (Report.CAMPAIGNS, "Lamps", "All lamps")
    assert (found.date_from, found.date_to, found.is_daily) == (FIRST, LAST, False)
    assert (found.impressions, found.clicks, found.cost) == (200, 4, Decimal("2.5"))
    assert (found.orders, found.units, found.sales) == (1, 2, Decimal("39.98"))
    assert (found.campaign_state, found.attribution_days, found.currency) == (State.ENABLED, None, "USD")


def test_an_ad_group_and_its_product_ad() -> None:
    group = only("Ad Group", Ad_Group_Name="Desk", Ad_Group_Default_Bid="0.75", State="paused")
    assert (group.record.default_bid, group.record.state) == (Decimal("0.75"), State.PAUSED)
    assert performance(group).report is Report.AD_GROUPS
    ad = only("Product Ad", Ad_ID="5", SKU="L-1", State="enabled", **{"ASIN (Informational only)": "B01"})
    found = performance(ad)
    assert (found.report, found.amazon_ad_id) == (Report.ADVERTISED_PRODUCTS, "5")
    assert (found.seller_sku, found.asin) == ("L-1", "B01")


def test_keywords_and_product_targets_are_targets() -> None:
    keyword = only("Keyword", Keyword_ID="6", Keyword_Text="desk lamp", Match_Type="Broad", Bid="0.5")
    found = performance(keyword)
    assert (found.report, found.amazon_target_id, found.target_text) == (Report.TARGETS, "6", "desk lamp")
    assert (found.match_type, found.bid) == (MatchType.BROAD, Decimal("0.5"))
    target = only("Product Targeting", Product_Targeting_ID="7", Product_Targeting_Expression='asin="B01"')
    found = performance(target)
    assert (found.amazon_target_id, found.target_text, found.match_type) == ("7", 'asin="B01"', MatchType.NONE)


@pytest.mark.parametrize(
    ("entity", "word", "meaning"),
    [
        ("Negative Keyword", "Negative Exact", MatchType.EXACT),
        ("Negative keyword", "negativePhrase", MatchType.PHRASE),
        ("Campaign Negative Keyword", "Negative Phrase", MatchType.PHRASE),
    ],
)
def test_negative_keywords_have_no_figures(entity: str, word: str, meaning: MatchType) -> None:
    row = only(entity, Keyword_ID="8", Keyword_Text="free lamp", Match_Type=word)
    assert (row.record.is_negative, row.record.match_type, row.performance()) == (True, meaning, None)


def test_a_negative_product_target_has_no_match_type() -> None:
    row = only("Negative Product Targeting", Product_Targeting_ID="9", Product_Targeting_Expression='asin="B02"')
    assert (row.record.is_negative, row.record.match_type, row.performance()) == (True, None, None)


@pytest.mark.parametrize("written", ["50", "50%", "50.00%"])
def test_a_bidding_adjustment_is_a_placement(written: str) -> None:
    row = only("Bidding Adjustment", Placement="Placement Top", Percentage=written)
    assert (row.record.placement, row.record.percentage) == (Placement.TOP_OF_SEARCH, Decimal(50))
    assert (performance(row).report, performance(row).placement) == (Report.PLACEMENTS, Placement.TOP_OF_SEARCH)


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Create", Operation.CREATE),
        ("update", Operation.UPDATE),
        ("Archivieren", Operation.ARCHIVE),
        ("Erstellen", Operation.CREATE),
        ("作成", Operation.CREATE),
        ("创建", Operation.CREATE),
    ],
)
def test_operations_are_read_in_the_languages_of_sheets(word: str, meaning: Operation) -> None:
    assert only("Keyword", Operation=word, Keyword_Text="lamp", Match_Type="Exact").record.operation is meaning


def test_what_is_to_be_created_has_an_id_of_the_senders_choice_and_no_figures() -> None:
    row = only("Ad Group", Operation="Create", Campaign_ID="My new lamps", Ad_Group_ID="Desk")
    assert (row.record.campaign_id, row.record.ad_group_id, row.performance()) == ("My new lamps", "Desk", None)
    assert errors(read(bulk(line("Ad Group", Campaign_ID="My new lamps")))) == [(2, "Campaign ID", "damaged_id")]


def test_damaged_rows_cost_only_themselves() -> None:
    whole = read(
        bulk(
            line("Keyword", Keyword_ID="1"),
            line("Keyword", Keyword_ID="4.68E+14"),
            line("Keyword", Keyword_ID=4.6e17),
            line("Keyword", Clicks="four"),
            line("", Keyword_ID="1"),
            line("Keyword", Product="Sponsored TV"),
            line("Keyword", Match_Type="Sounds like"),
            line("Keyword", Operation="Destroy"),
            line("Campaign", Start_Date="2026013"),
            line("Keyword", Campaign_ID=""),
            line("Keyword", Keyword_ID="2"),
        )
    )
    assert [row.record.keyword_id for row in whole.rows] == ["1", "2"]
    assert errors(whole) == [
        (3, "Keyword ID", "damaged_id"),
        (4, "Keyword ID", "damaged_id"),
        (5, "Clicks", "bad_number"),
        (6, "Entity", "empty"),
        (7, "Product", "unknown_word"),
        (8, "Match Type", "unknown_word"),
        (9, "Operation", "unknown_word"),
        (10, "Start Date", "bad_date"),
        (11, "Campaign ID", "empty"),
    ]


def test_rows_of_an_entity_that_is_not_known_are_told_once() -> None:
    whole = read(bulk(line("Hologram Ad"), line("Hologram Ad"), line("Campaign")))
    assert (len(whole.rows), whole.errors, notices(whole)) == (1, [], [("unknown_entity", 2)])


TERM_HEADER = [
    "Product",
    "Campaign ID",
    "Ad Group ID",
    "Keyword ID",
    "Product Targeting ID",
    "Campaign Name (Informational only)",
    "Ad Group Name (Informational only)",
    "Portfolio Name (Informational only)",
    "State",
    "Campaign State (Informational only)",
    "Bid",
    "Keyword Text",
    "Match Type",
    "Product Targeting Expression",
    "Resolved Product Targeting Expression (Informational only)",
    "Customer Search Term",
    "Impressions",
    "Clicks",
    "Click-through Rate",
    "Spend",
    "Sales",
    "Orders",
    "Units",
    "Conversion Rate",
    "ACOS",
    "CPC",
    "ROAS",
]


def caught_term(**cells: object) -> dict[str, object]:
    return line("", **{"Customer Search Term": "desk lamp", **cells})


def test_the_search_term_tab_is_read_as_a_report() -> None:
    assert len(TERM_HEADER) == 27
    lines = (
        caught_term(Keyword_ID="6", Keyword_Text="lamp", Match_Type="Phrase", Bid="0.5"),
        caught_term(Product_Targeting_ID="7", Product_Targeting_Expression="close-match"),
    )
    whole = read(workbook(SP_Search_Term_Report=sheet(*lines, header=TERM_HEADER)))
    assert (whole.recognition.kind, whole.recognition.unknown_columns, whole.errors) == ("bulk_sheet", (), [])
    first, second = whole.rows
    assert (first.report, first.search_term, first.target_text) == (Report.SEARCH_TERMS, "desk lamp", "lamp")
    assert (first.match_type, first.amazon_target_id, first.bid) == (MatchType.PHRASE, "6", Decimal("0.5"))
    assert (second.target_text, second.match_type, second.amazon_target_id) == ("close-match", MatchType.NONE, "7")
    assert (first.date_from, first.date_to, first.is_daily) == (FIRST, LAST, False)
    assert (whole.totals["search_term_rows"], whole.totals["search_term_clicks"]) == (2, 8)
    assert notices(whole) == [("fixed_look_back", 2)]


def test_every_tab_of_a_download_is_read_and_the_others_are_left() -> None:
    portfolios = ["Product", "Entity", "Operation", "Portfolio ID", "Portfolio Name"]
    brands = [*HEADER[:9], "Draft Campaign ID", *HEADER[9:20], "Budget", *HEADER[21:]]
    content = workbook(
        Portfolios=[portfolios, ["Sponsored Products", "Portfolio", "", 1, "x"]],
        Sponsored_Products_Campaigns=sheet(line("Campaign"), line("Keyword", Keyword_ID="6")),
        Sponsored_Brands_Campaigns=sheet(
            line("Campaign", Product="Sponsored Brands", Budget="25"), line("Campaign", Clicks="x"), header=brands
        ),
        Notes=[["nothing", "of this", "kind"]],
        SP_Search_Term_Report=sheet(caught_term(Keyword_ID="6", Keyword_Text="lamp"), header=TERM_HEADER),
    )
    whole = read(content)
    products = [getattr(row, "record", row).ad_product for row in whole.rows]
    assert products == [
        AdProduct.SPONSORED_PRODUCTS,
        AdProduct.SPONSORED_PRODUCTS,
        AdProduct.SPONSORED_BRANDS,
        AdProduct.SPONSORED_PRODUCTS,
    ]
    assert whole.rows[2].record.daily_budget == 25
    assert isinstance(whole.rows[3], PerformanceRow)
    assert errors(whole) == [(3, "Clicks", "bad_number")]
    assert whole.errors[0].message.startswith("Sheet Sponsored Brands Campaigns: ")
    assert (whole.totals["campaign_rows"], whole.totals["search_term_rows"]) == (2, 1)


def test_a_bulk_sheet_saved_as_csv_is_read() -> None:
    rows = sheet(line("Campaign"), line("Keyword", Keyword_ID="6"))
    whole = read(csv([str(cell) for cell in rows[0]], *rows[1:]))
    assert (whole.recognition.kind, len(whole.rows), whole.errors) == ("bulk_sheet", 2, [])


LEGACY = [
    "Record ID",
    "Record Type",
    "Campaign ID",
    "Campaign",
    "Campaign Daily Budget",
    "Portfolio ID",
    "Campaign Start Date",
    "Campaign End Date",
    "Campaign Targeting Type",
    "Ad Group",
    "Max Bid",
    "Keyword or Product Targeting",
    "Product Targeting ID",
    "Match Type",
    "SKU",
    "Campaign Status",
    "Ad Group Status",
    "Status",
    "Impressions",
    "Clicks",
    "Spend",
    "Orders",
    "Total Units",
    "Sales",
    "ACoS",
    "Bidding strategy",
    "Placement Type",
    "Increase bids by placement",
]


def old(kind: str, **cells: object) -> list[object]:
    named: dict[str, Any] = {name.replace("_", " "): value for name, value in cells.items()}
    row = {
        "Record ID": "5",
        "Record Type": kind,
        "Campaign ID": "4",
        "Campaign": "Lamps",
        "Campaign Status": "enabled",
        "Impressions": "200",
        "Clicks": "4",
        "Spend": "2.50",
        "Orders": "0",
        "Total Units": "0",
        "Sales": "0.00",
        "ACoS": "0.00%",
        **named,
    }
    return [row.get(name, "") for name in LEGACY]


def legacy(*rows: list[object]) -> list[BulkEntityRow]:
    content = workbook(
        Portfolios=[["Record ID", "Record Type", "Portfolio Name"], ["1", "Portfolio", "x"]],
        Sponsored_Products_Campaigns=[list(LEGACY), *rows],
    )
    whole = read(content)
    assert (whole.recognition.kind, whole.recognition.unknown_columns) == ("bulk_sheet_legacy", ())
    assert (whole.recognition.needs, whole.errors) == (("marketplace", "date_range"), [])
    return whole.rows


def test_legacy_rows_are_named_by_their_record_type() -> None:
    campaign, group, ad, keyword, target = legacy(
        old(
            "Campaign",
            Record_ID="4",
            Campaign_Daily_Budget="2.00",
            Campaign_Start_Date="12/07/2025",
            Campaign_Targeting_Type="Auto",
            Bidding_strategy="Dynamic bidding (down only)",
            Placement_Type="All",
        ),
        old("Ad Group", Record_ID="6", Ad_Group="Desk", Max_Bid="0.75", Ad_Group_Status="paused"),
        old("Ad", Record_ID="7", Ad_Group="Desk", SKU="L-1", Status="enabled"),
        old("Keyword", Record_ID="8", Max_Bid="0.5", Match_Type="broad", Keyword_or_Product_Targeting="lamp"),
        old("Product Targeting", Record_ID="9", Keyword_or_Product_Targeting='asin="B01"', Max_Bid="0.5"),
    )
    assert (campaign.record.campaign_id, campaign.record.daily_budget) == ("4", Decimal("2.00"))
    assert (campaign.record.start_date, campaign.record.targeting_type) == (date(2025, 12, 7), TargetingType.AUTO)
    assert (campaign.record.bidding_strategy, campaign.record.placement) == (BiddingStrategy.DOWN_ONLY, None)
    assert (group.record.ad_group_id, group.record.default_bid, group.record.state) == (
        "6",
        Decimal("0.75"),
        State.PAUSED,
    )
    assert (ad.record.ad_id, ad.record.seller_sku, ad.ad_group_name) == ("7", "L-1", "Desk")
    assert (keyword.record.keyword_id, keyword.record.match_type) == ("8", MatchType.BROAD)
    assert (target.record.product_targeting_id, target.record.targeting_expression) == ("9", 'asin="B01"')
    assert [performance(row).report for row in (campaign, group, ad, keyword, target)] == [
        Report.CAMPAIGNS,
        Report.AD_GROUPS,
        Report.ADVERTISED_PRODUCTS,
        Report.TARGETS,
        Report.TARGETS,
    ]
    assert performance(keyword).campaign_name == "Lamps"


def test_legacy_negatives_are_told_by_their_match_type() -> None:
    rows = legacy(
        old("Keyword", Match_Type="negative exact", Keyword_or_Product_Targeting="free"),
        old("Keyword", Match_Type="campaign negative phrase", Keyword_or_Product_Targeting="free"),
    )
    assert [(row.record.entity, row.record.match_type) for row in rows] == [
        (BulkEntity.NEGATIVE_KEYWORD, MatchType.EXACT),
        (BulkEntity.CAMPAIGN_NEGATIVE_KEYWORD, MatchType.PHRASE),
    ]
    assert {row.performance() for row in rows} == {None}


def test_a_legacy_placement_has_its_percentage() -> None:
    (row,) = legacy(
        old("Campaign By Placement", Placement_Type="Top of search (page 1)", Increase_bids_by_placement="50.00%")
    )
    assert (row.record.entity, row.record.placement) == (BulkEntity.BIDDING_ADJUSTMENT, Placement.TOP_OF_SEARCH)
    assert row.record.percentage == 50


def test_a_hidden_sheet_is_not_looked_at() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        hidden = book.add_worksheet("Version (1.0)")
        hidden.write_row(0, 0, LEGACY)
        hidden.write_row(1, 0, old("Campaign"))
        shown = book.add_worksheet("Sponsored Products Campaigns")
        shown.write_row(0, 0, LEGACY)
        shown.activate()
        shown.set_first_sheet()
        hidden.hide()
    whole = read(stream.getvalue())
    assert (whole.recognition.sheet, whole.rows) == ("Sponsored Products Campaigns", [])
