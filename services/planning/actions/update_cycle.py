"""Changes a cycle: its names, and its days while it is prepared."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.place_cycle import MisplacedCycle, place_cycle
from services.planning.domain.cycle_states import CycleKind, CycleState, is_read_only
from services.planning.domain.period import Period
from services.planning.queries.cycles import find_cycle_by_code, list_cycles_inside
from services.planning.schemas.cycles import CyclePatch
from services.planning.tables import CycleRow
from shared.core.errors import Conflict, DuplicateKey


class CycleAgreed(Conflict):
    """The days of a cycle no longer change once it is open: its goals and plans stand on them."""

    slug, title = "cycle-agreed", "The cycle's days are agreed"


async def update_cycle(
    session: AsyncSession,
    tenant_id: UUID,
    cycle_id: UUID,
    patch: CyclePatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> CycleRow:
    """The changed cycle; CycleClosed, CycleAgreed, DuplicateKey, MisplacedCycle, PreconditionFailed."""
    row = await lock_at_version(session, CycleRow, tenant_id, cycle_id, expected_version)
    if is_read_only(CycleState(row.status)):
        raise CycleClosed
    changes = patch.changes()
    start_date = changes.get("start_date", row.start_date)
    end_date = changes.get("end_date", row.end_date)
    parent_id = changes.get("parent_id", row.parent_id)
    if (start_date, end_date, parent_id) != (row.start_date, row.end_date, row.parent_id):
        if row.status != CycleState.PREPARING:
            raise CycleAgreed
        period = await place_cycle(session, tenant_id, CycleKind(row.kind), start_date, end_date, parent_id)
        for inside in await list_cycles_inside(session, tenant_id, cycle_id):
            if not period.encloses(Period(inside.start_date, inside.end_date)):
                raise MisplacedCycle("A cycle inside this one would no longer lie in it.", code=inside.code)
    if "code" in changes:
        changes["code_key"] = changes["code"].casefold()
        other = await find_cycle_by_code(session, tenant_id, changes["code_key"])
        if other is not None and other.id != row.id:
            raise DuplicateKey(code=changes["code"])
    await write_change(session, row, changes, by=by, now=now)
    return row
