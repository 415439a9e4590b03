"""Decides what a file is by its header and content, never by its name; what it is not is refused with reasons."""

import io
import json
from collections.abc import Sequence
from itertools import islice
from typing import Any

from shared.core.marketplaces import Marketplace
from shared.files.charset import Charset, detect_charset
from shared.files.dialect import Dialect, detect_dialect
from shared.files.headers import HeaderMatch
from shared.files.json_array import array_items, cell_of
from shared.files.kind import Container, FileKinds, Glance, Recognition, TableKind
from shared.files.problems import FileProblem, shown
from shared.files.rows import read_rows
from shared.files.source import Source, read_head
from shared.files.xlsx_in import looks_like_xlsx, read_sheets

NO_DIALECT = Dialect(",")
_NO_CHARSET = Charset("utf-8-sig", "utf8")
_PICTURES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
HEADER_ROWS_OF_A_SHEET = 10
_RECORDS_OF_AN_ARRAY = 1_000
_NEAREST = 3


def recognise(
    kinds: FileKinds, source: Source, content_type: str | None = None, *, marketplace: Marketplace | None = None
) -> Recognition:
    """Which of the kinds the file is.

    For text and JSON the first 256 KiB are looked at, so `source` may be the head of a larger file; a workbook
    must be whole. Raises FileProblem: `empty`, `not_text`, `compressed`, `old_workbook`, `unrecognised` (with
    the nearest kinds and the columns each lacks), `repeated_column`, and those of `read_sheets`.
    """
    head = read_head(source)
    if not head.strip(b"\x00\xff\xfe\xef\xbb\xbf \t\r\n"):
        raise FileProblem("empty", "The file is empty.")
    if looks_like_xlsx(head):
        return _recognise_workbook(kinds, source)
    _refuse_binary(head)
    japanese = marketplace is not None and marketplace.country_code == "JP"
    charset = detect_charset(head, content_type, japanese=japanese, complete=False)
    try:
        return _recognise_text(kinds, head, charset)
    except FileProblem as problem:
        if problem.code != "unrecognised" or charset.encoding != "cp1252" or charset.reason != "fallback":
            raise
        try:
            return _recognise_text(kinds, head, Charset("cp932", "fallback"))
        except FileProblem:
            raise problem from None


def _refuse_binary(head: bytes) -> None:
    if head.startswith(b"\x1f\x8b"):
        raise FileProblem("compressed", "The file is compressed; unpack it first.")
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileProblem("old_workbook", "This is an old or locked workbook; save it as .xlsx or CSV.")
    is_wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    first_line = head.lstrip().partition(b"\n")[0]
    if head.startswith(_PICTURES) or (b"\x00" in first_line and not is_wide):
        raise FileProblem("not_text", "This is neither text nor a workbook.")


def _recognise_text(kinds: FileKinds, head: bytes, charset: Charset) -> Recognition:
    text = head.decode(charset.encoding, "replace")
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _recognise_json(kinds, text, charset)
    dialect = detect_dialect(text)
    rows = read_rows(io.StringIO(text, newline=dialect.line_end), dialect)
    top = next(rows, None)
    if top is None or top.error is not None:
        raise _unrecognised(kinds, ())
    header = tuple(top.cells)
    kind, match = _best(kinds, header)
    first = next(rows, None)
    return _recognition(kind, match, header, first.cells if first else (), "text", charset, dialect, top.line)


def _recognise_workbook(kinds: FileKinds, source: Source) -> Recognition:
    refusal: FileProblem | None = None
    for sheet in read_sheets(source):
        rows = sheet.rows()
        for number, cells in islice(rows, HEADER_ROWS_OF_A_SHEET):
            header = trimmed(cells)
            try:
                kind, match = _best(kinds, header)
            except FileProblem as problem:
                refusal = refusal or problem
                continue
            _, first = next(rows, (0, []))
            return _recognition(kind, match, header, first, "xlsx", _NO_CHARSET, NO_DIALECT, number, sheet.name)
    raise refusal or FileProblem("empty", "The workbook has no visible sheet with content.")


def trimmed(cells: list[str]) -> tuple[str, ...]:
    """A sheet's row without the empty cells at its end."""
    last = max((index for index, cell in enumerate(cells) if cell.strip()), default=-1)
    return tuple(cells[: last + 1])


def _recognise_json(kinds: FileKinds, text: str, charset: Charset) -> Recognition:
    for document in kinds.documents.values():
        if (found := document.recognise(text, charset)) is not None:
            return found
    if text.lstrip().startswith("["):
        return _recognise_array(kinds, text, charset)
    try:
        record: Any = json.loads(text.lstrip().partition("\n")[0])
    except (ValueError, RecursionError):
        record = None
    record = record if isinstance(record, dict) else {}
    header = tuple(record)
    kind, match = _best(kinds, header)
    if not kind.json_lines:
        raise _unrecognised(kinds, header)
    return _recognition(kind, match, header, [cell_of(value) for value in record.values()], "jsonl", charset)


def _recognise_array(kinds: FileKinds, text: str, charset: Charset) -> Recognition:
    """The kind of an array of objects, by all names that occur in those which the head holds whole."""
    records: list[Any] = []
    try:
        records.extend(islice(array_items(io.StringIO(text)), _RECORDS_OF_AN_ARRAY))
        if not records:
            raise FileProblem("empty", "The report is empty: it lists nothing.")
    except (ValueError, RecursionError):
        pass  # the head may end within a record
    header = tuple(dict.fromkeys(name for record in records if isinstance(record, dict) for name in record))
    kind, match = _best(kinds, header)
    if not kind.json_array:
        raise _unrecognised(kinds, header)
    named = next(record for record in records if isinstance(record, dict))
    return _recognition(kind, match, header, [cell_of(named.get(name)) for name in header], "json", charset)


def _best(kinds: FileKinds, header: tuple[str, ...]) -> tuple[TableKind[Any], HeaderMatch]:
    """The kind all of whose required columns are there; of several, the one that knows most of the header."""
    matches = [(kind, kind.match(header)) for kind in kinds.tables.values()]
    whole = [pair for pair in matches if not pair[1].missing]
    if not whole:
        raise _unrecognised(kinds, header)
    kind, match = max(whole, key=lambda pair: len(pair[1].positions))
    if match.repeated:
        names = ", ".join(match.repeated)
        raise FileProblem(
            "repeated_column",
            f"The header has a column twice ({shown(names)}), so it is unclear which to read.",
            {"kind": kind.name, "columns": [shown(name) for name in match.repeated]},
        )
    return kind, match


def _unrecognised(kinds: FileKinds, header: tuple[str, ...]) -> FileProblem:
    """The refusal, with the kinds that come nearest and what each would need."""
    near = []
    for kind in kinds.tables.values():
        match = kind.match(header)
        required = kind.demands
        known = required - len(match.missing)
        if known >= 2 or known == required:
            near.append((known / required, len(match.positions), kind.name, match.missing))
    near.sort(key=lambda entry: (-entry[0], -entry[1]))
    nearest = [{"kind": name, "missing_columns": list(missing)} for _, _, name, missing in near[:_NEAREST]]
    message = "The header is that of no file known here."
    if near:
        message += f" Nearest is {near[0][2]}, which would also need: {', '.join(near[0][3])}."
    return FileProblem("unrecognised", message, {"nearest": nearest, "header": [shown(text) for text in header[:60]]})


def _recognition(
    kind: TableKind[Any],
    match: HeaderMatch,
    header: tuple[str, ...],
    first: Sequence[str],
    container: Container,
    charset: Charset,
    dialect: Dialect = NO_DIALECT,
    line: int = 0,
    sheet: str | None = None,
) -> Recognition:
    variant = kind.variant(header)
    cells = {name: first[at].strip() if at < len(first) else "" for name, at in match.positions.items()}
    return Recognition(
        kind.name,
        container,
        charset,
        dialect,
        variant.generation,
        variant.language,
        kind.needs(Glance(match.printed, cells)),
        tuple(shown(name) for name in match.unknown),
        header,
        line,
        sheet,
    )
