"""Decides how far campaigns, match types, words and traffic shift the odds that a term's clicks convert."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from services.ads.domain.arrays import FloatArray, IntArray

VARIANCE = 0.1  # of the ln odds between the groups of a level before anything is known; counts as two groups
VARIANCE_GROUPS = 2.0
LEAST_VARIANCE, MOST_VARIANCE = 1e-4, 4.0
FEATURE_VARIANCE = 0.04
SWEEPS = 12
STRIDE = 1.8  # steps of expectation and maximisation are short: each goes this many times as far, in logarithms
LONGEST_STEP, SMALL_STEP = 1.0, 2e-3
LEAST_REMAINDER = 0.1


@dataclass(frozen=True, slots=True)
class Level:
    """Which groups the n terms belong to: `code[j]` of term `row[j]`, or of term j where `row` is None.

    `each` is how many groups of this level a term has on average: 1, but several for words.
    """

    code: IntArray
    size: int
    row: IntArray | None = None
    each: float = 1.0

    @staticmethod
    def of(code: IntArray) -> "Level":
        """Every term in one group, or with a code of -1 in none."""
        size, known = int(code.max(initial=-1)) + 1, np.flatnonzero(code >= 0)
        return Level(code, size) if known.size == code.size else Level(code[known], size, known)

    @staticmethod
    def of_many(row: IntArray, code: IntArray) -> "Level":
        """Terms with any number of groups each."""
        terms = int((np.bincount(row) > 0).sum())
        return Level(code, int(code.max()) + 1, row, max(1.0, row.size / terms))

    def gathered(self, values: FloatArray) -> FloatArray:
        """Sum over the terms of each group."""
        weights = values if self.row is None else values[self.row]
        total: FloatArray = np.bincount(self.code, weights, self.size)
        return total

    def spread(self, values: FloatArray, terms: int) -> FloatArray:
        """Sum over the groups of each term."""
        if self.row is None:
            return np.asarray(values[self.code])
        total: FloatArray = np.bincount(self.row, values[self.code], terms)
        return total


def left_out_odds(
    orders: FloatArray,
    exposure: FloatArray,
    base_odds: FloatArray,
    strength: float,
    levels: Sequence[Level],
    features: FloatArray,
) -> FloatArray:
    """Ln odds of each term's conversion rate, learned from the other terms: its own orders do not count.

    All (n,); `features` (n, k) have deviation 1. A logistic regression whose groups deviate normally around
    their parents, the variance of each level learned on the way (Breslow & Clayton 1993, by blocks; variances by
    expectation and maximisation). Terms weigh as a beta-binomial of `strength` does: a thousand clicks of one
    term are still one term. The term itself is then taken out of every one of its groups by one Newton step.
    """
    size = orders.size
    weight = (strength + 1) / (strength + np.maximum(exposure, 1.0))
    won, tried = weight * orders, weight * exposure
    odds = np.array(base_odds, dtype=float)
    design = np.column_stack([np.ones(size), features])
    slopes, ridge = np.zeros(design.shape[1]), np.append(1e-6, np.full(features.shape[1], 1 / FEATURE_VARIANCE))
    effect = [np.zeros(level.size) for level in levels]
    variance = [VARIANCE] * len(levels)
    chance = expit(odds)
    for sweep in range(SWEEPS):
        left, information = won - tried * chance, tried * chance * (1 - chance)
        step = np.linalg.solve((design.T * information) @ design + np.diag(ridge), design.T @ left - ridge * slopes)
        step = np.clip(step, -LONGEST_STEP, LONGEST_STEP)
        slopes += step
        odds += design @ step
        farthest = float(np.abs(step).max())
        for number, level in enumerate(levels):
            chance = expit(odds)
            known = level.gathered(tried * chance * (1 - chance))
            pull = level.gathered(won - tried * chance) - effect[number] / variance[number]
            move = np.clip(pull / (known * level.each + 1 / variance[number]), -LONGEST_STEP, LONGEST_STEP)
            effect[number] += move
            farthest = max(farthest, float(np.abs(move).max()))
            odds += level.spread(move, size)
            if sweep >= 2:
                there = known > 0
                square = effect[number] ** 2 + 1 / (known + 1 / variance[number])
                found = (VARIANCE_GROUPS * VARIANCE + float(square[there].sum())) / (
                    VARIANCE_GROUPS + float(there.sum())
                )
                ahead = variance[number] * (found / variance[number]) ** STRIDE
                variance[number] = min(max(ahead, LEAST_VARIANCE), MOST_VARIANCE)
        chance = expit(odds)
        if farthest < SMALL_STEP:
            break
    left, information = won - tried * chance, tried * chance * (1 - chance)
    lever = np.zeros(size)
    for number, level in enumerate(levels):
        lever += level.spread(1 / (level.gathered(information) + 1 / variance[number]), size)
    return np.asarray(odds - lever * left / np.maximum(1 - lever * information, LEAST_REMAINDER))
