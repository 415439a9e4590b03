"""Reads a recognised file in chunks of typed rows, with errors, notices and totals that grow as it is read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Generic

from shared.files.facts import Facts
from shared.files.kind import FileKinds, Findings, Recognition, Row, Total, Totals
from shared.files.problems import FileProblem, Notice, RowError
from shared.files.recognise import recognise
from shared.files.source import Source
from shared.files.table import read_table

CHUNK_ROWS = 5_000


@dataclass(slots=True)
class Chunk(Generic[Row]):
    """Some rows of a file and what was wrong on the way to them."""

    rows: list[Row] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


class Reading(Generic[Row]):
    """One pass over one file. Iterate `chunks()`; `totals` and the counts are of what was read so far."""

    def __init__(self, rows: Iterator[Row], totals: Totals[Row], findings: Findings, recognition: Recognition) -> None:
        self.recognition = recognition
        self.row_count = 0
        self.error_count = 0
        self._rows = rows
        self._findings = findings
        self._rules = totals
        self._sums: dict[str, Total] = dict.fromkeys(totals.sums, 0)
        self._amounts: dict[str, dict[str, Decimal]] = {name: {} for name in totals.amounts}
        self._seen: dict[str, set[int]] = {name: set() for name in totals.distinct}

    def chunks(self, size: int = CHUNK_ROWS) -> Iterator[Chunk[Row]]:
        """Chunks of at most `size` rows; a chunk ends early when as many errors have come."""
        chunk: Chunk[Row] = Chunk()
        for row in self._guarded():
            self._count(row)
            chunk.rows.append(row)
            if len(chunk.rows) >= size or len(self._findings.errors) >= size:
                yield self._closed(chunk)
                chunk = Chunk()
        chunk = self._closed(chunk)
        if chunk.rows or chunk.errors or chunk.notices:
            yield chunk

    @property
    def totals(self) -> dict[str, Total]:
        """Rows, sums and counts of distinct things, over the rows read so far.

        An amount in several currencies is as many totals: `sold_amount_eur` and `sold_amount_gbp`.
        """
        counts = {name: len(seen) for name, seen in self._seen.items()}
        amounts: dict[str, Total] = {}
        for name, sums in self._amounts.items():
            if len(sums) > 1:
                amounts |= {f"{name}_{currency.lower()}": sums[currency] for currency in sorted(sums)}
            else:
                amounts[name] = sum(sums.values(), Decimal(0))
        return {"rows": self.row_count, **self._sums, **amounts, **counts}

    def _guarded(self) -> Iterator[Row]:
        try:
            yield from self._rows
        except (UnicodeError, OSError) as error:
            raise FileProblem("unreadable", "The file cannot be read to its end.") from error

    def _count(self, row: Row) -> None:
        self.row_count += 1
        for name, part in self._rules.sums.items():
            self._sums[name] += part(row)
        for name, read in self._rules.amounts.items():
            currency, amount = read(row)
            if amount is not None:
                sums = self._amounts[name]
                sums[currency or "unknown"] = sums.get(currency or "unknown", Decimal(0)) + amount
        for name, key in self._rules.distinct.items():
            self._seen[name].add(hash(key(row)))

    def _closed(self, chunk: Chunk[Row]) -> Chunk[Row]:
        chunk.errors, chunk.notices = self._findings.errors, self._findings.notices
        self._findings.errors, self._findings.notices = [], []
        self.error_count += len(chunk.errors)
        return chunk


def open_reading(
    kinds: FileKinds, source: Source, recognition: Recognition, facts: Facts | None = None
) -> Reading[Any]:
    """Begin to read a recognised file.

    Raises FileProblem `facts_missing` when it leaves unsaid what `facts` do not say either.
    """
    facts = facts or Facts()
    facts.require(recognition.needs)
    findings = Findings()
    if (document := kinds.documents.get(recognition.kind)) is not None:
        rows = document.read(source, recognition, facts, findings)
        return Reading(rows, document.totals, findings, recognition)
    kind = kinds.tables[recognition.kind]
    return Reading(read_table(kind, source, recognition, facts, findings), kind.totals, findings, recognition)


@dataclass(frozen=True, slots=True)
class WholeFile(Generic[Row]):
    """Everything of a file at once; for files known to be small, and for tests."""

    recognition: Recognition
    rows: list[Row]
    errors: list[RowError]
    notices: list[Notice]
    totals: dict[str, int | Decimal]


def read_whole(
    kinds: FileKinds, source: Source, facts: Facts | None = None, content_type: str | None = None
) -> WholeFile[Any]:
    """Recognise and read a file to its end. Raises FileProblem."""
    marketplace = facts.marketplace if facts else None
    recognition = recognise(kinds, source, content_type, marketplace=marketplace)
    reading = open_reading(kinds, source, recognition, facts)
    rows: list[Any] = []
    errors: list[RowError] = []
    notices: list[Notice] = []
    for chunk in reading.chunks():
        rows += chunk.rows
        errors += chunk.errors
        notices += chunk.notices
    return WholeFile(recognition, rows, errors, notices, reading.totals)
