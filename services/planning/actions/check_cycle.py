"""Holds a cycle while something in it is written, and refuses what belongs to a closed one."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.cycle_states import CycleState, is_read_only
from services.planning.queries.cycles import share_cycle
from services.planning.tables import CycleRow
from shared.core.errors import Conflict, FieldProblem, Invalid, NotFound


class CycleClosed(Conflict):
    """The cycle is closed: what belongs to it is only read."""

    slug, title = "cycle-closed", "The cycle is closed"


async def lock_open_cycle(session: AsyncSession, tenant_id: UUID, cycle_id: UUID) -> CycleRow:
    """The cycle, kept from being closed until the transaction ends; CycleClosed, or Invalid where there is none."""
    try:
        cycle = await share_cycle(session, tenant_id, cycle_id)
    except NotFound:
        problem = FieldProblem("#/cycle_id", "unknown", "There is no cycle with this id.")
        raise Invalid("The cycle does not exist.", errors=[problem]) from None
    if is_read_only(CycleState(cycle.status)):
        raise CycleClosed
    return cycle
