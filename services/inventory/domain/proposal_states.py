"""Decides what an answer to a proposal makes of it, and which answers need a reason."""

from enum import StrEnum


class ProposalState(StrEnum):
    """What became of a proposal; only one that is proposed can still be decided."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PARTLY_APPROVED = "partly_approved"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


def approved_state(proposed_units: int, approved_units: int) -> ProposalState:
    """Fewer units than proposed are a part; as many or more are the whole."""
    return ProposalState.PARTLY_APPROVED if approved_units < proposed_units else ProposalState.APPROVED


def needs_reason(proposed_units: int, approved_units: int, proposed_mode: str, approved_mode: str) -> bool:
    """Whoever changes what was proposed says why; taking it as it is needs no words."""
    return proposed_units != approved_units or proposed_mode != approved_mode
