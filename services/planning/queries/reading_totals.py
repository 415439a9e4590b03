"""Reads readings in sets: totals of series over days, the newest of each, or every single one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.bulk import raw_connection

EARLIEST, LATEST = date.min, date.max

# The moment is named although it is not asked for, so that both kinds of statement take the same parameters.
_CURRENT = "{0}.superseded_at IS NULL AND $2::timestamptz IS NULL"
_KNOWN = "{0}.observed_at <= $2::timestamptz AND ({0}.superseded_at IS NULL OR {0}.superseded_at > $2::timestamptz)"


@dataclass(frozen=True, slots=True)
class Stretch:
    """The daily readings of a series from `first_date` to `last_date`, save the days that one of `above` tells."""

    series_id: UUID
    first_date: date
    last_date: date
    above: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """What the readings of a stretch in one currency come to. `observed_at` is that of the last day of the stretch."""

    currency: str | None
    value: Decimal
    count: int
    first_date: date
    last_date: date
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Newest:
    """The last reading of a stretch."""

    day: date
    end_date: date
    value: Decimal
    currency: str | None
    observed_at: datetime


_TOTALS = """
SELECT p.place, t.currency, t.value, t.count, t.first_date, t.last_date, n.observed_at
FROM unnest($3::uuid[], $4::date[], $5::date[], $6::text[])
    WITH ORDINALITY AS p (series_id, first_date, last_date, above, place)
CROSS JOIN LATERAL (
    SELECT r.currency, sum(r.value) AS value, count(*) AS count,
        min(r.start_date) AS first_date, max(r.start_date) AS last_date
    FROM planning.reading r
    WHERE r.tenant_id = $1 AND r.series_id = p.series_id AND r.start_date BETWEEN p.first_date AND p.last_date
        AND {known} {uncovered}
    GROUP BY r.currency
) t
CROSS JOIN LATERAL (
    SELECT r.observed_at FROM planning.reading r
    WHERE r.tenant_id = $1 AND r.series_id = p.series_id AND r.start_date = t.last_date AND {known}
    LIMIT 1
) n
"""
_UNCOVERED = """AND NOT EXISTS (
    SELECT FROM planning.reading w
    WHERE w.tenant_id = $1 AND w.series_id = ANY(p.above::uuid[]) AND w.start_date = r.start_date AND {known}
)"""
_NEWEST = """
SELECT p.place, n.*
FROM unnest($3::uuid[], $4::date[], $5::date[]) WITH ORDINALITY AS p (series_id, first_date, last_date, place)
CROSS JOIN LATERAL (
    SELECT r.start_date, r.end_date, r.value, r.currency, r.observed_at
    FROM planning.reading r
    WHERE r.tenant_id = $1 AND r.series_id = p.series_id AND r.start_date BETWEEN p.first_date AND p.last_date
        AND {known} AND ($6::timestamptz IS NULL OR r.observed_at <= $6::timestamptz)
    ORDER BY r.start_date DESC, r.end_date DESC
    LIMIT 1
) n
"""
_READINGS = """
SELECT r.series_id, r.start_date, r.end_date, r.value, r.observed_at, r.currency
FROM planning.reading r
WHERE r.tenant_id = $1 AND r.series_id = ANY($3::uuid[]) AND {known}
"""


async def load_totals(
    session: AsyncSession, tenant_id: UUID, stretches: Sequence[Stretch], as_of: datetime | None
) -> list[list[Total]]:
    """For each stretch its totals by currency; none without readings."""
    found: list[list[Total]] = [[] for _ in stretches]
    if not stretches:
        return found
    # Whether a day is told by a wider series is asked only of stretches that have one above them.
    for covered in (False, True):
        places = [place for place, each in enumerate(stretches) if bool(each.above) is covered]
        if not places:
            continue
        statement = _TOTALS.format(
            known=_known("r", as_of), uncovered=_UNCOVERED.format(known=_known("w", as_of)) if covered else ""
        )
        chosen = [stretches[place] for place in places]
        above = ["{" + ",".join(map(str, each.above)) + "}" for each in chosen]
        rows = await _fetch(session, statement, tenant_id, as_of, *_columns(chosen), above)
        for row in rows:
            found[places[row["place"] - 1]].append(Total(*tuple(row)[1:]))
    return found


async def load_newest(
    session: AsyncSession,
    tenant_id: UUID,
    stretches: Sequence[Stretch],
    as_of: datetime | None,
    *,
    observed_by: datetime | None = None,
) -> list[Newest | None]:
    """For each stretch its last reading that begins in it, of those observed by then."""
    found: list[Newest | None] = [None] * len(stretches)
    if stretches:
        statement = _NEWEST.format(known=_known("r", as_of))
        for row in await _fetch(session, statement, tenant_id, as_of, *_columns(stretches), observed_by):
            found[row["place"] - 1] = Newest(*tuple(row)[1:])
    return found


async def load_readings(
    session: AsyncSession, tenant_id: UUID, series_ids: Collection[UUID], as_of: datetime | None
) -> list[tuple[UUID, date, date, Decimal, datetime, str | None]]:
    """Every reading of the series that is current, or was at `as_of`."""
    if not series_ids:
        return []
    statement = _READINGS.format(known=_known("r", as_of))
    return [tuple(row) for row in await _fetch(session, statement, tenant_id, as_of, list(series_ids))]


def _columns(stretches: Sequence[Stretch]) -> tuple[list[UUID], list[date], list[date]]:
    return (
        [each.series_id for each in stretches],
        [each.first_date for each in stretches],
        [each.last_date for each in stretches],
    )


def _known(alias: str, as_of: datetime | None) -> str:
    # What is current can be read from the index of current readings alone.
    return (_CURRENT if as_of is None else _KNOWN).format(alias)


async def _fetch(session: AsyncSession, statement: str, tenant_id: UUID, as_of: datetime | None, *values: Any) -> Any:
    connection = await raw_connection(session)
    return await connection.fetch(statement, tenant_id, as_of, *values)
