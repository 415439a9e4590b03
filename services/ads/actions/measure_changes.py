"""Compares what changed subjects did before and after each change, and keeps it beside the run that looked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np
from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.change_effect import Span, days_compared, probability_better, profit
from services.ads.tables import AdChangeEffectRow

LOOK_BACK_DAYS = 90

_CHANGES = text("""
    SELECT c.id, c.subject_id, (c.applied_at AT TIME ZONE 'UTC')::date AS applied_date,
           CAST(s.break_even_acos AS double precision) AS break_even_acos
    FROM ads.ad_change AS c
    LEFT JOIN ads.score AS s ON s.tenant_id = c.tenant_id AND s.run_id = :run_id AND s.level = c.level
        AND s.subject_id = c.subject_id
    WHERE c.tenant_id = :tenant_id AND c.applied_at >= :since AND c.applied_at < :now ORDER BY c.id
""")
_SPANS = text("""
    SELECT w.id, p.date_from >= w.applied_date AS is_after, coalesce(sum(p.clicks), 0)::float8 AS clicks,
           coalesce(sum(p.clicks * (CAST(:completeness AS float8[]))[
               least(greatest((r.as_of AT TIME ZONE 'UTC')::date - p.date_from, 0), 7) + 1]), 0) AS effective_clicks,
           coalesce(sum(p.orders), 0)::float8 AS orders, coalesce(sum(p.cost), 0)::float8 AS cost,
           coalesce(sum(p.sales), 0)::float8 AS sales
    FROM unnest(CAST(:ids AS uuid[]), CAST(:subjects AS uuid[]), CAST(:dates AS date[]), CAST(:days AS integer[]))
        AS w (id, subject_id, applied_date, days)
    JOIN ads.performance AS p ON p.tenant_id = :tenant_id AND p.subject_id = w.subject_id
        AND p.granularity = 'daily' AND p.report IN ('campaigns', 'targets', 'search_terms')
        AND p.date_from >= w.applied_date - w.days AND p.date_from < w.applied_date + w.days
    JOIN ads.report_pull AS r ON r.tenant_id = :tenant_id AND r.id = p.pull_id
    WHERE p.date_from >= :first
    GROUP BY w.id, is_after
""")


async def measure_changes(
    session: AsyncSession, tenant_id: UUID, run_id: UUID, completeness: Sequence[float], now: datetime
) -> int:
    """One row for each change of the last months that is a week old or more; how many."""
    since = now - timedelta(days=LOOK_BACK_DAYS)
    found = (
        await session.execute(_CHANGES, {"tenant_id": tenant_id, "run_id": run_id, "since": since, "now": now})
    ).all()
    changes = [(row, days) for row in found if (days := days_compared((now.date() - row.applied_date).days))]
    if not changes:
        return 0
    spans = await session.execute(
        _SPANS,
        {
            "tenant_id": tenant_id,
            "completeness": list(completeness),
            "ids": [row.id for row, _ in changes],
            "subjects": [row.subject_id for row, _ in changes],
            "dates": [row.applied_date for row, _ in changes],
            "days": [days for _, days in changes],
            "first": min(row.applied_date for row, _ in changes) - timedelta(days=28),
        },
    )
    sums = np.zeros((2, 5, len(changes)))
    place = {row.id: number for number, (row, _) in enumerate(changes)}
    for span in spans:
        sums[int(span.is_after), :, place[span.id]] = tuple(span)[2:]
    before, after = (
        Span(clicks=side[0], effective_clicks=side[1], orders=side[2], cost=side[3], sales=side[4]) for side in sums
    )
    margin = np.array([np.nan if row.break_even_acos is None else row.break_even_acos for row, _ in changes])
    better = probability_better(before, after, margin)
    earned = profit(before, margin), profit(after, margin)
    await session.execute(
        insert(AdChangeEffectRow),
        [
            {
                "tenant_id": tenant_id,
                "change_id": row.id,
                "run_id": run_id,
                "days": days,
                "first_date": row.applied_date - timedelta(days=days),
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


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
