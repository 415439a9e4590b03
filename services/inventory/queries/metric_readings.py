"""Reads what the figures of some marketplaces' days are made of, and makes them, from the present data."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.inventory.domain.metric_readings import (
    AccountDay,
    DatedRates,
    DayFacts,
    DayRange,
    MarketDay,
    Part,
    Sold,
    Stock,
    Visits,
    counting_ranges,
    readings_of_day,
)
from services.inventory.queries.daily_units import join_covered, select_daily_units
from shared.core.metric_readings import MetricReading

_ASKED = "unnest($2::text[], $3::date[]) AS a (marketplace, day)"
# A product that an import made up for a listing has no code that anybody knows.
_REF = "CASE WHEN NOT 'code' = ANY (p.assumed_fields) THEN p.code END"
_LISTINGS = f"""
    {_ASKED}
    JOIN inventory.listing AS l ON l.tenant_id = $1 AND l.marketplace = a.marketplace
    JOIN inventory.product AS p ON p.tenant_id = $1 AND p.id = l.product_id
"""
_SOLD = f"""
    SELECT a.marketplace, a.day, l.account_id, {_REF} AS product_ref, sum(s.units)::bigint AS units,
           CASE WHEN bool_and(s.units = 0 OR s.orders IS NOT NULL) THEN coalesce(sum(s.orders), 0)::bigint END
               AS orders,
           s.revenue_currency, coalesce(sum(s.revenue_amount), 0) AS revenue,
           bool_and(s.units = 0 OR s.revenue_amount IS NOT NULL) AS revenue_is_whole,
           p.unit_cost_currency, coalesce(sum(s.units * l.units_per_listing * p.unit_cost_amount), 0) AS cogs,
           bool_and(s.units = 0 OR p.unit_cost_amount IS NOT NULL) AS cogs_is_whole,
           l.fba_fee_currency, coalesce(sum(s.units * l.fba_fee_amount), 0) AS fulfilment,
           bool_and(s.units = 0 OR l.fba_fee_amount IS NOT NULL) AS fulfilment_is_whole,
           coalesce(sum(s.revenue_amount * l.referral_rate), 0) AS fees,
           bool_and(s.units = 0 OR s.revenue_amount IS NOT NULL AND l.referral_rate IS NOT NULL) AS fees_is_whole
    FROM {_LISTINGS}
    JOIN inventory.daily_sales AS s ON s.tenant_id = $1 AND s.listing_id = l.id AND s.sales_date = a.day
    WHERE s.source <> 'partial_orders'
    GROUP BY a.marketplace, a.day, l.account_id, product_ref, s.revenue_currency, p.unit_cost_currency,
             l.fba_fee_currency
"""
_ACCOUNT_DAYS = f"""
    SELECT a.marketplace, a.day, d.account_id, d.source, d.units, d.orders, d.revenue_amount, d.revenue_currency,
           d.sessions
    FROM {_ASKED}
    JOIN inventory.account AS c ON c.tenant_id = $1
    JOIN inventory.account_sales_day AS d
      ON d.tenant_id = $1 AND d.account_id = c.id AND d.marketplace = a.marketplace AND d.sales_date = a.day
"""
_COVERED = f"""
    SELECT DISTINCT a.marketplace, a.day, c.account_id
    FROM {_ASKED}
    JOIN inventory.sales_coverage AS c
      ON c.tenant_id = $1 AND c.marketplace = a.marketplace AND a.day BETWEEN c.date_from AND c.date_to
    WHERE c.listing_id IS NULL AND c.source <> 'partial_orders'
"""
# A listing of which nothing is said is not missing unless it was reported before. What the seller states of a day's
# end is believed before a report. What a product sells a day is unknown as soon as it is unknown of one of its
# listings, unless that listing has no packs and no known sales.
_STOCK = f"""
    SELECT o.marketplace, o.day, o.product_ref,
           CASE WHEN bool_or(o.in_stock) THEN true WHEN bool_or(o.is_missing) THEN NULL ELSE bool_or(o.in_stock) END
               AS in_stock,
           sum(o.sellable_units)::bigint AS sellable_units,
           CASE WHEN bool_and(t.daily_units IS NOT NULL OR o.sellable_units = 0 AND t.units = 0)
                         FILTER (WHERE o.sellable_units IS NOT NULL)
                THEN coalesce(sum(t.daily_units), 0) END AS daily_units
    FROM (
        SELECT a.marketplace, a.day, l.id, l.account_id, p.id AS product_id, {_REF} AS product_ref, k.sellable_units,
               coalesce(s.in_stock, k.in_stock) AS in_stock,
               coalesce(s.in_stock, k.in_stock) IS NULL AND EXISTS (
                   SELECT FROM inventory.stock_day AS e
                   WHERE e.tenant_id = $1 AND e.listing_id = l.id AND e.stock_date < a.day
               ) AS is_missing
        FROM {_LISTINGS}
        LEFT JOIN inventory.stock_day AS k ON k.tenant_id = $1 AND k.listing_id = l.id AND k.stock_date = a.day
        LEFT JOIN inventory.daily_sales AS s
          ON s.tenant_id = $1 AND s.listing_id = l.id AND s.sales_date = a.day AND s.in_stock IS NOT NULL
    ) AS o
    {join_covered("o")}
    LEFT JOIN LATERAL ({select_daily_units("o", "o.day")} WHERE o.sellable_units IS NOT NULL) AS t ON true
    WHERE o.in_stock IS NOT NULL OR o.is_missing
    GROUP BY o.marketplace, o.day, o.product_id, o.product_ref
    HAVING bool_or(o.in_stock IS NOT NULL)
"""
# Of two reports of the same range of an item the more believed one.
_ENDING = f"""
    SELECT DISTINCT ON (r.marketplace, r.account_id, r.item_key, r.date_from, r.date_to)
           r.marketplace, r.date_to AS day, r.date_from, r.sessions, r.listing_id, p.id AS product_id,
           {_REF} AS product_ref
    FROM {_ASKED}
    JOIN inventory.sales_period AS r
      ON r.tenant_id = $1 AND r.marketplace = a.marketplace AND r.date_to = a.day
    LEFT JOIN inventory.listing AS l ON l.tenant_id = $1 AND l.id = r.listing_id
    LEFT JOIN inventory.product AS p ON p.tenant_id = $1 AND p.id = l.product_id
    WHERE r.sessions IS NOT NULL AND (r.listing_id IS NOT NULL OR r.item_key LIKE 'all:%')
    ORDER BY r.marketplace, r.account_id, r.item_key, r.date_from, r.date_to,
             array_position(ARRAY['business_report', 'sales_and_traffic'], r.source) DESC NULLS LAST
"""
_RANGES_OF_PRODUCTS = """
    SELECT DISTINCT l.product_id, r.date_from, r.date_to
    FROM inventory.listing AS l
    JOIN inventory.sales_period AS r ON r.tenant_id = $1 AND r.listing_id = l.id
    WHERE l.tenant_id = $1 AND l.marketplace = $2 AND l.product_id = ANY ($3::uuid[]) AND r.sessions IS NOT NULL
"""
# Of the whole marketplace: its coarse ranges, and the days that are told beside them.
_RANGES_OF_MARKET = """
    SELECT DISTINCT date_from, date_to FROM inventory.sales_period
    WHERE tenant_id = $1 AND marketplace = $2 AND item_key LIKE 'all:%' AND sessions IS NOT NULL
    UNION
    SELECT d.sales_date, d.sales_date FROM inventory.account AS c
    JOIN inventory.account_sales_day AS d ON d.tenant_id = $1 AND d.account_id = c.id AND d.marketplace = $2
    WHERE c.tenant_id = $1 AND d.sessions IS NOT NULL
"""
_RATES = """
    SELECT base_currency, quote_currency, rate_date, rate FROM inventory.exchange_rate
    WHERE tenant_id = $1 AND rate_date > $2 AND rate_date <= $3
    UNION ALL
    SELECT * FROM (
        SELECT DISTINCT ON (base_currency, quote_currency) base_currency, quote_currency, rate_date, rate
        FROM inventory.exchange_rate WHERE tenant_id = $1 AND rate_date <= $2
        ORDER BY base_currency, quote_currency, rate_date DESC
    ) AS before
"""


async def read_metric_readings(
    connection: Any, tenant_id: UUID, days: Sequence[MarketDay]
) -> Mapping[MarketDay, Sequence[MetricReading]]:
    """The readings of each of the days as they are now; `connection` is a bare one of the tenant."""
    if not days:
        return {}
    asked = tenant_id, [marketplace for marketplace, _ in days], [day for _, day in days]
    facts: dict[MarketDay, DayFacts] = {each: DayFacts() for each in days}
    for row in await connection.fetch(_SOLD, *asked):
        facts[row["marketplace"], row["day"]].sold.append(_sold(row))
    for row in await connection.fetch(_ACCOUNT_DAYS, *asked):
        facts[row["marketplace"], row["day"]].account_days.append(AccountDay(*tuple(row)[2:]))
    for row in await connection.fetch(_COVERED, *asked):
        facts[row["marketplace"], row["day"]].covered.add(row["account_id"])
    for row in await connection.fetch(_STOCK, *asked):
        facts[row["marketplace"], row["day"]].stock.append(Stock(*tuple(row)[2:]))
    await _read_visits(connection, tenant_id, facts, await connection.fetch(_ENDING, *asked))
    dates = [day for _, day in days]
    rates = DatedRates(tuple(row) for row in await connection.fetch(_RATES, tenant_id, min(dates), max(dates)))
    return {each: readings_of_day(*each, known, rates.rate) for each, known in facts.items()}


def _sold(row: Any) -> Sold:
    return Sold(
        row["account_id"],
        row["product_ref"],
        row["units"],
        row["orders"],
        Part(row["revenue_currency"], row["revenue"], row["revenue_is_whole"]),
        Part(row["unit_cost_currency"], row["cogs"], row["cogs_is_whole"]),
        Part(row["fba_fee_currency"], row["fulfilment"], row["fulfilment_is_whole"]),
        Part(row["revenue_currency"], row["fees"], row["fees_is_whole"]),
    )


async def _read_visits(
    connection: Any, tenant_id: UUID, facts: dict[MarketDay, DayFacts], ending: Sequence[Any]
) -> None:
    """Visits of the ranges that end on the days, save those whose days others tell."""
    products: dict[str, set[UUID]] = defaultdict(set)
    markets: set[str] = set()
    for row in ending:
        if row["product_id"] is None:
            markets.add(row["marketplace"])
        else:
            products[row["marketplace"]].add(row["product_id"])
    counting: dict[tuple[str, UUID | None], set[DayRange]] = {}
    for marketplace in markets:
        found = await connection.fetch(_RANGES_OF_MARKET, tenant_id, marketplace)
        counting[marketplace, None] = counting_ranges((row["date_from"], row["date_to"]) for row in found)
    for marketplace, product_ids in products.items():
        ranges: dict[UUID, list[DayRange]] = defaultdict(list)
        for row in await connection.fetch(_RANGES_OF_PRODUCTS, tenant_id, marketplace, sorted(product_ids)):
            ranges[row["product_id"]].append((row["date_from"], row["date_to"]))
        counting |= {(marketplace, each): counting_ranges(told) for each, told in ranges.items()}
    sums: dict[tuple[str, UUID | None, str | None, DayRange], int] = defaultdict(int)
    for row in ending:
        if row["product_id"] is None or row["product_ref"] is not None:
            told = row["date_from"], row["day"]
            sums[row["marketplace"], row["product_id"], row["product_ref"], told] += row["sessions"]
    for (marketplace, product_id, product_ref, told), sessions in sums.items():
        if told in counting[marketplace, product_id]:
            facts[marketplace, told[1]].visits.append(Visits(product_ref, told, sessions))
