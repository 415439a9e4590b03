"""Freezes a roadmap as it is, to be compared with later."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.journal_change import journal_step
from services.planning.domain.snapshots import SnapshotPurpose
from services.planning.queries.frozen_roadmap import DEPENDENCY, INITIATIVE, freeze_roadmap
from services.planning.queries.roadmap import RoadmapSelection
from services.planning.tables import SnapshotItemRow, SnapshotRow
from shared.core.ids import new_id


async def take_baseline(
    session: AsyncSession, tenant_id: UUID, label: str, selection: RoadmapSelection, *, by: UUID, now: datetime
) -> SnapshotRow:
    """The snapshot of the selected initiatives and of what they wait for; NoSchedule."""
    kept = await freeze_roadmap(session, tenant_id, selection, today=now.date())
    row = SnapshotRow(
        tenant_id=tenant_id,
        id=new_id(),
        purpose=SnapshotPurpose.BASELINE,
        label=label,
        selector=selection.as_json(),
        taken_at=now,
        taken_by=by,
    )
    session.add(row)
    await session.flush()
    items = [
        {"tenant_id": tenant_id, "snapshot_id": row.id, "subject_kind": kind, "subject_key": key, "content": content}
        for kind, rows in ((INITIATIVE, kept.initiatives), (DEPENDENCY, kept.dependencies))
        for key, content in rows.items()
    ]
    if items:
        await session.execute(insert(SnapshotItemRow), items)
    changes = {"label": {"old": None, "new": label}, "items_count": {"old": None, "new": len(items)}}
    journal_step(session, tenant_id, ("snapshot", row.id), "created", changes, by=by, now=now)
    await session.flush()
    return row
