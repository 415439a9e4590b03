"""Bodies of codes with parameters beside their English sentence, so that a frontend can say them in any language."""

from typing import Annotated

from pydantic import Field

from shared.web.schemas import INT64_MAX, Schema, Slug

Sentence = Annotated[str, Field(max_length=1_000, description="The code in an English sentence.")]
Double = Annotated[float, Field(ge=-1e15, le=1e15, json_schema_extra={"format": "double"})]
Parameter = (
    Annotated[str, Field(max_length=200)]
    | Annotated[int, Field(ge=-INT64_MAX, le=INT64_MAX, json_schema_extra={"format": "int64"})]
    | Double
    | None
)


class ReasonRead(Schema):
    """Why something is scored, diagnosed or proposed."""

    code: Slug = Field(description="Stable code; new ones may be added.", examples=["loses_money"])
    parameters: dict[Annotated[str, Field(max_length=64)], Parameter] = Field(
        description="The facts of the sentence; null is not known.", json_schema_extra={"maxProperties": 20}
    )
    sentence: Sentence
