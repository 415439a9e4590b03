"""Changes an objective: everything while it is a draft, wording and parent while it is active."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.hold_objective import check_editable, hold_objective, refuse_frozen
from services.planning.actions.place_objective import place_objective
from services.planning.domain.objective_edits import OBJECTIVE_FREE, frozen_fields
from services.planning.queries.objectives import lock_links
from services.planning.schemas.objectives import ObjectivePatch
from services.planning.tables import ObjectiveRow


async def update_objective(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    patch: ObjectivePatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ObjectiveRow:
    """The changed objective; ObjectiveOver, FieldsFrozen, MisplacedObjective, CycleClosed, PreconditionFailed."""
    if "parent_id" in patch.changes():
        await lock_links(session, tenant_id)
    held = await hold_objective(session, tenant_id, objective_id, expected_version)
    check_editable(held.state)
    changes = patch.changes()
    differing = [name for name, value in changes.items() if value != getattr(held.objective, name)]
    refuse_frozen(frozen_fields(held.state, differing, OBJECTIVE_FREE))
    if "parent_id" in differing and changes["parent_id"] is not None:
        await place_objective(session, tenant_id, objective_id, held.cycle, changes["parent_id"])
    await write_change(session, held.objective, changes, by=by, now=now)
    return held.objective
