"""Answers a hand-off: the receiver acknowledges the plan, or rejects it with a reason."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.domain.handoffs import HandoffStatus, answer_fault
from services.planning.queries.resources import lock_resource
from services.planning.schemas.handoffs import HandoffAnswerCreate
from services.planning.tables import HandoffRow
from shared.core.errors import Conflict, FieldProblem, Invalid, ReasonMissing


class AlreadyAnswered(Conflict):
    """The hand-off has been answered; hand the plan on again."""

    slug, title = "already-answered", "Already answered"


async def answer_handoff(
    session: AsyncSession, tenant_id: UUID, handoff_id: UUID, given: HandoffAnswerCreate, *, by: UUID, now: datetime
) -> HandoffRow:
    """The answered hand-off; NotFound, AlreadyAnswered, ReasonMissing, Invalid for what is no answer."""
    row = await lock_resource(session, HandoffRow, tenant_id, handoff_id)
    match answer_fault(HandoffStatus(row.status), given.answer, given.reason):
        case "already_answered":
            raise AlreadyAnswered(status=row.status)
        case "reason_missing":
            raise ReasonMissing("A rejection needs a reason.")
        case "not_an_answer":
            problem = FieldProblem("#/answer", "not_an_answer", "The answer is acknowledged or rejected.")
            raise Invalid("This is no answer.", errors=[problem])
    changes = {"status": given.answer, "reason": given.reason, "answered_by": by, "answered_at": now}
    await write_change(session, row, changes, by=by, now=now, action=given.answer, reason=given.reason)
    return row
