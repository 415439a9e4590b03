"""What the columns and cells of performance reports mean, in every form in which they come."""

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from services.ads.domain.vocabulary import (
    AdProduct,
    BiddingStrategy,
    MatchType,
    Placement,
    Report,
    State,
    TargetingType,
)
from services.ads.formats.kinds import KINDS
from services.ads.formats.report_columns import REPORT_COLUMNS
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise
from shared.files.xlsx_in import read_sheets
from tests.ads.formats.build import (
    SEARCH_TERMS,
    TERM,
    csv,
    errors,
    facts,
    notices,
    only_row,
    read,
    term,
    terms,
    workbook,
)

CAMPAIGNS = [
    "Start Date",
    "End Date",
    "Campaign Name",
    "Status",
    "Currency",
    "Budget",
    "Targeting Type",
    "Bidding strategy",
    "Impressions",
    "Clicks",
    "Spend",
    "7 Day Total Orders (#)",
    "7 Day Total Sales ",
]


def campaign(**changes: object) -> bytes:
    """A campaign CSV of one row, changed by header with `_` for spaces."""
    row = dict(
        zip(
            CAMPAIGNS,
            (
                "Mar 02, 2026",
                "Mar 09, 2026",
                "Lamps",
                "ENABLED",
                "USD",
                "$10.0",
                "Manual targeting",
                "Fixed bid",
                "1,356",
                "25.0",
                "$12.5",
                "1",
                "$20.0",
            ),
            strict=True,
        )
    )
    row |= {name.replace("_", " "): str(value) for name, value in changes.items()}
    return csv(list(row), list(row.values()))


def test_no_header_is_that_of_two_columns() -> None:
    owners: dict[str, str] = {}
    for column in REPORT_COLUMNS:
        for header in column.folded:
            assert owners.setdefault(header, column.name) == column.name, header


def test_a_search_term_row_says_all_that_its_cells_say() -> None:
    row = only_row(term())
    assert (row.ad_product, row.report) == (AdProduct.SPONSORED_PRODUCTS, Report.SEARCH_TERMS)
    assert (row.date_from, row.date_to, row.is_daily) == (date(2026, 3, 4), date(2026, 3, 4), True)
    assert (row.marketplace.country_code, row.currency, row.portfolio) == ("US", "USD", None)
    assert (row.campaign_name, row.ad_group_name) == ("Lamps | manual", "Desk lamps")
    assert (row.target_text, row.match_type) == ("desk lamp", MatchType.BROAD)
    assert row.search_term == "desk lamp with clamp"
    assert (row.impressions, row.clicks, row.cost) == (200, 4, Decimal(2))
    assert (row.orders, row.units, row.sales) == (1, 2, Decimal("39.98"))
    assert (row.own_sku_units, row.own_sku_sales, row.attribution_days) == (2, Decimal("39.98"), 7)
    assert (row.line, row.amazon_campaign_id, row.bid, row.seller_sku) == (2, None, None, None)


def test_a_workbook_and_a_csv_of_the_same_content_give_the_same_rows() -> None:
    values = [date(2026, 3, 4) if name == "Date" else TERM[name] for name in SEARCH_TERMS]
    from_sheet, from_csv = read(workbook(Search_term_report=[SEARCH_TERMS, values])), read(term())
    assert from_sheet.rows == from_csv.rows
    assert from_sheet.recognition.kind == from_csv.recognition.kind == "search_term_report"


def test_a_workbook_that_understates_its_extent_is_read_whole() -> None:
    """Some of Amazon's workbooks declare that they are one cell large."""
    rows = [[date(2026, 3, day) if name == "Date" else TERM[name] for name in SEARCH_TERMS] for day in (1, 2, 3)]
    content = workbook(Report=[SEARCH_TERMS, *rows])
    shrunk = declare_one_cell(content)
    assert b'<dimension ref="A1"/>' in sheet_xml(shrunk)
    assert read(shrunk).rows == read(content).rows
    assert len(read(shrunk).rows) == 3
    assert [sheet.name for sheet in read_sheets(shrunk)] == ["Report"]


def sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def declare_one_cell(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w") as copy:
        for entry in archive.infolist():
            part = archive.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                part = re.sub(rb'<dimension ref="[^"]*"/>', b'<dimension ref="A1"/>', part)
            copy.writestr(entry, part)
    return out.getvalue()


@pytest.mark.parametrize(
    "header",
    ["7 Day Total Sales", "7 Day Total Sales ", "7 Day Total Sales ($)", "7\u00a0Day Total Sales", "7 day total sales"],
)
def test_sales_go_by_several_headers(header: str) -> None:
    assert only_row(term(rename={"7 Day Total Sales ": header})).sales == Decimal("39.98")


@pytest.mark.parametrize(
    "header",
    [
        "Total Advertising Cost of Sales (ACoS)",
        "Total Advertising Cost of Sales (ACOS) ",
        "Advertising Cost of Sales (ACOS) ",
    ],
)
def test_ratios_go_by_several_headers_and_are_left_out_without_a_word(header: str) -> None:
    data = term(rename={"Total Advertising Cost of Sales (ACoS) ": header})
    assert recognise(KINDS, data).unknown_columns == ()
    assert only_row(data).sales == Decimal("39.98")


def test_vendors_read_fourteen_days_and_asins_for_skus() -> None:
    vendor = {}
    for name in SEARCH_TERMS:
        new = (
            name.replace("7 Day", "14 Day").replace("Sales ", "Sales (₹)").replace("Advertised SKU", "Advertised ASIN")
        )
        vendor[name] = new.replace("Other SKU", "Brand Halo ASIN") if name.startswith("7 Day") else name
    row = only_row(term(vendor, Currency="INR"), None)
    assert (row.attribution_days, row.orders, row.units, row.sales) == (14, 1, 2, Decimal("39.98"))
    assert (row.own_sku_units, row.own_sku_sales, row.marketplace.country_code) == (2, Decimal("39.98"), "IN")


def test_seven_days_are_read_where_a_file_has_both_windows() -> None:
    row = only_row(terms({"14 Day Total Orders (#)": 3, "14 Day Total Sales": 90}))
    assert (row.attribution_days, row.orders, row.sales) == (7, 1, Decimal("39.98"))


GERMAN = [
    "Startdatum",
    "Enddatum",
    "Portfolioname",
    "Kampagnentyp",
    "Kampagnen-Name",
    "Land",
    "Status",
    "Währung",
    "Budget",
    "Targeting-Typ",
    "Gebotsstrategien",
    "Impressionen",
    "Klicks",
    "Klickrate (CTR)",
    "Ausgaben",
    "Ausgaben im letzten Jahr",
    "7 Tage, Aufträge gesamt (#)",
    "7\u00a0Tage, Einheiten gesamt (#)",
    "Zugeschriebene Umsatzkosten (ACOS) gesamt ",
    "7 Tage, Umsatz gesamt (€)",
]


def test_a_german_file_has_english_dates_and_figures_of_both_styles() -> None:
    data = csv(
        GERMAN,
        [
            "Mar 02, 2026",
            "Mar 09, 2026",
            "No Portfolio",
            "Sponsored Products",
            "Schläuche",
            "Deutschland",
            "PAUSED",
            "EUR",
            "€10.0",
            "Automatisches Targeting",
            "Dynamische Gebote\u00a0– erhöhen und senken",
            "3.218",
            "59",
            "1.8334%",
            "17.510,95\u00a0€",
            "",
            "27",
            "28",
            "59.52499999999999%",
            "€0.20192090000000001",
        ],
    )
    whole = read(data, None)
    (row,) = whole.rows
    assert (whole.recognition.language, whole.recognition.needs) == ("de", ())
    assert whole.recognition.unknown_columns == ("Ausgaben im letzten Jahr",)
    assert (row.date_from, row.date_to, row.is_daily) == (date(2026, 3, 2), date(2026, 3, 9), False)
    assert (row.marketplace.country_code, row.portfolio, row.campaign_state) == ("DE", None, State.PAUSED)
    assert (row.targeting_type, row.bidding_strategy) == (TargetingType.AUTO, BiddingStrategy.UP_AND_DOWN)
    assert (row.impressions, row.clicks, row.orders, row.units) == (3218, 59, 27, 28)
    assert (row.cost, row.sales, row.daily_budget) == (
        Decimal("17510.95"),
        Decimal("0.20192090000000001"),
        Decimal("10.0"),
    )


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_japanese_file_is_read_in_both_encodings(encoding: str) -> None:
    data = csv(
        [
            "日付",
            "通貨",
            "キャンペーン名",
            "広告グループ名",
            "ターゲティング",
            "マッチタイプ",
            "カスタマーの検索キーワード",
            "インプレッション",
            "クリック",
            "費用",
            "広告がクリックされてから7日間の総売上高(￥)",
            "広告がクリックされてから7日間の合計注文数(#)",
        ],
        ["2026/03/04", "JPY", "机", "照明", "ランプ", "-", "机 ランプ", "1,200", "7", "￥1,356", "￥4,980", "2"],
        mark=False,
    )
    whole = read(data.decode().encode(encoding), None)
    assert whole.errors == []
    (row,) = whole.rows
    assert (whole.recognition.language, row.marketplace.country_code) == ("ja", "JP")
    assert (row.search_term, row.match_type, row.impressions) == ("机 ランプ", MatchType.NONE, 1200)
    assert (row.cost, row.sales, row.orders) == (Decimal(1356), Decimal(4980), 2)


def test_the_custom_report_has_its_range_in_one_cell_and_ids_as_formulas() -> None:
    data = csv(
        [
            "Date range",
            "Campaign name",
            "Campaign ID",
            "Ad group name",
            "Ad group ID",
            "Target value",
            "Target match type",
            "Search term",
            "Budget currency",
            "Impressions",
            "Clicks",
            "CTR",
            "CPC",
            "Total cost",
            "Purchases",
            "Sales",
            "Units sold",
            "ROAS",
            "Cost per purchase",
            "Purchase rate",
        ],
        [
            "Mar 02, 2026 - Mar 25, 2026",
            "Lamps",
            '="468000000000317"',
            "Desk",
            '="29795392729856431"',
            'asin-expanded="B000000001"',
            "TARGETING_EXPRESSION",
            "desk lamp",
            "USD",
            "2",
            "1",
            "50.0%",
            "0.54",
            "0.54",
            "1",
            "19.99",
            "1",
            "37.02",
            "",
            "100.0%",
        ],
    )
    row = only_row(data, None)
    assert (row.date_from, row.date_to, row.is_daily) == (date(2026, 3, 2), date(2026, 3, 25), False)
    assert (row.amazon_campaign_id, row.amazon_ad_group_id) == ("468000000000317", "29795392729856431")
    assert (row.target_text, row.match_type) == ('asin-expanded="B000000001"', MatchType.NONE)
    assert (row.cost, row.orders, row.units, row.sales) == (Decimal("0.54"), 1, 1, Decimal("19.99"))
    assert row.attribution_days is None


def test_a_start_and_end_without_a_date_are_the_range_of_the_row() -> None:
    row = only_row(campaign())
    assert (row.date_from, row.date_to, row.is_daily) == (date(2026, 3, 2), date(2026, 3, 9), False)
    assert (row.campaign_start_date, row.campaign_end_date) == (None, None)
    same_day = only_row(campaign(End_Date="Mar 02, 2026"))
    assert same_day.date_from == same_day.date_to
    assert not same_day.is_daily


def test_a_start_and_end_beside_a_date_are_the_campaigns_own() -> None:
    row = only_row(campaign(Date="Mar 05, 2026", Start_Date="Nov 15, 2025", End_Date=""))
    assert (row.date_from, row.date_to, row.is_daily) == (date(2026, 3, 5), date(2026, 3, 5), True)
    assert (row.campaign_start_date, row.campaign_end_date) == (date(2025, 11, 15), None)


def test_a_campaign_row_says_state_budget_and_bidding() -> None:
    row = only_row(campaign())
    assert (row.report, row.campaign_state, row.daily_budget) == (Report.CAMPAIGNS, State.ENABLED, Decimal("10.0"))
    assert (row.targeting_type, row.bidding_strategy) == (TargetingType.MANUAL, BiddingStrategy.FIXED)
    assert (row.impressions, row.clicks, row.cost, row.sales) == (1356, 25, Decimal("12.5"), Decimal("20.0"))


def test_a_quote_escaped_with_a_backslash_is_a_quote() -> None:
    data = campaign().replace(b"Lamps", b'"31\\"" x 19\\"" lamps"')
    assert only_row(data).campaign_name == '31" x 19" lamps'


@pytest.mark.parametrize("word", ["Not grouped", "No Portfolio", "no portfolio"])
def test_no_portfolio_goes_by_several_words(word: str) -> None:
    assert only_row(term(Portfolio_name=word)).portfolio is None
    assert only_row(term(Portfolio_name="Lamps")).portfolio == "Lamps"


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("EXACT", MatchType.EXACT),
        ("Phrase", MatchType.PHRASE),
        ("-", MatchType.NONE),
        ("TARGETING_EXPRESSION_PREDEFINED", MatchType.NONE),
        ("", None),
    ],
)
def test_match_types(word: str, meaning: MatchType | None) -> None:
    assert only_row(term(Match_Type=word)).match_type is meaning


def placement(word: str) -> bytes:
    header = ["Date", "Currency", "Campaign Name", "Placement", "Impressions", "Clicks", "Spend"]
    return csv(header, ["2026-03-04", "USD", "Lamps", word, "10", "1", "0.5"])


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("First page Top of Search on Amazon", Placement.TOP_OF_SEARCH),
        ("Top of Search on-Amazon", Placement.TOP_OF_SEARCH),
        ("Rest of search on Amazon", Placement.REST_OF_SEARCH),
        ("Other on-Amazon", Placement.REST_OF_SEARCH),
        ("Product pages on Amazon", Placement.PRODUCT_PAGES),
        ("Detail Page on-Amazon", Placement.PRODUCT_PAGES),
        ("Off Amazon", Placement.OTHER),
    ],
)
def test_placements(word: str, meaning: Placement) -> None:
    row = only_row(placement(word))
    assert (row.report, row.placement) == (Report.PLACEMENTS, meaning)


def test_an_unknown_placement_or_match_type_is_an_error_of_its_row() -> None:
    assert errors(read(placement("On the moon"))) == [(2, "Placement", "unknown_word")]
    assert errors(read(term(Match_Type="sounds like"))) == [(2, "Match Type", "unknown_word")]


def test_an_unknown_state_or_strategy_costs_no_row() -> None:
    whole = read(campaign(Status="OUT_OF_BUDGET", Bidding_strategy="By moon phase"))
    assert whole.errors == []
    assert (whole.rows[0].campaign_state, whole.rows[0].bidding_strategy) == (None, None)
    assert notices(whole) == [("unknown_word", 2), ("unknown_word", 2)]


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (("Campaign Name",), "campaign_report"),
        (("Campaign Name", "Ad Group Name"), "ad_group_report"),
        (("Campaign Name", "Ad Group Name", "Targeting"), "targeting_report"),
        (("Campaign Name", "Ad Group Name", "Targeting", "Customer Search Term"), "search_term_report"),
        (("Campaign Name", "Ad Group Name", "Advertised ASIN"), "advertised_product_report"),
        (("Campaign Name", "Ad Group Name", "Advertised SKU", "Advertised ASIN"), "advertised_product_report"),
        (("Campaign Name", "Placement"), "placement_report"),
        (("Campaign Name", "Advertised ASIN", "Targeting", "Purchased ASIN"), "purchased_product_report"),
    ],
)
def test_a_report_is_known_by_what_its_rows_are_about(columns: tuple[str, ...], kind: str) -> None:
    assert recognise(KINDS, csv([*columns, "Impressions", "Clicks", "Spend"])).kind == kind


def test_a_purchased_product_says_what_else_was_bought() -> None:
    header = [
        "Date",
        "Currency",
        "Campaign Name",
        "Ad Group Name",
        "Advertised SKU",
        "Advertised ASIN",
        "Targeting",
        "Match Type",
        "Purchased ASIN",
        "7 Day Other SKU Units (#)",
        "7 Day Other SKU Orders (#)",
        "7 Day Other SKU Sales ",
    ]
    row = only_row(
        csv(header, ["2026-03-04", "USD", "Lamps", "Desk", "L-1", "B01", "*", "-", "B02", "2", "1", "39.98"])
    )
    assert (row.report, row.asin, row.seller_sku, row.purchased_asin) == (
        Report.PURCHASED_PRODUCTS,
        "B01",
        "L-1",
        "B02",
    )
    assert (row.orders, row.units, row.sales) == (1, 2, Decimal("39.98"))
    assert (row.impressions, row.clicks, row.cost, row.attribution_days) == (None, None, None, 7)


def test_empty_is_not_zero() -> None:
    row = only_row(terms({"7 Day Total Orders (#)": "", "7 Day Total Units (#)": "0", "Impressions": ""}))
    assert (row.orders, row.units, row.impressions) == (None, 0, None)
    assert errors(read(term(Clicks="", Spend=""))) == [(2, "Clicks", "empty"), (2, "Spend", "empty")]


def test_orders_may_exceed_clicks_and_clicks_exceed_impressions_with_a_notice() -> None:
    whole = read(terms({"Clicks": 1, "7 Day Total Orders (#)": 3}, {"Clicks": 9, "Impressions": 4}))
    assert (len(whole.rows), whole.errors) == (2, [])
    assert notices(whole) == [("more_clicks_than_impressions", 3)]


@pytest.mark.parametrize("written", ["4.68E+14", "468170906203317.0", "4.68170906203317E+14", "B07", "-1"])
def test_an_id_that_a_spreadsheet_has_ruined_is_an_error_of_its_row(written: str) -> None:
    whole = read(terms({"Campaign ID": "468000000000317"}, {"Campaign ID": written}))
    assert [row.amazon_campaign_id for row in whole.rows] == ["468000000000317"]
    assert errors(whole) == [(3, "Campaign ID", "damaged_id")]


def test_ids_stored_as_numbers_are_read_unless_their_last_digits_are_lost() -> None:
    header = ["Date", "Currency", "Campaign Name", "Campaign ID", "Impressions", "Clicks", "Spend"]
    rows = [[date(2026, 3, 4), "USD", "Lamps", number, 10, 1, 0.5] for number in (468000000000317, 4.6e17)]
    whole = read(workbook(Campaigns=[header, *rows]))
    assert [row.amazon_campaign_id for row in whole.rows] == ["468000000000317"]
    assert errors(whole) == [(3, "Campaign ID", "damaged_id")]


def test_the_country_of_a_row_decides_over_the_senders_word() -> None:
    whole = read(
        terms({"Country": "Canada", "Currency": "CAD"}, {"Country": "Mexico", "Currency": "MXN", "Retailer": "Amazon"})
    )
    assert [row.marketplace.country_code for row in whole.rows] == ["CA", "MX"]
    assert whole.recognition.needs == ()
    assert whole.recognition.generation == "2026"
    assert errors(read(term(Country="Atlantis"))) == [(2, "Country", "unknown_marketplace")]


def test_the_figures_of_another_shop_are_refused() -> None:
    whole = read(terms({"Retailer": "Amazon"}, {"Retailer": "Corner shop"}, {"Retailer": ""}))
    assert [row.line for row in whole.rows] == [2, 4]
    assert errors(whole) == [(3, "Retailer", "other_retailer")]


def test_the_marketplace_is_asked_for_unless_the_currency_is_one_marketplaces() -> None:
    assert recognise(KINDS, term()).needs == ()
    assert recognise(KINDS, term(Currency="GBP")).needs == ()
    assert recognise(KINDS, term(Currency="EUR")).needs == ("marketplace",)
    assert recognise(KINDS, term(drop=["Currency"])).needs == ("marketplace",)
    assert read_whole(KINDS, term(Currency="GBP")).rows[0].marketplace.country_code == "GB"
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, term(Currency="EUR"))
    assert caught.value.params["missing"] == ["marketplace"]
    assert read(term(Currency="EUR"), "IT").rows[0].marketplace.country_code == "IT"


def test_a_money_sign_tells_the_marketplace_where_it_is_one_only() -> None:
    without = ["Currency"]
    signed = {"7 Day Total Sales ": "7 Day Total Sales (₹)"}
    assert recognise(KINDS, term(signed, drop=without)).needs == ()
    assert read_whole(KINDS, term(signed, drop=without)).rows[0].currency == "INR"
    assert recognise(KINDS, term(drop=without, Spend="Rs.1000.0")).needs == ()
    assert recognise(KINDS, term(drop=without, Spend="$2.0")).needs == ("marketplace",)
    assert recognise(KINDS, term({"7 Day Total Sales ": "7 Day Total Sales (€)"}, drop=without)).needs == (
        "marketplace",
    )
    assert only_row(term(drop=without, Spend="$2.0"), "CA").currency == "CAD"


def test_a_later_row_in_money_of_many_marketplaces_is_an_error_of_its_row() -> None:
    whole = read_whole(KINDS, terms({}, {"Currency": "EUR"}))
    assert (len(whole.rows), errors(whole)) == (1, [(3, "Currency", "unknown_marketplace")])


def test_amounts_in_another_currency_than_the_marketplaces_are_refused() -> None:
    whole = read(terms({}, {"Currency": "EUR"}, {"Spend": "€2.0"}, {"Currency": "ABC"}, {"Spend": "$2.0"}))
    assert [row.line for row in whole.rows] == [2, 6]
    assert errors(whole) == [
        (3, "Currency", "other_currency"),
        (4, "Spend", "other_currency"),
        (5, "Currency", "bad_currency"),
    ]
    assert errors(read(term({"Spend": "Spend (£)"}))) == [(2, "Spend (£)", "other_currency")]


@pytest.mark.parametrize(
    ("written", "amount"),
    [("$0.00", "0"), ("1,356", "1356"), ("1,356.5", "1356.5"), ("12,50", "12.5"), ("0.30000000000000004", None)],
)
def test_amounts_are_exact(written: str, amount: str | None) -> None:
    assert only_row(term(Spend=written)).cost == Decimal(amount or written)


def test_a_range_that_ends_before_it_begins_is_an_error_of_its_row() -> None:
    assert errors(read(campaign(End_Date="Mar 01, 2026"))) == [(2, "End Date", "bad_date")]


@pytest.mark.parametrize("written", ["Smarch 02, 2026", "Feb 30, 2026", "04.03.2026x", "soon"])
def test_what_is_no_date_is_an_error_of_its_row(written: str) -> None:
    assert errors(read(terms({"Date": written}, {}))) == [(2, "Date", "bad_date")]


def test_dates_in_figures_go_by_the_marketplace() -> None:
    assert only_row(term(Date="03/04/2026")).date_from == date(2026, 3, 4)
    assert only_row(term(Date="03/04/2026", Currency="GBP"), "GB").date_from == date(2026, 4, 3)


def test_damaged_rows_cost_only_themselves() -> None:
    whole = read(
        terms(
            {},
            {"Clicks": "four"},
            {"Spend": "-1"},
            {"Campaign Name": ""},
            {"Customer Search Term": ""},
            {"Targeting": "#REF!"},
            {"Clicks": "1.5"},
            {},
        )
    )
    assert [row.line for row in whole.rows] == [2, 9]
    assert errors(whole) == [
        (3, "Clicks", "bad_number"),
        (4, "Spend", "out_of_range"),
        (5, "Campaign Name", "empty"),
        (6, "Customer Search Term", "empty"),
        (7, "Targeting", "sheet_error"),
        (8, "Clicks", "not_whole"),
    ]


def test_a_short_row_is_padded_and_reported() -> None:
    header = ["Campaign Name", "Currency", "Date", "Impressions", "Clicks", "Spend", "Placement note"]
    whole = read(csv(header, ["Lamps", "USD", "2026-03-04", "10", "1", "0.5"]))
    assert (len(whole.rows), notices(whole)) == (1, [("short_row", 2)])
    assert whole.recognition.unknown_columns == ("Placement note",)


def test_a_file_without_dates_is_asked_for_its_range() -> None:
    data = term(drop=["Date"])
    assert recognise(KINDS, data).needs == ("date_range",)
    row = only_row(data)
    assert (row.date_from, row.date_to, row.is_daily) == (date(2026, 3, 1), date(2026, 3, 31), False)
    day = date(2026, 3, 7)
    assert read_whole(KINDS, data, Facts(get_marketplace("US"), day, day)).rows[0].is_daily


def test_a_report_without_rows_is_a_report() -> None:
    whole = read(csv(SEARCH_TERMS))
    assert (whole.recognition.kind, whole.rows, whole.errors) == ("search_term_report", [], [])
    assert whole.totals["cost"] == 0


@pytest.mark.parametrize(
    ("column", "value", "product"),
    [
        ("Campaign Type", "Sponsored Brands", AdProduct.SPONSORED_BRANDS),
        ("Ad product", "SPONSORED_DISPLAY", AdProduct.SPONSORED_DISPLAY),
        ("14 Day New-to-brand Orders (#)", "0", AdProduct.SPONSORED_BRANDS),
        ("Bid Optimization", "Page visits", AdProduct.SPONSORED_DISPLAY),
    ],
)
def test_the_family_of_a_report_is_told_by_a_word_or_a_column_of_its_own(
    column: str, value: str, product: AdProduct
) -> None:
    assert only_row(terms({column: value})).ad_product is product


def test_an_unknown_family_is_an_error_of_its_row() -> None:
    assert errors(read(terms({"Campaign Type": "Sponsored TV"}))) == [(2, "Campaign Type", "unknown_word")]


@pytest.mark.parametrize(("written", "share"), [("0.48", "0.48"), ("48%", "0.48"), ("<5%", None), ("", None)])
def test_the_share_of_the_top_of_search(written: str, share: str | None) -> None:
    row = only_row(terms({"Top-of-search Impression Share": written}))
    assert row.top_of_search_share == (None if share is None else Decimal(share))


def test_rows_of_one_key_come_one_by_one_to_be_added() -> None:
    whole = read(terms({}, {}))
    assert (len(whole.rows), whole.errors, notices(whole)) == (2, [], [])
    assert whole.totals["cost"] == 4


def test_a_semicolon_file_is_read_in_its_own_style() -> None:
    header = ["Datum", "Währung", "Land", "Kampagnen-Name", "Impressionen", "Klicks", "Ausgaben"]
    data = csv(header, ["2026-03-04", "EUR", "Deutschland", "L", "12.880", "59", "1.258,40"], delimiter=";")
    row = only_row(data, None)
    assert (row.impressions, row.clicks, row.cost) == (12880, 59, Decimal("1258.40"))


def test_facts_need_not_be_said_where_the_file_says_them() -> None:
    assert read_whole(KINDS, term()).rows == read_whole(KINDS, term(), facts()).rows
