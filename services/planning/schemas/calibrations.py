"""HTTP bodies of calibrations."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.calibration import CalibrationState, CalibrationSubject
from services.planning.schemas.fields import MetricCode, Month, ScopeBody, ValueStr
from shared.web.schemas import Body, Id, Instant, Note, Schema, Version

Reason = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
ScopeKeyText = Annotated[str, Field(max_length=1_000)]


class CalibrationRead(Schema):
    """A proposal to move an agreed target or planned value, and what became of it."""

    id: Id
    cycle_id: UUID
    review_id: UUID | None = Field(description="The review that it came out of.")
    subject_kind: CalibrationSubject = Field(examples=["key_result"])
    key_result_id: UUID | None
    plan_id: UUID | None
    metric_code: MetricCode | None = Field(description="Of a plan line.")
    scope_key: ScopeKeyText | None = Field(description="Of a plan line: its scope in one text.")
    month: Month | None = Field(description="Of a plan line.")
    old_value: ValueStr = Field(description="What it was when this was proposed.")
    new_value: ValueStr = Field(description="What it is to be.")
    reason: Reason = Field(description="The change outside the company that calls for it.")
    override_reason: Note | None = Field(description="Why it is moved a second time in this cycle.")
    status: CalibrationState
    decided_by: UUID | None
    decided_at: Instant | None
    decision_reason: Note | None
    version: Version
    created_by: UUID = Field(description="The principal that proposed it, who does not approve it.")
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, row: Any) -> Self:
        """The body of a row, whose month is a date."""
        return cls(month=row.month_date, **{name: getattr(row, name) for name in cls.model_fields if name != "month"})


class CalibrationCreate(Body):
    """A target of an active key result, or a value of a released plan, to be moved."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject_kind": "key_result",
                    "key_result_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "old_value": "1200000",
                    "new_value": "1100000",
                    "reason": "The marketplace was closed for three weeks.",
                }
            ]
        }
    )

    subject_kind: CalibrationSubject = Field(examples=["key_result"])
    key_result_id: UUID | None = Field(default=None, description="Of subject key_result.")
    plan_id: UUID | None = Field(default=None, description="Of subject plan_line, with metric, scope and month.")
    metric_code: MetricCode | None = Field(default=None, description="Of subject plan_line.")
    scope: ScopeBody | None = Field(default=None, description="Of subject plan_line; absent: the whole company.")
    month: Month | None = Field(default=None, description="Of subject plan_line.")
    review_id: UUID | None = Field(default=None, description="The review that it comes out of.")
    old_value: ValueStr = Field(description="The present value, so that nobody moves what has moved meanwhile.")
    new_value: ValueStr = Field(description="What it is to be.")
    reason: Reason = Field(description="The change outside the company that calls for it.")
    override_reason: Reason | None = Field(default=None, description="Why it is moved a second time in this cycle.")


class CalibrationDecision(Body):
    """A decision about a calibration."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Agreed with the board."}]})

    reason: Note | None = Field(default=None, description="Why; rejecting needs one.")
