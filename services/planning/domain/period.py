"""Decides what a period is: whole days, both ends included, and how much of it has gone by on a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.planning.domain.months import last_day, months_between


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start_date` to `end_date`; ValueError where it ends before it begins."""

    start_date: date
    end_date: date

    def __post_init__(self) -> None:
        if self.end_date < self.start_date:
            raise ValueError("a period ends no earlier than it begins")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end_date - self.start_date).days + 1

    @property
    def months(self) -> tuple[date, ...]:
        """Every month that it touches."""
        return months_between(self.start_date, self.end_date)

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start_date <= day <= self.end_date

    def encloses(self, other: "Period") -> bool:
        """Whether no day of the other lies outside."""
        return self.start_date <= other.start_date and other.end_date <= self.end_date

    def meets(self, other: "Period") -> bool:
        """Whether they have a day in common."""
        return self.start_date <= other.end_date and other.start_date <= self.end_date

    def days_until(self, day: date) -> int:
        """How many of its days are over at the end of `day`: none before it begins, all once it has ended."""
        return min(max((day - self.start_date).days + 1, 0), self.days)

    def elapsed_share(self, day: date) -> Decimal:
        """The part of it, 0-1, that is over at the end of `day`."""
        return Decimal(self.days_until(day)) / self.days

    def part_in(self, other: "Period") -> "Period | None":
        """The days that both have."""
        return (
            Period(max(self.start_date, other.start_date), min(self.end_date, other.end_date))
            if self.meets(other)
            else None
        )

    def each_day(self) -> Iterator[date]:
        """Its days, in order."""
        return (self.start_date + timedelta(days=step) for step in range(self.days))


def month_period(month: date) -> Period:
    """The whole month that begins on `month`."""
    return Period(month, last_day(month))
