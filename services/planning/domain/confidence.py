"""Decides how confident the people behind an objective are together, and what little confidence asks of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.roll_up import weighted_mean


class ConfidenceLevel(StrEnum):
    """A confidence of at least 0.7, at least 0.4, or less."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


HIGH_FROM, MEDIUM_FROM = Decimal("0.7"), Decimal("0.4")


def confidence_level(confidence: Decimal) -> ConfidenceLevel:
    """The level of a confidence, 0-1."""
    if confidence >= HIGH_FROM:
        return ConfidenceLevel.HIGH
    return ConfidenceLevel.MEDIUM if confidence >= MEDIUM_FROM else ConfidenceLevel.LOW


def demands_answer(confidence: Decimal, has_blocker: bool, has_action: bool) -> bool:
    """Whether a low confidence stands there with neither a blocker that explains it nor an action that helps."""
    return confidence_level(confidence) is ConfidenceLevel.LOW and not has_blocker and not has_action


@dataclass(frozen=True, slots=True)
class ConfidenceRollUp:
    """The weighted mean, its level, and the least of all."""

    mean: Decimal
    least: Decimal
    level: ConfidenceLevel


def confidence_roll_up(latest: Iterable[tuple[Decimal | None, Decimal]]) -> ConfidenceRollUp | None:
    """Of the (confidence, weight) of each key result's latest check-in; None where nobody has said anything yet.

    Weights of 0 only inform; key results without a check-in are left out.
    """
    known = [(confidence, weight) for confidence, weight in latest if confidence is not None and weight > 0]
    mean = weighted_mean(known)
    if mean is None:
        return None
    return ConfidenceRollUp(mean, min(confidence for confidence, _ in known), confidence_level(mean))
