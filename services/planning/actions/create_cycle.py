"""Adds a cycle."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.place_cycle import place_cycle
from services.planning.domain.cycle_states import CycleState
from services.planning.queries.cycles import find_cycle_by_code
from services.planning.schemas.cycles import CycleCreate
from services.planning.tables import CycleRow
from shared.core.errors import DuplicateKey
from shared.core.ids import new_id


async def create_cycle(
    session: AsyncSession, tenant_id: UUID, cycle: CycleCreate, *, by: UUID, now: datetime
) -> CycleRow:
    """A cycle that is being prepared; DuplicateKey for a taken code, MisplacedCycle outside its parent."""
    await place_cycle(session, tenant_id, cycle.kind, cycle.start_date, cycle.end_date, cycle.parent_id)
    if await find_cycle_by_code(session, tenant_id, cycle.code.casefold()) is not None:
        raise DuplicateKey(code=cycle.code)
    row = CycleRow(
        tenant_id=tenant_id,
        id=new_id(),
        code_key=cycle.code.casefold(),
        status=CycleState.PREPARING,
        **cycle.model_dump(),
    )
    await write_new(session, row, by=by, now=now)
    return row
