"""Decides many proposals at once: each by itself, so that one that cannot be decided leaves the others alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.decide_proposal import Approval, Way, approve_proposal, hold_ways, reject_proposal
from services.inventory.domain.proposal_states import ProposalState
from services.inventory.queries.shipment_proposals import lock_proposed_ways
from services.inventory.schemas.shipment_proposals import Decision, DecisionResult, ProposalDecision
from services.inventory.tables import ShipmentProposalRow
from shared.core.errors import ReasonMissing, TradewindError
from shared.web.batches import problem_body


async def decide_proposals(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    decisions: Sequence[ProposalDecision],
    *,
    request_id: str,
    now: datetime,
) -> list[DecisionResult]:
    """One result for each decision, in the order of the decisions; every one is carried out inside a savepoint.

    Whatever their order, they hold proposals, ways and products in one order: two batches never block each other.
    """
    results: dict[int, DecisionResult] = {}
    products = await _held(session, tenant_id, decisions)
    order = sorted(range(len(decisions)), key=lambda index: (products.get(decisions[index].proposal_id, ""), index))
    for index in order:
        decision = decisions[index]
        try:
            async with session.begin_nested():
                row = await _decided(session, tenant_id, principal_id, decision, now)
        except TradewindError as error:
            if error.status >= 500:
                raise
            results[index] = _failure(index, decision, error, request_id)
        else:
            results[index] = DecisionResult(
                index=index,
                key=decision.proposal_id,
                status=200,
                state=ProposalState(row.state),
                version=row.version,
                shipment_id=row.shipment_id,
                problem=None,
            )
    return [results[index] for index in range(len(decisions))]


async def _held(session: AsyncSession, tenant_id: UUID, decisions: Sequence[ProposalDecision]) -> dict[UUID, str]:
    """The product of each proposal that exists, once the proposals and the ways they would go are held."""
    found = await lock_proposed_ways(session, tenant_id, {decision.proposal_id for decision in decisions})
    ways: set[Way] = set()
    for decision in decisions:
        way = found.get(decision.proposal_id)
        if way is not None and decision.decision is Decision.APPROVE and decision.shipment_id is None:
            mode = way.mode if decision.mode is None else decision.mode.value
            ways.add((tenant_id, way.account_id, way.marketplace, mode, decision.ship_by_date or way.ship_by_date))
    await hold_ways(session, ways)
    return {proposal_id: str(way.product_id) for proposal_id, way in found.items()}


async def _decided(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, decision: ProposalDecision, now: datetime
) -> ShipmentProposalRow:
    if decision.decision is Decision.REJECT:
        if not decision.reason:
            raise ReasonMissing("A rejection needs a reason.")
        return await reject_proposal(
            session,
            tenant_id,
            principal_id,
            decision.proposal_id,
            decision.reason,
            expected_version=decision.version,
            now=now,
        )
    return await approve_proposal(
        session,
        tenant_id,
        principal_id,
        decision.proposal_id,
        Approval(
            quantity_units=decision.quantity_units,
            mode=decision.mode,
            ship_by_date=decision.ship_by_date,
            reason=decision.reason,
            shipment_id=decision.shipment_id,
            break_carton=decision.break_carton,
        ),
        expected_version=decision.version,
        now=now,
    )


def _failure(index: int, decision: ProposalDecision, error: TradewindError, request_id: str) -> DecisionResult:
    return DecisionResult(
        index=index,
        key=decision.proposal_id,
        status=error.status,
        state=None,
        version=None,
        shipment_id=None,
        problem=problem_body(error, request_id),
    )
