"""Decides through which states a proposed change to advertising may go."""

from enum import StrEnum


class ProposalState(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"
    EXPORTED = "exported"
    APPLIED = "applied"


class ChangeOrigin(StrEnum):
    """How it is known that a change was applied."""

    STATED = "stated"
    BULK_SHEET = "bulk_sheet"


NEXT_STATES: dict[ProposalState, frozenset[ProposalState]] = {
    ProposalState.PROPOSED: frozenset({ProposalState.APPROVED, ProposalState.REJECTED, ProposalState.SUPERSEDED}),
    # An approval can be taken back, also after the sheet with it was given out: only what was applied is done.
    ProposalState.APPROVED: frozenset({ProposalState.REJECTED, ProposalState.EXPORTED, ProposalState.APPLIED}),
    ProposalState.EXPORTED: frozenset({ProposalState.REJECTED, ProposalState.APPLIED}),
    ProposalState.REJECTED: frozenset(),
    ProposalState.SUPERSEDED: frozenset(),
    ProposalState.APPLIED: frozenset(),
}


def may_become(state: ProposalState, wanted: ProposalState) -> bool:
    """Whether a proposal in `state` can be put into the wanted one."""
    return wanted in NEXT_STATES[state]
