"""Lists out as CSV and XLSX, workbooks in, and the workbooks that are refused."""

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from shared.files import xlsx_in
from shared.files.csv_out import csv_bytes
from shared.files.problems import FileProblem
from shared.files.xlsx_in import cell_text, read_sheets
from shared.files.xlsx_out import xlsx_bytes

COLUMNS = ["sku", "units", "cost", "day", "note"]
ROWS = [
    ["A", 3, Decimal("12.50"), date(2026, 1, 31), "=cmd|' /C calc'!A0"],
    ["00123", -4, Decimal("-0.10"), None, True],
    ["倉庫", 468170906203317, None, None, "@x"],
]


def test_csv_carries_no_formula_and_keeps_numbers() -> None:
    text = b"".join(csv_bytes(COLUMNS, ROWS)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == COLUMNS
    assert rows[1] == ["A", "3", "12.50", "2026-01-31", "'=cmd\\|' /C calc'!A0"]
    assert rows[2] == ["00123", "-4", "-0.10", "", "yes"]
    assert rows[3][4] == "'@x"


def test_csv_streams_in_blocks() -> None:
    blocks = list(csv_bytes(["n"], ([index] for index in range(100_000))))
    assert len(blocks) > 3
    assert b"".join(blocks).count(b"\r\n") == 100_001


def test_a_workbook_is_read_back_as_it_was_written() -> None:
    (sheet,) = read_sheets(b"".join(xlsx_bytes(COLUMNS, ROWS, sheet="Stock")))
    assert sheet.name == "Stock"
    assert list(sheet.rows()) == [
        (1, COLUMNS),
        (2, ["A", "3", "12.5", "2026-01-31", "=cmd|' /C calc'!A0"]),
        (3, ["00123", "-4", "-0.1", "", "yes"]),
        (4, ["倉庫", "468170906203317", "", "", "@x"]),
    ]


@pytest.mark.parametrize(
    ("value", "is_text"),
    [("0.1", False), ("1234567890123.45", False), ("12345678901234.567", True), ("-90071992547409931", True)],
)
def test_a_decimal_that_a_spreadsheet_would_round_is_text(value: str, is_text: bool) -> None:
    book = io.BytesIO(b"".join(xlsx_bytes(["amount"], [[Decimal(value)]])))
    cell = CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()[1][0]
    assert isinstance(cell, str) == is_text
    assert Decimal(str(cell)) == Decimal(value)


def test_cells_are_text_as_a_person_would_type_them() -> None:
    assert cell_text(25.0) == "25"
    assert cell_text(0.1 + 0.2) == "0.3"
    assert cell_text(1e-7) == "0.0000001"
    assert cell_text(float(2**53 - 1)) == "9007199254740991"
    assert cell_text(4.6817090620331712e17) == "4.68170906203317E+17", "a spreadsheet has lost its last digits"
    assert cell_text(float("nan")) == ""


def workbook_with(part: str, content: bytes) -> bytes:
    """A sound workbook with one part replaced."""
    whole = io.BytesIO(b"".join(xlsx_bytes(["a"], [[1]])))
    changed = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == part else old.read(entry))
    return changed.getvalue()


def refusal(data: bytes) -> str:
    with pytest.raises(FileProblem) as caught:
        list(read_sheets(data))
    return caught.value.code


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_in, "MAX_UNPACKED_BYTES", 10_000_000)
    bomb = workbook_with("xl/worksheets/sheet1.xml", b"<x>" + b" " * 20_000_000 + b"</x>")
    assert len(bomb) < 100_000
    assert refusal(bomb) == "workbook_too_large"


def test_a_lone_cell_far_away_is_refused_before_room_is_made_for_it() -> None:
    content = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert refusal(workbook_with("xl/worksheets/sheet1.xml", content)) == "sheet_too_large"


def test_the_room_of_all_sheets_counts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    content = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="60"><c r="CV60"><v>1</v></c></row>'
        b"</sheetData></worksheet>"
    )
    one = workbook_with("xl/worksheets/sheet1.xml", content)
    monkeypatch.setattr(xlsx_in, "MAX_CELLS", 10_000)
    assert len(list(read_sheets(one))) == 1
    two = io.BytesIO(one)
    with zipfile.ZipFile(two, "a") as archive:
        archive.writestr("xl/worksheets/sheet2.xml", content)
    assert refusal(two.getvalue()) == "sheet_too_large"


def test_rows_are_numbered_and_filled_from_the_first_cell_of_the_sheet() -> None:
    content = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="3"><c r="B3"><v>7</v></c></row></sheetData></worksheet>'
    )
    (sheet,) = read_sheets(workbook_with("xl/worksheets/sheet1.xml", content))
    assert list(sheet.rows()) == [(3, ["", "7"])]


def test_a_wrong_dimension_does_not_hide_rows() -> None:
    content = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="2"><c r="A2"><v>2</v></c></row></sheetData></worksheet>'
    )
    (sheet,) = read_sheets(workbook_with("xl/worksheets/sheet1.xml", content))
    assert list(sheet.rows()) == [(1, ["1"]), (2, ["2"])]


def test_too_many_parts_are_refused() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for index in range(xlsx_in.MAX_ENTRIES + 1):
            archive.writestr(f"part{index}", b"")
    assert refusal(data.getvalue()) == "workbook_too_large"


def test_damaged_archives_are_refused() -> None:
    good = b"".join(xlsx_bytes(["a"], [[1]]))
    plain_zip = io.BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as archive:
        archive.writestr("readme.txt", "hello")
    for data in (good[:200], good[:-30], b"PK\x03\x04junk", plain_zip.getvalue()):
        assert refusal(data) == "workbook_unreadable"
    flipped = bytearray(good)
    flipped[len(good) // 3] ^= 0xFF
    with pytest.raises(FileProblem):
        [list(sheet.rows()) for sheet in read_sheets(bytes(flipped))]
    assert refusal(workbook_with("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row")) == "workbook_unreadable"
