"""Applies performance reports: their pull, what they name, their figures; at the end what the pull covers."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.number_performance import NumberedRows, ReportFigures, number_performance
from services.ads.actions.resolve_account import prepare_account
from services.ads.actions.resolve_entities import resolve_entities
from services.ads.actions.withdraw_performance import withdraw_performance
from services.ads.actions.write_performance import write_performance
from services.ads.domain.report_periods import common_period
from services.ads.formats.kinds import KINDS
from shared.core.ids import new_id
from shared.db.bulk import create_staging
from shared.files.facts import Facts
from shared.files.problems import Notice, RowError
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import facts_of, read_rows_of
from shared.jobs.imports import Applied, ImportContext, ImportKind

_UPLOADED_AT = "SELECT created_at FROM platform.import WHERE tenant_id = :tenant_id AND id = :import_id"
_OPEN_PULL = """
    INSERT INTO ads.report_pull
        (tenant_id, id, import_id, ad_account_id, marketplace, currency, report, as_of, attribution_days, row_count)
    VALUES (:tenant_id, :id, :import_id, :account_id, :marketplace, :currency, :report, :as_of, :attribution_days, 0)
    ON CONFLICT (tenant_id, import_id, report, marketplace) DO NOTHING
"""
_STAGE_PULLS = """
    INSERT INTO staged_pull (marketplace, pull_id, as_of)
    SELECT marketplace, id, as_of FROM ads.report_pull
    WHERE tenant_id = :tenant_id AND import_id = :import_id AND report = :report
"""
_CLOSE_PULLS = """
    UPDATE ads.report_pull AS p
    SET date_from = least(t.date_from, CAST(:date_from AS date)), date_to = greatest(t.date_to, CAST(:date_to AS date)),
        granularity = t.granularity, row_count = t.row_count
    FROM (
        SELECT pull_id, min(date_from) AS date_from, max(date_to) AS date_to, sum(row_count)::integer AS row_count,
               (array_agg(granularity ORDER BY granularity_rows DESC, granularity))[1] AS granularity
        FROM (
            SELECT pull_id, granularity, min(date_from) AS date_from, max(date_to) AS date_to,
                   sum(row_count) AS row_count, sum(row_count) AS granularity_rows
            FROM ads.pull_day
            WHERE tenant_id = :tenant_id
              AND pull_id IN (SELECT id FROM ads.report_pull WHERE tenant_id = :tenant_id AND import_id = :import_id)
            GROUP BY pull_id, granularity
        ) AS by_granularity
        GROUP BY pull_id
    ) AS t
    WHERE p.tenant_id = :tenant_id AND p.id = t.pull_id
"""


_DOUBLES = """
    SELECT c.id, c.name, o.id AS same_as_id, o.amazon_campaign_id
    FROM ads.campaign AS c JOIN ads.campaign AS o ON o.tenant_id = c.tenant_id AND o.id = c.same_as_id
    WHERE c.tenant_id = :tenant_id AND EXISTS (
        SELECT FROM ads.report_pull AS l JOIN ads.pull_day AS d ON d.tenant_id = l.tenant_id AND d.pull_id = l.id
        WHERE l.tenant_id = :tenant_id AND l.import_id = :import_id AND d.campaign_id IN (c.id, o.id)
    )
    ORDER BY c.name, c.id
"""


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks, laid out for COPY: runs in the child."""
    return numbered_chunks(path, parameters, number_performance)


def numbered_chunks(
    path: Path,
    parameters: Mapping[str, Any],
    number: Callable[[Sequence[Any]], tuple[NumberedRows | None, list[RowError]]],
) -> Iterator[RowsChunk | Summary]:
    """The chunks of a file with their rows numbered.

    Only the whole of a summary tells which period its rows are of: it is held till then. Days go on at once.
    """
    facts = facts_of(parameters)
    held: list[RowsChunk] = []
    for item in read_rows_of(KINDS, path, parameters):
        if isinstance(item, Summary):
            yield from _with_period(held, facts)
            yield item
            return
        numbered, errors = number(item.rows)
        chunk = RowsChunk(numbered, item.last_line, [*item.errors, *errors])
        if held or (numbered is not None and any(each.ranges for each in numbered.figures)):
            held.append(chunk)
        else:
            yield chunk


def _with_period(held: list[RowsChunk], facts: Facts) -> Iterator[RowsChunk]:
    stated = (facts.from_date, facts.to_date) if facts.from_date and facts.to_date else None
    numbered: list[NumberedRows] = [chunk.rows for chunk in held if chunk.rows is not None]
    period = common_period({pair for each in numbered for part in each.figures for pair in part.ranges}, stated)
    for chunk in held:
        if chunk.rows is None:
            yield chunk
        else:
            figures = tuple(replace(part, period=period if part.ranges else None) for part in chunk.rows.figures)
            yield replace(chunk, rows=replace(chunk.rows, figures=figures))


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """One chunk: what it names, then the figures of each report in it."""
    numbered: NumberedRows | None = chunk.rows
    if numbered is None:
        return Applied(0)
    account_id = UUID(context.parameters["account_id"])
    as_of = await _moment(session, context)
    await resolve_entities(session, context.tenant_id, account_id, numbered.entities, as_of=as_of, now=context.now)
    for figures in numbered.figures:
        await _open_pulls(session, context, figures, numbered.entities.marketplaces, as_of)
        await write_performance(session, context.tenant_id, figures)
    return Applied(numbered.applied, numbered.passed_over)


async def _open_pulls(
    session: AsyncSession,
    context: ImportContext,
    figures: ReportFigures,
    marketplaces: Mapping[str, str],
    as_of: datetime,
) -> None:
    scope = {"tenant_id": context.tenant_id, "import_id": context.import_id, "report": figures.report.value}
    for marketplace, currency in sorted(marketplaces.items()):
        pull = {
            "id": new_id(),
            "account_id": UUID(context.parameters["account_id"]),
            "marketplace": marketplace,
            "currency": currency,
            "as_of": as_of,
            "attribution_days": figures.attribution_days.get(marketplace),
        }
        await session.execute(text(_OPEN_PULL), scope | pull)
    await create_staging(session, "staged_pull", ("marketplace text", "pull_id uuid", "as_of timestamptz"))
    await session.execute(text(_STAGE_PULLS), scope)


async def finish(session: AsyncSession, context: ImportContext, summary: Summary) -> Sequence[Notice]:
    """The range, granularity and size of each pull; a range that the sender stated is covered, rows or not.

    Says which campaigns of the file are probably known twice.
    """
    facts = facts_of(context.parameters)
    await session.execute(
        text(_CLOSE_PULLS),
        {
            "tenant_id": context.tenant_id,
            "import_id": context.import_id,
            "date_from": facts.from_date,
            "date_to": facts.to_date,
        },
    )
    scope = {"tenant_id": context.tenant_id, "import_id": context.import_id}
    return [
        Notice(
            "campaign_known_twice",
            f"Campaign {row.id} is known by its name alone and is probably {row.same_as_id} (Amazon's"
            f" {row.amazon_campaign_id}), renamed: what files without ids said of it counts beside that. Withdraw"
            " those imports, and send reports with ids.",
            value=row.name,
        )
        for row in await session.execute(text(_DOUBLES), scope)
    ]


async def _moment(session: AsyncSession, context: ImportContext) -> datetime:
    """When Amazon gave the report: as its sender says, else when it was sent."""
    stated = facts_of(context.parameters).as_of
    if stated is not None:
        return stated
    scope = {"tenant_id": context.tenant_id, "import_id": context.import_id}
    uploaded: datetime = (await session.execute(text(_UPLOADED_AT), scope)).scalar_one()
    return uploaded


def performance_kind(name: str) -> ImportKind:
    """The import of one kind of performance report.

    Chunks count as they come. Days of an import that failed or was cancelled are whole again once it is withdrawn, or
    once their report, the older or a newer one, is sent: it is a pull of its own, which replaces them.
    """
    return ImportKind(name, read, apply, finish=finish, prepare=prepare_account, withdraw=withdraw_performance)
