"""Reads what a scoring run is computed from, at one moment: small tables as rows, a million figures as sums."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from services.ads.domain.arrays import BoolArray, Identifiers
from services.ads.domain.scoring_facts import (
    DAILY,
    GRANULARITIES,
    MATCHES,
    REPORTS_BY_TRUST,
    AdColumns,
    Columns,
    PullColumns,
    TargetColumns,
    counting_rows,
)
from services.ads.domain.vocabulary import Report
from services.ads.queries.advertised_products import products_with_money
from shared.core.marketplaces import get_marketplace
from shared.db.binary_rows import unpacked_rows, unpacked_with_texts

LEARN_DAYS, CHANGE_DAYS = 120, 31

_CAMPAIGNS = """
    SELECT c.id, c.ad_account_id, c.marketplace, c.name, c.portfolio, c.state, c.category, c.goal, c.is_brand_defence,
           c.daily_budget_amount::float8 AS daily_budget,
           coalesce(c.state = 'paused', false) AND EXISTS (
               SELECT FROM ads.ad_change AS h WHERE h.tenant_id = $1 AND h.id = c.state_change_id AND h.kind = 'pause'
           ) AS paused_for_stock
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
    SELECT t.id, t.ad_group_id, array_position($3::text[], t.match_type) - 1,
           coalesce(t.state = 'enabled', true) AND coalesce(g.state = 'enabled', true),
           coalesce(t.bid_amount::float8, 'NaN'), coalesce(t.bid_before_stock::float8, 'NaN')
    FROM ads.target AS t
    JOIN ads.ad_group AS g ON g.tenant_id = $1 AND g.id = t.ad_group_id
    WHERE t.tenant_id = $1 AND t.ad_group_id = ANY ($2) ORDER BY t.id
"""
_TARGET_COLUMNS = {"ids": "V16", "ad_group_ids": "V16", "match": "i4", "is_enabled": "b1"}
_TARGET_COLUMNS |= dict.fromkeys(("bid", "bid_before_stock"), "f8")
_TARGET_TEXTS = """
    SELECT array_agg(t.text ORDER BY t.id) FROM ads.target AS t WHERE t.tenant_id = $1 AND t.ad_group_id = ANY ($2)
"""
_PRODUCTS = f"""
    SELECT p.id, p.ad_account_id, p.marketplace, p.currency, p.category, m.price::float8 AS price,
           e.break_even, CASE WHEN x.limited THEN k.most ELSE w.wanted END AS target_acos,
           k.most - e.break_even AS more_acos, e.storage_share,
           w.wanted_source = 'stage' AS is_by_stage, p.inventory_said_at,
           p.launch_budget_amount::float8 AS launch_budget,
           p.sellable_units, p.arriving_units, p.trailing_daily_units::float8 AS daily_units, p.lead_time_days
    FROM {products_with_money("$4::date")}
    WHERE p.tenant_id = $1 AND ($2::text[] IS NULL OR p.marketplace = ANY ($2))
      AND ($3::uuid[] IS NULL OR p.ad_account_id = ANY ($3))
    ORDER BY p.id
"""
_PRODUCT_ADS = """
    SELECT id, ad_group_id, coalesce(advertised_product_id, '00000000-0000-0000-0000-000000000000')
    FROM ads.product_ad WHERE tenant_id = $1 AND ad_group_id = ANY ($2) ORDER BY id
"""
_PRODUCT_AD_COLUMNS = dict.fromkeys(("ids", "ad_group_ids", "product_ids"), "V16")
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
# What each pull said of a campaign's day or period; the newest comes last and is current. Days as Python's ordinals.
# One sort serves both the window and the order of the rows.
_ORDINAL = "{} - date '0001-01-01' + 1"
_PULLS = f"""
    SELECT d.campaign_id, array_position($5::text[], d.report) - 1, array_position($6::text[], d.granularity) - 1,
           {_ORDINAL.format("d.date_from")}, {_ORDINAL.format("d.date_to")},
           {_ORDINAL.format("coalesce(l.date_from, d.date_from)")}, {_ORDINAL.format("coalesce(l.date_to, d.date_to)")},
           {_ORDINAL.format("(d.as_of AT TIME ZONE 'UTC')::date")},
           lead(true) OVER (
               PARTITION BY d.campaign_id, d.report, d.granularity, d.date_from, d.date_to ORDER BY d.as_of, d.pull_id
           ) IS NULL,
           coalesce(d.impressions::float8, 'NaN'), coalesce(d.clicks::float8, 'NaN'),
           coalesce(d.cost::float8, 'NaN'), coalesce(d.orders::float8, 'NaN'), coalesce(d.sales::float8, 'NaN')
    FROM ads.pull_day AS d JOIN ads.report_pull AS l ON l.tenant_id = d.tenant_id AND l.id = d.pull_id
    WHERE d.tenant_id = $1 AND d.date_to >= $2 AND d.date_from <= $3 AND d.campaign_id = ANY ($4)
      AND d.report = ANY ($5)
    ORDER BY d.campaign_id, d.report, d.granularity, d.date_from, d.date_to, d.as_of, d.pull_id
"""
_PULL_COLUMNS = {
    "campaign": "V16",
    **dict.fromkeys(("report", "granularity", "first", "last", "pull_first", "pull_last", "pulled"), "i4"),
    "is_current": "b1",
    **dict.fromkeys(("impressions", "clicks", "cost", "orders", "sales"), "f8"),
}
# A target rests also while a change of it is approved and not applied yet: its bid cannot be moved twice. A harvest
# changes besides its term the keyword that its sheet found there already.
_CHANGES = """
    SELECT subject_id, max(applied_at) AS applied_at
    FROM (
        SELECT subject_id, applied_at FROM ads.ad_change
        WHERE tenant_id = $1 AND applied_at >= $2 AND applied_at <= $3
        UNION ALL
        SELECT subject_id, $3 FROM ads.ad_proposal
        WHERE tenant_id = $1 AND level = 'target' AND state IN ('approved', 'exported')
        UNION ALL
        SELECT p.destination_target_id, h.applied_at
        FROM ads.ad_change AS h JOIN ads.ad_proposal AS p ON p.tenant_id = $1 AND p.id = h.proposal_id
        WHERE h.tenant_id = $1 AND h.applied_at >= $2 AND h.applied_at <= $3 AND h.kind = 'harvest'
          AND h.origin = 'bulk_sheet' AND p.destination_target_id IS NOT NULL
        UNION ALL
        SELECT destination_target_id, $3 FROM ads.ad_proposal
        WHERE tenant_id = $1 AND state = 'exported' AND destination_target_id IS NOT NULL
    ) AS c
    GROUP BY subject_id
"""
# Search terms whose ads a change of ours keeps away since some day of the window, or will, as it is approved: a harvest
# negates its source too.
_ENDED = """
    SELECT subject_id FROM ads.ad_change
    WHERE tenant_id = $1 AND level = 'search_term' AND kind IN ('negate', 'harvest') AND applied_at >= $2
      AND applied_at <= $3
    UNION
    SELECT subject_id FROM ads.ad_proposal
    WHERE tenant_id = $1 AND level = 'search_term' AND kind IN ('negate', 'harvest')
      AND state IN ('approved', 'exported')
"""
# A day's clicks weigh as much as orders were reported of it when it was pulled; those of a period by the mean of its
# days. Null stays unknown only where no row says anything.
_WEIGHT = """(
    SELECT avg(($4::float8[])[least(greatest(r.pulled - day, 0), 7) + 1])
    FROM generate_series(p.date_from, p.date_to, interval '1 day') AS g (at), LATERAL (SELECT g.at::date AS day) AS d
)"""
_EFFECTIVE = f"coalesce(sum(p.clicks * {_WEIGHT}), 0)"
# Most days are old enough for all their orders: only what the young ones lack is computed row by row.
_DAILY_EFFECTIVE = """coalesce(sum(p.clicks), 0) * ($4::float8[])[8] + coalesce(
        sum(p.clicks * (($4::float8[])[greatest(r.pulled - p.date_from, 0) + 1] - ($4::float8[])[8]))
        FILTER (WHERE p.date_from > r.pulled - 7), 0)"""
# Units are asked of products alone, and what was typed of search terms. Impressions, and money in its last digit, are
# added as doubles: exact up to 2^53 and cheaper than with 128 bits or as numerics.
_SUMS = """
    SELECT s.*{told} FROM (
        SELECT p.subject_id,
               coalesce(sum(p.impressions::float8), 'NaN'), coalesce(sum(p.clicks)::float8, 0),
               {effective}, coalesce(sum((p.cost * 10000)::int8::float8) / 10000, 0),
               coalesce(sum(p.orders)::float8, 0), {units}, coalesce(sum((p.sales * 10000)::int8::float8) / 10000, 0)
        FROM ads.performance AS p
        JOIN (
            SELECT id, (as_of AT TIME ZONE 'UTC')::date AS pulled FROM ads.report_pull WHERE tenant_id = $1
        ) AS r ON r.id = p.pull_id {periods}
        WHERE p.tenant_id = $1 AND p.report = $2 AND {granularity} AND p.date_from >= $3 AND p.date_to <= $5
          AND ($6::uuid[] IS NULL OR p.campaign_id = ANY ($6)) {part}
        GROUP BY p.subject_id
    ) AS s {terms}
"""
# Every other subject by a process of its own. Postgres would have each process add up a part of every subject, and
# one alone would then put a hundred thousand of them together again: a quarter slower.
_PARTS = ("AND (uuid_hash(p.subject_id) & 1)::boolean", "AND NOT (uuid_hash(p.subject_id) & 1)::boolean")
_BY_PARTS = """
    SET LOCAL work_mem = '64MB'; SET LOCAL min_parallel_table_scan_size = '1TB';
    SET LOCAL min_parallel_index_scan_size = '1TB'
"""
_PERIODS = """JOIN unnest($7::uuid[], $8::text[], $9::date[], $10::date[])
        AS c (campaign_id, granularity, date_from, date_to)
        ON c.campaign_id = p.campaign_id AND c.granularity = p.granularity
        AND c.date_from = p.date_from AND c.date_to = p.date_to"""


def _sums_of(report: Report, is_daily: bool) -> str:
    return " UNION ALL ".join(_sums_of_part(report, is_daily, part) for part in (_PARTS if is_daily else ("",)))


def _sums_of_part(report: Report, is_daily: bool, part: str) -> str:
    is_term = report is Report.SEARCH_TERMS
    return _SUMS.format(
        part=part,
        told=", t.target_id, t.text" if is_term else "",
        terms="JOIN ads.search_term AS t ON t.tenant_id = $1 AND t.id = s.subject_id" if is_term else "",
        effective=_DAILY_EFFECTIVE if is_daily else _EFFECTIVE,
        units="coalesce(sum(p.units)::float8, 0)" if report is Report.ADVERTISED_PRODUCTS else "0::float8",
        periods="" if is_daily else _PERIODS,
        granularity="p.granularity = 'daily'" if is_daily else "p.granularity <> 'daily'",
    )


_COLUMNS = {
    "id": "V16",
    **dict.fromkeys(("impressions", "clicks", "effective_clicks", "cost", "orders", "units", "sales"), "f8"),
}

_TERM_COLUMNS = _COLUMNS | {"target_id": "V16"}

SUBJECT_REPORTS = (Report.TARGETS, Report.SEARCH_TERMS, Report.ADVERTISED_PRODUCTS, Report.PLACEMENTS)

Column = NDArray[Any]
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


async def read_pulls(connection: Any, tenant_id: UUID, wish: ScoringWish, campaigns: Sequence[UUID]) -> PullColumns:
    """What each pull of the last months said of the campaigns' days and periods; of each, the newest pull last."""
    first = min(wish.first_date, wish.as_of_date - timedelta(days=LEARN_DAYS))
    reports, granularities = [each.value for each in REPORTS_BY_TRUST], [each.value for each in GRANULARITIES]
    found = await _copied(
        connection, _PULLS, _PULL_COLUMNS, tenant_id, first, wish.last_date, campaigns, reports, granularities
    )
    place = Identifiers(found.pop("campaign")).places_in(Identifiers.of(campaigns))
    return PullColumns(place, **found)


async def read_campaigns(connection: Any, tenant_id: UUID, wish: ScoringWish) -> Rows:
    """The campaigns that a run is about, ordered by id."""
    found = await connection.fetch(_CAMPAIGNS, tenant_id, *_limits(wish))
    return tuple(dict(row) | {"currency": get_marketplace(row["marketplace"]).currency} for row in found)


@dataclass(frozen=True, slots=True)
class Below:
    """What lies below the campaigns of a run, with the sums of its subjects by report."""

    ad_groups: Rows
    targets: TargetColumns
    products: Rows
    product_ads: AdColumns
    placements: Rows
    negatives: Rows
    benchmarks: Rows
    changes: Mapping[UUID, datetime]
    ended: Sequence[UUID]
    counts: BoolArray
    sums: "CopiedSums"


class CopiedSums(Mapping[Report, Columns]):
    """The sums of each report as columns by their names, in a fixed order of its subjects; of search terms also their
    targets, and as `text` what was typed.

    As Postgres sent them until somebody looks: a child unpacks in its own time what its worker only passes on.
    """

    def __init__(self, contents: Mapping[Report, Sequence[bytes]]) -> None:
        self._contents = contents
        self._columns: dict[Report, Columns] = {}

    def __getitem__(self, report: Report) -> Columns:
        if report not in self._columns:
            self._columns[report] = _in_order([_unpacked(report, content) for content in self._contents[report]])
        return self._columns[report]

    def __iter__(self) -> Iterator[Report]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)


async def read_below(
    connection: Any,
    tenant_id: UUID,
    wish: ScoringWish,
    now: datetime,
    campaigns: Rows,
    pulls: PullColumns,
    completeness: Sequence[float],
) -> Below:
    """All the rest, in the same transaction. `completeness` is F for ages 0..6 and 7+ days."""
    await connection.execute(_BY_PARTS)
    ids = [row["id"] for row in campaigns]
    ad_groups = _rows(await connection.fetch(_AD_GROUPS, tenant_id, ids))
    group_ids = [row["id"] for row in ad_groups]
    only = None if wish.marketplaces is None and wish.ad_account_ids is None else ids
    counts = counting_rows(pulls, ids, wish.first_date, wish.last_date)
    periods = pulls.of(np.flatnonzero(counts & (pulls.granularity != DAILY)))
    found = {
        report: await _sums(connection, tenant_id, report, wish, completeness, only, _periods(periods, ids, report))
        for report in SUBJECT_REPORTS
    }
    since = datetime.combine(wish.first_date, time.min, UTC)
    changes = await connection.fetch(_CHANGES, tenant_id, now - timedelta(days=CHANGE_DAYS), now)
    return Below(
        ad_groups,
        await _targets(connection, tenant_id, group_ids),
        _rows(await connection.fetch(_PRODUCTS, tenant_id, *_limits(wish), wish.as_of_date)),
        await _product_ads(connection, tenant_id, group_ids),
        _rows(await connection.fetch(_PLACEMENTS, tenant_id, ids)),
        _rows(await connection.fetch(_NEGATIVES, tenant_id, ids)),
        _rows(await connection.fetch(_BENCHMARKS, tenant_id, wish.as_of_date)),
        {row["subject_id"]: row["applied_at"] for row in changes},
        [row["subject_id"] for row in await connection.fetch(_ENDED, tenant_id, since, now)],
        counts,
        CopiedSums(found),
    )


async def _targets(connection: Any, tenant_id: UUID, group_ids: Sequence[UUID]) -> TargetColumns:
    matches = [each.value for each in MATCHES]
    found = await _copied(connection, _TARGETS, _TARGET_COLUMNS, tenant_id, group_ids, matches)
    texts = await connection.fetchval(_TARGET_TEXTS, tenant_id, group_ids)
    ids, ad_groups = Identifiers(found.pop("ids")), Identifiers(found.pop("ad_group_ids"))
    return TargetColumns(ids, ad_groups, texts=texts or [], **found)


async def _product_ads(connection: Any, tenant_id: UUID, group_ids: Sequence[UUID]) -> AdColumns:
    found = await _copied(connection, _PRODUCT_ADS, _PRODUCT_AD_COLUMNS, tenant_id, group_ids)
    return AdColumns(**{name: Identifiers(column) for name, column in found.items()})


def _periods(periods: PullColumns, campaigns: Sequence[UUID], report: Report) -> tuple[list[Any], ...]:
    """Campaigns, granularities, first and last days of a report's periods, as `_PERIOD_SUMS` takes them."""
    mine = periods.of(np.flatnonzero(periods.report == REPORTS_BY_TRUST.index(report)))
    return (
        [campaigns[place] for place in mine.campaign.tolist()],
        [GRANULARITIES[code].value for code in mine.granularity.tolist()],
        [date.fromordinal(day) for day in mine.first.tolist()],
        [date.fromordinal(day) for day in mine.last.tolist()],
    )


async def _sums(
    connection: Any,
    tenant_id: UUID,
    report: Report,
    wish: ScoringWish,
    completeness: Sequence[float],
    campaigns: Sequence[UUID] | None,
    periods: tuple[list[Any], ...],
) -> list[bytes]:
    """Sums by subject as they are copied out: those of days, and where there are any those of periods."""
    arguments = (tenant_id, report.value, wish.first_date, list(completeness), wish.last_date, campaigns)
    found = [await _content(connection, _sums_of(report, True), *arguments)]
    if any(periods):
        found.append(await _content(connection, _sums_of(report, False), *arguments, *periods))
    return found


def _unpacked(report: Report, content: bytes) -> dict[str, Any]:
    if report is not Report.SEARCH_TERMS:
        return unpacked_rows(content, _COLUMNS)
    columns, texts = unpacked_with_texts(content, _TERM_COLUMNS)
    return columns | {"text": texts}


def _in_order(parts: Sequence[Columns]) -> Columns:
    """Sums of days and of periods, one row for each subject; in the same order in every run, as sums and shares
    depend on it in their last digits."""
    if len(parts) == 1:
        [found] = parts
        order = Identifiers(found["id"]).order()
        return {name: _taken(values, order) for name, values in found.items()}
    ids, first, place = np.unique(
        np.concatenate([part["id"] for part in parts]).view("S16"), return_index=True, return_inverse=True
    )
    added: dict[str, Any] = {}
    for name in parts[0]:
        if name == "text":
            added[name] = _taken([text for part in parts for text in part[name]], first)
            continue
        values = np.concatenate([part[name] for part in parts])
        is_number = values.dtype.kind == "f"
        added[name] = np.bincount(place, np.nan_to_num(values), ids.size) if is_number else values[first]
    return added


def _taken(values: Any, rows: Column) -> Any:
    return [values[row] for row in rows.tolist()] if isinstance(values, list) else values[rows]


async def _copied(connection: Any, query: str, columns: Mapping[str, str], *arguments: Any) -> dict[str, Column]:
    return unpacked_rows(await _content(connection, query, *arguments), columns)


async def _content(connection: Any, query: str, *arguments: Any) -> bytes:
    content = bytearray()

    async def keep(piece: bytes) -> None:
        content.extend(piece)

    await connection.copy_from_query(query, *arguments, output=keep, format="binary")
    return bytes(content)


def _limits(wish: ScoringWish) -> tuple[list[str] | None, list[UUID] | None]:
    """Marketplaces and accounts of a wish, as queries take them."""
    marketplaces = None if wish.marketplaces is None else list(wish.marketplaces)
    return marketplaces, None if wish.ad_account_ids is None else list(wish.ad_account_ids)


def _rows(records: Sequence[Any]) -> Rows:
    return tuple(dict(record) for record in records)
