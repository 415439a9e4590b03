"""Reads the cells of a workbook as text, after proving that unpacking it does no harm."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import python_calamine

from shared.files.problems import FileProblem
from shared.files.source import Source, open_source

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_CELLS = 5_000_000  # of the rectangles of all sheets together: a reader makes room for the empty ones too
MAX_SHEETS = 30

_REFERENCE = re.compile(rb"\sr\s*=\s*[\"']([A-Z]{0,3})([0-9]{0,7})[\"']")
_BLOCK_BYTES = 1 << 20
_WHOLE_IN_A_DOUBLE = 2**53


class Sheet:
    """One visible sheet: its name and its rows, every cell as text."""

    def __init__(self, name: str, sheet: python_calamine.CalamineSheet) -> None:
        self.name = name
        self._sheet = sheet

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row numbers as the spreadsheet shows them, with cells from column A; rows without content are left out."""
        start = self._sheet.start
        before = [""] * (start[1] if start is not None else 0)
        for number, row in enumerate(self._sheet.iter_rows(), start=1):
            cells = [cell_text(cell) for cell in row]
            if any(cell.strip() for cell in cells):
                yield number, before + cells


def looks_like_xlsx(head: bytes) -> bool:
    """Whether the bytes begin like a zip archive."""
    return head.startswith(b"PK\x03\x04")


def read_sheets(source: Source) -> Iterator[Sheet]:
    """Every visible sheet, unpacked only when it is asked for.

    Raises FileProblem: `workbook_too_large`, `sheet_too_large` (also for a lone cell far away, for which a
    reader would make room), `workbook_unreadable`, `workbook_locked`, `too_many_sheets`.
    """
    _prove_harmless(source)
    try:
        with open_source(source) as stream:
            book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(stream.read()))
        shown = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == python_calamine.SheetVisibleEnum.Visible
            and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        if len(shown) > MAX_SHEETS:
            raise FileProblem("too_many_sheets", f"The workbook has more than {MAX_SHEETS} sheets.")
        for name in shown:
            yield Sheet(name, book.get_sheet_by_name(name))
    except python_calamine.PasswordError as error:
        raise FileProblem("workbook_locked", "The workbook is locked with a password.") from error
    except (python_calamine.CalamineError, OSError, ValueError, UnicodeError) as error:
        raise FileProblem("workbook_unreadable", "The workbook is damaged or of another kind.") from error


def _prove_harmless(source: Source) -> None:
    """Unpack every part without keeping it, counting bytes and looking for each sheet's outermost cell."""
    unpacked = cells = 0
    try:
        with open_source(source) as stream, zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ENTRIES:
                raise FileProblem("workbook_too_large", f"The workbook has more than {MAX_ENTRIES} parts.")
            for entry in entries:
                with archive.open(entry) as part:
                    extent = _Extent(entry.filename.startswith("xl/worksheets/"))
                    while block := part.read(_BLOCK_BYTES):
                        unpacked += len(block)
                        if unpacked > MAX_UNPACKED_BYTES:
                            limit = MAX_UNPACKED_BYTES // 1024 // 1024
                            message = f"The workbook unpacks to more than {limit} MB."
                            raise FileProblem("workbook_too_large", message, {"limit_mb": limit})
                        extent.see(block, MAX_CELLS - cells)
                    cells += extent.cells
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise FileProblem("workbook_unreadable", "The workbook is damaged or of another kind.") from error
    except RuntimeError as error:  # zipfile's word for an encrypted part
        raise FileProblem("workbook_locked", "The workbook is locked with a password.") from error


class _Extent:
    """The outermost row and column of a sheet, from its raw XML."""

    def __init__(self, is_sheet: bool) -> None:
        self.is_sheet = is_sheet
        self.rows = 1
        self.columns = 1
        self.tail = b""

    @property
    def cells(self) -> int:
        return self.rows * self.columns if self.is_sheet else 0

    def see(self, block: bytes, most: int) -> None:
        if not self.is_sheet:
            return
        text = self.tail + block
        found = _REFERENCE.findall(text)
        self.rows = max([self.rows, *(int(digits) for digits in {digits for _, digits in found if digits})])
        self.columns = max([self.columns, *(_column_number(letters) for letters in {letters for letters, _ in found})])
        self.tail = text[-40:]
        if self.cells > most:
            message = f"A sheet reaches to row {self.rows}, column {self.columns}; clear the far cells and save again."
            raise FileProblem("sheet_too_large", message, {"rows": self.rows, "columns": self.columns})


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def cell_text(cell: str | float | int | bool | date | datetime | time | timedelta | None) -> str:
    """A cell as a person would type it: 25.0 as 25, midnight as a day, 15 significant digits.

    A whole number that a double cannot hold is shown as 4.68E+17, since its last digits are lost.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            return ""
        if cell.is_integer():
            return str(int(cell)) if abs(cell) < _WHOLE_IN_A_DOUBLE else format(cell, ".14E")
        return format(Decimal(format(cell, ".15g")), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time.min else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell)
