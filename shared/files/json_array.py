"""Reads a JSON array of records one by one in bounded memory, every number as the text it was written with."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NoReturn, TextIO

MAX_RECORD_CHARACTERS = 4 * 1024 * 1024
_BLOCK_CHARACTERS = 1024 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_MOST_EXPONENT = 30


class BrokenArray(ValueError):
    """The text is no JSON array, or ends within one."""


def array_items(text: TextIO) -> Iterator[Any]:
    """The entries of the array. Raises BrokenArray where it breaks off, behind the entries that came whole."""
    buffer, position = "", 0
    expected = "["
    while True:
        position = _end_of_space(buffer, position)
        if position == len(buffer):
            buffer, position = text.read(_BLOCK_CHARACTERS), 0
            if not buffer:
                raise BrokenArray("the array is not closed")
            continue
        mark = buffer[position]
        if mark == "]" and expected in ("entry or ]", ", or ]"):
            if buffer[position + 1 :].strip() or text.read(_BLOCK_CHARACTERS).strip():
                raise BrokenArray("something follows the array")
            return
        if expected == "[" or expected == ", or ]":
            if mark != expected[0]:
                raise BrokenArray(f"{expected} was expected")
            expected = "entry or ]" if mark == "[" else "entry"
            position += 1
            continue
        entry, buffer, position = _entry(text, buffer, position)
        yield entry
        expected = ", or ]"


def _end_of_space(buffer: str, position: int) -> int:
    found = _SPACE.match(buffer, position)
    return found.end() if found else position


def _entry(text: TextIO, buffer: str, position: int) -> tuple[Any, str, int]:
    """The entry that begins at the position, and the buffer and position behind it; reads on while it is not whole."""
    while True:
        try:
            entry, end = _DECODER.raw_decode(buffer, position)
            return entry, buffer, end
        except RecursionError as error:
            raise BrokenArray("an entry is nested too deeply") from error
        except ValueError as error:
            more = text.read(_BLOCK_CHARACTERS) if len(buffer) - position <= MAX_RECORD_CHARACTERS else ""
            if not more:
                raise BrokenArray("an entry is damaged or cut off") from error
            buffer, position = buffer[position:] + more, 0


def _float(text: str) -> str:
    """The number as written; one with an exponent without it and with a decimal point, so that it is never an id."""
    _, mark, exponent = text.lower().partition("e")
    if not mark or len(exponent) > 3 or abs(int(exponent)) > _MOST_EXPONENT or len(text) > 60:
        return text
    plain = format(Decimal(text), "f")
    return plain if "." in plain else plain + ".0"


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


_DECODER = json.JSONDecoder(parse_float=_float, parse_int=str, parse_constant=_constant)


def cell_of(value: object) -> str:
    """A JSON value as the cell of a table; what is no plain value is empty."""
    if value is None or isinstance(value, dict | list):
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
