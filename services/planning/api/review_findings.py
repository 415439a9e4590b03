"""What reviews find, over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.planning.actions.hold_review import ReviewClosed
from services.planning.actions.write_finding import add_finding, delete_finding, update_finding
from services.planning.queries.resources import get_resource
from services.planning.queries.reviews import REVIEW_FINDINGS
from services.planning.schemas.reviews import ReviewFindingCreate, ReviewFindingPatch, ReviewFindingRead
from services.planning.tables import ReviewFindingRow
from shared.core.clock import utc_now
from shared.core.errors import NotFound
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, WriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import MergePatch, ServiceRouter

router = ServiceRouter("review-findings", "What reviews find: of each red gap the cause, with what it explains.")

list_endpoint(router, "/review-findings", REVIEW_FINDINGS, ReviewFindingRead, scope="planning.read")


@router.post(
    "/reviews/{review_id}/findings",
    status_code=201,
    response_model=ReviewFindingRead,
    dependencies=[requires("planning.write")],
    responses=problem_responses(*KEYED, NotFound, ReviewClosed),
)
async def create_review_finding(review_id: UUID, finding: ReviewFindingCreate, write: WriteDep) -> Response:
    """Write down a finding; how much its cause explains is taken from the drivers of the gap."""

    async def produce() -> ReviewFindingRead:
        caller = write.caller
        row = await add_finding(
            write.session, caller.tenant_id, review_id, finding, by=caller.principal_id, now=utc_now()
        )
        return ReviewFindingRead.model_validate(row)

    return await write.once(
        produce, status=201, location=lambda made: f"/review-findings/{made.id}", etag=lambda made: etag(made.version)
    )


@router.get(
    "/review-findings/{finding_id}", dependencies=[requires("planning.read")], responses=problem_responses(NotFound)
)
async def get_review_finding(
    finding_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ReviewFindingRead:
    """Read one finding."""
    row = await get_resource(session, ReviewFindingRow, caller.tenant_id, finding_id)
    response.headers["ETag"] = etag(row.version)
    return ReviewFindingRead.model_validate(row)


@router.patch(
    "/review-findings/{finding_id}",
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ReviewClosed),
)
async def update_review_finding(
    finding_id: UUID,
    patch: Annotated[ReviewFindingPatch, MergePatch],
    version: IfMatchDep,
    session: SessionDep,
    caller: CallerDep,
    response: Response,
) -> ReviewFindingRead:
    """Change the cause or the words of a finding, until its review is closed."""
    row = await update_finding(
        session,
        caller.tenant_id,
        finding_id,
        patch,
        expected_version=version,
        by=caller.principal_id,
        now=utc_now(),
    )
    response.headers["ETag"] = etag(row.version)
    return ReviewFindingRead.model_validate(row)


@router.delete(
    "/review-findings/{finding_id}",
    status_code=204,
    dependencies=[requires("planning.write")],
    responses=problem_responses(NotFound, *STALE, ReviewClosed),
)
async def delete_review_finding(finding_id: UUID, version: IfMatchDep, session: SessionDep, caller: CallerDep) -> None:
    """Take a finding back, until its review is closed."""
    await delete_finding(
        session, caller.tenant_id, finding_id, expected_version=version, by=caller.principal_id, now=utc_now()
    )
