"""Decides which figures of a marketplace's day are known well enough to be told, and what they are.

Two levels: the whole marketplace (product_ref None) and each product. What is known of only a part of a day's packs is
left out rather than understated.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from services.inventory.domain.sales import rank
from shared.core.marketplaces import get_marketplace
from shared.core.metric_readings import MetricReading

MarketDay = tuple[str, date]
DayRange = tuple[date, date]
# One unit of the first currency in the second on a day, by the rates of that day and before; None: no rate leads there.
RateOf = Callable[[str, str, date], Decimal | None]

_MONEY, _COVER = Decimal("0.0001"), Decimal("0.01")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """A sum of one currency; `is_whole` is false where some packs' part of it is not known. No currency: nothing."""

    currency: str | None
    amount: Decimal
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Sold:
    """What listings of an account and one product sold on a day; those whose money is of the same currencies."""

    account_id: UUID
    product_ref: str | None
    units: int
    orders: int | None
    revenue: Part
    cogs: Part
    fulfilment: Part
    fees: Part


@dataclass(frozen=True, slots=True)
class AccountDay:
    """What a report says of an account's whole day."""

    account_id: UUID
    source: str
    units: int
    orders: int | None
    revenue_amount: Decimal | None
    revenue_currency: str | None
    sessions: int | None


@dataclass(frozen=True, slots=True)
class Stock:
    """A product's stock at a day's end: whether any listing had some, None where it is not known of all of them.

    `sellable_units` are the packs of those listings of which they are counted, `daily_units` what these sell a day,
    None where it is not known of all of them.
    """

    product_ref: str | None
    in_stock: bool | None
    sellable_units: int | None
    daily_units: Decimal | None


@dataclass(frozen=True, slots=True)
class Visits:
    """Sessions of a product, or of a whole marketplace, over a range of days."""

    product_ref: str | None
    range: DayRange
    sessions: int


@dataclass(slots=True)
class DayFacts:
    """Everything that is known of a marketplace's day. `covered` are accounts of which all sales are known;
    `visits` are those of the ranges that end on the day and count."""

    sold: list[Sold] = field(default_factory=list)
    account_days: list[AccountDay] = field(default_factory=list)
    covered: set[UUID] = field(default_factory=set)
    stock: list[Stock] = field(default_factory=list)
    visits: list[Visits] = field(default_factory=list)


@dataclass(slots=True)
class _Totals:
    """Sums of one level."""

    units: int = 0
    orders: int | None = 0
    revenue: list[Part] = field(default_factory=list)
    cogs: list[Part] = field(default_factory=list)
    fulfilment: list[Part] = field(default_factory=list)
    fees: list[Part] = field(default_factory=list)
    is_by_listing: bool = True

    def add(self, sold: Sold) -> None:
        self.units += sold.units
        self.orders = _added(self.orders, sold.orders)
        self.revenue.append(sold.revenue)
        self.cogs.append(sold.cogs)
        self.fulfilment.append(sold.fulfilment)
        self.fees.append(sold.fees)

    def add_account(self, day: AccountDay) -> None:
        """An account of which only the whole is known: what its packs cost is not."""
        self.units += day.units
        self.orders = _added(self.orders, day.orders)
        amount = day.revenue_amount
        self.revenue.append(Part(day.revenue_currency, amount or _ZERO, amount is not None or not day.units))
        self.is_by_listing = False


def readings_of_day(marketplace: str, day: date, facts: DayFacts, rate_of: RateOf) -> list[MetricReading]:
    """The readings of the day, and of ranges that end on it."""
    told = _Told(marketplace, day, rate_of)
    market, products = _sales(facts)
    if market is not None:
        told.sales(None, market)
    for product_ref, totals in products.items():
        told.sales(product_ref, totals)
    told.visits(_market_visits(facts), facts.visits)
    told.stock(facts.stock)
    return told.readings


def _sales(facts: DayFacts) -> tuple[_Totals | None, Mapping[str, _Totals]]:
    """The sums of the marketplace, None where nothing is known, and of each product.

    The listings of an account tell its day if all of its sales are known, or if nothing else tells more.
    """
    by_account = {row.account_id: row for row in sorted(facts.account_days, key=lambda row: rank(row.source))}
    whole = {account for account in by_account if account not in facts.covered}
    market = _Totals()
    products: dict[str, _Totals] = defaultdict(_Totals)
    for sold in facts.sold:
        if sold.account_id not in whole:
            market.add(sold)
        if sold.product_ref is not None:
            products[sold.product_ref].add(sold)
    for account in whole:
        market.add_account(by_account[account])
    is_known = bool(facts.sold or by_account or facts.covered)
    return market if is_known else None, products


def _market_visits(facts: DayFacts) -> int | None:
    """Sessions of the marketplace's day: of every account that sold something, else nobody knows them."""
    sessions = {
        row.account_id: row.sessions
        for row in sorted(facts.account_days, key=lambda row: rank(row.source))
        if row.sessions is not None
    }
    selling = {sold.account_id for sold in facts.sold if sold.units}
    selling |= {row.account_id for row in facts.account_days if row.units}
    return sum(sessions.values()) if sessions and selling <= set(sessions) else None


class _Told:
    """The readings of a marketplace's day, growing."""

    def __init__(self, marketplace: str, day: date, rate_of: RateOf) -> None:
        self.marketplace, self.day, self.rate_of = marketplace, day, rate_of
        self.currency = get_marketplace(marketplace).currency
        self.readings: list[MetricReading] = []

    def tell(
        self,
        code: str,
        product_ref: str | None,
        value: Decimal | int,
        *,
        first: date | None = None,
        money: bool = False,
    ) -> None:
        self.readings.append(
            MetricReading(
                code,
                self.marketplace,
                product_ref,
                first or self.day,
                self.day,
                Decimal(value),
                self.currency if money else None,
            )
        )

    def sales(self, product_ref: str | None, totals: _Totals) -> None:
        self.tell("units_sold", product_ref, totals.units)
        if totals.orders is not None:
            self.tell("orders", product_ref, totals.orders)
        parts = {"net_revenue": totals.revenue}
        if totals.is_by_listing:
            parts |= {"cogs": totals.cogs, "fulfilment_cost": totals.fulfilment, "selling_fees": totals.fees}
        for code, sums in parts.items():
            amount = self._amount(sums)
            if amount is not None:
                self.tell(code, product_ref, amount, money=True)

    def visits(self, of_day: int | None, ranges: Iterable[Visits]) -> None:
        if of_day is not None:
            self.tell("visits", None, of_day)
        for visits in ranges:
            self.tell("visits", visits.product_ref, visits.sessions, first=visits.range[0])

    def stock(self, rows: Sequence[Stock]) -> None:
        known = [row for row in rows if row.in_stock is not None]
        if known:
            self.tell("stockout_days", None, sum(not row.in_stock for row in known))
        for row in known:
            if row.product_ref is not None:
                self.tell("stockout_days", row.product_ref, int(not row.in_stock))
        counted = [
            (row.product_ref, row.sellable_units, row.daily_units)
            for row in rows
            if row.sellable_units is not None and row.daily_units is not None
        ]
        self._cover(None, sum(units for _, units, _ in counted), sum((daily for _, _, daily in counted), _ZERO))
        for product_ref, units, daily in counted:
            if product_ref is not None:
                self._cover(product_ref, units, daily)

    def _cover(self, product_ref: str | None, sellable: int, daily: Decimal) -> None:
        if daily > 0:
            self.tell("days_of_cover", product_ref, (sellable / daily).quantize(_COVER))

    def _amount(self, parts: Iterable[Part]) -> Decimal | None:
        """The sum in the marketplace's currency; None where a part is not whole or cannot be converted."""
        total = _ZERO
        for part in parts:
            if not part.is_whole:
                return None
            if part.currency is not None and part.amount:
                rate = self.rate_of(part.currency, self.currency, self.day)
                if rate is None:
                    return None
                total += part.amount * rate
        return total.quantize(_MONEY)


Number = TypeVar("Number", int, Decimal)


def _added(one: Number | None, other: Number | None) -> Number | None:
    return None if one is None or other is None else one + other


def counting_ranges(ranges: Iterable[DayRange]) -> set[DayRange]:
    """Which ranges count, so that no day is told twice: shorter ones first, of equal ones the earlier."""
    firsts: list[date] = []
    taken: list[DayRange] = []
    for first, last in sorted(set(ranges), key=lambda each: (each[1] - each[0], each[0])):
        place = bisect_left(firsts, first)
        is_free = (place == 0 or taken[place - 1][1] < first) and (place == len(taken) or taken[place][0] > last)
        if is_free:
            firsts.insert(place, first)
            taken.insert(place, (first, last))
    return set(taken)


class DatedRates:
    """Exchange rates by day: the last one of each pair, both ways, and over one third currency at need."""

    def __init__(self, rates: Iterable[tuple[str, str, date, Decimal]]) -> None:
        self._of: dict[tuple[str, str], list[tuple[date, Decimal]]] = defaultdict(list)
        self._currencies: set[str] = set()
        for base, quote, day, rate in sorted(rates, key=lambda each: each[2]):
            self._of[base, quote].append((day, rate))
            self._currencies |= {base, quote}
        self._found: dict[tuple[str, str, date], Decimal | None] = {}

    def rate(self, base: str, quote: str, day: date) -> Decimal | None:
        """One unit of `base` in `quote`; None where no rate of the day or before leads there."""
        if base == quote:
            return Decimal(1)
        key = base, quote, day
        if key not in self._found:
            self._found[key] = self._search(*key)
        return self._found[key]

    def _search(self, base: str, quote: str, day: date) -> Decimal | None:
        direct = self._last(base, quote, day)
        if direct is not None:
            return direct
        for third in sorted(self._currencies - {base, quote}):
            one, two = self._last(base, third, day), self._last(third, quote, day)
            if one is not None and two is not None:
                return one * two
        return None

    def _last(self, base: str, quote: str, day: date) -> Decimal | None:
        """The newest of both directions; the stated direction where both are of one day."""
        stated = self._before(base, quote, day)
        turned = self._before(quote, base, day)
        if turned is not None and (stated is None or turned[0] > stated[0]):
            return 1 / turned[1]
        return None if stated is None else stated[1]

    def _before(self, base: str, quote: str, day: date) -> tuple[date, Decimal] | None:
        rates = self._of.get((base, quote), [])
        place = bisect_left(rates, day, key=lambda each: each[0])
        if place < len(rates) and rates[place][0] == day:
            return rates[place]
        return rates[place - 1] if place else None
