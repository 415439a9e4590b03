"""Grades an objective by its key results, once all of them that count are graded."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.activate_objective import check_step
from services.planning.actions.change_resource import write_change
from services.planning.actions.grade_key_result import CycleNotGrading
from services.planning.actions.hold_objective import hold_objective
from services.planning.domain.cycle_states import CycleState
from services.planning.domain.grades import Ambition, objective_grade
from services.planning.domain.objective_states import KeyResultGrade, ObjectiveState, StepFault, grading_faults
from services.planning.queries.key_results import load_key_results
from services.planning.tables import ObjectiveRow
from shared.core.errors import Conflict, FieldProblem, Invalid


class KeyResultsNotGraded(Conflict):
    """Every key result that counts is graded before its objective."""

    slug, title = "key-results-not-graded", "Key results are not graded"


async def grade_objective(
    session: AsyncSession,
    tenant_id: UUID,
    objective_id: UUID,
    explanation: str | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ObjectiveRow:
    """The graded objective; IllegalTransition, CycleNotGrading, KeyResultsNotGraded, Invalid without explanation."""
    held = await hold_objective(session, tenant_id, objective_id, expected_version)
    check_step(held.state, ObjectiveState.GRADED)
    key_results = await load_key_results(session, tenant_id, objective_id)
    grade = objective_grade((each.grade, each.weight) for each in key_results)
    faults = grading_faults(
        [KeyResultGrade(each.weight, each.grade) for each in key_results],
        grade,
        Ambition(held.objective.ambition),
        explanation,
        held.cycle.status == CycleState.GRADING,
    )
    if StepFault.CYCLE_NOT_GRADING in faults:
        raise CycleNotGrading(status=held.cycle.status)
    if StepFault.KEY_RESULT_WITHOUT_GRADE in faults:
        raise KeyResultsNotGraded(missing=sum(each.weight > 0 and each.grade is None for each in key_results))
    if StepFault.EXPLANATION_MISSING in faults:
        problem = FieldProblem("#/explanation", StepFault.EXPLANATION_MISSING, "Say why the promise was not kept.")
        raise Invalid("A promise that was not kept in full is explained.", errors=[problem])
    changes = {
        "status": ObjectiveState.GRADED,
        "grade": grade,
        "grade_explanation": explanation,
        "graded_at": now,
    }
    await write_change(session, held.objective, changes, by=by, now=now, action="graded", reason=explanation)
    return held.objective
