"""Makes an objective binding: in an open cycle, and with no error among its findings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.hold_objective import hold_objective
from services.planning.domain.alignment import AlignmentFinding, stops_activation
from services.planning.domain.alignment_wording import alignment_sentence
from services.planning.domain.cycle_states import CycleState
from services.planning.domain.objective_states import ObjectiveState, StepFault, activation_faults, may_become
from services.planning.queries.alignment import load_alignment
from services.planning.tables import ObjectiveRow
from shared.core.errors import Conflict, FieldProblem, IllegalTransition


class CycleNotOpen(Conflict):
    """Objectives become active while their cycle is open."""

    slug, title = "cycle-not-open", "The cycle is not open"


class AlignmentErrors(Conflict):
    """The objective does not hang together: each error says what is wrong."""

    slug, title = "alignment-errors", "The alignment has errors"


def check_step(state: ObjectiveState, wanted: ObjectiveState) -> None:
    """IllegalTransition where the states do not follow each other."""
    if not may_become(state, wanted):
        raise IllegalTransition(state=state, to=wanted)


async def activate_objective(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    note: str | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ObjectiveRow:
    """The active objective; IllegalTransition, CycleNotOpen, AlignmentErrors, CycleClosed, PreconditionFailed."""
    held = await hold_objective(session, tenant_id, objective_id, expected_version)
    check_step(held.state, ObjectiveState.ACTIVE)
    alignment = await load_alignment(session, tenant_id, held.objective.cycle_id)
    errors = stops_activation(alignment.findings, str(objective_id))
    faults = activation_faults([each.code for each in errors], held.cycle.status == CycleState.OPEN)
    if StepFault.CYCLE_NOT_OPEN in faults:
        raise CycleNotOpen(status=held.cycle.status)
    if StepFault.ALIGNMENT_ERRORS in faults:
        raise AlignmentErrors(
            errors=[_problem(each) for each in errors], codes=", ".join(dict.fromkeys(each.code for each in errors))
        )
    changes = {"status": ObjectiveState.ACTIVE}
    await write_change(session, held.objective, changes, by=by, now=now, action="activated", reason=note)
    return held.objective


def _problem(finding: AlignmentFinding) -> FieldProblem:
    about = "path:objective_id" if finding.key_result_key is None else f"/key-results/{finding.key_result_key}"
    return FieldProblem(about, finding.code, alignment_sentence(finding))
