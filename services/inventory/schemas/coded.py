"""Bodies of codes with parameters beside their English sentence, so that a frontend can say them in any language."""

from typing import Annotated

from pydantic import Field

from shared.web.schemas import INT64_MAX, Count, Schema, Slug

Sentence = Annotated[str, Field(max_length=1_000, description="The code in an English sentence.")]
Double = Annotated[float, Field(ge=-1e15, le=1e15, json_schema_extra={"format": "double"})]
Parameter = (
    Annotated[str, Field(max_length=200)]
    | Annotated[int, Field(ge=-INT64_MAX, le=INT64_MAX, json_schema_extra={"format": "int64"})]
    | Double
)


class ReasonRead(Schema):
    """Why something is proposed, or why nothing is."""

    code: Slug = Field(description="Stable code; new ones may be added.", examples=["short_in_window"])
    parameters: dict[Annotated[str, Field(max_length=64)], Parameter] = Field(
        description="The facts of the sentence.", json_schema_extra={"maxProperties": 20}
    )
    text: Sentence


class AssumptionRead(Schema):
    """An input that nobody has stated, and what was assumed instead."""

    code: Slug = Field(description="Stable code; new ones may be added.", examples=["fba_fee"])
    text: Sentence


class CountedAssumptionRead(AssumptionRead):
    """An assumption, and for how many listings it was made."""

    listings: Count = Field(description="Listings that it was made for.")
