"""Demand to judge policies on: real retail days beside the checkout, and made years with known habits."""

import csv
import gzip
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from services.inventory.domain.arrays import BoolArray, FloatArray

SHARED = Path(os.environ.get("TRADEWIND_SHARED", Path(__file__).resolve().parents[3] / "shared"))


@dataclass(frozen=True, slots=True)
class DemandSet:
    """True daily demand of n listings: `demand` and `on_sale` (n, days), `items` names shared by markets."""

    name: str
    items: tuple[str, ...]
    demand: FloatArray
    on_sale: BoolArray


def online_retail(least_days: int = 25, limit: int = 400) -> DemandSet:
    """The online gift retailer of 2010-12 to 2011-12: listings with sales on so many days, busiest first."""
    path = SHARED / "demand" / "online_retail_daily.csv.gz"
    origin = date(2010, 12, 1)
    sold: dict[tuple[str, str], dict[int, float]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            day = (date.fromisoformat(row["date"]) - origin).days
            sold.setdefault((row["sku"], row["market"]), {})[day] = float(row["units"])
    # Wholesale orders of hundreds are no sales on a marketplace: a row counts at most five times its median.
    kept = sorted(((key, days) for key, days in sold.items() if len(days) >= least_days), key=lambda kv: kv[0])
    order = np.random.default_rng(5).permutation(len(kept))[:limit]
    demand = np.zeros((len(order), 374), dtype=np.float32)
    on_sale = np.zeros(demand.shape, dtype=bool)
    items = []
    for row_index, index in enumerate(order):
        (sku, _market), days = kept[index]
        cap = 5 * float(np.median(list(days.values())))
        for day, units in days.items():
            demand[row_index, day] = min(units, cap)
        on_sale[row_index, min(days) :] = True
        items.append(sku)
    return DemandSet("online retail 2011", tuple(items), demand, on_sale)


def made_years(
    items: int,
    markets: int = 3,
    days: int = 1913,
    seed: int = 1,
    season_share: float = 1.0,
    weekly_drift: float = 0.035,
) -> DemandSet:
    """Years of made retail demand: season by item and market, weekday, drift, promotions, gaps, births, deaths."""
    rng = np.random.default_rng(seed)
    n = items * markets
    t = np.arange(days)
    year = 2 * np.pi * t / 365.25
    item = np.repeat(np.arange(items), markets)
    base = np.exp(rng.normal(0.3, 1.15, items))[item] * np.exp(rng.normal(0, 0.5, n))
    strength = season_share * rng.gamma(1.2, 0.16, items)
    phase, phase_2 = rng.uniform(0, 2 * np.pi, (2, items))
    season = np.exp(
        strength[:, None] * np.cos(year[None] - phase[:, None])
        + 0.4 * strength[:, None] * np.cos(2 * year[None] - phase_2[:, None])
    )
    christmas = np.exp(-0.5 * (((t % 365.25) - 350) / 14) ** 2)
    season *= np.exp(
        (rng.random(items) < 0.25)[:, None] * season_share * rng.gamma(2, 0.25, items)[:, None] * christmas
    )
    weekday = np.exp(rng.normal(0, 0.08, (items, 7)) + np.array([0.25, 0.2, -0.08, -0.1, -0.1, -0.05, 0.1]))

    def drift(count: int, weekly: float, pull: float) -> FloatArray:
        weeks = days // 7 + 2
        value = np.zeros((count, weeks))
        noise = rng.standard_t(4, (count, weeks)) * weekly / np.sqrt(2)
        for week in range(1, weeks):
            value[:, week] = (1 - pull) * value[:, week - 1] + noise[:, week]
        return np.repeat(value, 7, axis=1)[:, :days]

    log_level = drift(items, weekly_drift, 0.01)[item] + drift(n, weekly_drift, 0.015)
    rate = base[:, None] * np.exp(log_level) * season[item] * weekday[item][:, np.arange(days) % 7]
    on_sale = np.ones((n, days), dtype=bool)
    for row in range(n):
        if rng.random() < 0.25:
            on_sale[row, : int(rng.uniform(0, 0.45) * days)] = False
        if rng.random() < 0.12:
            dead = int(rng.uniform(0.5, 1) * days)
            rate[row, dead:] *= np.exp(-np.arange(days - dead) / 25)
        for _ in range(rng.poisson(1.0)):
            gap = int(rng.uniform(0, days))
            rate[row, gap : gap + int(rng.exponential(21)) + 3] = 0
        for _ in range(rng.poisson(4)):
            promo = int(rng.uniform(0, days))
            rate[row, promo : promo + 7] *= 1 + rng.gamma(2, 0.35)
    rate[:, (t % 365) == 329] = 0
    size = 1 / rng.gamma(2, 0.2, n)[:, None]
    demand = rng.poisson(rate * rng.gamma(size, 1 / size, rate.shape)) * on_sale
    names = tuple(f"M{number:05d}" for number in item)
    return DemandSet(f"made years {seed}", names, demand.astype(np.float32), on_sale)
