"""Decides how far advertising gives way when stock runs short: what to cut, what to pause first, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from services.ads.domain.arrays import FloatArray
from services.ads.domain.ratios import ratio

SHORT_COVER_DAYS, LOW_COVER_DAYS = 7.0, 14.0
# What was throttled comes back only when the stock lasts a week longer than what would throttle it again.
RESTORE_MARGIN_DAYS = 7.0
MOST_CUT, LEAST_CUT, LOW_COVER_CUT = 0.5, 0.1, 0.2


class Throttle(StrEnum):
    """How far advertising gives way."""

    NONE = "none"
    EASE = "ease"  # a little less, nothing more
    CUT = "cut"  # lower bids, no more budget, pause generic terms first


@dataclass(frozen=True, slots=True)
class CoverFacts:
    """The stock of what a campaign advertises: units sellable, units arriving within the lead time, units a day."""

    sellable: float
    arriving: float
    daily_units: float
    ad_units_per_day: float = 0.0
    lead_time_days: float | None = None

    @property
    def days(self) -> float:
        """Days of cover, infinite when nothing sells."""
        return float(days_of_cover(self.sellable, self.arriving, self.daily_units))

    @property
    def days_without_ads(self) -> float:
        """Days of cover if nothing were sold through ads."""
        return float(days_of_cover(self.sellable, self.arriving, max(self.daily_units - self.ad_units_per_day, 0.0)))


@dataclass(frozen=True, slots=True)
class PauseCandidate:
    """A campaign or target that could pause: its cost and units by ads a day, and whether it defends the own brand."""

    key: str
    is_brand: bool
    cost_per_day: float
    units_per_day: float


def days_of_cover(sellable: ArrayLike, arriving: ArrayLike, daily_units: ArrayLike) -> FloatArray:
    """(sellable + arriving within the lead time) / trailing daily units; infinite without sales, NaN if unknown."""
    units = np.asarray(sellable, dtype=float) + np.asarray(arriving, dtype=float)
    daily = np.asarray(daily_units, dtype=float)
    cover = ratio(units, daily)
    return np.where((daily <= 0) & ~np.isnan(units), np.where(units > 0, np.inf, 0.0), cover)


def throttle(cover_days: float, lead_time_days: float | None) -> Throttle:
    """Cut below 7 days or the lead time, ease below 14; unknown cover throttles nothing."""
    if cover_days < SHORT_COVER_DAYS or (lead_time_days is not None and cover_days < lead_time_days):
        return Throttle.CUT
    return Throttle.EASE if cover_days < LOW_COVER_DAYS else Throttle.NONE


def stock_lasts(cover_days: ArrayLike, lead_time_days: ArrayLike = np.nan) -> FloatArray:
    """Whether bids and budgets may rise: known cover of 14 days and of the lead time at least. Boolean array."""
    cover = np.asarray(cover_days, dtype=float)
    return (cover >= LOW_COVER_DAYS) & ~(cover < np.asarray(lead_time_days, dtype=float))


def enough_cover(lead_time_days: ArrayLike = np.nan) -> FloatArray:
    """Days of cover from which what stock lowered or paused comes back: a week above what would lower it again."""
    return np.asarray(np.fmax(np.asarray(lead_time_days, dtype=float), LOW_COVER_DAYS) + RESTORE_MARGIN_DAYS)


def bid_cut(cover_days: ArrayLike, lead_time_days: ArrayLike = np.nan) -> FloatArray:
    """The share by which bids fall: by half under 7 days, 10 to 20 % under 14, and under the lead time by half of
    the share of it that is not covered (10 % at least); 0 otherwise and where the cover is unknown.
    """
    cover, lead = np.asarray(cover_days, dtype=float), np.asarray(lead_time_days, dtype=float)
    low = LEAST_CUT + (LOW_COVER_CUT - LEAST_CUT) * (LOW_COVER_DAYS - cover) / (LOW_COVER_DAYS - SHORT_COVER_DAYS)
    cut = np.where(cover < LOW_COVER_DAYS, low, 0.0)
    uncovered = 1 - ratio(cover, lead)
    behind = np.clip(MOST_CUT * np.nan_to_num(uncovered), LEAST_CUT, MOST_CUT)
    cut = np.where(cover < lead, np.maximum(cut, behind), cut)
    return np.where(cover < SHORT_COVER_DAYS, MOST_CUT, cut)


def cost_until_stock_out(cost_per_day: ArrayLike, cover_days: ArrayLike) -> FloatArray:
    """Ad cost until the shelf is empty: cost a day x days of cover; NaN where it never empties."""
    cover = np.asarray(cover_days, dtype=float)
    return np.where(np.isfinite(cover), np.asarray(cost_per_day, dtype=float) * cover, np.nan)


def pause_order(candidates: Sequence[PauseCandidate]) -> tuple[PauseCandidate, ...]:
    """Generic terms first and brand terms last; within each what costs most per unit sold first."""
    return tuple(
        sorted(
            candidates,
            key=lambda each: (
                each.is_brand,
                -(each.cost_per_day / each.units_per_day if each.units_per_day > 0 else np.inf),
                each.key,
            ),
        )
    )


def to_pause(candidates: Sequence[PauseCandidate], cover: CoverFacts) -> tuple[PauseCandidate, ...]:
    """The first in that order whose units, no longer sold by ads, let the stock last the lead time.

    Nothing while it lasts or the lead time is unknown, and nothing that sells nothing: pausing it saves no unit.
    """
    if cover.lead_time_days is None or cover.days >= cover.lead_time_days or cover.lead_time_days <= 0:
        return ()
    allowed = (cover.sellable + cover.arriving) / cover.lead_time_days
    chosen: list[PauseCandidate] = []
    daily = cover.daily_units
    for each in pause_order(candidates):
        if daily <= allowed:
            break
        if each.units_per_day <= 0:
            continue
        chosen.append(each)
        daily -= each.units_per_day
    return tuple(chosen)
