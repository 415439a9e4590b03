"""Decides many proposals at once: each by itself, so that one that cannot be decided leaves the others alone.

Those that are decided together succeed or fail together.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.actions.decide_ad_proposal import (
    DecidedTogether,
    approve_locked,
    check_approval,
    check_decision,
    decided_together,
    lock_with_bundles,
    note_decision,
)
from services.ads.domain.proposal_states import ProposalState, may_become
from services.ads.schemas.ad_proposals import AdDecision, AdDecisionResult, AdProposalDecision
from services.ads.tables import AdProposalRow
from shared.core.errors import AlreadyDecided, NotFound, ReasonMissing, TradewindError
from shared.web.batches import problem_body

_WANTED = {AdDecision.APPROVE: ProposalState.APPROVED, AdDecision.REJECT: ProposalState.REJECTED}


async def decide_ad_proposals(
    session: AsyncSession,
    tenant_id: UUID,
    principal_id: UUID,
    decisions: Sequence[AdProposalDecision],
    *,
    request_id: str,
    now: datetime,
) -> list[AdDecisionResult]:
    """One result for each decision, in the order of the decisions. All is checked before anything is changed."""
    rows = await lock_with_bundles(session, tenant_id, {decision.proposal_id for decision in decisions})
    known = {row.id: row for row in rows}
    groups: dict[UUID | int, list[int]] = {}
    for index, decision in enumerate(decisions):
        row = known.get(decision.proposal_id)
        groups.setdefault(index if row is None or row.bundle_id is None else row.bundle_id, []).append(index)
    problems: dict[int, TradewindError] = {}
    for bundle, indexes in groups.items():
        found = _problems_of_group(known, rows, bundle, {index: decisions[index] for index in indexes})
        problems |= found
        for index in () if found else indexes:
            _carry_out(session, known[decisions[index].proposal_id], principal_id, decisions[index], now)
    await session.flush()
    return [
        _result(index, decision, known.get(decision.proposal_id), problems.get(index), request_id)
        for index, decision in enumerate(decisions)
    ]


def _problems_of_group(
    known: Mapping[UUID, AdProposalRow],
    rows: Sequence[AdProposalRow],
    bundle: UUID | int,
    decisions: Mapping[int, AdProposalDecision],
) -> dict[int, TradewindError]:
    """Why one decision, or all of a bundle, cannot be carried out; empty where they can."""
    try:
        if isinstance(bundle, UUID):
            _check_bundle([row for row in rows if row.bundle_id == bundle], list(decisions.values()))
    except DecidedTogether as left_out:
        return dict.fromkeys(decisions, left_out)
    decided: set[UUID] = set()
    for index, decision in decisions.items():
        try:
            if decision.proposal_id in decided:
                raise AlreadyDecided("The batch decides this proposal twice.")
            decided.add(decision.proposal_id)
            _check_one(known.get(decision.proposal_id), decision)
        except TradewindError as failed:
            together = DecidedTogether(f"Proposal {decision.proposal_id} cannot be decided so, hence none of them is.")
            return dict.fromkeys(decisions, together) | {index: failed}
    return {}


def _check_bundle(members: Sequence[AdProposalRow], decisions: Sequence[AdProposalDecision]) -> None:
    """DecidedTogether unless the decisions are the same one about all that can still be decided so."""
    named = {decision.proposal_id for decision in decisions}
    wanted = {_WANTED[decision.decision] for decision in decisions}
    if len(wanted) > 1:
        raise DecidedTogether("What is decided together cannot be approved in part and rejected in part.")
    [state] = wanted
    left_out = [row for row in members if row.id not in named and may_become(ProposalState(row.state), state)]
    if left_out:
        raise decided_together(left_out, "#/decisions")


def _check_one(row: AdProposalRow | None, decision: AdProposalDecision) -> None:
    if decision.decision is AdDecision.REJECT and not decision.reason:
        raise ReasonMissing("A rejection needs a reason.")
    if row is None:
        raise NotFound
    check_decision(row, _WANTED[decision.decision], decision.version)
    if decision.decision is AdDecision.APPROVE:
        check_approval(row, decision.value, decision.reason)


def _carry_out(
    session: AsyncSession, row: AdProposalRow, principal_id: UUID, decision: AdProposalDecision, now: datetime
) -> None:
    if decision.decision is AdDecision.REJECT:
        note_decision(session, row, ProposalState.REJECTED, principal_id, decision.reason, now)
    else:
        approve_locked(session, row, principal_id, decision.value, decision.reason, now)


def _result(
    index: int,
    decision: AdProposalDecision,
    row: AdProposalRow | None,
    error: TradewindError | None,
    request_id: str,
) -> AdDecisionResult:
    is_decided = error is None and row is not None
    return AdDecisionResult(
        index=index,
        key=decision.proposal_id,
        status=200 if error is None else error.status,
        state=ProposalState(row.state) if is_decided and row is not None else None,
        version=row.version if is_decided and row is not None else None,
        problem=None if error is None else problem_body(error, request_id),
    )
