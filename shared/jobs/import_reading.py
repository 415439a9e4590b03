"""Decides how a file of a service's kinds is cut into chunks for its import; runs in the child process that reads."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from shared.core.marketplaces import UnknownMarketplace, get_marketplace
from shared.files.facts import Facts
from shared.files.kind import FileKinds, Recognition
from shared.files.problems import FileProblem, Notice
from shared.files.reading import open_reading
from shared.files.recognise import recognise
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


def recognise_content(kinds: FileKinds, content: bytes, parameters: Mapping[str, Any]) -> Recognised:
    """What the head of an upload (or a whole workbook) is; raises FileProblem."""
    facts = facts_of(parameters)
    found = recognise(kinds, content, marketplace=facts.marketplace)
    return Recognised(found.kind, found.needs)


def recognise_file(kinds: FileKinds, path: Path, parameters: Mapping[str, Any]) -> tuple[Recognition, Facts]:
    """What the file on disk is, and what its sender said of it; raises FileProblem."""
    facts = facts_of(parameters)
    return recognise(kinds, path, marketplace=facts.marketplace), facts


def read_rows_of(
    kinds: FileKinds, path: Path, parameters: Mapping[str, Any], size: int | None = None
) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks of at most `size`, else of the size that the import was begun with, and their summary."""
    recognition, facts = recognise_file(kinds, path, parameters)
    reading = open_reading(kinds, path, recognition, facts)
    notices: list[Notice] = []
    last_line = 0
    for chunk in reading.chunks(size or int(parameters["chunk_rows"])):
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
