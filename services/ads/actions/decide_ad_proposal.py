"""Approves or rejects a proposed change: approval keeps the value to be set, which a person may have edited."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.domain.proposal_states import ProposalState, may_become
from services.ads.domain.proposals import ProposalKind
from services.ads.tables import AdProposalEventRow, AdProposalRow
from shared.core.errors import (
    AlreadyDecided,
    FieldProblem,
    Invalid,
    NotFound,
    PreconditionFailed,
    ReasonMissing,
)
from shared.core.ids import new_id

# What a person may set instead: the least and the most of each kind that has a value.
EDITABLE: dict[ProposalKind, tuple[Decimal, Decimal]] = {
    ProposalKind.HARVEST: (Decimal("0.01"), Decimal(100_000)),
    ProposalKind.BID_UP: (Decimal("0.01"), Decimal(100_000)),
    ProposalKind.BID_DOWN: (Decimal("0.01"), Decimal(100_000)),
    ProposalKind.THROTTLE: (Decimal("0.01"), Decimal(100_000)),
    ProposalKind.BUDGET: (Decimal("0.01"), Decimal(100_000_000)),
    ProposalKind.PLACEMENT_MODIFIER: (Decimal(0), Decimal(900)),
}


class ValueOutOfRange(Invalid):
    """The value cannot be set, or this kind of change has none."""

    slug, title = "value-out-of-range", "Value out of range"


async def approve_proposal(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    proposal_id: UUID,
    *,
    value: Decimal | None = None,
    reason: str | None = None,
    expected_version: int,
    now: datetime,
) -> AdProposalRow:
    """The approved proposal; `value` None takes what was proposed."""
    proposal = await lock_ad_proposal(session, tenant_id, proposal_id)
    _check(proposal, ProposalState.APPROVED, expected_version)
    if value is not None and value != proposal.new_value:
        limits = EDITABLE.get(ProposalKind(proposal.kind))
        if limits is None:
            detail = f"A proposal to {proposal.kind} has no value."
            raise ValueOutOfRange(errors=[FieldProblem("#/value", "no_value", detail)])
        if not limits[0] <= value <= limits[1]:
            detail = f"A value from {limits[0]} to {limits[1]} is needed."
            raise ValueOutOfRange(errors=[FieldProblem("#/value", "out_of_range", detail)])
        if not reason:
            raise ReasonMissing("Another value than was proposed needs a reason.")
        proposal.edited_value = value
    note_decision(session, proposal, ProposalState.APPROVED, principal_id, reason, now)
    await session.flush()
    return proposal


async def reject_proposal(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    proposal_id: UUID,
    reason: str,
    *,
    expected_version: int,
    now: datetime,
) -> AdProposalRow:
    """The rejected proposal, with the reason; also of one that was approved and not applied yet."""
    proposal = await lock_ad_proposal(session, tenant_id, proposal_id)
    _check(proposal, ProposalState.REJECTED, expected_version)
    note_decision(session, proposal, ProposalState.REJECTED, principal_id, reason, now)
    await session.flush()
    return proposal


async def lock_ad_proposal(session: AsyncSession, tenant_id: UUID, proposal_id: UUID) -> AdProposalRow:
    """The proposal, held until the transaction ends, or NotFound."""
    row = await session.get(AdProposalRow, (tenant_id, proposal_id), with_for_update=True)
    if row is None:
        raise NotFound
    return row


async def lock_ad_proposals(
    session: AsyncSession, tenant_id: UUID, proposal_ids: Collection[UUID]
) -> list[AdProposalRow]:
    """Those of the proposals that exist, held in the order of their ids, so that nobody waits for each other."""
    row = AdProposalRow
    found = await session.scalars(
        select(row).where(row.tenant_id == tenant_id, row.id.in_(proposal_ids)).order_by(row.id).with_for_update()
    )
    return list(found)


def note_decision(
    session: AsyncSession,
    proposal: AdProposalRow,
    state: ProposalState,
    principal_id: UUID,
    reason: str | None,
    now: datetime,
) -> None:
    """Put the proposal into the state, and keep who did it, when and why."""
    session.add(
        AdProposalEventRow(
            tenant_id=proposal.tenant_id,
            id=new_id(),
            proposal_id=proposal.id,
            from_state=proposal.state,
            to_state=state.value,
            edited_value=proposal.edited_value,
            reason=reason,
            decided_by=principal_id,
            decided_at=now,
        )
    )
    proposal.state = state.value
    if state in (ProposalState.APPROVED, ProposalState.REJECTED):
        proposal.decided_by = principal_id
        proposal.decided_at = now
        proposal.decision_reason = reason
    proposal.version += 1
    proposal.updated_at = now


def _check(proposal: AdProposalRow, wanted: ProposalState, expected_version: int) -> None:
    if proposal.version != expected_version:
        raise PreconditionFailed(current_version=proposal.version)
    if not may_become(ProposalState(proposal.state), wanted):
        raise AlreadyDecided(f"The proposal is {proposal.state} already.", state=proposal.state)
