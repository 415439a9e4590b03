"""Records what people say a metric was: each observation by itself, so that a bad one leaves the others alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Metric, Source, accepts_typed_values
from services.planning.domain.period import Period
from services.planning.domain.reading_faults import FAULT_FIELDS, ReadingFault, RecordState, reading_faults
from services.planning.domain.readings import Reading
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.scope_names import ScopeNames, load_scope_names
from services.planning.schemas.readings import ReadingCreate, ReadingResult, ReadingResults
from shared.core.errors import Conflict, FieldProblem, Invalid, NotFound, TradewindError
from shared.web.batches import problem_body


class ReadingContradicted(Conflict):
    """Another value is known of the same scope and period at the same moment; observe it anew to correct it."""

    slug, title = "reading-contradicted", "Another value is known"


async def record_typed_readings(
    session: AsyncSession,
    tenant_id: UUID,
    code: str,
    items: Sequence[ReadingCreate],
    *,
    by: UUID,
    request_id: str,
    now: datetime,
) -> ReadingResults:
    """One result for each observation. NotFound for an unknown metric, Invalid for one that is not typed in."""
    metric = (await load_catalogue(session, tenant_id)).get(code)
    if metric is None:
        raise NotFound
    if not accepts_typed_values(metric):
        fault = ReadingFault.METRIC_IS_COMPUTED if metric.source is Source.FORMULA else ReadingFault.SOURCE_DOES_NOT_FIT
        raise Invalid(
            "Only manual metrics take typed values; who wants to override a feed changes the metric's source.",
            errors=[FieldProblem("path:metric_code", fault.value, FAULT_FIELDS[fault][1])],
        )
    names = await load_scope_names(session, tenant_id)
    good: list[tuple[int, Reading]] = []
    results: dict[int, ReadingResult] = {}
    for index, item in enumerate(items):
        try:
            good.append((index, _reading(metric, item, names, now)))
        except Invalid as error:
            results[index] = _refused(index, error, request_id)
    origin = Origin(Source.MANUAL, now, recorded_by=by)
    states = await record_readings(session, tenant_id, [reading for _, reading in good], origin)
    for (index, _), state in zip(good, states, strict=True):
        if state is RecordState.CONTRADICTED:
            results[index] = _refused(index, ReadingContradicted(), request_id, state)
        else:
            status = 201 if state is RecordState.RECORDED else 200
            results[index] = ReadingResult(index=index, status=status, state=state, problem=None)
    listed = [results[index] for index in range(len(items))]
    recorded = sum(each.state is RecordState.RECORDED for each in listed)
    unchanged = sum(each.state is RecordState.UNCHANGED for each in listed)
    return ReadingResults(
        recorded=recorded, unchanged=unchanged, refused=len(listed) - recorded - unchanged, items=listed
    )


def _reading(metric: Metric, item: ReadingCreate, names: ScopeNames, now: datetime) -> Reading:
    """The observation as a domain value; Invalid with everything that stands in its way."""
    scope = item.scope.to_scope()
    problems = [
        FieldProblem(f"#/scope/{key}", "unknown", "There is none with this id.") for key in names.unknown_ids(scope)
    ]
    days = item.period
    if days.end_date < days.start_date:
        problems.append(FieldProblem("#/period/end_date", "too_early", "The last day lies before the first."))
        raise Invalid("The reading cannot be taken.", errors=problems)
    reading = Reading(
        metric.code,
        scope,
        Period(days.start_date, days.end_date),
        item.value,
        item.observed_at or now,
        item.currency,
    )
    for fault in reading_faults(metric, reading, Source.MANUAL, now):
        field, sentence = FAULT_FIELDS[fault]
        problems.append(FieldProblem(f"#/{field}", fault.value, sentence))
    if problems:
        raise Invalid("The reading cannot be taken.", errors=problems)
    return reading


def _refused(index: int, error: TradewindError, request_id: str, state: RecordState | None = None) -> ReadingResult:
    return ReadingResult(index=index, status=error.status, state=state, problem=problem_body(error, request_id))
