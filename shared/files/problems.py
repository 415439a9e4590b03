"""What can be wrong with a file as a whole (FileProblem), with a row (RowError), or worth saying (Notice)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHOWN_VALUE_CHARACTERS = 120


class FileProblem(Exception):
    """The file as a whole cannot be read; `code` is stable, `params` hold the facts of the sentence."""

    def __init__(self, code: str, message: str, params: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.params: dict[str, Any] = dict(params or {})


class CellProblem(Exception):
    """One cell cannot be read; the row reader turns it into a RowError with its place."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class RowError:
    """One reason why one row was not taken.

    `line` is the physical line of the file on which the row begins (1 is the first line, the header counts);
    in a JSON document it is the position of the record in its list. `column` is the header as printed.
    """

    line: int
    column: str | None
    code: str
    message: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the reader did or saw that a person may want to know; no row is lost by it."""

    code: str
    message: str
    line: int | None = None
    column: str | None = None
    value: str | None = None


def shown(value: str) -> str:
    """A cell as it may be quoted in an error: cut, and without control characters."""
    text = "".join(ch if ch.isprintable() else "�" for ch in value[: SHOWN_VALUE_CHARACTERS + 1])
    return text if len(value) <= SHOWN_VALUE_CHARACTERS else text[:SHOWN_VALUE_CHARACTERS] + "…"
