"""Reads the rows of a table kind, whether its file is text, a workbook or records already parsed to JSON."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice

from shared.files.cells import Cells
from shared.files.charset import Charset, settle_charset
from shared.files.facts import Facts
from shared.files.json_array import BrokenArray, array_items, cell_of
from shared.files.kind import Findings, Recognition, Row, TableKind
from shared.files.problems import FileProblem, Notice, RowError, shown
from shared.files.recognise import HEADER_ROWS_OF_A_SHEET, trimmed
from shared.files.rows import RawRow, fit_width, numbered_lines, open_text, read_rows, settle_dialect
from shared.files.source import Source
from shared.files.xlsx_in import read_sheets


def make_cells(kind: TableKind[Row], recognition: Recognition, facts: Facts) -> Cells:
    """The typed view of this file's rows, with its way of writing numbers."""
    match = kind.match(recognition.header)
    semicolons = recognition.container == "text" and recognition.dialect.delimiter == ";"
    return Cells(
        match.positions,
        match.printed,
        facts,
        decimal_comma=kind.own and semicolons,
        dotted_groups=semicolons or recognition.language == "de",
    )


def read_table(
    kind: TableKind[Row], source: Source, recognition: Recognition, facts: Facts, findings: Findings
) -> Iterator[Row]:
    """The good rows one by one; errors and notices go to `findings` as they are met."""
    make = kind.begin()
    for part in _parts(kind, source, recognition):
        cells = make_cells(kind, part, facts)
        for raw in raw_rows(source, part, facts):
            before = len(findings.errors)
            if take_row(raw, len(part.header), cells, findings):
                row = make(cells)
                findings.notices.extend(cells.notices)
                findings.errors.extend(cells.errors)
                if row is not None and not cells.errors:
                    yield row
            if part is not recognition:
                later = findings.errors[before:]
                findings.errors[before:] = [replace(e, message=f"Sheet {part.sheet}: {e.message}") for e in later]


def _parts(kind: TableKind[Row], source: Source, recognition: Recognition) -> Iterator[Recognition]:
    """The recognised table and, where the kind reads every sheet, the later ones that have the kind's header."""
    yield recognition
    if recognition.container != "xlsx" or not kind.every_sheet:
        return
    is_later = False
    for sheet in read_sheets(source):
        if is_later:
            for number, cells in islice(sheet.rows(), HEADER_ROWS_OF_A_SHEET):
                header = trimmed(cells)
                match = kind.match(header)
                if not match.missing and not match.repeated:
                    yield replace(recognition, header=header, header_line=number, sheet=sheet.name)
                    break
        is_later = is_later or sheet.name == recognition.sheet


def take_row(raw: RawRow, width: int, cells: Cells, findings: Findings) -> bool:
    """Turn `cells` to the raw row if it has content of the header's width; else report why not."""
    if raw.error is not None:
        findings.errors.append(raw.error)
        return False
    values, error, padded = fit_width(raw, width)
    if error is not None:
        findings.errors.append(error)
        return False
    if not any(value.strip() for value in values):
        return False
    if padded:
        message = f"The row has {len(raw.cells)} cells, the header {width}: the rest was taken as empty."
        findings.notices.append(Notice("short_row", message, raw.line))
    cells.set(raw.line, values)
    return True


def raw_rows(source: Source, recognition: Recognition, facts: Facts) -> Iterator[RawRow]:
    """The rows below the header, unread."""
    if recognition.container == "xlsx":
        for sheet in read_sheets(source):
            if sheet.name == recognition.sheet:
                rows = (RawRow(number, values) for number, values in sheet.rows())
                yield from (row for row in rows if row.line > recognition.header_line)
        return
    charset = settled_charset(source, recognition, facts)
    if recognition.container == "jsonl":
        yield from _json_rows(source, recognition, charset)
        return
    if recognition.container == "json":
        yield from _array_rows(source, recognition, charset)
        return
    dialect = settle_dialect(source, charset, recognition.dialect)
    with closing(open_text(source, charset, dialect)) as text:
        yield from (row for row in read_rows(text, dialect) if row.line > recognition.header_line)


def settled_charset(source: Source, recognition: Recognition, facts: Facts) -> Charset:
    """The encoding of the whole file, not of its head alone."""
    japanese = facts.marketplace is not None and facts.marketplace.country_code == "JP"
    return settle_charset(source, recognition.charset, japanese=japanese or recognition.language == "ja")


def _json_rows(source: Source, recognition: Recognition, charset: Charset) -> Iterator[RawRow]:
    """One JSON object a line, keyed by the header of its report."""
    with closing(open_text(source, charset, recognition.dialect)) as text:
        for number, line in numbered_lines(text, "\n"):
            if line is not None and not line.strip():
                continue
            try:
                record = json.loads(line or "", parse_float=str, parse_int=str)
                if not isinstance(record, dict):
                    raise ValueError
            except (ValueError, RecursionError):
                message = "The line is not a JSON object."
                yield RawRow(number, [], RowError(number, None, "bad_json", message, shown(line or "")))
                continue
            yield RawRow(number, [cell_of(record.get(name)) for name in recognition.header])


def _array_rows(source: Source, recognition: Recognition, charset: Charset) -> Iterator[RawRow]:
    """One row an object of the array, its line the position. FileProblem `bad_json` where the array breaks off."""
    position = 0
    with closing(open_text(source, charset, recognition.dialect)) as text:
        try:
            for position, record in enumerate(array_items(text), start=1):
                if isinstance(record, dict):
                    yield RawRow(position, [cell_of(record.get(name)) for name in recognition.header])
                else:
                    message = "This entry of the array is not an object."
                    yield RawRow(position, [], RowError(position, None, "bad_json", message, shown(str(record))))
        except BrokenArray as broken:
            message = f"The JSON array is damaged or cut off behind its entry {position}."
            raise FileProblem("bad_json", message, {"entries": position}) from broken
