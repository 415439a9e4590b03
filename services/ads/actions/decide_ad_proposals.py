"""Decides many proposals at once: each by itself, so that one that cannot be decided leaves the others alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.decide_ad_proposal import (
    approve_proposal,
    lock_ad_proposals,
    reject_proposal,
)
from services.ads.domain.proposal_states import ProposalState
from services.ads.schemas.ad_proposals import AdDecision, AdDecisionResult, AdProposalDecision
from services.ads.tables import AdProposalRow
from shared.core.errors import ReasonMissing, TradewindError
from shared.web.batches import problem_body


async def decide_ad_proposals(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    decisions: Sequence[AdProposalDecision],
    *,
    request_id: str,
    now: datetime,
) -> list[AdDecisionResult]:
    """One result for each decision, in the order of the decisions; every one is carried out inside a savepoint."""
    await lock_ad_proposals(session, tenant_id, {decision.proposal_id for decision in decisions})
    results = []
    for index, decision in enumerate(decisions):
        try:
            async with session.begin_nested():
                row = await _decided(session, tenant_id, principal_id, decision, now)
        except TradewindError as error:
            if error.status >= 500:
                raise
            problem = problem_body(error, request_id)
            results.append(
                AdDecisionResult(
                    index=index,
                    key=decision.proposal_id,
                    status=error.status,
                    state=None,
                    version=None,
                    problem=problem,
                )
            )
        else:
            results.append(
                AdDecisionResult(
                    index=index,
                    key=decision.proposal_id,
                    status=200,
                    state=ProposalState(row.state),
                    version=row.version,
                    problem=None,
                )
            )
    return results


async def _decided(
    session: AsyncSession, tenant_id: UUID, principal_id: UUID, decision: AdProposalDecision, now: datetime
) -> AdProposalRow:
    if decision.decision is AdDecision.REJECT:
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
        value=decision.value,
        reason=decision.reason,
        expected_version=decision.version,
        now=now,
    )
