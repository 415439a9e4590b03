"""Approves or rejects a proposed change: approval keeps the value to be set, which a person may have edited."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.take_over_changes import BIDS_OF_TARGETS
from services.ads.domain.amazon_limits import least_bid, smallest_step
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

BIDS = frozenset({ProposalKind.HARVEST, *BIDS_OF_TARGETS})
MOST_BID, MOST_BUDGET, MOST_PERCENTAGE = Decimal(100_000), Decimal(100_000_000), Decimal(900)


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
        _check_value(ProposalKind(proposal.kind), proposal.currency, value)
        if not reason:
            raise ReasonMissing("Another value than was proposed needs a reason.")
        proposal.edited_value = value
    note_decision(session, proposal, ProposalState.APPROVED, principal_id, reason, now)
    await session.flush()
    return proposal


def _check_value(kind: ProposalKind, currency: str, value: Decimal) -> None:
    """What a person may set instead: what Amazon takes, bids and budgets in cents, modifiers in whole per cent."""
    step = smallest_step(currency)
    if kind in BIDS:
        least, most = least_bid(currency), MOST_BID
    elif kind is ProposalKind.BUDGET:
        least, most = step, MOST_BUDGET
    elif kind is ProposalKind.PLACEMENT_MODIFIER:
        least, most, step = Decimal(0), MOST_PERCENTAGE, Decimal(1)
    else:
        detail = f"A proposal to {kind.value} has no value."
        raise ValueOutOfRange(errors=[FieldProblem("#/value", "no_value", detail)])
    if not least <= value <= most:
        detail = f"A value from {least} to {most} is needed."
        raise ValueOutOfRange(errors=[FieldProblem("#/value", "out_of_range", detail)])
    if value % step:
        raise ValueOutOfRange(errors=[FieldProblem("#/value", "too_fine", f"Amazon takes steps of {step}.")])


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
