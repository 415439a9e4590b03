"""I10: every observation of a series' period ended when the next one was made, and the last one has not ended."""

from deploy.verify.invariant import Invariant

_PLACE = "tenant_id, series_id, start_date, end_date"

READINGS = Invariant(
    code="I10",
    sentence="each observation of a reading is superseded by the next one, when that was made, and the last one stands",
    tables=("planning.reading", "planning.metric_series"),
    queries={
        "an observation does not end when the next one was made": f"""
            SELECT format('series %s, %s to %s, seen %s', series_id, start_date, end_date, observed_at)
            FROM (
                SELECT *, lead(observed_at) OVER (PARTITION BY {_PLACE} ORDER BY observed_at) AS next_at
                FROM planning.reading
            ) AS r
            WHERE superseded_at IS DISTINCT FROM next_at
        """,
        "something is taken back that was never known": f"""
            SELECT format('series %s, %s to %s, seen %s', series_id, start_date, end_date, observed_at)
            FROM (
                SELECT DISTINCT ON ({_PLACE}) * FROM planning.reading ORDER BY {_PLACE}, observed_at
            ) AS r
            WHERE value IS NULL
        """,
        "a reading lies outside the days of its series, or belongs to none": """
            SELECT format('series %s, %s to %s', r.series_id, r.start_date, r.end_date)
            FROM planning.reading AS r
            LEFT JOIN planning.metric_series AS s ON s.tenant_id = r.tenant_id AND s.id = r.series_id
            WHERE s.id IS NULL OR r.start_date < s.first_date OR r.end_date > s.last_date
               OR r.end_date - r.start_date + 1 > s.longest_days
        """,
    },
)
