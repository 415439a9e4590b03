"""Proposed changes to advertising, decisions about them, sheets made of them, and what they did, over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.ads.actions.apply_ad_proposals import InTheFuture, apply_bulk_sheet, apply_proposal
from services.ads.actions.create_bulk_sheet import ContradictingChanges, NotApproved, NothingToExport, SeveralMarkets
from services.ads.actions.create_bulk_sheet import create_bulk_sheet as create
from services.ads.actions.decide_ad_proposal import (
    DecidedTogether,
    ValueOutOfRange,
    approve_proposal,
    reject_proposal,
)
from services.ads.actions.decide_ad_proposals import decide_ad_proposals
from services.ads.queries.ad_proposals import AD_CHANGES, AD_PROPOSAL_EVENTS, AD_PROPOSALS, BULK_SHEETS
from services.ads.queries.one_row import get_one
from services.ads.schemas.ad_proposals import (
    AdChangeRead,
    AdDecisionResults,
    AdProposalApplication,
    AdProposalApproval,
    AdProposalDecisionBatch,
    AdProposalEventRead,
    AdProposalRead,
    AdProposalRejection,
    BulkSheetCreate,
    BulkSheetRead,
)
from services.ads.tables import BulkSheetRow
from shared.core.clock import utc_now
from shared.core.errors import AlreadyDecided, NotFound, ReasonMissing
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = ServiceRouter("ad-proposals", "Proposed changes, their reasons, what is decided of them and what they did.")

list_endpoint(
    router,
    "/ad-proposals",
    AD_PROPOSALS,
    AdProposalRead,
    scope="ads.read",
    description="Proposals of all runs, those that save the most waste first; also as CSV or XLSX (Accept).",
)
list_endpoint(router, "/ad-proposals/{proposal_id}/events", AD_PROPOSAL_EVENTS, AdProposalEventRead, scope="ads.read")
list_endpoint(router, "/bulk-sheets", BULK_SHEETS, BulkSheetRead, scope="ads.read")
list_endpoint(
    router,
    "/ad-changes",
    AD_CHANGES,
    AdChangeRead,
    scope="ads.read",
    description="Changes that were applied, with figures of equal days before and after, late orders allowed for.",
)


@router.get("/ad-proposals/{proposal_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_ad_proposal(
    proposal_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> AdProposalRead:
    """Read one proposal."""
    found = await _read(session, caller.tenant_id, proposal_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/ad-proposals/{proposal_id}/approval",
    response_model=AdProposalRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(
        NotFound, *KEYED, *STALE, AlreadyDecided, DecidedTogether, ReasonMissing, ValueOutOfRange
    ),
)
async def approve_ad_proposal(
    proposal_id: UUID, approval: AdProposalApproval, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Approve as proposed, or with another value; what is decided together only together."""

    async def produce() -> AdProposalRead:
        caller = write.caller
        await approve_proposal(
            write.session,
            caller.tenant_id,
            caller.principal_id,
            proposal_id,
            value=approval.value,
            reason=approval.reason,
            with_bundle=approval.with_bundle,
            expected_version=version,
            now=utc_now(),
        )
        return await _read(write.session, caller.tenant_id, proposal_id)

    return await write.once(produce, etag=lambda made: etag(made.version))


@router.post(
    "/ad-proposals/{proposal_id}/rejection",
    response_model=AdProposalRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *KEYED, *STALE, AlreadyDecided, DecidedTogether),
)
async def reject_ad_proposal(
    proposal_id: UUID, rejection: AdProposalRejection, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Reject, with the reason; also what was approved and not applied yet."""

    async def produce() -> AdProposalRead:
        caller = write.caller
        await reject_proposal(
            write.session,
            caller.tenant_id,
            caller.principal_id,
            proposal_id,
            rejection.reason,
            with_bundle=rejection.with_bundle,
            expected_version=version,
            now=utc_now(),
        )
        return await _read(write.session, caller.tenant_id, proposal_id)

    return await write.once(produce, etag=lambda made: etag(made.version))


@router.post(
    "/ad-proposals/{proposal_id}/application",
    response_model=AdProposalRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *KEYED, *STALE, AlreadyDecided, InTheFuture),
)
async def apply_ad_proposal(
    proposal_id: UUID, application: AdProposalApplication, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Record that an approved change was made at Amazon by hand; its subject then rests for three days."""

    async def produce() -> AdProposalRead:
        caller = write.caller
        await apply_proposal(
            write.session,
            caller.tenant_id,
            caller.principal_id,
            proposal_id,
            applied_at=application.applied_at,
            expected_version=version,
            now=utc_now(),
        )
        return await _read(write.session, caller.tenant_id, proposal_id)

    return await write.once(produce, etag=lambda made: etag(made.version))


@router.post(
    "/ad-proposal-decisions",
    status_code=207,
    response_model=AdDecisionResults,
    dependencies=[requires("ads.write")],
    responses=problem_responses(*KEYED),
)
async def create_ad_proposal_decisions(
    batch: AdProposalDecisionBatch, write: KeyedWriteDep, request: Request
) -> Response:
    """Decide up to 1,000 proposals; each, and each bundle, succeeds or fails by itself, and has its own result."""

    async def produce() -> AdDecisionResults:
        results = await decide_ad_proposals(
            write.session,
            write.caller.tenant_id,
            write.caller.principal_id,
            batch.decisions,
            request_id=request.state.request_id,
            now=utc_now(),
        )
        return AdDecisionResults(items=results)

    return await write.once(produce, status=207)


@router.post(
    "/bulk-sheets",
    status_code=201,
    response_model=BulkSheetRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(
        *KEYED, NotApproved, ContradictingChanges, DecidedTogether, SeveralMarkets, NothingToExport
    ),
)
async def create_bulk_sheet(sheet: BulkSheetCreate, write: KeyedWriteDep) -> Response:
    """Make a bulk-operations sheet (2.0) of approved proposals, for Amazon's console to upload."""

    async def produce() -> BulkSheetRead:
        caller = write.caller
        made = await create(write.session, caller.tenant_id, caller.principal_id, sheet.proposal_ids, utc_now())
        return await _sheet(write.session, caller.tenant_id, made.id)

    return await write.once(produce, status=201, location=lambda made: f"/bulk-sheets/{made.id}")


@router.get("/bulk-sheets/{sheet_id}", dependencies=[requires("ads.read")], responses=problem_responses(NotFound))
async def get_bulk_sheet(sheet_id: UUID, session: SessionDep, caller: CallerDep) -> BulkSheetRead:
    """Read what is known of a sheet."""
    return await _sheet(session, caller.tenant_id, sheet_id)


@router.get(
    "/bulk-sheets/{sheet_id}/file",
    dependencies=[requires("ads.read")],
    response_class=Response,
    responses={
        200: {"description": "The workbook.", "content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}},
        **problem_responses(NotFound),
    },
)
async def get_bulk_sheet_file(sheet_id: UUID, session: SessionDep, caller: CallerDep) -> Response:
    """Download a sheet, the same bytes every time."""
    row = await session.get(BulkSheetRow, (caller.tenant_id, sheet_id))
    if row is None:
        raise NotFound
    name = f"bulk-sheet-{row.created_at:%Y-%m-%d}-{row.id}.xlsx"
    return Response(row.content, media_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.post(
    "/bulk-sheets/{sheet_id}/application",
    response_model=BulkSheetRead,
    dependencies=[requires("ads.write")],
    responses=problem_responses(NotFound, *KEYED, InTheFuture),
)
async def apply_bulk_sheet_changes(
    sheet_id: UUID, application: AdProposalApplication, write: KeyedWriteDep
) -> Response:
    """Record that a sheet was uploaded to Amazon: all its proposals are applied."""

    async def produce() -> BulkSheetRead:
        caller = write.caller
        await apply_bulk_sheet(
            write.session,
            caller.tenant_id,
            caller.principal_id,
            sheet_id,
            applied_at=application.applied_at,
            now=utc_now(),
        )
        return await _sheet(write.session, caller.tenant_id, sheet_id)

    return await write.once(produce)


async def _read(session: SessionDep, tenant_id: UUID, proposal_id: UUID) -> AdProposalRead:
    return await get_one(session, AD_PROPOSALS, AdProposalRead, tenant_id, proposal_id)


async def _sheet(session: SessionDep, tenant_id: UUID, sheet_id: UUID) -> BulkSheetRead:
    return await get_one(session, BULK_SHEETS, BulkSheetRead, tenant_id, sheet_id)
