"""Reads what a scoring run is computed from, at one moment: small tables as rows, a million figures as sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.ads.domain.arrays import Identifiers
from services.ads.domain.report_periods import Period, choose_periods
from services.ads.domain.scoring_facts import TermColumns
from services.ads.domain.vocabulary import Granularity, Report
from services.ads.queries.advertised_products import ADVERTISED_PRODUCTS
from shared.core.marketplaces import get_marketplace
from shared.db.binary_rows import identifiers_of, unpacked_rows

LEARN_DAYS, CHANGE_DAYS = 120, 31

_CAMPAIGNS = """
    SELECT c.id, c.ad_account_id, c.marketplace, c.name, c.portfolio, c.state, c.category, c.is_brand_defence,
           c.daily_budget_amount::float8 AS daily_budget
    FROM ads.campaign AS c
    WHERE c.tenant_id = $1 AND ($2::text[] IS NULL OR c.marketplace = ANY ($2))
      AND ($3::uuid[] IS NULL OR c.ad_account_id = ANY ($3))
    ORDER BY c.id
"""
_AD_GROUPS = """
    SELECT g.id, g.campaign_id, g.default_bid_amount::float8 AS bid FROM ads.ad_group AS g
    WHERE g.tenant_id = $1 AND g.campaign_id = ANY ($2) ORDER BY g.id
"""
_TARGETS = """
    SELECT t.id, t.ad_group_id, t.match_type, t.state, t.bid_amount::float8 AS bid, t.text
    FROM ads.target AS t WHERE t.tenant_id = $1 AND t.ad_group_id = ANY ($2) ORDER BY t.id
"""
_TERMS = """
    SELECT array_agg(uuid_send(s.target_id) ORDER BY w.place) AS targets, array_agg(s.text ORDER BY w.place) AS texts
    FROM unnest($2::uuid[]) WITH ORDINALITY AS w (id, place)
    JOIN ads.search_term AS s ON s.tenant_id = $1 AND s.id = w.id
"""
_PRODUCTS = f"""
    SELECT p.id, p.ad_account_id, p.marketplace, p.currency, p.category, m.price::float8 AS price,
           e.break_even, CASE WHEN x.limited THEN e.break_even ELSE w.wanted END AS target_acos,
           p.sellable_units, p.arriving_units, p.trailing_daily_units::float8 AS daily_units, p.lead_time_days
    FROM {ADVERTISED_PRODUCTS.source} WHERE p.tenant_id = $1 ORDER BY p.id
"""
_PRODUCT_ADS = """
    SELECT id, ad_group_id, advertised_product_id FROM ads.product_ad
    WHERE tenant_id = $1 AND ad_group_id = ANY ($2) ORDER BY id
"""
_PLACEMENTS = """
    SELECT id, campaign_id, placement, percentage::float8 / 100 AS modifier FROM ads.placement_modifier
    WHERE tenant_id = $1 AND campaign_id = ANY ($2) ORDER BY id
"""
_NEGATIVES = """
    SELECT campaign_id, ad_group_id, text_key, match_type FROM ads.negative_target
    WHERE tenant_id = $1 AND campaign_id = ANY ($2) AND state IS DISTINCT FROM 'archived'
"""
_BENCHMARKS = """
    SELECT DISTINCT ON (marketplace_key, category_key)
           marketplace_key, category_key, conversion_rate_low, conversion_rate_high, click_through_rate,
           cost_per_click_amount::float8 AS cost_per_click, cost_per_click_currency
    FROM (
        SELECT 0 AS place, coalesce(upper(marketplace), '') AS marketplace_key,
               coalesce(lower(category), '') AS category_key, conversion_rate_low, conversion_rate_high,
               click_through_rate, cost_per_click_amount, cost_per_click_currency, valid_from_date
        FROM ads.advertising_benchmark WHERE tenant_id = $1 AND valid_from_date <= $2
        UNION ALL
        SELECT 1, coalesce(upper(marketplace), ''), coalesce(lower(category), ''), conversion_rate_low,
               conversion_rate_high, click_through_rate, cost_per_click_amount, cost_per_click_currency, valid_from_date
        FROM ads.shipped_benchmark WHERE valid_from_date <= $2
    ) AS b
    ORDER BY marketplace_key, category_key, place, valid_from_date DESC
"""
# What each pull said of a campaign's day or period; the newest is the current one.
_PULLS = """
    SELECT d.campaign_id, d.report, d.granularity, d.date_from, d.date_to, d.as_of, l.date_from AS pull_from,
           l.date_to AS pull_to, d.impressions::float8 AS impressions, d.clicks::float8 AS clicks,
           d.cost::float8 AS cost, d.orders::float8 AS orders, d.sales::float8 AS sales,
           d.pull_id = last_value(d.pull_id) OVER (
               PARTITION BY d.campaign_id, d.report, d.granularity, d.date_from, d.date_to
               ORDER BY d.as_of, d.pull_id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
           ) AS is_current
    FROM ads.pull_day AS d JOIN ads.report_pull AS l ON l.tenant_id = d.tenant_id AND l.id = d.pull_id
    WHERE d.tenant_id = $1 AND d.date_to >= $2 AND d.date_from <= $3 AND d.campaign_id = ANY ($4)
"""
_CHANGES = """
    SELECT subject_id, max(applied_at) AS applied_at FROM ads.ad_change
    WHERE tenant_id = $1 AND applied_at >= $2 AND applied_at <= $3 GROUP BY subject_id
"""
# A day's clicks weigh as much as orders were reported of it when it was pulled; those of a period by the mean of its
# days. Null stays unknown only where no row says anything.
_WEIGHT = """(
    SELECT avg(($4::float8[])[least(greatest((r.as_of AT TIME ZONE 'UTC')::date - day, 0), 7) + 1])
    FROM generate_series(p.date_from, p.date_to, interval '1 day') AS g (at), LATERAL (SELECT g.at::date AS day) AS d
)"""
_DAY_WEIGHT = "($4::float8[])[least(greatest((r.as_of AT TIME ZONE 'UTC')::date - p.date_from, 0), 7) + 1]"
_SUMS = """
    SELECT p.subject_id,
           coalesce(sum(p.impressions)::float8, 'NaN'), coalesce(sum(p.clicks)::float8, 0),
           coalesce(sum(p.clicks * {weight}), 0), coalesce(sum(p.cost)::float8, 0),
           coalesce(sum(p.orders)::float8, 0), coalesce(sum(p.units)::float8, 0), coalesce(sum(p.sales)::float8, 0)
    FROM ads.performance AS p JOIN ads.report_pull AS r ON r.tenant_id = $1 AND r.id = p.pull_id {periods}
    WHERE p.tenant_id = $1 AND p.report = $2 AND {granularity} AND p.date_from >= $3 AND p.date_to <= $5
      AND ($6::uuid[] IS NULL OR p.campaign_id = ANY ($6))
    GROUP BY p.subject_id
"""
_DAILY_SUMS = _SUMS.format(weight=_DAY_WEIGHT, periods="", granularity="p.granularity = 'daily'")
_PERIOD_SUMS = _SUMS.format(
    weight=_WEIGHT,
    periods="""JOIN unnest($7::uuid[], $8::text[], $9::date[], $10::date[])
        AS c (campaign_id, granularity, date_from, date_to)
        ON c.campaign_id = p.campaign_id AND c.granularity = p.granularity
        AND c.date_from = p.date_from AND c.date_to = p.date_to""",
    granularity="p.granularity <> 'daily'",
)
_COLUMNS = {
    "id": "V16",
    **dict.fromkeys(("impressions", "clicks", "effective_clicks", "cost", "orders", "units", "sales"), "f8"),
}

SUBJECT_REPORTS = (Report.TARGETS, Report.SEARCH_TERMS, Report.ADVERTISED_PRODUCTS, Report.PLACEMENTS)

Column = NDArray[np.generic]
Rows = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ScoringWish:
    """What a run is about; None sets no limit. The window ends the day before `as_of_date`."""

    as_of_date: date
    window_days: int
    marketplaces: Sequence[str] | None = None
    ad_account_ids: Sequence[UUID] | None = None

    @property
    def first_date(self) -> date:
        """The first day of the window."""
        return self.as_of_date - timedelta(days=self.window_days)

    @property
    def last_date(self) -> date:
        """The last day of the window."""
        return self.as_of_date - timedelta(days=1)


async def read_pulls(connection: Any, tenant_id: UUID, wish: ScoringWish, campaigns: Sequence[UUID]) -> Rows:
    """What each pull of the last months said of the campaigns' days and periods."""
    first = min(wish.first_date, wish.as_of_date - timedelta(days=LEARN_DAYS))
    return _rows(await connection.fetch(_PULLS, tenant_id, first, wish.last_date, campaigns))


async def read_campaigns(connection: Any, tenant_id: UUID, wish: ScoringWish) -> Rows:
    """The campaigns that a run is about, ordered by id."""
    marketplaces = None if wish.marketplaces is None else list(wish.marketplaces)
    accounts = None if wish.ad_account_ids is None else list(wish.ad_account_ids)
    found = await connection.fetch(_CAMPAIGNS, tenant_id, marketplaces, accounts)
    return tuple(dict(row) | {"currency": get_marketplace(row["marketplace"]).currency} for row in found)


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below the campaigns of a run, with the sums of its subjects by report."""

    ad_groups: Rows
    targets: Rows
    terms: TermColumns
    products: Rows
    product_ads: Rows
    placements: Rows
    negatives: Rows
    benchmarks: Rows
    changes: Mapping[UUID, datetime]
    periods: Mapping[Report, frozenset[tuple[UUID, date, date]]]
    sums: Mapping[Report, Mapping[str, Column]]


async def read_below(
    connection: Any,
    tenant_id: UUID,
    wish: ScoringWish,
    now: datetime,
    campaigns: Rows,
    pulls: Rows,
    completeness: Sequence[float],
) -> Below:
    """All the rest, in the same transaction. `completeness` is F for ages 0..6 and 7+ days."""
    await connection.execute("SET LOCAL work_mem = '64MB'")
    ids = [row["id"] for row in campaigns]
    ad_groups = _rows(await connection.fetch(_AD_GROUPS, tenant_id, ids))
    group_ids = [row["id"] for row in ad_groups]
    periods = coarse_periods(pulls, wish)
    only = None if wish.marketplaces is None and wish.ad_account_ids is None else ids
    sums = {
        report: await _sums(connection, tenant_id, report, wish, completeness, only, periods.get(report, ()))
        for report in SUBJECT_REPORTS
    }
    terms = sums[Report.SEARCH_TERMS]["id"]
    told = await connection.fetchrow(_TERMS, tenant_id, identifiers_of(terms))
    changes = await connection.fetch(_CHANGES, tenant_id, now - timedelta(days=CHANGE_DAYS), now)
    return Below(
        ad_groups,
        _rows(await connection.fetch(_TARGETS, tenant_id, group_ids)),
        TermColumns(
            Identifiers(terms),
            Identifiers(np.frombuffer(b"".join(told["targets"] or ()), dtype="V16")),
            told["texts"] or [],
        ),
        _rows(await connection.fetch(_PRODUCTS, tenant_id)),
        _rows(await connection.fetch(_PRODUCT_ADS, tenant_id, group_ids)),
        _rows(await connection.fetch(_PLACEMENTS, tenant_id, ids)),
        _rows(await connection.fetch(_NEGATIVES, tenant_id, ids)),
        _rows(await connection.fetch(_BENCHMARKS, tenant_id, wish.as_of_date)),
        {row["subject_id"]: row["applied_at"] for row in changes},
        {
            report: frozenset((each.campaign_id, each.date_from, each.date_to) for each in chosen)
            for report, chosen in periods.items()
        },
        sums,
    )


def coarse_periods(pulls: Rows, wish: ScoringWish) -> dict[Report, list[Period]]:
    """The weekly and summary periods of each report that count beside its days."""
    by_report: dict[Report, list[Period]] = {}
    for row in pulls:
        if row["is_current"]:
            period = Period(
                row["campaign_id"],
                Granularity(row["granularity"]),
                row["date_from"],
                row["date_to"],
                row["pull_from"] or row["date_from"],
                row["pull_to"] or row["date_to"],
            )
            by_report.setdefault(Report(row["report"]), []).append(period)
    return {
        report: choose_periods(periods, wish.first_date, wish.last_date)
        for report, periods in by_report.items()
        if any(period.granularity is not Granularity.DAILY for period in periods)
    }


async def _sums(
    connection: Any,
    tenant_id: UUID,
    report: Report,
    wish: ScoringWish,
    completeness: Sequence[float],
    campaigns: Sequence[UUID] | None,
    periods: Sequence[Period],
) -> Mapping[str, Column]:
    arguments = (tenant_id, report.value, wish.first_date, list(completeness), wish.last_date, campaigns)
    daily = await _copied(connection, _DAILY_SUMS, *arguments)
    if not periods:
        return daily
    coarse = await _copied(
        connection,
        _PERIOD_SUMS,
        *arguments,
        [period.campaign_id for period in periods],
        [period.granularity.value for period in periods],
        [period.date_from for period in periods],
        [period.date_to for period in periods],
    )
    return _together(daily, coarse)


def _together(daily: Mapping[str, Column], coarse: Mapping[str, Column]) -> Mapping[str, Column]:
    """Sums of days and of periods, one row per subject."""
    both = {name: np.concatenate([daily[name], coarse[name]]) for name in _COLUMNS}
    keys, first, place = np.unique(both["id"].view("S16"), return_index=True, return_inverse=True)
    added: dict[str, Column] = {"id": both["id"][first]}
    for name in _COLUMNS:
        if name != "id":
            added[name] = np.bincount(place, np.nan_to_num(both[name].astype(float)), keys.size)
    return added


async def _copied(connection: Any, query: str, *arguments: Any) -> Mapping[str, Column]:
    content = bytearray()

    async def keep(piece: bytes) -> None:
        content.extend(piece)

    await connection.copy_from_query(query, *arguments, output=keep, format="binary")
    return unpacked_rows(bytes(content), _COLUMNS)


def _rows(records: Sequence[Any]) -> Rows:
    return tuple(dict(record) for record in records)
