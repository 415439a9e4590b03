"""Readings of metrics over HTTP."""

from fastapi import Request, Response

from services.planning.actions.record_typed_readings import record_typed_readings
from services.planning.queries.readings import READINGS
from services.planning.schemas.fields import MetricCode
from services.planning.schemas.readings import ReadingBatch, ReadingRead, ReadingResults
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import requires
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter(
    "readings", "What metrics were, as it was seen at one moment or another: appended, never altered."
)

list_endpoint(
    router,
    "/metrics/{metric_code}/readings",
    READINGS,
    ReadingRead,
    scope="planning.read",
    description="The readings that count now, or counted at `as_of`; with `history` all that were observed by then.",
)


@router.post(
    "/metrics/{metric_code}/readings",
    status_code=207,
    response_model=ReadingResults,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound),
    max_body_size=8_000_000,
)
async def record_readings(metric_code: MetricCode, batch: ReadingBatch, write: WriteDep, request: Request) -> Response:
    """Record up to 10,000 observations of a manual metric, in any order; each is recorded or refused by itself.

    Sent again, an observation of the same scope, period and moment changes nothing.
    """

    async def produce() -> ReadingResults:
        return await record_typed_readings(
            write.session,
            write.caller.tenant_id,
            metric_code,
            batch.items,
            by=write.caller.principal_id,
            request_id=request.state.request_id,
            now=utc_now(),
        )

    return await write.once(produce, status=207)
