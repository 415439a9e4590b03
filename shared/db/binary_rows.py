"""Turns arrays and records into the rows of Postgres' binary COPY, and such rows into arrays again."""

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_SIGNATURE = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = -1  # the length of what is not there
_AT_ONCE = 8_192  # rows
# How a column of numpy's kind and size is sent: network byte order.
_SENT = {"i2": ">i2", "i4": ">i4", "i8": ">i8", "f4": ">f4", "f8": ">f8", "b1": "u1"}
# The types of attributes as Postgres numbers them.
_TYPES = {"i2": 21, "i4": 23, "i8": 20, "f4": 700, "f8": 701, "b1": 16, "V16": 2950}
_ARRAY_HEAD = struct.Struct(">iiIii").pack  # dimensions, whether any is null, type of the elements, how many, from 1
_EPOCH = date(2000, 1, 1).toordinal()  # of Postgres
_COUNT, _LENGTH = struct.Struct(">h").pack, struct.Struct(">i").pack
_UUID_LENGTH = _LENGTH(16)
_SIZED_INTEGER, _SIZED_DOUBLE = struct.Struct(">ii").pack, struct.Struct(">id").pack


def uuid_column(identifiers: Sequence[UUID]) -> NDArray[np.void]:
    """Identifiers as a column, shape (n,)."""
    return np.frombuffer(b"".join(each.bytes for each in identifiers), dtype="V16")


def packed_rows(columns: Sequence[NDArray[np.generic]], texts: Sequence[bytes | None] | None = None) -> bytes:
    """The content of a binary COPY of n rows; every column of shape (n,).

    Integers of 2, 4 and 8 bytes, floats of 4 and 8, booleans, and `uuid_column`s; the table's types must be of the
    same size. Nothing is null: send NaN and make it null where the rows are taken over. `texts` (n,) are a last
    column of UTF-8, where None is null.
    """
    count = len(columns[0])
    if texts is not None and len(texts) != count:
        raise ValueError("columns of unequal length")
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for number, column in enumerate(columns):
        if len(column) != count:
            raise ValueError("columns of unequal length")
        fields += [(f"length{number}", ">i4"), (f"value{number}", _sent_as(column))]
    if texts is not None:
        fields.append(("text_length", ">i4"))
    rows = np.zeros(count, dtype=fields)
    rows["fields"] = len(columns) + (texts is not None)
    for number, column in enumerate(columns):
        rows[f"length{number}"] = column.dtype.itemsize
        rows[f"value{number}"] = column
    if texts is None:
        return _SIGNATURE + rows.tobytes() + _END
    rows["text_length"] = [_NULL if text is None else len(text) for text in texts]
    content = rows.view(f"V{rows.itemsize}").tolist()
    return b"".join(
        (_SIGNATURE, *chain.from_iterable(zip(content, (text or b"" for text in texts), strict=True)), _END)
    )


def packed_items(columns: Sequence[NDArray[np.generic]], item_type: int, starts: Sequence[int]) -> list[bytes]:
    """Arrays of a composite type, each as the value of a binary row: one from each of `starts` to the next.

    The columns (n,) are the attributes in their order, of the kinds of `packed_rows`, and nothing is null. `item_type`
    is the number that this database gave to the type.
    """
    count = len(columns[0])
    fields: list[tuple[str, str]] = [("length", ">i4"), ("attributes", ">i4")]
    for number, column in enumerate(columns):
        if len(column) != count:
            raise ValueError("columns of unequal length")
        fields += [(f"type{number}", ">u4"), (f"length{number}", ">i4"), (f"value{number}", _sent_as(column))]
    items = np.zeros(count, dtype=fields)
    items["length"], items["attributes"] = items.itemsize - 4, len(columns)
    for number, column in enumerate(columns):
        kind = column.dtype.kind
        items[f"type{number}"] = _TYPES[f"{kind}{column.dtype.itemsize}"]
        items[f"length{number}"] = column.dtype.itemsize
        items[f"value{number}"] = column
    parts = zip(starts, [*starts[1:], count][: len(starts)], strict=True)
    return [_ARRAY_HEAD(1, 0, item_type, stop - start, 1) + items[start:stop].tobytes() for start, stop in parts]


def packed_records(kinds: Sequence[str], records: Iterable[Sequence[Any]]) -> bytes:
    """The content of a binary COPY of records, whose values are of the columns' types `kinds`; None is null.

    For what is made in a child: its asker passes the bytes on without looking at the rows. TypeError for a type
    without a form here: send a numeric as text and cast it where the rows are taken over.
    """
    unknown = sorted(set(kinds) - set(_FORMS))
    if unknown:
        raise TypeError(f"a column of {', '.join(unknown)} has no binary form here")
    forms = [_FORMS[kind] for kind in kinds]
    parts, begin, null = [_SIGNATURE], _COUNT(len(kinds)), _LENGTH(_NULL)
    for record in records:
        parts.append(begin)
        parts += [null if value is None else form(value) for form, value in zip(forms, record, strict=True)]
    parts.append(_END)
    return b"".join(parts)


def unpacked_rows(content: bytes, columns: Mapping[str, str]) -> dict[str, NDArray[np.generic]]:
    """The arrays, each (n,), of a binary COPY of rows with these columns: names and numpy types, as in `{"id": "V16"}`.

    ValueError where a value is null or of another size: make the query say something else instead of null.
    """
    sent = {name: _sent_as(np.zeros(0, dtype=kind)) for name, kind in columns.items()}
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in sent.items():
        fields += [(f"length_{name}", ">i4"), (name, kind)]
    row = np.dtype(fields)
    count, rest = divmod(len(content) - len(_SIGNATURE) - len(_END), row.itemsize)
    rows = np.frombuffer(content, row, max(count, 0), len(_SIGNATURE))
    lengths = [(f"length_{name}", np.dtype(kind).itemsize) for name, kind in columns.items()]
    if rest or count < 0 or any((rows[name] != size).any() for name, size in lengths):
        raise ValueError("a value is null, or of another size than its column")
    return {name: np.ascontiguousarray(rows[name]).astype(kind) for name, kind in columns.items()}


def unpacked_with_texts(content: bytes, columns: Mapping[str, str]) -> tuple[dict[str, NDArray[np.generic]], list[str]]:
    """The same of rows whose last column is a text, which is not null: the arrays, and the texts."""
    sent = {name: _sent_as(np.zeros(0, dtype=kind)) for name, kind in columns.items()}
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in sent.items():
        fields += [(f"length_{name}", ">i4"), (name, kind)]
    row = np.dtype([*fields, ("text_length", ">i4")])
    # Where a row begins, only the row before it tells: a loop over what says how long each text is.
    size, length_of = row.itemsize, struct.Struct(">i").unpack_from
    told, end, lengths = len(_SIGNATURE) + size - 4, len(content) - len(_END), list[int]()
    while told + 4 <= end:
        length = length_of(content, told)[0]
        if length < 0:
            raise ValueError("a value is null, or of another size than its column")
        lengths.append(length)
        told += size + length
    if told != end + size - 4:
        raise ValueError("a value is null, or of another size than its column")
    begins = len(_SIGNATURE) + np.cumsum([0, *lengths])[:-1] + size * np.arange(len(lengths))
    found = {name: np.empty(len(begins), dtype=kind) for name, kind in columns.items()}
    windows = sliding_window_view(np.frombuffer(content, np.uint8), size) if lengths else np.zeros((0, size), np.uint8)
    # Some at a time, which a processor keeps close at hand on their way from rows to columns.
    for first in range(0, len(begins), _AT_ONCE):
        rows = windows[begins[first : first + _AT_ONCE]].view(row)[:, 0]
        for name, column in found.items():
            if (rows[f"length_{name}"] != column.itemsize).any():
                raise ValueError("a value is null, or of another size than its column")
            column[first : first + _AT_ONCE] = rows[name]
    texts = zip((begins + size).tolist(), lengths, strict=True)
    return found, _decoded([content[begin : begin + length] for begin, length in texts])


def _decoded(texts: Sequence[bytes]) -> list[str]:
    """All at once, with a character between them that no text of Postgres holds."""
    return b"\0".join(texts).decode().split("\0") if texts else []


def _sent_as(column: NDArray[np.generic]) -> str:
    if column.dtype.kind == "V" and column.dtype.itemsize == 16:
        return "V16"
    kind = f"{column.dtype.kind}{column.dtype.itemsize}"
    if kind not in _SENT:
        raise TypeError(f"a column of {column.dtype} has no binary form here")
    return _SENT[kind]


def _sized(content: bytes) -> bytes:
    return _LENGTH(len(content)) + content


# How a value of a type is sent, with its length before it; a `jsonb` is given as the bytes of its JSON.
_FORMS: Mapping[str, Callable[[Any], bytes]] = {
    "uuid": lambda value: _UUID_LENGTH + value.bytes,
    "text": lambda value: _sized(value.encode()),
    "integer": lambda value: _SIZED_INTEGER(4, value),
    "double precision": lambda value: _SIZED_DOUBLE(8, value),
    "date": lambda value: _SIZED_INTEGER(4, value.toordinal() - _EPOCH),
    "jsonb": lambda value: _LENGTH(len(value) + 1) + b"\x01" + value,
}
