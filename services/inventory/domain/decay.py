"""Decides how the past fades: sums in which each step back counts less by the same factor."""

import numpy as np

from services.inventory.domain.arrays import FloatArray


def decayed_sums(values: FloatArray, decay: float) -> FloatArray:
    """s_t = x_t + decay s_(t-1) along the last axis, begun at zero, in the numbers' own precision.

    The first-order filter of exponential smoothing (Brown 1956), one vectorised step for each t.
    """
    factor = values.dtype.type(decay)
    sums = np.empty_like(values)
    running = np.zeros(values.shape[:-1], dtype=values.dtype)
    for step in range(values.shape[-1]):
        running = values[..., step] + factor * running
        sums[..., step] = running
    return sums
