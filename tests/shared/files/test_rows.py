"""How a text becomes rows with physical line numbers."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.charset import Charset
from shared.files.dialect import Dialect, detect_dialect
from shared.files.rows import RawRow, fit_width, read_rows, settle_dialect, split_line


def rows_of(text: str) -> list[RawRow]:
    dialect = settle_dialect(text.encode(), Charset("utf-8-sig", "utf8"), detect_dialect(text))
    return list(read_rows(io.StringIO(text, newline=dialect.line_end), dialect))


def cells_of(text: str) -> list[list[str]]:
    return [row.cells for row in rows_of(text)]


@pytest.mark.parametrize(
    ("header", "delimiter", "wrapped"),
    [
        ("sku\tasin\tprice", "\t", False),
        ('"sku"\t"asin"', "\t", True),
        ("sku,asin", ",", False),
        ('"sku","a,b;c"', ",", False),
        ('"sku","asin"', ",", True),
        ("SKU;Titel;Umsatz", ";", False),
        ("sku", ",", False),
    ],
)
def test_the_header_line_tells_the_dialect(header: str, delimiter: str, wrapped: bool) -> None:
    dialect = detect_dialect(f"\n{header}\nx,x,x,x,x\n")
    assert dialect.delimiter == delimiter
    assert dialect.wrapped is wrapped


def test_a_bare_tsv_keeps_every_quote() -> None:
    text = 'sku\tname\tn\r\nA\t"5 in" mat, 17.7" x 29.5"\t1\r\nB\t"Wreath\t2\r\n'
    assert cells_of(text)[1:] == [["A", '"5 in" mat, 17.7" x 29.5"', "1"], ["B", '"Wreath', "2"]]


def test_a_wrapped_tsv_with_a_lone_inner_quote_is_not_undoubled_anywhere() -> None:
    text = '"sku"\t"name"\n"A"\t"5" Wreath"\n"B"\t"He said ""no"""\n'
    assert cells_of(text)[1:] == [["A", '5" Wreath'], ["B", 'He said ""no""']]


def test_a_wrapped_tsv_without_lone_quotes_is_undoubled() -> None:
    text = '"sku"\t"name"\n"A"\t"5"" Wreath"\n'
    assert cells_of(text)[1:] == [["A", '5" Wreath']]


def test_line_numbers_are_physical_across_cells_of_several_lines() -> None:
    text = 'sku,name\nA,"one\ntwo\n\nthree"\nB,x\n\nC,y\n'
    assert [(row.line, row.cells[0]) for row in rows_of(text)] == [(1, "sku"), (2, "A"), (6, "B"), (8, "C")]
    assert rows_of(text)[1].cells[1] == "one\ntwo\n\nthree"


def test_an_unclosed_quote_loses_its_own_row_only() -> None:
    rows = rows_of('sku,name\nA,"oops\nB,x\nC,"y"\n')
    assert [row.line for row in rows if row.error] == [2]
    assert rows[1].error is not None
    assert rows[1].error.code == "unclosed_quote"
    assert [row.cells for row in rows if not row.error][1:] == [["B", "x"], ["C", "y"]]


def test_a_bare_quote_inside_a_wrapped_csv_cell_does_not_shift_columns() -> None:
    assert cells_of('"sku","name","n"\n"A","5" Wreath, red","1"\n')[1] == ["A", '5" Wreath, red', "1"]


def test_quotes_that_do_not_pair_up_are_refused_not_guessed() -> None:
    rows = rows_of('sku,name,n\nA,"5" Wreath, red",1\nB,x,2\n')
    assert rows[1].error is not None
    assert rows[1].error.code == "bad_quoting"
    assert rows[2].cells == ["B", "x", "2"]


def test_a_quote_in_a_bare_csv_cell_is_content() -> None:
    assert cells_of('sku,name\nA,17" mat\nB,x\n')[1:] == [["A", '17" mat'], ["B", "x"]]


def test_only_the_line_end_ends_a_line() -> None:
    assert cells_of("sku,name\nA,x\u2028y\x85z\x0bw\n")[1] == ["A", "x\u2028y\x85z\x0bw"]


def test_a_file_whose_lines_end_with_carriage_returns_is_read() -> None:
    assert cells_of("sku,n\rA,1\rB,2\r") == [["sku", "n"], ["A", "1"], ["B", "2"]]


def test_a_nul_character_costs_its_line_only() -> None:
    rows = rows_of("sku,n\nA\x00,1\nB,2\n")
    assert [row.error.code if row.error else "" for row in rows] == ["", "control_character", ""]


def test_a_cell_of_a_megabyte_costs_its_row_only() -> None:
    rows = rows_of("sku,n\n" + "x" * 1_100_000 + ",1\nB,2\n" + "y" * 40_000 + ",1\nC,3\n")
    codes = [row.error.code if row.error else row.cells[0] for row in rows]
    assert codes == ["sku", "line_too_long", "B", "cell_too_long", "C"]
    assert [row.line for row in rows] == [1, 2, 3, 4, 5]


def test_short_rows_are_padded_and_long_ones_refused_unless_empty() -> None:
    assert fit_width(RawRow(2, ["a"]), 3) == (["a", "", ""], None, True)
    assert fit_width(RawRow(2, ["a", "b", " "]), 2) == (["a", "b"], None, False)
    _, error, _ = fit_width(RawRow(2, ["a", "b", "c"]), 2)
    assert error is not None
    assert (error.line, error.code) == (2, "too_many_cells")


@given(st.lists(st.text(alphabet='a"\n,;é \t', min_size=1, max_size=6), min_size=1, max_size=4))
def test_what_a_csv_writer_writes_is_read_back(cells: list[str]) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerow(cells)
    rows = list(read_rows(io.StringIO(buffer.getvalue(), newline="\n"), Dialect(",")))
    is_blank = not buffer.getvalue().strip("\n") or buffer.getvalue().isspace()
    assert [row.cells for row in rows] == ([] if is_blank else [cells])


@given(st.text(alphabet='ab",\t ', max_size=12))
def test_a_line_read_alone_is_as_the_row_reader_reads_it(line: str) -> None:
    alone = split_line(1, line, Dialect(","), 2)
    together = next(read_rows(io.StringIO("h,h\n" + line, newline="\n"), Dialect(",")), None)
    rows = list(read_rows(io.StringIO("h,h\n" + line, newline="\n"), Dialect(",")))[1:]
    assert together is not None
    if alone is None:
        assert [row.error.code for row in rows if row.error] == ["unclosed_quote"]
    elif rows:
        assert (alone.cells, alone.error and alone.error.code) == (
            rows[0].cells,
            rows[0].error and rows[0].error.code,
        )
    else:
        assert not any(cell.strip() for cell in alone.cells)
