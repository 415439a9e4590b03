"""The types of fields that several bodies of ads share."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from shared.core.marketplaces import MARKETPLACES
from shared.web.schemas import INT32_MAX, Body, CurrencyCode, NonNegativeDecimalStr

MARKETPLACE_CODES = tuple(marketplace.country_code for marketplace in MARKETPLACES)


def _known_marketplace(code: str) -> str:
    if code not in MARKETPLACE_CODES:
        raise ValueError("must be the country code of an Amazon marketplace")
    return code


AmazonMarketplace = Annotated[
    str,
    AfterValidator(_known_marketplace),
    WithJsonSchema({"type": "string", "enum": list(MARKETPLACE_CODES), "examples": ["US"]}),
]
Text = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
Identifier = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"),
]
# Figures may be corrected downwards by Amazon, below zero too.
Figure = Annotated[int, Field(ge=-(2**62), le=2**62, json_schema_extra={"format": "int64"})]
Acos = Annotated[float, Field(gt=0, le=10, json_schema_extra={"format": "double"})]
Share = Annotated[float, Field(ge=-1, le=1, json_schema_extra={"format": "double"})]
Percentage = Annotated[float, Field(ge=0, le=900, json_schema_extra={"format": "double"})]
AnyRatio = Annotated[float, Field(json_schema_extra={"format": "double"})]
Days = Annotated[int, Field(ge=0, le=INT32_MAX, json_schema_extra={"format": "int32"})]


class CostBody(Body):
    """An exact amount of a currency, not below zero."""

    amount: NonNegativeDecimalStr = Field(description="Exact decimal in a string.")
    currency: CurrencyCode
