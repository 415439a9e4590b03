"""What numbers written by people and spreadsheets mean."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.numbers import read_decimal, read_integer, read_percent, read_ratio
from shared.files.problems import CellProblem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,356", "1356"),
        ("1,234,567", "1234567"),
        ("1,23,456.00", "123456.00"),
        ("1.234.567", "1234567"),
        ("1 234 567,5", "1234567.5"),
        ("12'345.60", "12345.60"),
        ("1234,56", "1234.56"),
        ("0,5", "0.5"),
        ("-55.25", "-55.25"),
        ("\u221255.25", "-55.25"),
        ("55.25-", "-55.25"),
        ("$0.00", "0.00"),
        ("-$1,000.50", "-1000.50"),
        ("$-3", "-3"),
        ("US$3.10", "3.10"),
        ("Rs.1000.0", "1000.0"),
        ("₹1,000", "1000"),
        ("€0.20192090000000001", "0.20192090000000001"),
        ("17.510,95\u00a0€", "17510.95"),
        ("1\u202f234,50\u00a0€", "1234.50"),
        ("￥1,234", "1234"),
        ("£2,560.45", "2560.45"),
        ("12,50 kr", "12.50"),
        ("12.50 EUR", "12.50"),
        ("１２.５", "12.5"),
        (".5", "0.5"),
        ("5.", "5"),
    ],
)
def test_numbers_of_every_country_are_exact(text: str, value: str) -> None:
    assert read_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "abc",
        "1,2,3",
        "7,1234",
        "0,139",
        "12 34",
        "1E5",
        "4.68E+14",
        "nan",
        "inf",
        "--5",
        "1.2.3",
        "(5)",
        "5%",
        "1" * 31,
        "365+",
        "1,356,78",
        "٣",
    ],
)
def test_what_cannot_be_told_without_guessing_is_refused(text: str) -> None:
    with pytest.raises(CellProblem) as caught:
        read_decimal(text)
    assert caught.value.code == "bad_number"


def test_in_our_files_parted_by_semicolons_a_single_comma_is_the_decimal_mark() -> None:
    assert read_decimal("0,139", decimal_comma=True) == Decimal("0.139")
    assert read_decimal("7,1234", decimal_comma=True) == Decimal("7.1234")
    assert read_decimal("1.234,5", decimal_comma=True) == Decimal("1234.5")
    assert read_decimal("7.1234", decimal_comma=True) == Decimal("7.1234")


@pytest.mark.parametrize(
    ("text", "value"), [("25.0", 25), ("3,218", 3218), ("-4", -4), ("007", 7), ("1.234.567", 1234567)]
)
def test_whole_numbers_may_carry_marks(text: str, value: int) -> None:
    assert read_integer(text) == value


def test_a_dot_groups_thousands_of_a_whole_number_only_where_the_file_is_german() -> None:
    assert read_integer("1.356", decimal_comma=True) == 1356
    assert read_integer("3,218", decimal_comma=True) == 3218
    with pytest.raises(CellProblem) as caught:
        read_integer("1.356")
    assert caught.value.code == "not_whole"


@pytest.mark.parametrize("text", ["$5", "5 EUR", "12.00 €", "Rs.3"])
def test_money_is_no_count_so_a_shifted_column_is_seen(text: str) -> None:
    with pytest.raises(CellProblem) as caught:
        read_integer(text)
    assert caught.value.code == "bad_number"


@pytest.mark.parametrize("text", ["12 PCS", "12 BOX", "5 kg"])
def test_a_unit_is_not_taken_for_a_currency(text: str) -> None:
    with pytest.raises(CellProblem):
        read_decimal(text)


def test_percentages_are_ratios() -> None:
    assert read_percent("92.30%") == Decimal("0.9230")
    assert read_percent("4,81\u00a0%") == Decimal("0.0481")
    assert read_percent("160.00%") == Decimal("1.6")
    assert read_percent("98.12") == Decimal("0.9812")


def test_a_ratio_may_be_written_as_a_percentage() -> None:
    assert read_ratio("0.15") == read_ratio("15%") == Decimal("0.15")


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_english_and_german_writing_of_an_amount_mean_the_same(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_decimal(english) == read_decimal(german + "\u00a0€") == value


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    for read in (read_decimal, read_integer, read_percent, read_ratio):
        try:
            read(text)
        except CellProblem:
            continue
