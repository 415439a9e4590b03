"""Decides what is known of a conversion rate after its clicks, few or many: an expectation, odds, an interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincinv

from services.ads.domain.arrays import FloatArray, IntArray
from services.ads.domain.conversion_prior import BENCHMARK, fit_prior

CAMPAIGN_STRENGTH = 60.0
HALVINGS = 40


@dataclass(frozen=True, slots=True)
class ConversionEstimate:
    """Conversion rates of n terms, each a mixture of beta distributions: `weight`, `a`, `b` of shape (n, k).

    Read it through its methods only; how many parts the mixture has is nobody else's matter. `prior_mean` and
    `prior_strength` (n,) say what was believed before the term's own clicks.
    """

    weight: FloatArray
    a: FloatArray
    b: FloatArray
    exposure: FloatArray
    prior_mean: FloatArray
    prior_strength: FloatArray

    @property
    def expected(self) -> FloatArray:
        """E[CVR], shape (n,)."""
        mean: FloatArray = (self.weight * (self.a / (self.a + self.b))).sum(axis=1)
        return mean

    @property
    def evidence(self) -> FloatArray:
        """Share of own clicks in what is known, n / (n + s), shape (n,)."""
        share: FloatArray = self.exposure / (self.exposure + self.prior_strength)
        return share

    def below(self, rate: ArrayLike) -> FloatArray:
        """P(CVR < rate), `rate` one number or (n,); 1 where the rate is 1 or more, NaN where it is NaN."""
        limit = np.clip(np.broadcast_to(np.asarray(rate, dtype=float), self.exposure.shape), 0.0, 1.0)
        chance: FloatArray = (self.weight * betainc(self.a, self.b, limit[:, None])).sum(axis=1)
        return np.clip(chance, 0.0, 1.0)

    def interval(self, level: float = 0.9) -> tuple[FloatArray, FloatArray]:
        """The central interval that holds the rate with probability `level`: two arrays of shape (n,)."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def quantile(self, chance: float) -> FloatArray:
        """The rate below which CVR lies with probability `chance`, shape (n,)."""
        parts = betaincinv(self.a, self.b, chance)
        if parts.shape[1] == 1:
            return np.asarray(parts[:, 0])
        used = np.where(self.weight > 0, parts, np.nan)
        low, high = np.nanmin(used, axis=1), np.nanmax(used, axis=1)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            under = self.below(middle) < chance
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return (low + high) / 2


@dataclass(frozen=True, slots=True)
class TermGroups:
    """Where n terms belong, as codes from 0 (any level left None is not used), and what they say.

    `category` chooses the benchmark; a campaign belongs to one category; codes of ad groups and targets are
    unique over all campaigns. `text` is the search term or keyword as written.
    """

    category: IntArray | None = None
    campaign: IntArray | None = None
    ad_group: IntArray | None = None
    target: IntArray | None = None
    match_type: IntArray | None = None
    text: Sequence[str] | None = None


def estimate_conversion(
    orders: ArrayLike,
    effective_clicks: ArrayLike,
    groups: TermGroups | None = None,
    benchmarks: Sequence[tuple[float, float]] = (BENCHMARK,),
) -> ConversionEstimate:
    """What is known of each term's conversion rate: prior of its group, then its own clicks.

    `orders` (n,), capped at the clicks (`ratios.capped_orders`); `effective_clicks` (n,), raised to the orders
    where the lag correction leaves fewer. `benchmarks[c]` is the range of category c. For campaigns or other
    totals pass groups without `campaign`.
    """
    count = np.maximum(np.asarray(orders, dtype=float), 0.0)
    exposure = np.maximum(np.asarray(effective_clicks, dtype=float), count)
    groups = groups or TermGroups()
    category = np.zeros(count.size, dtype=np.intp) if groups.category is None else groups.category
    mean, strength = np.empty(count.size), np.empty(count.size)
    for code in np.unique(category):
        rows = np.flatnonzero(category == code)
        prior = fit_prior(exposure[rows], count[rows], benchmarks[int(code)])
        mean[rows], strength[rows] = prior.mean, prior.strength
        if groups.campaign is not None:
            mean[rows] = _left_out_mean(count[rows], exposure[rows], groups.campaign[rows], prior.mean)
    return posterior(count, exposure, mean, strength)


def posterior(orders: FloatArray, exposure: FloatArray, mean: FloatArray, strength: FloatArray) -> ConversionEstimate:
    """Beta prior by mean and strength, all (n,), and the counts: Beta(m s + o, (1 - m) s + n - o)."""
    return ConversionEstimate(
        weight=np.ones((orders.size, 1)),
        a=(mean * strength + orders)[:, None],
        b=((1 - mean) * strength + exposure - orders)[:, None],
        exposure=exposure,
        prior_mean=mean,
        prior_strength=strength,
    )


def _left_out_mean(orders: FloatArray, clicks: FloatArray, campaign: IntArray, mean: float) -> FloatArray:
    """Rate of each term's campaign without the term itself, shrunk to the category's mean."""
    codes, member = np.unique(campaign, return_inverse=True)
    total_orders = np.bincount(member, orders, codes.size)
    total_clicks = np.bincount(member, clicks, codes.size)
    prior = fit_prior(
        total_clicks, total_orders, (mean, mean), start_strength=CAMPAIGN_STRENGTH, least_terms=5, least_orders=20
    )
    others = total_orders[member] - orders, total_clicks[member] - clicks
    rate: FloatArray = (mean * prior.strength + others[0]) / (prior.strength + others[1])
    return rate
