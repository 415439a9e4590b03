"""Reads of snapshots: what roadmaps and reviews looked like."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.snapshots import SnapshotPurpose
from services.planning.queries.resources import get_resource
from services.planning.tables import SnapshotRow
from shared.core.errors import NotFound
from shared.db.listing import Filter, ListQuery, Sort
from shared.web.schemas import Instant, Slug

SNAPSHOTS = ListQuery(
    name="snapshots",
    source="planning.snapshot s",
    where="s.tenant_id = $1",
    fields={
        "id": "s.id",
        "purpose": "s.purpose",
        "label": "s.label",
        "selector": "s.selector",
        "taken_at": "s.taken_at",
        "taken_by": "s.taken_by",
        "items_count": "(SELECT count(*)::integer FROM planning.snapshot_item n"
        " WHERE n.tenant_id = s.tenant_id AND n.snapshot_id = s.id)",
    },
    sorts={"taken_at": Sort("s.taken_at", "timestamptz"), "label": Sort("s.label", "text")},
    default_sort="-taken_at",
    key=Sort("s.id", "uuid"),
    filters={
        "purpose": Filter("s.purpose = ANY({})", list[SnapshotPurpose], "Only those taken for this."),
        "taken_from": Filter("s.taken_at >= {}", Instant, "Only those taken at or after this moment."),
    },
)

SNAPSHOT_ITEMS = ListQuery(
    name="snapshot_items",
    source="planning.snapshot_item n",
    where="n.tenant_id = $1",
    fields={"subject_kind": "n.subject_kind", "subject_key": "n.subject_key", "content": "n.content"},
    sorts={"subject_kind": Sort("n.subject_kind", "text")},
    default_sort="subject_kind",
    key=Sort("n.subject_key", "text"),
    filters={"subject_kind": Filter("n.subject_kind = {}", Slug, "Only resources of this kind.")},
    path={"snapshot_id": Filter("n.snapshot_id = {}", UUID, "The snapshot.")},
    parent="SELECT FROM planning.snapshot WHERE tenant_id = $1 AND id = $2",
)


async def get_baseline(session: AsyncSession, tenant_id: UUID, snapshot_id: UUID) -> SnapshotRow:
    """The snapshot of a roadmap, or NotFound: one of a review is none."""
    row = await get_resource(session, SnapshotRow, tenant_id, snapshot_id)
    if row.purpose != SnapshotPurpose.BASELINE:
        raise NotFound
    return row
