"""Decides the steps from what was reached to what was wanted and to what would be possible."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.drivers import Effect


class StepKind(StrEnum):
    """What a step of the waterfall is."""

    ACTUAL = "actual"
    DRIVER = "driver"
    UNEXPLAINED = "unexplained"
    TARGET = "target"
    OPPORTUNITY = "opportunity"
    POTENTIAL = "potential"


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """A bar from `start` to `end`; those of actual, target and potential stand on 0."""

    kind: StepKind
    name: str
    start: Decimal
    end: Decimal


def gap_waterfall(
    actual: Decimal, target: Decimal, effects: Iterable[Effect] = (), potential: Decimal | None = None
) -> tuple[WaterfallStep, ...]:
    """From actual over drivers to target and potential. `effects` are what took the target to the actual.

    Each is undone on the way back up; what they leave of the way is a step of its own, so the bars always join.
    """
    zero = Decimal(0)
    steps = [WaterfallStep(StepKind.ACTUAL, StepKind.ACTUAL, zero, actual)]
    at = actual
    for each in effects:
        if each.amount != 0:
            steps.append(WaterfallStep(StepKind.DRIVER, each.name, at, at - each.amount))
            at -= each.amount
    if at != target:
        steps.append(WaterfallStep(StepKind.UNEXPLAINED, StepKind.UNEXPLAINED, at, target))
    steps.append(WaterfallStep(StepKind.TARGET, StepKind.TARGET, zero, target))
    if potential is not None:
        if potential != target:
            steps.append(WaterfallStep(StepKind.OPPORTUNITY, StepKind.OPPORTUNITY, target, potential))
        steps.append(WaterfallStep(StepKind.POTENTIAL, StepKind.POTENTIAL, zero, potential))
    return tuple(steps)
