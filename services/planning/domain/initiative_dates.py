"""Decides how the dates of an initiative are ordered, which of them is its finish, and what a slip does to them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from services.planning.domain.initiative_states import DEVELOPED, DateName, InitiativeKind


@dataclass(frozen=True, slots=True)
class Dates:
    """Start of work, end of development, launch, and end (of the life of a product, of the work of anything else)."""

    start: date | None = None
    dev_done: date | None = None
    launch: date | None = None
    end: date | None = None

    def get(self, name: DateName) -> date | None:
        """The date of that name."""
        return {
            DateName.START: self.start,
            DateName.DEV_DONE: self.dev_done,
            DateName.LAUNCH: self.launch,
            DateName.END: self.end,
        }[name]

    @property
    def known(self) -> tuple[tuple[DateName, date], ...]:
        """Those that are set, in their order."""
        return tuple((name, day) for name in DateName if (day := self.get(name)) is not None)


@dataclass(frozen=True, slots=True)
class DateOrderFault:
    """`later` comes before `earlier`, which must not be after it."""

    earlier: DateName
    later: DateName


def order_faults(dates: Dates) -> tuple[DateOrderFault, ...]:
    """Neighbouring dates that stand the wrong way round; days may coincide."""
    return tuple(
        DateOrderFault(before, after) for (before, earlier), (after, later) in pairwise(dates.known) if later < earlier
    )


def future_dates(actual: Dates, today: date) -> tuple[DateName, ...]:
    """Actual dates that have not come yet."""
    return tuple(name for name, day in actual.known if day > today)


def finish_name(kind: InitiativeKind) -> DateName:
    """Which date others wait for: the launch of what is developed, the end of all else."""
    return DateName.LAUNCH if kind in DEVELOPED else DateName.END


def finish_of(dates: Dates, kind: InitiativeKind) -> date | None:
    """The day others wait for, if it is set."""
    return dates.get(finish_name(kind))


def forecast_dates(kind: InitiativeKind, committed: Dates, actual: Dates, start: date, finish: date) -> Dates:
    """What to expect of all four dates once the schedule has said start and finish.

    Actual dates stand. Development ends as many days before the finish as was committed, never before the start. The
    end of a developed product's life is not moved by a late launch, except that it cannot come before it; a launch
    inside other work keeps its distance to the end.
    """
    committed_finish = finish_of(committed, kind)
    slip = finish - committed_finish if committed_finish is not None else timedelta(0)

    def moved(day: date | None) -> date | None:
        return None if day is None else max(start, day + slip)

    expected = Dates(start, moved(committed.dev_done), moved(committed.launch), committed.end)
    if finish_name(kind) is DateName.LAUNCH:
        end = expected.end if expected.end is None else max(expected.end, finish)
        expected = replace(expected, launch=finish, end=end)
    else:
        expected = replace(expected, end=finish)
    return Dates(
        actual.start or expected.start,
        actual.dev_done or expected.dev_done,
        actual.launch or expected.launch,
        actual.end or expected.end,
    )
