"""Real files of advertising give the totals that an independent reader counted, without an error."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.ads.domain.vocabulary import AdProduct, MatchType, Placement, Report, State
from services.ads.formats.bulk_row import BulkEntity, BulkEntityRow, Operation
from services.ads.formats.kinds import KINDS
from services.ads.formats.performance_row import PerformanceRow
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.problems import FileProblem
from shared.files.reading import WholeFile, read_whole
from shared.files.recognise import recognise
from tests.ads.formats.build import notices
from tests.support.paths import SHARED, sample

# kind, generation, language, marketplace, attribution days, daily
CONSOLE = {
    "ads_sp_advertised_product_in_2020_daily.xlsx": ("advertised_product_report", "vendor", "en", "IN", 14, True),
    "ads_sp_advertised_product_us_2019-11_daily.xlsx": ("advertised_product_report", "console", "en", "US", 7, True),
    "ads_sp_placement_in_2020_daily.xlsx": ("placement_report", "vendor", "en", "IN", 14, True),
    "ads_sp_search_term_ae_2025_summary.xlsx": ("search_term_report", "console", "en", "AE", 7, False),
    "ads_sp_search_term_in_2020_daily.xlsx": ("search_term_report", "vendor", "en", "IN", 14, True),
    "ads_sp_search_term_us_2024_summary.xlsx": ("search_term_report", "console", "en", "US", 7, False),
    "ads_sp_targeting_in_2020_daily.xlsx": ("targeting_report", "vendor", "en", "IN", 14, True),
    "ads_sp_targeting_us_2026_daily_trimmed.xlsx": ("targeting_report", "2026", "en", "US", 7, True),
    "ads_sp_campaign_de_2025_summary.csv": ("campaign_report", "console", "de", "DE", 7, False),
    "ads_sp_campaign_in_2020_daily.csv": ("campaign_report", "vendor", "en", "IN", 14, True),
    "ads_sp_campaign_us_2019-11_daily.csv": ("campaign_report", "console", "en", "US", 7, True),
    "ads_console_custom_report_search_term_us_2025.csv": ("search_term_report", "custom", "en", "US", None, False),
}
# rows, impressions, clicks, spend, sales, orders (None: the list of known totals does not tell)
TOTALS = {
    "ads_sp_advertised_product_in_2020_daily.xlsx": (265, 640_262, 1_955, "47108.12", "71129.81", 194),
    "ads_sp_advertised_product_us_2019-11_daily.xlsx": (1_114, 343_534, 988, "772.97", "897.76", 22),
    "ads_sp_placement_in_2020_daily.xlsx": (545, 640_262, 1_955, "47108.12", "71129.81", 194),
    "ads_sp_search_term_ae_2025_summary.xlsx": (7_480, 287_978, 13_899, "19903.22", "65047.50", 1_664),
    "ads_sp_search_term_in_2020_daily.xlsx": (923, 333_570, 1_955, "47108.12", "70853.92", 193),
    "ads_sp_search_term_us_2024_summary.xlsx": (7_764, 2_800_677, 23_981, "38280.66", "139774.08", 3_427),
    "ads_sp_targeting_in_2020_daily.xlsx": (1_683, 640_262, 1_955, "47108.12", "71129.81", 194),
    "ads_sp_targeting_us_2026_daily_trimmed.xlsx": (6_000, 156_125, 1_232, "594.70", "1773.26", 155),
    "ads_sp_campaign_de_2025_summary.csv": (36, 2_104_512, 14_309, "4628.41", "29574.11", None),
    "ads_sp_campaign_in_2020_daily.csv": (182, 640_242, 1_955, "47108.12", "71129.81", None),
    "ads_sp_campaign_us_2019-11_daily.csv": (272, 316_159, 930, "734.21", "857.77", None),
    "ads_console_custom_report_search_term_us_2025.csv": (1_539, 515_607, 4_246, "3638.31", "3808.26", None),
    "ads_api_v3_spAdvertisedProduct_in_2026-02.json": (618, 3_593_977, 30_279, "220439.45", "1722056.72", None),
    "ads_api_v3_spCampaigns_in_2026-01.json": (119, 3_604_585, 27_947, "206880.27", "1547384.70", None),
}


def check_totals(whole: WholeFile[Any], name: str) -> None:
    rows, impressions, clicks, cost, sales, orders = TOTALS[name]
    totals = whole.totals
    assert (totals["rows"], totals["impressions"], totals["clicks"]) == (rows, impressions, clicks)
    assert (totals["cost"], totals["sales"]) == (Decimal(cost), Decimal(sales))
    if orders is not None:
        assert totals["orders"] == orders


@pytest.mark.parametrize("name", CONSOLE)
def test_console_files_say_all_there_is_to_know_and_sum_to_the_known_totals(name: str) -> None:
    kind, generation, language, country, days, is_daily = CONSOLE[name]
    whole = read_whole(KINDS, sample(name))
    found = whole.recognition
    assert (found.kind, found.generation, found.language, found.needs) == (kind, generation, language, ())
    assert whole.errors == []
    check_totals(whole, name)
    rows: list[PerformanceRow] = whole.rows
    assert {row.marketplace.country_code for row in rows} == {country}
    assert {row.currency for row in rows} == {get_marketplace(country).currency}
    assert {row.attribution_days for row in rows} == {days}
    assert {row.is_daily for row in rows} == {is_daily}
    assert all(row.date_from == row.date_to for row in rows if row.is_daily)
    assert {row.ad_product for row in rows} == {AdProduct.SPONSORED_PRODUCTS}


def test_the_purchased_products_are_read() -> None:
    whole = read_whole(KINDS, sample("ads_sp_purchased_product_us_2019.xlsx"))
    assert (whole.recognition.kind, whole.recognition.needs, whole.errors) == ("purchased_product_report", (), [])
    assert whole.totals["rows"] == 19
    rows: list[PerformanceRow] = whole.rows
    assert {row.report for row in rows} == {Report.PURCHASED_PRODUCTS}
    assert all(row.purchased_asin and row.asin and row.seller_sku for row in rows)
    assert {row.clicks for row in rows} == {row.cost for row in rows} == {None}
    assert sum(row.orders or 0 for row in rows) == 8


def test_columns_of_last_year_are_left_out_and_told() -> None:
    india = read_whole(KINDS, sample("ads_sp_campaign_in_2020_daily.csv")).recognition
    assert india.unknown_columns == (
        "Last Year Impressions",
        "Last Year Clicks",
        "Last Year Spend",
        "Last Year Cost Per Click (CPC)",
    )
    germany = read_whole(KINDS, sample("ads_sp_campaign_de_2025_summary.csv")).recognition
    assert len(germany.unknown_columns) == 4
    for name in CONSOLE.keys() - {"ads_sp_campaign_in_2020_daily.csv", "ads_sp_campaign_de_2025_summary.csv"}:
        assert recognise(KINDS, sample(name)).unknown_columns == ()


def test_campaigns_of_csv_and_products_of_workbooks_are_called_the_same() -> None:
    """The CSV escapes the quotes of names, the workbook of the same account does not."""
    campaigns = read_whole(KINDS, sample("ads_sp_campaign_us_2019-11_daily.csv")).rows
    products = read_whole(KINDS, sample("ads_sp_advertised_product_us_2019-11_daily.xlsx")).rows
    assert {row.campaign_name for row in products} <= {row.campaign_name for row in campaigns}
    assert any('"' in row.campaign_name for row in campaigns)


def test_the_placements_of_a_month_are_told_apart() -> None:
    rows: list[PerformanceRow] = read_whole(KINDS, sample("ads_sp_placement_in_2020_daily.xlsx")).rows
    counts = Counter(row.placement for row in rows)
    assert counts == {Placement.TOP_OF_SEARCH: 181, Placement.REST_OF_SEARCH: 182, Placement.PRODUCT_PAGES: 182}


def test_a_campaigns_own_dates_are_not_the_reports() -> None:
    rows: list[PerformanceRow] = read_whole(KINDS, sample("ads_sp_campaign_in_2020_daily.csv")).rows
    assert {row.date_from.month for row in rows} == {2}
    assert min(row.campaign_start_date for row in rows if row.campaign_start_date) == date(2019, 11, 22)
    assert {row.daily_budget is not None and row.daily_budget > 0 for row in rows} == {True}


def test_ids_written_as_formulas_are_text() -> None:
    rows: list[PerformanceRow] = read_whole(KINDS, sample("ads_console_custom_report_search_term_us_2025.csv")).rows
    assert all((row.amazon_campaign_id or "").isdigit() and len(row.amazon_campaign_id or "") == 15 for row in rows)
    assert {row.match_type for row in rows} == {MatchType.BROAD, MatchType.PHRASE, MatchType.EXACT, MatchType.NONE}


@pytest.mark.parametrize(
    ("name", "kind", "needs", "days"),
    [
        (
            "ads_api_v3_spAdvertisedProduct_in_2026-02.json",
            "advertised_product_report",
            ("marketplace", "date_range"),
            1,
        ),
        ("ads_api_v3_spCampaigns_in_2026-01.json", "campaign_report", ("marketplace", "date_range"), 1),
        ("ads_api_v3_spCampaigns_official_example.json", "ad_group_report", ("marketplace",), 7),
        ("ads_api_v3_spTargeting_in_2026-03-09_two_rows.json", "targeting_report", (), 7),
    ],
)
def test_answers_of_the_api_say_what_they_leave_unsaid(name: str, kind: str, needs: tuple[str, ...], days: int) -> None:
    first, last = date(2026, 2, 1), date(2026, 2, 28)
    whole = read_whole(KINDS, sample(name), Facts(get_marketplace("IN"), first, last))
    found = whole.recognition
    assert (found.kind, found.generation, found.needs, found.unknown_columns) == (kind, "api", needs, ())
    assert whole.errors == []
    assert {row.attribution_days for row in whole.rows} == {days}
    if name in TOTALS:
        check_totals(whole, name)
        assert {(row.date_from, row.date_to) for row in whole.rows} == {(first, last)}
        with pytest.raises(FileProblem) as caught:
            read_whole(KINDS, sample(name))
        assert caught.value.params["missing"] == ["marketplace", "date_range"]


def month(country: str = "US") -> Facts:
    return Facts(get_marketplace(country), date(2026, 1, 1), date(2026, 1, 31))


def test_the_search_terms_of_a_bulk_sheet_are_read() -> None:
    whole = read_whole(KINDS, sample("ads_bulksheet_v2_sp_search_term_us_2026.xlsx"), month())
    assert (whole.recognition.kind, whole.recognition.needs) == ("bulk_sheet", ("marketplace", "date_range"))
    assert (whole.recognition.unknown_columns, whole.errors) == ((), [])
    assert whole.totals["search_term_rows"] == whole.totals["rows"] == 1_551
    rows: list[PerformanceRow] = whole.rows
    assert all(row.amazon_campaign_id and row.amazon_ad_group_id and row.amazon_target_id for row in rows)
    assert Counter(row.match_type for row in rows)[MatchType.NONE] == 625
    assert {(row.date_from, row.date_to) for row in rows} == {(date(2026, 1, 1), date(2026, 1, 31))}


def test_an_upload_of_negative_keywords_is_read() -> None:
    whole = read_whole(KINDS, sample("ads_bulksheet_v2_upload_negative_keywords.xlsx"), month())
    assert (whole.recognition.unknown_columns, whole.errors) == ((), [])
    rows: list[BulkEntityRow] = whole.rows
    assert len(rows) == 14
    assert {(row.record.entity, row.record.operation) for row in rows} == {
        (BulkEntity.NEGATIVE_KEYWORD, Operation.CREATE)
    }
    assert {row.record.match_type for row in rows} == {MatchType.EXACT}
    assert {len(row.record.campaign_id or "") for row in rows} == {15}
    assert {row.performance() for row in rows} == {None}


def test_a_legacy_bulk_file_is_read_with_what_it_sums_to_at_each_level() -> None:
    whole = read_whole(KINDS, sample("ads_bulksheet_v1_us_2019-12-10.xlsx"), month())
    assert (whole.recognition.kind, whole.recognition.unknown_columns, whole.errors) == ("bulk_sheet_legacy", (), [])
    assert notices(whole) == []
    rows: list[BulkEntityRow] = whole.rows
    assert Counter(row.record.entity for row in rows) == {
        BulkEntity.CAMPAIGN: 12,
        BulkEntity.AD_GROUP: 23,
        BulkEntity.PRODUCT_AD: 23,
        BulkEntity.KEYWORD: 436,
        BulkEntity.NEGATIVE_KEYWORD: 438,
    }
    clicks = {
        entity: sum(row.clicks or 0 for row in rows if row.record.entity is entity)
        for entity in (BulkEntity.CAMPAIGN, BulkEntity.AD_GROUP, BulkEntity.PRODUCT_AD)
    }
    assert clicks[BulkEntity.CAMPAIGN] == 299
    assert clicks[BulkEntity.AD_GROUP] == clicks[BulkEntity.PRODUCT_AD]
    assert {row.record.state for row in rows} == {State.ENABLED}


# kind, rows, impressions, clicks, cost, sales, orders
DATA = {
    "sp_search_term_daily.csv": ("search_term_report", 923, 333_570, 1_955, "47108.12", "70853.92", 193),
    "sp_targeting_daily.csv": ("targeting_report", 1_683, 640_262, 1_955, "47108.12", "71129.81", 194),
    "sp_placement_daily.csv": ("placement_report", 545, 640_262, 1_955, "47108.12", "71129.81", 194),
    "sp_campaign_daily.csv": ("campaign_report", 182, 640_242, 1_955, "47108.12", "71129.81", 194),
    "sp_advertised_product_daily.csv": (
        "advertised_product_report",
        265,
        640_262,
        1_955,
        "47108.12",
        "71129.81",
        194,
    ),
}


def advertising_data(name: str) -> Path:
    path = SHARED / "ads_data" / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout (set TRADEWIND_SHARED)")
    return path


@pytest.mark.parametrize("name", DATA)
def test_a_month_of_one_account_sums_to_its_known_totals(name: str) -> None:
    kind, rows, impressions, clicks, cost, sales, orders = DATA[name]
    whole = read_whole(KINDS, advertising_data(name))
    assert (whole.recognition.kind, whole.recognition.needs, whole.errors) == (kind, (), [])
    totals = whole.totals
    assert (totals["rows"], totals["impressions"], totals["clicks"]) == (rows, impressions, clicks)
    assert (totals["cost"], totals["sales"], totals["orders"]) == (Decimal(cost), Decimal(sales), orders)
    assert {row.attribution_days for row in whole.rows} == {14}
    assert {row.date_from.month for row in whole.rows} == {2}


def test_orders_may_exceed_clicks_without_a_word() -> None:
    whole = read_whole(KINDS, advertising_data("sp_search_term_daily.csv"))
    assert any((row.orders or 0) > (row.clicks or 0) for row in whole.rows)
    assert "more_clicks_than_impressions" not in {code for code, _ in notices(whole)}


@pytest.mark.parametrize("name", ["business_report_by_date_us_2018-10_2019-12.csv", "restock_us_2019-12-15.csv"])
def test_files_of_other_kinds_are_refused_not_misread(name: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, sample(name), month())
    assert caught.value.code == "unrecognised"
