"""Decides when work that takes so many days is finished, where a factory is closed on some of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days on which nothing is made (New Year), both inclusive. Raises ValueError if it ends before it begins."""

    from_date: date
    to_date: date

    def __post_init__(self) -> None:
        if self.to_date < self.from_date:
            raise ValueError("a closure ends before it begins")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The closures of a factory, in order and apart from one another; every other day counts, weekends too."""

    closures: tuple[Closure, ...] = ()

    @staticmethod
    def of(closures: Iterable[Closure]) -> "WorkCalendar":
        """The calendar of these closures, which may overlap and come in any order."""
        joined: list[Closure] = []
        for closure in sorted(closures, key=lambda each: (each.from_date, each.to_date)):
            if joined and closure.from_date <= joined[-1].to_date + _DAY:
                joined[-1] = Closure(joined[-1].from_date, max(joined[-1].to_date, closure.to_date))
            else:
                joined.append(closure)
        return WorkCalendar(tuple(joined))

    def finish(self, start: date, effort_days: int) -> date:
        """The day on which work of `effort_days` begun on `start` is done: ten days from the 1st end on the 11th.

        Closed days are not worked; work that would begin on one begins after it. No effort is done at once. Raises
        ValueError for negative effort.
        """
        if effort_days < 0:
            raise ValueError("effort is not negative")
        day, left = start, effort_days
        for closure in self.closures:
            if left == 0:
                break
            if closure.to_date < day:
                continue
            open_days = (closure.from_date - day).days
            if open_days >= left:
                break
            left -= max(open_days, 0)
            day = closure.to_date + _DAY
        return day + left * _DAY

    def latest_start(self, finish: date, effort_days: int) -> date:
        """The last day on which such work may begin and still be done by `finish`. Raises as `finish` does."""
        if effort_days < 0:
            raise ValueError("effort is not negative")
        day, left = finish, effort_days
        for closure in reversed(self.closures):
            if left == 0:
                break
            if closure.from_date >= day:
                continue
            open_days = (day - closure.to_date).days - 1
            if open_days >= left:
                break
            left -= max(open_days, 0)
            day = closure.from_date
        return day - left * _DAY


ALWAYS_OPEN = WorkCalendar()
