"""Reads readings in sets: totals of series over days, the newest of each, or every single one."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.bulk import raw_connection

EARLIEST, LATEST = date.min, date.max

# The moment is named although it is not asked for, so that both kinds of statement take the same parameters. What has
# no value is known no more.
_CURRENT = "{0}.superseded_at IS NULL AND {0}.value IS NOT NULL AND $2::timestamptz IS NULL"
_KNOWN = """{0}.observed_at <= $2::timestamptz AND {0}.value IS NOT NULL
    AND ({0}.superseded_at IS NULL OR {0}.superseded_at > $2::timestamptz)"""


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
# Many series over the same days: as one set, whose parts Postgres may read side by side.
_SET_TOTALS = """
SELECT t.series_id, t.currency, t.value, t.count, t.first_date, t.last_date, n.observed_at
FROM (
    SELECT r.series_id, r.currency, sum(r.value) AS value, count(*) AS count,
        min(r.start_date) AS first_date, max(r.start_date) AS last_date
    FROM planning.reading r
    WHERE r.tenant_id = $1 AND r.series_id = ANY($3::uuid[]) AND r.start_date BETWEEN $4 AND $5 AND {known}
    GROUP BY r.series_id, r.currency
) t
CROSS JOIN LATERAL (
    SELECT r.observed_at FROM planning.reading r
    WHERE r.tenant_id = $1 AND r.series_id = t.series_id AND r.start_date = t.last_date AND {known}
    LIMIT 1
) n
"""
_MONTH_TOTALS = """
SELECT r.series_id, date_trunc('month', r.start_date::timestamp)::date AS month, r.currency, sum(r.value), count(*)
FROM planning.reading r
WHERE r.tenant_id = $1 AND r.series_id = ANY($3::uuid[]) AND r.start_date BETWEEN $4 AND $5 AND {known}
GROUP BY 1, 2, 3
"""
# From so many on a set is read as one; a plan is made for the very set, not for sets in general.
_SET_SIZE = 50
_PLAN_EACH = "SET LOCAL plan_cache_mode = force_custom_plan"
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
    sets, single = _sets(stretches)
    for (first, last), places_of in sets.items():
        for row in await _fetch_set(session, _SET_TOTALS, tenant_id, as_of, list(places_of), first, last):
            found[places_of[row["series_id"]]].append(Total(*tuple(row)[1:]))
    # Whether a day is told by a wider series is asked only of stretches that have one above them.
    for covered in (False, True):
        places = [place for place in single if bool(stretches[place].above) is covered]
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


def _sets(stretches: Sequence[Stretch]) -> tuple[dict[tuple[date, date], dict[UUID, int]], list[int]]:
    """The places of stretches of the same days, by their days and series, where these are many; and the others."""
    grouped: dict[tuple[date, date], dict[UUID, int]] = defaultdict(dict)
    single: list[int] = []
    for place, each in enumerate(stretches):
        group = grouped[each.first_date, each.last_date]
        if each.above or each.series_id in group:
            single.append(place)
        else:
            group[each.series_id] = place
    sets = {days: places for days, places in grouped.items() if len(places) >= _SET_SIZE}
    single += [place for days, places in grouped.items() if days not in sets for place in places.values()]
    return sets, single


async def load_month_totals(
    session: AsyncSession, tenant_id: UUID, series_ids: Sequence[UUID], first: date, last: date, as_of: datetime | None
) -> list[tuple[UUID, date, str | None, Decimal, int]]:
    """Of each daily series the total and the number of readings of each month between the days, by currency."""
    if not series_ids:
        return []
    rows = await _fetch_set(session, _MONTH_TOTALS, tenant_id, as_of, series_ids, first, last)
    return [tuple(row) for row in rows]


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


async def _fetch_set(
    session: AsyncSession,
    statement: str,
    tenant_id: UUID,
    as_of: datetime | None,
    series_ids: Sequence[UUID],
    first: date,
    last: date,
) -> Any:
    connection = await raw_connection(session)
    await connection.execute(_PLAN_EACH)
    filled = statement.format(known=_known("r", as_of))
    return await connection.fetch(filled, tenant_id, as_of, list(series_ids), first, last)


async def _fetch(session: AsyncSession, statement: str, tenant_id: UUID, as_of: datetime | None, *values: Any) -> Any:
    connection = await raw_connection(session)
    return await connection.fetch(statement, tenant_id, as_of, *values)
