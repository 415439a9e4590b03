"""Decides how the files of this service are read for their imports; runs in the child process that reads."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from services.inventory.formats.kinds import KINDS
from shared.files.facts import Facts
from shared.files.kind import Recognition
from shared.jobs import import_reading
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import WHOLE_FILE
from shared.jobs.imports import Recognised


def recognise_content(content: bytes, parameters: Mapping[str, Any]) -> Recognised:
    """What the head of an upload (or a whole workbook) is; raises FileProblem."""
    return import_reading.recognise_content(KINDS, content, parameters)


def recognise_file(path: Path, parameters: Mapping[str, Any]) -> tuple[Recognition, Facts]:
    """What the file on disk is, and what its sender said of it; raises FileProblem."""
    return import_reading.recognise_file(KINDS, path, parameters)


def read_chunks(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks of the size that the import was begun with."""
    return import_reading.read_rows_of(KINDS, path, parameters)


def read_at_once(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """All rows in one chunk, for files that mean something only as a whole."""
    return import_reading.read_rows_of(KINDS, path, parameters, WHOLE_FILE)
