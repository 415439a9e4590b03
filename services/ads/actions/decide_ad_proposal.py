"""Approves or rejects a proposed change: approval keeps the value to be set, which a person may have edited."""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.take_over_changes import BIDS_OF_TARGETS
from services.ads.domain.amazon_limits import is_least_bid_verified, least_bid, smallest_step
from services.ads.domain.proposal_states import ProposalState, may_become
from services.ads.domain.proposals import ProposalKind
from services.ads.tables import AdProposalEventRow, AdProposalRow
from shared.core.errors import (
    AlreadyDecided,
    Conflict,
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


class DecidedTogether(Conflict):
    """Modifiers of placements and the base bids that fall for them are decided together; `errors` name the others."""

    slug, title = "decided-together", "Decided together"


async def approve_proposal(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    proposal_id: UUID,
    *,
    value: Decimal | None = None,
    reason: str | None = None,
    with_bundle: bool = False,
    expected_version: int,
    now: datetime,
) -> AdProposalRow:
    """The approved proposal; `value` None takes what was proposed.

    What is decided together with it is approved as proposed where `with_bundle`, else DecidedTogether.
    """
    proposal, others = await _lock_with_others(session, tenant_id, proposal_id, ProposalState.APPROVED)
    check_decision(proposal, ProposalState.APPROVED, expected_version)
    if others and not with_bundle:
        raise decided_together(others)
    check_approval(proposal, value, reason)
    approve_locked(session, proposal, principal_id, value, reason, now)
    for other in others:
        note_decision(session, other, ProposalState.APPROVED, principal_id, reason, now)
    await session.flush()
    return proposal


def check_approval(proposal: AdProposalRow, value: Decimal | None, reason: str | None) -> None:
    """Whether this value can be approved instead of what was proposed."""
    if value is None or value == proposal.new_value:
        return
    _check_value(ProposalKind(proposal.kind), proposal.currency, value)
    _check_is_paid(proposal, value)
    if not reason:
        raise ReasonMissing("Another value than was proposed needs a reason.")


def approve_locked(
    session: AsyncSession,
    proposal: AdProposalRow,
    principal_id: UUID,
    value: Decimal | None,
    reason: str | None,
    now: datetime,
) -> None:
    """Approve a proposal that is held and of which everything has been checked."""
    if value is not None and value != proposal.new_value:
        proposal.edited_value = value
    note_decision(session, proposal, ProposalState.APPROVED, principal_id, reason, now)


def _check_is_paid(proposal: AdProposalRow, value: Decimal) -> None:
    """Of what is decided together nothing may cost more than was proposed: nothing else would fall for it."""
    if proposal.bundle_id is not None and proposal.new_value is not None and value > proposal.new_value:
        detail = f"The other proposals pay for no more than {proposal.new_value.normalize():f}."
        raise ValueOutOfRange(errors=[FieldProblem("#/value", "not_paid_for", detail)])


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
        is_unsure = kind in BIDS and value < least and not is_least_bid_verified(currency)
        unsure = f" The least bid in {currency} is not verified." if is_unsure else ""
        detail = f"A value from {least} to {most} is needed.{unsure}"
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
    with_bundle: bool = False,
    expected_version: int,
    now: datetime,
) -> AdProposalRow:
    """The rejected proposal, with the reason; also of one that was approved and not applied yet.

    What is decided together with it is rejected too where `with_bundle`, else DecidedTogether.
    """
    proposal, others = await _lock_with_others(session, tenant_id, proposal_id, ProposalState.REJECTED)
    check_decision(proposal, ProposalState.REJECTED, expected_version)
    if others and not with_bundle:
        raise decided_together(others)
    for each in (proposal, *others):
        note_decision(session, each, ProposalState.REJECTED, principal_id, reason, now)
    await session.flush()
    return proposal


def decided_together(others: Sequence[AdProposalRow], pointer: str = "#/with_bundle") -> DecidedTogether:
    """The problem of a decision that leaves out others of its bundle, which `errors` name."""
    problems = [
        FieldProblem(pointer, "left_out", f"Proposal {each.id} ({each.kind}) belongs to it.") for each in others[:100]
    ]
    bundle = others[0].bundle_id
    return DecidedTogether(
        "Modifiers of placements and the base bids that fall for them are decided together: name all of them, or say"
        " that all are meant.",
        errors=problems,
        bundle_id=None if bundle is None else str(bundle),
        others=len(others),
    )


async def _lock_with_others(
    session: AsyncSession, tenant_id: UUID, proposal_id: UUID, wanted: ProposalState
) -> tuple[AdProposalRow, list[AdProposalRow]]:
    """The proposal and those of its bundle that can still be put into the state, held; NotFound without it."""
    rows = await lock_with_bundles(session, tenant_id, {proposal_id})
    mine = next((row for row in rows if row.id == proposal_id), None)
    if mine is None:
        raise NotFound
    return mine, [row for row in rows if row is not mine and may_become(ProposalState(row.state), wanted)]


async def lock_with_bundles(
    session: AsyncSession, tenant_id: UUID, proposal_ids: Collection[UUID]
) -> list[AdProposalRow]:
    """Those of the proposals that exist, and all that is decided together with any of them.

    Held in the order of their ids, so that nobody waits for each other.
    """
    row = AdProposalRow
    bundles = select(row.bundle_id).where(
        row.tenant_id == tenant_id, row.id.in_(proposal_ids), row.bundle_id.is_not(None)
    )
    found = await session.scalars(
        select(row)
        .where(row.tenant_id == tenant_id, or_(row.id.in_(proposal_ids), row.bundle_id.in_(bundles)))
        .order_by(row.id)
        .with_for_update()
    )
    return list(found)


async def lock_ad_proposal(session: AsyncSession, tenant_id: UUID, proposal_id: UUID) -> AdProposalRow:
    """The proposal, held until the transaction ends, or NotFound."""
    row = await session.get(AdProposalRow, (tenant_id, proposal_id), with_for_update=True)
    if row is None:
        raise NotFound
    return row


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


def check_decision(proposal: AdProposalRow, wanted: ProposalState, expected_version: int) -> None:
    """Whether a proposal that is held is as the caller read it and can be put into the state."""
    if proposal.version != expected_version:
        raise PreconditionFailed(current_version=proposal.version)
    if not may_become(ProposalState(proposal.state), wanted):
        raise AlreadyDecided(f"The proposal is {proposal.state} already.", state=proposal.state)
