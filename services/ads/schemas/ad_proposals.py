"""HTTP bodies of proposed changes to advertising, of what is decided of them, of sheets and of what changes did."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.ads.domain.bulk_changes import LeftOut
from services.ads.domain.proposal_states import ChangeOrigin, ProposalState
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.vocabulary import MatchType, Placement
from services.ads.schemas.coded import Double, ReasonRead
from services.ads.schemas.fields import AmazonMarketplace, Text
from services.ads.schemas.scoring_runs import Figure
from shared.web.schemas import (
    Body,
    Count,
    CurrencyCode,
    Day,
    Id,
    Instant,
    MoneyBody,
    NonNegativeDecimalStr,
    Note,
    Positive,
    Problem,
    Ratio,
    Schema,
    Version,
)

Reason = Annotated[Note, Field(min_length=1)]
EXAMPLE_ID = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"


class AdProposalRead(Schema):
    """One change that a run proposes, with what it is expected to save, risk and win over the run's window."""

    id: Id
    run_id: Id
    as_of_date: Day
    kind: ProposalKind
    level: Level
    subject_id: Id
    ad_account_id: Id
    marketplace: AmazonMarketplace
    campaign_id: Id
    campaign: Text
    ad_group_id: Id | None
    ad_group: Text | None
    target_id: Id | None
    target: Text | None
    match_type: MatchType | None
    words: Text | None = Field(description="The search term or the target's text.")
    placement: Placement | None
    currency: CurrencyCode = Field(description="Of bids, budgets and the money below.")
    old_value: NonNegativeDecimalStr | None = Field(
        description="Bid, daily budget, or placement modifier in per cent, as it is; null where unknown or none."
    )
    new_value: NonNegativeDecimalStr | None = Field(
        description="The same as proposed; null where the change has no value."
    )
    waste_saved: MoneyBody
    sales_at_risk: MoneyBody
    sales_gained: MoneyBody
    confidence: Ratio = Field(description="Probability that its reason holds.")
    reasons: list[ReasonRead] = Field(max_length=20)
    cooldown_ends_at: Instant = Field(description="If it were applied now, its subject would rest until then.")
    state: ProposalState
    edited_value: NonNegativeDecimalStr | None = Field(description="What a person set instead.")
    decision_reason: Note | None
    decided_by: Id | None
    decided_at: Instant | None
    bulk_sheet_id: Id | None
    bundle_id: Id | None = Field(
        description="Proposals of the same bundle are decided together: modifiers of placements, and the base bids"
        " that fall for them."
    )
    version: Version
    created_at: Instant
    updated_at: Instant


class AdProposalEventRead(Schema):
    """A decision about a proposal."""

    id: Id
    from_state: ProposalState
    to_state: ProposalState
    edited_value: NonNegativeDecimalStr | None
    reason: Note | None
    decided_by: Id
    decided_at: Instant


_WITH_BUNDLE = "Decide all that is decided together with it the same way; without, such a proposal is refused."


class _ApprovedValue(Body):
    """What a person may set instead of what was proposed."""

    value: NonNegativeDecimalStr | None = Field(
        default=None, description="Bid, budget, or placement modifier in per cent; as proposed where absent."
    )
    reason: Reason | None = Field(default=None, description="Why it differs from what was proposed.")


class AdProposalApproval(_ApprovedValue):
    """Approve a proposal as it is, or with another value, which needs a reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"value": "0.62", "reason": "The season begins next week."}]}
    )

    with_bundle: bool = Field(default=False, description=_WITH_BUNDLE)


class AdProposalRejection(Body):
    """Reject a proposal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The term is our own brand."}]})

    reason: Reason = Field(description="Why not.")
    with_bundle: bool = Field(default=False, description=_WITH_BUNDLE)


class AdProposalApplication(Body):
    """Say that an approved change was made at Amazon."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"applied_at": "2026-11-22T09:30:00Z"}]})

    applied_at: Instant | None = Field(default=None, description="When; now where absent.")


class AdDecision(StrEnum):
    """What is decided."""

    APPROVE = "approve"
    REJECT = "reject"


class AdProposalDecision(_ApprovedValue):
    """A decision about one proposal; a rejection needs a reason, and takes no value."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"proposal_id": EXAMPLE_ID, "version": 1, "decision": "approve"}]}
    )

    proposal_id: UUID
    version: Version
    decision: AdDecision


class AdProposalDecisionBatch(Body):
    """Decisions about many proposals, each carried out by itself; those of a bundle all, and all the same way."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"decisions": [{"proposal_id": EXAMPLE_ID, "version": 1, "decision": "approve"}]}]
        }
    )

    decisions: list[AdProposalDecision] = Field(min_length=1, max_length=1_000)


class AdDecisionResult(Schema):
    """What became of one decision."""

    index: Count = Field(description="Its place in the request.")
    key: Id = Field(description="The proposal.")
    status: int = Field(ge=200, le=599, json_schema_extra={"format": "int32"})
    state: ProposalState | None = Field(description="The proposal's new state; null where the decision failed.")
    version: Version | None
    problem: Problem | None


class AdDecisionResults(Schema):
    """One result for each decision, in the same order."""

    items: list[AdDecisionResult] = Field(max_length=1_000)


class BulkSheetCreate(Body):
    """Which approved proposals to give out as one bulk-operations sheet, of one account in one marketplace."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"proposal_ids": [EXAMPLE_ID]}]})

    proposal_ids: list[UUID] = Field(min_length=1, max_length=5_000)


class LeftOutRead(Schema):
    """An approved proposal that cannot be told to Amazon by a sheet; it stays approved."""

    proposal_id: Id
    code: LeftOut


class BulkSheetRead(Schema):
    """A sheet made of approved proposals; its file is at `/bulk-sheets/{id}/file`."""

    id: Id
    ad_account_id: Id
    marketplace: AmazonMarketplace
    proposals_count: Positive
    rows_count: Positive
    left_out: list[LeftOutRead] = Field(max_length=5_000)
    least_bid: MoneyBody = Field(description="The least bid by which changes were left out.")
    is_least_bid_verified: bool = Field(
        description="Whether Amazon publishes that least bid; where not, look in its console before you rely on it."
    )
    sha256: str = Field(min_length=64, max_length=64, description="Of the file.")
    created_by: Id
    created_at: Instant
    applied_by: Id | None
    applied_at: Instant | None


class AdChangeRead(Schema):
    """A change that was applied, and what the newest run found that it had done; null while it is too early.

    A harvest is measured on the campaigns of its term and of its new keyword together, and not at all where it is not
    known which the latter is: where it was not applied by a sheet.
    """

    id: Id
    proposal_id: Id
    kind: ProposalKind
    level: Level
    subject_id: Id
    campaign_id: Id
    campaign: Text
    words: Text | None
    currency: CurrencyCode
    old_value: NonNegativeDecimalStr | None
    new_value: NonNegativeDecimalStr | None
    origin: ChangeOrigin
    applied_at: Instant
    applied_by: Id
    run_id: Id | None = Field(description="The run that measured what it did.")
    days: Count | None = Field(description="Days compared on either side.")
    clicks_before: Figure | None
    clicks_after: Figure | None
    orders_before: Figure | None
    orders_after: Figure | None
    cost_before: MoneyBody | None
    cost_after: MoneyBody | None
    sales_before: MoneyBody | None
    sales_after: MoneyBody | None
    profit_before: Double | None = Field(description="Earned before ads less the ads' cost, late orders allowed for.")
    profit_after: Double | None
    probability_better: Ratio | None = Field(description="That the profit rose.")
