"""Our own templates as CSV and XLSX: products and listings, lanes, domestic stock, exchange rates, daily sales."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from services.inventory.formats.kinds import KINDS
from shared.files.facts import Facts
from shared.files.reading import WholeFile, read_whole
from shared.files.recognise import recognise
from shared.files.xlsx_out import xlsx_bytes
from tests.inventory.formats.build import AS_OF, csv, errors


def table(*rows: dict[str, Any], delimiter: str = ",") -> bytes:
    """A template with just the columns that the rows name."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    return csv(header, *([row.get(name, "") for name in header] for row in rows), delimiter=delimiter)


def read(*rows: dict[str, Any], delimiter: str = ",") -> WholeFile[Any]:
    return read_whole(KINDS, table(*rows, delimiter=delimiter))


@pytest.mark.parametrize("name", KINDS.templates)
def test_the_header_of_every_template_is_recognised_as_csv_and_as_workbook(name: str) -> None:
    header = KINDS.template_columns(name)
    assert recognise(KINDS, csv(header)).kind == name
    workbook = b"".join(xlsx_bytes(header, [], sheet="Anything"))
    recognition = recognise(KINDS, workbook)
    assert (recognition.kind, recognition.container, recognition.sheet) == (name, "xlsx", "Anything")
    assert recognition.unknown_columns == ()


PRODUCT = {"product_code": "MAT-1", "product_name": "Mat", "unit_cost": "42.5", "unit_cost_currency": "CNY"}
LISTING = {"marketplace": "US", "seller_sku": "A-1", "price": "24.99"}


def test_a_product_may_stand_on_many_rows_one_per_listing() -> None:
    whole = read(
        {**PRODUCT, **LISTING, "units_per_listing": "2", "referral_rate": "15%", "carton_units": "24"},
        {"product_code": "mat-1", "product_name": "Mat", "marketplace": "Amazon.de", "seller_sku": "A-1"},
        {"product_code": "MAT-2", "product_name": "Other"},
    )
    assert whole.errors == []
    first, second, third = whole.rows
    assert (first.listing.units_per_listing, first.listing.referral_rate) == (2, Decimal("0.15"))
    assert (first.listing.price, first.listing.price_currency) == (Decimal("24.99"), "USD")
    assert (second.listing.units_per_listing, second.listing.price_currency) == (1, "EUR")
    assert second.product.unit_cost == Decimal("42.5")
    assert second.product.carton_units == 24
    assert third.listing is None
    assert (whole.totals["products"], whole.totals["listings"]) == (2, 2)


def test_a_product_says_one_thing_only() -> None:
    whole = read({**PRODUCT, **LISTING}, {**PRODUCT, "unit_cost": "43", **LISTING, "seller_sku": "A-2"})
    assert errors(whole) == [(3, "unit_cost", "conflicting_product")]


def test_a_listing_stands_once_whatever_the_case_of_its_sku() -> None:
    whole = read({**PRODUCT, **LISTING}, {**PRODUCT, **LISTING, "seller_sku": "a-1"})
    assert errors(whole) == [(3, "seller_sku", "duplicate_key")]


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"unit_cost_currency": ""}, "unit_cost_currency", "empty"),
        ({"unit_cost_currency": "yuan"}, "unit_cost_currency", "bad_currency"),
        ({"unit_cost_currency": "XYZ"}, "unit_cost_currency", "bad_currency"),
        ({"price_currency": "DEM"}, "price_currency", "bad_currency"),
        ({"unit_cost": "-1"}, "unit_cost", "out_of_range"),
        ({"marketplace": ""}, "marketplace", "empty"),
        ({"marketplace": "Mars"}, "marketplace", "unknown_marketplace"),
        ({"seller_sku": ""}, "seller_sku", "empty"),
        ({"referral_rate": "15"}, "referral_rate", "out_of_range"),
        ({"units_per_listing": "0"}, "units_per_listing", "out_of_range"),
        ({"carton_units": "0"}, "carton_units", "out_of_range"),
        ({"carton_units": "3000000000"}, "carton_units", "out_of_range"),
        ({"product_code": "4.68E+14"}, "product_code", "damaged_id"),
        ({"product_name": "#N/A"}, "product_name", "sheet_error"),
    ],
)
def test_what_cannot_be_is_refused_with_its_cell(change: dict[str, str], column: str, code: str) -> None:
    assert errors(read({**PRODUCT, **LISTING, **change})) == [(2, column, code)]


def test_volume_and_weight_of_a_unit_come_from_the_carton_when_not_given() -> None:
    carton = {"carton_units": "20", "carton_length_cm": "50", "carton_width_cm": "40", "carton_height_cm": "30"}
    product = read({**PRODUCT, **carton, "carton_weight_kg": "12"}).rows[0].product
    assert product.volume_per_unit_cm3 == Decimal(3000)
    assert product.weight_per_unit_kg == Decimal("0.6")
    given = read({**PRODUCT, **carton, "unit_volume_cm3": "2500"}).rows[0].product
    assert (given.volume_per_unit_cm3, given.weight_per_unit_kg) == (Decimal(2500), None)


def test_in_files_parted_by_semicolons_a_comma_is_the_decimal_mark() -> None:
    row = {**PRODUCT, "unit_cost": "1,356", "unit_weight_kg": "0,25"}
    assert read(row, delimiter=";").rows[0].product.unit_cost == Decimal("1.356")
    assert read(row, delimiter=";").rows[0].product.unit_weight_kg == Decimal("0.25")


LANE = {"origin": "CN", "marketplace": "US", "mode": "slow_sea", "currency": "USD", "cost_per_m3": "120"}
TIMES = {"transit_days_p10": "40", "transit_days_p50": "45", "transit_days_p90": "60"}


def test_lanes_have_a_mode_costs_and_transit_times() -> None:
    whole = read({**LANE, **TIMES}, {**LANE, **TIMES, "mode": "Fast Sea"}, {**LANE, **TIMES, "mode": "air"})
    assert [row.mode for row in whole.rows] == ["slow_sea", "fast_sea", "air"]
    assert (whole.rows[0].cost_per_m3, whole.rows[0].cost_per_unit) == (Decimal(120), None)
    assert (whole.rows[0].transit_days_p10, whole.rows[0].transit_days_p90) == (40, 60)


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"cost_per_m3": ""}, "cost_per_unit", "empty"),
        ({"mode": "rail"}, "mode", "unknown_word"),
        ({"mode": ""}, "mode", "empty"),
        ({"currency": ""}, "currency", "empty"),
        ({"transit_days_p50": "70"}, "transit_days_p50", "out_of_order"),
        ({"transit_days_p50": "0"}, "transit_days_p50", "out_of_range"),
    ],
)
def test_a_lane_without_sense_is_refused(change: dict[str, str], column: str, code: str) -> None:
    assert errors(read({**LANE, **TIMES, **change})) == [(2, column, code)]


def test_a_lane_stands_once() -> None:
    whole = read({**LANE, **TIMES}, {**LANE, **TIMES, "cost_per_m3": "130"}, {**LANE, **TIMES})
    assert errors(whole) == [(3, None, "duplicate_key")]
    assert [notice.code for notice in whole.notices] == ["repeated_row"]


def test_domestic_stock_says_when_it_was_counted_or_is_asked() -> None:
    row = {"warehouse": "Shenzhen", "product_code": "MAT-1", "on_hand_units": "1,200"}
    assert recognise(KINDS, table(row)).needs == ("as_of",)
    assert read_whole(KINDS, table(row), Facts(as_of=AS_OF)).rows[0].as_of_at == AS_OF
    dated = {**row, "as_of_date": "2026-01-31"}
    assert recognise(KINDS, table(dated)).needs == ()
    (one,) = read(dated).rows
    assert (one.on_hand_units, one.as_of_date, one.as_of_at) == (1200, date(2026, 1, 31), None)
    moment = {**row, "as_of_at": "2026-01-31T18:00:00+08:00"}
    assert read(moment).rows[0].as_of_at == datetime(2026, 1, 31, 10, tzinfo=UTC)
    assert errors(read({**row, "as_of_date": ""})) == [(2, "as_of_date", "empty")]


def test_exchange_rates_are_dated_and_above_zero() -> None:
    row = {"rate_date": "2026/1/31", "from_currency": "usd", "to_currency": "RMB", "rate": "7.1234"}
    (one,) = read(row).rows
    assert (one.rate_date, one.from_currency, one.to_currency) == (date(2026, 1, 31), "USD", "CNY")
    assert one.rate == Decimal("7.1234")
    assert errors(read({**row, "rate": "0"})) == [(2, "rate", "out_of_range")]
    assert errors(read({**row, "rate": "7,1234"})) == [(2, "rate", "bad_number")]
    assert errors(read({**row, "to_currency": "USD"})) == [(2, "to_currency", "same_currency")]


def test_a_workbook_gives_the_same_rows_as_a_csv_with_lines_as_the_sheet_numbers_them() -> None:
    header = list(KINDS.template_columns("daily_sales"))
    values = ["", "US", "A-1", "2026-01-31", "3", "2", "59.97", "", "yes"]
    typed = [None, "US", "A-1", date(2026, 1, 31), 3, 2, Decimal("59.97"), None, True]
    bad = [*typed[:4], -1, *typed[5:]]
    workbook = b"".join(xlsx_bytes(header, [typed, [None] * 9, bad]))
    from_csv, from_sheet = read_whole(KINDS, csv(header, values)), read_whole(KINDS, workbook)
    assert from_csv.rows == from_sheet.rows
    assert errors(from_sheet) == [(4, "units", "out_of_range")]


def test_a_title_above_the_header_of_a_sheet_is_passed_over() -> None:
    workbook = b"".join(xlsx_bytes(["Rates of January"], [["rate_date", "from_currency", "to_currency", "rate"]]))
    recognition = recognise(KINDS, workbook)
    assert (recognition.kind, recognition.header_line) == ("exchange_rates", 2)
