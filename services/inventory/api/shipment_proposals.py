"""Shipment proposals and decisions about them over HTTP."""

from uuid import UUID

from fastapi import Request, Response

from services.inventory.actions.decide_proposal import Approval
from services.inventory.actions.decide_proposal import approve_proposal as approve
from services.inventory.actions.decide_proposal import reject_proposal as reject
from services.inventory.actions.decide_proposals import decide_proposals
from services.inventory.actions.plan_shipment_units import BrokenCarton
from services.inventory.queries.shipment_proposals import SHIPMENT_PROPOSAL_EVENTS, SHIPMENT_PROPOSALS
from services.inventory.schemas.shipment_proposals import (
    DecisionResults,
    ProposalApproval,
    ProposalDecisionBatch,
    ProposalRejection,
    ShipmentProposalEventRead,
    ShipmentProposalRead,
)
from shared.core.clock import utc_now
from shared.core.errors import AlreadyDecided, InsufficientStock, NotFound, ReasonMissing
from shared.db.one_row import get_row
from shared.web.auth import CallerDep, requires
from shared.web.dependencies import SessionDep
from shared.web.etags import STALE, IfMatchDep, etag
from shared.web.keyed import KEYED, KeyedWriteDep
from shared.web.lists import list_endpoint
from shared.web.problems import problem_responses
from shared.web.routing import ServiceRouter

router = ServiceRouter("shipment-proposals", "Proposed shipments, their reasons, and what is decided about them.")

list_endpoint(
    router,
    "/shipment-proposals",
    SHIPMENT_PROPOSALS,
    ShipmentProposalRead,
    scope="inventory.read",
    description="Proposals of all runs, those that avoid the most money first; also as CSV or XLSX (Accept).",
)
list_endpoint(
    router,
    "/shipment-proposals/{proposal_id}/events",
    SHIPMENT_PROPOSAL_EVENTS,
    ShipmentProposalEventRead,
    scope="inventory.read",
)


@router.get(
    "/shipment-proposals/{proposal_id}",
    dependencies=[requires("inventory.read")],
    responses=problem_responses(NotFound),
)
async def get_shipment_proposal(
    proposal_id: UUID, session: SessionDep, caller: CallerDep, response: Response
) -> ShipmentProposalRead:
    """Read one proposal."""
    found = await _read(session, caller.tenant_id, proposal_id)
    response.headers["ETag"] = etag(found.version)
    return found


@router.post(
    "/shipment-proposals/{proposal_id}/approval",
    response_model=ShipmentProposalRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(
        NotFound, *KEYED, *STALE, AlreadyDecided, InsufficientStock, BrokenCarton, ReasonMissing
    ),
)
async def approve_shipment_proposal(
    proposal_id: UUID, approval: ProposalApproval, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Approve: the units are promised at home and put into a planned shipment."""

    async def produce() -> ShipmentProposalRead:
        caller = write.caller
        await approve(
            write.session,
            caller.tenant_id,
            caller.principal_id,
            proposal_id,
            Approval(
                quantity_units=approval.quantity_units,
                mode=approval.mode,
                ship_by_date=approval.ship_by_date,
                reason=approval.reason,
                shipment_id=approval.shipment_id,
                break_carton=approval.break_carton,
            ),
            expected_version=version,
            now=utc_now(),
        )
        return await _read(write.session, caller.tenant_id, proposal_id)

    return await write.once(produce, etag=lambda made: etag(made.version))


@router.post(
    "/shipment-proposals/{proposal_id}/rejection",
    response_model=ShipmentProposalRead,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(NotFound, *KEYED, *STALE, AlreadyDecided),
)
async def reject_shipment_proposal(
    proposal_id: UUID, rejection: ProposalRejection, version: IfMatchDep, write: KeyedWriteDep
) -> Response:
    """Reject, with the reason."""

    async def produce() -> ShipmentProposalRead:
        caller = write.caller
        await reject(
            write.session,
            caller.tenant_id,
            caller.principal_id,
            proposal_id,
            rejection.reason,
            expected_version=version,
            now=utc_now(),
        )
        return await _read(write.session, caller.tenant_id, proposal_id)

    return await write.once(produce, etag=lambda made: etag(made.version))


@router.post(
    "/shipment-proposal-decisions",
    status_code=207,
    response_model=DecisionResults,
    dependencies=[requires("inventory.write")],
    responses=problem_responses(*KEYED),
)
async def create_shipment_proposal_decisions(
    batch: ProposalDecisionBatch, write: KeyedWriteDep, request: Request
) -> Response:
    """Decide up to 1,000 proposals; each succeeds or fails by itself, and has its own result."""

    async def produce() -> DecisionResults:
        results = await decide_proposals(
            write.session,
            write.caller.tenant_id,
            write.caller.principal_id,
            batch.decisions,
            request_id=request.state.request_id,
            now=utc_now(),
        )
        return DecisionResults(items=results)

    return await write.once(produce, status=207)


async def _read(session: SessionDep, tenant_id: UUID, proposal_id: UUID) -> ShipmentProposalRead:
    row = await get_row(session, SHIPMENT_PROPOSALS, tenant_id, proposal_id)
    return ShipmentProposalRead.model_validate_json(row)
