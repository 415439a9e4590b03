"""Moves agreed targets and planned values: proposed by one, approved by another, rarely, with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.actions.journal_change import journal_step
from services.planning.domain.calibration import (
    CalibrationFault,
    CalibrationState,
    CalibrationSubject,
    Proposed,
    Subject,
    approval_faults,
    proposal_faults,
)
from services.planning.domain.cycle_states import CycleState, is_read_only
from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.objective_states import ObjectiveState
from services.planning.domain.plan_states import PlanStatus
from services.planning.domain.scope import EVERYTHING
from services.planning.queries.calibrations import list_earlier_states, lock_plan_line
from services.planning.queries.cycles import share_cycle
from services.planning.queries.resources import get_resource, lock_named, lock_resource
from services.planning.schemas.calibrations import CalibrationCreate
from services.planning.tables import (
    CalibrationRow,
    KeyResultRow,
    ObjectiveRow,
    PlanLineRow,
    PlanRow,
    ReviewRow,
)
from shared.core.errors import AlreadyDecided, Conflict, FieldProblem, Invalid, ReasonMissing
from shared.core.ids import new_id
from shared.web.schemas import decimal_text


class NotCalibrated(Conflict):
    """What is agreed moves rarely, by two people, and from the value that it has."""

    slug, title = "not-calibrated", "The value is not moved"


_SENTENCES = {
    CalibrationFault.REASON_MISSING: "Say why.",
    CalibrationFault.NOTHING_CHANGES: "The new value is the old one.",
    CalibrationFault.NOT_THE_PRESENT_VALUE: "The value has moved since it was read.",
    CalibrationFault.TARGET_IS_START: "The target would be where it started.",
    CalibrationFault.SUBJECT_NOT_AGREED: "Only what is agreed is calibrated: a draft is simply changed.",
    CalibrationFault.CYCLE_CLOSED: "Its cycle is closed.",
    CalibrationFault.ALREADY_CALIBRATED: "It was calibrated in this cycle before: say why it has to be again.",
    CalibrationFault.ALREADY_DECIDED: "It is decided already.",
    CalibrationFault.OWN_PROPOSAL: "Somebody else than its author approves it.",
}
_FIELDS = {
    CalibrationSubject.KEY_RESULT: frozenset({"key_result_id"}),
    CalibrationSubject.PLAN_LINE: frozenset({"plan_id", "metric_code", "month"}),
}


@dataclass(frozen=True, slots=True)
class _Held:
    """The row whose value is moved, and what is decided on."""

    row: KeyResultRow | PlanLineRow
    subject: Subject
    cycle_id: UUID


async def propose_calibration(
    session: AsyncSession, tenant_id: UUID, wanted: CalibrationCreate, *, by: UUID, now: datetime
) -> CalibrationRow:
    """The proposal; NotCalibrated with what stands in the way, Invalid for what does not exist or does not fit."""
    _check_fields(wanted)
    if wanted.review_id is not None:
        await lock_named(session, ReviewRow, tenant_id, wanted.review_id, "review_id")
    is_line = wanted.subject_kind is CalibrationSubject.PLAN_LINE
    scope = (EVERYTHING if wanted.scope is None else wanted.scope.to_scope()).canonical if is_line else None
    row = CalibrationRow(
        tenant_id=tenant_id,
        id=new_id(),
        scope_key=scope,
        month_date=wanted.month,
        status=CalibrationState.PROPOSED,
        **wanted.model_dump(exclude={"scope", "month"}),
    )
    held = await _hold(session, tenant_id, row)
    row.cycle_id = held.cycle_id
    proposed = Proposed(wanted.old_value, wanted.new_value, wanted.reason, wanted.override_reason)
    _refuse(proposal_faults(proposed, held.subject, await list_earlier_states(session, tenant_id, row)))
    await write_new(session, row, by=by, now=now)
    return row


async def approve_calibration(
    session: AsyncSession,
    tenant_id: UUID,
    calibration_id: UUID,
    reason: str | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> CalibrationRow:
    """The approved calibration, its value moved; NotCalibrated with what stands in the way, PreconditionFailed."""
    row = await lock_at_version(session, CalibrationRow, tenant_id, calibration_id, expected_version)
    held = await _hold(session, tenant_id, row)
    proposed = Proposed(row.old_value, row.new_value, row.reason, row.override_reason)
    _refuse(approval_faults(CalibrationState(row.status), proposed, held.subject, str(row.created_by), str(by)))
    await _move(session, tenant_id, row, held, by, now)
    await _decide(session, row, CalibrationState.APPROVED, reason, by, now)
    return row


async def reject_calibration(
    session: AsyncSession,
    tenant_id: UUID,
    calibration_id: UUID,
    reason: str | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> CalibrationRow:
    """The rejected calibration, also by its author, who takes it back; AlreadyDecided, ReasonMissing."""
    row = await lock_at_version(session, CalibrationRow, tenant_id, calibration_id, expected_version)
    if row.status != CalibrationState.PROPOSED:
        raise AlreadyDecided("The calibration has been decided.")
    if not (reason or "").strip():
        raise ReasonMissing
    await _decide(session, row, CalibrationState.REJECTED, reason, by, now)
    return row


def _check_fields(wanted: CalibrationCreate) -> None:
    own = _FIELDS[wanted.subject_kind]
    named = {name for each in _FIELDS.values() for name in each}
    problems = [
        FieldProblem(f"#/{name}", "missing" if name in own else "not_wanted", "This subject needs it, or has none.")
        for name in sorted(named)
        if (getattr(wanted, name) is not None) != (name in own)
    ]
    if problems:
        raise Invalid("The subject of the calibration does not fit.", errors=problems)


def _refuse(faults: Iterable[CalibrationFault]) -> None:
    listed = list(faults)
    if listed:
        raise NotCalibrated(" ".join(_SENTENCES[each] for each in listed), faults=", ".join(listed))


async def _hold(session: AsyncSession, tenant_id: UUID, calibration: CalibrationRow) -> _Held:
    """What is moved, held until the transaction ends, with its cycle kept from being closed."""
    if calibration.subject_kind == CalibrationSubject.KEY_RESULT:
        assert calibration.key_result_id is not None
        row = await lock_named(session, KeyResultRow, tenant_id, calibration.key_result_id, "key_result_id")
        objective = await get_resource(session, ObjectiveRow, tenant_id, row.objective_id)
        closed = is_read_only(CycleState((await share_cycle(session, tenant_id, objective.cycle_id)).status))
        if row.target_value is None:
            problem = FieldProblem("#/key_result_id", "without_target", "This key result has no target to be moved.")
            raise Invalid("Nothing can be calibrated here.", errors=[problem])
        start = row.start_value if row.kind == KeyResultKind.REACH else None
        is_agreed = objective.status == ObjectiveState.ACTIVE
        return _Held(row, Subject(row.target_value, is_agreed, closed, start), objective.cycle_id)
    assert calibration.plan_id is not None
    plan = await lock_named(session, PlanRow, tenant_id, calibration.plan_id, "plan_id")
    closed = is_read_only(CycleState((await share_cycle(session, tenant_id, plan.cycle_id)).status))
    line = await lock_plan_line(session, tenant_id, calibration)
    if line is None:
        problem = FieldProblem("#/month", "unknown", "The plan has no line for this metric, scope and month.")
        raise Invalid("The plan has no such line.", errors=[problem])
    return _Held(line, Subject(line.value, plan.status == PlanStatus.RELEASED, closed), plan.cycle_id)


async def _move(
    session: AsyncSession, tenant_id: UUID, calibration: CalibrationRow, held: _Held, by: UUID, now: datetime
) -> None:
    if isinstance(held.row, KeyResultRow):
        change = {"target_value": calibration.new_value}
        await write_change(session, held.row, change, by=by, now=now, action="calibrated", reason=calibration.reason)
        return
    held.row.value = calibration.new_value
    plan = await lock_resource(session, PlanRow, tenant_id, held.row.plan_id)
    plan.version += 1
    plan.updated_at = now
    place = f"{held.row.metric_code} {held.row.scope_key} {held.row.month_date:%Y-%m}".replace("  ", " ")
    old, new = decimal_text(calibration.old_value), decimal_text(calibration.new_value)
    journal_step(
        session,
        tenant_id,
        ("plan", held.row.plan_id),
        "calibrated",
        {place[:200]: {"old": old, "new": new}},
        by=by,
        now=now,
        reason=calibration.reason,
    )


async def _decide(
    session: AsyncSession, row: CalibrationRow, state: CalibrationState, reason: str | None, by: UUID, now: datetime
) -> None:
    changes = {"status": state, "decided_by": by, "decided_at": now, "decision_reason": reason}
    await write_change(session, row, changes, by=by, now=now, action=state.value)
