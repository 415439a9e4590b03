"""Decides what a pack of a listing costs, earns and takes to ship, in one currency, and which of it is assumed."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import numpy as np

from services.inventory.domain.arrays import FloatArray
from services.inventory.domain.exchange import Exchange
from services.inventory.domain.lead_time import Mode, TransitDistribution, learned_transit

DAYS_A_MONTH = 30.4
# Freight of the faster modes in terms of slow sea, and of slow sea in terms of the product's cost.
FREIGHT_RATIO: Mapping[Mode, float] = {Mode.SLOW_SEA: 1.0, Mode.FAST_SEA: 2.5, Mode.AIR: 10.0}
SLOW_FREIGHT_OF_COST = 1 / 12
ASSUMED_PRICE_USD = Decimal(20)
COST_OF_PRICE = 0.25
REFERRAL_RATE = 0.15
FBA_FEE_OF_PRICE = 0.20
AD_COST_OF_PRICE = 0.08
STORAGE_MONTH_OF_COST = 0.035
UNIT_WEIGHT_KG = 0.5
UNIT_VOLUME_CM3 = 2_500.0
STATED_TRANSIT_POINTS = 20  # points that stated transit days are laid out on


_Money = Callable[["Price | None"], float | None]
_Known = Callable[[float | None, float, "Assumed"], float]


class Assumed(StrEnum):
    """Inputs of a proposal that nobody has stated."""

    PRODUCT = "product"
    PRICE = "price"
    PRICE_FROM_REPORT = "price_from_report"
    PRICE_FROM_SALES = "price_from_sales"
    UNIT_COST = "unit_cost"
    REFERRAL_RATE = "referral_rate"
    FBA_FEE = "fba_fee"
    AD_COST = "ad_cost"
    STORAGE_COST = "storage_cost"
    UNIT_WEIGHT = "unit_weight"
    UNIT_VOLUME = "unit_volume"
    CARTON = "carton_units"
    LANE = "lane"
    FREIGHT = "freight"
    TRANSIT_DAYS = "transit_days"
    EXCHANGE_RATE = "exchange_rate"
    DOMESTIC_STOCK = "domestic_stock"
    RESERVED_SPLIT = "reserved_split"
    INBOUND_ARRIVAL = "inbound_arrival"
    NO_SALES_KNOWN = "no_sales_known"
    NO_STOCK_REPORT = "no_stock_report"
    STOCK_AGE = "stock_age"


@dataclass(frozen=True, slots=True)
class Price:
    """An amount of a currency; plain, because a plan is an estimate."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class StatedLane:
    """What is stated of one way to ship: rates per product unit, kilogram and cubic metre, and transit days.

    `spread_assumed`: of the days only the median is stated. Without anything but its mode it stands for a way
    that nobody has stated.
    """

    mode: Mode
    unit_cost: Price | None = None
    kg_cost: Price | None = None
    m3_cost: Price | None = None
    transit_quantiles: tuple[int, int, int] | None = None
    observed_days: tuple[int, ...] = ()
    spread_assumed: bool = False

    @property
    def is_stated(self) -> bool:
        return self.has_rates or self.transit_quantiles is not None

    @property
    def knows_its_days(self) -> bool:
        return bool(self.observed_days) or (self.transit_quantiles is not None and not self.spread_assumed)

    @property
    def has_rates(self) -> bool:
        return any(rate is not None for rate in (self.unit_cost, self.kg_cost, self.m3_cost))


@dataclass(frozen=True, slots=True)
class StatedMoney:
    """What is stated of a listing and its product. Money of the product per product unit, the rest per pack."""

    units_per_listing: int
    carton_units: int
    price: Price | None
    unit_cost: Price | None
    referral_rate: Decimal | None
    fba_fee: Price | None
    ad_cost: Price | None
    storage_cost: Price | None
    unit_weight_kg: Decimal | None
    unit_volume_cm3: Decimal | None
    price_from_report: Price | None = None
    price_from_sales: Price | None = None
    product_assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListingMoney:
    """Money of a pack in one currency: `margin` before freight, `cogs`, `storage_per_day`, `freight` by mode."""

    price: float
    margin: float
    cogs: float
    storage_per_day: float
    freight: Mapping[Mode, float]
    carton_packs: int
    assumed: tuple[str, ...]


def carton_packs(carton_units: int, units_per_listing: int) -> int:
    """Packs that fill whole cartons: a carton of 24 holds 12 packs of 2; of packs of 5 it takes 24 for 5 cartons."""
    return math.lcm(max(carton_units, 1), units_per_listing) // units_per_listing


def listing_money(
    stated: StatedMoney, lanes: Mapping[Mode, StatedLane], exchange: Exchange, currency: str
) -> ListingMoney:
    """A pack's money in `currency`; `lanes` are the ways that are open, stated or not.

    What is not stated takes the trade's usual share of what is: cost a quarter of the price, referral 15 %, the
    fee of fulfilment 20 %, advertising 8 %, slow sea a twelfth of the cost and the other modes 2.5 and 10 times it.
    A price that is not above 0 is not stated.
    """
    assumed: list[Assumed] = []

    def money(value: Price | None) -> float | None:
        if value is None:
            return None
        conversion = exchange.find_conversion(value.currency, currency)
        if conversion is None or conversion.assumed:
            assumed.append(Assumed.EXCHANGE_RATE)
        # Money of a currency that nobody can convert is as good as not stated, and is assumed like it.
        return None if conversion is None else float(value.amount * conversion.rate)

    def known(value: float | None, otherwise: float, code: Assumed) -> float:
        if value is None:
            assumed.append(code)
            return otherwise
        return value

    pack = stated.units_per_listing
    if "code" in stated.product_assumed:
        assumed.append(Assumed.PRODUCT)
    unit_cost = money(stated.unit_cost)
    price = money(_positive(stated.price))
    if price is None:
        price = _price_elsewhere(stated, money, unit_cost, pack, exchange, currency, assumed)
    cogs = known(None if unit_cost is None else unit_cost * pack, COST_OF_PRICE * price, Assumed.UNIT_COST)
    rate = None if stated.referral_rate is None else float(stated.referral_rate)
    referral = price * known(rate, REFERRAL_RATE, Assumed.REFERRAL_RATE)
    fee = known(money(stated.fba_fee), FBA_FEE_OF_PRICE * price, Assumed.FBA_FEE)
    advertising = known(money(stated.ad_cost), AD_COST_OF_PRICE * price, Assumed.AD_COST)
    storage = known(money(stated.storage_cost), STORAGE_MONTH_OF_COST * cogs / DAYS_A_MONTH, Assumed.STORAGE_COST)
    freight = _freight(stated, lanes, cogs, money, known, assumed)
    if "carton_units" in stated.product_assumed:
        assumed.append(Assumed.CARTON)
    return ListingMoney(
        price,
        price - referral - fee - advertising - cogs,
        cogs,
        storage,
        freight,
        carton_packs(stated.carton_units, pack),
        tuple(sorted(set(assumed))),
    )


def _positive(price: Price | None) -> Price | None:
    """Nobody sells for nothing: a price of 0 stands where none is known."""
    return price if price is not None and price.amount > 0 else None


def _price_elsewhere(
    stated: StatedMoney,
    money: _Money,
    unit_cost: float | None,
    pack: int,
    exchange: Exchange,
    currency: str,
    assumed: list[Assumed],
) -> float:
    for source, code in (
        (stated.price_from_report, Assumed.PRICE_FROM_REPORT),
        (stated.price_from_sales, Assumed.PRICE_FROM_SALES),
    ):
        price = money(_positive(source))
        if price is not None:
            assumed.append(code)
            return price
    assumed.append(Assumed.PRICE)
    if unit_cost is not None and unit_cost > 0:
        return unit_cost * pack / COST_OF_PRICE
    conversion = exchange.find_conversion("USD", currency)
    if conversion is None:
        raise ValueError(f"no rate from USD to {currency}: the currency of a run has to have one")
    return float(ASSUMED_PRICE_USD * conversion.rate)


def _freight(
    stated: StatedMoney,
    lanes: Mapping[Mode, StatedLane],
    cogs: float,
    money: _Money,
    known: _Known,
    assumed: list[Assumed],
) -> dict[Mode, float]:
    """Freight of a pack by each open mode; one without rates keeps its ratio to the cheapest that has them."""
    pack = stated.units_per_listing
    found: dict[Mode, float] = {}
    for mode, lane in lanes.items():
        if not lane.has_rates:
            continue
        by_unit, by_kg, by_m3 = money(lane.unit_cost), money(lane.kg_cost), money(lane.m3_cost)
        freight = by_unit or 0.0
        if by_kg is not None:
            weight = None if stated.unit_weight_kg is None else float(stated.unit_weight_kg)
            freight += by_kg * known(weight, UNIT_WEIGHT_KG, Assumed.UNIT_WEIGHT)
        if by_m3 is not None:
            volume = None if stated.unit_volume_cm3 is None else float(stated.unit_volume_cm3)
            freight += by_m3 * known(volume, UNIT_VOLUME_CM3, Assumed.UNIT_VOLUME) / 1e6
        found[mode] = freight * pack
    slow = min((freight / FREIGHT_RATIO[mode] for mode, freight in found.items()), default=SLOW_FREIGHT_OF_COST * cogs)
    for mode, lane in lanes.items():
        if mode not in found:
            assumed.append(Assumed.FREIGHT if lane.is_stated else Assumed.LANE)
            found[mode] = slow * FREIGHT_RATIO[mode]
    return found


def lane_transit(lane: StatedLane) -> TransitDistribution:
    """Door-to-door days of a lane: its own shipments, before them what is stated, before that what is usual."""
    observed = np.array(lane.observed_days, dtype=float)
    stated = None if lane.transit_quantiles is None else _stated_days(lane.transit_quantiles)
    return learned_transit(lane.mode, observed, stated)


def _stated_days(quantiles: tuple[int, int, int]) -> FloatArray:
    low, middle, high = quantiles
    levels = (np.arange(STATED_TRANSIT_POINTS) + 0.5) / STATED_TRANSIT_POINTS
    ends = (max(low - 0.5 * (middle - low), 1), high + 0.5 * (high - middle))
    days: FloatArray = np.interp(levels, [0.0, 0.1, 0.5, 0.9, 1.0], [ends[0], low, middle, high, ends[1]])
    return days
