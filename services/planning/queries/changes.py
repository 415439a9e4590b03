"""The list of what was changed."""

from uuid import UUID

from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Instant, Slug

CHANGES = ListQuery(
    name="changes",
    source="planning.change c",
    where="c.tenant_id = $1",
    fields={
        "id": "c.id",
        "subject_kind": "c.subject_kind",
        "subject_id": "c.subject_id",
        "action": "c.action",
        "changes": "c.changes",
        "reason": "c.reason",
        "changed_by": "c.changed_by",
        "changed_at": "c.changed_at",
    },
    sorts={"changed_at": Sort("c.changed_at", "timestamptz")},
    default_sort="-changed_at",
    key=Sort("c.id", "uuid"),
    filters={
        "subject_kind": Filter("c.subject_kind = {}", Slug, "Only changes of this kind of resource."),
        "subject_id": Filter("c.subject_id = {}", UUID, "Only changes of this resource."),
        "changed_by": Filter("c.changed_by = {}", UUID, "Only changes made by this principal."),
        "changed_from": Filter("c.changed_at >= {}", Instant, "Only changes made at or after this moment."),
    },
)
