"""Decides what dates, instants, yes-or-no cells and ids written in files mean, or refuses them."""

import re
import unicodedata
from datetime import UTC, date, datetime
from typing import Literal

from shared.files.problems import CellProblem

Order = Literal["mdy", "dmy", "ymd"]

FIRST_YEAR, LAST_YEAR = 1990, 2199

_PARTS = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")
_SCIENTIFIC = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_SHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_YES = frozenset({"yes", "y", "true", "t", "1", "ja", "是", "はい", "在庫あり", "有货"})
_NO = frozenset({"no", "n", "false", "f", "0", "nein", "否", "いいえ", "在庫なし", "无货"})


def read_day(text: str, order: Order) -> date:
    """A calendar day. Year first is always understood; else `order` decides and is never guessed per row.

    Two-digit years are of this century. Raises CellProblem `bad_date`.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _PARTS.fullmatch(plain)
    if found is None:
        raise CellProblem("bad_date", "This is not a date; write it as 2026-01-31.")
    first, _, second, third = found.groups()
    try:
        if len(first) == 4 and len(third) <= 2:
            return _sensible(date(int(first), int(second), int(third)))
        if order == "ymd" or len(first) > 2 or len(third) not in (2, 4):
            raise ValueError
        year = int(third) + (2000 if len(third) == 2 else 0)
        month, day = (first, second) if order == "mdy" else (second, first)
        return _sensible(date(year, int(month), int(day)))
    except ValueError:
        kind = {"mdy": "month first", "dmy": "day first", "ymd": "year first"}[order]
        raise CellProblem("bad_date", f"This is not a date here ({kind}); 2026-01-31 is always understood.") from None


def read_instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset, in UTC. Raises CellProblem `bad_instant`."""
    try:
        instant = datetime.fromisoformat(text.strip())
        if instant.tzinfo is not None:
            _sensible(instant.date())
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise CellProblem("bad_instant", "This is not a moment with an offset, such as 2026-01-31T08:00:00+00:00.")


def _sensible(day: date) -> date:
    """Raises ValueError outside the years in which a seller's file can have been written."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day


def read_boolean(text: str) -> bool | None:
    """Yes, no, or None for an empty cell: what is not said is not false. Raises CellProblem `bad_boolean`."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if not plain:
        return None
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise CellProblem("bad_boolean", "Yes or no is needed here, or nothing.")


def read_identifier(text: str, max_length: int = 200) -> str:
    """An id as text, trimmed, `="…"` unpacked. What a spreadsheet has ruined is refused.

    Raises CellProblem `damaged_id` for `4.68E+14`, `sheet_error` for `#N/A`, `control_character`, `too_long`.
    """
    plain = read_text(text, max_length)
    if plain.startswith("=") and (wrapped := _FORMULA_TEXT.fullmatch(plain)):
        plain = wrapped[1].strip()
    if "+" in plain and _SCIENTIFIC.fullmatch(plain):
        raise CellProblem("damaged_id", "A spreadsheet has rounded this id; export the file again, ids as text.")
    return plain


def read_text(text: str, max_length: int = 2000) -> str:
    """Trimmed text without control characters. Raises CellProblem."""
    plain = text.strip()
    if plain.startswith("#") and plain in _SHEET_ERRORS:
        raise CellProblem("sheet_error", "A spreadsheet formula has failed in this cell.")
    if len(plain) > max_length:
        raise CellProblem("too_long", f"At most {max_length} characters are allowed here.")
    if not plain.isprintable() and _UNSTORABLE.search(plain):
        raise CellProblem("control_character", "The cell holds a control character.")
    return plain
