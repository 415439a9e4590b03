"""Decides the score of a campaign or term from 0 to 100: five parts, what each one loses, and a cap by stock."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc

from services.ads.domain.arrays import FloatArray

PARTS = ("profit", "target", "cvr", "ctr", "budget")
WEIGHTS = np.array([40.0, 15.0, 25.0, 10.0, 10.0])
CTR_STRENGTH = 500.0  # impressions that the benchmark CTR counts for
NO_STOCK_CAP, SHORT_COVER_CAP, LOW_COVER_CAP, NO_CAP = 10.0, 40.0, 70.0, 100.0
SHORT_COVER_DAYS, LOW_COVER_DAYS = 7.0, 14.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of n rows.

    `parts` (n, 5) in [0, 1] in the order of PARTS, NaN where unknown; `points` (n, 5) what each part may give
    after the weights of missing parts went to the others; `lost` (n, 5) what it does not give. `uncapped` and
    `score` (n,) before and after `cap` (n,); NaN where no part is known.
    """

    parts: FloatArray
    points: FloatArray
    lost: FloatArray
    uncapped: FloatArray
    cap: FloatArray
    score: FloatArray


def click_through_part(impressions: ArrayLike, clicks: ArrayLike, benchmark: ArrayLike) -> FloatArray:
    """P(CTR >= benchmark): the benchmark is the prior's mean and counts for 500 impressions.

    NaN without a benchmark or impressions. Never of a search-term report: terms without a click are missing there.
    """
    seen, clicked, level = np.broadcast_arrays(
        np.asarray(impressions, dtype=float), np.asarray(clicks, dtype=float), np.asarray(benchmark, dtype=float)
    )
    known = (seen > 0) & (level > 0) & (level < 1) & ~np.isnan(clicked)
    level_ = np.where(known, level, 0.5)
    clicked_ = np.where(known, np.minimum(clicked, seen), 0.0)
    missed = np.where(known, seen, 0.0) - clicked_
    chance = 1 - betainc(CTR_STRENGTH * level_ + clicked_, CTR_STRENGTH * (1 - level_) + missed, level_)
    return np.where(known, chance, np.nan)


def stock_cap(sellable: ArrayLike, has_buy_box: ArrayLike, cover_days: ArrayLike) -> FloatArray:
    """The highest score that stock allows: 10 without stock or buy box, 40 under 7 days, 70 under 14.

    `sellable` units and `cover_days` may be NaN for unknown, which caps nothing.
    """
    units, cover = np.asarray(sellable, dtype=float), np.asarray(cover_days, dtype=float)
    gone = (units <= 0) | (cover <= 0) | ~np.asarray(has_buy_box, dtype=bool)
    cap = np.where(cover < LOW_COVER_DAYS, LOW_COVER_CAP, NO_CAP)
    cap = np.where(cover < SHORT_COVER_DAYS, SHORT_COVER_CAP, cap)
    return np.where(gone, NO_STOCK_CAP, cap)


def score(
    p_unprofitable: ArrayLike,
    p_target: ArrayLike,
    p_below_benchmark: ArrayLike,
    click_through: ArrayLike,
    time_in_budget: ArrayLike,
    cap: ArrayLike = NO_CAP,
) -> Scores:
    """40 (1 - P_unprofitable) + 15 P(ACoS <= target) + 25 (1 - P_below) + 10 P(CTR >= benchmark) + 10 in budget.

    NaN is a missing part: the weights of those present are rescaled to 100.
    """
    columns = np.broadcast_arrays(
        1 - np.asarray(p_unprofitable, dtype=float),
        np.asarray(p_target, dtype=float),
        1 - np.asarray(p_below_benchmark, dtype=float),
        np.asarray(click_through, dtype=float),
        np.asarray(time_in_budget, dtype=float),
        np.asarray(cap, dtype=float),
    )
    parts = np.clip(np.stack(columns[:5], axis=-1), 0.0, 1.0)
    weight = np.where(np.isnan(parts), 0.0, WEIGHTS)
    total = weight.sum(axis=-1, keepdims=True)
    points = np.divide(100 * weight, total, out=np.zeros_like(weight), where=total > 0)
    given = points * np.nan_to_num(parts)
    uncapped = np.where(total[..., 0] > 0, given.sum(axis=-1), np.nan)
    return Scores(parts, points, points - given, uncapped, columns[5], np.minimum(uncapped, columns[5]))
