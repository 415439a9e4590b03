"""Decides what a campaign's days or weeks tell of its cost of sales and conversion, with orders still to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from scipy.special import betaincinv

from services.ads.domain.completeness import share_reported

TRAILING_DAYS = 7
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What the newest pull says of a day; `pulled_date` is the day of that pull."""

    day: date
    pulled_date: date
    impressions: float | None
    clicks: float
    cost: float
    orders: float
    sales: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPeriod:
    """One day or week. `reported` is the share of its final orders that is known, None where nothing is reported.

    `acos` and `cvr` are of the last seven days up to its end, and None where there are no sales or clicks: a single
    day has too few orders to tell. `cvr` is lag-corrected; `cvr_low` and `cvr_high` hold it with 90 % probability.
    """

    date_from: date
    date_to: date
    reported: float | None
    impressions: float | None
    clicks: float
    effective_clicks: float
    cost: float
    orders: float
    sales: float
    acos: float | None
    cvr: float | None
    cvr_low: float | None
    cvr_high: float | None


def trend(
    days: Sequence[DayFigures],
    covered: Sequence[tuple[date, date]],
    first: date,
    count: int,
    length: int,
    completeness: Sequence[float],
) -> list[TrendPeriod]:
    """`count` periods of `length` days from `first` on.

    `covered` are the ranges of reports that tell of the campaign: a day in one of them that has no figures had no ads.
    `completeness` is F for ages 0..6 and 7+ days. A period of which a day is not reported is not reported.
    """
    by_day = {each.day: each for each in days}
    known = set(by_day)
    for start, end in covered:
        known |= {start + n * DAY for n in range((end - start).days + 1)}
    return [
        _period(by_day, known, first + n * length * DAY, first + ((n + 1) * length - 1) * DAY, completeness)
        for n in range(count)
    ]


def _period(
    by_day: Mapping[date, DayFigures], known: set[date], first: date, last: date, completeness: Sequence[float]
) -> TrendPeriod:
    own = [first + n * DAY for n in range((last - first).days + 1)]
    reported = None
    if all(day in known for day in own):
        shares = [_share(by_day[day], completeness) if day in by_day else 1.0 for day in own]
        reported = float(np.mean(shares))
    impressions, clicks, effective, cost, orders, sales = _sums(by_day, own, completeness)
    weeks = [last - n * DAY for n in range(max(TRAILING_DAYS, len(own)))]
    _, _, trailing, spent, net, earned = _sums(by_day, weeks, completeness)
    # Amazon takes orders back, sometimes more than it has reported.
    bought = max(net, 0.0)
    low = high = None
    if reported is not None and trailing > 0:
        # Jeffreys' prior: what the clicks of these days alone tell.
        missed = max(trailing - bought, 0.0)
        low, high = (float(betaincinv(bought + 0.5, missed + 0.5, share)) for share in (0.05, 0.95))
    return TrendPeriod(
        date_from=first,
        date_to=last,
        reported=reported,
        impressions=impressions,
        clicks=clicks,
        effective_clicks=effective,
        cost=cost,
        orders=orders,
        sales=sales,
        acos=spent / earned if reported is not None and earned > 0 else None,
        cvr=min(bought / trailing, 1.0) if reported is not None and trailing > 0 else None,
        cvr_low=low,
        cvr_high=high,
    )


def _share(day: DayFigures, completeness: Sequence[float]) -> float:
    return float(share_reported((day.pulled_date - day.day).days, completeness))


def _sums(
    by_day: Mapping[date, DayFigures], days: Sequence[date], completeness: Sequence[float]
) -> tuple[float | None, float, float, float, float, float]:
    """Impressions (None where no day tells them), clicks, effective clicks, cost, orders and sales."""
    found = [by_day[day] for day in days if day in by_day]
    seen = [each.impressions for each in found if each.impressions is not None]
    return (
        sum(seen) if seen else None,
        sum(each.clicks for each in found),
        sum(each.clicks * _share(each, completeness) for each in found),
        sum(each.cost for each in found),
        sum(each.orders for each in found),
        sum(each.sales for each in found),
    )
