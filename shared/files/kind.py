"""What a kind of file is: how it is known by its header, what it leaves unsaid, how a row is made, what it sums to."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar

from shared.files.cells import Cells
from shared.files.charset import Charset
from shared.files.dialect import Dialect
from shared.files.facts import Facts
from shared.files.headers import Column, HeaderMatch, fold_header, match_header
from shared.files.problems import Notice, RowError
from shared.files.source import Source

Row = TypeVar("Row")
Container = Literal["text", "xlsx", "json", "jsonl"]
Total = int | Decimal


@dataclass(frozen=True, slots=True)
class Variant:
    """One generation and language of a header, told by headers that only it has."""

    generation: str
    language: str
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a file is. `needs` are the facts it leaves unsaid; `header_line` is physical, 1 the first."""

    kind: str
    container: Container
    charset: Charset
    dialect: Dialect
    generation: str
    language: str
    needs: tuple[str, ...]
    unknown_columns: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    header_line: int = 1
    sheet: str | None = None

    @property
    def encoding(self) -> str:
        """The encoding as Python names it; empty for a workbook."""
        return "" if self.container == "xlsx" else self.charset.encoding


@dataclass(frozen=True, slots=True)
class Glance:
    """What the recogniser has seen of a table: its known columns as printed, and the first row's cells of each.

    `column in glance` says whether the table has the column; an empty table has empty cells.
    """

    printed: Mapping[str, str]
    first: Mapping[str, str]

    def __contains__(self, column: str) -> bool:
        return column in self.printed


@dataclass(slots=True)
class Findings:
    """Errors and notices that a reader gathers beside its rows."""

    errors: list[RowError] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals(Generic[Row]):
    """What the rows of a kind are summed and counted by; `amounts` are kept apart by currency."""

    sums: Mapping[str, Callable[[Row], Total]] = field(default_factory=dict)
    amounts: Mapping[str, Callable[[Row], tuple[str | None, Decimal | None]]] = field(default_factory=dict)
    distinct: Mapping[str, Callable[[Row], Hashable]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKind(Generic[Row]):
    """A kind whose rows stand in a table.

    `begin` returns the maker of rows for one file (it may remember rows before); a maker that returns None
    drops the row without an error. Of each group of `any_of` a file must have one column at least. `needs` are the
    facts that a file leaves unsaid. `own` marks our own templates; `json_lines` and `json_array` mark kinds whose
    rows are also read from JSON objects, one a line or in one array. Of `every_sheet` kinds all sheets of a workbook
    that have the kind's header are read, each with its own columns; else the first one is.
    """

    name: str
    columns: tuple[Column, ...]
    begin: Callable[[], Callable[[Cells], Row | None]]
    totals: Totals[Row]
    any_of: tuple[tuple[str, ...], ...] = ()
    needs: Callable[[Glance], tuple[str, ...]] = lambda glance: ()
    variants: tuple[Variant, ...] = (Variant("current", "en"),)
    own: bool = False
    json_lines: bool = False
    json_array: bool = False
    every_sheet: bool = False

    def match(self, header: tuple[str, ...]) -> HeaderMatch:
        """Which of the printed headers are which columns of the kind."""
        match = match_header(header, self.columns)
        lacking = [group[0] for group in self.any_of if not any(name in match.positions for name in group)]
        if not lacking:
            return match
        printed = {column.name: (column.headers or (column.name,))[0] for column in self.columns}
        return replace(match, missing=(*match.missing, *(printed[name] for name in lacking)))

    @property
    def demands(self) -> int:
        """How many things a header must have to be of the kind."""
        return sum(column.required for column in self.columns) + len(self.any_of)

    def variant(self, header: tuple[str, ...]) -> Variant:
        """The first variant all of whose marks occur in the header; the last one has none."""
        folded = {fold_header(text) for text in header}
        for variant in self.variants:
            if all(fold_header(mark) in folded for mark in variant.marks):
                return variant
        return self.variants[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonKind(Generic[Row]):
    """A kind whose file is one JSON document.

    `recognise` is given the head of the text and its encoding, and answers None for other documents; `read` gives
    the good rows, errors and notices going to the findings.
    """

    name: str
    recognise: Callable[[str, Charset], Recognition | None]
    read: Callable[[Source, Recognition, Facts, Findings], Iterator[Row]]
    totals: Totals[Row]


@dataclass(frozen=True, slots=True)
class FileKinds:
    """The kinds of file that a service reads, by name."""

    tables: Mapping[str, TableKind[Any]]
    documents: Mapping[str, JsonKind[Any]]

    @staticmethod
    def of(tables: Iterable[TableKind[Any]], documents: Iterable[JsonKind[Any]] = ()) -> "FileKinds":
        """The registry of these kinds."""
        return FileKinds({kind.name: kind for kind in tables}, {kind.name: kind for kind in documents})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all kinds."""
        return (*self.tables, *self.documents)

    @property
    def templates(self) -> tuple[str, ...]:
        """The names of our own templates."""
        return tuple(name for name, kind in self.tables.items() if kind.own)

    def template_columns(self, name: str) -> tuple[str, ...]:
        """The header of one of our own templates, in order. Raises KeyError for other kinds."""
        if name not in self.templates:
            raise KeyError(name)
        return tuple(column.name for column in self.tables[name].columns)
