"""Grades a key result on what is known at this moment; a grade other than the suggested one has a reason."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_change
from services.planning.actions.hold_objective import Held, check_active, hold_key_result
from services.planning.domain.cycle_states import CycleState
from services.planning.domain.grades import grade_needs_reason, is_grade, suggested_grade
from services.planning.queries.ancestry import load_ancestry
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.objective_progress import MeasuredKeyResult, measure_key_results
from services.planning.queries.objective_rows import facts_of, load_objective_facts
from services.planning.tables import KeyResultRow
from shared.core.errors import Conflict, FieldProblem, Invalid, ReasonMissing

# What the column holds; nobody is graded on how many thousand times he is beyond the target.
_MOST = Decimal(999_999)


class CycleNotGrading(Conflict):
    """Objectives and key results are graded while their cycle is."""

    slug, title = "cycle-not-grading", "The cycle is not being graded"


async def grade_key_result(
    session: AsyncSession,
    tenant_id: UUID,
    key_result_id: UUID,
    grade: Decimal | None,
    reason: str | None,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> KeyResultRow:
    """The graded key result; ObjectiveNotActive, CycleNotGrading, Invalid, ReasonMissing, PreconditionFailed."""
    row, held = await hold_key_result(session, tenant_id, key_result_id, expected_version)
    check_active(held.state)
    if held.cycle.status != CycleState.GRADING:
        raise CycleNotGrading(status=held.cycle.status)
    measured = await _measure(session, tenant_id, row, held, now)
    found = measured.standing
    suggested = suggested_grade(found.progress, found.value, measured.facts.definition.grade_points)
    given = suggested if grade is None else grade
    if given is None:
        problem = FieldProblem("#/grade", "nothing_known", "Nothing was measured, so that nothing can be suggested.")
        raise Invalid("There is no grade to take over.", errors=[problem])
    if not is_grade(given):
        problem = FieldProblem("#/grade", "not_a_grade", "A grade is 0.0, 0.1, … or 1.0.")
        raise Invalid("This is no grade.", errors=[problem])
    if grade_needs_reason(suggested, given) and not (reason or "").strip():
        problem = FieldProblem("#/reason", "reason_missing", "A grade other than the suggested one has a reason.")
        raise ReasonMissing(errors=[problem], suggested_grade=None if suggested is None else float(suggested))
    changes = {
        "grade": given,
        "suggested_grade": suggested,
        "grade_reason": reason,
        "graded_value": found.value,
        "graded_progress": None if found.progress is None else min(max(found.progress.raw, -_MOST), _MOST),
        "graded_as_known_at": now,
    }
    await write_change(session, row, changes, by=by, now=now, action="graded", reason=reason)
    return row


async def _measure(
    session: AsyncSession, tenant_id: UUID, row: KeyResultRow, held: Held, now: datetime
) -> MeasuredKeyResult:
    # Graded anew, it is measured anew: what it was graded on before has no say.
    [facts] = facts_of([row], None, {})
    objective = await load_objective_facts(session, tenant_id, held.objective.id)
    [measured] = await measure_key_results(
        session,
        tenant_id,
        [(facts.ungraded(), objective)],
        as_of=None,
        now=now,
        catalogue=await load_catalogue(session, tenant_id),
        ancestry=await load_ancestry(session, tenant_id),
    )
    return measured
