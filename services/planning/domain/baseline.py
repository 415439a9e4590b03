"""Decides how a roadmap differs from an earlier picture of it, and how far a period's launches kept their word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.initiative_dates import Dates
from services.planning.domain.initiative_states import DateName, InitiativeStatus

# Which of an initiative's dates a baseline holds it to: what was promised, else expected, else meant.
_HELD_TO = ("committed.", "forecast.", "planned.")

Frozen = str | int | bool | None | tuple[object, ...]
Row = Mapping[str, object]

# A date that is promised or expected; one that is actual has happened, and moved nothing.
_MOVING = ("planned.", "committed.", "forecast.")
# What comes and goes with the work itself: neither its dates nor its scope.
_PASSING = ("status", "actual.", "owner_id")
# What follows from other changes, here or elsewhere on the roadmap.
_FOLLOWING = ("slip_days", "slack_days", "cause")


class DifferenceKind(StrEnum):
    """What became of an initiative since the baseline; several may hold."""

    ADDED = "added"
    REMOVED = "removed"  # no longer in the selection at all
    KILLED = "killed"
    MOVED = "moved"
    RESCOPED = "rescoped"
    PROGRESSED = "progressed"  # status, owner, actual dates


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after."""

    field: str
    old: Frozen
    new: Frozen


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different about one initiative; `moved_days` is by how much its launch or end was put off."""

    key: str
    kinds: tuple[DifferenceKind, ...]
    changes: tuple[FieldChange, ...] = ()
    moved_days: int | None = None


def frozen(value: object) -> Frozen:
    """A value as a snapshot keeps it: days and decimals as text, so that what JSON gives back compares equal."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, Mapping):
        return tuple((str(name), frozen(value[name])) for name in sorted(value))
    if isinstance(value, Iterable):
        return tuple(frozen(each) for each in value)
    return str(value)


def differences(before: Mapping[str, Row], now: Mapping[str, Row]) -> tuple[Difference, ...]:
    """What changed between two pictures of a roadmap (key to fields), by key; what is the same is not listed.

    Field names are those of the resource, dates dotted (`committed.launch`). Killed means it was not before. A field
    that only one side has counts as None on the other.
    """
    found = []
    for key in sorted({*before, *now}):
        old, new = before.get(key), now.get(key)
        if old is None or new is None:
            kind = DifferenceKind.ADDED if old is None else DifferenceKind.REMOVED
            found.append(Difference(key, (kind,)))
        elif changes := _changes(old, new):
            found.append(Difference(key, _kinds(changes), changes, _moved_days(changes)))
    return tuple(found)


def _changes(old: Row, new: Row) -> tuple[FieldChange, ...]:
    names = list(dict.fromkeys((*old, *new)))
    pairs = ((name, frozen(old.get(name)), frozen(new.get(name))) for name in names)
    return tuple(FieldChange(name, was, now) for name, was, now in pairs if was != now)


def _kinds(changes: Iterable[FieldChange]) -> tuple[DifferenceKind, ...]:
    kinds = set()
    for change in changes:
        if change.field == "status" and change.new == InitiativeStatus.KILLED:
            kinds.add(DifferenceKind.KILLED)
        elif change.field.startswith(_MOVING):
            kinds.add(DifferenceKind.MOVED)
        elif change.field.startswith(_PASSING):
            kinds.add(DifferenceKind.PROGRESSED)
        elif not change.field.startswith(_FOLLOWING):
            kinds.add(DifferenceKind.RESCOPED)
    kinds = kinds or {DifferenceKind.PROGRESSED}  # nothing but what follows from others
    return tuple(kind for kind in DifferenceKind if kind in kinds)


def _moved_days(changes: Iterable[FieldChange]) -> int | None:
    """How much later the launch is (else the end), by what is committed, else forecast, else planned."""
    by_field = {change.field: change for change in changes}
    for name in ("launch", "end", "dev_done", "start"):
        for prefix in _HELD_TO:
            change = by_field.get(prefix + name)
            if change is not None and isinstance(change.old, str) and isinstance(change.new, str):
                return (date.fromisoformat(change.new) - date.fromisoformat(change.old)).days
    return None


def baseline_dates(row: Row) -> Dates:
    """The dates that a frozen initiative was to keep: each as committed, else as then forecast, else as planned."""

    def held_to(name: DateName) -> date | None:
        found = (row.get(prefix + name) for prefix in _HELD_TO)
        text = next((day for day in found if day is not None), None)
        return None if text is None else date.fromisoformat(str(text))

    return Dates(*(held_to(name) for name in DateName))


@dataclass(frozen=True, slots=True)
class LaunchNow:
    """What became of a launch: whether it was killed, when it happened, when it is expected otherwise."""

    key: str
    launched_date: date | None = None
    expected_date: date | None = None
    is_killed: bool = False


@dataclass(frozen=True, slots=True)
class Integrity:
    """How a period's launches kept their word; each baseline launch is in one of the first four lists."""

    on_time: tuple[str, ...]
    moved_out: tuple[str, ...]  # happened, or expected, after the baseline's day
    killed: tuple[str, ...]
    pending: tuple[str, ...]  # its day has not come, and nothing says it will be missed
    added: tuple[str, ...]

    @property
    def promised(self) -> int:
        """How many launches the baseline had in the period."""
        return len(self.on_time) + len(self.moved_out) + len(self.killed) + len(self.pending)

    @property
    def integrity(self) -> Decimal | None:
        """Launches that happened on time as a share of those promised, 0-1; None where none was."""
        return Decimal(len(self.on_time)) / self.promised if self.promised else None


def commitment_integrity(
    baseline: Mapping[str, date],
    now: Iterable[LaunchNow],
    from_date: date,
    to_date: date,
    as_of: date,
    tolerance_days: int = 0,
) -> Integrity:
    """Which of the launches that the baseline had from `from_date` to `to_date` happened on time, as known at `as_of`.

    On time is on the baseline's day or before, or within the tolerance. Launches in the period that the baseline did
    not have there are added, if they are not killed. What is no longer known at all counts as killed.
    """
    known = {launch.key: launch for launch in now}
    lists: dict[str, list[str]] = {"on_time": [], "moved_out": [], "killed": [], "pending": [], "added": []}
    promised = {key: day for key, day in baseline.items() if from_date <= day <= to_date}
    for key in sorted(promised):
        lists[_fate(known.get(key), promised[key] + timedelta(days=tolerance_days), as_of)].append(key)
    for key in sorted(known.keys() - promised.keys()):
        launch = known[key]
        day = launch.launched_date or launch.expected_date
        if not launch.is_killed and day is not None and from_date <= day <= to_date:
            lists["added"].append(key)
    return Integrity(**{name: tuple(keys) for name, keys in lists.items()})


def _fate(launch: LaunchNow | None, latest: date, as_of: date) -> str:
    if launch is not None and launch.launched_date is not None and launch.launched_date <= as_of:
        return "on_time" if launch.launched_date <= latest else "moved_out"
    if launch is None or launch.is_killed:
        return "killed"
    if as_of > latest or (launch.expected_date is not None and launch.expected_date > latest):
        return "moved_out"
    return "pending"
