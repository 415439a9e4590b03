"""Decides how a recognised file is cut into chunks for its import; runs in the child process that reads."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from services.inventory.formats.facts import Facts
from services.inventory.formats.kind import Recognition
from services.inventory.formats.reading import open_reading
from services.inventory.formats.recognise import recognise
from shared.core.marketplaces import UnknownMarketplace, get_marketplace
from shared.files.problems import FileProblem, Notice
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.imports import Recognised

WHOLE_FILE = 1_000_000_000


def facts_of(parameters: Mapping[str, Any]) -> Facts:
    """What the sender said of the file, from the import's parameters. FileProblem when it makes no sense."""
    named = parameters.get("marketplace")
    try:
        marketplace = get_marketplace(str(named)) if named else None
    except UnknownMarketplace as unknown:
        raise FileProblem("unknown_marketplace", str(unknown)) from unknown
    return Facts(
        marketplace=marketplace,
        from_date=_day(parameters.get("date_from")),
        to_date=_day(parameters.get("date_to")),
        as_of=_moment(parameters.get("as_of")),
    )


def recognise_content(content: bytes, parameters: Mapping[str, Any]) -> Recognised:
    """What the head of an upload (or a whole workbook) is; raises FileProblem."""
    facts = facts_of(parameters)
    found = recognise(content, marketplace=facts.marketplace)
    return Recognised(found.kind, found.needs)


def recognise_file(path: Path, parameters: Mapping[str, Any]) -> tuple[Recognition, Facts]:
    """What the file on disk is, and what its sender said of it; raises FileProblem."""
    facts = facts_of(parameters)
    return recognise(path, marketplace=facts.marketplace), facts


def read_chunks(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks of the size that the import was begun with."""
    return _read(path, parameters, int(parameters["chunk_rows"]))


def read_at_once(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """All rows in one chunk, for files that mean something only as a whole."""
    return _read(path, parameters, WHOLE_FILE)


def _read(path: Path, parameters: Mapping[str, Any], size: int) -> Iterator[RowsChunk | Summary]:
    recognition, facts = recognise_file(path, parameters)
    reading = open_reading(path, recognition, facts)
    notices: list[Notice] = []
    last_line = 0
    for chunk in reading.chunks(size):
        lines = [item.line for item in (*chunk.rows[-1:], *chunk.errors)]
        last_line = max([last_line, *lines])
        notices += chunk.notices
        yield RowsChunk(chunk.rows, last_line, chunk.errors)
    for column in recognition.unknown_columns:
        notices.append(Notice("unknown_column", "This column is not known here and was left out.", column=column))
    yield Summary(dict(reading.totals), notices)


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else value or None
