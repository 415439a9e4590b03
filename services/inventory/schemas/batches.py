"""HTTP bodies of what became of each item of a batch."""

from pydantic import Field

from shared.web.schemas import Count, Id, Problem, Schema, Version


class BatchItemResult(Schema):
    """What became of one item."""

    index: Count = Field(description="Its place in the request.")
    key: str = Field(max_length=500, description="What names the item, as it was sent.", examples=["KETTLE-1L"])
    status: int = Field(
        ge=200,
        le=599,
        description="201 for a new one, 200 for one that was there, else that of the problem.",
        json_schema_extra={"format": "int32"},
        examples=[201],
    )
    id: Id | None = Field(description="Null where the item failed.")
    version: Version | None = Field(description="Its version; it rises only where something changed.")
    problem: Problem | None = Field(description="Why the item failed; the others are not affected.")


class BatchResults(Schema):
    """One result for each item, in the same order."""

    items: list[BatchItemResult] = Field(max_length=1_000)
