"""The base of all HTTP bodies, and the types of their fields: each with the limits that the document states."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
    create_model,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from shared.core.money import Money

INT32_MAX = 2_147_483_647
INT64_MAX = 9_223_372_036_854_775_807
MAX_PAGE = 1_000


class Schema(BaseModel):
    """A body or a part of one: unknown fields are refused, and so are numbers that are not finite."""

    model_config = ConfigDict(
        extra="forbid", from_attributes=True, allow_inf_nan=False, json_schema_serialization_defaults_required=True
    )


def _make_strict(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("type") in ("int", "float", "bool", "str"):
            node["strict"] = True
        for value in node.values():
            _make_strict(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            _make_strict(value)


class Body(Schema):
    """A body that a caller sends. Plain values are read strictly, as JSON has them: no text for a number, no number
    for a boolean."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        _make_strict(schema)
        return schema


# The default of every field of a `Patch`: None in place of a value that nobody reads.
ABSENT: Any = None


class Patch(Body):
    """A merge-patch (RFC 7396): a field that is absent stays, null clears it where its type allows null.

    Fields are declared with their type and `Field(default=ABSENT, …)`: the default only means that the field may be
    absent, and is not part of the document.
    """

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        for field in handler.resolve_ref_schema(described).get("properties", {}).values():
            field.pop("default", None)
        return described

    def changes(self) -> dict[str, Any]:
        """The fields that were sent, with their values."""
        return {name: getattr(self, name) for name in self.model_fields_set}


# --- text ---------------------------------------------------------------------------------------------------------

Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Note = Annotated[str, StringConstraints(max_length=4_000, pattern=r"^[^\x00]*$")]
Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Slug = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^https?://[^\x00-\x20\x7f]+$")]
Id = Annotated[
    UUID, Field(description="Identifier (UUID version 7).", examples=["019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"])
]

# --- numbers ------------------------------------------------------------------------------------------------------

Count = Annotated[int, Field(ge=0, le=INT32_MAX, json_schema_extra={"format": "int32"})]
Positive = Annotated[int, Field(ge=1, le=INT32_MAX, json_schema_extra={"format": "int32"})]
Integer = Annotated[int, Field(ge=-INT32_MAX, le=INT32_MAX, json_schema_extra={"format": "int32"})]
BigCount = Annotated[int, Field(ge=0, le=INT64_MAX, json_schema_extra={"format": "int64"})]
Ratio = Annotated[float, Field(ge=0, le=1, json_schema_extra={"format": "double"})]
Version = Annotated[
    int,
    Field(
        ge=1,
        le=INT32_MAX,
        description="Rises with every change; sent back in If-Match.",
        examples=[1],
        json_schema_extra={"format": "int32"},
    ),
]


def decimal_text(value: Decimal) -> str:
    """A decimal without exponent and trailing zeros, as `trim_scale(…)::text` writes it in Postgres."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _decimal_reader(pattern: str) -> BeforeValidator:
    form = re.compile(pattern)

    def read(value: Any) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError('must be a decimal in a string, such as "19.99"')
        return Decimal(value)

    return BeforeValidator(read)


_ANY_DECIMAL = r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$"
_NOT_NEGATIVE = r"^(0|[1-9][0-9]{0,13})(\.[0-9]{1,4})?$"
_RATE = r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,8})?$"
_written = PlainSerializer(decimal_text, return_type=str, when_used="json")


def _decimal_schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "maxLength": 20, "examples": [example]})


DecimalStr = Annotated[Decimal, _decimal_reader(_ANY_DECIMAL), _written, _decimal_schema(_ANY_DECIMAL, "19.99")]
NonNegativeDecimalStr = Annotated[
    Decimal, _decimal_reader(_NOT_NEGATIVE), _written, _decimal_schema(_NOT_NEGATIVE, "19.99")
]
RateStr = Annotated[Decimal, _decimal_reader(_RATE), _written, _decimal_schema(_RATE, "0.1382")]

# --- time ---------------------------------------------------------------------------------------------------------

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _instant_form(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("must be an instant with offset, such as 2026-01-31T09:30:00Z")
    return datetime.fromisoformat(value)


def _to_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must have an offset")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("is outside the calendar") from None


def instant_text(value: datetime) -> str:
    """An instant as Postgres writes it into JSON: without the zeros at the end of its microseconds."""
    text = value.isoformat()
    clock, offset = text[:-6], text[-6:]
    return (clock.rstrip("0") if "." in clock else clock) + offset


def _day_form(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("must be a day, such as 2026-01-31")
    return date.fromisoformat(value)


Instant = Annotated[
    datetime,
    BeforeValidator(_instant_form),
    AfterValidator(_to_utc),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "maxLength": 40, "examples": ["2026-01-31T09:30:00+00:00"]}
    ),
]
Day = Annotated[
    date,
    BeforeValidator(_day_form),
    WithJsonSchema({"type": "string", "format": "date", "maxLength": 10, "examples": ["2026-01-31"]}),
]

# --- money --------------------------------------------------------------------------------------------------------

CurrencyCode = Annotated[
    str,
    StringConstraints(min_length=3, max_length=3, pattern=r"^[A-Z]{3}$"),
    Field(description="ISO 4217 code.", examples=["USD"]),
]
MarketplaceCode = Annotated[
    str,
    StringConstraints(min_length=2, max_length=2, pattern=r"^[A-Z]{2}$"),
    Field(description="Country code of the marketplace (ISO 3166-1, GB for the United Kingdom).", examples=["US"]),
]


class MoneyBody(Body):
    """An exact amount of a currency."""

    amount: DecimalStr = Field(description="Exact decimal in a string.")
    currency: CurrencyCode

    @classmethod
    def of(cls, money: Money) -> Self:
        """The body of a domain value."""
        return cls(amount=money.amount, currency=money.currency)

    def to_money(self) -> Money:
        """The domain value."""
        return Money(self.amount, self.currency)


# --- problems and pages -------------------------------------------------------------------------------------------


class FieldProblemBody(Schema):
    """What is wrong with one field."""

    pointer: str = Field(
        max_length=500, description="JSON pointer of a body field, or query:, path:, header: and a name."
    )
    code: str = Field(max_length=100, description="Stable code of the rule that was broken.")
    detail: str = Field(max_length=2_000, description="The rule in words.")


ProblemParameter = (
    Annotated[str, Field(max_length=2_000)]
    | Annotated[int, Field(ge=-INT64_MAX, le=INT64_MAX, json_schema_extra={"format": "int64"})]
    | Annotated[float, Field(json_schema_extra={"format": "double"})]
    | bool
    | None
)


class Problem(Schema):
    """What went wrong (RFC 9457). Programs read `type`, which is stable; people read `detail`."""

    type: str = Field(
        max_length=200, pattern="^urn:tradewind:problem:[a-z-]+$", description="Stable type of the problem."
    )
    title: str = Field(max_length=200, description="The type in words.")
    status: int = Field(ge=400, le=599, description="The HTTP status.", json_schema_extra={"format": "int32"})
    detail: str = Field(max_length=2_000, description="What happened this time.")
    request_id: str = Field(max_length=64, description="Finds this request in the logs.")
    errors: list[FieldProblemBody] = Field(
        default=[], max_length=50, description="The fields that are not valid.", exclude_if=lambda value: not value
    )
    parameters: dict[Annotated[str, Field(max_length=64)], ProblemParameter] = Field(
        default={}, max_length=50, description="The facts of the sentence, for programs."
    )


def page_of(item: type[BaseModel]) -> type[BaseModel]:
    """The declared type of a page of `item`; lists are built by Postgres, and tests prove them to be of this type."""
    noun = item.__name__.removesuffix("Read")
    return create_model(
        f"{noun}Page",
        __base__=Schema,
        __doc__=f"A page of {noun}.",
        items=(list[item], Field(max_length=MAX_PAGE, description="The rows of this page.")),  # type: ignore[valid-type]
        next=(
            str,
            Field(
                default="",
                max_length=8_000,
                description="URL of the next page; absent on the last one.",
                json_schema_extra={"format": "uri"},
            ),
        ),
        total_count=(
            int,
            Field(
                default=0,
                ge=0,
                le=INT64_MAX,
                description="Rows of all pages; only with Prefer: return=total-count.",
                json_schema_extra={"format": "int64"},
            ),
        ),
    )
