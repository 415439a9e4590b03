"""Compares what changed subjects did before and after each change, and keeps it beside the run that looked.

A harvest moves its term's sales to an exact keyword, mostly of another campaign, so what it did shows in the campaigns
of both together. Where it went is known of a sheet that was uploaded; of other harvests nothing is said.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.arrays import FloatArray
from services.ads.domain.change_effect import MOST_DAYS, Span, days_compared, probability_better, profit
from services.ads.tables import AdChangeEffectRow

LOOK_BACK_DAYS = 90

# Changes of the campaigns of this run: another market's run has neither their figures nor their margin.
_CHANGES = text("""
    SELECT c.id, (c.applied_at AT TIME ZONE 'UTC')::date AS applied_date,
           CASE WHEN c.kind = 'harvest' THEN c.campaign_id ELSE c.subject_id END AS subject_id, c.campaign_id,
           k.ad_account_id, k.marketplace, CASE WHEN c.kind = 'harvest' OR c.level = 'campaign' THEN 'campaigns'
                               WHEN c.level = 'target' THEN 'targets' ELSE 'search_terms' END AS report,
           CAST(coalesce(nullif(s.break_even_acos, 'NaN'), k.break_even_acos) AS double precision) AS break_even_acos,
           nullif(d.subject_id, c.campaign_id) AS other_id,
           CAST(d.break_even_acos AS double precision) AS other_break_even_acos
    FROM ads.ad_change AS c
    JOIN ads.ad_proposal AS p ON p.tenant_id = c.tenant_id AND p.id = c.proposal_id
    JOIN ads.score AS k ON k.tenant_id = c.tenant_id AND k.run_id = :run_id AND k.level = 'campaign'
        AND k.subject_id = c.campaign_id
    LEFT JOIN ads.score AS d ON d.tenant_id = c.tenant_id AND d.run_id = :run_id AND d.level = 'campaign'
        AND c.kind = 'harvest' AND c.origin = 'bulk_sheet' AND d.subject_id = p.destination_campaign_id
    LEFT JOIN LATERAL (
        SELECT u.break_even_acos FROM ads.score_block AS b CROSS JOIN LATERAL unnest(b.items) AS u
        WHERE b.tenant_id = c.tenant_id AND b.run_id = :run_id AND b.level = c.level
          AND c.campaign_id BETWEEN b.first_campaign_id AND b.last_campaign_id
          AND u.subject_id = c.subject_id AND c.kind <> 'harvest'
    ) AS s ON true
    WHERE c.tenant_id = :tenant_id AND c.applied_at >= :since AND c.applied_at < :now
      AND (c.kind <> 'harvest' OR d.subject_id IS NOT NULL)
    ORDER BY c.id
""")
# The days around each change that a daily pull of its report covers, the nearest first on either side. A covered day
# without a row is a day without ads; one that nobody has pulled is not known.
_COVERED = f"""
    w AS (
        SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:accounts AS uuid[]), CAST(:marketplaces AS text[]),
            CAST(:reports AS text[]), CAST(:dates AS date[]))
            AS w (id, ad_account_id, marketplace, report, applied_date)
    ),
    pulled AS (
        SELECT DISTINCT r.ad_account_id, r.marketplace, r.report, d.day::date AS day
        FROM ads.report_pull AS r
        CROSS JOIN LATERAL generate_series(
            greatest(r.date_from, CAST(:first AS date)), least(r.date_to, CAST(:last AS date)), '1 day') AS d (day)
        WHERE r.tenant_id = :tenant_id AND r.granularity = 'daily' AND r.date_to >= :first AND r.withdrawn_at IS NULL
    ),
    covered AS (
        SELECT w.id, w.report, p.day, p.day >= w.applied_date AS is_after,
               row_number() OVER (
                   PARTITION BY w.id, p.day >= w.applied_date ORDER BY abs(p.day - w.applied_date)) AS place
        FROM w JOIN pulled AS p ON p.ad_account_id = w.ad_account_id AND p.marketplace = w.marketplace
            AND p.report = w.report AND p.day BETWEEN w.applied_date - {MOST_DAYS} AND w.applied_date + {MOST_DAYS - 1}
    )
"""
_KNOWN_DAYS = text(f"""
    WITH {_COVERED}
    SELECT id, count(*) FILTER (WHERE is_after) AS after_days,
           count(*) FILTER (WHERE NOT is_after) AS before_days
    FROM covered GROUP BY id
""")
_SPANS = text(f"""
    WITH {_COVERED}
    SELECT c.id, c.is_after, min(c.day) AS first_date, coalesce(sum(p.clicks), 0)::float8 AS clicks,
           coalesce(sum(p.clicks * (CAST(:completeness AS float8[]))[
               least(greatest((r.as_of AT TIME ZONE 'UTC')::date - p.date_from, 0), 7) + 1]), 0) AS effective_clicks,
           coalesce(sum(p.orders), 0)::float8 AS orders, coalesce(sum(p.cost), 0)::float8 AS cost,
           coalesce(sum(p.sales), 0)::float8 AS sales,
           coalesce(sum(p.sales::float8 * s.break_even_acos) FILTER (WHERE p.sales > 0), 0) AS earned
    FROM covered AS c
    JOIN unnest(CAST(:ids AS uuid[]), CAST(:days AS integer[])) AS n (id, days) ON n.id = c.id AND c.place <= n.days
    JOIN unnest(CAST(:changes AS uuid[]), CAST(:subjects AS uuid[]), CAST(:campaigns AS uuid[]),
        CAST(:margins AS float8[])) AS s (id, subject_id, campaign_id, break_even_acos) ON s.id = c.id
    LEFT JOIN ads.performance AS p ON p.tenant_id = :tenant_id AND p.subject_id = s.subject_id
        AND p.campaign_id = s.campaign_id AND p.report = c.report AND p.granularity = 'daily'
        AND p.date_from = c.day AND p.date_to = c.day
    LEFT JOIN ads.report_pull AS r ON r.tenant_id = :tenant_id AND r.id = p.pull_id
    GROUP BY c.id, c.is_after
""")


async def measure_changes(
    session: AsyncSession, tenant_id: UUID, run_id: UUID, completeness: Sequence[float], now: datetime
) -> int:
    """One row for each recent change of the run's campaigns with a known week on either side; how many.

    Of a bid or negative its target or term is compared, of a budget, placement or state of a campaign the campaign, of
    a harvest the campaigns from and to which it went together: both must be of the run.
    """
    since = now - timedelta(days=LOOK_BACK_DAYS)
    found = (
        await session.execute(_CHANGES, {"tenant_id": tenant_id, "run_id": run_id, "since": since, "now": now})
    ).all()
    if not found:
        return 0
    scope = {"tenant_id": tenant_id, "first": since.date() - timedelta(days=MOST_DAYS), "last": now.date()}
    known = {row.id: row for row in await session.execute(_KNOWN_DAYS, scope | _columns(found))}
    changes = [
        (row, days)
        for row in found
        if row.id in known and (days := days_compared(known[row.id].before_days, known[row.id].after_days))
    ]
    if not changes:
        return 0
    lengths = {"completeness": list(completeness), "days": [days for _, days in changes]}
    measured = [row for row, _ in changes]
    spans = await session.execute(_SPANS, scope | _columns(measured) | _subjects(measured) | lengths)
    sums = np.zeros((2, 6, len(changes)))
    place = {row.id: number for number, (row, _) in enumerate(changes)}
    first_dates: dict[UUID, date] = {}
    for span in spans:
        sums[int(span.is_after), :, place[span.id]] = tuple(span)[3:]
        if not span.is_after:
            first_dates[span.id] = span.first_date
    margin = np.array([_number(row.break_even_acos) for row in measured])
    before, after = (_span(side, margin) for side in sums)
    better = probability_better(before, after)
    earned = profit(before), profit(after)
    await session.execute(
        insert(AdChangeEffectRow),
        [
            {
                "tenant_id": tenant_id,
                "change_id": row.id,
                "run_id": run_id,
                "days": days,
                "first_date": first_dates[row.id],
                **{
                    f"{name}_{side}": float(getattr(span, name)[number])
                    for side, span in (("before", before), ("after", after))
                    for name in ("clicks", "effective_clicks", "orders", "cost", "sales")
                },
                "profit_before": _known(earned[0][number]),
                "profit_after": _known(earned[1][number]),
                "probability_better": _known(better[number]),
            }
            for number, (row, days) in enumerate(changes)
        ],
    )
    return len(changes)


def _columns(changes: Sequence[Any]) -> dict[str, list[Any]]:
    names = {
        "ids": "id",
        "accounts": "ad_account_id",
        "marketplaces": "marketplace",
        "reports": "report",
        "dates": "applied_date",
    }
    return {name: [getattr(row, column) for row in changes] for name, column in names.items()}


def _subjects(changes: Sequence[Any]) -> dict[str, list[Any]]:
    """What is summed of each change, with its campaign and margin: of most one subject, of a harvest two campaigns."""
    rows = [(row.id, row.subject_id, row.campaign_id, _number(row.break_even_acos)) for row in changes]
    rows += [
        (row.id, row.other_id, row.other_id, _number(row.other_break_even_acos))
        for row in changes
        if row.other_id is not None
    ]
    return dict(zip(("changes", "subjects", "campaigns", "margins"), map(list, zip(*rows, strict=True)), strict=True))


def _span(sums: FloatArray, margin: FloatArray) -> Span:
    """Of sums (6, n) in the order of `_SPANS`; `margin` (n,) is that of changes without sales."""
    clicks, effective_clicks, orders, cost, sales, earned = sums
    return Span(
        clicks=clicks,
        effective_clicks=effective_clicks,
        orders=orders,
        cost=cost,
        sales=sales,
        break_even_acos=np.divide(earned, sales, out=margin.copy(), where=sales > 0),
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
