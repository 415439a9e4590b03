"""Records that changes were applied at Amazon: what they set is known from then on, their subjects rest, and later
runs measure what they did."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.decide_ad_proposal import lock_ad_proposal, note_decision
from services.ads.actions.take_over_changes import take_over_changes
from services.ads.domain.proposal_states import ChangeOrigin, ProposalState, may_become
from services.ads.tables import AdChangeRow, AdProposalRow, BulkSheetRow
from shared.core.errors import AlreadyDecided, FieldProblem, Invalid, NotFound, PreconditionFailed
from shared.core.ids import new_id


class InTheFuture(Invalid):
    """A change cannot have been applied later than now."""

    slug, title = "in-the-future", "In the future"


async def apply_proposal(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    proposal_id: UUID,
    *,
    applied_at: datetime | None,
    expected_version: int,
    now: datetime,
) -> AdProposalRow:
    """The proposal as applied: by hand in Amazon's console, or otherwise than by a sheet of ours."""
    proposal = await lock_ad_proposal(session, tenant_id, proposal_id)
    if proposal.version != expected_version:
        raise PreconditionFailed(current_version=proposal.version)
    if not may_become(ProposalState(proposal.state), ProposalState.APPLIED):
        raise AlreadyDecided(f"The proposal is {proposal.state}; only what was approved is applied.")
    await _apply(session, [proposal], principal_id, _moment(applied_at, now), ChangeOrigin.STATED, now)
    return proposal


async def apply_bulk_sheet(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    sheet_id: UUID,
    *,
    applied_at: datetime | None,
    now: datetime,
) -> BulkSheetRow:
    """The sheet as uploaded to Amazon: all its proposals that nobody has rejected meanwhile are applied.

    Applying it again changes nothing.
    """
    sheet = await session.get(BulkSheetRow, (tenant_id, sheet_id), with_for_update=True)
    if sheet is None:
        raise NotFound
    if sheet.applied_at is not None:
        return sheet
    row = AdProposalRow
    proposals = await session.scalars(
        select(row)
        .where(row.tenant_id == tenant_id, row.bulk_sheet_id == sheet_id, row.state == ProposalState.EXPORTED.value)
        .order_by(row.id)
        .with_for_update()
    )
    moment = _moment(applied_at, now)
    await _apply(session, list(proposals), principal_id, moment, ChangeOrigin.BULK_SHEET, now)
    sheet.applied_at, sheet.applied_by = moment, principal_id
    await session.flush()
    return sheet


def _moment(applied_at: datetime | None, now: datetime) -> datetime:
    if applied_at is not None and applied_at > now:
        raise InTheFuture(errors=[FieldProblem("#/applied_at", "in_the_future", "This moment has not come yet.")])
    return applied_at or now


async def _apply(
    session: AsyncSession,
    proposals: Sequence[AdProposalRow],
    principal_id: UUID,
    moment: datetime,
    origin: ChangeOrigin,
    now: datetime,
) -> None:
    changes = [
        AdChangeRow(
            tenant_id=proposal.tenant_id,
            id=new_id(),
            proposal_id=proposal.id,
            kind=proposal.kind,
            level=proposal.level,
            subject_id=proposal.subject_id,
            campaign_id=proposal.campaign_id,
            currency=proposal.currency,
            old_value=proposal.old_value,
            new_value=proposal.new_value if proposal.edited_value is None else proposal.edited_value,
            origin=origin.value,
            applied_at=moment,
            applied_by=principal_id,
        )
        for proposal in proposals
    ]
    session.add_all(changes)
    for proposal in proposals:
        note_decision(session, proposal, ProposalState.APPLIED, principal_id, None, now)
    await session.flush()
    if changes:
        await take_over_changes(session, changes[0].tenant_id, [change.id for change in changes], now)
