"""Decides what a review opens with: what is short and why, what changed, what slipped, and what was promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.drivers import Effect, RevenueDriver, largest_harm
from services.planning.domain.gaps import GapStatus, Route
from services.planning.domain.metric import Better
from services.planning.domain.pace import Health
from services.planning.domain.reviews import CAUSE_OF, Action, ActionState, Cause


@dataclass(frozen=True, slots=True)
class ReviewedGap:
    """A gap of a headline metric and scope as the review sees it; `effects` explain it where they are known."""

    ref: str
    status: GapStatus
    relative: Decimal | None
    effects: tuple[Effect, ...] = ()
    routes: tuple[Route, ...] = ()


class GapSide(StrEnum):
    """What a gap is told from."""

    PLAN = "plan"
    READINGS = "readings"


@dataclass(frozen=True, slots=True)
class HealthChange:
    """The health of a key result at the last review, None for one that is new, and now."""

    key: str
    before: Health | None
    now: Health


@dataclass(frozen=True, slots=True)
class Slip:
    """An initiative that is expected later than promised."""

    key: str
    slip_days: int
    cause_key: str | None = None


@dataclass(frozen=True, slots=True)
class GapItem:
    """A gap to speak about; the cause is a suggestion from its drivers, with what that took away."""

    gap: ReviewedGap
    suggested_cause: Cause | None
    driver_effect: Decimal | None


@dataclass(frozen=True, slots=True)
class Prefill:
    """The agenda, each part worst first. `carried` are last review's open actions, `overdue` those that are late."""

    gaps: tuple[GapItem, ...]
    changed: tuple[HealthChange, ...]
    slipped: tuple[Slip, ...]
    carried: tuple[Action, ...]
    overdue: tuple[str, ...]


_GRAVEST = (GapStatus.RED, GapStatus.AMBER, GapStatus.GREEN)
_WORST = (Health.AT_RISK, Health.STALE, Health.NO_DATA, Health.BEHIND, Health.ON_TRACK, Health.CLOSED)


def missing_sides(target: Decimal | None, actual: Decimal | None, better: Better) -> tuple[GapSide, ...]:
    """Why no gap can be told: nothing is planned, nothing was read. What has a band needs no plan."""
    is_unplanned = target is None and better is not Better.BAND
    return (*((GapSide.PLAN,) if is_unplanned else ()), *((GapSide.READINGS,) if actual is None else ()))


def suggested_cause(effects: Iterable[Effect]) -> tuple[Cause, Decimal] | None:
    """The cause that the most harmful driver stands for, and its effect; None where nothing did harm."""
    harm = largest_harm(effects)
    if harm is None or harm.name not in set(RevenueDriver):
        return None
    return CAUSE_OF[RevenueDriver(harm.name)], harm.amount


def prefill(
    gaps: Iterable[ReviewedGap],
    health_changes: Iterable[HealthChange],
    slips: Iterable[Slip],
    earlier_actions: Iterable[Action],
    today: date,
) -> Prefill:
    """What a review opens with: red and amber gaps, key results whose health changed, slipped work, open actions."""
    items = []
    for each in sorted(gaps, key=lambda each: (_GRAVEST.index(each.status), -(each.relative or Decimal(0)), each.ref)):
        if each.status is not GapStatus.GREEN:
            cause = suggested_cause(each.effects)
            items.append(GapItem(each, *(cause or (None, None))))
    changed = [each for each in health_changes if each.before is not each.now]
    carried = [each for each in earlier_actions if each.state is ActionState.OPEN]
    return Prefill(
        tuple(items),
        tuple(sorted(changed, key=lambda each: (_WORST.index(each.now), each.key))),
        tuple(sorted((each for each in slips if each.slip_days > 0), key=lambda each: (-each.slip_days, each.key))),
        tuple(sorted(carried, key=lambda each: (each.due_date or date.max, each.key))),
        tuple(each.key for each in carried if each.is_overdue(today)),
    )
