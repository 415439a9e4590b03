"""HTTP bodies of hand-offs: released plans in the hands of production, procurement and inventory."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.handoffs import HandoffStatus, Receiver
from services.planning.schemas.fields import Month, ScopeBody, ValueStr
from services.planning.schemas.plan_lines import MOST_LINES
from shared.web.schemas import Body, Count, Id, Instant, Note, Schema, Version

_RECEIVER = "Who works by the plan."
_STATUS = "What the receiver answered."


class HandoffLineRead(Schema):
    """How many units are planned for a scope and month."""

    scope: ScopeBody = Field(description="What is to be sold.")
    month: Month = Field(description="When it is to be sold.")
    units: ValueStr = Field(description="Gross demand: stock and goods on their way are not taken off.")


class HandoffSummary(Schema):
    """A plan in somebody's hands, without its lines."""

    id: Id
    plan_id: Id = Field(description="The released plan.")
    receiver: Receiver = Field(description=_RECEIVER, examples=["production"])
    status: HandoffStatus = Field(description=_STATUS, examples=["sent"])
    line_count: Count = Field(description="How many scopes and months were handed on.")
    reason: Note | None = Field(description="Why it was rejected, or what was said to the answer.")
    answered_by: UUID | None = Field(description="The principal that answered.")
    answered_at: Instant | None = Field(description="When it was answered.")
    version: Version
    created_by: UUID = Field(description="The principal that handed it on.")
    created_at: Instant = Field(description="When it was handed on.")
    updated_at: Instant = Field(description="When it was last changed.")


class HandoffRead(HandoffSummary):
    """A plan in somebody's hands, its lines as they were handed on."""

    lines: list[HandoffLineRead] = Field(max_length=MOST_LINES, description="The units by scope and month.")


class HandoffCreate(Body):
    """To whom a released sales plan is handed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"receiver": "production"}]})

    receiver: Receiver = Field(description=f"{_RECEIVER} Procurement comes after production has acknowledged.")


class HandoffAnswerCreate(Body):
    """What the receiver says."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"answer": "rejected", "reason": "The mould makes 800 a day, not 1,000."}]}
    )

    answer: HandoffStatus = Field(description="acknowledged or rejected.", examples=["acknowledged"])
    reason: Note | None = Field(default=None, description="Why; needed to reject.")
