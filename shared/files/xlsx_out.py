"""Writes lists as XLSX in constant memory: one sheet, header frozen, text kept as text."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from shared.files.csv_out import Cell

XLSX_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_SHEET_ROWS = 1_048_575
_BLOCK_BYTES = 64 * 1024
_WHOLE_IN_A_DOUBLE = 2**53


def xlsx_bytes(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, sheet: str = "Sheet1", created: datetime | None = None
) -> Iterator[bytes]:
    """The workbook in blocks of 64 KiB, built row by row in a temporary file.

    Strings are never formulas, links or numbers; instants are written in UTC; whole numbers and decimals
    that a spreadsheet would round are text. With `created` in its properties, the same rows give the same bytes.
    Raises ValueError beyond 1,048,575 rows.
    """
    with tempfile.TemporaryFile(suffix=".xlsx") as file:
        _write(file, columns, rows, sheet, created)
        file.seek(0)
        while block := file.read(_BLOCK_BYTES):
            yield block


def _write(
    file: object, columns: Sequence[str], rows: Iterable[Sequence[Cell]], sheet: str, created: datetime | None
) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        if created is not None:
            book.set_properties({"created": created})
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page = book.add_worksheet(sheet[:31])
        page.freeze_panes(1, 0)
        for index, name in enumerate(columns):
            page.write_string(0, index, name, bold)
        for number, row in enumerate(rows, start=1):
            if number > MAX_SHEET_ROWS:
                raise ValueError("too many rows for one sheet")
            for index, cell in enumerate(row):
                if cell is None:
                    continue
                if isinstance(cell, bool):
                    page.write_string(number, index, "yes" if cell else "no")
                elif isinstance(cell, int | float | Decimal) and _is_kept(cell):
                    page.write_number(number, index, cell)
                elif isinstance(cell, date) and not isinstance(cell, datetime):
                    page.write_datetime(number, index, cell, day)
                else:
                    page.write_string(number, index, str(cell))


def _is_kept(number: float | Decimal) -> bool:
    """Whether a spreadsheet keeps all of the number: of decimals, 15 digits."""
    if isinstance(number, Decimal):
        return Decimal(f"{float(number):.15g}") == number
    return abs(number) < _WHOLE_IN_A_DOUBLE
