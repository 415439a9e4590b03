"""Reads of feeds: every provider, whether it was ever asked or not."""

from services.planning.domain.feeds import SILENT_AFTER, Provider
from shared.db.listing import ListQuery, Sort

_PROVIDERS = ", ".join(f"('{each.value}')" for each in Provider)

FEEDS = ListQuery(
    name="feeds",
    source=f"(VALUES {_PROVIDERS}) AS p (provider)"
    " LEFT JOIN planning.feed f ON f.tenant_id = $1 AND f.provider = p.provider",
    where="$1::uuid IS NOT NULL",
    fields={
        "provider": "p.provider",
        "attempted_at": "f.attempted_at",
        "succeeded_at": "f.succeeded_at",
        "problem": "f.problem",
        "is_stale": "f.succeeded_at IS NULL"
        f" OR f.succeeded_at < now() - make_interval(secs => {int(SILENT_AFTER.total_seconds())})",
        "readings_taken": "coalesce(f.readings_taken, 0)",
        "left_out": "coalesce((SELECT json_agg(json_build_object('metric_code', e.key, 'reason', e.value)"
        " ORDER BY e.key) FROM jsonb_each_text(f.left_out) e), '[]'::json)",
    },
    sorts={"provider": Sort("p.provider", "text")},
    default_sort="provider",
    key=Sort("p.provider", "text"),
)
