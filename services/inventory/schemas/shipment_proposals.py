"""HTTP bodies of shipment proposals and of what is decided about them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.inventory.domain.lead_time import Mode
from services.inventory.domain.proposal_states import ProposalState
from services.inventory.domain.proposals import Alternative
from services.inventory.schemas.coded import AssumptionRead, Double, ReasonRead, Sentence
from services.inventory.schemas.fields import AmazonMarketplace, Identifier, Title
from shared.web.schemas import (
    Body,
    Count,
    Day,
    Id,
    Instant,
    MoneyBody,
    Note,
    Positive,
    Problem,
    Ratio,
    Schema,
    Version,
)

Reason = Annotated[Note, Field(min_length=1)]
EXAMPLE_ID = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"


class RunnerUpRead(Schema):
    """The next best thing to do, and what it is expected to cost beside the proposal."""

    alternative: Alternative
    expected_cost: MoneyBody
    line_expected_cost: MoneyBody = Field(description="Expected cost of the proposal itself.")
    text: Sentence


class StockStateRead(Schema):
    """The stock that the run saw; packs, at home units of the product."""

    sellable_units: Count
    reserved_units: Count = Field(description="Taken as sold already.")
    receiving_units: Count
    inbound_units: Count
    in_transit_units: Count
    planned_units: Count
    domestic_product_units: Count | None = Field(description="Free at home; null where nobody knows.")


class ShipmentProposalRead(Schema):
    """One line of a run: ship so many packs of a listing by a mode, with what it costs, saves and rests on."""

    id: Id
    run_id: Id
    as_of_date: Day
    listing_id: Id
    account_id: Id
    marketplace: AmazonMarketplace
    seller_sku: Identifier
    asin: Identifier | None
    title: Title | None
    product_id: Id
    product_code: Identifier
    lane_id: Id | None = Field(description="The lane it would take; null where no lane is stated.")
    mode: Mode
    quantity_units: Positive = Field(description="Packs to ship.")
    cartons: Count = Field(description="Cartons of the product that they fill.")
    product_units: Positive = Field(description="The same in units of the product, by the pack size of the run.")
    ship_by_date: Day
    arrival_p10_date: Day = Field(description="Sellable by this day with 10 % chance.")
    arrival_p50_date: Day
    arrival_p90_date: Day
    window_from_date: Day = Field(description="First day of the window that it serves.")
    window_to_date: Day = Field(description="Last day of that window.")
    probability_short: Ratio = Field(description="Chance of being short in the window without it.")
    expected_lost_units: Double = Field(description="Packs expected to be lost in the window without it.")
    avoided: MoneyBody = Field(description="Cost of lost sales that it is expected to avoid.")
    cost: MoneyBody = Field(description="Freight and capital in transit.")
    saving: MoneyBody = Field(description="What it is expected to save against the runner-up.")
    runner_up: RunnerUpRead
    reasons: list[ReasonRead] = Field(max_length=20)
    assumptions: list[AssumptionRead] = Field(max_length=50)
    stock: StockStateRead
    state: ProposalState
    approved_units: Count | None
    decided_by: Id | None
    decided_at: Instant | None
    decision_reason: Note | None
    shipment_id: Id | None = Field(description="The shipment that an approval put it into.")
    version: Version
    created_at: Instant
    updated_at: Instant


class ShipmentProposalEventRead(Schema):
    """A decision about a proposal."""

    id: Id
    from_state: ProposalState
    to_state: ProposalState
    approved_units: Count | None
    mode: Mode | None
    reason: Note | None
    decided_by: Id
    decided_at: Instant


class ProposalApproval(Body):
    """Approve a proposal as it is, or with another quantity, mode or day; a change needs a reason."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"quantity_units": 96, "reason": "The next container is half empty."}]}
    )

    quantity_units: Positive | None = Field(default=None, description="Packs; as proposed where absent.")
    mode: Mode | None = Field(default=None, description="As proposed where absent.")
    ship_by_date: Day | None = Field(default=None, description="As proposed where absent.")
    reason: Reason | None = Field(default=None, description="Why it differs from what was proposed.")
    shipment_id: UUID | None = Field(
        default=None,
        description="A planned shipment of the same account, marketplace and mode; else one is found or made.",
    )
    break_carton: bool = Field(default=False, description="Allow a quantity that is not of whole cartons.")


class ProposalRejection(Body):
    """Reject a proposal."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The model is replaced in spring."}]})

    reason: Reason = Field(description="Why not.")


class Decision(StrEnum):
    """What is decided."""

    APPROVE = "approve"
    REJECT = "reject"


class ProposalDecision(ProposalApproval):
    """A decision about one proposal; a rejection needs a reason, and takes nothing else."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"proposal_id": EXAMPLE_ID, "version": 1, "decision": "approve"}]}
    )

    proposal_id: UUID
    version: Version
    decision: Decision


class ProposalDecisionBatch(Body):
    """Decisions about many proposals, each carried out by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"decisions": [{"proposal_id": EXAMPLE_ID, "version": 1, "decision": "approve"}]}]
        }
    )

    decisions: list[ProposalDecision] = Field(min_length=1, max_length=1_000)


class DecisionResult(Schema):
    """What became of one decision."""

    index: Count = Field(description="Its place in the request.")
    key: Id = Field(description="The proposal.")
    status: int = Field(ge=200, le=599, json_schema_extra={"format": "int32"})
    state: ProposalState | None = Field(description="The proposal's new state; null where the decision failed.")
    version: Version | None
    shipment_id: Id | None
    problem: Problem | None


class DecisionResults(Schema):
    """One result for each decision, in the same order."""

    items: list[DecisionResult] = Field(max_length=1_000)
