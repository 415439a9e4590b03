"""How the kinds of a service are told apart and read, shown with kinds made up for it."""

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
import xlsxwriter

from shared.files.cells import Cells
from shared.files.headers import Column
from shared.files.kind import FileKinds, Glance, TableKind, Totals
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.recognise import recognise
from shared.files.xlsx_out import xlsx_bytes


@dataclass(frozen=True, slots=True)
class Fruit:
    """A row of the made-up kinds."""

    line: int
    name: str
    count: int


def make(cells: Cells) -> Fruit:
    return Fruit(cells.line, cells.raw("name") or cells.raw("id"), cells.integer("count"))


def asks(glance: Glance) -> tuple[str, ...]:
    """The marketplace is asked for unless the first row has a name, and the range unless a day is printed so."""
    missing = () if glance.first.get("name") else ("marketplace",)
    return missing if glance.printed.get("day") == "The Day" else (*missing, "date_range")


def kind(name: str, *extra: Column, **options: object) -> TableKind[Fruit]:
    columns = (Column("name", ("Fruit",)), Column("id"), Column("count", required=True), Column("day", ("The Day",)))
    totals: Totals[Fruit] = Totals(sums={"count": lambda row: row.count})
    return TableKind(
        name=name,
        columns=(*columns, *extra),
        any_of=(("name", "id"),),
        begin=lambda: make,
        totals=totals,
        **options,  # type: ignore[arg-type]
    )


def kinds(*tables: TableKind[Fruit]) -> FileKinds:
    return FileKinds.of(tables)


PLAIN = kind("fruit")


def sheets(names: Iterable[str], *tables: list[list[object]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, table in zip(names, tables, strict=True):
            page = book.add_worksheet(name)
            for number, row in enumerate(table):
                page.write_row(number, 0, row)
    return stream.getvalue()


def test_a_service_lists_its_kinds_and_templates() -> None:
    registry = kinds(PLAIN, kind("basket", own=True))
    assert (registry.names, registry.templates) == (("fruit", "basket"), ("basket",))
    assert registry.template_columns("basket") == ("name", "id", "count", "day")
    for name in ("fruit", "unknown"):
        with pytest.raises(KeyError):
            registry.template_columns(name)


def test_one_column_of_a_group_is_enough_and_none_is_too_few() -> None:
    assert recognise(kinds(PLAIN), b"Fruit,count\n").kind == "fruit"
    assert recognise(kinds(PLAIN), b"id,count\n").kind == "fruit"
    with pytest.raises(FileProblem) as caught:
        recognise(kinds(PLAIN), b"count,The Day\n")
    assert caught.value.params["nearest"] == []
    assert PLAIN.match(("count",)).missing == ("Fruit",)


def test_of_kinds_that_know_a_header_equally_well_the_first_is_taken() -> None:
    assert recognise(kinds(PLAIN, kind("other")), b"Fruit,count\n").kind == "fruit"
    wider = kind("wider", Column("colour"))
    assert recognise(kinds(PLAIN, wider), b"Fruit,count,colour\n").kind == "wider"


@pytest.mark.parametrize("container", ["text", "xlsx", "json"])
def test_what_is_asked_for_may_hang_on_the_first_row(container: str) -> None:
    registry = kinds(kind("fruit", needs=asks, json_array=True))

    def file(*names: str) -> bytes:
        header, rows = ["Fruit", "count", "The Day"], [[name, 1, ""] for name in names]
        if container == "xlsx":
            return b"".join(xlsx_bytes(header, rows))
        if container == "json":
            return json.dumps([dict(zip(header, row, strict=True)) for row in rows]).encode()
        lines: list[list[object]] = [[*header], *([*row] for row in rows)]
        return "\n".join(",".join(map(str, line)) for line in lines).encode()

    assert recognise(registry, file("apple", "")).needs == ()
    assert recognise(registry, file("", "apple")).needs == ("marketplace",)
    assert recognise(registry, b"Fruit,count\n").needs == ("marketplace", "date_range")


def test_only_kinds_that_say_so_are_read_from_json() -> None:
    array, lines = b'[{"Fruit": "apple", "count": 3}]', b'{"Fruit": "apple", "count": 3}\n'
    as_array, as_lines = kinds(kind("fruit", json_array=True)), kinds(kind("fruit", json_lines=True))
    assert read_whole(as_array, array).rows == read_whole(as_lines, lines).rows == [Fruit(1, "apple", 3)]
    for registry, data in ((as_array, lines), (as_lines, array), (kinds(PLAIN), array), (kinds(PLAIN), lines)):
        with pytest.raises(FileProblem) as caught:
            recognise(registry, data)
        assert caught.value.code == "unrecognised"


def test_every_sheet_that_has_the_header_is_read_where_the_kind_says_so() -> None:
    content = sheets(
        ("Notes", "First", "Else", "Second"),
        [["nothing here"]],
        [["Fruit", "count"], ["apple", 1], ["pear", "x"]],
        [["other"], ["y"]],
        [["A title"], ["count", "colour", "id"], [2, "red", "cherry"], ["many", "red", "plum"]],
    )
    whole = read_whole(kinds(kind("fruit", every_sheet=True)), content)
    assert [(row.name, row.line) for row in whole.rows] == [("apple", 2), ("cherry", 3)]
    assert whole.totals == {"rows": 2, "count": 3}
    assert [(error.line, error.message.startswith("Sheet Second: ")) for error in whole.errors] == [
        (3, False),
        (4, True),
    ]
    first_only = read_whole(kinds(PLAIN), content)
    assert [row.name for row in first_only.rows] == ["apple"]
