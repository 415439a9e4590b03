"""Whatever the bytes are, a reader gives rows and errors or a FileProblem, and nothing else."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.inventory.formats.kinds import KINDS
from shared.files.problems import FileProblem
from shared.files.reading import read_whole
from shared.files.xlsx_out import xlsx_bytes
from tests.inventory.formats.build import facts

RELAXED = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])

CELL = st.one_of(
    st.sampled_from(
        ["", "0", "1", "-1", "2.5", "US", "Non-Amazon", "Amazon.com", "Cancelled", "2026-01-31", "1/31/26"]
    ),
    st.sampled_from(
        ["2026-01-31T00:00:00+00:00", "0001-01-01T00:00:00+00:00", "365+", "yes", "USD", "air", '"', "a\nb"]
    ),
    st.sampled_from(["9" * 40, "1E400", "#REF!", "\ufeff", "\u202e", "=1", "𝟙", "\ud7ff", "Infinity", "nan", "99,9"]),
    st.text(max_size=8),
)


def read_or_refuse(data: bytes, content_type: str | None = None) -> None:
    """Anything but a FileProblem raised here fails the test."""
    with suppress(FileProblem):
        whole = read_whole(KINDS, data, facts(), content_type)
        assert whole.totals["rows"] == len(whole.rows)
        assert all(error.line > 0 and error.code and error.message for error in whole.errors)


def header_of(name: str) -> list[str]:
    return [(column.headers or (column.name,))[0] for column in KINDS.tables[name].columns]


@RELAXED
@given(st.binary(max_size=300), st.sampled_from([None, "text/plain; charset=utf-8", "text/plain; charset=ms932"]))
def test_any_bytes(data: bytes, content_type: str | None) -> None:
    read_or_refuse(data, content_type)


@pytest.mark.parametrize("name", KINDS.tables)
@RELAXED
@given(data=st.data())
def test_any_cells_below_a_good_header(name: str, data: st.DataObject) -> None:
    header = header_of(name)
    rows = data.draw(st.lists(st.lists(CELL, min_size=1, max_size=len(header) + 1), max_size=4))
    delimiter = data.draw(st.sampled_from(["\t", ",", ";"]))
    text = "\n".join(delimiter.join(row) for row in [header, *rows])
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "cp932", "utf-16"]))
    read_or_refuse(text.encode(encoding, "replace"))


@pytest.mark.parametrize("name", KINDS.tables)
@RELAXED
@given(tail=st.binary(max_size=200), cut=st.integers(0, 400))
def test_any_bytes_below_a_good_header_cut_anywhere(name: str, tail: bytes, cut: int) -> None:
    head = "\t".join(header_of(name)).encode() + b"\n"
    read_or_refuse(head + tail)
    read_or_refuse((head + tail)[:cut])


@settings(RELAXED, max_examples=20)
@given(
    name=st.sampled_from(KINDS.templates),
    rows=st.lists(st.lists(CELL, max_size=12), max_size=3),
    flip=st.integers(0, 6000),
)
def test_any_workbook_and_any_damaged_one(name: str, rows: list[list[str]], flip: int) -> None:
    workbook = bytearray(b"".join(xlsx_bytes(KINDS.template_columns(name), rows)))
    read_or_refuse(bytes(workbook))
    workbook[flip % len(workbook)] ^= 0x55
    read_or_refuse(bytes(workbook))
    read_or_refuse(bytes(workbook[: flip % len(workbook)]))


SCALAR = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), CELL)
ANY_JSON = st.recursive(
    SCALAR, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(CELL, inner, max_size=3)), max_leaves=8
)


def mutated(value: Any, draw: Any) -> Any:
    """The value with some part of it exchanged for anything."""
    if draw(st.integers(0, 9)) == 0 or not isinstance(value, dict | list):
        return draw(ANY_JSON) if draw(st.integers(0, 3)) == 0 else value
    if isinstance(value, list):
        return [mutated(entry, draw) for entry in value]
    return {name: mutated(entry, draw) for name, entry in value.items()}


@RELAXED
@given(data=st.data())
def test_any_sales_and_traffic_document(data: st.DataObject) -> None:
    record = {"orderedProductSales": {"amount": 1.5, "currencyCode": "USD"}, "unitsOrdered": 1}
    sound = {
        "reportSpecification": {
            "reportType": "GET_SALES_AND_TRAFFIC_REPORT",
            "reportOptions": {"dateGranularity": "DAY", "asinGranularity": "SKU"},
            "dataStartTime": "2026-01-10",
            "dataEndTime": "2026-01-11",
            "marketplaceIds": ["ATVPDKIKX0DER"],
        },
        "salesAndTrafficByDate": [{"date": "2026-01-10", "salesByDate": record, "trafficByDate": {"sessions": 1}}],
        "salesAndTrafficByAsin": [{"sku": "A", "salesByAsin": record, "trafficByAsin": {"buyBoxPercentage": 9}}],
    }
    text = json.dumps(mutated(sound, data.draw))
    read_or_refuse(text.encode())
    read_or_refuse(text[: data.draw(st.integers(0, len(text)))].encode())
