"""Advertising figures and the pulls that brought them over HTTP."""

from uuid import UUID

from services.ads.queries.one_row import get_one
from services.ads.queries.performance import PERFORMANCE, PERFORMANCE_DAYS, REPORT_PULLS
from services.ads.schemas.performance import PerformanceDayRead, PerformanceRead, ReportPullRead
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("performance", "What ads cost and brought, as the newest reports say, and what older ones said.")

list_endpoint(
    router,
    "/performance",
    PERFORMANCE,
    PerformanceRead,
    scope="ads.read",
    summary="List current figures",
    description="The figures of the newest pull of every campaign's day or period; also as CSV or XLSX (Accept).",
)
list_endpoint(
    router,
    "/performance-days",
    PERFORMANCE_DAYS,
    PerformanceDayRead,
    scope="ads.read",
    summary="List sums by campaign and day",
    description="What each pull said in sum of a campaign's day or period: restatements stand beside each other.",
)
list_endpoint(router, "/report-pulls", REPORT_PULLS, ReportPullRead, scope="ads.read")


@router.get("/report-pulls/{pull_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_report_pull(pull_id: UUID, session: SessionDep, caller: CallerDep) -> ReportPullRead:
    """Read one pull."""
    return await get_one(session, REPORT_PULLS, ReportPullRead, caller.tenant_id, pull_id)
