"""HTTP bodies of exchange rates."""

from pydantic import ConfigDict, Field

from services.inventory.schemas.fields import PositiveRateStr
from shared.web.schemas import ABSENT, Body, CurrencyCode, Day, Id, Instant, Patch, Schema, Version

_RATE = "What one unit of the base currency costs in the quote currency."


class ExchangeRateRead(Schema):
    """What a currency costs in another from a day on."""

    id: Id
    rate_date: Day = Field(description="The day from which it holds.")
    base_currency: CurrencyCode = Field(description="The currency of which one unit is bought.", examples=["USD"])
    quote_currency: CurrencyCode = Field(description="The currency that is paid.", examples=["CNY"])
    rate: PositiveRateStr = Field(description=_RATE, examples=["7.1042"])
    version: Version
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class ExchangeRateCreate(Body):
    """A rate of a day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"rate_date": "2026-01-31", "base_currency": "USD", "quote_currency": "CNY", "rate": "7.1042"}]
        }
    )

    rate_date: Day = Field(description="The day from which it holds.")
    base_currency: CurrencyCode = Field(description="The currency of which one unit is bought.", examples=["USD"])
    quote_currency: CurrencyCode = Field(description="The currency that is paid.", examples=["CNY"])
    rate: PositiveRateStr = Field(description=_RATE, examples=["7.1042"])


class ExchangeRatePatch(Patch):
    """What may change of a rate."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rate": "7.0999"}]})

    rate: PositiveRateStr = Field(default=ABSENT, description=_RATE, examples=["7.0999"])
