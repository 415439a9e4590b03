"""Adds an objective of a unit in a cycle."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.actions.place_objective import place_objective
from services.planning.domain.objective_states import ObjectiveState
from services.planning.queries.resources import lock_named
from services.planning.schemas.objectives import ObjectiveCreate
from services.planning.tables import ObjectiveRow, OrganisationUnitRow
from shared.core.ids import new_id


async def create_objective(
    session: AsyncSession, tenant_id: UUID, objective: ObjectiveCreate, *, by: UUID, now: datetime
) -> ObjectiveRow:
    """A draft; Invalid where unit, cycle or parent do not exist, CycleClosed, MisplacedObjective."""
    await lock_named(session, OrganisationUnitRow, tenant_id, objective.unit_id, "unit_id")
    cycle = await lock_open_cycle(session, tenant_id, objective.cycle_id)
    made = new_id()
    if objective.parent_id is not None:
        await place_objective(session, tenant_id, made, cycle, objective.parent_id)
    row = ObjectiveRow(tenant_id=tenant_id, id=made, status=ObjectiveState.DRAFT, **objective.model_dump())
    await write_new(session, row, by=by, now=now)
    return row
