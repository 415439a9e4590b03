"""Decides how much predicted conversion rates are worth: what is added to them, and how far terms stray from them."""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, psi

from services.ads.domain.arrays import FloatArray
from services.ads.domain.climbing import climb
from services.ads.domain.conversion_prior import DEFAULT_STRENGTH, STRENGTH_SPREAD

SHIFT_SPREAD = 3.0
SLOPE_SPREAD = 0.3
MOST_TERMS = 20_000


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean expit(centre + shift + slope (ln odds - centre)) of each term's beta prior, of one strength."""

    centre: float
    shift: float
    slope: float
    strength: float

    def mean(self, odds: FloatArray) -> FloatArray:
        """Prior mean for ln odds, the same shape."""
        result: FloatArray = expit(self.centre + self.shift + self.slope * (odds - self.centre))
        return result


def calibrate(odds: FloatArray, exposure: FloatArray, orders: FloatArray) -> Calibration:
    """Shift, slope and strength with which predictions (n,) explain the terms best: predictions that are no use
    get a slope towards 0 and so fall back to the account's mean.

    The predictions must not have seen the term's own orders. Maximises the beta-binomial likelihood with the
    penalty of `fit_prior` on the strength, and mild ones for no shift and slope 1. The Hessian is approximated by
    the terms' scores (Berndt, Hall, Hall & Hausman 1974). Large accounts are fitted on every k-th term.
    """
    stride = -(-odds.size // MOST_TERMS)
    x, n, o = odds[::stride], exposure[::stride], orders[::stride]
    centre = float(x.mean())
    design = np.column_stack([np.ones(x.size), x - centre])
    start = np.array([0.0, 1.0, np.log(DEFAULT_STRENGTH)])
    weight = np.array([SHIFT_SPREAD, SLOPE_SPREAD, STRENGTH_SPREAD]) ** -2.0

    sold = np.flatnonzero(o)
    tried, of_tried = np.unique(np.round(n, 2), return_inverse=True)

    def hill(at: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        mean, strength = np.clip(expit(centre + design @ at[:2]), 1e-6, 1 - 1e-6), np.exp(at[2])
        a, b = mean * strength, (1 - mean) * strength
        a_sold, o_sold = a[sold], o[sold]
        risen, fallen = gammaln(strength + tried) - gammaln(strength), psi(strength + tried) - psi(strength)
        height = float((gammaln(a_sold + o_sold) - gammaln(a_sold)).sum() - risen[of_tried].sum())
        height += float((gammaln(b + n - o) - gammaln(b)).sum()) - 0.5 * float(weight @ (at - start) ** 2)
        by_a = -fallen[of_tried]
        by_b = by_a + psi(b + n - o) - psi(b)
        by_a[sold] += psi(a_sold + o_sold) - psi(a_sold)
        by_odds = (by_a - by_b) * strength * mean * (1 - mean)
        score = np.column_stack([design * by_odds[:, None], a * by_a + b * by_b])
        return height, score.sum(axis=0) - weight * (at - start), score.T @ score + np.diag(weight)

    shift, slope, log_strength = climb(hill, start, tolerance=1e-4)
    return Calibration(centre, float(shift), float(slope), float(np.exp(log_strength)))
