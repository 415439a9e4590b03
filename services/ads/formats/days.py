"""Decides which days the dates of advertising files mean, among them `Oct 23, 2019` and 20260131."""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from shared.files.problems import CellProblem
from shared.files.values import Order, read_day

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED = re.compile(r"([A-Za-z]{3})[a-z]{0,6}\.?\s+([0-9]{1,2}),?\s+([0-9]{4})")
_UNPARTED = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_JAPANESE = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_RANGE = re.compile(r"\s+[-–—]\s+")


@lru_cache(maxsize=4096)
def read_report_day(text: str, order: Order) -> date:
    """A calendar day: `Oct 23, 2019` (English in files of all languages), `20260131`, `2026年1月31日`, a day with a
    midnight behind it, or figures in the given order. Raises CellProblem `bad_date`.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("T00:00:00")
    if found := _NAMED.fullmatch(plain):
        month = found[1].casefold()
        if month in _MONTHS:
            plain = f"{found[3]}-{_MONTHS.index(month) + 1}-{found[2]}"
    elif found := _UNPARTED.fullmatch(plain) or _JAPANESE.fullmatch(plain):
        plain = f"{found[1]}-{found[2]}-{found[3]}"
    return read_day(plain, order)


def read_report_range(text: str, order: Order) -> tuple[date, date]:
    """The first and last day of `Sep 02, 2025 - Sep 25, 2025`. Raises CellProblem `bad_date`."""
    parts = _RANGE.split(text.strip())
    if len(parts) > 2:
        raise CellProblem("bad_date", "This is no range of two dates.")
    return read_report_day(parts[0], order), read_report_day(parts[-1], order)
