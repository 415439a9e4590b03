"""Writes the figures of a pull: current where it is the newest to say anything of a campaign's day or period.

Older figures of such a day move aside and are kept; those of a pull that comes too late are kept aside at once.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.number_performance import FACTS, FIGURES, ReportFigures
from services.ads.domain.report_periods import granularity_of
from services.ads.domain.vocabulary import Report
from shared.db.bulk import copy_rows, create_staging

_LEVEL = {
    Report.CAMPAIGNS: "campaign",
    Report.AD_GROUPS: "ad_group",
    Report.PLACEMENTS: "placement",
    Report.TARGETS: "target",
    Report.SEARCH_TERMS: "search_term",
    Report.ADVERTISED_PRODUCTS: "product_ad",
    Report.PURCHASED_PRODUCTS: "product_ad",
}


def _added(alias: str, names: Sequence[str]) -> str:
    """Assignments that add what comes to what is there, where unknown and unknown remain unknown."""
    return ", ".join(
        f"{name} = coalesce({alias}.{name} + excluded.{name}, {alias}.{name}, excluded.{name})" for name in names
    )


_NAMES = tuple(column.partition(" ")[0] for column in FIGURES)
_FIGURES = ", ".join(_NAMES)
_SUMS = ", ".join(f"sum(f.{name}) AS {name}" for name in _NAMES)
_DAY_FIGURES = ("impressions", "clicks", "cost", "orders", "sales")
# A day or period of a campaign, in this report.
_SLICE = "granularity, date_from, date_to, campaign_id"

_SET_PERIOD = "UPDATE staged_fact SET date_from = :date_from, date_to = :date_to, granularity = :granularity"
_SLICES = f"""
    INSERT INTO staged_slice ({_SLICE}, pull_id, as_of, row_count, {", ".join(_DAY_FIGURES)})
    SELECT f.granularity, f.date_from, f.date_to, c.found, p.pull_id, p.as_of, count(*),
           {", ".join(f"sum(f.{name})" for name in _DAY_FIGURES)}
    FROM staged_fact AS f
    JOIN staged_campaign AS c ON c.n = f.campaign_n
    JOIN staged_pull AS p ON p.marketplace = c.marketplace
    GROUP BY f.granularity, f.date_from, f.date_to, c.found, p.pull_id, p.as_of
"""
_PULL_DAYS = f"""
    INSERT INTO ads.pull_day AS d
        (tenant_id, report, {_SLICE}, pull_id, as_of, row_count, {", ".join(_DAY_FIGURES)})
    SELECT CAST(:tenant_id AS uuid), CAST(:report AS text), {_SLICE}, pull_id, as_of, row_count,
           {", ".join(_DAY_FIGURES)}
    FROM staged_slice
    ON CONFLICT (tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id) DO UPDATE
    SET row_count = d.row_count + excluded.row_count,
        {_added("d", _DAY_FIGURES)}
"""
# Each slice is asked by index, however large the table and whatever its statistics.
_OTHER_PULLS = """
    UPDATE staged_slice AS s
    SET is_current = NOT coalesce(o.any_newer, false), has_older = o.any_newer IS NOT NULL
    FROM (
        SELECT s.granularity, s.date_from, s.date_to, s.campaign_id, o.any_newer
        FROM staged_slice AS s
        LEFT JOIN LATERAL (
            SELECT bool_or((d.as_of, d.pull_id) > (s.as_of, s.pull_id)) AS any_newer
            FROM ads.pull_day AS d
            WHERE d.tenant_id = :tenant_id AND d.report = :report AND d.granularity = s.granularity
              AND d.date_from = s.date_from AND d.date_to = s.date_to AND d.campaign_id = s.campaign_id
              AND d.pull_id <> s.pull_id
        ) AS o ON true
    ) AS o
    WHERE s.granularity = o.granularity AND s.date_from = o.date_from AND s.date_to = o.date_to
      AND s.campaign_id = o.campaign_id
"""
_STAND = "SELECT bool_or(is_current AND has_older) AS replaces, bool_or(NOT is_current) AS late FROM staged_slice"
_MOVE_ASIDE = f"""
    WITH moved AS (
        DELETE FROM ads.performance AS p USING staged_slice AS s
        WHERE p.tenant_id = :tenant_id AND p.report = :report AND p.granularity = s.granularity
          AND p.date_from = s.date_from AND p.date_to = s.date_to AND p.campaign_id = s.campaign_id
          AND s.is_current AND s.has_older AND p.pull_id <> s.pull_id
        RETURNING p.tenant_id, p.report, p.granularity, p.date_from, p.date_to, p.campaign_id, p.subject_id, p.pull_id,
                  {", ".join(f"p.{name}" for name in _NAMES)}
    )
    INSERT INTO ads.superseded_performance
        (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id, pull_id, {_FIGURES})
    SELECT * FROM moved
"""


def _write(table: str, condition: str, key: str) -> str:
    """Rows of one subject and day are added together, also to those of an earlier chunk of the same pull."""
    return f"""
        INSERT INTO ads.{table} AS p
            (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id, pull_id, {_FIGURES})
        SELECT CAST(:tenant_id AS uuid), CAST(:report AS text), s.granularity, s.date_from, s.date_to, s.campaign_id,
               e.found, s.pull_id, {_SUMS}
        FROM staged_fact AS f
        JOIN staged_campaign AS c ON c.n = f.campaign_n
        JOIN staged_slice AS s ON s.granularity = f.granularity AND s.date_from = f.date_from
                              AND s.date_to = f.date_to AND s.campaign_id = c.found
        JOIN staged_{{level}} AS e ON e.n = f.subject_n
        WHERE {condition}
        GROUP BY s.granularity, s.date_from, s.date_to, s.campaign_id, e.found, s.pull_id
        ON CONFLICT (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id{key}) DO UPDATE
        SET {_added("p", _NAMES)}
    """


_WRITE_CURRENT = _write("performance", "s.is_current", "")
_WRITE_LATE = _write("superseded_performance", "NOT s.is_current", ", pull_id")


async def write_performance(session: AsyncSession, tenant_id: UUID, figures: ReportFigures) -> None:
    """Write one chunk whose entities are resolved and whose pulls stand in `staged_pull`."""
    scope: dict[str, Any] = {"tenant_id": tenant_id, "report": figures.report.value}
    await create_staging(session, "staged_fact", FACTS)
    await copy_rows(session, "staged_fact", [column.partition(" ")[0] for column in FACTS], figures.facts)
    if figures.period is not None:
        first, last = figures.period
        period = {"date_from": first, "date_to": last, "granularity": granularity_of(first, last).value}
        await session.execute(text(_SET_PERIOD), period)
    await create_staging(
        session,
        "staged_slice",
        (
            "granularity text",
            "date_from date",
            "date_to date",
            "campaign_id uuid",
            "pull_id uuid",
            "as_of timestamptz",
            "row_count integer",
            "impressions bigint",
            "clicks bigint",
            "cost numeric",
            "orders bigint",
            "sales numeric",
            "is_current boolean",
            "has_older boolean",
        ),
    )
    for statement in (_SLICES, _PULL_DAYS, _OTHER_PULLS):
        await session.execute(text(statement), scope)
    stand = (await session.execute(text(_STAND))).one()
    if stand.replaces:
        await session.execute(text(_MOVE_ASIDE), scope)
    level = _LEVEL[figures.report]
    await session.execute(text(_WRITE_CURRENT.format(level=level)), scope)
    if stand.late:
        await session.execute(text(_WRITE_LATE.format(level=level)), scope)
