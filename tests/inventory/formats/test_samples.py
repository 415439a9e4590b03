"""Real files of these kinds give the totals that an independent reader counted, without an error."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.inventory.formats.all_orders import OrderLine
from services.inventory.formats.kinds import KINDS
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.problems import FileProblem
from shared.files.reading import WholeFile, read_whole
from tests.support.paths import sample

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def read_sample(name: str, country: str = "US") -> WholeFile[Any]:
    facts = Facts(get_marketplace(country), date(2026, 1, 1), date(2026, 1, 31), AS_OF)
    return read_whole(KINDS, sample(name), facts)


ORDERS = {
    "all_orders_us_2018-11.tsv": (77, 76, 77, "4340.93", 3, 0),
    "all_orders_us_2018-12.tsv": (119, 112, 122, "6595.58", 2, 0),
    "all_orders_us_2019-01.tsv": (88, 83, 95, "5069.85", 3, 4),
    "all_orders_us_2019-02.tsv": (59, 57, 58, "3112.72", 2, 2),
    "all_orders_us_2019-03.tsv": (30, 30, 28, "1642.02", 0, 2),
    "all_orders_us_2019-04.tsv": (15, 15, 12, "680.48", 0, 3),
    "all_orders_us_2019-05.tsv": (43, 43, 42, "2368.48", 1, 0),
    "all_orders_us_2019-06.tsv": (107, 106, 105, "5066.17", 6, 0),
    "all_orders_us_2019-07.tsv": (51, 50, 50, "2422.00", 0, 1),
    "all_orders_us_2019-10.tsv": (80, 74, 82, "3370.18", 0, 0),
    "all_orders_us_2019-11.tsv": (138, 130, 138, "5571.62", 5, 2),
    "all_orders_us_2019-12-01_17.tsv": (121, 113, 119, "5015.69", 5, 1),
}


@pytest.mark.parametrize("name", ORDERS)
def test_orders_sum_to_the_known_totals(name: str) -> None:
    lines, orders, units, amount, cancelled, non_amazon = ORDERS[name]
    whole = read_sample(name)
    assert whole.recognition.kind == "all_orders"
    assert whole.recognition.unknown_columns == ()
    assert whole.errors == []
    totals = whole.totals
    assert (totals["rows"], totals["orders"]) == (lines, orders)
    assert (totals["shipped_amazon_units"], totals["shipped_amazon_amount"]) == (units, Decimal(amount))
    assert (totals["cancelled_lines"], totals["non_amazon_lines"]) == (cancelled, non_amazon)


def test_the_lines_of_all_order_files_together_have_keys_of_their_own() -> None:
    lines: list[OrderLine] = [line for name in ORDERS for line in read_sample(name).rows]
    assert len(lines) == 928
    assert len({line.amazon_order_id for line in lines}) == 889
    assert len({(line.amazon_order_id, line.line_key) for line in lines}) == 928


def test_records_of_2022_already_parsed_to_json_are_read() -> None:
    whole = read_sample("all_orders_last_update_us_2022-07_cancelled.jsonl")
    assert (whole.recognition.container, whole.recognition.generation) == ("jsonl", "2022")
    assert whole.errors == []
    assert (whole.totals["rows"], whole.totals["cancelled_lines"], whole.totals["sold_units"]) == (5, 5, 0)


@pytest.mark.parametrize(
    ("name", "rows", "total", "fulfillable", "reserved", "working"),
    [
        ("fba_myi_unsuppressed_us_2019-12-17.csv", 43, 3114, 1497, 9, 1594),
        ("fba_myi_unsuppressed_us_2020-02-02.csv", 40, 2637, 1173, 14, 1444),
    ],
)
def test_stock_sums_to_the_known_totals(
    name: str, rows: int, total: int, fulfillable: int, reserved: int, working: int
) -> None:
    whole = read_sample(name)
    assert whole.errors == []
    assert whole.recognition.encoding == "cp1252"
    totals = whole.totals
    assert (totals["rows"], totals["total_units"]) == (rows, total)
    assert (totals["fulfillable_units"], totals["reserved_units"]) == (fulfillable, reserved)
    assert totals["inbound_working_units"] == working
    assert totals["inbound_shipped_units"] == totals["inbound_receiving_units"] == 0
    assert totals["unbalanced_rows"] == 0
    assert sum(row.in_transit_units for row in whole.rows) == 0


def test_the_restock_report_of_2019_sums_to_the_known_totals() -> None:
    whole = read_sample("restock_us_2019-12-15.csv")
    assert whole.errors == []
    assert (whole.recognition.generation, whole.recognition.encoding) == ("2019", "cp1252")
    assert whole.totals == {
        "rows": 43,
        "total_units": 1506,
        "out_of_stock_rows": 4,
        "low_stock_rows": 1,
        "recommended_rows": 3,
        "recommended_units": 81,
    }


def test_the_current_restock_header_is_read() -> None:
    whole = read_sample("restock_gb_2026_third_party_fixture.csv")
    assert whole.errors == []
    assert whole.recognition.generation == "current"
    assert {row.marketplace.country_code for row in whole.rows} == {"GB", "US"}


@pytest.mark.parametrize(
    ("name", "country", "generation", "language", "rows", "sessions", "units", "sales"),
    [
        ("business_report_child_asin_us_2026-01_one_row.csv", "US", "current", "en", 1, 6744, 528, "7274.35"),
        ("business_report_child_sku_de_2025-04-02.csv", "DE", "current", "de", 655, 66844, 11883, "110935.30"),
        (
            "business_report_child_sku_gb_2025-07-16_all_columns.csv",
            "GB",
            "current",
            "en",
            1326,
            188189,
            9937,
            "189637.18",
        ),
        ("business_report_child_sku_gb_2025-07-23.csv", "GB", "current", "en", 1128, 179327, 6911, "134865.50"),
        ("business_report_child_sku_us_2019-11-21.csv", "US", "2019", "en", 49, 75210, 865, "43850.61"),
    ],
)
def test_business_reports_by_child_sum_to_the_known_totals(
    name: str, country: str, generation: str, language: str, rows: int, sessions: int, units: int, sales: str
) -> None:
    whole = read_sample(name, country)
    assert whole.errors == []
    assert (whole.recognition.generation, whole.recognition.language) == (generation, language)
    totals = whole.totals
    assert (totals["rows"], totals["sessions"], totals["units"]) == (rows, sessions, units)
    assert totals["sales"] == Decimal(sales)


def test_the_business_report_by_date_sums_to_the_known_totals() -> None:
    whole = read_sample("business_report_by_date_us_2018-10_2019-12.csv")
    assert whole.errors == []
    assert (whole.totals["rows"], whole.totals["units"], whole.totals["sales"]) == (442, 1053, Decimal("50800.98"))
    detail = read_sample("business_report_detail_by_date_us_2019-12.csv")
    assert detail.recognition.kind == "business_report_by_date"
    assert (detail.totals["rows"], detail.errors) == (8, [])


def test_sales_and_traffic_sums_to_the_known_totals_and_names_the_day_that_did_not_come() -> None:
    whole = read_sample("sales_and_traffic_us_2024-02-14_26_day_parent.json")
    assert whole.errors == []
    totals = whole.totals
    assert (totals["dates"], totals["units_by_date"]) == (12, 6684)
    assert (totals["items"], totals["units_by_item"]) == (138, 6707)
    assert [(notice.code, notice.value) for notice in whole.notices] == [("missing_days", "2024-02-26")]


@pytest.mark.parametrize("name", ["1_day_sku", "2_week_child"])
def test_the_official_examples_of_sales_and_traffic_are_read(name: str) -> None:
    whole = read_sample(f"sales_and_traffic_official_example_{name}.json")
    assert whole.errors == []
    assert (whole.totals["units_by_date"], whole.totals["units_by_item"]) == (97, 7)


@pytest.mark.parametrize(
    "name",
    [
        "sales_dashboard_us_2019-11-21_multi_section.csv",
        "fba_excess_inventory_us_2019-11-23_ragged.csv",
        "ledger_summary_us_2026-07-16_one_row.csv",
        "ads_sp_targeting_in_2020_daily.xlsx",
        "sales_api_v1_orderMetrics_official.json",
        "afn_inventory_us_2019-11-23.tsv",
    ],
)
def test_files_of_other_kinds_are_refused_not_misread(name: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read_sample(name)
    assert caught.value.code == "unrecognised"
