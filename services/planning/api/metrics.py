"""Metrics over HTTP."""

from typing import Annotated

from fastapi import Response

from services.planning.actions.create_metric import create_metric as create
from services.planning.actions.define_metric import MetricInUse
from services.planning.actions.delete_metric import StandardMetric
from services.planning.actions.delete_metric import delete_metric as delete
from services.planning.actions.update_metric import update_metric as update
from services.planning.queries.metrics import METRICS, own_metric
from services.planning.queries.metrics import get_metric as get
from services.planning.schemas.fields import MetricCode
from services.planning.schemas.metrics import MetricCreate, MetricPatch, MetricRead
from shared.core.clock import utc_now
from shared.core.errors import DuplicateKey, NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("metrics", "The quantities that plans set, key results point at and reviews quote.")

list_endpoint(
    router,
    "/metrics",
    METRICS,
    MetricRead,
    scope="planning.read",
    description="What every company has, as yours has changed it, and what it has added; also as CSV or XLSX (Accept).",
)


@router.post(
    "/metrics",
    status_code=201,
    response_model=MetricRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, DuplicateKey),
)
async def create_metric(metric: MetricCreate, write: WriteDep) -> Response:
    """Add a metric of your own."""

    async def produce() -> MetricRead:
        caller = write.caller
        row = await create(write.session, caller.tenant_id, metric, by=caller.principal_id, now=utc_now())
        return own_metric(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/metrics/{made.code}", etag=lambda made: etag(made.version)
    )


@router.get("/metrics/{metric_code}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound))
async def get_metric(metric_code: MetricCode, session: SessionDep, caller: CallerDep, response: Response) -> MetricRead:
    """Read one metric."""
    found = await get(session, caller.tenant_id, metric_code)
    response.headers["ETag"] = etag(found.version)
    return found


@router.patch(
    "/metrics/{metric_code}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, MetricInUse),
)
async def update_metric(
    metric_code: MetricCode,
    patch: Annotated[MetricPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> MetricRead:
    """Change a metric for your company. Who wants to override what is measured changes its source here."""
    row = await update(
        session,
        caller.tenant_id,
        metric_code,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    return own_metric(row)


@router.delete(
    "/metrics/{metric_code}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, MetricInUse, StandardMetric),
)
async def delete_metric(metric_code: MetricCode, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Delete a metric of your own that nothing rests on; of a standard one, take your changes back."""
    await delete(
        session, caller.tenant_id, metric_code, expected_version=version, by=caller.principal_id, now=utc_now()
    )
