"""Which column of a file is which."""

import pytest

from shared.files.headers import Column, fold_header, match_header

COLUMNS = (
    Column("sessions", ("Sessions - Total",), required=True),
    Column("sku", ("SKU", "Merchant SKU"), required=True),
)


@pytest.mark.parametrize(
    "printed",
    [
        "Sessions – Total",
        "sessions - total",
        "Sessions\u00a0– Total ",
        " SESSIONS \u2011 TOTAL",
        "\ufeffSessions \uff0d Total",
        "Ｓessions - Total",
    ],
)
def test_case_dashes_spaces_and_width_make_no_difference(printed: str) -> None:
    assert fold_header(printed) == fold_header("Sessions - Total")


def test_japanese_headers_keep_their_long_vowels() -> None:
    assert fold_header("ページビュー数 - 合計") != fold_header("ペジビュ数 - 合計")
    assert fold_header("（子）ASIN") == fold_header("(子)ASIN")


def test_unknown_columns_are_reported_and_unnamed_ones_ignored() -> None:
    match = match_header(["SKU", "", "Colour", "Sessions - Total"], COLUMNS)
    assert dict(match.positions) == {"sku": 0, "sessions": 3}
    assert match.unknown == ("Colour",)
    assert match.missing == ()


def test_missing_columns_are_named_as_they_are_printed() -> None:
    assert match_header(["Colour"], COLUMNS).missing == ("Sessions - Total", "SKU")


def test_a_known_column_that_stands_twice_is_told() -> None:
    assert match_header(["SKU", "merchant sku", "Sessions - Total"], COLUMNS).repeated == ("merchant sku",)
