"""Decides where a cycle may lie; used by the actions that create and change cycles."""

from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.cycle_states import CycleFault, CycleKind, place_faults
from services.planning.domain.period import Period
from services.planning.queries.resources import lock_named
from services.planning.tables import CycleRow
from shared.core.errors import Conflict, FieldProblem, Invalid

_SENTENCES = {
    CycleFault.OUTSIDE_PARENT: "A cycle lies wholly inside its parent.",
    CycleFault.NOT_SHORTER_THAN_PARENT: "A cycle is of a shorter kind than its parent.",
}


class MisplacedCycle(Conflict):
    """A cycle lies inside its parent, which is of a longer kind."""

    slug, title = "misplaced-cycle", "Not a possible place for the cycle"


async def place_cycle(
    session: AsyncSession, tenant_id: UUID, kind: CycleKind, start: date, end: date, parent_id: UUID | None
) -> Period:
    """The days of the cycle; Invalid when they are in the wrong order or no parent is there, MisplacedCycle."""
    if end < start:
        problem = FieldProblem("#/end_date", "too_early", "The last day lies before the first.")
        raise Invalid("The days are in the wrong order.", errors=[problem])
    period = Period(start, end)
    parent = None if parent_id is None else await lock_named(session, CycleRow, tenant_id, parent_id, "parent_id")
    faults = place_faults(
        kind,
        period,
        None if parent is None else CycleKind(parent.kind),
        None if parent is None else Period(parent.start_date, parent.end_date),
    )
    if faults:
        raise MisplacedCycle(" ".join(_SENTENCES[fault] for fault in faults), faults=", ".join(faults))
    return period
