"""Decides what conversion rates a group of terms has, before any one term's own clicks are looked at."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, polygamma, psi

from services.ads.domain.arrays import FloatArray
from services.ads.domain.climbing import climb

BENCHMARK = (0.07, 0.10)
LEAST_TERMS = 30
LEAST_ORDERS = 20
DEFAULT_STRENGTH = 30.0
STRENGTH_SPREAD = 1.2  # of ln s around ln 30


@dataclass(frozen=True, slots=True)
class BetaPrior:
    """A beta distribution of conversion rates by its mean and its strength in clicks."""

    mean: float
    strength: float
    fitted: bool = True

    @property
    def a(self) -> float:
        """First parameter, m s."""
        return self.mean * self.strength

    @property
    def b(self) -> float:
        """Second parameter, (1 - m) s."""
        return (1 - self.mean) * self.strength


@dataclass(frozen=True, slots=True)
class _Tally:
    """How often each value occurs: the likelihood needs orders, misses and clicks, each for itself."""

    value: FloatArray
    count: FloatArray

    def derivatives(self, shift: float) -> tuple[float, float, float]:
        """Sum of ln G(value + shift) - ln G(shift), with its first and second derivative by shift."""
        at = self.value + shift
        total = self.count.sum()
        return (
            float(self.count @ gammaln(at) - total * gammaln(shift)),
            float(self.count @ psi(at) - total * psi(shift)),
            float(self.count @ polygamma(1, at) - total * polygamma(1, shift)),
        )


def _tally(values: FloatArray) -> _Tally:
    value, count = np.unique(np.round(values, 2), return_counts=True)
    return _Tally(value[value > 0], count[value > 0].astype(float))


def benchmark_middle(benchmark: tuple[float, float]) -> float:
    """The middle of a benchmark range, kept away from 0 and 1."""
    return float(np.clip((benchmark[0] + benchmark[1]) / 2, 1e-4, 1 - 1e-4))


def fit_prior(
    clicks: ArrayLike,
    orders: ArrayLike,
    benchmark: tuple[float, float] = BENCHMARK,
    *,
    start_strength: float = DEFAULT_STRENGTH,
    penalised: bool = True,
    least_terms: int = LEAST_TERMS,
    least_orders: float = LEAST_ORDERS,
) -> BetaPrior:
    """The beta distribution from which the terms' conversion rates come, by penalised maximum likelihood.

    `clicks` effective and `orders` capped, shape (n,). Maximises sum ln B(o + a, n - o + b) - ln B(a, b) less
    half of ((ln s - ln start_strength) / 1.2)^2 and of (logit m - logit of the benchmark's middle)^2: without
    the penalty s can run to infinity. Under 30 terms or 20 orders: the middle of the benchmark, strength 30.
    Newton steps in (logit m, ln s), damped where they do not climb; empirical Bayes after Skellam (1948).
    """
    orders_, clicks_ = np.asarray(orders, dtype=float), np.asarray(clicks, dtype=float)
    middle = benchmark_middle(benchmark)
    if orders_.size < least_terms or orders_.sum() < least_orders:
        return BetaPrior(middle, start_strength, fitted=False)
    tallies = _tally(orders_), _tally(np.maximum(clicks_ - orders_, 0)), _tally(np.maximum(clicks_, orders_))
    centre = np.array([np.log(middle / (1 - middle)), np.log(start_strength)])
    weight = np.array([1.0, STRENGTH_SPREAD**-2]) * penalised
    at = climb(lambda point: _objective(point, tallies, centre, weight), centre)
    return BetaPrior(float(1 / (1 + np.exp(-at[0]))), float(np.exp(at[1])))


def log_likelihood(prior: BetaPrior, clicks: ArrayLike, orders: ArrayLike) -> float:
    """Sum over terms of ln B(o + a, n - o + b) - ln B(a, b); binomial coefficients left out."""
    orders_, clicks_ = np.asarray(orders, dtype=float), np.asarray(clicks, dtype=float)
    return (
        _tally(orders_).derivatives(prior.a)[0]
        + _tally(clicks_ - orders_).derivatives(prior.b)[0]
        - _tally(clicks_).derivatives(prior.strength)[0]
    )


def _objective(
    at: FloatArray, tallies: tuple[_Tally, _Tally, _Tally], centre: FloatArray, weight: FloatArray
) -> tuple[float, FloatArray, FloatArray]:
    """Penalised log likelihood at (logit m, ln s), its gradient, and its negative Hessian."""
    mean, strength = 1 / (1 + np.exp(-at[0])), np.exp(at[1])
    a, b, spread = mean * strength, (1 - mean) * strength, mean * (1 - mean) * strength
    (la, ga, ha), (lb, gb, hb), (ls, gs, hs) = (
        tally.derivatives(shift) for tally, shift in zip(tallies, (a, b, strength), strict=True)
    )
    off = at - centre
    value = la + lb - ls - 0.5 * float(weight @ off**2)
    slope = np.array([spread * (ga - gb), a * ga + b * gb - strength * gs]) - weight * off
    curve_mean = spread**2 * (ha + hb) + spread * (1 - 2 * mean) * (ga - gb)
    curve_both = spread * (a * ha - b * hb) + spread * (ga - gb)
    curve_strength = a * a * ha + b * b * hb - strength**2 * hs + a * ga + b * gb - strength * gs
    curve = np.array([[weight[0] - curve_mean, -curve_both], [-curve_both, weight[1] - curve_strength]])
    return value, slope, curve
