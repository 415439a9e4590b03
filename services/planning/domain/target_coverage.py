"""Decides how much of a target is covered by growth and by launches and campaigns that have a name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from services.planning.domain.plan_lines import ZERO, LineOrigin, PlanLine

_BY_INITIATIVE = (LineOrigin.LAUNCH, LineOrigin.CAMPAIGN)


@dataclass(frozen=True, slots=True)
class TargetCoverage:
    """What stands behind a target: last year's `base`, its organic growth, and named initiatives (id to amount)."""

    target: Decimal
    base: Decimal
    organic_growth: Decimal  # as a ratio of the base
    launches: Mapping[str, Decimal] = field(default_factory=dict)
    campaigns: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def organic(self) -> Decimal:
        """What the base grows by."""
        return self.base * self.organic_growth

    @property
    def launched(self) -> Decimal:
        """What all launches bring."""
        return sum(self.launches.values(), ZERO)

    @property
    def campaigned(self) -> Decimal:
        """What all campaigns bring."""
        return sum(self.campaigns.values(), ZERO)

    @property
    def covered(self) -> Decimal:
        """base x (1 + organic growth) + launches + campaigns."""
        return self.base + self.organic + self.launched + self.campaigned

    @property
    def uncovered(self) -> Decimal:
        """What nothing stands behind; 0 where more is covered than wanted."""
        return max(self.target - self.covered, ZERO)

    @property
    def surplus(self) -> Decimal:
        """What is covered beyond the target."""
        return max(self.covered - self.target, ZERO)

    @property
    def uncovered_share(self) -> Decimal | None:
        """The uncovered part of the target, 0-1; None where the target is not above zero."""
        return self.uncovered / self.target if self.target > 0 else None

    @property
    def bridge(self) -> tuple[tuple[str, Decimal], ...]:
        """The steps from base to target, which sum to the target: what lies beyond it goes off as surplus."""
        return (
            ("base", self.base),
            ("organic", self.organic),
            ("launches", self.launched),
            ("campaigns", self.campaigned),
            ("uncovered", self.uncovered),
            ("surplus", -self.surplus),
        )


@dataclass(frozen=True, slots=True)
class NamedContributions:
    """What lines of launches and campaigns bring by initiative, and what they bring in nobody's name."""

    launches: Mapping[str, Decimal]
    campaigns: Mapping[str, Decimal]
    unnamed: Decimal


def named_contributions(lines: Iterable[PlanLine], metric_code: str) -> NamedContributions:
    """The contributions to a summed metric over all months given. The caller leaves out scopes it does not mean.

    An initiative's lines for narrower scopes are parts of its widest one and are not counted again.
    """
    taken: dict[LineOrigin, dict[str, Decimal]] = {origin: {} for origin in _BY_INITIATIVE}
    unnamed = ZERO
    named = [line for line in lines if line.metric_code == metric_code and line.origin in _BY_INITIATIVE]
    fewest: dict[str, int] = {}
    for line in named:
        if line.initiative_id is not None:
            keys = len(line.scope.keys)
            fewest[line.initiative_id] = min(fewest.get(line.initiative_id, keys), keys)
    for line in named:
        if line.initiative_id is None:
            unnamed += line.value
        elif len(line.scope.keys) == fewest[line.initiative_id]:
            amounts = taken[line.origin]
            amounts[line.initiative_id] = amounts.get(line.initiative_id, ZERO) + line.value
    return NamedContributions(taken[LineOrigin.LAUNCH], taken[LineOrigin.CAMPAIGN], unnamed)
