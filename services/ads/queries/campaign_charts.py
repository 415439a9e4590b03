"""Reads what pictures of a campaign show: its days, the limits of the newest run, what was changed, its scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.completeness import DEFAULT_COMPLETENESS
from services.ads.domain.performance_trend import DayFigures
from services.ads.domain.scoring_facts import REPORTS_BY_TRUST
from services.ads.domain.vocabulary import Report
from shared.core.errors import NotFound
from shared.core.marketplaces import get_marketplace


@dataclass(frozen=True, slots=True)
class CampaignName:
    """What a campaign is called."""

    id: UUID
    name: str
    marketplace: str
    currency: str
    daily_budget: float | None


@dataclass(frozen=True, slots=True)
class CampaignLimits:
    """What the newest run that looked at a campaign knew; None where there is none, or it knew none."""

    run_id: UUID | None
    completeness: Sequence[float]
    break_even_acos: float | None
    target_acos: float | None
    needed_cvr: float | None


@dataclass(frozen=True, slots=True)
class CampaignDays:
    """The campaign's days from the report that tells it best, and the ranges that reports of that kind cover."""

    report: Report | None
    days: Sequence[DayFigures]
    covered: Sequence[tuple[date, date]]


@dataclass(frozen=True, slots=True)
class CampaignChange:
    """A change that was applied, in the time zone of nobody: by the day in UTC."""

    id: UUID
    day: date
    kind: str
    level: str
    subject: str | None
    currency: str
    old_value: float | None
    new_value: float | None


_CAMPAIGN = text("""
    SELECT id, name, marketplace, daily_budget_amount::float8 AS daily_budget FROM ads.campaign
    WHERE tenant_id = :tenant_id AND id = :campaign_id
""")
_LIMITS = text("""
    SELECT r.id AS run_id, r.completeness, s.break_even_acos::float8 AS break_even_acos,
           s.target_acos::float8 AS target_acos,
           s.cost::float8 / nullif(s.clicks, 0) / nullif(s.order_value * s.break_even_acos, 0)::float8 AS needed_cvr
    FROM ads.score AS s JOIN ads.scoring_run AS r ON r.tenant_id = s.tenant_id AND r.id = s.run_id
    WHERE s.tenant_id = :tenant_id AND s.subject_id = :campaign_id AND s.level = 'campaign'
      AND r.as_of_date <= :as_of_date
    ORDER BY r.as_of_date DESC, r.completed_at DESC, r.id DESC LIMIT 1
""")
_DAYS = text("""
    SELECT DISTINCT ON (d.report, d.date_from) d.report, d.date_from AS day,
           (d.as_of AT TIME ZONE 'UTC')::date AS pulled_date, d.impressions::float8 AS impressions,
           coalesce(d.clicks, 0)::float8 AS clicks, coalesce(d.cost, 0)::float8 AS cost,
           coalesce(d.orders, 0)::float8 AS orders, coalesce(d.sales, 0)::float8 AS sales,
           l.date_from AS pull_from, l.date_to AS pull_to
    FROM ads.pull_day AS d JOIN ads.report_pull AS l ON l.tenant_id = d.tenant_id AND l.id = d.pull_id
    WHERE d.tenant_id = :tenant_id AND d.campaign_id = :campaign_id AND d.granularity = 'daily'
      AND d.clicks IS NOT NULL AND d.date_from BETWEEN :first AND :last
    ORDER BY d.report, d.date_from, d.as_of DESC, d.pull_id DESC
""")
_CHANGES = text("""
    SELECT c.id, (c.applied_at AT TIME ZONE 'UTC')::date AS day, c.kind, c.level, p.words AS subject, c.currency,
           c.old_value::float8 AS old_value, c.new_value::float8 AS new_value
    FROM ads.ad_change AS c JOIN ads.ad_proposal AS p ON p.tenant_id = c.tenant_id AND p.id = c.proposal_id
    WHERE c.tenant_id = :tenant_id AND c.campaign_id = :campaign_id
      AND c.applied_at >= CAST(:first AS date) AND c.applied_at < CAST(:last AS date) + 1
    ORDER BY c.applied_at DESC, c.id DESC LIMIT :most
""")
_SCORES = text("""
    SELECT s.run_id, r.as_of_date, r.completed_at, s.score, s.cap, coalesce(s.parts, '[]') AS parts,
           s.diagnosis ->> 'code' AS diagnosis, s.diagnosis ->> 'sentence' AS sentence
    FROM ads.score AS s JOIN ads.scoring_run AS r ON r.tenant_id = s.tenant_id AND r.id = s.run_id
    WHERE s.tenant_id = :tenant_id AND s.subject_id = :campaign_id AND s.level = 'campaign'
    ORDER BY r.as_of_date DESC, r.completed_at DESC, r.id DESC LIMIT :most
""")


async def get_campaign_name(session: AsyncSession, tenant_id: UUID, campaign_id: UUID) -> CampaignName:
    """What the campaign is called, or NotFound."""
    row = (await session.execute(_CAMPAIGN, {"tenant_id": tenant_id, "campaign_id": campaign_id})).one_or_none()
    if row is None:
        raise NotFound
    currency = get_marketplace(row.marketplace).currency
    return CampaignName(row.id, row.name, row.marketplace, currency, row.daily_budget)


async def find_limits(session: AsyncSession, tenant_id: UUID, campaign_id: UUID, as_of_date: date) -> CampaignLimits:
    """What the newest run up to the day knew of the campaign."""
    values = {"tenant_id": tenant_id, "campaign_id": campaign_id, "as_of_date": as_of_date}
    row = (await session.execute(_LIMITS, values)).one_or_none()
    if row is None:
        return CampaignLimits(None, DEFAULT_COMPLETENESS, None, None, None)
    return CampaignLimits(row.run_id, row.completeness, row.break_even_acos, row.target_acos, row.needed_cvr)


async def list_days(session: AsyncSession, tenant_id: UUID, campaign_id: UUID, first: date, last: date) -> CampaignDays:
    """The days as the newest pulls tell them, all from one report, as a scoring run chooses it."""
    values = {"tenant_id": tenant_id, "campaign_id": campaign_id, "first": first, "last": last}
    rows = (await session.execute(_DAYS, values)).all()
    told = {row.report for row in rows}
    best = next((report for report in REPORTS_BY_TRUST if report.value in told), None)
    chosen = [row for row in rows if row.report == best]
    figures = ("day", "pulled_date", "impressions", "clicks", "cost", "orders", "sales")
    days = [DayFigures(**{name: getattr(row, name) for name in figures}) for row in chosen]
    covered = {(max(row.pull_from or row.day, first), min(row.pull_to or row.day, last)) for row in chosen}
    return CampaignDays(best, days, sorted(covered))


async def list_changes(
    session: AsyncSession, tenant_id: UUID, campaign_id: UUID, first: date, last: date, most: int
) -> list[CampaignChange]:
    """What was changed from `first` to `last`, ascending; the newest `most`."""
    values = {"tenant_id": tenant_id, "campaign_id": campaign_id, "first": first, "last": last, "most": most}
    rows = (await session.execute(_CHANGES, values)).all()
    return [CampaignChange(*row) for row in reversed(rows)]


async def list_scores(session: AsyncSession, tenant_id: UUID, campaign_id: UUID, most: int) -> list[Any]:
    """What the newest `most` runs said of the campaign, ascending."""
    values = {"tenant_id": tenant_id, "campaign_id": campaign_id, "most": most}
    return list(reversed((await session.execute(_SCORES, values)).all()))
