"""Says when a milestone of a key result was done, or that it is not."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.hold_objective import check_editable, hold_key_result
from services.planning.tables import KeyResultRow
from shared.core.errors import FieldProblem, Invalid, NotFound


async def mark_milestone(
    session: AsyncSession,
    tenant_id: UUID,
    key_result_id: UUID,
    position: int,
    done_date: date | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> KeyResultRow:
    """The key result; NotFound where it has no such milestone, Invalid for a day that lies ahead, ObjectiveOver."""
    row, held = await hold_key_result(session, tenant_id, key_result_id, expected_version)
    check_editable(held.state)
    if not 1 <= position <= len(row.milestones):
        raise NotFound
    if done_date is not None and done_date > now.date():
        problem = FieldProblem("#/done_date", "too_late", "Nothing is done before its day.")
        raise Invalid("The day lies ahead.", errors=[problem])
    steps = [dict(each) for each in row.milestones]
    steps[position - 1]["done_date"] = None if done_date is None else done_date.isoformat()
    await write_change(session, row, {"milestones": steps}, by=by, now=now)
    return row
