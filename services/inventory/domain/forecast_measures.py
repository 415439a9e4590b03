"""Measures by which a forecast of demand is judged."""

import numpy as np

from services.inventory.domain.arrays import FloatArray


def pinball_loss(quantile: FloatArray, actual: FloatArray, probability: float) -> FloatArray:
    """Loss of a quantile forecast, units: max(tau (y - q), (tau - 1)(y - q)); shapes broadcast."""
    gap = np.asarray(actual, dtype=float) - np.asarray(quantile, dtype=float)
    loss: FloatArray = np.maximum(probability * gap, (probability - 1) * gap)
    return loss


def coverage(quantile: FloatArray, actual: FloatArray) -> float:
    """Share of actual values at or below the forecast quantile."""
    return float(np.mean(np.asarray(actual) <= np.asarray(quantile)))


def weighted_error(forecast: FloatArray, actual: FloatArray) -> float:
    """WAPE: sum of absolute errors over the sum of actual values."""
    return float(np.abs(np.asarray(forecast) - actual).sum() / max(float(np.sum(actual)), 1e-12))


def bias(forecast: FloatArray, actual: FloatArray) -> float:
    """Relative error of the total: positive when too much was forecast."""
    total = float(np.sum(actual))
    return (float(np.sum(forecast)) - total) / max(total, 1e-12)
