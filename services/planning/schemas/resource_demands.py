"""HTTP bodies of what initiatives ask of domains by month, what domains can give, and how the two compare."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints

from services.planning.domain.resource_load import DemandStatus, ResourceKind
from services.planning.schemas.fields import Month, TotalStr, ValueStr
from services.planning.schemas.initiative_parts import EXAMPLE_ID
from shared.web.schemas import ABSENT, Body, Id, Instant, Note, Patch, Schema, Slug, Version


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise ValueError("must not be negative")
    return value


def _above_zero(value: Decimal) -> Decimal:
    if value <= 0:
        raise ValueError("must be above zero")
    return value


Quantity = Annotated[ValueStr, AfterValidator(_above_zero)]
Capacity = Annotated[ValueStr, AfterValidator(_not_negative)]
# `person`, `hour`, `line-day`; for money a currency.
ResourceUnit = Annotated[
    str, StringConstraints(min_length=1, max_length=32, pattern=r"^[A-Za-z][A-Za-z0-9_-]*$"), Field(examples=["person"])
]
LoadRatio = Annotated[float, Field(ge=0, le=1e24, json_schema_extra={"format": "double"})]

_DOMAIN = "The supporting domain, by your own short name of it."
_KIND = "What is asked for."
_UNIT = "What the quantity counts; a currency for money."
_MONTH = "The month in which it is needed."
_QUANTITY = "How much of it, above zero."


class ResourceDemandRead(Schema):
    """What an initiative asks of a domain in a month, and what the domain answered."""

    id: Id
    initiative_id: Id
    domain: Slug = Field(description=_DOMAIN, examples=["purchasing"])
    kind: ResourceKind = Field(description=_KIND)
    unit: ResourceUnit = Field(description=_UNIT)
    month: Month = Field(description=_MONTH)
    quantity: ValueStr = Field(description=_QUANTITY, examples=["2"])
    status: DemandStatus = Field(description="requested until the domain commits itself or declines.")
    answered_by: UUID | None = Field(description="The principal that answered.")
    answered_at: Instant | None = Field(description="When it was answered.")
    answer_reason: Note | None = Field(description="Why it was answered so.")
    version: Version
    created_by: UUID = Field(description="The principal that asked.")
    created_at: Instant = Field(description="When it was asked.")
    updated_at: Instant = Field(description="When it was last changed.")


class ResourceDemandCreate(Body):
    """A request to a domain."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "initiative_id": EXAMPLE_ID,
                    "domain": "purchasing",
                    "kind": "headcount",
                    "unit": "person",
                    "month": "2027-03",
                    "quantity": "2",
                }
            ]
        }
    )

    initiative_id: UUID = Field(description="Who asks.")
    domain: Slug = Field(description=_DOMAIN, examples=["purchasing"])
    kind: ResourceKind = Field(description=_KIND)
    unit: ResourceUnit = Field(description=_UNIT)
    month: Month = Field(description=_MONTH)
    quantity: Quantity = Field(description=_QUANTITY, examples=["2"])


class ResourceDemandPatch(Patch):
    """What may change of a request until it is answered."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": "3"}]})

    month: Month = Field(default=ABSENT, description=_MONTH)
    quantity: Quantity = Field(default=ABSENT, description=_QUANTITY, examples=["2"])


class ResourceAnswerCreate(Body):
    """What the domain says to a request."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "committed"}]})

    status: DemandStatus = Field(description="committed or declined.", examples=["committed"])
    reason: Note | None = Field(default=None, description="Why; needed to decline.")


class ResourceCapacityRead(Schema):
    """What a domain can give in a month."""

    id: Id
    domain: Slug = Field(description=_DOMAIN, examples=["purchasing"])
    kind: ResourceKind = Field(description="What it can give.")
    unit: ResourceUnit = Field(description=_UNIT)
    month: Month = Field(description="The month.")
    quantity: ValueStr = Field(description="How much of it.", examples=["5"])
    version: Version
    created_by: UUID = Field(description="The principal that said so.")
    created_at: Instant = Field(description="When it was said.")
    updated_at: Instant = Field(description="When it was last changed.")


class ResourceCapacityCreate(Body):
    """What a domain can give in a month, said once for each kind and unit."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"domain": "purchasing", "kind": "headcount", "unit": "person", "month": "2027-03", "quantity": "5"}
            ]
        }
    )

    domain: Slug = Field(description=_DOMAIN, examples=["purchasing"])
    kind: ResourceKind = Field(description="What it can give.")
    unit: ResourceUnit = Field(description=_UNIT)
    month: Month = Field(description="The month.")
    quantity: Capacity = Field(description="How much of it.", examples=["5"])


class ResourceCapacityPatch(Patch):
    """What may change of a capacity."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"quantity": "6"}]})

    quantity: Capacity = Field(default=ABSENT, description="How much of it.", examples=["5"])


class ResourceLoadRead(Schema):
    """Demand against capacity of one domain, kind, unit and month."""

    domain: Slug = Field(description=_DOMAIN, examples=["purchasing"])
    kind: ResourceKind = Field(description=_KIND)
    unit: ResourceUnit = Field(description=_UNIT)
    month: Month = Field(description="The month.")
    requested: TotalStr = Field(description="Asked for and not answered.", examples=["2"])
    committed: TotalStr = Field(description="Asked for and committed.", examples=["3"])
    demand: TotalStr = Field(description="Both together.", examples=["5"])
    capacity: ValueStr | None = Field(description="What there is; null where nobody has said.", examples=["4"])
    over: TotalStr = Field(description="What is asked for beyond the capacity; 0 where that is not known.")
    load: LoadRatio | None = Field(description="Demand as a ratio of capacity; null without one.", examples=[1.25])
    initiative_ids: list[UUID] = Field(max_length=1_000_000, description="Who asks for it.")
