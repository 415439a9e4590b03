"""Reads of days on which nothing is made."""

from services.planning.schemas.fields import PlannedDay
from shared.db.listing import Filter, ListQuery, Sort

WORK_CLOSURES = ListQuery(
    name="work_closures",
    source="planning.work_closure w",
    where="w.tenant_id = $1",
    fields={
        "id": "w.id",
        "name": "w.name",
        "from_date": "w.from_date",
        "to_date": "w.to_date",
        "version": "w.version",
        "created_by": "w.created_by",
        "created_at": "w.created_at",
        "updated_at": "w.updated_at",
    },
    sorts={"from_date": Sort("w.from_date", "date"), "name": Sort("w.name", "text")},
    default_sort="from_date",
    key=Sort("w.id", "uuid"),
    filters={
        "on_or_after_date": Filter("w.to_date >= {}", PlannedDay, "Only closures that last until this day or longer."),
        "on_or_before_date": Filter("w.from_date <= {}", PlannedDay, "Only closures that have begun by this day."),
    },
)
