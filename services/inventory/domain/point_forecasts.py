"""Textbook mean forecasts for demand with many zeros, kept as baselines and for what they explain."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from services.inventory.domain.arrays import FloatArray


@dataclass(frozen=True, slots=True)
class CrostonState:
    """Smoothed size of a non-zero demand and smoothed interval between them, in periods."""

    size: float
    interval: float

    @property
    def mean(self) -> float:
        """Units per period; zero when nothing was ever sold."""
        return self.size / self.interval if self.interval else 0.0


def exponential_smoothing(series: FloatArray, alpha: float) -> float:
    """Next mean by simple exponential smoothing, started at the first value."""
    if series.size == 0:
        return 0.0
    level = float(series[0])
    for value in series[1:]:
        level = alpha * float(value) + (1 - alpha) * level
    return level


def croston(series: FloatArray, alpha: float = 0.1) -> CrostonState:
    """Croston (1972): smooth sizes and intervals of the periods with demand, each by the same alpha."""
    occurred = np.flatnonzero(series > 0)
    if occurred.size == 0:
        return CrostonState(0.0, 0.0)
    intervals = np.diff(occurred, prepend=-1).astype(float)
    return CrostonState(exponential_smoothing(series[occurred], alpha), exponential_smoothing(intervals, alpha))


def syntetos_boylan(series: FloatArray, alpha: float = 0.1) -> float:
    """Croston without its bias: (1 - alpha / 2) z / p (Syntetos & Boylan 2005)."""
    return (1 - alpha / 2) * croston(series, alpha).mean


def teunter_syntetos_babai(series: FloatArray, alpha_size: float = 0.1, alpha_chance: float = 0.1) -> float:
    """Chance of a sale, updated every period, times size: decays when an item dies (2011)."""
    occurred = series > 0
    if not occurred.any():
        return 0.0
    return exponential_smoothing(occurred.astype(float), alpha_chance) * exponential_smoothing(
        series[occurred], alpha_size
    )


def _bucket_forecast(series: FloatArray, length: int) -> float:
    whole = series[series.size % length :]
    if whole.size == 0:
        return float(series.mean()) if series.size else 0.0
    return optimised_smoothing(whole.reshape(-1, length).sum(axis=1)) / length


def optimised_smoothing(series: FloatArray, lowest: float = 0.1, highest: float = 0.3) -> float:
    """Exponential smoothing with the alpha of least squared one-step error between two bounds."""

    def squared_error(alpha: float) -> float:
        level, total = float(series[0]), 0.0
        for value in series[1:]:
            total += (float(value) - level) ** 2
            level = alpha * float(value) + (1 - alpha) * level
        return total

    inner = minimize_scalar(squared_error, bounds=(lowest, highest), method="bounded", options={"xatol": 1e-9})
    best = min((lowest, float(inner.x), highest), key=squared_error)
    return exponential_smoothing(series, best)


def adida(series: FloatArray) -> float:
    """Aggregate over buckets as long as the mean interval, smooth, share out (Nikolopoulos et al. 2011)."""
    occurred = np.flatnonzero(series > 0)
    if occurred.size == 0:
        return 0.0
    return _bucket_forecast(series, max(1, int(np.diff(occurred, prepend=-1).mean())))


def imapa(series: FloatArray) -> float:
    """Mean over all bucket lengths up to the mean interval (Petropoulos & Kourentzes 2015)."""
    occurred = np.flatnonzero(series > 0)
    if occurred.size == 0:
        return 0.0
    longest = max(1, int(np.diff(occurred, prepend=-1).mean()))
    return float(np.mean([_bucket_forecast(series, length) for length in range(1, longest + 1)]))
