"""HTTP bodies of what does not hang together among objectives."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.planning.domain.alignment import AlignmentCode
from services.planning.domain.severity import Severity
from shared.web.schemas import INT64_MAX, Count, Day, Note, Ratio, Schema

FindingParameter = (
    Annotated[str, Field(max_length=2_000)]
    | Annotated[int, Field(ge=-INT64_MAX, le=INT64_MAX, json_schema_extra={"format": "int64"})]
    | Annotated[float, Field(json_schema_extra={"format": "double"})]
)


class AlignmentFindingRead(Schema):
    """Something about an objective, or one of its key results, that does not hang together."""

    code: AlignmentCode = Field(description="Which of the twelve rules.", examples=["AL7"])
    severity: Severity = Field(description="An error stops activation.", examples=["warning"])
    objective_id: UUID = Field(description="The objective that it is about.")
    key_result_id: UUID | None = Field(description="The key result that it is about.")
    other_ids: list[UUID] = Field(
        max_length=10_000, description="Others involved: parents, key results, dependencies, as the rule has it."
    )
    parameters: dict[Annotated[str, Field(max_length=64)], FindingParameter] = Field(
        max_length=20, description="The facts of the sentence, for programs.", examples=[{"coverage": 0.95}]
    )
    sentence: Note = Field(description="What it means, in English.")


class AlignmentFindingsRead(Schema):
    """The findings of a cycle."""

    cycle_id: UUID = Field(description="The cycle.")
    items: list[AlignmentFindingRead] = Field(max_length=100_000, description="By objective and code.")


class AlignmentRateRead(Schema):
    """How many of the objectives below the company have a valid parent."""

    cycle_id: UUID = Field(description="The cycle.")
    on_date: Day = Field(description="The day that is spoken of: that of `as_of`, else today.")
    rate: Ratio | None = Field(description="Null where there is no objective below the company.", examples=[0.75])
    aligned_count: Count = Field(description="Objectives below the company with a valid parent.")
    below_company_count: Count = Field(description="Objectives below the company.")
