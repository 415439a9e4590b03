"""What an import's reader hands over, in the child process that reads: chunks of rows, then a summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.files.problems import Notice, RowError


@dataclass(frozen=True, slots=True)
class RowsChunk:
    """Consecutive rows of the file. `rows` is whatever the kind's `apply` takes: dataclasses, or bytes for COPY.

    The same file and parameters must always give the same chunks: an interrupted import goes on behind the last
    one that was applied. `last_line` is the line the chunk ends at, for the progress.
    """

    rows: Any
    last_line: int
    errors: Sequence[RowError] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a reader says at the end of the file: totals to compare with its source, and what one may want to know."""

    totals: Mapping[str, Any] = field(default_factory=dict)
    warnings: Sequence[Notice] = ()


def chunk_rows_for(lines: int) -> int:
    """How many rows a chunk should have in a file of so many lines: about twenty chunks, 1,000 to 50,000 rows."""
    return min(max(lines // 20, 1_000), 50_000)
