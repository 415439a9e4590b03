"""Decides how much of a listing's demand belongs to the time of the year, learned over several listings."""

import numpy as np

from services.inventory.domain.arrays import BoolArray, FloatArray, IntArray

WEEKS = 52
YEAR_DAYS = 365.25
SMOOTHING_WEEKS = 2.0
ONE_YEAR_TRUST = 0.35  # share of a pattern kept when one year cannot tell season from chance


def week_of_year(days: IntArray) -> IntArray:
    """Bin 0..51 of absolute day numbers; any origin serves, as only the distance in years matters."""
    return np.floor((np.asarray(days) % YEAR_DAYS) / YEAR_DAYS * WEEKS).astype(np.int64) % WEEKS


def _smoothed(index: FloatArray) -> FloatArray:
    offsets = np.minimum(np.arange(WEEKS), WEEKS - np.arange(WEEKS))
    kernel = np.exp(-0.5 * (offsets / SMOOTHING_WEEKS) ** 2)
    kernel /= kernel.sum()
    smoothed: FloatArray = np.fft.irfft(np.fft.rfft(index, axis=-1) * np.fft.rfft(kernel), n=WEEKS, axis=-1)
    return smoothed


def _yearly_ratios(units: FloatArray, known: BoolArray, today: int) -> FloatArray:
    """Each whole year's weekly sales over its trend, shape (n, years, 52) by week of year; NaN unknown."""
    n, days = units.shape
    years = days // 364
    recent = units[:, days - years * 364 :].reshape(n, years * WEEKS, 7)
    mask = known[:, days - years * 364 :].reshape(n, years * WEEKS, 7)
    count = mask.sum(axis=2)
    weekly = np.where(count >= 4, (recent * mask).sum(axis=2) / np.maximum(count, 1), np.nan)
    by_year = weekly.reshape(n, years, WEEKS)
    enough = (~np.isnan(by_year)).sum(axis=2)
    means = np.where(enough >= 40, np.nansum(by_year, axis=2) / np.maximum(enough, 1), np.nan)
    weeks = np.arange(years * WEEKS)
    centres = (np.arange(years) + 0.5) * WEEKS - 0.5
    trend = np.full((n, years * WEEKS), np.nan)
    for row in range(n):
        good = ~np.isnan(means[row]) & (means[row] > 0)
        if not good.any():
            continue
        logs = np.log(means[row, good])
        middle = centres[good]
        trend[row] = np.interp(weeks, middle, logs)
        if logs.size > 1:  # beyond the outer years' middles the trend goes on, at half its slope
            first, last = (logs[1] - logs[0]) / WEEKS, (logs[-1] - logs[-2]) / WEEKS
            trend[row] += np.minimum(weeks - middle[0], 0) * 0.5 * np.clip(first, -0.02, 0.02)
            trend[row] += np.maximum(weeks - middle[-1], 0) * 0.5 * np.clip(last, -0.02, 0.02)
    ratios = weekly / np.exp(trend)
    starts = today - years * 364 + np.arange(years * WEEKS) * 7 + 3
    bins = week_of_year(starts)
    placed = np.full((n, years, WEEKS), np.nan)
    placed[:, np.arange(years * WEEKS) // WEEKS, bins] = ratios
    return placed


def seasonal_index(units: FloatArray, known: BoolArray, today: int) -> FloatArray:
    """Factor per week of year for n groups of listings, mean about 1, shape (n, 52), float32.

    `units` (n, days) up to yesterday, summed over the listings of a group; `known` which days count. Each
    group's deviation from the common pattern is trusted as far as it repeated from year to year (the
    covariance between years over the variance, pooled over groups of like volume); with one year only,
    a small fixed share of the common pattern is kept. Less than a year gives ones.
    """
    n, days = units.shape
    ones = np.ones((n, WEEKS), dtype=np.float32)
    if days < 364 or n == 0:
        return ones
    ratios = _yearly_ratios(units, known, today)
    years = ratios.shape[1]
    deviation = _smoothed(np.nan_to_num(np.clip(ratios, 0, 6) - 1, nan=0.0))
    full = (~np.isnan(ratios)).sum(axis=2) >= 40
    deviation[~full] = 0
    full_years = full.sum(axis=1)
    volume = np.nanmean(np.where(known, units, np.nan), axis=1) if known.any(axis=1).all() else units.mean(1)
    weight = np.sqrt(np.maximum(volume, 0))[:, None] * full
    common_by_year = (deviation * weight[:, :, None]).sum(axis=0) / np.maximum(weight.sum(axis=0), 1e-9)[:, None]
    common_trust = _repeated_share(common_by_year[None], np.array([[True] * years]))[0] if years > 1 else ONE_YEAR_TRUST
    common = common_by_year.mean(axis=0) * common_trust
    own_by_year = np.where(full[:, :, None], deviation - common_by_year.mean(axis=0)[None, None], 0)
    own = own_by_year.sum(axis=1) / np.maximum(full_years, 1)[:, None]
    trust = np.zeros(n)
    if years > 1:
        trust = _pooled_trust(own_by_year, full, volume)
    index = 1 + common[None] + own * trust[:, None]
    index = np.clip(index, 0.15, 6.0)
    index /= index.mean(axis=1, keepdims=True)
    factors: FloatArray = index.astype(np.float32)
    return factors


def _moments(by_year: FloatArray, full: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Mean product between different years, and mean square, per group."""
    count = full.sum(axis=1)
    total = by_year.sum(axis=1)
    square = (by_year**2).sum(axis=1)
    between = (total**2 - square).mean(axis=1) / np.maximum(count * (count - 1), 1)
    return between, square.mean(axis=1) / np.maximum(count, 1)


def _repeated_share(by_year: FloatArray, full: BoolArray) -> FloatArray:
    between, within = _moments(by_year, full)
    count = np.maximum(full.sum(axis=1), 1)
    noise = np.maximum(within - between, 1e-9) / count
    signal = np.maximum(between, 0)
    share: FloatArray = signal / (signal + noise)
    return share


def _pooled_trust(own_by_year: FloatArray, full: BoolArray, volume: FloatArray) -> FloatArray:
    between, within = _moments(own_by_year, full)
    count = full.sum(axis=1)
    usable = np.flatnonzero(count >= 2)
    trust = np.zeros(volume.size)
    if usable.size == 0:
        return trust
    order = usable[np.argsort(volume[usable], kind="stable")]
    for group in np.array_split(order, max(1, order.size // 25)):
        signal = max(float(between[group].mean()), 0.0)
        noise = max(float((within[group] - between[group]).mean()), 1e-9)
        trust[group] = signal / (signal + noise / count[group])
    return trust
