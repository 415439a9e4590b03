"""Finds which figures of a feed stand although the feed, telling their part of a day in full, has left them out."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.feeds import Provider, ReadingPlace, ToldStretch
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading, Withdrawal
from services.planning.domain.scope import Scope
from shared.db.bulk import raw_connection

_REF = "coalesce(s.scope ->> 'product_ref', '') COLLATE \"C\""
_CODE = 's.metric_code COLLATE "C"'
# Series that cannot lie in a stretch are left out before their readings are looked for, in the index of current ones;
# OFFSET 0 keeps the search by itself, so that the days are looked up there and not only compared.
_STANDING = f"""
WITH told AS MATERIALIZED (
    SELECT * FROM unnest(
        $4::text[], $5::text[], $6::date[], $7::timestamptz[],
        $8::text[], $9::text[], $10::date[], $11::text[], $12::text[], $13::date[]
    ) AS t (
        marketplace, channel, end_date, observed_at,
        after_ref, after_code, after_date, until_ref, until_code, until_date
    )
), standing AS MATERIALIZED (
    SELECT s.metric_code, s.scope, s.scope_key, r.series_id, r.start_date, r.end_date, r.observed_at AS seen_at,
        t.observed_at
    FROM told AS t
    JOIN planning.metric_series AS s ON s.tenant_id = $1 AND s.metric_code = ANY($3::text[])
        AND s.scope ->> 'marketplace' = t.marketplace AND s.scope ->> 'channel' = t.channel
        AND t.end_date BETWEEN s.first_date AND s.last_date
        AND (t.after_ref IS NULL OR ({_REF}, {_CODE}) >= (t.after_ref, t.after_code))
        AND (t.until_ref IS NULL OR ({_REF}, {_CODE}) <= (t.until_ref, t.until_code))
    CROSS JOIN LATERAL (
        SELECT r.series_id, r.start_date, r.end_date, r.observed_at FROM planning.reading AS r
        WHERE r.tenant_id = $1 AND r.series_id = s.id
            AND r.start_date BETWEEN t.end_date - (s.longest_days - 1) AND t.end_date AND r.end_date = t.end_date
            AND r.superseded_at IS NULL AND r.value IS NOT NULL
        OFFSET 0
    ) AS r
    WHERE (t.after_ref IS NULL OR ({_REF}, {_CODE}, r.start_date) > (t.after_ref, t.after_code, t.after_date))
        AND (t.until_ref IS NULL OR ({_REF}, {_CODE}, r.start_date) <= (t.until_ref, t.until_code, t.until_date))
)
SELECT k.metric_code, k.scope, k.start_date, k.end_date, k.observed_at
FROM standing AS k
JOIN planning.reading AS r ON r.tenant_id = $1
    AND (r.series_id, r.start_date, r.end_date, r.observed_at) = (k.series_id, k.start_date, k.end_date, k.seen_at)
WHERE r.provider = $2 AND (k.metric_code, k.scope_key, k.start_date, k.end_date) NOT IN (
    SELECT * FROM unnest($14::text[], $15::text[], $16::date[], $17::date[])
)
"""
# The arrays differ by the thousand from page to page: what is planned for some of them does not fit others.
_PLAN_EACH = "SET LOCAL plan_cache_mode = force_custom_plan"


async def find_told_no_more(
    session: AsyncSession,
    tenant_id: UUID,
    provider: Provider,
    codes: Sequence[str],
    told: Sequence[ToldStretch],
    readings: Iterable[Reading],
) -> list[Withdrawal]:
    """What takes back the standing readings of the provider that lie in a stretch and are not among its `readings`.

    Only those of the metrics `codes` are looked for.
    """
    if not told:
        return []
    connection = await raw_connection(session)
    await connection.execute(_PLAN_EACH)
    listed = [(each.metric_code, each.scope.canonical, each.period) for each in readings]
    rows = await connection.fetch(
        _STANDING,
        tenant_id,
        provider.value,
        codes,
        [each.marketplace for each in told],
        [each.channel for each in told],
        [each.end_date for each in told],
        [each.observed_at for each in told],
        *_columns([each.after for each in told]),
        *_columns([each.until for each in told]),
        [code for code, _, _ in listed],
        [key for _, key, _ in listed],
        [period.start_date for _, _, period in listed],
        [period.end_date for _, _, period in listed],
    )
    return [
        Withdrawal(code, Scope(**scope), Period(first, last), observed_at)
        for code, scope, first, last, observed_at in rows
    ]


def _columns(
    places: Sequence[ReadingPlace | None],
) -> tuple[list[str | None], list[str | None], list[date | None]]:
    refs, codes, days = zip(*(each or (None, None, None) for each in places), strict=True)
    return [*refs], [*codes], [*days]
