"""What a picture of a campaign's scores shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredRun:
    """What one run said; points by part in the order of the score's parts, None where a part is not known.

    `given` are the points that a part gives of the `points` that it may give; they add up to the score before its cap.
    """

    day: date
    score: float | None
    cap: float | None
    given: Sequence[float | None]
    diagnosis: str | None


@dataclass(frozen=True, slots=True)
class ScorePicture:
    """Everything the drawing shows; runs ascending."""

    name: str
    runs: Sequence[ScoredRun]
