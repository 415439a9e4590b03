"""Decides how far results fall short of goals and goals of what is possible, how grave that is, and what follows."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.metric import Better


class GapStatus(StrEnum):
    """How grave a shortfall is."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"


class Route(StrEnum):
    """What a gap suggests: better execution, a goal of its own for it, or a new business."""

    ACTION = "action"
    CORRECTIVE_OBJECTIVE = "corrective_objective"
    INITIATIVE = "initiative"


@dataclass(frozen=True, slots=True)
class GapBands:
    """From which relative shortfall a gap is red or amber."""

    red_from: Decimal = Decimal("0.10")
    amber_from: Decimal = Decimal("0.03")


GAP_BANDS = GapBands()


def gap_status(shortfall: Decimal, bands: GapBands = GAP_BANDS) -> GapStatus:
    """The status of a relative shortfall: 0.1 is ten percent short, a negative one is ahead."""
    if shortfall >= bands.red_from:
        return GapStatus.RED
    return GapStatus.AMBER if shortfall >= bands.amber_from else GapStatus.GREEN


def signed(better: Better, difference: Decimal) -> Decimal:
    """A difference turned so that positive is short of what is wanted, whichever way is better."""
    return difference if better is Better.HIGHER else -difference


@dataclass(frozen=True, slots=True)
class Gap:
    """Performance: target to actual, for better execution. Opportunity: potential to target, for a new design.

    Positive is short, in the metric's unit; relative to the target, None where that is 0. The opportunity, and with it
    the total, is None where nobody has stated a potential.
    """

    performance: Decimal
    opportunity: Decimal | None
    relative_performance: Decimal | None
    relative_opportunity: Decimal | None
    status: GapStatus

    @property
    def total(self) -> Decimal | None:
        """Both gaps together."""
        return None if self.opportunity is None else self.performance + self.opportunity


def gap(
    better: Better,
    target: Decimal,
    actual: Decimal,
    potential: Decimal | None = None,
    bands: GapBands = GAP_BANDS,
) -> Gap:
    """The gap of a period that is over. A shortfall from a target of 0 has no size to compare with, and is red."""
    performance = signed(better, target - actual)
    opportunity = None if potential is None else signed(better, potential - target)
    relative = _relative(performance, target)
    return Gap(
        performance,
        opportunity,
        relative,
        None if opportunity is None else _relative(opportunity, target),
        _status(performance, relative, bands),
    )


def band_gap(low: Decimal | None, high: Decimal | None, actual: Decimal, bands: GapBands = GAP_BANDS) -> Gap:
    """How far a metric that is better inside its band lies outside; relative to the edge it crossed. No opportunity."""
    if low is not None and actual < low:
        performance, edge = low - actual, low
    elif high is not None and actual > high:
        performance, edge = actual - high, high
    else:
        return Gap(Decimal(0), None, Decimal(0), None, GapStatus.GREEN)
    relative = _relative(performance, edge)
    return Gap(performance, None, relative, None, _status(performance, relative, bands))


def _relative(difference: Decimal, to: Decimal) -> Decimal | None:
    return None if to == 0 else difference / abs(to)


def _status(short: Decimal, relative: Decimal | None, bands: GapBands) -> GapStatus:
    if relative is None:
        return GapStatus.RED if short > 0 else GapStatus.GREEN
    return gap_status(relative, bands)


def potential_of_market(market_size: Decimal, attainable_share: Decimal) -> Decimal:
    """What could be reached: the part, 0-1, of the market that is attainable."""
    return market_size * attainable_share


@dataclass(frozen=True, slots=True)
class InYear:
    """Where a running period stands and will end.

    `attainment` is actual to planned so far, None where nothing is planned yet. `landing` is the value at the end if
    the rest goes as it has gone, `projected` the gap it leaves, both None where no landing can be told.
    """

    attainment: Decimal | None
    landing: Decimal | None
    projected: Decimal | None
    relative: Decimal | None
    status: GapStatus | None


def in_year(
    better: Better,
    target: Decimal,
    actual: Decimal,
    planned_to_date: Decimal,
    phased_share: Decimal | None,
    bands: GapBands = GAP_BANDS,
) -> InYear:
    """The projection of a target for a whole period from what is there so far.

    `phased_share` is the part of the plan's own months that is due by now, for metrics that add up; None for the
    others (ratios, ranks), which land where they are.
    """
    attainment = None if planned_to_date == 0 else actual / planned_to_date
    if phased_share is not None and phased_share <= 0:
        return InYear(attainment, None, None, None, None)
    lands = actual if phased_share is None else actual / phased_share
    projected = signed(better, target - lands)
    relative = _relative(projected, target)
    return InYear(attainment, lands, projected, relative, _status(projected, relative, bands))


def routes(found: Gap) -> tuple[Route, ...]:
    """What a gap suggests: amber an action, red a corrective objective too, an opportunity an initiative."""
    suggested: list[Route] = []
    if found.status is not GapStatus.GREEN:
        suggested.append(Route.ACTION)
    if found.status is GapStatus.RED:
        suggested.append(Route.CORRECTIVE_OBJECTIVE)
    if found.opportunity is not None and found.opportunity > 0:
        suggested.append(Route.INITIATIVE)
    return tuple(suggested)
