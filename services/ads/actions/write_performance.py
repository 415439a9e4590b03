"""Writes the figures of a pull: current where it is the newest to say anything of a campaign's day or period.

Older figures of such a day move aside and are kept; those of a pull that comes too late are kept aside at once.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.note_readings import note_staged_slices
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


def _sum(column: str) -> str:
    """A sum as the tables hold it: money is rounded here, once, so that days are the sums of their subjects."""
    name, _, kind = column.partition(" ")
    return f"round(sum(f.{name}), 4)" if kind == "numeric" else f"sum(f.{name})"


_DAY_FIGURES = ("impressions", "clicks", "cost", "orders", "sales")
# A day or period of a campaign, in this report.
_SLICE = "granularity, date_from, date_to, campaign_id"
_FIGURE_COLUMNS = (
    "granularity text",
    "date_from date",
    "date_to date",
    "campaign_id uuid",
    "subject_id uuid",
    "marketplace text",
    "row_count integer",
    *FIGURES,
)
_SLICE_COLUMNS = (
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
    "is_begun boolean",
)

# Rows of one subject and period are added together.
_RESOLVE = f"""
    INSERT INTO staged_figure ({_SLICE}, subject_id, marketplace, row_count, {_FIGURES})
    SELECT f.granularity, f.date_from, f.date_to, c.found, e.found, c.marketplace, count(*),
           {", ".join(map(_sum, FIGURES))}
    FROM (
        SELECT campaign_n, subject_n, coalesce(CAST(:granularity AS text), granularity) AS granularity,
               coalesce(CAST(:date_from AS date), date_from) AS date_from,
               coalesce(CAST(:date_to AS date), date_to) AS date_to, {_FIGURES}
        FROM staged_fact
    ) AS f
    JOIN staged_campaign AS c ON c.n = f.campaign_n
    JOIN staged_{{level}} AS e ON e.n = f.subject_n
    GROUP BY f.granularity, f.date_from, f.date_to, c.found, e.found, c.marketplace
"""
_SLICES = f"""
    INSERT INTO staged_slice ({_SLICE}, pull_id, as_of, row_count, {", ".join(_DAY_FIGURES)})
    SELECT f.granularity, f.date_from, f.date_to, f.campaign_id, p.pull_id, p.as_of, sum(f.row_count),
           {", ".join(f"sum(f.{name})" for name in _DAY_FIGURES)}
    FROM staged_figure AS f
    JOIN staged_pull AS p ON p.marketplace = f.marketplace
    GROUP BY f.granularity, f.date_from, f.date_to, f.campaign_id, p.pull_id, p.as_of
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
# Each slice is asked by index, however large the table and whatever its statistics. One is begun when an earlier
# chunk of the same pull has rows of it.
_OTHER_PULLS = f"""
    UPDATE staged_slice AS s
    SET is_current = NOT coalesce(o.is_late, false), has_older = coalesce(o.has_older, false),
        is_begun = coalesce(o.is_begun, false)
    FROM (
        SELECT s.granularity, s.date_from, s.date_to, s.campaign_id, o.*
        FROM staged_slice AS s
        LEFT JOIN LATERAL (
            SELECT bool_or((d.as_of, d.pull_id) > (s.as_of, s.pull_id)) AS is_late,
                   bool_or((d.as_of, d.pull_id) < (s.as_of, s.pull_id)) AS has_older,
                   bool_or(d.pull_id = s.pull_id) AS is_begun
            FROM ads.pull_day AS d
            WHERE d.tenant_id = :tenant_id AND d.report = :report AND d.granularity = s.granularity
              AND d.date_from = s.date_from AND d.date_to = s.date_to AND d.campaign_id = s.campaign_id
        ) AS o ON true
    ) AS o
    WHERE {" AND ".join(f"s.{name} = o.{name}" for name in _SLICE.split(", "))}
"""
_STAND = """
    SELECT bool_or(is_current AND has_older) AS replaces, bool_or(NOT is_current) AS late,
           bool_or(is_current AND is_begun) AS goes_on
    FROM staged_slice
"""
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


def _write(table: str, condition: str) -> str:
    return f"""
        INSERT INTO ads.{table} AS p
            (tenant_id, report, {_SLICE}, subject_id, pull_id, {_FIGURES})
        SELECT CAST(:tenant_id AS uuid), CAST(:report AS text), {_SLICE}, f.subject_id, s.pull_id,
               {", ".join(f"f.{name}" for name in _NAMES)}
        FROM staged_figure AS f
        JOIN staged_slice AS s USING ({_SLICE})
        WHERE {condition}
        ORDER BY {_SLICE}, f.subject_id
    """


def _or_add(key: str = "") -> str:
    """What comes is added to what an earlier chunk of the same pull said of the same subject and period."""
    return f"ON CONFLICT (tenant_id, report, {_SLICE}, subject_id{key}) DO UPDATE SET {_added('p', _NAMES)}"


# Nothing is in the way of a day or period that is new here, which is inserted without looking for each row.
_WRITE_NEW = _write("performance", "s.is_current AND NOT s.is_begun")
_WRITE_ON = _write("performance", "s.is_current AND s.is_begun") + _or_add()
_WRITE_LATE = _write("superseded_performance", "NOT s.is_current") + _or_add(", pull_id")


async def write_performance(session: AsyncSession, tenant_id: UUID, figures: ReportFigures) -> None:
    """Write one chunk whose entities are resolved and whose pulls stand in `staged_pull`."""
    scope: dict[str, Any] = {"tenant_id": tenant_id, "report": figures.report.value}
    await create_staging(session, "staged_fact", FACTS)
    await copy_rows(session, "staged_fact", [column.partition(" ")[0] for column in FACTS], figures.facts)
    await create_staging(session, "staged_figure", _FIGURE_COLUMNS)
    await create_staging(session, "staged_slice", _SLICE_COLUMNS)
    first, last = figures.period or (None, None)
    granularity = None if first is None or last is None else granularity_of(first, last).value
    period = {"date_from": first, "date_to": last, "granularity": granularity}
    await session.execute(text(_RESOLVE.format(level=_LEVEL[figures.report])), period)
    await session.execute(text(_SLICES))
    # Without their sizes the joins that follow are planned for tables of a few rows.
    await session.execute(text("ANALYZE staged_figure, staged_slice"))
    await session.execute(text(_OTHER_PULLS), scope)
    await session.execute(text(_PULL_DAYS), scope)
    stand = (await session.execute(text(_STAND))).one()
    if stand.replaces:
        await session.execute(text(_MOVE_ASIDE), scope)
    await session.execute(text(_WRITE_NEW), scope)
    if stand.goes_on:
        await session.execute(text(_WRITE_ON), scope)
    if stand.late:
        await session.execute(text(_WRITE_LATE), scope)
    await note_staged_slices(session, tenant_id, figures.report)
