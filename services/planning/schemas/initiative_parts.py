"""HTTP bodies of the parts of initiatives: prices, budgets by month, key results, and what they answer."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.bases import BasisKind
from services.planning.domain.price_and_channels import ChannelKind, ChannelPrice
from services.planning.schemas.fields import MetricCode, Month, ScopeBody, ScopeName
from shared.web.schemas import (
    Body,
    CurrencyCode,
    Id,
    Instant,
    MarketplaceCode,
    Name,
    NonNegativeDecimalStr,
    Note,
    Schema,
    Url,
    Version,
)

EXAMPLE_ID = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"


class PriceBody(Body):
    """What a unit costs a buyer on a channel of a marketplace."""

    marketplace: MarketplaceCode
    channel: ScopeName = Field(description="Where it is sold there.", examples=["amazon"])
    channel_kind: ChannelKind = Field(description="A mainstream channel keeps the list price; a special one may not.")
    list_amount: NonNegativeDecimalStr = Field(description="The list price, above zero.", examples=["59.99"])
    amount: NonNegativeDecimalStr = Field(description="What buyers pay.", examples=["59.99"])
    currency: CurrencyCode

    def to_price(self) -> ChannelPrice:
        """The domain value."""
        return ChannelPrice(**self.model_dump())


class PriceSetBody(Body):
    """All prices of an initiative; what is not named is no longer one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "prices": [
                        {
                            "marketplace": "US",
                            "channel": "amazon",
                            "channel_kind": "mainstream",
                            "list_amount": "59.99",
                            "amount": "59.99",
                            "currency": "USD",
                        }
                    ]
                }
            ]
        }
    )

    prices: list[PriceBody] = Field(max_length=500, description="One for each marketplace and channel.")


class BudgetMonthBody(Body):
    """What of the budget is meant for a month, in the budget's currency."""

    month: Month = Field(description="The month.")
    amount: NonNegativeDecimalStr = Field(description="Exact decimal in a string.", examples=["10000"])


class BudgetMonthsBody(Body):
    """The whole budget by month; months that are not named get nothing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"months": [{"month": "2027-01", "amount": "10000"}]}]})

    months: list[BudgetMonthBody] = Field(max_length=240, description="At most one for each month.")


class KeyResultSetBody(Body):
    """All key results that an initiative is meant to move."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key_result_ids": [EXAMPLE_ID]}]})

    key_result_ids: list[UUID] = Field(max_length=500, description="Key results by their ids.")


class InitiativeKeyResultRead(Schema):
    """A key result that an initiative is meant to move."""

    key_result_id: Id
    title: Name = Field(description="What the key result says.")
    objective_id: Id = Field(description="The objective that it belongs to.")
    metric_code: MetricCode | None = Field(description="The metric that measures it.")


class InitiativeBasisRead(Schema):
    """Something that an initiative answers."""

    id: Id
    initiative_id: Id
    kind: BasisKind = Field(description="A gap between goal and result, a need of buyers, or an insight.")
    metric_code: MetricCode | None = Field(description="The metric of a gap.")
    cycle_id: Id | None = Field(description="The cycle of a gap.")
    scope: ScopeBody = Field(description="What a gap is about.")
    text: Note | None = Field(description="The need or the insight in words.")
    evidence_url: Url | None = Field(description="Where it can be seen.")
    version: Version
    created_by: UUID = Field(description="The principal that linked it.")
    created_at: Instant = Field(description="When it was linked.")
    updated_at: Instant = Field(description="When it was last changed.")


class InitiativeBasisCreate(Body):
    """Something that the initiative answers: a gap by metric, cycle and scope; a need or an insight in words."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "need", "text": "Readers want a lamp that works without a socket."}]}
    )

    kind: BasisKind = Field(description="A gap between goal and result, a need of buyers, or an insight.")
    metric_code: MetricCode | None = Field(default=None, description="The metric of a gap.")
    cycle_id: UUID | None = Field(default=None, description="The cycle of a gap.")
    scope: ScopeBody = Field(default_factory=ScopeBody, description="What a gap is about; empty for the company.")
    text: Note | None = Field(default=None, description="The need or the insight in words.")
    evidence_url: Url | None = Field(default=None, description="Where it can be seen.")
