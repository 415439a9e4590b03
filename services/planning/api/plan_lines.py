"""The lines and stated years of plans over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.planning.actions.change_plan import PlanNotDraft
from services.planning.actions.check_cycle import CycleClosed
from services.planning.actions.write_plan_lines import write_plan_lines, write_stated_years
from services.planning.queries.plan_lines import PLAN_LINES, PLAN_YEARS, load_stated_years
from services.planning.schemas.fields import ScopeBody
from services.planning.schemas.plan_lines import (
    LinesMode,
    PlanLineRead,
    PlanLinesPut,
    PlanLinesWritten,
    PlanYearRead,
    PlanYearsPut,
    PlanYearsWritten,
)
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

MOST_BYTES = 12_000_000

router = ServiceRouter("plan-lines", "What a plan says for a metric, a scope and a month, and its stated years.")

list_endpoint(
    router,
    "/plans/{plan_id}/lines",
    PLAN_LINES,
    PlanLineRead,
    scope="planning.read",
    description="The lines of one plan by metric, scope and month; also as CSV or XLSX (Accept).",
)
list_endpoint(router, "/plans/{plan_id}/years", PLAN_YEARS, PlanYearRead, scope="planning.read")


@router.put(
    "/plans/{plan_id}/lines",
    max_body_size=MOST_BYTES,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, PlanNotDraft, CycleClosed),
)
async def put_plan_lines(
    plan_id: UUID,
    put: PlanLinesPut,
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
    mode: Annotated[
        LinesMode, Query(description="`replace`: these are all lines of the plan; `merge`: the others stay.")
    ] = LinesMode.REPLACE,
) -> PlanLinesWritten:
    """Write up to 20,000 lines of a draft: all are taken, or none, with a problem for each that is not fit."""
    row, written = await write_plan_lines(
        session,
        caller.tenant_id,
        plan_id,
        [each.to_line() for each in put.lines],
        replace=mode is LinesMode.REPLACE,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    return PlanLinesWritten(
        plan_id=plan_id,
        line_count=written.line_count,
        added=written.added,
        changed=written.changed,
        removed=written.removed,
        version=row.version,
        updated_at=row.updated_at,
    )


@router.put(
    "/plans/{plan_id}/years",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, PlanNotDraft, CycleClosed),
)
async def put_plan_years(
    plan_id: UUID,
    put: PlanYearsPut,
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> PlanYearsWritten:
    """State the years of a draft, in place of those stated before; its months have to sum to them."""
    row = await write_stated_years(
        session,
        caller.tenant_id,
        plan_id,
        [each.to_year() for each in put.years],
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    years = [
        PlanYearRead(
            metric_code=each.metric_code,
            scope=ScopeBody.of(each.scope),
            first_month=each.first_month,
            value=each.value,
        )
        for each in await load_stated_years(session, caller.tenant_id, plan_id)
    ]
    return PlanYearsWritten(plan_id=plan_id, years=years, version=row.version)
