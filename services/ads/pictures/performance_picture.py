"""What a picture of a campaign's performance shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.ads.domain.performance_trend import TrendPeriod


@dataclass(frozen=True, slots=True)
class AppliedChange:
    """A change that was made on a day, in a few words."""

    day: date
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PerformancePicture:
    """Everything the drawing shows; periods ascending and of equal length, `by` naming it ("day" or "week").

    Limits are those of the newest run, None where it knew none: ACoS, and the conversion that pays for a click.
    """

    name: str
    currency: str
    by: str
    periods: Sequence[TrendPeriod]
    break_even_acos: float | None
    target_acos: float | None
    needed_cvr: float | None
    daily_budget: float | None
    changes: Sequence[AppliedChange]
