"""Splits a text file into rows of cells with their physical line numbers, in bounded memory, losing no good row."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from shared.files.charset import Charset
from shared.files.dialect import Dialect, has_lone_quote, is_wrapped, split_standard, unwrap
from shared.files.problems import FileProblem, RowError, shown
from shared.files.source import Source, open_source

MAX_LINE_CHARACTERS = 1_000_000
MAX_CELL_CHARACTERS = 32_767
MAX_LINES_OF_A_ROW = 200

csv.field_size_limit(MAX_LINE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class RawRow:
    """The cells of one row and the line it begins on; `error` says why there are none."""

    line: int
    cells: list[str]
    error: RowError | None = None


def open_text(source: Source, charset: Charset, dialect: Dialect) -> TextIO:
    """The source as text whose lines end where the dialect says."""
    return codecs.StreamReaderWriter(
        open_source(source), codecs.getreader(charset.encoding), codecs.getwriter(charset.encoding), charset.errors
    )


def numbered_lines(text: TextIO) -> Iterator[tuple[int, str | None]]:
    """Physical lines from 1, without their ends; None stands for a line too long to be one of a table."""
    number = 0
    while line := text.readline(MAX_LINE_CHARACTERS):
        number += 1
        if line.endswith("\n"):
            yield number, line.rstrip("\r\n")
        elif len(line) < MAX_LINE_CHARACTERS:
            yield number, line.rstrip("\r\n")
            return
        else:
            while line and not line.endswith("\n"):
                line = text.readline(MAX_LINE_CHARACTERS)
            yield number, None
