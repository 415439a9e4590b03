"""Whatever the bytes are, a reader of advertising files gives rows and errors or a FileProblem, and nothing else."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.ads.formats.kinds import KINDS
from services.ads.formats.reports import REPORTS
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from tests.ads.formats.build import csv, facts, workbook

RELAXED = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])

CELL = st.one_of(
    st.sampled_from(
        ["", "0", "1", "-1", "2.5", "US", "USD", "€", "$1.0", "Rs.", "-", "EXACT", "2026-01-31", "Mar 1, 2026"]
    ),
    st.sampled_from(["Mar 01, 2026 - Mar 02, 2026", " - ", "4.68E+14", '="1"', '="', "50%", "<5%", "Create"]),
    st.sampled_from(["9" * 40, "1E400", "#REF!", "\ufeff", "\u202e", "=1", "𝟙", "Infinity", "nan", "99,9", "²"]),
    st.text(max_size=8),
)
HEADERS = sorted({header for kind in KINDS.tables.values() for column in kind.columns for header in column.headers[:1]})
API_NAMES = sorted(
    {header for column in REPORTS[0].columns for header in column.headers if header.isascii() and header.isalnum()}
)


def read_or_refuse(data: bytes, **said: Any) -> None:
    """Anything but a FileProblem raised here fails the test."""
    with suppress(FileProblem):
        whole = read_whole(KINDS, data, facts(**said))
        assert whole.totals["rows"] == len(whole.rows)
        assert all(error.line > 0 and error.code and error.message for error in whole.errors)


@pytest.mark.parametrize("name", KINDS.tables)
def test_the_required_columns_of_each_kind_are_enough_for_it(name: str) -> None:
    kind = KINDS.tables[name]
    needed = {column.name for column in kind.columns if column.required} | {group[0] for group in kind.any_of}
    header = [column.headers[0] for column in kind.columns if column.name in needed]
    assert read_whole(KINDS, csv(header), facts()).recognition.kind == name


@pytest.mark.parametrize("name", KINDS.tables)
@RELAXED
@given(data=st.data())
def test_any_cells_below_a_good_header(name: str, data: st.DataObject) -> None:
    kind = KINDS.tables[name]
    columns = [column.headers[0] for column in kind.columns[:60]]
    rows = data.draw(st.lists(st.lists(CELL, min_size=1, max_size=len(columns) + 1), max_size=3))
    delimiter = data.draw(st.sampled_from(["\t", ",", ";"]))
    text = "\n".join(delimiter.join(row) for row in [columns, *rows])
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "cp932", "utf-16"]))
    read_or_refuse(text.encode(encoding, "replace"), country=data.draw(st.sampled_from(["US", "JP", None])))


@RELAXED
@given(st.lists(st.sampled_from(HEADERS), max_size=12), st.lists(st.lists(CELL, max_size=12), max_size=3))
def test_any_columns(header: list[str], rows: list[list[str]]) -> None:
    read_or_refuse(csv(header, *rows))


SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), CELL)
RECORD = st.dictionaries(st.sampled_from(API_NAMES), st.one_of(SCALAR, st.lists(SCALAR, max_size=2)), max_size=14)


@RELAXED
@given(st.lists(st.one_of(RECORD, SCALAR), max_size=5), st.integers(0, 900))
def test_any_answers_of_the_api_whole_and_cut(records: list[Any], cut: int) -> None:
    base = {"campaignId": 1, "clicks": 1, "cost": 1, "date": "2026-03-04"}
    filled = [{**base, **record} if isinstance(record, dict) else record for record in records]
    text = json.dumps([base, *filled]).encode()
    read_or_refuse(text)
    read_or_refuse(text[:cut])


@settings(RELAXED, max_examples=15)
@given(rows=st.lists(st.lists(CELL, max_size=46), max_size=3), flip=st.integers(0, 9000))
def test_any_workbook_and_any_damaged_one(rows: list[list[str]], flip: int) -> None:
    header = [column.headers[0] for column in KINDS.tables["bulk_sheet"].columns]
    printable = [["".join(ch for ch in cell if ch.isprintable()) for cell in row] for row in rows]
    content = bytearray(workbook(Campaigns=[header, *printable], More=[header[:9], *printable]))
    read_or_refuse(bytes(content))
    content[flip % len(content)] ^= 0x55
    read_or_refuse(bytes(content))
