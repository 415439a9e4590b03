"""Reads what a replenishment run is computed from: small tables as rows, days of history gathered by listing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from services.inventory.domain.arrays import IntArray
from services.inventory.domain.exchange import Rate
from services.inventory.domain.lead_time import Mode
from services.inventory.domain.ledger import LocationKind
from services.inventory.domain.listing_money import Price, StatedLane, StatedMoney
from services.inventory.domain.run_facts import (
    Advice,
    Coverage,
    DayValues,
    ListingRow,
    PlaceBalance,
    SellerRows,
    ShipmentLine,
    price,
)

MOST_OBSERVATIONS = 200
RECENT_SALES_DAYS = 90
RECENT_PRICE_DAYS = 7  # of those days the last ones with revenue, whose middle price is the recent one
ADVICE_DAYS = 60

_LISTINGS = """
    SELECT l.id, l.account_id, l.marketplace, l.product_id, l.on_sale, l.units_per_listing, l.referral_rate,
           l.price_amount, l.price_currency, l.fba_fee_amount, l.fba_fee_currency,
           l.ad_cost_amount, l.ad_cost_currency, l.storage_cost_amount, l.storage_cost_currency,
           p.unit_cost_amount, p.unit_cost_currency, p.carton_units, p.unit_weight_kg, p.unit_volume_cm3,
           p.assumed_fields, a.code_key || '/' || l.marketplace || '/' || l.seller_sku_key AS name
    FROM inventory.listing AS l
    JOIN inventory.account AS a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    JOIN inventory.product AS p ON p.tenant_id = l.tenant_id AND p.id = l.product_id
    WHERE l.tenant_id = $1
      AND ($2::text[] IS NULL OR l.marketplace = ANY ($2))
      AND ($3::uuid[] IS NULL OR l.account_id = ANY ($3))
      AND ($4::uuid[] IS NULL OR l.id = ANY ($4))
    ORDER BY a.code_key COLLATE "C", l.marketplace COLLATE "C", l.seller_sku_key COLLATE "C"
"""
_BALANCES = """
    SELECT p.kind, b.product_id, p.listing_id, p.shipment_id, b.on_hand, b.allocated
    FROM inventory.stock_balance AS b
    JOIN inventory.stock_location AS p ON p.tenant_id = b.tenant_id AND p.id = b.location_id
    WHERE b.tenant_id = $1 AND NOT p.may_go_negative
"""
# The legs until a moment: what a run as of a past day sees. Promises of that day are not kept; none left is known.
# A relink says what the units had been all along, so its legs count at any moment.
_BALANCES_AS_OF = """
    SELECT p.kind, g.product_id, p.listing_id, p.shipment_id, g.on_hand, 0::bigint AS allocated
    FROM (
        SELECT location_id, product_id, sum(quantity)::bigint AS on_hand FROM inventory.stock_leg
        WHERE tenant_id = $1 AND (
            occurred_at < $2
            OR movement_id IN (SELECT id FROM inventory.stock_movement WHERE tenant_id = $1 AND kind = 'relink')
        )
        GROUP BY location_id, product_id
    ) AS g
    JOIN inventory.stock_location AS p ON p.tenant_id = $1 AND p.id = g.location_id
    WHERE NOT p.may_go_negative
"""
_SHIPMENT_LINES = """
    SELECT s.id, n.listing_id, s.mode, s.state, n.planned_units, s.ship_by_date, s.departed_date,
           CASE WHEN s.eta_stated THEN s.eta_date END
    FROM inventory.shipment AS s
    JOIN inventory.shipment_line AS n ON n.tenant_id = s.tenant_id AND n.shipment_id = s.id
    WHERE s.tenant_id = $1 AND s.state NOT IN ('closed', 'cancelled')
    ORDER BY s.id, n.listing_id
"""
# What had left by a past day, wherever it is now: the ledger says how much of it was still on its way. What was
# planned then lay at home, and which arrivals had been announced by then is not kept.
_SHIPMENT_LINES_AS_OF = """
    SELECT s.id, n.listing_id, s.mode, 'departed', n.planned_units, s.ship_by_date, s.departed_date, NULL::date
    FROM inventory.shipment AS s
    JOIN inventory.shipment_line AS n ON n.tenant_id = s.tenant_id AND n.shipment_id = s.id
    WHERE s.tenant_id = $1 AND s.departed_date <= $2
    ORDER BY s.id, n.listing_id
"""
_LANES = """
    SELECT marketplace, mode, active, unit_cost_amount, unit_cost_currency, kg_cost_amount, kg_cost_currency,
           m3_cost_amount, m3_cost_currency, transit_days_p10, transit_days_p50, transit_days_p90, assumed_fields
    FROM inventory.lane WHERE tenant_id = $1 ORDER BY marketplace, mode
"""
# Receiving belongs to the way: it ends when units are sellable, not when the truck arrives. Shipments teach whether
# or not a lane was stated when they left.
_OBSERVATIONS = """
    SELECT marketplace, mode, transit_days FROM (
        SELECT marketplace, mode, receiving_date - departed_date AS transit_days, receiving_date, id,
               row_number() OVER (PARTITION BY marketplace, mode ORDER BY receiving_date DESC, id DESC) AS place
        FROM inventory.shipment
        WHERE tenant_id = $1 AND receiving_date <= $2 AND departed_date <= receiving_date
    ) AS o WHERE place <= $3 ORDER BY marketplace, mode, receiving_date, id
"""
_RATES = """
    SELECT DISTINCT ON (base_currency, quote_currency) base_currency, quote_currency, rate
    FROM inventory.exchange_rate WHERE tenant_id = $1 AND rate_date <= $2
    ORDER BY base_currency, quote_currency, rate_date DESC
"""
_COVERAGE = """
    SELECT account_id, marketplace, listing_id, date_from, date_to FROM inventory.sales_coverage
    WHERE tenant_id = $1 AND date_to >= $2 AND date_from < $3
"""
_ADVICE = """
    SELECT DISTINCT ON (listing_id) listing_id, report_date, price_amount, price_currency,
           fc_transfer_units + fc_processing_units AS transfer_units
    FROM inventory.restock_advice WHERE tenant_id = $1 AND report_date <= $2 AND report_date > $3
    ORDER BY listing_id, report_date DESC
"""
_REPORTED = """
    SELECT account_id, marketplace, max(as_of) AS as_of FROM inventory.inventory_snapshot
    WHERE tenant_id = $1 AND posted AND as_of < $2 GROUP BY account_id, marketplace
"""
# The middle one of the last days with known revenue, so that no odd day decides alone; of several currencies that of
# the newest day. Each listing's days are read from the newest by index, and no more of them than count.
_RECENT_PRICES = """
    SELECT asked.id AS listing_id, recent.amount, recent.currency
    FROM unnest($2::uuid[]) AS asked (id)
    CROSS JOIN LATERAL (
        SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY day.amount) AS amount, day.currency
        FROM (
            SELECT revenue_amount / units AS amount, revenue_currency AS currency,
                   first_value(revenue_currency) OVER (ORDER BY sales_date DESC) AS newest_currency
            FROM inventory.daily_sales
            WHERE tenant_id = $1 AND listing_id = asked.id AND sales_date >= $3 AND sales_date < $4
              AND revenue_amount > 0 AND units > 0
            ORDER BY sales_date DESC LIMIT $5
        ) AS day
        WHERE day.currency = day.newest_currency
        GROUP BY day.currency
    ) AS recent
"""
# A year of days leaves Postgres as one value per listing: row by row, moving them would take most of the run's time.
# Each day is eight bytes that hold a value above the number of its day: see `DayRecords`. What is computed for each
# day is kept short, since it is computed for millions.
_DAY_BITS = 12
_BY_LISTING = """
    SELECT listing_id, string_agg(int8send({value} + ({day} - $2)), '') AS days
    FROM inventory.{table}
    WHERE tenant_id = $1 AND {day} >= $2 AND {day} < $3 AND ($4::uuid[] IS NULL OR listing_id = ANY ($4)) {also}
    GROUP BY listing_id
"""
# Units and what is said of the day's end in one number: see `decoded_sales`. A day of which only some orders are
# known is an unknown day.
_SALES = _BY_LISTING.format(
    table="daily_sales",
    day="sales_date",
    value=f"(units::bigint << {_DAY_BITS + 2})"
    f" + CASE WHEN in_stock IS NULL THEN 0 WHEN in_stock THEN {2 << _DAY_BITS} ELSE {1 << _DAY_BITS} END",
    also="AND source <> 'partial_orders'",
)
_STOCK_DAYS = _BY_LISTING.format(
    table="stock_day", day="stock_date", value=f"(in_stock::integer::bigint << {_DAY_BITS})", also=""
)
# More than anybody sells in a day, and what the frozen input has room for.
_MOST_UNITS = 500_000_000
# Ten thousand listings' years are gathered at once without a sort on disk, and by the plan that suits the days and
# listings asked for: after five runs a connection would settle on one plan for any, which takes twice as long.
_ROOM_TO_GATHER = "SET LOCAL work_mem = '64MB'; SET LOCAL plan_cache_mode = force_custom_plan"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which listings a run is about; None sets no limit."""

    marketplaces: Sequence[str] | None = None
    account_ids: Sequence[UUID] | None = None
    listing_ids: Sequence[UUID] | None = None

    @property
    def all(self) -> bool:
        return self.marketplaces is None and self.account_ids is None and self.listing_ids is None


async def read_seller(
    connection: Any, tenant_id: UUID, chosen: Chosen, as_of_date: date, history_days: int, now: datetime
) -> SellerRows:
    """Everything but the days of history. `connection` is a bare one whose transaction sees one moment.

    Positions are the present ones, or those at the end of `as_of_date` where that is past: a stock report of that
    day counts, as it does in a run of today.
    """
    listed = await connection.fetch(_LISTINGS, tenant_id, chosen.marketplaces, chosen.account_ids, chosen.listing_ids)
    moment = datetime.combine(as_of_date + timedelta(days=1), time(), UTC)
    if as_of_date >= now.date():
        moment = now
        balances = await connection.fetch(_BALANCES, tenant_id)
        lines = await connection.fetch(_SHIPMENT_LINES, tenant_id)
    else:
        balances = await connection.fetch(_BALANCES_AS_OF, tenant_id, moment)
        lines = await connection.fetch(_SHIPMENT_LINES_AS_OF, tenant_id, as_of_date)
    lanes = await _lanes(connection, tenant_id, as_of_date)
    reports = await connection.fetch(_REPORTED, tenant_id, moment)
    rates = await connection.fetch(_RATES, tenant_id, as_of_date)
    first = as_of_date - timedelta(days=history_days)
    coverage = await connection.fetch(_COVERAGE, tenant_id, first, as_of_date)
    advice = await connection.fetch(_ADVICE, tenant_id, as_of_date, as_of_date - timedelta(days=ADVICE_DAYS))
    reported = {row["listing_id"]: price(row["price_amount"], row["price_currency"]) for row in advice}
    unpriced = [row["id"] for row in listed if not _has_price(row, reported.get(row["id"]))]
    recent: dict[UUID, Price] = {}
    if unpriced:
        since = as_of_date - timedelta(days=RECENT_SALES_DAYS)
        sold = await connection.fetch(_RECENT_PRICES, tenant_id, unpriced, since, as_of_date, RECENT_PRICE_DAYS)
        recent = {row["listing_id"]: Price(row["amount"], row["currency"]) for row in sold}
    return SellerRows(
        [_listing(row, reported.get(row["id"]), recent.get(row["id"])) for row in listed],
        [
            PlaceBalance(
                LocationKind(row["kind"]),
                row["product_id"],
                row["listing_id"],
                row["shipment_id"],
                row["on_hand"],
                row["allocated"],
            )
            for row in balances
        ],
        [ShipmentLine(row[0], row[1], Mode(row[2]), *tuple(row)[3:]) for row in lines],
        lanes,
        [Rate(row["base_currency"], row["quote_currency"], row["rate"]) for row in rates],
        [Coverage(*row) for row in coverage],
        {row["listing_id"]: Advice(row["report_date"], row["transfer_units"]) for row in advice},
        now,
        {(row["account_id"], row["marketplace"]): row["as_of"] for row in reports},
    )


def _has_price(row: Any, reported: Price | None) -> bool:
    """Whether a listing's price is known without its sales; one of 0 is not."""
    return (row["price_amount"] or 0) > 0 or (reported is not None and reported.amount > 0)


def _listing(row: Any, reported: Price | None, recent: Price | None) -> ListingRow:
    money = StatedMoney(
        row["units_per_listing"],
        row["carton_units"],
        price(row["price_amount"], row["price_currency"]),
        price(row["unit_cost_amount"], row["unit_cost_currency"]),
        row["referral_rate"],
        price(row["fba_fee_amount"], row["fba_fee_currency"]),
        price(row["ad_cost_amount"], row["ad_cost_currency"]),
        price(row["storage_cost_amount"], row["storage_cost_currency"]),
        row["unit_weight_kg"],
        row["unit_volume_cm3"],
        reported,
        recent,
        tuple(row["assumed_fields"]),
    )
    return ListingRow(
        row["id"], row["account_id"], row["marketplace"], row["product_id"], row["on_sale"], money, row["name"]
    )


async def _lanes(connection: Any, tenant_id: UUID, as_of_date: date) -> dict[str, dict[Mode, StatedLane | None]]:
    observed: dict[tuple[str, Mode], list[int]] = defaultdict(list)
    for row in await connection.fetch(_OBSERVATIONS, tenant_id, as_of_date, MOST_OBSERVATIONS):
        observed[row["marketplace"], Mode(row["mode"])].append(row["transit_days"])
    lanes: dict[str, dict[Mode, StatedLane | None]] = defaultdict(dict)
    for (marketplace, mode), days in observed.items():
        lanes[marketplace][mode] = StatedLane(mode, observed_days=tuple(days))
    for row in await connection.fetch(_LANES, tenant_id):
        lanes[row["marketplace"]][Mode(row["mode"])] = (
            StatedLane(
                Mode(row["mode"]),
                price(row["unit_cost_amount"], row["unit_cost_currency"]),
                price(row["kg_cost_amount"], row["kg_cost_currency"]),
                price(row["m3_cost_amount"], row["m3_cost_currency"]),
                (row["transit_days_p10"], row["transit_days_p50"], row["transit_days_p90"]),
                tuple(observed[row["marketplace"], Mode(row["mode"])]),
                any(field.startswith("transit_days") for field in row["assumed_fields"]),
            )
            if row["active"]
            else None
        )
    return dict(lanes)


@dataclass(frozen=True, slots=True)
class DayRecords:
    """Days of listings as Postgres gathered them, cheap to hand to a child process.

    `content` holds the listings' days one after the other, `counts` of them each: big-endian 64-bit numbers whose
    lowest 12 bits are the days since `first`, and whose other bits are the value.
    """

    first: date
    listing_ids: tuple[UUID, ...]
    counts: IntArray
    content: bytes


async def gather_sales(
    connection: Any, tenant_id: UUID, first: date, end: date, listing_ids: Sequence[UUID] | None
) -> DayRecords:
    """Sales by listing and day from `first` to before `end`, at most 4,096 days."""
    return await _gathered(connection, _SALES, tenant_id, first, end, listing_ids)


async def gather_stock_days(
    connection: Any, tenant_id: UUID, first: date, end: date, listing_ids: Sequence[UUID] | None
) -> DayRecords:
    """Whether listings had stock at the end of days, 1 or 0, from `first` to before `end`, at most 4,096 days."""
    return await _gathered(connection, _STOCK_DAYS, tenant_id, first, end, listing_ids)


async def _gathered(
    connection: Any, query: str, tenant_id: UUID, first: date, end: date, listing_ids: Sequence[UUID] | None
) -> DayRecords:
    if (end - first).days > 1 << _DAY_BITS:
        raise ValueError("too many days for the bits that number them")
    await connection.execute(_ROOM_TO_GATHER)
    rows = await connection.fetch(query, tenant_id, first, end, listing_ids)
    counts = np.array([len(row["days"]) // 8 for row in rows], dtype=np.int64)
    return DayRecords(first, tuple(row["listing_id"] for row in rows), counts, b"".join(row["days"] for row in rows))


def decoded_days(records: DayRecords, listing_ids: Sequence[UUID]) -> DayValues:
    """The gathered days with the row of each listing in `listing_ids`; those of other listings are left out."""
    place = {identifier: row for row, identifier in enumerate(listing_ids)}
    row = np.array([place.get(identifier, -1) for identifier in records.listing_ids], dtype=np.int64)
    rows: IntArray = np.repeat(row, records.counts)
    both = np.frombuffer(records.content, ">i8").astype(np.int64)
    days = (both & ((1 << _DAY_BITS) - 1)) + records.first.toordinal()
    values = both >> _DAY_BITS
    mine = rows >= 0
    return DayValues(rows, days, values) if mine.all() else DayValues(rows[mine], days[mine], values[mine])


def decoded_sales(records: DayRecords, listing_ids: Sequence[UUID]) -> tuple[DayValues, DayValues]:
    """Units sold, and where the sales say so whether the day ended in stock (1) or not (0)."""
    told = decoded_days(records, listing_ids)
    says = (told.value & 3) > 0
    in_stock = DayValues(told.row[says], told.day[says], (told.value[says] & 3) - 1)
    return DayValues(told.row, told.day, np.minimum(told.value >> 2, _MOST_UNITS)), in_stock


def one_after_the_other(first: DayValues, second: DayValues) -> DayValues:
    """Both, the second last: of two values of a day it is the one that counts."""
    return DayValues(
        np.concatenate([first.row, second.row]),
        np.concatenate([first.day, second.day]),
        np.concatenate([first.value, second.value]),
    )
