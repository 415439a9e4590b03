"""Decides which periods of a campaign count in a window, so that no day counts twice, and what a period is called."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from services.ads.domain.vocabulary import Granularity

DateRange = tuple[date, date]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """An inclusive range of days for which figures of a campaign are known; `pull_from` to `pull_to` is the range of
    the report that told them, on whose other days the campaign had nothing."""

    campaign_id: UUID
    granularity: Granularity
    date_from: date
    date_to: date
    pull_from: date
    pull_to: date


def granularity_of(date_from: date, date_to: date) -> Granularity:
    """One day is daily, seven are weekly, any other number is a summary."""
    days = (date_to - date_from).days + 1
    return Granularity.DAILY if days == 1 else Granularity.WEEKLY if days == 7 else Granularity.SUMMARY


def common_period(ranges: Collection[DateRange], stated: DateRange | None = None) -> DateRange | None:
    """The period that all rows of a summary are of; None where the ranges of its rows are periods of their own.

    Amazon's summaries write beside each row the first and last day on which it had traffic: such rows are of the
    period that was asked for, which the sender may have stated. Weeks or longer periods that do not overlap are
    what they say.
    """
    ordered = sorted(ranges)
    if not ordered:
        return None
    apart = all(before[1] < after[0] for before, after in pairwise(ordered))
    if len(ordered) > 1 and apart and all((last - first).days >= 6 for first, last in ordered):
        return None
    ends = [*ordered, stated] if stated is not None else ordered
    return min(first for first, _ in ends), max(last for _, last in ends)


def choose_periods(periods: Iterable[Period], first: date, last: date) -> list[Period]:
    """The weekly and summary periods that count beside all daily ones between `first` and `last` (inclusive).

    Days are best: a day is known where the campaign has a row for it, and where a daily report that names the
    campaign covers it. Then whole weeks inside the window on none of whose days anything is known yet, then other
    periods likewise, longer ones first, so that more of the window is known.
    """
    coarse: dict[UUID, list[Period]] = {}
    known: dict[UUID, set[date]] = {}
    days_of: dict[UUID, list[Period]] = {}
    for period in periods:
        if period.granularity is Granularity.DAILY:
            days_of.setdefault(period.campaign_id, []).append(period)
        elif first <= period.date_from and period.date_to <= last:
            coarse.setdefault(period.campaign_id, []).append(period)
    chosen: list[Period] = []
    for campaign_id, candidates in coarse.items():
        taken = known.setdefault(campaign_id, set())
        for day in _spans(days_of.get(campaign_id, ())):
            taken |= _days(max(day[0], first), min(day[1], last))
        for period in sorted(candidates, key=_preference):
            days = _days(period.date_from, period.date_to)
            if taken.isdisjoint(days):
                taken |= days
                chosen.append(period)
    return chosen


def _preference(period: Period) -> tuple[bool, int, date]:
    length = (period.date_to - period.date_from).days
    return period.granularity is not Granularity.WEEKLY, -length, period.date_from


def _spans(periods: Sequence[Period]) -> set[tuple[date, date]]:
    return {(min(p.pull_from, p.date_from), max(p.pull_to, p.date_to)) for p in periods}


def _days(first: date, last: date) -> set[date]:
    return {first + n * _DAY for n in range((last - first).days + 1)}
