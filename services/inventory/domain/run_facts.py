"""Decides what a run knows about each listing from the rows that describe a seller, and what it must assume."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import numpy as np

from services.inventory.domain.arrays import BoolArray, FloatArray, IntArray
from services.inventory.domain.exchange import Exchange, Rate
from services.inventory.domain.lead_time import Mode, TransitDistribution
from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.listing_money import (
    Assumed,
    Price,
    StatedLane,
    StatedMoney,
    lane_transit,
    listing_money,
)
from services.inventory.domain.proposals import ListingFacts, UnderWay
from services.inventory.domain.run_input import RunInput, StockState
from services.inventory.domain.shipment_states import HOLDS_DOMESTIC_STOCK
from shared.core.marketplaces import get_marketplace

LEAST_HISTORY_DAYS = 28
# Amazon's split of reserved stock is believed for so long.
SPLIT_DAYS = 7
# Of units that Amazon counts as being received or on their way, in no shipment known here.
RECEIVING_DAYS = 5
INBOUND_AGE_DAYS = 21


@dataclass(frozen=True, slots=True)
class RunParameters:
    """What a run was asked for."""

    as_of_date: date
    review_days: int
    history_days: int
    goodwill: float
    capital_rate: float
    currency: str | None


@dataclass(frozen=True, slots=True)
class ListingRow:
    """A listing with its product, as stated; `name` is what the seller calls it: account, marketplace and SKU."""

    id: UUID
    account_id: UUID
    marketplace: str
    product_id: UUID
    on_sale: bool
    money: StatedMoney
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlaceBalance:
    """Product units at a place of the ledger; `allocated` of them are promised."""

    kind: LocationKind
    product_id: UUID
    listing_id: UUID | None
    shipment_id: UUID | None
    on_hand: int
    allocated: int


@dataclass(frozen=True, slots=True)
class ShipmentLine:
    """A line of a shipment that has not ended; packs. `eta_date` only where somebody announced it."""

    shipment_id: UUID
    listing_id: UUID
    mode: Mode
    state: str
    planned_units: int
    ship_by_date: date | None
    departed_date: date | None
    eta_date: date | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Days whose sales are known, of one listing or of all of an account in a marketplace."""

    account_id: UUID
    marketplace: str
    listing_id: UUID | None
    date_from: date
    date_to: date


@dataclass(frozen=True, slots=True)
class Advice:
    """Amazon's newest split of a listing's reserved stock; packs."""

    report_date: date
    transfer_units: int | None


@dataclass(frozen=True, slots=True)
class DayValues:
    """Values of listings by day, as parallel arrays: row of the listing, proleptic day number, value."""

    row: IntArray
    day: IntArray
    value: IntArray


@dataclass(frozen=True, slots=True)
class SellerRows:
    """Everything that was read for a run, at one moment, `read_at`; `reported_at` is the moment of Amazon's newest
    stock report of an account in a marketplace."""

    listings: Sequence[ListingRow]
    places: Sequence[PlaceBalance]
    shipment_lines: Sequence[ShipmentLine]
    lanes: Mapping[str, Mapping[Mode, StatedLane | None]]
    rates: Sequence[Rate]
    coverage: Sequence[Coverage]
    advice: Mapping[UUID, Advice]
    read_at: datetime | None = None
    reported_at: Mapping[tuple[UUID, str], datetime] = field(default_factory=dict)


def run_input(rows: SellerRows, sales: DayValues, stock_days: DayValues, asked: RunParameters) -> RunInput:
    """Lay out a run's input; listings in the order of `rows.listings`. A lane of None is closed on purpose."""
    listings = rows.listings
    currency = asked.currency or _usual_currency(listings)
    first, sold, in_stock = _histories(rows, sales, stock_days, asked)
    known_sales: BoolArray = np.asarray((~np.isnan(sold)).any(axis=1))
    # Without a single known day there is nothing to scale other listings' futures by.
    sold[~known_sales] = 0
    domestic = _domestic(rows.places)
    gone = _gone_since_reports(rows, first, sold)
    pools, under_way, flags = _stock(rows, asked.as_of_date, domestic, gone)
    exchange = Exchange(rows.rates)
    open_ways = {
        marketplace: open_lanes(rows.lanes.get(marketplace, {}))
        for marketplace in sorted({listing.marketplace for listing in listings})
    }
    facts = []
    for row, listing in enumerate(listings):
        ways = open_ways[listing.marketplace]
        money = listing_money(listing.money, ways, exchange, currency)
        assumed = {*money.assumed, *flags[listing.id]}
        if not known_sales[row]:
            assumed.add(Assumed.NO_SALES_KNOWN)
        if any(lane.is_stated and not lane.knows_its_days for lane in ways.values()):
            assumed.add(Assumed.TRANSIT_DAYS)
        pack = listing.money.units_per_listing
        state = pools[listing.id]
        facts.append(
            ListingFacts(
                key=str(listing.id),
                group=str(listing.product_id),
                lane=listing.marketplace,
                currency=currency,
                on_sale=listing.on_sale,
                on_hand=float(state.sellable),
                freight=money.freight,
                margin=money.margin,
                cogs=money.cogs,
                storage_per_day=money.storage_per_day,
                capital_rate=asked.capital_rate,
                goodwill=asked.goodwill,
                carton_units=money.carton_packs,
                pool=str(listing.product_id) if listing.product_id in domestic else None,
                units_each=pack,
                assumed=tuple(sorted(str(code) for code in assumed)),
                units_a_carton=max(listing.money.carton_units, 1),
                draw_key=listing.name,
            )
        )
    return RunInput(
        asked.as_of_date,
        asked.review_days,
        currency,
        first,
        tuple(facts),
        tuple(pools[listing.id] for listing in listings),
        sold,
        in_stock,
        tuple(under_way),
        {marketplace: _transits(rows.lanes.get(marketplace, {})) for marketplace in open_ways},
        {str(product_id): float(units) for product_id, units in sorted(domestic.items())},
    )


def _usual_currency(listings: Sequence[ListingRow]) -> str:
    """The currency in which most listings sell; the smaller name among equals."""
    counts: dict[str, int] = defaultdict(int)
    for listing in listings:
        counts[get_marketplace(listing.marketplace).currency] += 1
    return min(counts, key=lambda currency: (-counts[currency], currency)) if counts else "USD"


def _histories(
    rows: SellerRows, sales: DayValues, stock_days: DayValues, asked: RunParameters
) -> tuple[date, FloatArray, FloatArray]:
    """Sales and stock-ends by day, NaN where unknown, from the first day of which anything is known."""
    count, days = len(rows.listings), asked.history_days
    start = asked.as_of_date.toordinal() - days
    known = _known_days(rows, start, days)
    sold = np.where(known, np.float32(0), np.float32(np.nan))
    inside = (sales.day >= start) & (sales.day < start + days)
    sold[sales.row[inside], sales.day[inside] - start] = sales.value[inside]
    in_stock = np.full((count, days), np.nan, dtype=np.float32)
    inside = (stock_days.day >= start) & (stock_days.day < start + days)
    in_stock[stock_days.row[inside], stock_days.day[inside] - start] = stock_days.value[inside]
    _forget_unfinished(rows, start, sold, in_stock)
    seen = np.flatnonzero((~np.isnan(sold)).any(axis=0)) if count else np.zeros(0, dtype=np.int64)
    skip = min(int(seen[0]) if seen.size else days, max(days - LEAST_HISTORY_DAYS, 0))
    return date.fromordinal(start + skip), sold[:, skip:], in_stock[:, skip:]


def _forget_unfinished(rows: SellerRows, start: int, sold: FloatArray, in_stock: FloatArray) -> None:
    """A day that is not over in its marketplace is not known, whatever is said of it already."""
    if rows.read_at is None:
        return
    for row, listing in enumerate(rows.listings):
        unfinished = get_marketplace(listing.marketplace).day_of(rows.read_at).toordinal() - start
        sold[row, max(unfinished, 0) :] = np.nan
        in_stock[row, max(unfinished, 0) :] = np.nan


def _known_days(rows: SellerRows, start: int, days: int) -> BoolArray:
    wide: dict[tuple[UUID, str], BoolArray] = defaultdict(lambda: np.zeros(days, dtype=bool))
    own: dict[UUID, BoolArray] = defaultdict(lambda: np.zeros(days, dtype=bool))
    for entry in rows.coverage:
        mask = wide[entry.account_id, entry.marketplace] if entry.listing_id is None else own[entry.listing_id]
        first = max(entry.date_from.toordinal() - start, 0)
        mask[first : max(entry.date_to.toordinal() + 1 - start, first)] = True
    known = np.zeros((len(rows.listings), days), dtype=bool)
    for row, listing in enumerate(rows.listings):
        group = wide.get((listing.account_id, listing.marketplace))
        if group is not None:
            known[row] = group
        if listing.id in own:
            known[row] |= own[listing.id]
    return known


def _domestic(places: Sequence[PlaceBalance]) -> dict[UUID, int]:
    """Free product units at home; a product without any figure is not there, which is not zero."""
    free: dict[UUID, int] = defaultdict(int)
    for place in places:
        if place.kind is LocationKind.DOMESTIC:
            free[place.product_id] += max(place.on_hand - place.allocated, 0)
    return dict(free)


def _stock(
    rows: SellerRows, as_of: date, domestic: Mapping[UUID, int], gone: Mapping[UUID, int]
) -> tuple[dict[UUID, StockState], list[UnderWay], dict[UUID, set[Assumed]]]:
    units: dict[tuple[UUID, LocationKind], int] = defaultdict(int)
    in_transit: dict[tuple[UUID, UUID], int] = {}
    for place in rows.places:
        if place.listing_id is None:
            continue
        if place.kind is LocationKind.IN_TRANSIT and place.shipment_id is not None:
            in_transit[place.listing_id, place.shipment_id] = place.on_hand
        else:
            units[place.listing_id, place.kind] += place.on_hand
    lines: dict[UUID, list[ShipmentLine]] = defaultdict(list)
    for line in rows.shipment_lines:
        lines[line.listing_id].append(line)
    states: dict[UUID, StockState] = {}
    under_way: list[UnderWay] = []
    flags: dict[UUID, set[Assumed]] = {}
    for listing in rows.listings:
        pack = listing.money.units_per_listing
        packs = {kind: max(units[listing.id, kind], 0) // pack for kind in LocationKind}
        assumed: set[Assumed] = set()
        reserved = packs[LocationKind.AMAZON_RESERVED]
        free = _free_reserved(rows.advice.get(listing.id), as_of, reserved, assumed)
        if listing.product_id not in domestic:
            assumed.add(Assumed.DOMESTIC_STOCK)
        key = str(listing.id)
        moving = planned = 0
        for line in lines[listing.id]:
            if line.state in HOLDS_DOMESTIC_STOCK:
                planned += line.planned_units
                leaves = max(line.ship_by_date or as_of, as_of)
                # Whatever is announced for it, it has not left: its way begins when it does.
                under_way.append(UnderWay(key, line.mode, float(line.planned_units), leaves, None))
                continue
            left = in_transit.get((listing.id, line.shipment_id), 0) // pack
            if left > 0:
                moving += left
                departed = min(line.departed_date or as_of, as_of)
                under_way.append(UnderWay(key, line.mode, float(left), departed, line.eta_date))
        for kind, age, days in (
            (LocationKind.AMAZON_RECEIVING, INBOUND_AGE_DAYS + RECEIVING_DAYS, RECEIVING_DAYS),
            (LocationKind.AMAZON_INBOUND, INBOUND_AGE_DAYS, None),
        ):
            if packs[kind] > 0:
                assumed.add(Assumed.INBOUND_ARRIVAL)
                expected = None if days is None else as_of + timedelta(days=days)
                left_on = as_of - timedelta(days=age)
                under_way.append(UnderWay(key, Mode.SLOW_SEA, float(packs[kind]), left_on, expected))
        reported = _reported_date(rows, listing)
        if reported is None and packs[LocationKind.AMAZON_SELLABLE] > 0:
            assumed.add(Assumed.NO_STOCK_REPORT)
        if reported is not None and (as_of - reported).days > 1:
            assumed.add(Assumed.STOCK_AGE)
        states[listing.id] = StockState(
            max(packs[LocationKind.AMAZON_SELLABLE] + free - gone.get(listing.id, 0), 0),
            reserved - free,
            packs[LocationKind.AMAZON_RECEIVING],
            packs[LocationKind.AMAZON_INBOUND],
            moving,
            planned,
            domestic.get(listing.product_id),
        )
        flags[listing.id] = assumed
    return states, under_way, flags


def _reported_date(rows: SellerRows, listing: ListingRow) -> date | None:
    reported = rows.reported_at.get((listing.account_id, listing.marketplace))
    return None if reported is None else get_marketplace(listing.marketplace).day_of(reported)


def _gone_since_reports(rows: SellerRows, first: date, sold: FloatArray) -> dict[UUID, int]:
    """Packs that are known to be sold on days after Amazon's report: the report still counts them as there."""
    gone: dict[UUID, int] = {}
    for row, listing in enumerate(rows.listings):
        reported = _reported_date(rows, listing)
        if reported is not None:
            after = max(reported.toordinal() + 1 - first.toordinal(), 0)
            gone[listing.id] = int(np.nansum(sold[row, after:]))
    return gone


def _free_reserved(advice: Advice | None, as_of: date, reserved: int, assumed: set[Assumed]) -> int:
    """Reserved packs that are only being moved inside Amazon and will be sellable; orders are sold already."""
    if reserved <= 0:
        return 0
    if advice is None or advice.transfer_units is None or (as_of - advice.report_date).days > SPLIT_DAYS:
        assumed.add(Assumed.RESERVED_SPLIT)
        return 0
    return min(advice.transfer_units, reserved)


def _transits(stated: Mapping[Mode, StatedLane | None]) -> dict[Mode, TransitDistribution]:
    """The days of all three modes: what is under way on a lane that is closed since still takes them."""
    return {mode: lane_transit(stated.get(mode) or StatedLane(mode)) for mode in Mode}


def open_lanes(stated: Mapping[Mode, StatedLane | None]) -> dict[Mode, StatedLane]:
    """The ways to a marketplace: all three, of which the seller has stated some and closed (None) others."""
    ways = {mode: stated.get(mode, StatedLane(mode)) for mode in Mode}
    return {mode: lane for mode, lane in ways.items() if lane is not None}


def price(amount: Decimal | None, currency: str | None) -> Price | None:
    """Both or nothing."""
    return None if amount is None or currency is None else Price(amount, currency)
