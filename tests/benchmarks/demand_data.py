"""Demand to judge policies and forecasts on: real days beside the checkout, and made ones with known habits."""

import csv
import gzip
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from services.inventory.domain.arrays import BoolArray, FloatArray
from shared.core.marketplaces import get_marketplace

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


@dataclass(frozen=True, slots=True)
class Past:
    """What was known of n listings on a day, and what they sold afterwards.

    `sales` and `in_stock` (n, days) end the day before `today`, NaN is unknown; `future` (n, days ahead) is demand,
    not sales. Listings of which `counts` is false are learned from but not judged; `kinds` split the table.
    """

    label: str
    names: tuple[str, ...]
    groups: tuple[str, ...]
    sales: FloatArray
    in_stock: FloatArray
    on_hand: FloatArray
    today: int
    future: FloatArray
    counts: BoolArray
    kinds: tuple[str, ...] = ()


def retail_pasts(origins: Sequence[int] = (120, 150, 180, 210, 250, 280), limit: int = 1500) -> list[Past]:
    """The online gift retailer on some days: every listing that had sold by then, whatever came after."""
    data = online_retail(1, 100_000)
    order = np.random.default_rng(6).permutation(data.demand.shape[0])[:limit]
    demand, items = data.demand[order], [data.items[row] for row in order]
    pasts = []
    for today in origins:
        rows = np.flatnonzero((demand[:, :today] > 0).any(axis=1))
        sales = demand[rows, :today]
        pasts.append(
            Past(
                "retail to autumn" if today < 230 else "retail autumn",
                tuple(f"{items[row]}/{row}" for row in rows), tuple(items[row] for row in rows), sales,
                np.full(sales.shape, np.nan, dtype=np.float32), np.full(rows.size, 10.0), today,
                demand[rows, today : today + 60], np.ones(rows.size, dtype=bool),
            )
        )  # fmt: skip
    return pasts


def real_seller_pasts() -> list[Past]:
    """The bath rug seller of the samples on days of 2019; empty where the samples are not beside the checkout.

    Nothing tells when a listing was out of stock in the year before December 2019, so a listing counts as far as it
    sold in the days before and after: what is measured is whether demand that went on is expected to go on.
    """
    first, last = date(2018, 11, 1), date(2019, 12, 16)
    zone = get_marketplace("US")
    sold: list[tuple[str, int, int]] = []
    for path in sorted((SHARED / "samples").glob("all_orders_us_20*.tsv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for line in csv.DictReader(lines, delimiter="\t"):
                day = zone.day_of(datetime.fromisoformat(line["purchase-date"]))
                real = line["sales-channel"] == "Amazon.com" and "Cancelled" not in (
                    line["order-status"], line["item-status"]
                )  # fmt: skip
                if real and first <= day <= last:
                    sold.append((line["sku"], (day - first).days, int(line["quantity"])))
    skus = tuple(sorted({sku for sku, _, _ in sold}))
    row_of = {sku: row for row, sku in enumerate(skus)}
    days = (last - first).days + 1
    sales = np.zeros((len(skus), days), dtype=np.float32)
    for sku, at, units in sold:
        sales[row_of[sku], at] += units
    sales[:, (date(2019, 8, 1) - first).days : (date(2019, 10, 1) - first).days] = np.nan
    if not sold:
        return []
    pasts = []
    for today in (*(date(2019, 1, 15) + timedelta(14 * step) for step in range(10)), date(2019, 11, 15)):
        at = (today - first).days
        ahead = 60 if today.year == 2019 and today.month < 8 else 30
        future = sales[:, at : at + ahead]
        going_on = (np.nan_to_num(sales[:, at - 28 : at]).sum(axis=1) > 0) & (future[:, -15:].sum(axis=1) > 0)
        pasts.append(
            Past(
                "real seller", skus, skus, sales[:, :at], np.full((len(skus), at), np.nan, dtype=np.float32),
                np.full(len(skus), 10.0), today.toordinal(), future, going_on,
            )
        )  # fmt: skip
    return pasts


SLOW_RATES = (0.03, 0.06, 0.12, 0.25, 0.5, 1.0, 2.0)


def slow_pasts(listings: int = 40, days: int = 300, seed: int = 4) -> list[Past]:
    """Made listings of known rate, and what happened to them; nobody told when the shelf was empty.

    Half of the units come two at a time where the rate allows, as gamma mixed Poisson days do.
    """
    rng = np.random.default_rng(seed)
    kinds = ("steady", "grown", "shrunk", "sold out", "came back", "launched")
    rates, named = [], []
    age = np.arange(days, 0, -1)
    for kind in kinds:
        for rate in SLOW_RATES:
            for _ in range(listings):
                path = np.full(days, rate)
                if kind == "grown":  # eightfold in 90 days, steady for 20
                    path *= np.clip(8.0 ** (-(age - 20) / 90), 1 / 8, 1)
                elif kind == "shrunk":
                    path *= np.clip(4.0 ** ((age - 20) / 60), 1, 4)
                elif kind == "sold out":
                    path[age <= rng.integers(7, 60)] = 0
                elif kind == "came back":
                    back = rng.integers(20, 50)
                    path[(age > back) & (age <= back + rng.integers(60, 150))] = 0
                elif kind == "launched":
                    path[age > rng.integers(10, 40)] = 0
                rates.append(np.append(path, np.full(60, rate)))
                named.append(kind)
    demand = _mixed_poisson(rng, np.array(rates))
    on_hand = np.array([0.0 if kind == "sold out" else 10.0 for kind in named])
    pasts = [_made_past("made", demand, days, on_hand, named)]
    # Of listings that never sold, the rate is that of a typical one, as it turns out to be after so many days in stock.
    for told in (30, 90, 300):
        usual = np.exp(rng.normal(-2.0, 1.3, (4000, 1)))
        tried = _mixed_poisson(rng, np.tile(usual, (1, days + 60)))
        tried[:, : days - told] = 0
        never: BoolArray = tried[:, :days].sum(axis=1) == 0
        in_stock = np.full((4000, days), np.nan, dtype=np.float32)
        in_stock[:, days - told :] = 1
        few = np.concatenate([np.flatnonzero(never)[:400], np.flatnonzero(~never)[:400]])
        kinds_of = [f"never sold in {told} days" if never[row] else "sold" for row in few]
        past = _made_past("made", tried[few], days, np.full(few.size, 10.0), kinds_of, in_stock[few])
        pasts.append(replace(past, counts=never[few]))
    return pasts


def made_years_pasts(origins: Sequence[int] = (740, 900, 1102, 1300)) -> list[Past]:
    """The made years on some days; demand is seen whole, as the shelves never empty."""
    data = made_years(120, seed=3)
    pasts = []
    for today in origins:
        rows = np.flatnonzero((data.demand[:, :today] > 0).any(axis=1))
        sales = data.demand[rows, :today]
        pasts.append(
            Past(
                "made years", tuple(f"{data.items[row]}/{row}" for row in rows), tuple(data.items[row] for row in rows),
                sales, np.ones_like(sales), np.full(rows.size, 10.0), today, data.demand[rows, today : today + 60],
                np.ones(rows.size, dtype=bool),
            )
        )  # fmt: skip
    return pasts


def _mixed_poisson(rng: np.random.Generator, rate: FloatArray) -> FloatArray:
    return rng.poisson(rate * rng.gamma(2.0, 0.5, rate.shape)).astype(np.float32)


def _made_past(
    label: str,
    demand: FloatArray,
    days: int,
    on_hand: FloatArray,
    kinds: Sequence[str],
    stock: FloatArray | None = None,
) -> Past:
    names = tuple(f"{kind} {row}" for row, kind in enumerate(kinds))
    sales = demand[:, :days]
    unknown = np.full(sales.shape, np.nan, dtype=np.float32)
    return Past(
        label, names, names, sales, unknown if stock is None else stock, on_hand, 700_000, demand[:, days:],
        np.ones(len(names), dtype=bool), tuple(kinds),
    )  # fmt: skip
