"""Decides what a month is here: the first of its days; written 2027-01."""

import re
from calendar import monthrange
from datetime import date

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_of(day: date) -> date:
    """The month that the day lies in."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The month so many later (negative: earlier). Raises ValueError outside the years 1-9999."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Every month touched by the days from `first` to `last`, both inclusive; none where they end before they begin."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(add_months(month_of(first), step) for step in range(count)) if first <= last else ()


def days_in_month(month: date) -> int:
    """How many days the month has."""
    return monthrange(month.year, month.month)[1]


def last_day(month: date) -> date:
    """The last day of the month."""
    return month.replace(day=days_in_month(month))


def month_text(month: date) -> str:
    """The month as it is written: 2027-01."""
    return f"{month.year:04}-{month.month:02}"


def read_month(text: str) -> date:
    """The month of `2027-01`. Raises ValueError for anything else."""
    found = _MONTH.fullmatch(text)
    if found is None or found[1] == "0000":
        raise ValueError("a month is written as 2027-01")
    return date(int(found[1]), int(found[2]), 1)
