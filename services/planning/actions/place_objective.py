"""Decides where an objective may hang: in a forest, and within its parent's days."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.alignment import AlignmentCode
from services.planning.domain.forest import closes_circle
from services.planning.domain.objective_states import ObjectiveState, may_be_edited
from services.planning.domain.period import Period
from services.planning.queries.cycles import share_cycle
from services.planning.queries.objectives import load_line
from services.planning.tables import CycleRow, ObjectiveRow
from shared.core.errors import Conflict, FieldProblem, Invalid


class MisplacedObjective(Conflict):
    """An objective's parent is not over, encloses its days, and does not stand below it."""

    slug, title = "misplaced-objective", "Not a possible place for the objective"


async def place_objective(
    session: AsyncSession, tenant_id: UUID, objective_id: UUID, cycle: CycleRow, parent_id: UUID
) -> None:
    """Invalid where the parent does not exist, MisplacedObjective where it cannot be one.

    The caller holds the links, unless the objective is a new one: nothing can stand below it yet.
    """
    line = await load_line(session, ObjectiveRow, tenant_id, parent_id)
    if closes_circle(line, str(objective_id), str(parent_id)):
        raise MisplacedObjective("The objective would stand above itself.", code=AlignmentCode.CIRCLE)
    parent = await session.get(ObjectiveRow, (tenant_id, parent_id), populate_existing=True)
    if parent is None:
        problem = FieldProblem("#/parent_id", "unknown", "There is no objective with this id.")
        raise Invalid("The parent does not exist.", errors=[problem])
    if not may_be_edited(ObjectiveState(parent.status)):
        raise MisplacedObjective("The parent is over.", status=parent.status)
    around = await share_cycle(session, tenant_id, parent.cycle_id)
    if not Period(around.start_date, around.end_date).encloses(Period(cycle.start_date, cycle.end_date)):
        raise MisplacedObjective(
            "The objective's days do not lie within its parent's.",
            code=AlignmentCode.PERIOD_OUTSIDE_PARENT,
            start_date=cycle.start_date.isoformat(),
            end_date=cycle.end_date.isoformat(),
            parent_start_date=around.start_date.isoformat(),
            parent_end_date=around.end_date.isoformat(),
        )
