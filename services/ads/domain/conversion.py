"""Decides what is known of a conversion rate after its clicks, few or many: an expectation, odds, an interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, logit

from services.ads.domain.arrays import BoolArray, FloatArray, IntArray, by_parts
from services.ads.domain.beta_quantiles import beta_quantiles
from services.ads.domain.conversion_calibration import calibrate
from services.ads.domain.conversion_levels import Level, left_out_odds
from services.ads.domain.conversion_prior import BENCHMARK, fit_prior
from services.ads.domain.search_words import word_occurrences

UNSHOWN_IMPRESSIONS = 20.0


@dataclass(frozen=True, slots=True)
class ConversionEstimate:
    """Conversion rates of n terms as beta distributions `a`, `b` (n,), of which consumers use only the methods.

    `prior_mean` and `prior_strength` (n,) say what was believed before the term's own clicks.
    """

    a: FloatArray
    b: FloatArray
    exposure: FloatArray
    prior_mean: FloatArray
    prior_strength: FloatArray

    @property
    def expected(self) -> FloatArray:
        """E[CVR], shape (n,)."""
        return np.asarray(self.a / (self.a + self.b))

    @property
    def evidence(self) -> FloatArray:
        """Share of own clicks in what is known, n / (n + s), shape (n,)."""
        return np.asarray(self.exposure / (self.exposure + self.prior_strength))

    def below(self, rate: ArrayLike) -> FloatArray:
        """P(CVR < rate), `rate` one number or (n,); 1 where the rate is 1 or more, NaN where it is NaN."""
        limit = np.broadcast_to(np.clip(np.asarray(rate, dtype=float), 0.0, 1.0), self.a.shape)
        return np.asarray(by_parts(betainc, self.a, self.b, limit))

    def interval(self, level: float = 0.9) -> tuple[FloatArray, FloatArray]:
        """The central interval that holds the rate with probability `level`: two arrays of shape (n,)."""
        return self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)

    def quantile(self, chance: float) -> FloatArray:
        """The rate below which CVR lies with probability `chance`, shape (n,)."""
        return beta_quantiles(self.a, self.b, chance)


@dataclass(frozen=True, slots=True)
class TermGroups:
    """Where n terms belong, as codes from 0 (any level left None is not used), and what they say. In a `portfolio` of
    -1 is what belongs to none.

    `category` chooses the benchmark. `ad_group` and `target` are accepted and not used: in five real accounts
    they told nothing that campaign and words did not. `text` is the search term or keyword as written.
    """

    category: IntArray | None = None
    campaign: IntArray | None = None
    ad_group: IntArray | None = None
    target: IntArray | None = None
    match_type: IntArray | None = None
    text: Sequence[str] | None = None
    portfolio: IntArray | None = None

    def taken(self, rows: IntArray) -> "TermGroups":
        """The same of some terms only."""
        return TermGroups(
            category=_taken(self.category, rows),
            campaign=_taken(self.campaign, rows),
            ad_group=_taken(self.ad_group, rows),
            target=_taken(self.target, rows),
            match_type=_taken(self.match_type, rows),
            text=None if self.text is None else [self.text[row] for row in rows],
            portfolio=_taken(self.portfolio, rows),
        )


@dataclass(frozen=True, slots=True)
class Traffic:
    """What n terms had before any order: arrays (n,), of one window; NaN or 0 impressions are unknown."""

    clicks: FloatArray
    impressions: FloatArray
    cost: FloatArray


def estimate_conversion(
    orders: ArrayLike,
    effective_clicks: ArrayLike,
    groups: TermGroups | None = None,
    benchmarks: Sequence[tuple[float, float]] = (BENCHMARK,),
    traffic: Traffic | None = None,
) -> ConversionEstimate:
    """What is known of each term's conversion rate: a beta prior of its own, then its own clicks.

    `orders` (n,), capped at the clicks (`ratios.capped_orders`); `effective_clicks` (n,), raised to the orders
    where the lag correction leaves fewer. `benchmarks[c]` is the range of category c. The prior starts from the
    category's (`fit_prior`), is shifted by what other terms of the portfolio, campaign and match type and terms
    with the same words tell, and by click-through rate and price of clicks (`left_out_odds`); how much
    that is worth, the terms decide (`calibrate`). In a category of under 30 terms or 20 orders it is the middle of
    the benchmark. For campaigns or other totals pass groups without `campaign`.
    """
    count = np.maximum(np.asarray(orders, dtype=float), 0.0)
    exposure = np.maximum(np.asarray(effective_clicks, dtype=float), count)
    groups = groups or TermGroups()
    category = np.zeros(count.size, dtype=np.intp) if groups.category is None else np.asarray(groups.category)
    mean, strength, fitted = _category_priors(count, exposure, category, benchmarks)
    rows = np.flatnonzero(fitted)
    if not rows.size:
        return posterior(count, exposure, mean, strength)
    groups = groups if rows.size == count.size else groups.taken(rows)
    levels = _levels(groups)
    if levels or traffic is not None:
        features = _features(groups, traffic, rows)
        odds = left_out_odds(
            count[rows], exposure[rows], logit(mean[rows]), float(np.median(strength[rows])), levels, features
        )
        told = calibrate(odds, exposure[rows], count[rows])
        mean[rows], strength[rows] = told.mean(odds), told.strength
    return posterior(count, exposure, mean, strength)


def posterior(orders: FloatArray, exposure: FloatArray, mean: FloatArray, strength: FloatArray) -> ConversionEstimate:
    """Beta prior by mean and strength, all (n,), and the counts: Beta(m s + o, (1 - m) s + n - o)."""
    return ConversionEstimate(
        a=mean * strength + orders,
        b=(1 - mean) * strength + exposure - orders,
        exposure=exposure,
        prior_mean=mean,
        prior_strength=strength,
    )


def _category_priors(
    orders: FloatArray, exposure: FloatArray, category: IntArray, benchmarks: Sequence[tuple[float, float]]
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Mean and strength of each term's category, and whether its terms were enough to fit them."""
    mean, strength, fitted = np.empty(orders.size), np.empty(orders.size), np.zeros(orders.size, dtype=bool)
    for code in np.unique(category):
        rows = np.flatnonzero(category == code)
        prior = fit_prior(exposure[rows], orders[rows], benchmarks[int(code)])
        mean[rows], strength[rows], fitted[rows] = prior.mean, prior.strength, prior.fitted
    return mean, strength, fitted


def _taken(codes: IntArray | None, rows: IntArray) -> IntArray | None:
    return None if codes is None else np.asarray(np.asarray(codes)[rows])


def _levels(groups: TermGroups) -> list[Level]:
    codes = (groups.match_type, groups.category, groups.portfolio, groups.campaign)
    levels = [Level.of(np.asarray(code)) for code in codes if code is not None]
    levels = [level for level in levels if level.size > 1]
    if groups.text is not None:
        row, word = word_occurrences(groups.text)
        if row.size:
            levels.append(Level.of_many(row, word))
    return levels


def _features(groups: TermGroups, traffic: Traffic | None, rows: IntArray) -> FloatArray:
    """Click-through rate, and price of a click beside the campaign's usual one: logarithms of deviation 1.

    How many clicks a term had is left out: in five real accounts it told nothing of clicks yet to come.
    """
    if traffic is None:
        return np.zeros((rows.size, 0))
    clicks, cost = np.maximum(traffic.clicks[rows], 0.0), traffic.cost[rows]
    shown = np.nan_to_num(traffic.impressions[rows])
    through = np.log((clicks + 0.5) / (np.maximum(shown, clicks) + UNSHOWN_IMPRESSIONS))
    paid = (clicks > 0) & (cost > 0)
    price = np.full(rows.size, np.nan)
    price[paid] = np.log(cost[paid] / clicks[paid])
    if groups.campaign is not None:
        price = price - _usual(price, np.asarray(groups.campaign))
    return np.column_stack([_standard(np.where(shown > 0, through, np.nan)), _standard(price)])


def _usual(values: FloatArray, group: IntArray) -> FloatArray:
    """Mean of each group's known values, for each of its terms."""
    known = ~np.isnan(values)
    total = np.bincount(group[known], values[known], int(group.max(initial=0)) + 1)
    count = np.bincount(group[known], minlength=total.size)
    return np.asarray((total / np.maximum(count, 1))[group])


def _standard(values: FloatArray) -> FloatArray:
    """Deviations from the mean in standard deviations; 0 where unknown or where all are alike."""
    known = ~np.isnan(values)
    result = np.zeros(values.size)
    if known.any():
        off = values[known] - values[known].mean()
        result[known] = off / max(float(off.std()), 1e-9) if float(off.std()) > 1e-9 else 0.0
    return result
