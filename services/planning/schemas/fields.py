"""Types of fields that several bodies of planning have in common: scopes, months, values, shares, codes of metrics."""

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from services.planning.domain.months import month_text, read_month
from services.planning.domain.scope import Scope
from shared.web.schemas import ABSENT, Body, CurrencyCode, Day, MarketplaceCode, Schema, decimal_text

# Months and days are counted on from those that are planned for: none of these may lead out of the calendar.
EARLIEST_DATE, LATEST_DATE = date(2000, 1, 1), date(2199, 12, 31)
_MONTH = r"^2[01][0-9]{2}-(0[1-9]|1[0-2])$"
_VALUE = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?$"
_SHARE = r"^(0|[1-9][0-9]{0,3})(\.[0-9]{1,6})?$"


def _read_month(value: object) -> date:
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a month, such as 2027-01")
    return _within_reach(read_month(value))


def _within_reach(day: date) -> date:
    if not EARLIEST_DATE <= day <= LATEST_DATE:
        raise ValueError(f"must lie between {EARLIEST_DATE} and {LATEST_DATE}")
    return day


def _decimal(pattern: str, example: str) -> tuple[BeforeValidator, PlainSerializer, WithJsonSchema]:
    form = re.compile(pattern)

    def read(value: object) -> Decimal:
        if isinstance(value, Decimal):
            return value
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError(f'must be a decimal in a string, such as "{example}"')
        return Decimal(value)

    return (
        BeforeValidator(read),
        PlainSerializer(decimal_text, return_type=str, when_used="json"),
        WithJsonSchema({"type": "string", "pattern": pattern, "maxLength": 24, "examples": [example]}),
    )


# The first day of the month; written 2027-01.
Month = Annotated[
    date,
    BeforeValidator(_read_month),
    PlainSerializer(month_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": _MONTH, "maxLength": 7, "examples": ["2027-01"]}),
]
# A day for which something is planned.
PlannedDay = Annotated[Day, AfterValidator(_within_reach)]
# Planned and measured values of any unit, with up to six places; and weights.
ValueStr = Annotated[Decimal, *_decimal(_VALUE, "120000")]
WeightStr = Annotated[Decimal, *_decimal(_SHARE, "1")]
# Sums and products of planned values, which may be longer than one of them.
TotalStr = Annotated[
    Decimal,
    PlainSerializer(decimal_text, return_type=str, when_used="json"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,6})?$",
            "maxLength": 48,
            "examples": ["120000"],
        }
    ),
]
MetricCode = Annotated[
    str,
    StringConstraints(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$"),
    Field(description="Code of a metric.", examples=["net_revenue"]),
]
ScopeName = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _key(description: str, **options: Any) -> Any:
    return Field(default=ABSENT, description=description, exclude_if=lambda value: value is None, **options)


class InCurrency(Schema):
    """A row of a table whose money is in this currency; inherited last, it is the first column."""

    currency: CurrencyCode | None = Field(description="Of the money in this row; null where it has none.")


class ScopeBody(Body):
    """What a figure is about; a key that is absent means all, so an empty scope is the whole company."""

    org_unit_id: ScopeName = _key("Only this unit and those below it, by its id.")
    node_id: ScopeName = _key("Only this part of the portfolio and what is below it, by its id.")
    product_ref: ScopeName = _key("Only this product, by its code.", examples=["HR-LAMP"])
    initiative_id: ScopeName = _key("Only this initiative, by its id.")
    segment_id: ScopeName = _key("Only this segment.")
    marketplace: MarketplaceCode = _key("Only this marketplace, by its country code.", examples=["US"])
    channel: ScopeName = _key("Only this sales channel.", examples=["amazon"])

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        for field in handler.resolve_ref_schema(described).get("properties", {}).values():
            field.pop("default", None)
        return described

    def to_scope(self) -> Scope:
        """The domain value."""
        return Scope(**self.model_dump())

    @classmethod
    def of(cls, scope: Scope) -> Self:
        """The body of a domain value."""
        return cls(**{key.value: value for key, value in scope.keys.items()})


def scope_columns(scope: Scope) -> dict[str, object]:
    """What a row with a scope stores: its keys, and the one text by which scopes are compared."""
    return {"scope": {key.value: value for key, value in scope.keys.items()}, "scope_key": scope.canonical}
