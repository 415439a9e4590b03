"""Reads what a map of a run's waste shows: the dearest subjects of a market, and the sums of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.queries.scores import SCORED
from services.ads.queries.scoring_runs import SUBJECT
from shared.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class WasteSums:
    """All subjects of a level of one account in one marketplace, in its currency; `unjudged` have no known odds."""

    ad_account_id: UUID
    account: str
    marketplace: str
    currency: str
    count: int
    unjudged: int
    clicks: int
    cost: float
    wasted_spend: float


@dataclass(frozen=True, slots=True)
class Waste:
    """A run's waste at one level; `points` are the dearest whose odds are known. `sums` None: nothing was scored."""

    run_id: UUID
    as_of_date: date
    window_days: int
    tau: float
    sums: WasteSums | None
    points: Sequence[Any]


_RUN = text("""
    SELECT as_of_date, window_days, tau FROM ads.scoring_run WHERE tenant_id = :tenant_id AND id = :run_id
""")
_SUMS = text(f"""
    SELECT s.ad_account_id, a.code AS account, s.marketplace, s.currency, count(*) AS count,
           count(*) FILTER (WHERE s.p_unprofitable IS NULL) AS unjudged, sum(s.clicks)::bigint AS clicks,
           sum(s.cost)::float8 AS cost, coalesce(sum(s.wasted_spend), 0)::float8 AS wasted_spend
    FROM {SCORED} AS s JOIN ads.ad_account AS a ON a.tenant_id = s.tenant_id AND a.id = s.ad_account_id
    WHERE s.tenant_id = :tenant_id AND s.run_id = :run_id AND s.level = :level AND s.cost > 0
      AND (CAST(:ad_account_id AS uuid) IS NULL OR s.ad_account_id = CAST(:ad_account_id AS uuid))
      AND (CAST(:marketplace AS text) IS NULL OR s.marketplace = CAST(:marketplace AS text))
    GROUP BY s.ad_account_id, a.code, s.marketplace, s.currency
    ORDER BY sum(s.clicks) DESC, s.ad_account_id, s.marketplace LIMIT 1
""")
_POINTS = text(f"""
    SELECT s.subject_id, s.campaign_id, coalesce(({SUBJECT.replace("$1", ":tenant_id")}), '') AS name,
           (SELECT c.name FROM ads.campaign AS c WHERE c.tenant_id = :tenant_id AND c.id = s.campaign_id) AS campaign,
           s.clicks, s.orders, s.cost, s.p_unprofitable, coalesce(s.wasted_spend, 0) AS wasted_spend, s.action
    FROM (
        SELECT * FROM {SCORED} AS k
        WHERE tenant_id = :tenant_id AND run_id = :run_id AND level = :level AND cost > 0
          AND p_unprofitable IS NOT NULL AND ad_account_id = :ad_account_id AND marketplace = :marketplace
        ORDER BY cost DESC, subject_id LIMIT :most
    ) AS s ORDER BY s.cost DESC, s.subject_id
""")


async def read_waste(
    session: AsyncSession,
    tenant_id: UUID,
    run_id: UUID,
    level: str,
    ad_account_id: UUID | None,
    marketplace: str | None,
    most: int,
) -> Waste:
    """The waste of the market that is named, else of the one with most clicks: amounts of several do not compare.

    NotFound for an unknown run.
    """
    run = (await session.execute(_RUN, {"tenant_id": tenant_id, "run_id": run_id})).one_or_none()
    if run is None:
        raise NotFound
    asked = {"tenant_id": tenant_id, "run_id": run_id, "level": level}
    market = {"ad_account_id": ad_account_id, "marketplace": marketplace}
    row = (await session.execute(_SUMS, asked | market)).one_or_none()
    if row is None:
        return Waste(run_id, run.as_of_date, run.window_days, run.tau, None, ())
    sums = WasteSums(*row)
    found = {"ad_account_id": sums.ad_account_id, "marketplace": sums.marketplace, "most": most}
    points = (await session.execute(_POINTS, asked | found)).all()
    return Waste(run_id, run.as_of_date, run.window_days, run.tau, sums, points)
