"""Applies performance reports: their pull, what they name, their figures; at the end what the pull covers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.number_performance import NumberedPerformance, number_performance
from services.ads.actions.resolve_account import prepare_account
from services.ads.actions.resolve_entities import resolve_entities
from services.ads.actions.write_performance import write_performance
from services.ads.domain.report_periods import common_period
from services.ads.formats.kinds import KINDS
from shared.core.ids import new_id
from shared.db.bulk import create_staging
from shared.files.facts import Facts
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import facts_of, read_rows_of, recognise_file
from shared.jobs.imports import Applied, ImportContext, ImportKind

_UPLOADED_AT = "SELECT created_at FROM platform.import WHERE tenant_id = :tenant_id AND id = :import_id"
_OPEN_PULL = """
    INSERT INTO ads.report_pull
        (tenant_id, id, import_id, ad_account_id, marketplace, currency, report, as_of, attribution_days, row_count)
    VALUES (:tenant_id, :id, :import_id, :account_id, :marketplace, :currency, :report, :as_of, :attribution_days, 0)
    ON CONFLICT (tenant_id, import_id, marketplace) DO NOTHING
"""
_STAGE_PULLS = """
    INSERT INTO staged_pull (marketplace, pull_id, as_of)
    SELECT marketplace, id, as_of FROM ads.report_pull WHERE tenant_id = :tenant_id AND import_id = :import_id
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


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks, laid out for COPY: runs in the child.

    Only the whole file tells which period its rows are of, unless they have a day each: till then it is held.
    """
    recognition, facts = recognise_file(KINDS, path, parameters)
    has_days = "date" in KINDS.tables[recognition.kind].match(recognition.header).positions
    held: list[RowsChunk] = []
    for item in read_rows_of(KINDS, path, parameters):
        if isinstance(item, Summary):
            yield from _with_period(held, facts)
            yield item
            return
        numbered, errors = number_performance(item.rows)
        chunk = RowsChunk(numbered, item.last_line, [*item.errors, *errors])
        if has_days:
            yield chunk
        else:
            held.append(chunk)


def _with_period(held: list[RowsChunk], facts: Facts) -> Iterator[RowsChunk]:
    stated = (facts.from_date, facts.to_date) if facts.from_date and facts.to_date else None
    ranges = {each for chunk in held if chunk.rows is not None for each in chunk.rows.ranges}
    period = common_period(ranges, stated)
    for chunk in held:
        yield chunk if chunk.rows is None else replace(chunk, rows=replace(chunk.rows, period=period))


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """One chunk of one report."""
    numbered: NumberedPerformance | None = chunk.rows
    if numbered is None:
        return Applied(0)
    account_id = UUID(context.parameters["account_id"])
    as_of = await _moment(session, context)
    await resolve_entities(session, context.tenant_id, account_id, numbered.entities, as_of=as_of, now=context.now)
    scope = {"tenant_id": context.tenant_id, "import_id": context.import_id}
    for marketplace, currency in sorted(numbered.entities.marketplaces.items()):
        await session.execute(
            text(_OPEN_PULL),
            scope
            | {
                "id": new_id(),
                "account_id": account_id,
                "marketplace": marketplace,
                "currency": currency,
                "report": numbered.report.value,
                "as_of": as_of,
                "attribution_days": numbered.attribution_days.get(marketplace),
            },
        )
    await create_staging(session, "staged_pull", ("marketplace text", "pull_id uuid", "as_of timestamptz"))
    await session.execute(text(_STAGE_PULLS), scope)
    await write_performance(session, context.tenant_id, numbered)
    return Applied(numbered.rows)


async def finish(session: AsyncSession, context: ImportContext, summary: Summary) -> None:
    """The range, granularity and size of each pull; a range that the sender stated is covered, rows or not."""
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


async def _moment(session: AsyncSession, context: ImportContext) -> datetime:
    """When Amazon gave the report: as its sender says, else when it was sent."""
    stated = facts_of(context.parameters).as_of
    if stated is not None:
        return stated
    scope = {"tenant_id": context.tenant_id, "import_id": context.import_id}
    uploaded: datetime = (await session.execute(text(_UPLOADED_AT), scope)).scalar_one()
    return uploaded


def performance_kind(name: str) -> ImportKind:
    """The import of one kind of performance report."""
    return ImportKind(name, read, apply, finish=finish, prepare=prepare_account)
