"""Says on which days nothing is made."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.actions.journal_change import journal_removal
from services.planning.schemas.work_closures import WorkClosureCreate, WorkClosurePatch
from services.planning.tables import WorkClosureRow
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id


async def create_work_closure(
    session: AsyncSession, tenant_id: UUID, closure: WorkClosureCreate, *, by: UUID, now: datetime
) -> WorkClosureRow:
    """The new closure; Invalid where it would end before it begins."""
    _check_days(closure.from_date, closure.to_date)
    row = WorkClosureRow(tenant_id=tenant_id, id=new_id(), **closure.model_dump())
    await write_new(session, row, by=by, now=now)
    return row


async def update_work_closure(
    session: AsyncSession,
    tenant_id: UUID,
    closure_id: UUID,
    patch: WorkClosurePatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> WorkClosureRow:
    """The changed closure; Invalid where it would end before it begins, PreconditionFailed."""
    row = await lock_at_version(session, WorkClosureRow, tenant_id, closure_id, expected_version)
    changes = patch.changes()
    _check_days(changes.get("from_date", row.from_date), changes.get("to_date", row.to_date))
    await write_change(session, row, changes, by=by, now=now)
    return row


async def delete_work_closure(
    session: AsyncSession, tenant_id: UUID, closure_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Lets the days be worked again; PreconditionFailed when it is not what the caller read."""
    row = await lock_at_version(session, WorkClosureRow, tenant_id, closure_id, expected_version)
    journal_removal(session, row, by=by, now=now)
    await session.delete(row)
    await session.flush()


def _check_days(first: date, last: date) -> None:
    if last < first:
        problem = FieldProblem("#/to_date", "too_early", "The last day lies before the first.")
        raise Invalid("The days are in the wrong order.", errors=[problem])
