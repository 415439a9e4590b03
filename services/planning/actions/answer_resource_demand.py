"""Commits a domain to what an initiative asks of it, or declines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change
from services.planning.actions.save_resource_demand import DemandAnswered
from services.planning.domain.resource_load import DEMAND_ANSWERS, DemandStatus
from services.planning.schemas.resource_demands import ResourceAnswerCreate
from services.planning.tables import ResourceDemandRow
from shared.core.errors import FieldProblem, Invalid, ReasonMissing


async def answer_resource_demand(
    session: AsyncSession,
    tenant_id: UUID,
    demand_id: UUID,
    answer: ResourceAnswerCreate,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ResourceDemandRow:
    """The answered demand; DemandAnswered, ReasonMissing for declining without one, PreconditionFailed."""
    row = await lock_at_version(session, ResourceDemandRow, tenant_id, demand_id, expected_version)
    possible = DEMAND_ANSWERS[DemandStatus(row.status)]
    if not possible:
        raise DemandAnswered(status=row.status)
    if answer.status not in possible:
        problem = FieldProblem("#/status", "not_an_answer", "A domain commits itself or declines.")
        raise Invalid("This is no answer.", errors=[problem])
    if answer.status is DemandStatus.DECLINED and not (answer.reason and answer.reason.strip()):
        raise ReasonMissing
    changes = {
        "status": answer.status,
        "answered_by": by,
        "answered_at": now,
        "answer_reason": answer.reason,
    }
    await write_change(session, row, changes, by=by, now=now, action="answered", reason=answer.reason)
    return row
