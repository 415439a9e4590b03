"""The sheet in which a plan is filled in, over HTTP; a filled-in one comes back as an import."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from fastapi import Header, Response
from starlette.concurrency import run_in_threadpool

from services.planning.domain.plan_lines import PlanLine
from services.planning.domain.plan_vocabulary import COST_METRICS, PlanMetric
from services.planning.domain.planned_metrics import summed_metrics
from services.planning.domain.scope import EVERYTHING, Scope
from services.planning.formats.plan_sheet import plan_sheet_csv, plan_sheet_xlsx, sheet_rows
from services.planning.queries.plan_facts import PlanBasis, load_plan_basis
from services.planning.queries.resources import get_resource
from services.planning.queries.scope_names import load_scope_names
from services.planning.tables import PlanRow
from shared.core.errors import NotFound
from shared.files.csv_out import CSV_CONTENT_TYPE
from shared.files.xlsx_out import XLSX_CONTENT_TYPE
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.exports import CSV, TABLE_CONTENT
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("plan-sheets", "The sheet in which a finance person fills in a plan: a row a metric and scope.")

# What a plan usually says, offered as empty rows where it does not say it yet.
_USUAL = (PlanMetric.NET_REVENUE, PlanMetric.UNITS_SOLD, *COST_METRICS, PlanMetric.HEADCOUNT)


@router.get(
    "/plans/{plan_id}/sheet",
    dependencies=[requires("planning.read")],
    response_class=Response,
    responses={
        200: {
            "description": "The sheet: a row for each metric and scope, a column for each month of the cycle.",
            "content": TABLE_CONTENT,
        },
        **problem_responses(NotFound),
    },
)
async def get_plan_sheet(
    plan_id: UUID,
    session: SessionDep,
    caller: CallerDep,
    accept: Annotated[
        str | None, Header(description="text/csv for CSV; else a workbook.", max_length=500, examples=[CSV])
    ] = None,
) -> Response:
    """Download a plan as a sheet to fill in; sent to /imports with the draft's plan_id it comes back unchanged."""
    plan = await get_resource(session, PlanRow, caller.tenant_id, plan_id)
    basis = await load_plan_basis(session, caller.tenant_id, plan)
    names = await load_scope_names(session, caller.tenant_id)
    codes = {scope: names.to_codes(scope) for scope in {line.scope for line in basis.lines}}
    lines = [PlanLine(line.metric_code, codes[line.scope], line.month, line.value, line.origin) for line in basis.lines]
    is_csv = accept is not None and CSV in accept.lower()
    content = await run_in_threadpool(lambda: b"".join(_blocks(basis, lines, is_csv=is_csv)))
    name = f"plan-v{plan.version_no}-{plan.id}.{'csv' if is_csv else 'xlsx'}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Vary": "Accept"}
    return Response(content, media_type=CSV_CONTENT_TYPE if is_csv else XLSX_CONTENT_TYPE, headers=headers)


def _blocks(basis: PlanBasis, lines: list[PlanLine], *, is_csv: bool) -> Iterator[bytes]:
    planned = {line.metric_code for line in lines}
    empty: list[tuple[str, Scope]] = [(code.value, EVERYTHING) for code in _USUAL if code not in planned]
    rows = sheet_rows(lines, basis.months, summed_metrics(basis.catalogue), empty)
    if is_csv:
        return plan_sheet_csv(rows, basis.months)
    return plan_sheet_xlsx(rows, basis.months, created=basis.plan.updated_at)
