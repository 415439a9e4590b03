"""Splits a text file into rows of cells with their physical line numbers, in bounded memory, losing no good row."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TextIO

from shared.files.charset import Charset
from shared.files.dialect import Dialect, has_lone_quote, is_wrapped, split_standard, unwrap
from shared.files.problems import RowError, shown
from shared.files.source import Source, open_source

MAX_LINE_CHARACTERS = 1_000_000
MAX_CELL_CHARACTERS = 32_767
MAX_LINES_OF_A_ROW = 200

csv.field_size_limit(MAX_LINE_CHARACTERS)

Line = tuple[int, str | None]


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row and the line it begins on; `error` says why there are none."""

    line: int
    cells: list[str]
    error: RowError | None = None


def open_text(source: Source, charset: Charset, dialect: Dialect) -> TextIO:
    """The source as text whose lines end where the dialect says and nowhere else."""
    binary = open_source(source)
    return io.TextIOWrapper(binary, encoding=charset.encoding, errors=charset.errors, newline=dialect.line_end)


def numbered_lines(text: TextIO, line_end: str) -> Iterator[Line]:
    """Physical lines from 1, without their ends; None stands for a line too long to be one of a table."""
    number = 0
    while line := text.readline(MAX_LINE_CHARACTERS):
        number += 1
        if line.endswith(line_end) or len(line) < MAX_LINE_CHARACTERS:
            yield number, line.rstrip("\r\n")
            continue
        while line and not line.endswith(line_end):
            line = text.readline(MAX_LINE_CHARACTERS)
        yield number, None


def settle_dialect(source: Source, charset: Charset, dialect: Dialect) -> Dialect:
    """For a wrapped TSV: inner quotes count as doubled only if no lone one occurs in the whole file."""
    if dialect.delimiter != "\t" or not dialect.wrapped:
        return dialect
    with open_text(source, charset, dialect) as text:
        for _, line in numbered_lines(text, dialect.line_end):
            for cell in (line or "").split("\t"):
                if is_wrapped(cell) and has_lone_quote(cell[1:-1]):
                    return replace(dialect, doubled=False)
    return dialect


def read_rows(text: TextIO, dialect: Dialect) -> Iterator[RawRow]:
    """Every row that is not a blank line, the header first; a row that cannot be split carries its error."""
    lines = numbered_lines(text, dialect.line_end)
    split = _tab_rows if dialect.delimiter == "\t" else _quoted_rows
    for row in split(lines, dialect):
        yield _with_cells_in_bounds(row)


def split_line(number: int, line: str, dialect: Dialect, width: int) -> RawRow | None:
    """One line as `read_rows` would split it, blank ones included; None when the row goes on in the next line."""
    if refused := _unreadable(number, None if len(line) >= MAX_LINE_CHARACTERS else line):
        return refused
    if dialect.delimiter == "\t":
        rows = list(_tab_rows(iter([(number, line)]), dialect))
        return _with_cells_in_bounds(rows[0]) if rows else RawRow(number, [""])
    if '"' not in line:
        return _with_cells_in_bounds(RawRow(number, line.split(dialect.delimiter)))
    cells = _strictly(line, dialect.delimiter)
    if cells is False:
        return None
    row = _repaired(number, line, dialect, width) if cells is True else RawRow(number, cells)
    return _with_cells_in_bounds(row)


def _with_cells_in_bounds(row: RawRow) -> RawRow:
    if row.cells and max(map(len, row.cells)) > MAX_CELL_CHARACTERS:
        return _refused(row.line, "cell_too_long", f"A cell has more than {MAX_CELL_CHARACTERS} characters.")
    return row


def _refused(line: int, code: str, message: str, value: str | None = None) -> RawRow:
    return RawRow(line, [], RowError(line, None, code, message, None if value is None else shown(value)))


def _unreadable(number: int, line: str | None) -> RawRow | None:
    if line is None:
        return _refused(number, "line_too_long", f"The line has more than {MAX_LINE_CHARACTERS} characters.")
    if "\x00" in line:
        return _refused(number, "control_character", "The line holds a NUL character.", line)
    return None


def _tab_rows(lines: Iterator[Line], dialect: Dialect) -> Iterator[RawRow]:
    """Tabs separate and nothing quotes: `17.7" x 29.5"` is content."""
    for number, line in lines:
        if refused := _unreadable(number, line):
            yield refused
        elif line and not line.isspace():
            cells = line.split("\t")
            if dialect.wrapped:
                cells = [unwrap(cell, doubled=dialect.doubled) for cell in cells]
            yield RawRow(number, cells)


def _quoted_rows(lines: Iterator[Line], dialect: Dialect) -> Iterator[RawRow]:
    """RFC 4180 rows; a quote that is never closed costs its own line only, not the rest of the file."""
    waiting: deque[Line] = deque()
    width: int | None = None
    while True:
        number, line = waiting.popleft() if waiting else next(lines, (0, ""))
        if not number:
            return
        if refused := _unreadable(number, line):
            yield refused
            continue
        if not line or line.isspace():
            continue
        if '"' not in line:
            row = RawRow(number, line.split(dialect.delimiter))
        else:
            row = _quoted_row(number, line, lines, waiting, dialect, width)
        width = len(row.cells) if width is None else width
        yield row


def _strictly(text: str, delimiter: str) -> list[str] | bool:
    """The cells; False when a quote is still open at the end, True when the quoting is malformed."""
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" not in str(error)
    except StopIteration:
        return True


def _quoted_row(
    number: int, line: str, lines: Iterator[Line], waiting: deque[Line], dialect: Dialect, width: int | None
) -> RawRow:
    """One row that has quotes, with as many following lines as its cells take."""
    cells = _strictly(line, dialect.delimiter)
    if isinstance(cells, list):
        return RawRow(number, cells)
    if cells is True:
        return _repaired(number, line, dialect, width)
    taken: list[Line] = []
    parts, size, quotes = [line], len(line), line.count('"')
    while len(taken) < MAX_LINES_OF_A_ROW and size < MAX_LINE_CHARACTERS:
        following = waiting.popleft() if waiting else next(lines, None)
        if following is None:
            break
        taken.append(following)
        more = following[1]
        if more is None or "\x00" in more:
            break
        parts.append(more)
        size += len(more) + 1
        quotes += more.count('"')
        if '"' in more and quotes % 2 == 0:
            joined = _strictly("\n".join(parts), dialect.delimiter)
            if isinstance(joined, list) and (width is None or len(joined) <= width):
                return RawRow(number, joined)
            break
    waiting.extendleft(reversed(taken))
    return _refused(number, "unclosed_quote", "A quoted cell begins in this row and is not closed.", line)


def _repaired(number: int, line: str, dialect: Dialect, width: int | None) -> RawRow:
    """A row with a bare quote inside a quoted cell: taken only if it then has as many cells as the header."""
    if is_wrapped(line.strip()):
        bare = line.strip()[1:-1].split(f'"{dialect.delimiter}"')
        if width is None or len(bare) == width:
            return RawRow(number, [cell.replace('""', '"') for cell in bare])
    cells = split_standard(line, dialect.delimiter)
    if width is None or len(cells) == width:
        return RawRow(number, cells)
    return _refused(number, "bad_quoting", "The quotes of this row do not pair up, so its cells are unclear.", line)


def fit_width(row: RawRow, width: int) -> tuple[list[str], RowError | None, bool]:
    """The cells at the header's width: padded when short (then True), refused when content lies beyond it."""
    count = len(row.cells)
    if count == width:
        return row.cells, None, False
    if count < width:
        return row.cells + [""] * (width - count), None, True
    if any(cell.strip() for cell in row.cells[width:]):
        message = f"The row has {count} cells, the header {width}: its cells may have shifted."
        return [], RowError(row.line, None, "too_many_cells", message, shown(row.cells[width])), False
    return row.cells[:width], None, False
