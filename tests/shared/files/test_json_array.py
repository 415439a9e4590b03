"""A JSON array is read record by record; numbers come as they were written; damage is told behind the good records."""

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files import json_array
from shared.files.json_array import BrokenArray, array_items, cell_of


def items(text: str) -> list[Any]:
    return list(array_items(io.StringIO(text)))


def test_records_come_in_order_with_numbers_as_written() -> None:
    text = ' [ {"id": 12345678901234567, "cost": 0.10, "none": null, "yes": true},\n {"id": "1"} ] '
    assert items(text) == [{"id": "12345678901234567", "cost": "0.10", "none": None, "yes": True}, {"id": "1"}]
    assert items("[]") == items("[\n]") == []


@pytest.mark.parametrize(
    ("written", "cell"),
    [
        ("1.0E7", "10000000.0"),
        ("5.0E-4", "0.00050"),
        ("4.68E+14", "468000000000000.0"),
        ("1e999", "1e999"),
        ("1e99999999", "1e99999999"),
        ("-0.5", "-0.5"),
    ],
)
def test_exponents_are_written_out_with_a_point_so_that_none_looks_like_an_id(written: str, cell: str) -> None:
    assert items(f"[{written}]") == [cell]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("", 0),
        ("{}", 0),
        ("[", 0),
        ("[1", 1),
        ('[{"a": 1}', 1),
        ('[{"a": 1},', 1),
        ('[{"a": 1},]', 1),
        ('[{"a": 1} {"a": 2}]', 1),
        ('[{"a": 1}, {"a": ', 1),
        ('[{"a": 1}, {"a": nope}, {"a": 3}]', 1),
        ('[{"a": 1}] x', 1),
        ("[,1]", 0),
        ("[NaN]", 0),
        ("[" * 100_000, 0),
    ],
)
def test_a_broken_array_gives_its_whole_records_and_then_the_damage(text: str, whole: int) -> None:
    came: list[Any] = []
    with pytest.raises(BrokenArray):
        came.extend(array_items(io.StringIO(text)))
    assert len(came) == whole


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text(max_size=9), max_size=4), max_size=9), st.integers(1, 40))
def test_where_the_blocks_are_cut_makes_no_difference(records: list[dict[str, str]], block: int) -> None:
    text = json.dumps(records, ensure_ascii=False, indent=1)
    before = json_array._BLOCK_CHARACTERS
    json_array._BLOCK_CHARACTERS = block
    try:
        assert items(text) == records
    finally:
        json_array._BLOCK_CHARACTERS = before


def test_a_record_beyond_all_bounds_is_refused_not_gathered() -> None:
    class Endless(io.TextIOBase):
        given = 0

        def read(self, size: int | None = -1, /) -> str:
            Endless.given += 1
            return "[" if Endless.given == 1 else '"' + "x" * 1_000_000 if Endless.given == 2 else "x" * 1_000_000

    with pytest.raises(BrokenArray):
        next(array_items(Endless()))  # type: ignore[arg-type]
    assert Endless.given < 10


def test_what_is_no_plain_value_is_an_empty_cell() -> None:
    assert [cell_of(value) for value in (None, [1], {"a": 1}, True, False, "x", 5)] == [
        "",
        "",
        "",
        "true",
        "false",
        "x",
        "5",
    ]
