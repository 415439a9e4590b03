"""Decides how far a key result should have come by now, whether that is healthy, and where it will land."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.months import days_in_month
from services.planning.domain.period import Period, month_period
from services.planning.domain.progress import Progress


class Health(StrEnum):
    """How a key result or an objective stands; silence is never green."""

    CLOSED = "closed"
    NO_DATA = "no_data"
    STALE = "stale"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    AT_RISK = "at_risk"


@dataclass(frozen=True, slots=True)
class HealthBands:
    """From which lag, and below which part of periods held, health is worse."""

    behind_beyond: Decimal = Decimal(0)
    at_risk_beyond: Decimal = Decimal("0.25")
    hold_on_track: Decimal = Decimal("0.9")
    hold_behind: Decimal = Decimal("0.75")


HEALTH_BANDS = HealthBands()

Phasing = Mapping[date, Decimal]


def phased_share(phasing: Phasing, period: Period, today: date) -> Decimal | None:
    """The part of what is planned for the months of `period` that is planned to be there by the end of `today`.

    `phasing` has a plan's value by month. Of a running month, and of one that the period has only a part of, as many
    parts count as days. None where nothing, or nothing on balance, is planned: no share can be told then.
    """
    planned = due = Decimal(0)
    for month in period.months:
        days = month_period(month).part_in(period)
        if days is None:
            continue
        value, length = phasing.get(month, Decimal(0)), days_in_month(month)
        planned += value * days.days / length
        due += value * days.days_until(today) / length
    return None if planned == 0 else due / planned


@dataclass(frozen=True, slots=True)
class Expected:
    """The progress to expect, and whether the plan's own months say so or days alone.

    It is 0-1 except where a plan's months have both signs, as those of a profit may.
    """

    progress: Decimal
    is_phased: bool


def expected_progress(period: Period, today: date, phasing: Phasing | None = None) -> Expected:
    """Phased where a plan gives the months, else linear: elapsed days to all days, both ends included."""
    share = None if phasing is None else phased_share(phasing, period, today)
    return Expected(period.elapsed_share(today), False) if share is None else Expected(share, True)


def health_of(
    kind: KeyResultKind,
    progress: Progress | None,
    expected: Decimal,
    *,
    is_closed: bool = False,
    is_stale: bool = False,
    bands: HealthBands = HEALTH_BANDS,
) -> Health:
    """The first that holds: closed, no data, stale; then the lag behind what is expected.

    A `hold` is judged by the part of periods held, whatever time has gone by.
    """
    if is_closed:
        return Health.CLOSED
    if progress is None:
        return Health.NO_DATA
    if is_stale:
        return Health.STALE
    if kind is KeyResultKind.HOLD:
        if progress.shown >= bands.hold_on_track:
            return Health.ON_TRACK
        return Health.BEHIND if progress.shown >= bands.hold_behind else Health.AT_RISK
    lag = expected - progress.shown
    if lag <= bands.behind_beyond:
        return Health.ON_TRACK
    return Health.BEHIND if lag <= bands.at_risk_beyond else Health.AT_RISK


@dataclass(frozen=True, slots=True)
class Landing:
    """Where it ends if the pace so far goes on: `progress` 1 is exactly the target; `value` in the metric's unit."""

    progress: Decimal
    value: Decimal | None = None


def landing(
    progress: Progress | None, expected: Decimal, start: Decimal | None = None, target: Decimal | None = None
) -> Landing | None:
    """Progress by what was expected of it; None while nothing is expected or known.

    Uses the progress before it is cut to 0-1: who has gone backwards lands behind the start, who is beyond the
    target lands further beyond.
    """
    if progress is None or expected <= 0:
        return None
    share = progress.raw / expected
    return Landing(share, None if start is None or target is None else start + (target - start) * share)
