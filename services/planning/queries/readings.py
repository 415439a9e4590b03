"""Reads of single readings: the list of those of a metric."""

from services.planning.domain.metric import Source
from services.planning.queries.metrics import METRIC_EXISTS
from services.planning.schemas.fields import MetricCode, ScopeName
from shared.db.listing import Filter, ListQuery, Sort, decimal_json
from shared.web.schemas import Day, Instant, MarketplaceCode

# Of the observations of a period the one that counts now, or that counted at a moment, if it has a value; or every one
# made by then.
_SOURCE = """planning.metric_series s
    JOIN planning.reading r ON r.tenant_id = s.tenant_id AND r.series_id = s.id
        AND ({as_of}::timestamptz IS NULL OR r.observed_at <= {as_of}::timestamptz)
        AND (
            coalesce({history}::boolean, false)
            OR r.value IS NOT NULL AND (r.superseded_at IS NULL OR r.superseded_at > {as_of}::timestamptz)
        )"""


def _scope(key: str, type_: object) -> Filter:
    return Filter(f"s.scope ->> '{key}' = {{}}", type_, f"Only readings whose scope names this {key}.")


READINGS = ListQuery(
    name="readings",
    source=_SOURCE,
    where="s.tenant_id = $1 AND r.tenant_id = $1",
    fields={
        "metric_code": "s.metric_code",
        "scope": "s.scope",
        "period": "json_build_object('start_date', r.start_date, 'end_date', r.end_date)",
        "value": decimal_json("r.value"),
        "currency": "r.currency",
        "observed_at": "r.observed_at",
        "superseded_at": "r.superseded_at",
        "source": "r.source",
        "provider": "r.provider",
        "import_id": "r.import_id",
        "recorded_by": "r.recorded_by",
        "recorded_at": "r.recorded_at",
    },
    sorts={
        "end_date": Sort("r.end_date", "date"),
        "observed_at": Sort("r.observed_at", "timestamptz"),
    },
    default_sort="-end_date",
    key=Sort("concat_ws(' ', r.series_id, r.start_date, r.end_date, r.observed_at)", "text"),
    filters={
        "as_of": Filter("", Instant, "The readings that were current at this moment, by what was known then."),
        "history": Filter("", bool, "true: every observation, also those that later ones have replaced or taken back."),
        "from_date": Filter("r.end_date >= {}", Day, "Only readings with days from this one on."),
        "to_date": Filter("r.start_date <= {}", Day, "Only readings with days up to this one."),
        "source": Filter("r.source = {}", Source, "Only readings told so."),
        "scope_key": Filter(
            "s.scope_key = {}", ScopeName, "Only readings of exactly this scope, such as `marketplace=US`."
        ),
        "marketplace": _scope("marketplace", MarketplaceCode),
        "product_ref": _scope("product_ref", ScopeName),
        "channel": _scope("channel", ScopeName),
        "org_unit_id": _scope("org_unit_id", ScopeName),
        "node_id": _scope("node_id", ScopeName),
        "initiative_id": _scope("initiative_id", ScopeName),
        "segment_id": _scope("segment_id", ScopeName),
    },
    path={"metric_code": Filter("s.metric_code = {}", MetricCode, "Code of the metric.")},
    parent=METRIC_EXISTS,
)
