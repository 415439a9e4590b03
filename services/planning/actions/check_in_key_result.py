"""Records what somebody says of a key result; a value where its metric is read by hand becomes a reading."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.hold_objective import check_active, hold_key_result
from services.planning.actions.journal_change import journal_change
from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.confidence import demands_answer
from services.planning.domain.key_result import CheckInFault, check_in_faults
from services.planning.domain.metric import Source
from services.planning.domain.period import Period
from services.planning.domain.reading_faults import ReadingFault, reading_faults
from services.planning.domain.readings import Reading
from services.planning.domain.scope import Scope
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.key_results import has_open_action
from services.planning.schemas.key_results import CheckInCreate
from services.planning.tables import CheckInRow, KeyResultRow
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id

_FAULTS: Mapping[CheckInFault, tuple[str, str]] = {
    CheckInFault.VALUE_IS_MEASURED: ("value", "Its metric is measured: nobody types in its values."),
    CheckInFault.VALUE_WITHOUT_METRIC: ("value", "It has no metric that a value could be of."),
    CheckInFault.CONFIDENCE_OUT_OF_RANGE: ("confidence", "Confidence lies between 0 and 1."),
}
_NOT_TAKEN = "The metric does not take such a reading."


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
    problems += _value_problems(check_in)
    reading = None if problems or check_in.value is None else _reading(row, check_in, now)
    if reading is not None and metric is not None:
        problems += [
            FieldProblem("#/period" if fault is ReadingFault.PERIOD_NOT_BEGUN else "#/value", fault, _NOT_TAKEN)
            for fault in reading_faults(metric, reading, Source.MANUAL, now)
        ]
    blocker = (check_in.blocker or "").strip() or None
    if demands_answer(confidence, blocker is not None, await has_open_action(session, tenant_id, key_result_id)):
        problems.append(
            FieldProblem("#/blocker", "answer_missing", "Little confidence names a blocker, or an open action helps.")
        )
    if problems:
        raise Invalid("The check-in cannot be taken.", errors=problems)
    if reading is not None:
        origin = Origin(Source.MANUAL, now, recorded_by=by)
        await record_readings(session, tenant_id, [reading], origin)
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


def _value_problems(check_in: CheckInCreate) -> list[FieldProblem]:
    period = check_in.period
    if period is not None and check_in.value is None:
        return [FieldProblem("#/period", "not_wanted", "Only a value is of a period.")]
    if period is not None and period.end_date < period.start_date:
        return [FieldProblem("#/period/end_date", "too_early", "The last day lies before the first.")]
    return []


def _reading(row: KeyResultRow, check_in: CheckInCreate, now: datetime) -> Reading:
    period = check_in.period
    return Reading(
        row.metric_code or "",
        Scope(**row.scope),
        Period(now.date(), now.date()) if period is None else Period(period.start_date, period.end_date),
        check_in.value or Decimal(0),
        now,
        row.currency,
    )
