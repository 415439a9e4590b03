"""Records what somebody says of a key result; a value where its metric is read by hand becomes a reading."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.hold_objective import check_active, hold_key_result
from services.planning.actions.journal_change import journal_change
from services.planning.domain.confidence import demands_answer
from services.planning.domain.key_result import CheckInFault, check_in_faults
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.key_results import has_open_action
from services.planning.schemas.key_results import CheckInCreate
from services.planning.tables import CheckInRow
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id

_FAULTS: Mapping[CheckInFault, tuple[str, str]] = {
    CheckInFault.VALUE_IS_MEASURED: ("value", "Its metric is measured: nobody types in its values."),
    CheckInFault.VALUE_WITHOUT_METRIC: ("value", "It has no metric that a value could be of."),
    CheckInFault.CONFIDENCE_OUT_OF_RANGE: ("confidence", "Confidence lies between 0 and 1."),
}


async def check_in_key_result(
    session: AsyncSession, tenant_id: UUID, key_result_id: UUID, check_in: CheckInCreate, *, by: UUID, now: datetime
) -> CheckInRow:
    """The check-in; Invalid for a typed-in value or little confidence without an answer, ObjectiveNotActive."""
    row, held = await hold_key_result(session, tenant_id, key_result_id)
    check_active(held.state)
    catalogue = await load_catalogue(session, tenant_id)
    metric = None if row.metric_code is None else catalogue.get(row.metric_code)
    confidence = Decimal(repr(check_in.confidence))
    problems = [
        FieldProblem(f"#/{_FAULTS[fault][0]}", fault, _FAULTS[fault][1])
        for fault in check_in_faults(confidence, check_in.value, metric)
    ]
    if check_in.period is not None and check_in.value is None:
        problems.append(FieldProblem("#/period", "not_wanted", "Only a value is of a period."))
    blocker = (check_in.blocker or "").strip() or None
    if demands_answer(confidence, blocker is not None, await has_open_action(session, tenant_id, key_result_id)):
        problems.append(
            FieldProblem("#/blocker", "answer_missing", "Little confidence names a blocker, or an open action helps.")
        )
    if problems:
        raise Invalid("The check-in cannot be taken.", errors=problems)
    made = CheckInRow(
        tenant_id=tenant_id,
        id=new_id(),
        key_result_id=key_result_id,
        checked_in_at=now,
        checked_in_by=by,
        confidence=confidence,
        note=check_in.note,
        blocker=blocker,
        value=check_in.value,
    )
    session.add(made)
    journal_change(session, made, "checked_in", by=by, now=now, subject=("key_result", key_result_id))
    await session.flush()
    return made
