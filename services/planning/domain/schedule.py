"""Decides when each initiative can start and will be finished, by how much it slips, and which other is the cause."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

from services.planning.domain.work_calendar import ALWAYS_OPEN, WorkCalendar


class DependencyType(StrEnum):
    """What of the earlier initiative the later one's start waits for."""

    FINISH_START = "finish_start"
    START_START = "start_start"


class StartSetBy(StrEnum):
    """What the earliest start comes from."""

    PLAN = "plan"
    PREDECESSOR = "predecessor"
    ACTUAL = "actual"
    TODAY = "today"  # it was to begin before, and has not


@dataclass(frozen=True, slots=True)
class Dependency:
    """`to_key` waits for `from_key`, and `lag_days` more; a negative lag is a head start."""

    from_key: str
    to_key: str
    type: DependencyType = DependencyType.FINISH_START
    lag_days: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """An initiative as the schedule sees it. `committed_finish` is None while nothing is promised.

    Work with an actual finish is over; what was killed is not work and is left out by the caller.
    """

    key: str
    effort_days: int
    planned_start: date | None = None
    committed_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    calendar: WorkCalendar = ALWAYS_OPEN


@dataclass(frozen=True, slots=True)
class Forecast:
    """When work can start and will be finished.

    `earliest_finish` is the earliest start with the effort; `finish` is not before what was committed. `slip_days` is
    how much later than committed that is, negative only for work that is over and was early; `slack_days` is how much
    later it could start without slipping, closures counted; both are 0 where nothing is committed. `cause` is the
    predecessor that set the start of what slips.
    """

    key: str
    start: date
    earliest_finish: date
    finish: date
    slip_days: int
    slack_days: int
    start_set_by: StartSetBy
    set_by_key: str | None = None

    @property
    def cause(self) -> str | None:
        """The predecessor that set the start, if the work slips; None where it slips by itself or not at all."""
        return self.set_by_key if self.slip_days > 0 else None


@dataclass(frozen=True, slots=True)
class DependencySlack:
    """How many days the earlier initiative may be later before the later one's start, or its finish, moves."""

    dependency: Dependency
    start_slack_days: int
    finish_slack_days: int


class DependencyCycle(ValueError):
    """Initiatives that wait for themselves; `cycle` names them in the order in which each waits for the one before."""

    def __init__(self, cycle: Sequence[str]) -> None:
        super().__init__(f"Dependencies go round in a circle: {' → '.join((*cycle, cycle[0]))}.")
        self.cycle = tuple(cycle)


def ordered(keys: Iterable[str], dependencies: Iterable[Dependency]) -> tuple[str, ...]:
    """The keys, each after all it waits for. Raises DependencyCycle; dependencies on other keys are left out."""
    known = sorted(set(keys))
    waits: dict[str, set[str]] = {key: set() for key in known}
    for dependency in dependencies:
        if dependency.from_key in waits and dependency.to_key in waits:
            waits[dependency.to_key].add(dependency.from_key)
    try:
        return tuple(TopologicalSorter({key: sorted(waits[key]) for key in known}).static_order())
    except CycleError as error:
        circle: list[str] = error.args[1][:-1]
        first = circle.index(min(circle))
        raise DependencyCycle(circle[first:] + circle[:first]) from None


def check_acyclic(dependencies: Iterable[Dependency]) -> None:
    """Raises DependencyCycle, naming the circle, where there is one."""
    listed = tuple(dependencies)
    ordered({key for each in listed for key in (each.from_key, each.to_key)}, listed)


def forecast_schedule(
    works: Iterable[Work], dependencies: Iterable[Dependency], today: date | None = None
) -> Mapping[str, Forecast]:
    """A forecast of each work, by key. Work without planned start, predecessors and `today` cannot be placed: left out.

    Earliest start = the latest of planned start and every predecessor's forecast finish (or start) with its lag, so
    that slack takes up a delay before anything slips. Work begun starts when it did; work over is as it was. With
    `today`, what has not begun starts today at the earliest, and what is not over ends today at the earliest. Where
    plan and predecessor name the same day, the plan has set it; of two predecessors, the first by key. Raises
    DependencyCycle, and ValueError for negative effort.
    """
    by_key = {work.key: work for work in works}
    listed = tuple(dependencies)
    incoming: dict[str, list[Dependency]] = defaultdict(list)
    for dependency in listed:
        incoming[dependency.to_key].append(dependency)
    forecasts: dict[str, Forecast] = {}
    for key in ordered(by_key, listed):
        forecast = _forecast(by_key[key], _ready(incoming[key], forecasts), today)
        if forecast is not None:
            forecasts[key] = forecast
    return forecasts


def _ready(incoming: Iterable[Dependency], forecasts: Mapping[str, Forecast]) -> tuple[date, str] | None:
    """The day on which the last predecessor lets the work begin, and which one it is."""
    waits = [
        (ready_date(each, forecasts[each.from_key]), each.from_key) for each in incoming if each.from_key in forecasts
    ]
    return min(waits, key=lambda wait: (-wait[0].toordinal(), wait[1])) if waits else None


def ready_date(dependency: Dependency, earlier: Forecast) -> date:
    """The day from which the dependency lets the later work begin."""
    base = earlier.finish if dependency.type is DependencyType.FINISH_START else earlier.start
    return base + timedelta(days=dependency.lag_days)


def _forecast(work: Work, ready: tuple[date, str] | None, today: date | None) -> Forecast | None:
    start, set_by, set_by_key = _start(work, ready, today)
    if start is None:
        return None
    if work.actual_finish is not None:
        finish = earliest = work.actual_finish
        start = min(start, finish)
    else:
        earliest = work.calendar.finish(start, work.effort_days)
        if today is not None:
            earliest = max(earliest, today)
        finish = earliest if work.committed_finish is None else max(work.committed_finish, earliest)
    slip = (finish - work.committed_finish).days if work.committed_finish is not None else 0
    return Forecast(work.key, start, earliest, finish, slip, _slack(work, start, earliest), set_by, set_by_key)


def _slack(work: Work, start: date, earliest_finish: date) -> int:
    if work.committed_finish is None or work.actual_finish is not None:
        return 0
    latest = work.calendar.latest_start(work.committed_finish, work.effort_days)
    return max(min((latest - start).days, (work.committed_finish - earliest_finish).days), 0)


def _start(
    work: Work, ready: tuple[date, str] | None, today: date | None
) -> tuple[date | None, StartSetBy, str | None]:
    if work.actual_start is not None:
        return work.actual_start, StartSetBy.ACTUAL, None
    if work.actual_finish is not None:
        return work.planned_start or work.actual_finish, StartSetBy.ACTUAL, None
    start, set_by, key = work.planned_start, StartSetBy.PLAN, None
    if ready is not None and (start is None or ready[0] > start):
        start, set_by, key = ready[0], StartSetBy.PREDECESSOR, ready[1]
    if today is not None and (start is None or today > start):
        start, set_by, key = today, StartSetBy.TODAY, None
    return start, set_by, key


def dependency_slacks(
    dependencies: Iterable[Dependency], forecasts: Mapping[str, Forecast]
) -> tuple[DependencySlack, ...]:
    """The slack of every dependency between works that have a forecast, never below zero."""
    slacks = []
    for dependency in dependencies:
        earlier, later = forecasts.get(dependency.from_key), forecasts.get(dependency.to_key)
        if earlier is None or later is None:
            continue
        spare = max((later.start - ready_date(dependency, earlier)).days, 0)
        slacks.append(DependencySlack(dependency, spare, spare + later.slack_days))
    return tuple(slacks)


def critical_chain(forecasts: Mapping[str, Forecast], key: str | None = None) -> tuple[str, ...]:
    """The works that set the finish of `key` (None: of what is finished last), the first of them first.

    Each set the next one's start; the chain begins with a work whose start no predecessor set. Empty without works.
    """
    if key is None:
        if not forecasts:
            return ()
        key = min(forecasts, key=lambda each: (-forecasts[each].finish.toordinal(), each))
    chain = [key]
    while (before := forecasts[chain[-1]].set_by_key) is not None:
        chain.append(before)
    return tuple(reversed(chain))
