"""Decides how the cells of a text file are separated and quoted, from its header line and, if wrapped, its body."""

import csv
from dataclasses import dataclass
from typing import Literal

Delimiter = Literal["\t", ",", ";"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """`wrapped`: every header cell stands in quotes. `doubled`: inner quotes of a wrapped TSV are written twice."""

    delimiter: Delimiter
    wrapped: bool = False
    doubled: bool = True
    line_end: Literal["\n", "\r"] = "\n"


def detect_dialect(head: str) -> Dialect:
    """The dialect of a text whose first line that is not blank is the header.

    A tab in the header means tabs; else whichever of comma and semicolon splits it into more cells.
    """
    line_end: Literal["\n", "\r"] = "\r" if "\n" not in head and "\r" in head else "\n"
    header = next((line for line in head.split(line_end) if line.strip()), "").strip("\r\n")
    if "\t" in header:
        cells = header.split("\t")
        return Dialect("\t", wrapped=all(is_wrapped(cell) for cell in cells), line_end=line_end)
    commas, semicolons = split_standard(header, ","), split_standard(header, ";")
    delimiter: Delimiter = ";" if len(semicolons) > len(commas) else ","
    wrapped = all(is_wrapped(cell) for cell in header.split(delimiter))
    return Dialect(delimiter, wrapped=wrapped, line_end=line_end)


def is_wrapped(cell: str) -> bool:
    """Whether a raw cell stands in quotes."""
    return len(cell) >= 2 and cell[0] == cell[-1] == '"'


def has_lone_quote(cell: str) -> bool:
    """Whether a cell without its wrappers holds a quote that is not one of a pair."""
    return '"' in cell.replace('""', "")


def unwrap(cell: str, *, doubled: bool) -> str:
    """The content of a wrapped TSV cell; a cell without wrappers is left as it is."""
    if not is_wrapped(cell):
        return cell
    return cell[1:-1].replace('""', '"') if doubled else cell[1:-1]


def split_standard(line: str, delimiter: str) -> list[str]:
    """One line as RFC 4180 cells, forgiving; a line the reader refuses altogether is one cell."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]
