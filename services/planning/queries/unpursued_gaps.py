"""The list of gaps that are not pursued."""

from uuid import UUID

from services.planning.schemas.fields import MetricCode
from shared.db.listing import Filter, ListQuery, Sort

UNPURSUED_GAPS = ListQuery(
    name="unpursued_gaps",
    source="planning.unpursued_gap g",
    where="g.tenant_id = $1",
    fields={
        "id": "g.id",
        "cycle_id": "g.cycle_id",
        "unit_id": "g.unit_id",
        "metric_code": "g.metric_code",
        "scope": "g.scope",
        "reason": "g.reason",
        "version": "g.version",
        "created_by": "g.created_by",
        "created_at": "g.created_at",
        "updated_at": "g.updated_at",
    },
    sorts={"created_at": Sort("g.created_at", "timestamptz")},
    default_sort="-created_at",
    key=Sort("g.id", "uuid"),
    filters={
        "cycle_id": Filter("g.cycle_id = {}", UUID, "Only gaps of this cycle."),
        "unit_id": Filter("g.unit_id = {}", UUID, "Only gaps of this unit."),
        "metric_code": Filter("g.metric_code = ANY({})", list[MetricCode], "Only gaps of these metrics."),
    },
)
