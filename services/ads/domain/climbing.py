"""Finds the top of a smooth hill by damped Newton steps."""

from collections.abc import Callable

import numpy as np

from services.ads.domain.arrays import FloatArray

MOST_STEPS = 60
LONGEST_STEP = 2.0
FARTHEST = 14.0  # in ln and logit: e^14 is as good as never

Hill = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]


def climb(hill: Hill, start: FloatArray, tolerance: float = 1e-7) -> FloatArray:
    """The point near `start` (k,) where `hill` is highest; it answers height, gradient and negative Hessian.

    Where a step does not climb, the Hessian is damped (Levenberg 1944). Ends when a step is under `tolerance`.
    """
    at = np.asarray(start, dtype=float)
    height, slope, curve = hill(at)
    damping = 0.0
    for _ in range(MOST_STEPS):
        step = np.linalg.solve(curve + damping * np.eye(at.size), slope)
        step *= min(1.0, LONGEST_STEP / max(float(np.abs(step).max()), 1e-300))
        new = np.clip(at + step, -FARTHEST, FARTHEST)
        tried = hill(new)
        if tried[0] >= height - 1e-12 * abs(height) and step @ slope >= 0:
            moved = float(np.abs(new - at).max())
            at, (height, slope, curve), damping = new, tried, damping / 8
            if moved < tolerance:
                break
        else:
            damping = max(4 * damping, 1e-2 * float(np.abs(curve).max()))
            if damping > 1e12:
                break
    return at
