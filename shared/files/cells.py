"""Gives one row's cells as typed values, and gathers an error per cell instead of stopping at the first."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from shared.core.currencies import is_current_currency
from shared.core.marketplaces import Marketplace, find_marketplace
from shared.files.facts import Facts
from shared.files.numbers import read_decimal, read_integer, read_percent, read_ratio
from shared.files.problems import CellProblem, Notice, RowError, shown
from shared.files.values import Order, read_boolean, read_day, read_identifier, read_instant, read_text

MAX_INTEGER = 2**31 - 1
MAX_AMOUNT = Decimal(10) ** 14
EMPTY_DAY = date.min

T = TypeVar("T")

_CURRENCY_LENGTH = 3


class Cells:
    """One row. A reader asks for columns by name; a cell that cannot be read becomes an error of the row.

    Required values come back as a stand-in when unreadable: a row with errors is never used.
    """

    __slots__ = (
        "decimal_comma",
        "dotted_groups",
        "errors",
        "facts",
        "line",
        "notices",
        "positions",
        "printed",
        "values",
    )

    def __init__(
        self,
        positions: Mapping[str, int],
        printed: Mapping[str, str],
        facts: Facts,
        *,
        decimal_comma: bool = False,
        dotted_groups: bool = False,
    ) -> None:
        self.positions = positions
        self.printed = printed
        self.facts = facts
        self.decimal_comma = decimal_comma
        self.dotted_groups = dotted_groups
        self.line = 0
        self.values: Sequence[str] = ()
        self.errors: list[RowError] = []
        self.notices: list[Notice] = []

    def set(self, line: int, values: Sequence[str]) -> None:
        """Turn to the next row."""
        self.line, self.values, self.errors, self.notices = line, values, [], []

    def has(self, column: str) -> bool:
        """Whether the file has the column at all."""
        return column in self.positions

    def raw(self, column: str) -> str:
        """The cell as written, trimmed; empty when the file lacks the column."""
        position = self.positions.get(column)
        return "" if position is None else self.values[position].strip()

    def refuse(self, column: str | None, code: str, message: str) -> None:
        """Record an error of this row."""
        value = shown(self.raw(column)) if column else None
        name = self.printed.get(column, column) if column else None
        self.errors.append(RowError(self.line, name, code, message, value))

    def remark(self, column: str | None, code: str, message: str) -> None:
        """Record something worth saying about a row that is taken."""
        value = shown(self.raw(column)) if column else None
        name = self.printed.get(column, column) if column else None
        self.notices.append(Notice(code, message, self.line, name, value))

    def _read(self, column: str, read: Callable[[str], T]) -> T | None:
        position = self.positions.get(column)
        text = "" if position is None else self.values[position].strip()
        if not text:
            return None
        try:
            return read(text)
        except CellProblem as problem:
            self.refuse(column, problem.code, problem.message)
            return None

    def _filled(self, column: str, read: Callable[[str], T], stand_in: T) -> T:
        value = self._read(column, read)
        if value is not None:
            return value
        if not self.raw(column):
            self.refuse(column, "empty", "This cell must not be empty.")
        return stand_in

    def text_or_none(self, column: str, max_length: int = 2000) -> str | None:
        """Free text, or None when empty."""
        return self._read(column, lambda text: read_text(text, max_length))

    def identifier(self, column: str, max_length: int = 200) -> str:
        """An id that must be there."""

        def read(text: str) -> str:
            if found := read_identifier(text, max_length):
                return found
            raise CellProblem("empty", "This cell must not be empty.")

        return self._filled(column, read, "")

    def identifier_or_none(self, column: str, max_length: int = 200) -> str | None:
        """An id, or None when empty."""
        return self._read(column, lambda text: read_identifier(text, max_length)) or None

    def integer(self, column: str, *, least: int = 0) -> int:
        """A whole number that must be there."""
        return self._filled(column, lambda text: self._whole(text, least), least)

    def integer_or_none(self, column: str, *, least: int = 0) -> int | None:
        """A whole number, or None: empty is not zero."""
        return self._read(column, lambda text: self._whole(text, least))

    def _whole(self, text: str, least: int) -> int:
        if text.isascii() and text.isdigit() and len(text) < 10:
            value = int(text)
        else:
            value = read_integer(text, decimal_comma=self.dotted_groups)
        if not least <= value <= MAX_INTEGER:
            raise CellProblem("out_of_range", f"A whole number from {least} to {MAX_INTEGER} is needed here.")
        return value

    def amount(self, column: str, *, least: Decimal = Decimal(0)) -> Decimal:
        """An exact number that must be there, not below `least`."""
        return self._filled(column, lambda text: self._exact(text, least), least)

    def amount_or_none(self, column: str, *, least: Decimal | None = Decimal(0)) -> Decimal | None:
        """An exact number, or None; `least` None allows any sign."""
        return self._read(column, lambda text: self._exact(text, least))

    def _exact(self, text: str, least: Decimal | None) -> Decimal:
        value = read_decimal(text, decimal_comma=self.decimal_comma)
        if least is not None and value < least:
            raise CellProblem("out_of_range", f"A number of at least {least} is needed here.")
        if abs(value) >= MAX_AMOUNT:
            raise CellProblem("out_of_range", "The number is too large.")
        return value

    def percent_or_none(self, column: str) -> Decimal | None:
        """A percentage as a ratio (92.30% is 0.923), or None."""
        return self._read(column, lambda text: read_percent(text, decimal_comma=self.decimal_comma))

    def ratio_or_none(self, column: str, *, most: Decimal = Decimal(1)) -> Decimal | None:
        """A ratio from 0 to `most`, written 0.15 or 15 %, or None."""

        def read(text: str) -> Decimal:
            value = read_ratio(text, decimal_comma=self.decimal_comma)
            if not 0 <= value <= most:
                raise CellProblem("out_of_range", f"A ratio from 0 to {most} is needed here, or 15%.")
            return value

        return self._read(column, read)

    def boolean_or_none(self, column: str) -> bool | None:
        """Yes, no, or None when empty or when the file lacks the column."""
        return self._read(column, read_boolean)

    def instant(self, column: str) -> datetime:
        """A moment in UTC that must be there."""
        return self._filled(column, read_instant, _EPOCH)

    def instant_or_none(self, column: str) -> datetime | None:
        """A moment in UTC, or None."""
        return self._read(column, read_instant)

    def day(self, column: str, order: Order = "ymd") -> date:
        """A calendar day that must be there."""
        return self._filled(column, lambda text: read_day(text, order), EMPTY_DAY)

    def day_or_none(self, column: str, order: Order = "ymd") -> date | None:
        """A calendar day, or None."""
        return self._read(column, lambda text: read_day(text, order))

    def currency_or_none(self, column: str) -> str | None:
        """A currency code of three letters, or None."""
        return self._read(column, read_currency)

    def marketplace_or_none(self, column: str) -> Marketplace | None:
        """The marketplace the cell names, or None when empty."""
        return self._read(column, read_marketplace)

    def choice_or_none(self, column: str, choices: Mapping[str, T]) -> T | None:
        """One of a few words, compared folded, or None."""

        def read(text: str) -> T:
            key = " ".join(text.casefold().replace("_", " ").replace("-", " ").split())
            if key not in choices:
                raise CellProblem("unknown_word", f"One of these is needed here: {', '.join(sorted(choices))}.")
            return choices[key]

        return self._read(column, read)


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def read_currency(text: str) -> str:
    """The ISO 4217 code of a currency of today, upper case; RMB is CNY. Raises CellProblem `bad_currency`."""
    code = text.strip().upper()
    if len(code) != _CURRENCY_LENGTH or not code.isascii() or not code.isalpha():
        raise CellProblem("bad_currency", "A currency code of three letters is needed here, such as EUR.")
    code = "CNY" if code == "RMB" else code
    if not is_current_currency(code):
        raise CellProblem("bad_currency", f"{code} is no currency of ISO 4217; write a code such as EUR.")
    return code


def read_marketplace(text: str) -> Marketplace:
    """A marketplace by any of its names. Raises CellProblem `unknown_marketplace`."""
    found = find_marketplace(text)
    if found is None:
        raise CellProblem("unknown_marketplace", "No Amazon marketplace has this name; write a code such as DE.")
    return found
