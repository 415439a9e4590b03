"""Decides what the demo seller sold and had on the shelf, day by day, from its catalogue and a date."""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from deploy.demo.catalogue import BRAND, LISTINGS, PRODUCTS, SEASONS, Listing, Product

DAYS = 400
SETTLED_DAYS = 45
"""The last stretch of the history, whose stock is arranged to end at the cover the story asks for."""

_WEEKDAYS = {
    "US": (1.05, 1.02, 1.0, 0.98, 0.95, 0.97, 1.03),
    "DE": (1.08, 1.04, 1.0, 0.97, 0.93, 0.88, 1.1),
}
_DISPERSION = 0.18
_LEAD_DAYS = 45

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Closed = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class ListingHistory:
    """One listing over DAYS days, oldest first; the last element is the day before `today`.

    `sold` counts the listing's own packs; `sellable` is the stock at each day's end, after that day's sales.
    """

    listing: Listing
    product: Product
    first_date: date
    sold: Ints
    sellable: Ints
    launched: int

    @property
    def asin(self) -> str:
        """An invented ASIN: one per product and pack, the same in every marketplace."""
        return f"B0HR{_letters(f'{self.listing.product} {self.listing.units_per_listing}', 6)}"

    @property
    def fnsku(self) -> str:
        """An invented label number of Amazon's: one per offer."""
        return f"X00HR{_letters(self.listing.seller_sku, 5)}"

    @property
    def name(self) -> str:
        """The title in the marketplace's language."""
        title = self.product.name_de if self.listing.marketplace == "DE" else self.product.name
        pack = f" ({self.listing.units_per_listing}-Pack)" if self.listing.units_per_listing > 1 else ""
        return f"{BRAND} {title}{pack}"

    def day(self, index: int) -> date:
        """The calendar day of an element."""
        return self.first_date + timedelta(days=index)

    def sold_in_last(self, days: int) -> int:
        """Packs sold in the last days."""
        return int(self.sold[-days:].sum())


def random_for(seed: int, *names: str) -> np.random.Generator:
    """A random stream of its own for each purpose, so that one listing's story never changes another's."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def histories(today: date, seed: int) -> list[ListingHistory]:
    """The history of every listing up to the day before `today`; the same for the same arguments."""
    products = {product.code: product for product in PRODUCTS}
    return [_history(listing, products[listing.product], today, seed) for listing in LISTINGS]


def _history(listing: Listing, product: Product, today: date, seed: int) -> ListingHistory:
    random = random_for(seed, listing.seller_sku, "demand")
    first = today - timedelta(days=DAYS)
    mean = expected_demand(listing, product, today)
    demand = random.negative_binomial(1 / _DISPERSION, 1 / (1 + _DISPERSION * np.maximum(mean, 1e-6)))
    demand = np.where(mean > 0, demand, 0).astype(np.int64)
    launched = DAYS - listing.launched_days_ago if listing.launched_days_ago is not None else 0
    sold, sellable = _sell(listing, product, mean, demand, launched, _closed(listing, today))
    return ListingHistory(listing, product, first, sold, sellable, launched)


def expected_demand(listing: Listing, product: Product, today: date) -> Floats:
    """Mean demand of each day: level, season, weekday, sale events, launch, growth and decline."""
    first = today - timedelta(days=DAYS)
    dates = [first + timedelta(days=index) for index in range(DAYS)]
    ago = np.arange(DAYS, 0, -1, dtype=np.float64)
    mean = np.array([_season(product.season, day) * _WEEKDAYS[listing.marketplace][day.weekday()] for day in dates])
    mean *= np.array([_event(day) for day in dates])
    mean *= listing.daily_units * (1 + (listing.growth - 1) * np.clip((120 - ago) / 120, 0, 1))
    if listing.launched_days_ago is not None:
        age = listing.launched_days_ago - ago
        mean *= np.where(age < 0, 0.0, np.clip(0.15 + 0.85 * age / 60, 0, 1))
    if listing.fading_from_days_ago is not None:
        faded = np.clip(listing.fading_from_days_ago - ago, 0, None)
        mean *= 0.5 ** (faded / 55)
    return mean


def usual_demand(listing: Listing, product: Product, day: date) -> float:
    """What a day brings by level, season, weekday and sale events alone, on whatever day of the calendar."""
    weekday = _WEEKDAYS[listing.marketplace][day.weekday()]
    return listing.daily_units * _season(product.season, day) * weekday * _event(day)


def _season(profile: str, day: date) -> float:
    """The month factor, moved smoothly from the middle of one month to the middle of the next."""
    factors = SEASONS[profile]
    position = day.month - 1 + (day.day - 15) / 30.5
    month = int(np.floor(position))
    part = position - month
    return factors[month % 12] * (1 - part) + factors[(month + 1) % 12] * part


def _event(day: date) -> float:
    """Two summer sale days, the week of Black Friday, and the quiet days of Christmas."""
    if (day.month, day.day) in {(7, 15), (7, 16)}:
        return 2.6
    if day.month == 11 and 24 <= day.day <= 30:
        return 1.7
    if day.month == 12 and 23 <= day.day <= 27:
        return 0.55
    return 1.0


def _closed(listing: Listing, today: date) -> Closed:
    """The days on which nothing is on the shelf, though the goods are in Amazon's warehouses."""
    closed = np.zeros(DAYS, dtype=np.bool_)
    for days_ago, length in listing.empty:
        closed[DAYS - days_ago : DAYS - days_ago + length] = True
    if listing.sold_out is not None:
        for day in listing.sold_out.dates(today):
            closed[DAYS - (today - day).days] = True
    return closed


def _sell(
    listing: Listing, product: Product, mean: Floats, demand: Ints, launched: int, closed: Closed
) -> tuple[Ints, Ints]:
    """Sell from stock that a plain rule refills: what is not on the shelf is not sold."""
    pack = listing.units_per_listing
    carton = max(1, product.carton_units // pack)
    stock = _whole_cartons(float(mean[launched : launched + 60].sum()), carton)
    sold, sellable = np.zeros(DAYS, dtype=np.int64), np.zeros(DAYS, dtype=np.int64)
    held_back = 0
    for day in range(launched, DAYS):
        ending = DAYS - day <= SETTLED_DAYS
        if not ending and (day - launched) % 14 == 7:
            ahead = float(mean[day : day + _LEAD_DAYS].sum())
            stock += _whole_cartons(ahead - stock - held_back, carton)
        if DAYS - day == SETTLED_DAYS:
            stock += max(0, _settled_stock(listing, demand, closed, mean) - stock - held_back)
        if closed[day]:  # The goods are there, but held in transfer between Amazon's warehouses.
            held_back, stock = held_back + stock, 0
        else:
            stock, held_back = stock + held_back, 0
        sold[day] = min(int(demand[day]), stock)
        stock -= int(sold[day])
        sellable[day] = stock
    return sold, sellable


def _settled_stock(listing: Listing, demand: Ints, closed: Closed, mean: Floats) -> int:
    """Stock with which the last stretch begins, so that it ends with the cover of the story."""
    last = slice(DAYS - SETTLED_DAYS, DAYS)
    return round(int(demand[last][~closed[last]].sum()) + listing.cover_days * float(mean[-14:].mean()))


def _whole_cartons(units: float, carton: int) -> int:
    return max(0, -(-round(units) // carton)) * carton


@cache
def _letters(name: str, length: int) -> str:
    number = zlib.crc32(name.encode())
    return "".join("0123456789BCDFGHJKLMNPQRSTVWXYZ"[number // 31**place % 31] for place in range(length))
