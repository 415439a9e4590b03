"""Writes the lines of a draft: all of them are fit to be taken, or none is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_plan import lock_draft
from services.planning.actions.change_resource import write_change
from services.planning.actions.journal_change import journal_step
from services.planning.domain.months import month_text
from services.planning.domain.plan_line_faults import LineFault, line_faults, year_line_faults
from services.planning.domain.plan_lines import PlanLine, YearTotal
from services.planning.domain.scope import Scope, ScopeKey
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.plan_lines import load_stated_years
from services.planning.queries.plans import count_lines, load_known_names
from services.planning.schemas.fields import scope_columns
from services.planning.tables import PlanRow, PlanYearRow
from shared.core.errors import FieldProblem, Invalid
from shared.db.bulk import copy_rows, create_staging
from shared.web.schemas import decimal_text

# How many changed lines the journal tells one by one.
MOST_TOLD = 500

_STAGING = "plan_line_staging"
_COLUMNS = ("metric_code", "scope_key", "month_date", "value", "origin", "scope", "initiative_id")
_DEFINITIONS = (
    "metric_code text",
    "scope_key text",
    "month_date date",
    "value numeric",
    "origin text",
    "scope text",
    "initiative_id uuid",
)
# What differs between the plan and what was sent, as (key, old, new); `:replace` counts what was not sent as removed.
_DIFFERENCES = text("""
    SELECT coalesce(s.metric_code, l.metric_code) AS metric_code, coalesce(s.scope_key, l.scope_key) AS scope_key,
           coalesce(s.month_date, l.month_date) AS month_date,
           l.value AS old_value, l.origin AS old_origin, s.value AS new_value, s.origin AS new_origin
    FROM (SELECT * FROM planning.plan_line WHERE tenant_id = :tenant_id AND plan_id = :plan_id) AS l
    FULL JOIN plan_line_staging AS s USING (metric_code, scope_key, month_date)
    WHERE (s.metric_code IS NOT NULL OR :replace) AND (l.value, l.origin) IS DISTINCT FROM (s.value, s.origin)
    ORDER BY 1, 2, 3
""")
_REMOVE = text("""
    DELETE FROM planning.plan_line AS l
    WHERE l.tenant_id = :tenant_id AND l.plan_id = :plan_id AND NOT EXISTS (
        SELECT FROM plan_line_staging AS s
        WHERE s.metric_code = l.metric_code AND s.scope_key = l.scope_key AND s.month_date = l.month_date
    )
""")
_WRITE = text("""
    INSERT INTO planning.plan_line
        (tenant_id, plan_id, metric_code, scope, scope_key, month_date, value, origin, initiative_id)
    SELECT :tenant_id, :plan_id, metric_code, scope::jsonb, scope_key, month_date, value, origin, initiative_id
    FROM plan_line_staging
    ON CONFLICT (tenant_id, plan_id, metric_code, scope_key, month_date)
    DO UPDATE SET value = excluded.value, origin = excluded.origin
    WHERE (plan_line.value, plan_line.origin) IS DISTINCT FROM (excluded.value, excluded.origin)
""")


@dataclass(frozen=True, slots=True)
class Written:
    """How many lines were added, changed, removed, and are there now."""

    added: int
    changed: int
    removed: int
    line_count: int


async def write_plan_lines(
    session: AsyncSession,
    tenant_id: UUID,
    plan_id: UUID,
    lines: Sequence[PlanLine],
    *,
    replace: bool,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> tuple[PlanRow, Written]:
    """The draft with the lines in place of all of its own, or beside those that are not sent.

    Invalid with a problem for each line that is not taken; PlanNotDraft, CycleClosed, PreconditionFailed.
    """
    row, cycle = await lock_draft(session, tenant_id, plan_id, expected_version=expected_version, by=by, now=now)
    catalogue = await load_catalogue(session, tenant_id)
    known = await load_known_names(session, tenant_id, names_of(line.scope for line in lines))
    _refuse(line_faults(lines, cycle, catalogue, known), "lines")
    return row, await put_lines(session, row, lines, replace=replace, by=by, now=now)


async def put_lines(
    session: AsyncSession,
    row: PlanRow,
    lines: Sequence[PlanLine],
    *,
    replace: bool,
    by: UUID,
    now: datetime,
    removed: Collection[tuple[str, Scope, date]] = (),
) -> Written:
    """Writes lines that were found fit into a draft that is held; `removed` are no longer planned."""
    tenant_id, plan_id = row.tenant_id, row.id
    await create_staging(session, _STAGING, _DEFINITIONS)
    await copy_rows(session, _STAGING, _COLUMNS, [_record(line) for line in lines])
    where: dict[str, Any] = {"tenant_id": tenant_id, "plan_id": plan_id}
    differences = [each._asdict() for each in await session.execute(_DIFFERENCES, where | {"replace": replace})]
    if replace:
        await session.execute(_REMOVE, where)
    else:
        differences += await _remove(session, where, removed)
    await session.execute(_WRITE, where)
    added = sum(each["old_value"] is None for each in differences)
    gone = sum(each["new_value"] is None for each in differences)
    changed = len(differences) - added - gone
    line_count = await count_lines(session, tenant_id, plan_id)
    if differences:
        counts = {"added": added, "changed": changed, "removed": gone}
        told = {
            "lines": {"old": line_count - added + gone, "new": line_count},
            "line_counts": {"old": None, "new": counts},
            "line_values": {
                "old": [_told(each, "old") for each in differences[:MOST_TOLD]],
                "new": [_told(each, "new") for each in differences[:MOST_TOLD]],
            },
        }
        journal_step(session, tenant_id, ("plan", plan_id), "lines_written", told, by=by, now=now)
    await write_change(session, row, {}, by=by, now=now)
    return Written(added, changed, gone, line_count)


_REMOVE_ONE = text("""
    DELETE FROM planning.plan_line AS l
    WHERE l.tenant_id = :tenant_id AND l.plan_id = :plan_id AND l.metric_code = :metric_code
      AND l.scope_key = :scope_key AND l.month_date = :month_date
    RETURNING l.value, l.origin
""")


async def _remove(
    session: AsyncSession, where: dict[str, Any], removed: Collection[tuple[str, Scope, date]]
) -> list[dict[str, Any]]:
    differences = []
    for metric_code, scope, month in removed:
        key = {"metric_code": metric_code, "scope_key": scope.canonical, "month_date": month}
        for value, origin in await session.execute(_REMOVE_ONE, where | key):
            differences.append(key | {"old_value": value, "old_origin": origin, "new_value": None, "new_origin": None})
    return differences


def _record(line: PlanLine) -> tuple[Any, ...]:
    columns = scope_columns(line.scope)
    scope = orjson.dumps(columns["scope"]).decode()
    initiative = None if line.initiative_id is None else UUID(line.initiative_id)
    return (line.metric_code, columns["scope_key"], line.month, line.value, line.origin.value, scope, initiative)


def _told(difference: dict[str, Any], side: str) -> dict[str, Any] | None:
    value: Decimal | None = difference[f"{side}_value"]
    if value is None:
        return None
    return {
        "metric_code": difference["metric_code"],
        "scope_key": difference["scope_key"],
        "month": month_text(difference["month_date"]),
        "value": decimal_text(value),
        "origin": difference[f"{side}_origin"],
    }


async def write_stated_years(
    session: AsyncSession,
    tenant_id: UUID,
    plan_id: UUID,
    years: Sequence[YearTotal],
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> PlanRow:
    """The draft with these stated years and no others; Invalid, PlanNotDraft, CycleClosed, PreconditionFailed."""
    row, cycle = await lock_draft(session, tenant_id, plan_id, expected_version=expected_version, by=by, now=now)
    catalogue = await load_catalogue(session, tenant_id)
    known = await load_known_names(session, tenant_id, names_of(year.scope for year in years))
    _refuse(year_line_faults(years, cycle, catalogue, known), "years")
    before = await load_stated_years(session, tenant_id, plan_id)
    table = PlanYearRow
    await session.execute(delete(table).where(table.tenant_id == tenant_id, table.plan_id == plan_id))
    if years:
        await session.execute(insert(table), [_year_values(row, year) for year in years])
    if set(before) != set(years):
        told = {"years": {"old": [_year_told(each) for each in before], "new": [_year_told(each) for each in years]}}
        journal_step(session, tenant_id, ("plan", plan_id), "years_written", told, by=by, now=now)
    await write_change(session, row, {}, by=by, now=now)
    return row


def _year_values(row: PlanRow, year: YearTotal) -> dict[str, Any]:
    return {
        "tenant_id": row.tenant_id,
        "plan_id": row.id,
        "metric_code": year.metric_code,
        "first_month_date": year.first_month,
        "value": year.value,
        **scope_columns(year.scope),
    }


def _year_told(year: YearTotal) -> dict[str, Any]:
    return {
        "metric_code": year.metric_code,
        "scope_key": year.scope.canonical,
        "first_month": month_text(year.first_month),
        "value": decimal_text(year.value),
    }


def names_of(scopes: Iterable[Scope]) -> dict[ScopeKey, set[str]]:
    """What the scopes name, by key."""
    names: dict[ScopeKey, set[str]] = defaultdict(set)
    for scope in scopes:
        for key, value in scope.keys.items():
            names[key].add(value)
    return names


def _refuse(faults: Sequence[LineFault], field: str) -> None:
    if not faults:
        return
    problems = [FieldProblem(f"#/{field}/{each.index}/{each.field}", each.code, each.sentence) for each in faults]
    count = len({each.index for each in faults})
    raise Invalid(f"{count} of the {field} cannot be taken.", errors=problems, rejected=count)
