"""Business reports: every language and generation of the header, and numbers of two countries in one row."""

from datetime import date
from decimal import Decimal

import pytest

from services.inventory.formats.kinds import KINDS
from shared.core.marketplaces import get_marketplace
from shared.files.facts import Facts
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise
from tests.inventory.formats.build import csv, errors, facts, read

EN_2019 = [
    "(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions", "Session Percentage", "Page Views",
    "Page Views Percentage", "Buy Box Percentage", "Units Ordered", "Unit Session Percentage",
    "Ordered Product Sales", "Total Order Items",
]  # fmt: skip
EN_NOW = [
    "(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions - Total", "Session Percentage - Total",
    "Page Views - Total", "Page Views Percentage - Total", "Featured Offer (Buy Box) Percentage",
    "Units Ordered", "Unit Session Percentage", "Ordered Product Sales", "Total Order Items",
]  # fmt: skip
EN_GB = [
    "(Parent) ASIN", "(Child) ASIN", "Title", "SKU", "Sessions – Total", "Session percentage – Total",
    "Page views – Total", "Page views percentage – Total", "Featured Offer (Buy Box) percentage",
    "Units ordered", "Unit Session Percentage", "Ordered Product Sales", "Total order items",
]  # fmt: skip
DE = [
    "(Übergeordnete) ASIN", "(Untergeordnete) ASIN", "Titel", "SKU", "Sitzungen\u00a0– Summe",
    "Prozentwert an Sitzungen – Summe", "Seitenaufrufe\u00a0– Summe", "Prozentsatz Seitenaufrufe – Summe",
    'Hervorgehobenes Angebot ("In-den-Einkaufswagen") – Prozentsatz', "Bestellte Einheiten",
    "Prozentsatz an Einheiten pro Sitzung", "Durch bestellte Produkte erzielter Umsatz", "Zahl der Bestellposten",
]  # fmt: skip
DE_ELSEWHERE = [name.replace("\u00a0– Summe", " – Gesamt") for name in DE]
JA = [
    "（親）ASIN", "（子）ASIN", "商品名", "SKU", "セッション数 - 合計", "セッションのパーセンテージ - 合計",
    "ページビュー数 - 合計", "ページビュー率 - 合計", "おすすめ出品の獲得率", "注文された商品点数",
    "ユニットセッション率", "注文商品の売上額", "注文品目総数",
]  # fmt: skip


def row(sales: str, sessions: str = "1,356", percent: str = "92.30%") -> list[str]:
    return ["B0P", "B0C", "Mat", "A-1", sessions, "1.28%", "2,069", "1.1%", percent, "205", "160.00%", sales, "204"]


@pytest.mark.parametrize(
    ("header", "country", "sales", "generation", "language"),
    [
        (EN_2019, "US", "$2,560.45", "2019", "en"),
        (EN_NOW, "US", "$2,560.45", "current", "en"),
        (EN_GB, "GB", "£2,560.45", "current", "en"),
        (DE, "DE", "2.560,45\u00a0€", "current", "de"),
        (DE_ELSEWHERE, "DE", "2.560,45\u00a0€", "current", "de"),
    ],
)
def test_every_header_gives_the_same_row(
    header: list[str], country: str, sales: str, generation: str, language: str
) -> None:
    whole = read(b"\xef\xbb\xbf" + csv(header, row(sales)), country)
    assert whole.errors == []
    assert (whole.recognition.generation, whole.recognition.language) == (generation, language)
    (one,) = whole.rows
    assert (one.parent_asin, one.child_asin, one.seller_sku) == ("B0P", "B0C", "A-1")
    assert (one.sessions, one.page_views, one.units, one.order_items) == (1356, 2069, 205, 204)
    assert (one.sales, one.currency) == (Decimal("2560.45"), get_marketplace(country).currency)
    assert one.featured_offer_ratio == Decimal("0.9230")
    assert one.unit_session_ratio == Decimal("1.6")


def test_a_german_export_may_be_parted_by_semicolons_and_group_with_dots() -> None:
    values = row("17.510,95\u00a0€", sessions="3.218", percent="99,96\u00a0%")
    whole = read(csv(DE, values, delimiter=";"), "DE")
    assert whole.errors == []
    (one,) = whole.rows
    assert (one.sessions, one.sales) == (3218, Decimal("17510.95"))
    assert one.featured_offer_ratio == Decimal("0.9996")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_japanese_report_is_read_in_either_encoding(encoding: str) -> None:
    data = csv(JA, row("￥256,045")).decode().encode(encoding)
    whole = read(data, "JP")
    assert whole.errors == []
    assert (whole.recognition.language, whole.recognition.encoding) == ("ja", encoding)
    assert (whole.rows[0].sales, whole.rows[0].currency) == (Decimal(256045), "JPY")


def test_a_japanese_header_is_recognised_before_anyone_says_japan() -> None:
    recognition = recognise(KINDS, csv(JA, row("￥1")).decode().encode("cp932"))
    assert (recognition.kind, recognition.language) == ("business_report_by_child", "ja")
    assert recognition.needs == ("marketplace", "date_range")


def test_a_child_asin_repeats_once_per_sku() -> None:
    other = row("$1.00")
    other[3] = "A-2"
    assert len(read(csv(EN_NOW, row("$1.00"), other, row("$1.00"))).rows) == 3


def test_the_file_tells_neither_marketplace_nor_dates_so_both_are_asked_for() -> None:
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, csv(EN_NOW, row("$1.00")), Facts(from_date=date(2026, 1, 1)))
    assert caught.value.params == {"missing": ["marketplace", "date_range"]}


def test_only_a_sku_on_a_single_day_is_the_daily_sales_of_a_listing() -> None:
    data = csv(EN_NOW, row("$1.00"))
    day = date(2026, 1, 5)
    market = get_marketplace("US")
    assert read_whole(KINDS, data, Facts(market, day, day)).rows[0].is_one_day_of_a_listing
    assert not read_whole(KINDS, data, facts()).rows[0].is_one_day_of_a_listing
    no_sku = [name for name in EN_NOW if name != "SKU"]
    values = row("$1.00")
    del values[3]
    assert not read_whole(KINDS, csv(no_sku, values), Facts(market, day, day)).rows[0].is_one_day_of_a_listing


def test_business_customers_and_optional_columns_are_read_where_they_are() -> None:
    header = [*EN_NOW, "Units Ordered - B2B", "Ordered product sales – B2B", "Units Refunded", "Mobile thing"]
    whole = read(csv(header, [*row("$1.00"), "7", "$70.00", "2", "x"]))
    (one,) = whole.rows
    assert (one.business_units, one.business_sales, one.refunded_units) == (7, Decimal("70.00"), 2)
    assert "Mobile thing" in whole.recognition.unknown_columns


BY_DATE = ["Date", "Ordered Product Sales", "Units Ordered", "Total Order Items", "Sessions"]


@pytest.mark.parametrize(("country", "day"), [("US", date(2026, 12, 1)), ("GB", date(2026, 1, 12))])
def test_the_marketplace_tells_day_from_month(country: str, day: date) -> None:
    whole = read(csv(BY_DATE, ["12/01/2026", "$10.00", "2", "2", "9"]), country)
    assert whole.rows[0].sales_date == day
    assert recognise(KINDS, csv(BY_DATE)).needs == ("marketplace",)


def test_a_day_that_cannot_be_is_an_error_of_its_row() -> None:
    ok = ["01/12/2026", "$10.00", "2", "2", "9"]
    assert errors(read(csv(BY_DATE, ok, ["13/01/2026", *ok[1:]]))) == [(3, "Date", "bad_date")]


def test_a_header_that_names_a_known_column_twice_is_refused() -> None:
    with pytest.raises(FileProblem) as caught:
        read(csv([*BY_DATE, "Sessions – Total"], ["01/12/2026", "$1", "1", "1", "1", "2"]))
    assert caught.value.code == "repeated_column"
