"""The column-wise reader of daily sales gives the very rows and errors of the row reader, damaged files included."""

import random
from dataclasses import astuple
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.inventory.formats import daily_sales_frame
from services.inventory.formats.daily_sales_frame import SCHEMA, DailySalesFrame, read_daily_sales_frame
from services.inventory.formats.kinds import KINDS
from shared.files.problems import FileProblem
from shared.files.reading import WholeFile, read_whole
from shared.files.recognise import recognise
from shared.files.xlsx_out import xlsx_bytes

HEADER = "account,marketplace,seller_sku,sales_date,units,orders,revenue,currency,in_stock"


def fast(data: bytes) -> DailySalesFrame:
    return read_daily_sales_frame(data, recognise(KINDS, data))


def slow_rows(whole: WholeFile[Any]) -> list[tuple[Any, ...]]:
    return [(*astuple(row)[:2], row.marketplace.country_code, *astuple(row)[3:]) for row in whole.rows]


def assert_same(data: bytes) -> None:
    whole, frame = read_whole(KINDS, data), fast(data)
    assert frame.frame.rows() == slow_rows(whole)
    assert frame.frame.schema == SCHEMA
    assert sorted(frame.errors, key=repr) == sorted(whole.errors, key=repr)
    assert [error.line for error in frame.errors] == [error.line for error in whole.errors]
    assert frame.notices == whole.notices
    assert frame.totals == whole.totals


CELLS: dict[str, list[str]] = {
    "account": ["", "Main", "main", "=1+1", "#N/A"],
    "marketplace": ["US", "US", "de", "Amazon.co.uk", "", "Mars", " US "],
    "seller_sku": ["A-1", "A-1", "a-1", "B 2", "倉庫", "", "4.68E+14", '="0012"', " C ", '""', "x" * 201],
    "sales_date": ["2026-01-01", "2026-01-02", "2026/1/2", "01/02/2026", "", "2026-02-30", " 2026-01-01"],
    "units": ["0", "3", "3", "007", "3.0", "1,356", '"1,356"', "-1", "", "x", "99999999999", "+4", "３"],
    "orders": ["", "2", "2.5", "-0", " 1"],
    "revenue": ["", "59.97", "59.97", "$59.97", "1e3", "0.00005", "12.34565", "-1", ".5", "9" * 15],
    "currency": ["", "USD", "rmb", "dollar"],
    "in_stock": ["", "yes", "no", "TRUE", "maybe"],
}
DAMAGE = [
    "",
    "   ",
    ",,,,,,,,",
    "short,US",
    "US,A-1,2026-01-01,1,1,1,1,1,1,extra",
    'a,"open',
    "\x00",
    '"',
    ",,,,,,,,,",
    "\r",
]

good_line = st.tuples(*(st.sampled_from(values) for values in CELLS.values())).map(",".join)
quoted_line = good_line.map(lambda line: ",".join(f'"{cell}"' for cell in line.split(",")))
lines = st.lists(st.one_of(good_line, good_line, quoted_line, st.sampled_from(DAMAGE)), max_size=12)


@settings(max_examples=200, deadline=None)
@given(lines=lines, line_end=st.sampled_from(["\n", "\r\n"]), has_mark=st.booleans(), ends=st.booleans())
@example(lines=[",US,A-1,2026-01-01,1,,,,", ",US,a-1,2026-01-01,1,,,,"], line_end="\n", has_mark=False, ends=True)
def test_both_readers_agree_on_small_damaged_files(lines: list[str], line_end: str, has_mark: bool, ends: bool) -> None:
    text = line_end.join([HEADER, *lines]) + (line_end if ends else "")
    assert_same(("\ufeff" if has_mark else "").encode() + text.encode())


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='US,A-1;20.6"\n\r\t\x00 é', max_size=60))
def test_both_readers_agree_on_any_text_below_the_header(text: str) -> None:
    assert_same(f"{HEADER}\n{text}".encode())


def test_columns_may_be_missing_or_in_another_order() -> None:
    assert_same(b"units,sales_date,seller_sku,marketplace\n3,2026-01-01,A-1,US\n4,2026-01-01,A-1,DE\n,,,\n")
    assert_same(b"Units;Sales Date;Seller SKU;Marketplace;Colour;Revenue\n3;2026-01-01;A-1;US;red;1,5\n")
    assert_same(b"units\tsales_date\tseller_sku\tmarketplace\n3\t2026-01-01\tA-1\tUS\n")
    assert_same(b'"units","sales_date","seller_sku","marketplace"\n"3","2026-01-01","A-1","US"\n')
    assert_same("units,sales_date,seller_sku,marketplace\n3,2026-01-01,Größe,US\n".encode("cp1252"))


def test_a_plain_file_is_read_column_wise(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the row reader was asked")

    monkeypatch.setattr(daily_sales_frame, "read_table", refuse)
    monkeypatch.setattr(daily_sales_frame, "split_line", refuse)
    quoted = ',"US","A-1","2026-01-01",3,"2",59.97,"","yes"'
    data = f"{HEADER}\n{quoted}\nmain,DE,A-1,2026-01-01,0,,,,no\n".encode()
    frame = fast(data).frame
    assert fast(data.replace(HEADER.encode(), ('"' + HEADER.replace(",", '","') + '"').encode())).frame.equals(frame)
    assert frame.rows() == [
        (2, None, "US", "A-1", date(2026, 1, 1), 3, 2, Decimal("59.9700"), "USD", True),
        (3, "main", "DE", "A-1", date(2026, 1, 1), 0, None, None, "EUR", False),
    ]


def test_the_same_listing_and_day_twice_is_an_error_unless_the_rows_agree() -> None:
    line = ",US,A-1,2026-01-01,3,2,59.97,,yes"
    result = fast("\n".join([HEADER, line, line, line.replace(",3,", ",4,"), line.replace("A-1", "a-1")]).encode())
    assert result.frame["line"].to_list() == [2]
    assert [(error.line, error.code) for error in result.errors] == [(4, "duplicate_key"), (5, "duplicate_key")]
    assert [(notice.line, notice.code) for notice in result.notices] == [(3, "repeated_row")]


def test_a_workbook_becomes_the_same_frame() -> None:
    header = HEADER.split(",")
    data = b"".join(xlsx_bytes(header, [[None, "US", "A-1", date(2026, 1, 1), 3, 2, Decimal("59.97"), None, True]]))
    assert fast(data).frame.rows() == fast(f"{HEADER}\n,US,A-1,2026-01-01,3,2,59.97,USD,yes\n".encode()).frame.rows()


def test_a_header_without_rows_is_an_empty_frame() -> None:
    result = fast(HEADER.encode())
    assert result.frame.is_empty()
    assert result.totals == {"rows": 0, "units": 0, "in_stock_days": 0, "listings": 0, "days": 0}


def test_an_encoding_that_does_not_hold_is_refused_here_too() -> None:
    data = f"{HEADER}\n,US,Gr".encode() + b"\xf6\xdfe,2026-01-01,1,,,,\n"
    with pytest.raises(FileProblem) as caught:
        read_daily_sales_frame(data, recognise(KINDS, data, "text/csv; charset=utf-8"))
    assert caught.value.code == "wrong_encoding"


def test_many_rows_with_some_damage_lose_only_the_damaged() -> None:
    chance = random.Random(7)
    days = pl.date_range(date(2024, 1, 1), date(2024, 12, 31), eager=True).to_list()
    rows = [
        f",US,SKU-{sku},{day},{chance.randrange(9)},,{chance.randrange(999)}.99,,yes"
        for sku in range(50)
        for day in days
    ]
    for line in range(0, len(rows), 997):
        rows[line] = rows[line].replace("US", "Mars")
    result = fast("\n".join([HEADER, *rows]).encode())
    assert [error.line for error in result.errors] == list(range(2, len(rows) + 2, 997))
    assert result.frame.height == len(rows) - len(result.errors)
