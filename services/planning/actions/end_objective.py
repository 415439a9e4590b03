"""Ends an objective: closed with a decision once it is graded, or given up with a reason before."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.activate_objective import check_step
from services.planning.actions.change_resource import write_change
from services.planning.actions.hold_objective import hold_objective
from services.planning.domain.objective_states import (
    CloseDecision,
    ObjectiveState,
    cancelling_faults,
    closing_faults,
)
from services.planning.tables import ObjectiveRow
from shared.core.errors import FieldProblem, Invalid, ReasonMissing


async def close_objective(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    decision: CloseDecision,
    note: str | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ObjectiveRow:
    """The closed objective; IllegalTransition, CycleClosed, PreconditionFailed."""
    held = await hold_objective(session, tenant_id, objective_id, expected_version)
    check_step(held.state, ObjectiveState.CLOSED)
    for fault in closing_faults(decision):
        raise Invalid("It is closed with a decision.", errors=[FieldProblem("#/decision", fault, "keep, modify, drop")])
    changes = {"status": ObjectiveState.CLOSED, "close_decision": decision}
    await write_change(session, held.objective, changes, by=by, now=now, action="closed", reason=note)
    return held.objective


async def cancel_objective(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    reason: str,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ObjectiveRow:
    """The cancelled objective; IllegalTransition, ReasonMissing, CycleClosed, PreconditionFailed."""
    held = await hold_objective(session, tenant_id, objective_id, expected_version)
    check_step(held.state, ObjectiveState.CANCELLED)
    if cancelling_faults(reason):
        raise ReasonMissing
    changes = {"status": ObjectiveState.CANCELLED, "cancel_reason": reason}
    await write_change(session, held.objective, changes, by=by, now=now, action="cancelled", reason=reason)
    return held.objective
