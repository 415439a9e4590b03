"""Decides which columns the rows of a body have in CSV and XLSX, and of which type their cells are."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from shared.files.csv_out import Cell

# The name of a column, and what reads its cell from a row as JSON has it.
Column = tuple[str, Callable[[Any], Cell]]


def columns_of(item: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of rows of this type, in its order: nested bodies become `price_amount`, `price_currency`."""
    return tuple(_columns(item))


def _columns(item: type[BaseModel], prefix: str = "", path: tuple[str, ...] = ()) -> Iterator[Column]:
    for name, each in item.model_fields.items():
        nested, reader = _nested_body(each.annotation), _reader(each.annotation)
        if nested is not None:
            yield from _columns(nested, f"{prefix}{name}_", (*path, name))
        else:
            yield prefix + name, _cell_reader((*path, name), reader)


def _cell_reader(path: tuple[str, ...], reader: Any) -> Any:
    def read(row: Any) -> Any:
        for name in path:
            if row is None:
                return None
            row = row.get(name)
        return None if row is None else reader(row)

    return read


def _plain_types(annotation: Any) -> set[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _plain_types(get_args(annotation)[0])
    if origin is Union or type(annotation).__name__ == "UnionType":
        return set().union(*(_plain_types(each) for each in get_args(annotation)))
    return {annotation}


def _nested_body(annotation: Any) -> type[BaseModel] | None:
    found = [each for each in _plain_types(annotation) if isinstance(each, type) and issubclass(each, BaseModel)]
    return found[0] if len(found) == 1 else None


def _day(value: str) -> date | str:
    """A day as a cell of its own type; a month (2027-01) is written as it is."""
    return date.fromisoformat(value) if len(value) == len("2027-01-31") else value


def _reader(annotation: Any) -> Any:
    """How a JSON value becomes a cell of its own type."""
    plain = _plain_types(annotation)
    if Decimal in plain:
        return Decimal
    if datetime in plain:
        return datetime.fromisoformat
    if date in plain:
        return _day
    return _text


def _text(value: Any) -> Cell:
    """Several values as one text, named ones as `year=1200; months=1100`; a single value as it is."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "; ".join(f"{name}={each}" for name, each in value.items()) if isinstance(value, dict) else value
