"""Applies a filled-in plan sheet to a draft: each row states its months for a metric and scope, the rest stays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_plan import PlanNotDraft, lock_draft
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.write_plan_lines import put_lines
from services.planning.domain.cycle_states import CycleState, is_read_only
from services.planning.domain.metric import Catalogue
from services.planning.domain.months import month_text
from services.planning.domain.period import Period, month_period
from services.planning.domain.plan_lines import PlanLine
from services.planning.domain.plan_states import EDITABLE, PlanStatus
from services.planning.domain.planned_metrics import may_be_planned
from services.planning.domain.scope import Scope
from services.planning.formats.kinds import KINDS
from services.planning.formats.plan_sheet import NAME, SCOPE_COLUMNS, PlanSheetRow, month_column
from services.planning.queries.catalogue import load_catalogue
from services.planning.queries.plan_lines import load_plan_lines
from services.planning.queries.resources import get_resource
from services.planning.queries.scope_names import ScopeNames, load_scope_names
from services.planning.schemas.plan_lines import MOST_LINES
from services.planning.tables import CycleRow, PlanRow
from shared.core.errors import FieldProblem, Invalid, NotFound
from shared.files.problems import RowError
from shared.jobs.chunks import RowsChunk, Summary
from shared.jobs.import_reading import WHOLE_FILE, read_rows_of
from shared.jobs.imports import Applied, ImportContext, ImportKind

PLAN = "plan_id"
_AT_VERSION = "plan_version"


def read(path: Path, parameters: Mapping[str, Any]) -> Iterator[RowsChunk | Summary]:
    """All rows at once, for the months of a metric may stand on several; runs in the child."""
    return read_rows_of(KINDS, path, parameters, WHOLE_FILE)


async def prepare(session: AsyncSession, tenant_id: UUID, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Adds the version of the plan, so that a sheet that is sent again after other changes is not a repetition.

    Invalid where there is no such plan; PlanNotDraft, CycleClosed.
    """
    try:
        plan = await get_resource(session, PlanRow, tenant_id, UUID(str(parameters[PLAN])))
    except (NotFound, ValueError):
        problem = FieldProblem(f"/{PLAN}", "unknown", "There is no plan with this id.")
        raise Invalid("The plan does not exist.", errors=[problem]) from None
    if PlanStatus(plan.status) not in EDITABLE:
        raise PlanNotDraft(status=plan.status)
    cycle = await session.get_one(CycleRow, (tenant_id, plan.cycle_id))
    if is_read_only(CycleState(cycle.status)):
        raise CycleClosed
    return {**parameters, PLAN: str(plan.id), _AT_VERSION: str(plan.version)}


async def apply(session: AsyncSession, context: ImportContext, chunk: RowsChunk) -> Applied:
    """Writes the rows whose names are known; whoever sent the sheet is an author of the plan."""
    tenant_id, plan_id = context.tenant_id, UUID(str(context.parameters[PLAN]))
    plan, cycle = await lock_draft(
        session, tenant_id, plan_id, expected_version=None, by=context.created_by, now=context.now
    )
    reading = _Reading(
        await load_scope_names(session, tenant_id),
        await load_catalogue(session, tenant_id),
        cycle,
        {line.key: line for line in await load_plan_lines(session, tenant_id, plan_id)},
    )
    rows: list[PlanSheetRow] = chunk.rows
    for row in rows:
        reading.take(row)
    if len(reading.planned) + len(reading.lines.keys() - reading.planned.keys()) > MOST_LINES:
        raise Invalid(f"A plan has {MOST_LINES} lines at most.")
    if reading.applied:
        await put_lines(
            session,
            plan,
            [line for key, line in reading.lines.items() if reading.planned.get(key) != line],
            replace=False,
            by=context.created_by,
            now=context.now,
            removed=sorted(reading.removed, key=lambda key: (key[0], key[1].canonical, key[2])),
        )
    return Applied(reading.applied, reading.unchanged, reading.errors)


Key = tuple[str, Scope, date]


@dataclass
class _Reading:
    """What the rows of a sheet come to, beside what is `planned`: lines by ids, and lines that are no longer planned.

    An empty month takes away what is planned for it with the row's own origin: a month may come from elsewhere, and
    then stands on another row.
    """

    names: ScopeNames
    catalogue: Catalogue
    cycle: Period
    planned: dict[Key, PlanLine]
    lines: dict[Key, PlanLine] = field(default_factory=dict)
    removed: set[Key] = field(default_factory=set)
    errors: list[RowError] = field(default_factory=list)
    applied: int = 0
    unchanged: int = 0

    def take(self, row: PlanSheetRow) -> None:
        """Reads one row."""
        scope, unknown = self.names.to_ids(row.scope)
        errors = [
            self._error(row, SCOPE_COLUMNS[key], "unknown_name", "There is none with this code.", row.scope.keys[key])
            for key in unknown
        ]
        if not may_be_planned(row.metric_code, self.catalogue):
            errors.append(self._error(row, "metric", "unknown_metric", "There is no such metric.", row.metric_code))
        errors += [
            self._error(row, month_column(month), "outside_cycle", "The month is not one of the plan's.", None)
            for month, _ in row.values
            if not self.cycle.encloses(month_period(month))
        ]
        lines = {
            (row.metric_code, scope, month): PlanLine(row.metric_code, scope, month, value, row.origin)
            for month, value in row.values
        }
        if not errors and any(key in self.lines for key in lines):
            months = ", ".join(month_text(key[2]) for key in lines if key in self.lines)
            message = f"Another row has this metric and scope for {months} already."
            errors.append(self._error(row, "metric", "duplicate_key", message, row.metric_code))
        if errors:
            self.errors += errors
            return
        gone = {
            key
            for month in row.empty_months
            if (key := (row.metric_code, scope, month)) in self.planned and self.planned[key].origin is row.origin
        }
        self.lines |= lines
        self.removed = (self.removed | gone) - self.lines.keys()
        if gone - self.lines.keys() or any(self.planned.get(key) != line for key, line in lines.items()):
            self.applied += 1
        else:
            self.unchanged += 1

    @staticmethod
    def _error(row: PlanSheetRow, column: str, code: str, message: str, value: str | None) -> RowError:
        return RowError(row.line, row.printed.get(column, column), code, message, value)


KIND = ImportKind(NAME, read, apply, required=(PLAN,), prepare=prepare)
