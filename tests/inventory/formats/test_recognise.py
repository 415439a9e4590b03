"""What a file is, and what is said of one that is nothing known."""

import gzip

import pytest

from services.inventory.formats.kinds import KINDS
from shared.files.problems import FileProblem
from shared.files.reading import open_reading, read_whole
from shared.files.recognise import recognise
from tests.inventory.formats.build import csv, facts, read, tsv


def refusal(data: bytes, content_type: str | None = None) -> FileProblem:
    with pytest.raises(FileProblem) as caught:
        read_whole(KINDS, data, facts(), content_type)
    return caught.value


@pytest.mark.parametrize("name", KINDS.tables)
@pytest.mark.parametrize("write", [csv, tsv])
def test_a_header_alone_is_a_file_without_rows(name: str, write: object) -> None:
    assert callable(write)
    header = [column.headers[0] if column.headers else column.name for column in KINDS.tables[name].columns]
    whole = read(write(header))
    assert whole.recognition.kind == name
    assert (whole.rows, whole.errors, whole.totals["rows"]) == ([], [], 0)


@pytest.mark.parametrize("name", KINDS.tables)
def test_the_required_columns_alone_are_enough_and_no_other_kind_takes_them(name: str) -> None:
    header = [(column.headers or (column.name,))[0] for column in KINDS.tables[name].columns if column.required]
    assert recognise(KINDS, csv(header)).kind == name


@pytest.mark.parametrize("name", KINDS.tables)
def test_case_dashes_and_spaces_of_a_header_make_no_difference(name: str) -> None:
    header = [
        (column.headers or (column.name,))[0].upper().replace("-", "–").replace(" ", "\u00a0") + " "
        for column in KINDS.tables[name].columns
        if column.required
    ]
    assert recognise(KINDS, csv(header)).kind == name


def test_the_nearest_kinds_are_named_with_the_columns_that_they_lack() -> None:
    problem = refusal(csv(["marketplace", "seller_sku", "units", "colour"], ["US", "A", "1", "red"]))
    assert problem.code == "unrecognised"
    assert problem.params["nearest"][0] == {"kind": "daily_sales", "missing_columns": ["sales_date"]}
    assert "daily_sales" in problem.message
    assert problem.params["header"] == ["marketplace", "seller_sku", "units", "colour"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \n", "empty"),
        (b"\x00\x01\x02\x03binary\x00junk", "not_text"),
        (b"%PDF-1.7 ...", "not_text"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_workbook"),
        (gzip.compress(b"sku", mtime=0), "compressed"),
        (b"PK\x03\x04nonsense", "workbook_unreadable"),
        (b"<html><body>Sign in</body></html>", "unrecognised"),
        (b'{"payload": {"inventorySummaries": []}}', "unrecognised"),
        (b"[1, 2", "unrecognised"),
        (b'"never closed\n', "unrecognised"),
        (b"x" * 1_200_000, "unrecognised"),
        ("sku\tasin".encode("utf-16-le"), "not_text"),
    ],
)
def test_what_is_no_report_is_refused_with_a_code(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_a_sheet_saved_as_unicode_text_is_read() -> None:
    header = ["rate_date", "from_currency", "to_currency", "rate"]
    data = "\ufeff".encode("utf-16-le") + tsv(header, ["2026-01-31", "USD", "CNY", "7.1"]).decode().encode("utf-16-le")
    whole = read(data)
    assert (whole.recognition.encoding, len(whole.rows), whole.errors) == ("utf-16", 1, [])


def test_a_wrong_charset_said_by_the_sender_is_refused_not_misread() -> None:
    header = ["warehouse", "product_code", "on_hand_units"]
    data = csv(header, ["Größe", "M", "1"]).decode().encode("cp1252")
    assert refusal(data, "text/csv; charset=utf-8").code == "wrong_encoding"
    assert read(data).rows[0].warehouse == "Größe"
    assert read(csv(header, ["Größe", "M", "1"]), content_type="text/csv; charset=utf-8").errors == []


def test_blank_lines_before_the_header_count_as_lines() -> None:
    data = b"\n\n" + csv(["warehouse", "product_code", "on_hand_units"], ["W", "P", "x"])
    whole = read(data)
    assert whole.recognition.header_line == 3
    assert whole.errors[0].line == 4


def test_the_head_of_a_large_file_is_enough_to_recognise_it() -> None:
    data = csv(["warehouse", "product_code", "on_hand_units"], *([["W", f"P{n}", "1"] for n in range(50_000)]))
    assert recognise(KINDS, data[:100_000]).kind == "domestic_stock"


def test_a_head_may_end_within_a_character() -> None:
    data = csv(["warehouse", "product_code", "on_hand_units"], ["倉庫", "P", "1"])
    cut = data.index("庫".encode()) + 1
    assert recognise(KINDS, data[:cut]).encoding == "utf-8-sig"


def test_rows_come_in_chunks_with_totals_that_grow() -> None:
    rows = [["W", f"P{n}", "x" if n % 10 == 0 else "1"] for n in range(1000)]
    data = csv(["warehouse", "product_code", "on_hand_units"], *rows)
    reading = open_reading(KINDS, data, recognise(KINDS, data), facts())
    sizes, seen = [], 0
    for chunk in reading.chunks(size=100):
        seen += len(chunk.rows)
        sizes.append((len(chunk.rows), len(chunk.errors)))
        assert reading.totals["rows"] == seen
    assert max(size for size, _ in sizes) == 100
    assert (sum(size for size, _ in sizes), sum(count for _, count in sizes)) == (900, 100)
    assert (reading.row_count, reading.error_count) == (900, 100)


def test_every_kind_has_a_name_of_its_own() -> None:
    assert len(set(KINDS.names)) == len(KINDS.names) == 11


def test_a_dashboard_of_several_stacked_sections_is_no_report_by_date() -> None:
    sections = (
        b'"Sales Dashboard"\n\n"Filter selection"\n"Date","Ordered Product Sales","Units Ordered","Total Order Items"\n'
    )
    assert refusal(sections).code == "unrecognised"
