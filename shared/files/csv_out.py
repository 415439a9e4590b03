"""Writes lists as CSV that a spreadsheet opens without running anything in it."""

import csv as plain_csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from defusedcsv import csv

Cell = str | int | float | Decimal | bool | None | object

CSV_CONTENT_TYPE = "text/csv; charset=utf-8"
_FLUSH_CHARACTERS = 64 * 1024


def csv_bytes(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, byte_order_mark: bool = True
) -> Iterator[bytes]:
    """The header and rows as UTF-8 CSV in blocks of about 64 KiB.

    Text that a spreadsheet would take for a formula is made harmless (defusedcsv); negative numbers stay
    numbers. None is an empty cell, booleans are yes and no. The mark lets spreadsheets see the encoding.
    """
    buffer = io.StringIO(newline="")
    guarded = csv.writer(buffer, lineterminator="\r\n", quoting=plain_csv.QUOTE_MINIMAL)
    if byte_order_mark:
        buffer.write("\ufeff")
    guarded.writerow(columns)
    for row in rows:
        guarded.writerow([_written(cell) for cell in row])
        if buffer.tell() > _FLUSH_CHARACTERS:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _written(cell: Cell) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell
