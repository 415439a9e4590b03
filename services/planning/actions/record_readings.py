"""Records observed readings, in any number and whatever their order: each is kept, and each period has one current one.

All who record do so here: people, files and feeds. What a series was is never altered; an observation that comes
after a later one was made is put in its place behind it. Feeds may also observe that something is no longer known: such
an observation has no value.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.metric import Source
from services.planning.domain.reading_faults import RecordState
from services.planning.domain.readings import Observation, Reading
from services.planning.schemas.fields import scope_columns
from shared.core.ids import new_id
from shared.db.bulk import copy_rows, create_staging, raw_connection


@dataclass(frozen=True, slots=True)
class Origin:
    """Where readings come from."""

    source: Source
    now: datetime
    provider: str | None = None
    import_id: UUID | None = None
    recorded_by: UUID | None = None


_STAGED = (
    "place integer",
    "series_id uuid",
    "start_date date",
    "end_date date",
    "value numeric(24, 6)",
    "currency text",
    "observed_at timestamptz",
    "state text",
)
_FIND_SERIES = text("""
    SELECT s.metric_code, s.scope_key, s.id FROM planning.metric_series s
    JOIN unnest(CAST(:codes AS text[]), CAST(:keys AS text[])) AS w (metric_code, scope_key)
        USING (metric_code, scope_key)
    WHERE s.tenant_id = :tenant_id
    ORDER BY s.id
    FOR NO KEY UPDATE OF s
""")
_ADD_SERIES = text("""
    INSERT INTO planning.metric_series
        (tenant_id, id, metric_code, scope, scope_key, first_date, last_date, longest_days, created_at)
    SELECT :tenant_id, w.id, w.metric_code, CAST(w.scope AS jsonb), w.scope_key, w.day, w.day, 1, :now
    FROM unnest(
        CAST(:ids AS uuid[]), CAST(:codes AS text[]), CAST(:scopes AS text[]), CAST(:keys AS text[]),
        CAST(:days AS date[])
    ) AS w (id, metric_code, scope, scope_key, day)
    ORDER BY w.metric_code, w.scope_key
    ON CONFLICT (tenant_id, metric_code, scope_key) DO NOTHING
""")
# Of several with the same moment the first counts; the others agree with it or contradict it.
_SAME_MOMENT = """
    UPDATE pg_temp.staged_reading s
    SET state = CASE WHEN (s.value, s.currency) IS NOT DISTINCT FROM (k.value, k.currency)
        THEN 'unchanged' ELSE 'contradicted' END
    FROM (
        SELECT DISTINCT ON (series_id, start_date, end_date, observed_at) *
        FROM pg_temp.staged_reading
        WHERE state IS NULL
        ORDER BY series_id, start_date, end_date, observed_at, place
    ) k
    WHERE s.state IS NULL AND s.place <> k.place
        AND (s.series_id, s.start_date, s.end_date, s.observed_at)
            = (k.series_id, k.start_date, k.end_date, k.observed_at)
"""
_KNOWN = """
    UPDATE pg_temp.staged_reading s
    SET state = CASE WHEN (s.value, s.currency) IS NOT DISTINCT FROM (r.value, r.currency::text)
        THEN 'unchanged' ELSE 'contradicted' END
    FROM planning.reading r
    WHERE r.tenant_id = $1 AND s.state IS NULL
        AND (r.series_id, r.start_date, r.end_date, r.observed_at)
            = (s.series_id, s.start_date, s.end_date, s.observed_at)
"""
_REPEATED = """
    UPDATE pg_temp.staged_reading s SET state = 'unchanged'
    FROM planning.reading r
    WHERE r.tenant_id = $1 AND s.state IS NULL
        AND (r.series_id, r.start_date, r.end_date) = (s.series_id, s.start_date, s.end_date)
        AND r.observed_at < s.observed_at AND (r.superseded_at IS NULL OR r.superseded_at > s.observed_at)
        AND (s.value, s.currency) IS NOT DISTINCT FROM (r.value, r.currency::text)
"""
# Where nothing was known, nothing can be taken back.
_NEVER_KNOWN = """
    UPDATE pg_temp.staged_reading s SET state = 'unchanged'
    WHERE s.state IS NULL AND s.value IS NULL AND NOT EXISTS (
        SELECT FROM planning.reading r
        WHERE r.tenant_id = $1 AND r.observed_at < s.observed_at
            AND (r.series_id, r.start_date, r.end_date) = (s.series_id, s.start_date, s.end_date)
    )
"""
# The reading that stood then ends when the first new one behind it was made; so there is never a second current one.
_SUPERSEDE = """
    UPDATE planning.reading r SET superseded_at = n.observed_at
    FROM (
        SELECT k.series_id, k.start_date, k.end_date, k.observed_at AS known_at, min(s.observed_at) AS observed_at
        FROM pg_temp.staged_reading s
        JOIN planning.reading k ON k.tenant_id = $1
            AND (k.series_id, k.start_date, k.end_date) = (s.series_id, s.start_date, s.end_date)
            AND k.observed_at < s.observed_at AND (k.superseded_at IS NULL OR k.superseded_at > s.observed_at)
        WHERE s.state IS NULL
        GROUP BY 1, 2, 3, 4
    ) n
    WHERE r.tenant_id = $1
        AND (r.series_id, r.start_date, r.end_date, r.observed_at)
            = (n.series_id, n.start_date, n.end_date, n.known_at)
"""
_INSERT = """
    INSERT INTO planning.reading
        (tenant_id, series_id, start_date, end_date, observed_at, superseded_at, value, currency, source, provider,
         import_id, recorded_by, recorded_at)
    SELECT $1, s.series_id, s.start_date, s.end_date, s.observed_at,
        least(
            s.next_at,
            (
                SELECT min(r.observed_at) FROM planning.reading r
                WHERE r.tenant_id = $1 AND r.observed_at > s.observed_at
                    AND (r.series_id, r.start_date, r.end_date) = (s.series_id, s.start_date, s.end_date)
            )
        ),
        s.value, s.currency, $2, $3, $4, $5, $6
    FROM (
        SELECT *, lead(observed_at) OVER (PARTITION BY series_id, start_date, end_date ORDER BY observed_at) AS next_at
        FROM pg_temp.staged_reading WHERE state IS NULL
    ) s
    ORDER BY s.series_id, s.start_date, s.end_date, s.observed_at
"""
_WIDEN = """
    UPDATE planning.metric_series m
    SET first_date = least(m.first_date, t.first_date), last_date = greatest(m.last_date, t.last_date),
        longest_days = greatest(m.longest_days, t.longest_days)
    FROM (
        SELECT series_id, min(start_date) AS first_date, max(end_date) AS last_date,
            max(end_date - start_date + 1) AS longest_days
        FROM pg_temp.staged_reading WHERE state IS NULL GROUP BY series_id
    ) t
    WHERE m.tenant_id = $1 AND m.id = t.series_id
        AND (m.first_date, m.last_date, m.longest_days) IS DISTINCT FROM (
            least(m.first_date, t.first_date), greatest(m.last_date, t.last_date),
            greatest(m.longest_days, t.longest_days))
"""
_STATES = "SELECT place, coalesce(state, 'recorded') FROM pg_temp.staged_reading ORDER BY place"


async def record_readings(
    session: AsyncSession, tenant_id: UUID, observed: Sequence[Observation], origin: Origin
) -> list[RecordState]:
    """What became of each, in their order. The caller has seen to it that nothing stands in their way.

    A feed, which tells moment after moment, leaves no second observation of a value that stands: a figure is known to
    be new by the days that come behind it (see `domain.measurement.assembled`), not by being told again. Feeds alone
    withdraw, behind what they tell of the moment. Those who record into the same series do so one after the other.
    """
    if not observed:
        return []
    series = await _held_series(session, tenant_id, observed, origin.now)
    connection = await raw_connection(session)
    await create_staging(session, "staged_reading", _STAGED)
    await copy_rows(
        session,
        "staged_reading",
        ("place", "series_id", "start_date", "end_date", "value", "currency", "observed_at"),
        (
            (
                place,
                series_id,
                each.period.start_date,
                each.period.end_date,
                *((each.value, each.currency) if isinstance(each, Reading) else (None, None)),
                each.observed_at,
            )
            for place, each in enumerate(observed)
            if (series_id := series.get((each.metric_code, each.scope.canonical))) is not None
        ),
    )
    await connection.execute(_KNOWN, tenant_id)
    await connection.execute(_SAME_MOMENT)
    if origin.source is Source.FEED:
        await connection.execute(_REPEATED, tenant_id)
        await connection.execute(_NEVER_KNOWN, tenant_id)
    await connection.execute(_SUPERSEDE, tenant_id)
    await connection.execute(
        _INSERT,
        tenant_id,
        origin.source.value,
        origin.provider,
        origin.import_id,
        origin.recorded_by,
        origin.now,
    )
    await connection.execute(_WIDEN, tenant_id)
    # What is not staged was to be taken back from a series that there is not.
    states = [RecordState.UNCHANGED] * len(observed)
    for place, state in await connection.fetch(_STATES):
        states[place] = RecordState(state)
    return states


async def _held_series(
    session: AsyncSession, tenant_id: UUID, observed: Iterable[Observation], now: datetime
) -> dict[tuple[str, str], UUID]:
    """The ids of their series, made for readings where there are none, and held until the transaction ends."""
    wanted: set[tuple[str, str]] = set()
    readings: dict[tuple[str, str], Reading] = {}
    for each in observed:
        key = each.metric_code, each.scope.canonical
        wanted.add(key)
        if isinstance(each, Reading):
            readings.setdefault(key, each)
    held = await _find(session, tenant_id, wanted)
    missing = [(key, each) for key, each in readings.items() if key not in held]
    if missing:
        await session.execute(
            _ADD_SERIES,
            {
                "tenant_id": tenant_id,
                "now": now,
                "ids": [new_id() for _ in missing],
                "codes": [code for (code, _), _ in missing],
                "keys": [key for (_, key), _ in missing],
                "scopes": [json.dumps(scope_columns(each.scope)["scope"]) for _, each in missing],
                "days": [each.period.start_date for _, each in missing],
            },
        )
        held = await _find(session, tenant_id, wanted)
    return held


async def _find(
    session: AsyncSession, tenant_id: UUID, wanted: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], UUID]:
    listed = list(wanted)
    found = await session.execute(
        _FIND_SERIES,
        {"tenant_id": tenant_id, "codes": [code for code, _ in listed], "keys": [key for _, key in listed]},
    )
    return {(code, key): series_id for code, key, series_id in found}
