"""Remembers of which marketplaces and days figures may have changed, and tells it so that nobody misses any.

A note is written in the transaction of the change, with that transaction's number, and readers go through the notes in
the order of these numbers. A transaction that began earlier may commit later, so a reader who has come to the end
keeps which transactions he had seen, as Postgres tells them (pg_snapshot), and his next round begins at the oldest one
that he had not: whatever commits when, he never fails to see a note. Notes of one day replace each other; there is one
table of them per schema.
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
LONGEST_SNAPSHOT = 240
_UNSEEN = """(
    $5::text IS NULL
    OR {alias}.changed_in < $6::bigint
       AND NOT pg_visible_in_snapshot({alias}.changed_in::text::xid8, $5::text::pg_snapshot)
)"""
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
class Moment:
    """Transactions before `oldest` have ended, those from `following` on have not begun; `snapshot` says which of the
    others have, as Postgres writes it; `at` is the clock."""

    oldest: int
    following: int
    snapshot: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: at a note, of whose readings `done` are behind him; -1: all of them are.

    `since` is what he had seen when this round began, None in his first; `horizon` what he will have seen at its end,
    None as long as he is among transactions that had all ended. `following` is the first transaction that had not
    begun when he was there.
    """

    changed_in: int
    marketplace: str
    day: date
    done: int
    since: str | None
    horizon: str | None
    following: int

    def is_of_another_life(self, moment: Moment) -> bool:
        """Whether transactions are counted anew since, as after a move to another server: nobody knows what this
        reader has seen."""
        return self.following > moment.following


START = Place(0, "", date(1, 1, 1), 0, None, None, 0)


@dataclass(frozen=True, slots=True)
class Note:
    """Figures of the day may have changed in this transaction."""

    changed_in: int
    marketplace: str
    day: date

    def passed(self, place: Place, moment: Moment, done: int = -1) -> Place:
        """The place of a reader who has come from `place` to this note."""
        horizon = moment.snapshot if place.horizon is None and self.changed_in >= moment.oldest else place.horizon
        return Place(self.changed_in, self.marketplace, self.day, done, place.since, horizon, moment.following)


def next_round(place: Place, moment: Moment) -> Place:
    """Where a reader who has come to the end begins again: at the oldest transaction that he may not have seen."""
    seen = place.horizon or moment.snapshot
    return replace(START, changed_in=int(seen.partition(":")[0]), since=seen, following=moment.following)


async def moment_of(connection: Any) -> Moment:
    """Which transactions have ended; to be asked before the notes, in a statement of its own."""
    row = await connection.fetchrow(
        "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, s::text, clock_timestamp()"
        " FROM pg_current_snapshot() AS s"
    )
    oldest, following, snapshot, at = row
    if len(snapshot) > LONGEST_SNAPSHOT:
        # With very many transactions under way, all since the oldest are taken for unseen: some notes come again.
        snapshot = f"{oldest}:{oldest}:"
    return Moment(oldest, following, snapshot, at)


async def list_notes(
    connection: Any, schema: str, tenant_id: UUID, place: Place, moment: Moment, limit: int
) -> list[Note]:
    """The next notes that this reader has not seen, the newest of each day alone.

    Numbers ahead of the present ones are of another life of the database: they are told in a first round alone.
    """
    rows = await connection.fetch(
        f"""
        SELECT c.changed_in, c.marketplace, c.reading_date FROM {schema}.reading_change AS c
        WHERE c.tenant_id = $1
          AND (c.changed_in, c.marketplace, c.reading_date) {">" if place.done < 0 else ">="} ($2, $3, $4)
          AND {_UNSEEN.format(alias="c")}
          AND NOT EXISTS (
              SELECT FROM {schema}.reading_change AS n
              WHERE n.tenant_id = $1 AND n.marketplace = c.marketplace AND n.reading_date = c.reading_date
                AND n.changed_in > c.changed_in AND {_UNSEEN.format(alias="n")}
          )
        ORDER BY c.changed_in, c.marketplace, c.reading_date
        LIMIT $7
        """,
        tenant_id,
        place.changed_in,
        place.marketplace,
        place.day,
        place.since,
        moment.following,
        limit,
    )
    return [Note(*row) for row in rows]
