"""Decides what key results and contributing children say together of an objective, and which of them is worst."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.pace import Health


class ParentMode(StrEnum):
    """What a child is to its parent: a part of its progress, or help that is not counted."""

    CONTRIBUTES = "contributes"
    SUPPORTS = "supports"


@dataclass(frozen=True, slots=True)
class Part:
    """A key result (`mode` None) or a child objective; weights are at least 0, progress is that shown, 0-1."""

    key: str
    progress: Decimal | None
    weight: Decimal = Decimal(1)
    health: Health = Health.NO_DATA
    mode: ParentMode | None = None
    expected: Decimal | None = None

    @property
    def is_counted(self) -> bool:
        """Whether it has a say in the progress: what supports, or only informs, has none."""
        return self.weight > 0 and self.mode is not ParentMode.SUPPORTS


@dataclass(frozen=True, slots=True)
class RollUp:
    """Both what the parts come to and the one that is worst: means hide, and the worst alone alarms.

    `shares` are the normalised weights of what was counted; they sum to 1, or there are none.
    """

    progress: Decimal | None
    expected: Decimal | None
    worst: str | None
    worst_health: Health | None
    shares: tuple[tuple[str, Decimal], ...]


# From worst to best. Silence is worse than being on track: nobody knows.
_WORST_FIRST = (Health.AT_RISK, Health.BEHIND, Health.STALE, Health.NO_DATA, Health.ON_TRACK, Health.CLOSED)


def weighted_mean(values: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """The mean of (value, weight); None where no weight is positive. ValueError for a negative one."""
    known = tuple(values)
    if any(weight < 0 for _, weight in known):
        raise ValueError("weights are not negative")
    total = sum((weight for _, weight in known), Decimal(0))
    return None if total == 0 else sum((value * weight for value, weight in known), Decimal(0)) / total


def roll_up(parts: Iterable[Part]) -> RollUp:
    """An objective's progress: the weighted mean of the parts that count and have one; None where none does.

    Weights are normalised here, among those parts: one that has no reading yet takes nothing away. The worst part is
    the one of worst health, then of least progress, among all that have a weight, supporting children too.
    """
    known = tuple(parts)
    counted = [(each, each.progress) for each in known if each.is_counted and each.progress is not None]
    total = sum((each.weight for each, _ in counted), Decimal(0))
    expected = [(each.expected, each.weight) for each, _ in counted if each.expected is not None]
    worst = min(
        (each for each in known if each.weight > 0),
        key=lambda each: (
            _WORST_FIRST.index(each.health),
            each.progress if each.progress is not None else Decimal(0),
            each.key,
        ),
        default=None,
    )
    return RollUp(
        weighted_mean((progress, each.weight) for each, progress in counted),
        weighted_mean(expected) if len(expected) == len(counted) else None,
        worst.key if worst else None,
        worst.health if worst else None,
        tuple((each.key, each.weight / total) for each, _ in counted),
    )
