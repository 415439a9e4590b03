"""Applies sheets of readings: what people have written up of manual metrics, as if they had typed it in."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Catalogue, Source
from services.planning.domain.period import Period
from services.planning.domain.reading_faults import FAULT_FIELDS, RecordState, reading_faults
from services.planning.domain.readings import Reading
from services.planning.formats.kinds import KINDS
from services.planning.formats.plan_sheet import SCOPE_COLUMNS
from services.planning.formats.readings_sheet import NAME, ReadingsSheetRow
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.scope_names import ScopeNames, load_scope_names
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import read_rows_of
from shared.jobs.imports import Applied, ImportContext, ImportKind

_SENT_AT = text("SELECT created_at FROM platform.import WHERE tenant_id = :tenant_id AND id = :import_id")
# What a fault's field is called in the sheet.
_COLUMNS = {"metric_code": "metric", "period/start_date": "start_date", "period/end_date": "end_date"}


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """The rows in chunks; runs in the child that reads."""
    return read_rows_of(KINDS, path, parameters)


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Each good row is recorded; one without `observed_at` was observed when the file was sent."""
    sent_at = await session.scalar(_SENT_AT, {"tenant_id": context.tenant_id, "import_id": context.import_id})
    catalogue = await load_catalogue(session, context.tenant_id)
    names = await load_scope_names(session, context.tenant_id)
    errors: list[RowError] = []
    good: list[tuple[int, Reading]] = []
    for row in chunk.rows:
        reading, problems = _reading(row, catalogue, names, sent_at or context.now, context.now)
        errors += problems
        if reading is not None and not problems:
            good.append((row.line, reading))
    origin = Origin(Source.MANUAL, context.now, import_id=context.import_id, recorded_by=context.created_by)
    states = await record_readings(session, context.tenant_id, [reading for _, reading in good], origin)
    message = "Another value is known of the same scope, period and moment; observe it anew to correct it."
    errors += [
        RowError(line, "value", "reading_contradicted", message, str(reading.value))
        for (line, reading), state in zip(good, states, strict=True)
        if state is RecordState.CONTRADICTED
    ]
    return Applied(states.count(RecordState.RECORDED), states.count(RecordState.UNCHANGED), errors)


def _reading(
    row: ReadingsSheetRow, catalogue: Catalogue, names: ScopeNames, sent_at: datetime, now: datetime
) -> tuple[Reading | None, list[RowError]]:
    metric = catalogue.get(row.metric_code)
    scope, unknown = names.to_ids(row.scope)
    errors = [
        RowError(row.line, SCOPE_COLUMNS[key], "unknown_code", "There is none of this code.", row.scope.keys[key])
        for key in unknown
    ]
    if metric is None:
        errors.append(RowError(row.line, "metric", "unknown_metric", "There is no such metric.", row.metric_code))
        return None, errors
    reading = Reading(
        row.metric_code,
        scope,
        Period(row.start_date, row.end_date),
        row.value,
        row.observed_at or sent_at,
        row.currency,
    )
    for fault in reading_faults(metric, reading, Source.MANUAL, now):
        field, sentence = FAULT_FIELDS[fault]
        errors.append(RowError(row.line, _COLUMNS.get(field, field), fault.value, sentence, None))
    return reading, errors


KIND = ImportKind(NAME, read, apply)
