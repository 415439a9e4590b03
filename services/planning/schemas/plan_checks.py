"""HTTP bodies of what the checks of a plan find."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.planning.domain.plan_findings import FindingCode, PlanCheck
from services.planning.domain.severity import Severity
from services.planning.schemas.plans import FindingKey
from shared.web.schemas import Count, Id, Note, Schema, Slug

MOST_FINDINGS = 5_000

_Text = Annotated[str, Field(max_length=2_000)]
_Name = Annotated[str, Field(max_length=64)]
ParameterValue = (
    _Text
    | Annotated[int, Field(ge=-(2**53), le=2**53, json_schema_extra={"format": "int64"})]
    | Annotated[float, Field(json_schema_extra={"format": "double"})]
    | None
)


class PlanFindingRead(Schema):
    """One thing that a check found."""

    key: FindingKey
    check: PlanCheck = Field(description="The check that found it.", examples=["PC1"])
    code: FindingCode = Field(description="What was found.", examples=["children_differ"])
    severity: Severity = Field(description="Errors stand in the way of approval until they are waived.")
    subject: _Text = Field(description="What it is about, the same whenever the plan is checked.")
    parameters: dict[_Name, ParameterValue] = Field(
        description="The figures of the sentence.", json_schema_extra={"maxProperties": 20}
    )
    sentence: _Text = Field(description="The finding in words.")
    is_waived: bool = Field(description="Whether somebody has waived it.")
    waiver_reason: Note | None = Field(description="Why it was waived.")
    waived_by: UUID | None = Field(description="The principal that waived it.")


class CheckNotMade(Schema):
    """A check that could not be made."""

    check: PlanCheck = Field(description="The check.", examples=["PC3"])
    code: Slug = Field(description="What is missing: figures, or exchange rates.", examples=["figures_missing"])
    parameters: dict[_Name, ParameterValue] = Field(
        description="What is missing by name.", json_schema_extra={"maxProperties": 20}
    )
    sentence: _Text = Field(description="Why, in words.")


class CheckOutcome(StrEnum):
    """What a row of the checks tells: something was found, or the check could not be made."""

    FOUND = "found"
    NOT_MADE = "not_made"


class PlanCheckRow(Schema):
    """A finding, or a check that could not be made, in a spreadsheet: without the latter, nothing found looks well."""

    check: PlanCheck
    outcome: CheckOutcome
    severity: Severity | None
    code: Slug
    subject: _Text | None
    sentence: _Text
    parameters: dict[_Name, ParameterValue]
    is_waived: bool | None
    waiver_reason: Note | None
    waived_by: UUID | None
    key: FindingKey | None


class PlanChecksRead(Schema):
    """What the checks of a plan find now."""

    plan_id: Id
    error_count: Count = Field(description="Findings of error level.")
    open_error_count: Count = Field(description="Those of them that nobody has waived.")
    warning_count: Count = Field(description="Findings of warning level.")
    note_count: Count = Field(description="Findings to take note of.")
    findings: list[PlanFindingRead] = Field(
        max_length=MOST_FINDINGS, description="The findings in the order of the checks; the first 5,000, errors first."
    )
    not_checked: list[CheckNotMade] = Field(
        max_length=len(PlanCheck), description="Checks that were not made, and why."
    )
