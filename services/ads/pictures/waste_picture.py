"""What a map of waste shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.ads.domain.term_actions import Action

SEARCH_TERMS, TARGETS = "search terms", "targets"


@dataclass(frozen=True, slots=True, kw_only=True)
class WastePoint:
    """A search term or target: what was spent on it, whether it loses money, and what is to be done."""

    name: str
    cost: float
    clicks: int
    p_unprofitable: float
    wasted_spend: float
    action: Action


@dataclass(frozen=True, slots=True, kw_only=True)
class WastePicture:
    """Everything the drawing shows; totals are of all subjects, also of those that are no point.

    `subjects` says what they are (SEARCH_TERMS or TARGETS); `unjudged` how many have spend but no known margin;
    `threshold` is the probability from which the run proposes to end a loss.
    """

    name: str
    subjects: str
    currency: str
    window: str
    threshold: float
    cost: float
    wasted_spend: float
    count: int
    unjudged: int
    points: Sequence[WastePoint]
