"""Decides how long a shipment will take: from the seller's own past shipments, or typical values when few."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from services.inventory.domain.arrays import FloatArray, IntArray


class Mode(StrEnum):
    """Ways to ship, cheapest first."""

    SLOW_SEA = "slow_sea"
    FAST_SEA = "fast_sea"
    AIR = "air"


MODES = (Mode.AIR, Mode.FAST_SEA, Mode.SLOW_SEA)  # the order in which the marginal rule decides them
AIR, FAST, SLOW = 0, 1, 2

# Door to door, skewed to the right, now and then one to three weeks late. Quantiles at 2.5, 7.5 ... 97.5 %.
TYPICAL_TRANSIT_DAYS: dict[Mode, tuple[float, ...]] = {
    Mode.SLOW_SEA: (35, 37, 38, 39, 40, 41, 41, 42, 43, 43, 44, 45, 45, 46, 47, 48, 50, 52, 56, 64),
    Mode.FAST_SEA: (22, 24, 25, 25, 26, 27, 27, 28, 28, 29, 29, 30, 30, 31, 32, 33, 34, 36, 39, 46),
    Mode.AIR: (6, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 12, 13, 14, 18),
}
PRIOR_SHIPMENTS = 4.0  # how many own shipments the typical values are worth
STATED_SHIPMENTS = 8.0  # how many the days that the seller states for a lane are worth


@dataclass(frozen=True, slots=True)
class TransitDistribution:
    """Door-to-door days as weighted points in ascending order; weights add to one."""

    days: FloatArray
    weights: FloatArray
    observations: int

    @property
    def mean(self) -> float:
        """Expected days."""
        return float((self.days * self.weights).sum())

    def quantile(self, probabilities: FloatArray) -> FloatArray:
        """Days, interpolated between the points, that are not exceeded with the given probabilities."""
        middles = np.cumsum(self.weights) - self.weights / 2
        found: FloatArray = np.interp(probabilities, middles, self.days)
        return found

    def share_below(self, days: float) -> float:
        """Probability that a shipment takes fewer than so many days."""
        middles = np.cumsum(self.weights) - self.weights / 2
        return float(np.interp(days, self.days, middles, left=0.0, right=1.0))


def learned_transit(mode: Mode, past_days: FloatArray, stated_days: FloatArray | None = None) -> TransitDistribution:
    """Distribution of one mode on one lane from past door-to-door days (NaN left out).

    Before any observation it is what the seller states (`stated_days`, points of equal weight), else what is
    typical of the trade. Few observations move those values to their mean and keep their skewed shape; many
    outweigh them and leave a thin tail for what has not happened yet.
    """
    if stated_days is None:
        before, worth = np.array(TYPICAL_TRANSIT_DAYS[mode]), PRIOR_SHIPMENTS
    else:
        before, worth = stated_days, STATED_SHIPMENTS
    observed = np.sort(past_days[np.isfinite(past_days) & (past_days > 0)].astype(float))
    count = observed.size
    total = count + worth
    mean = (observed.sum() + worth * before.mean()) / total
    prior = before * mean / before.mean()
    days = np.concatenate([observed, prior])
    weights = np.concatenate([np.full(count, 1 / total), np.full(prior.size, worth / total / prior.size)])
    order = np.argsort(days, kind="stable")
    return TransitDistribution(days[order], weights[order], int(count))


def fixed_transit(days: float) -> TransitDistribution:
    """A lane that always takes the same time."""
    return TransitDistribution(np.array([float(days)]), np.ones(1), 1)


def transit_samples(distribution: TransitDistribution, levels: FloatArray) -> IntArray:
    """Whole days at the given probability levels."""
    return np.maximum(np.rint(distribution.quantile(levels)), 1).astype(np.int32)


def remaining_days(
    distribution: TransitDistribution, age_days: float, not_before: float, levels: FloatArray
) -> IntArray:
    """Days until a shipment under way arrives, at the given probability levels, whole days.

    Conditional on its age, and on arriving no sooner than `not_before` days from now. A shipment older than
    everything seen arrives within the next week or so: no data says otherwise.
    """
    earliest = age_days + not_before
    below = distribution.share_below(earliest - 0.5)
    if below > 0.99:
        spread = np.array([0, 1, 1, 2, 3, 4, 5, 7, 9, 14], dtype=float)
        late: IntArray = np.rint(not_before + np.interp(levels, (np.arange(10) + 0.5) / 10, spread)).astype(np.int32)
        return late
    days = distribution.quantile(below + (1 - below) * np.asarray(levels)) - age_days
    left: IntArray = np.maximum(np.rint(days), not_before).astype(np.int32)
    return left
