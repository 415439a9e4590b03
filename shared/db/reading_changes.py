"""Remembers of which marketplaces and days figures may have changed, and tells it so that nobody misses any.

A note is written in the transaction of the change, with that transaction's number, and readers go through the notes in
the order of these numbers. A transaction that began earlier may commit later, so a reader who has come to the end
begins his next round at the oldest transaction that was still running when he first passed it: he may see a note
again, and never fails to see one. Notes of one day replace each other; there is one table of them per schema.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Date, Text, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from shared.db.base import TenantOwned

DayRange = tuple[str, date, date]


class ReadingChange(TenantOwned):
    """Mix-in of the notes: in transaction `changed_in` figures of the day in the marketplace may have changed."""

    changed_in: Mapped[int] = mapped_column(BigInteger)
    marketplace: Mapped[str] = mapped_column(Text)
    reading_date: Mapped[date] = mapped_column(Date)


class FormerProductRef(TenantOwned):
    """Mix-in of codes under which products of a marketplace were told before a listing went to another product, or a
    product got another code: where nothing is theirs any more, that is told."""

    marketplace: Mapped[str] = mapped_column(Text)
    product_ref: Mapped[str] = mapped_column(Text)


# What was noted of the same days before goes, unless somebody else is about to take it away.
_NOTE = """
    WITH this AS MATERIALIZED (SELECT pg_current_xact_id()::text::bigint AS id),
    told AS MATERIALIZED (SELECT DISTINCT marketplace, reading_date FROM ({told}) AS t),
    added AS (
        INSERT INTO {schema}.reading_change (tenant_id, changed_in, marketplace, reading_date)
        SELECT CAST(:tenant_id AS uuid), this.id, told.marketplace, told.reading_date FROM told, this
        ON CONFLICT DO NOTHING
    ),
    gone AS MATERIALIZED (
        SELECT c.changed_in, c.marketplace, c.reading_date
        FROM {schema}.reading_change AS c
        JOIN told ON told.marketplace = c.marketplace AND told.reading_date = c.reading_date
        WHERE c.tenant_id = :tenant_id AND c.changed_in < (SELECT id FROM this)
        FOR UPDATE OF c SKIP LOCKED
    )
    DELETE FROM {schema}.reading_change AS c USING gone
    WHERE c.tenant_id = :tenant_id AND c.changed_in = gone.changed_in
      AND c.marketplace = gone.marketplace AND c.reading_date = gone.reading_date
"""
_RANGES = """
    unnest(CAST(:marketplaces AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[]))
        AS r (marketplace, first, last)
"""
_DAYS = f"SELECT r.marketplace, r.first + n AS reading_date FROM {_RANGES}, generate_series(0, r.last - r.first) AS n"
_LATER = f"""
    SELECT c.marketplace, c.reading_date
    FROM {{schema}}.reading_change AS c JOIN {_RANGES} ON c.marketplace = r.marketplace
    WHERE c.tenant_id = :tenant_id AND c.reading_date > r.last
"""
_KNOWN = """
    SELECT c.marketplace, c.reading_date FROM {schema}.reading_change AS c
    WHERE c.tenant_id = :tenant_id AND c.reading_date >= CAST(:since AS date)
      AND (CAST(:marketplaces AS text[]) IS NULL OR c.marketplace = ANY (CAST(:marketplaces AS text[])))
"""


async def note_days(
    session: AsyncSession, schema: str, tenant_id: UUID, ranges: Iterable[DayRange], *, and_later: bool = False
) -> None:
    """Note every day of the ranges (marketplace, first, last), with `and_later` all days after them that are known."""
    told = _DAYS + (f" UNION ALL {_LATER.format(schema=schema)}" if and_later else "")
    columns: tuple[Sequence[Any], ...] = tuple(zip(*sorted(ranges), strict=True))
    if columns:
        names = dict(zip(("marketplaces", "firsts", "lasts"), map(list, columns), strict=True))
        await note_told(session, schema, tenant_id, told, **names)


async def note_known(
    session: AsyncSession,
    schema: str,
    tenant_id: UUID,
    *,
    marketplaces: Iterable[str] | None = None,
    since: date = date(1, 1, 1),
) -> None:
    """Note all days again of which anything is known, in these marketplaces or in all, since a day."""
    names = None if marketplaces is None else sorted(set(marketplaces))
    if names != []:
        told = _KNOWN.format(schema=schema)
        await note_told(session, schema, tenant_id, told, marketplaces=names, since=since)


async def note_told(session: AsyncSession, schema: str, tenant_id: UUID, told: str, **values: Any) -> None:
    """Note the rows (marketplace, reading_date) of a query with its values."""
    await session.execute(text(_NOTE.format(schema=schema, told=told)), {"tenant_id": tenant_id, **values})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: at a note, of whose readings `done` are behind him; -1: all of them are.

    `horizon` is where his next round begins, None as long as he has not passed it. `following` is the first transaction
    that had not begun when he was there. In his first round he also sees notes of another life of the database, whose
    numbers are ahead of the present ones after it was moved to another server.
    """

    changed_in: int
    marketplace: str
    day: date
    done: int
    horizon: int | None
    following: int
    is_first_round: bool

    def is_of_another_life(self, moment: "Moment") -> bool:
        """Whether transactions are counted anew since: nobody knows what this reader has seen."""
        return self.following > moment.following


START = Place(0, "", date(1, 1, 1), 0, None, 0, is_first_round=True)


@dataclass(frozen=True, slots=True)
class Moment:
    """Transactions before `oldest` have ended, those from `following` on have not begun; `at` is the clock."""

    oldest: int
    following: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """Figures of the day may have changed in this transaction."""

    changed_in: int
    marketplace: str
    day: date

    def passed(self, place: Place, moment: Moment, done: int = -1) -> Place:
        """The place of a reader who has come from `place` to this note."""
        horizon = moment.oldest if place.horizon is None and self.changed_in >= moment.oldest else place.horizon
        return Place(self.changed_in, self.marketplace, self.day, done, horizon, moment.following, place.is_first_round)


def next_round(place: Place, moment: Moment) -> Place:
    """Where a reader who has come to the end begins again."""
    changed_in = place.horizon or moment.oldest
    return replace(START, changed_in=changed_in, following=moment.following, is_first_round=False)


async def moment_of(connection: Any) -> Moment:
    """Which transactions have ended; to be asked before the notes, in a statement of its own."""
    row = await connection.fetchrow(
        "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, clock_timestamp()"
        " FROM pg_current_snapshot() AS s"
    )
    return Moment(*row)


async def list_notes(
    connection: Any, schema: str, tenant_id: UUID, place: Place, moment: Moment, limit: int
) -> list[Note]:
    """The next notes, the newest of each day alone."""
    rows = await connection.fetch(
        f"""
        SELECT c.changed_in, c.marketplace, c.reading_date FROM {schema}.reading_change AS c
        WHERE c.tenant_id = $1
          AND (c.changed_in, c.marketplace, c.reading_date) {">" if place.done < 0 else ">="} ($2, $3, $4)
          AND ($5 OR c.changed_in < $6)
          AND NOT EXISTS (
              SELECT FROM {schema}.reading_change AS n
              WHERE n.tenant_id = $1 AND n.marketplace = c.marketplace AND n.reading_date = c.reading_date
                AND n.changed_in > c.changed_in
          )
        ORDER BY c.changed_in, c.marketplace, c.reading_date
        LIMIT $7
        """,
        tenant_id,
        place.changed_in,
        place.marketplace,
        place.day,
        place.is_first_round,
        moment.following,
        limit,
    )
    return [Note(*row) for row in rows]
