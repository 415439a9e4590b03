"""Decides the distribution of demand over a lead time where a formula, not a simulation, is wanted."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, gammaincc, ndtr, ndtri

from services.inventory.domain.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class LeadTimeDemand:
    """Mean and deviation, in units, of demand over lead time plus review."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class NormalSafetyStock:
    """Order-up-to level under the normal approximation and what it promises per cycle."""

    safety_stock: float
    order_up_to: float
    short_per_cycle: float
    fill_rate: float


def lead_time_demand(
    mean: float, deviation: float, lead_days: float, lead_deviation: float, review_days: float
) -> LeadTimeDemand:
    """Moments over lead time plus review: E = mu (L + R), Var = (L + R) s^2 + mu^2 Var(L).

    Not to be trusted when the lead time has two humps (Eppen & Martin 1988); sample it then.
    """
    days = lead_days + review_days
    return LeadTimeDemand(mean * days, math.sqrt(days * deviation**2 + mean**2 * lead_deviation**2))


def normal_safety_stock(demand: LeadTimeDemand, service: float, mean: float, review_days: float) -> NormalSafetyStock:
    """Safety stock z sigma and, by the loss function G, the units short per review cycle and the fill."""
    z = float(ndtri(service))
    short = demand.deviation * float(normal_loss(np.array(z)))
    return NormalSafetyStock(
        z * demand.deviation,
        demand.mean + z * demand.deviation,
        short,
        1 - short / (mean * review_days) if mean > 0 else 1.0,
    )


def normal_loss(z: FloatArray) -> FloatArray:
    """G(z) = phi(z) - z (1 - Phi(z)): what a standard normal demand exceeds z by, on average."""
    loss: FloatArray = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) - z * ndtr(-z)
    return loss


def negative_binomial_variance(mean: float, dispersion: float) -> float:
    """Var = m + phi m^2, phi being the horizon's dispersion."""
    return mean + dispersion * mean**2


def negative_binomial_quantile(mean: float, dispersion: float, probability: float) -> int:
    """Smallest number of units that demand does not exceed with the given probability."""
    if mean <= 0:
        return 0
    if dispersion <= 0:
        return _least(lambda units: float(gammaincc(units + 1, mean)), probability)
    size = 1 / dispersion
    return _least(lambda units: float(betainc(size, units + 1, size / (size + mean))), probability)


def _least(not_exceeding: Callable[[int], float], probability: float) -> int:
    """The smallest number whose cumulated chance reaches `probability`, by doubling and halving."""
    low, high = -1, 1
    while not_exceeding(high) < probability:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if not_exceeding(middle) < probability:
            low = middle
        else:
            high = middle
    return high
