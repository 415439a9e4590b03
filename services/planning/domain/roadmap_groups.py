"""Decides how the bars of a roadmap are put together: in groups of a name, each bar by its start."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.planning.domain.initiative_dates import Dates, finish_of
from services.planning.domain.initiative_states import InitiativeKind

GroupName = tuple[str, str]  # key and name


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that belong together, by their keys; without key and name those that belong to nothing."""

    key: str | None
    name: str | None
    members: tuple[str, ...]


def grouped(keys: Iterable[str], groups_of: Mapping[str, Iterable[GroupName]]) -> tuple[Group, ...]:
    """The groups by name, those without a group last; the order of `keys` is kept, and one may be in several groups."""
    members: dict[GroupName | None, list[str]] = defaultdict(list)
    for key in keys:
        for group in tuple(groups_of.get(key, ())) or (None,):
            members[group].append(key)
    named = sorted((group for group in members if group is not None), key=lambda group: (group[1].casefold(), group[0]))
    ordered: list[GroupName | None] = [*named, *([None] if None in members else [])]
    return tuple(
        Group(None if group is None else group[0], None if group is None else group[1], tuple(members[group]))
        for group in ordered
    )


def quarter_text(day: date) -> str:
    """The quarter of the calendar that the day lies in: 2027-Q3."""
    return f"{day.year:04}-Q{(day.month + 2) // 3}"


def due_quarter(kind: InitiativeKind, *by_precedence: Dates) -> str | None:
    """The quarter in which the initiative is finished, by the first of these dates that say when."""
    for dates in by_precedence:
        day = finish_of(dates, kind)
        if day is not None:
            return quarter_text(day)
    return None


def touches(window: tuple[date | None, date | None], *dates: Dates) -> bool:
    """Whether any of these stretches of dates reaches into the window, both of whose ends may be open.

    What has no dates at all is in a window only where both ends are open.
    """
    first, last = window
    if first is None and last is None:
        return True
    for each in dates:
        known = [day for _, day in each.known]
        if known and (first is None or max(known) >= first) and (last is None or min(known) <= last):
            return True
    return False
