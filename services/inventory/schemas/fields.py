"""The types of fields that several bodies of inventory share."""

import re
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from shared.core.marketplaces import MARKETPLACES
from shared.web.schemas import Body, CurrencyCode, NonNegativeDecimalStr, Slug

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
Title = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^[^\x00]*$")]
Identifier = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x20\x7f]([^\x00-\x1f\x7f]*[^\x00-\x20\x7f])?$"),
]
CountryCode = Annotated[
    str,
    StringConstraints(min_length=2, max_length=2, pattern=r"^[A-Z]{2}$"),
    Field(description="Country (ISO 3166-1).", examples=["CN"]),
]
AssumedFields = Annotated[
    list[Slug],
    Field(max_length=50, description="Fields that nobody has stated: their values are assumptions."),
]

_POSITIVE_RATE = r"^([1-9][0-9]{0,8}(\.[0-9]{1,8})?|0\.0{0,7}[1-9][0-9]{0,7})$"


def _positive_rate(value: object) -> object:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(_POSITIVE_RATE, value):
        raise ValueError('must be a decimal above zero in a string, such as "0.1382"')
    return Decimal(value)


PositiveRateStr = Annotated[
    NonNegativeDecimalStr,
    BeforeValidator(_positive_rate),
    WithJsonSchema({"type": "string", "pattern": _POSITIVE_RATE, "maxLength": 20, "examples": ["0.1382"]}),
]


class CostBody(Body):
    """An exact amount of a currency, not below zero."""

    amount: NonNegativeDecimalStr = Field(description="Exact decimal in a string.")
    currency: CurrencyCode
