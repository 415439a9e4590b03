"""What dates, instants, yes-or-no cells and ids mean."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.problems import CellProblem
from shared.files.values import Order, read_boolean, read_day, read_identifier, read_instant, read_text


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("12/01/2019", "mdy", date(2019, 12, 1)),
        ("12/01/2019", "dmy", date(2019, 1, 12)),
        ("02.04.25", "dmy", date(2025, 4, 2)),
        ("2.4.2025", "dmy", date(2025, 4, 2)),
        ("16-07-2025", "dmy", date(2025, 7, 16)),
        ("2026/1/31", "mdy", date(2026, 1, 31)),
        ("2026-01-31", "dmy", date(2026, 1, 31)),
    ],
)
def test_the_marketplace_tells_the_order_and_year_first_is_always_understood(
    text: str, order: Order, day: date
) -> None:
    assert read_day(text, order) == day


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("13/01/2019", "mdy"),
        ("01/13/2019", "dmy"),
        ("12/01/2019", "ymd"),
        ("2019-02-29", "ymd"),
        ("1/2-2019", "mdy"),
        ("0001-01-01", "ymd"),
        ("9999-01-01", "ymd"),
        ("", "ymd"),
        ("Oct 23, 2019", "mdy"),
        ("1/2/202", "mdy"),
    ],
)
def test_the_order_is_never_guessed_from_a_row(text: str, order: Order) -> None:
    with pytest.raises(CellProblem) as caught:
        read_day(text, order)
    assert caught.value.code == "bad_date"


def test_an_instant_needs_its_offset() -> None:
    assert read_instant("2019-11-29T08:52:41+09:00") == datetime(2019, 11, 28, 23, 52, 41, tzinfo=UTC)
    assert read_instant("2026-07-06T00:00:00-0700") == datetime(2026, 7, 6, 7, tzinfo=UTC)
    with pytest.raises(CellProblem):
        read_instant("2019-11-29T08:52:41")


def test_yes_and_no_have_a_third_state() -> None:
    assert read_boolean("Yes") is True
    assert read_boolean("true") is True
    assert read_boolean("NO") is False
    assert read_boolean(" ") is None
    with pytest.raises(CellProblem):
        read_boolean("maybe")


def test_an_id_rounded_by_a_spreadsheet_is_refused_and_a_guarded_one_unpacked() -> None:
    assert read_identifier(' ="468170906203317" ') == "468170906203317"
    assert read_identifier("00123") == "00123"
    assert read_identifier("1E5") == "1E5"
    with pytest.raises(CellProblem) as caught:
        read_identifier("4.68E+14")
    assert caught.value.code == "damaged_id"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#N/A", "sheet_error"),
        ("a\x07b", "control_character"),
        ("a\ud800", "control_character"),
        ("a" * 300, "too_long"),
    ],
)
def test_damaged_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(CellProblem) as caught:
        read_text(text, 200)
    assert caught.value.code == code


@given(st.text(max_size=20))
def test_any_text_is_a_value_or_refused(text: str) -> None:
    for read in (lambda t: read_day(t, "mdy"), read_instant, read_boolean, read_identifier):
        try:
            read(text)
        except CellProblem:
            continue
