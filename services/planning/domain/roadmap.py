"""Decides what the bars of a roadmap show: four dates to expect of each initiative, its slip and who caused it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from services.planning.domain.initiative_dates import Dates, finish_of, forecast_dates
from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus
from services.planning.domain.schedule import Dependency, Forecast, Work, forecast_schedule
from services.planning.domain.work_calendar import ALWAYS_OPEN, WorkCalendar


@dataclass(frozen=True, slots=True)
class RoadmapItem:
    """An initiative as far as its dates go; `effort_days` is from start to launch, or to the end of other kinds."""

    key: str
    kind: InitiativeKind
    status: InitiativeStatus
    planned: Dates
    committed: Dates
    actual: Dates
    effort_days: int
    calendar: WorkCalendar = ALWAYS_OPEN


@dataclass(frozen=True, slots=True)
class Bar:
    """What is to be expected of an initiative. `schedule` is None where nothing says when it could begin."""

    key: str
    forecast: Dates
    schedule: Forecast | None = None


def roadmap_bars(
    items: Iterable[RoadmapItem], dependencies: Iterable[Dependency], today: date | None = None
) -> Mapping[str, Bar]:
    """A bar for each initiative, by key. Raises DependencyCycle.

    One that was killed holds up nobody and is forecast as it actually went, so far as it did. Without effort known
    (0), what is planned from start to finish is taken for it.
    """
    listed = {item.key: item for item in items}
    alive = [_work(item) for item in listed.values() if item.status is not InitiativeStatus.KILLED]
    schedule = forecast_schedule(alive, dependencies, today)
    return {key: _bar(item, schedule.get(key)) for key, item in listed.items()}


def _work(item: RoadmapItem) -> Work:
    effort = item.effort_days
    finish = finish_of(item.planned, item.kind)
    if not effort and item.planned.start is not None and finish is not None:
        effort = max((finish - item.planned.start).days, 0)
    return Work(
        key=item.key,
        effort_days=effort,
        planned_start=item.planned.start,
        committed_finish=finish_of(item.committed, item.kind),
        actual_start=item.actual.start,
        actual_finish=finish_of(item.actual, item.kind),
        calendar=item.calendar,
    )


def _bar(item: RoadmapItem, forecast: Forecast | None) -> Bar:
    if forecast is None:
        return Bar(item.key, item.actual)
    dates = forecast_dates(item.kind, item.committed, item.actual, forecast.start, forecast.finish)
    return Bar(item.key, dates, forecast)
