"""Reads the figures of some marketplaces' advertising days from the current figures of their reports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.core.marketplaces import get_marketplace
from shared.core.metric_readings import MetricReading

MarketDay = tuple[str, date]

_ASKED = "unnest($2::text[], $3::date[]) AS a (marketplace, day)"
_COLUMNS = {"spend": "cost", "sales": "sales", "clicks": "clicks", "orders": "orders"}
# What pulls do not name is nothing: a campaign's day without rows, and a product that only replaced pulls name.
_OF_MARKET = ", ".join(
    f"coalesce(sum(p.{column}), CASE WHEN count(p.campaign_id) = 0 THEN 0 END)::numeric AS {name}"
    for name, column in _COLUMNS.items()
)
_OF_PRODUCT = ", ".join(f"sum(f.{column})::numeric AS {name}" for name, column in _COLUMNS.items())
_MARKETS = f"""
    SELECT a.marketplace, a.day, NULL AS product_ref, {_OF_MARKET}
    FROM {_ASKED}
    JOIN ads.pull_day AS d
      ON d.tenant_id = $1 AND d.report = 'campaigns' AND d.granularity = 'daily'
     AND d.date_from = a.day AND d.date_to = a.day
    JOIN ads.report_pull AS l ON l.tenant_id = $1 AND l.id = d.pull_id AND l.marketplace = a.marketplace
    LEFT JOIN ads.performance AS p
      ON p.tenant_id = $1 AND p.report = d.report AND p.granularity = d.granularity AND p.date_from = d.date_from
     AND p.date_to = d.date_to AND p.campaign_id = d.campaign_id AND p.pull_id = d.pull_id
    GROUP BY a.marketplace, a.day
"""
_FIGURES = """
    SELECT date_from, subject_id, cost, sales, clicks, orders FROM ads.performance
    WHERE tenant_id = $1 AND report = 'advertised_products' AND granularity = 'daily' AND date_from = ANY ($3::date[])
    UNION ALL
    SELECT w.date_from, w.subject_id, 0, 0, 0, 0 FROM ads.superseded_performance AS w
    WHERE w.tenant_id = $1 AND w.report = 'advertised_products' AND w.granularity = 'daily'
      AND w.date_from = ANY ($3::date[]) AND EXISTS (
          SELECT FROM ads.pull_day AS d
          WHERE d.tenant_id = $1 AND d.report = w.report AND d.granularity = w.granularity
            AND d.date_from = w.date_from AND d.date_to = w.date_to AND d.campaign_id = w.campaign_id
      )
"""
_PRODUCTS = f"""
    SELECT a.marketplace, a.day, p.inventory_product_code AS product_ref, {_OF_PRODUCT}
    FROM ({_FIGURES}) AS f
    JOIN ads.product_ad AS ad ON ad.tenant_id = $1 AND ad.id = f.subject_id
    JOIN ads.advertised_product AS p ON p.tenant_id = $1 AND p.id = ad.advertised_product_id
    JOIN {_ASKED} ON a.marketplace = p.marketplace AND a.day = f.date_from
    WHERE p.inventory_product_code IS NOT NULL
    GROUP BY a.marketplace, a.day, p.inventory_product_code
"""
_METRICS = {"ad_clicks": "clicks", "ad_orders": "orders", "ad_sales": "sales", "ad_spend": "spend"}
_MONEY = frozenset({"ad_sales", "ad_spend"})


async def read_metric_readings(
    connection: Any, tenant_id: UUID, days: Sequence[MarketDay]
) -> Mapping[MarketDay, Sequence[MetricReading]]:
    """The readings of each of the days as they are now; `connection` is a bare one of the tenant."""
    if not days:
        return {}
    asked = tenant_id, [marketplace for marketplace, _ in days], [day for _, day in days]
    found: dict[MarketDay, list[MetricReading]] = defaultdict(list)
    for query in (_MARKETS, _PRODUCTS):
        for row in await connection.fetch(query, *asked):
            found[row["marketplace"], row["day"]] += _readings(row)
    return found


def _readings(row: Any) -> list[MetricReading]:
    """What the reports say; a figure that none of them has is none. Money is the marketplace's."""
    currency = get_marketplace(row["marketplace"]).currency
    return [
        MetricReading(
            code,
            row["marketplace"],
            row["product_ref"],
            row["day"],
            row["day"],
            Decimal(row[column]),
            currency if code in _MONEY else None,
        )
        for code, column in _METRICS.items()
        if row[column] is not None
    ]
