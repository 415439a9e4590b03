"""Decides who gets what of a scarce domestic stock."""

import math

import numpy as np
from scipy.special import ndtri

from services.inventory.domain.arrays import FloatArray, IntArray
from services.inventory.domain.bisection import falling_root
from services.inventory.domain.lead_time_demand import normal_loss


def fair_share(stock: float, means: FloatArray, deviations: FloatArray) -> tuple[float, FloatArray]:
    """Equal fractile: q_i = mu_i + z s_i with one z for all (Eppen & Schrage 1981). Returns z and q."""
    z = (stock - float(means.sum())) / float(deviations.sum())
    return z, means + z * deviations


def share_by_value(
    stock: float, means: FloatArray, deviations: FloatArray, margins: FloatArray
) -> tuple[float, FloatArray]:
    """Shares with m_i P(D_i > q_i) = lambda for all. Returns lambda, the value of one more unit at home, and q."""

    def shares(worth: float) -> FloatArray:
        chance = np.clip(worth / margins, 1e-12, 1.0)
        wanted: FloatArray = np.where(worth >= margins, 0.0, np.maximum(means - deviations * ndtri(chance), 0.0))
        return wanted

    highest = float(margins.max())
    if float(shares(1e-9).sum()) <= stock:
        return 0.0, shares(1e-9)
    worth = falling_root(lambda x: float(shares(x).sum()) - stock, 1e-9, highest)
    return worth, shares(worth)


def expected_sales_value(
    quantities: FloatArray, means: FloatArray, deviations: FloatArray, margins: FloatArray
) -> float:
    """Sum of m_i E min(D_i, q_i) for normal demands."""
    z = (quantities - means) / deviations
    short = deviations * normal_loss(z)
    return float((margins * (means - short)).sum())


def best_gains(gains: FloatArray, sizes: IntArray, stock: int) -> tuple[IntArray, float]:
    """Choose from lots by gain per unit until the stock is used up.

    `gains` gain per unit of each lot (k,), `sizes` units of each lot. Lots of one claimant must come with
    falling gains. Returns the chosen indices and the gain per unit of the first lot left out (the value of
    one more unit at home; 0 when all fit). A lot that no longer fits is skipped, smaller ones behind it are
    still tried.
    """
    order = np.argsort(-gains, kind="stable")
    chosen: list[int] = []
    left = stock
    worth = 0.0
    for index in order:
        if gains[index] <= 0:
            break
        if sizes[index] <= left:
            chosen.append(int(index))
            left -= int(sizes[index])
        elif worth == 0.0:
            worth = float(gains[index])
    return np.array(chosen, dtype=np.int64), worth


def whole_cartons(units: int, carton: int, minimum: int = 0) -> int:
    """Round a need up to cartons, and to the minimum order quantity; nothing stays nothing."""
    if units <= 0:
        return 0
    size = max(carton, 1)
    return math.ceil(max(units, minimum) / size) * size
