"""Bodies of the stateless planning call: plain numbers, days counted from a day zero of the caller's choosing."""

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from shared.web.inlined_schema import inlined_schema

MOST_SKUS = 50_000
MOST_DAYS = 20_000
MOST_ENTRIES = 10_000
FARTHEST_DAY = 1_000_000
MOST_UNITS = 1_000_000_000


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _written(value: Any) -> Any:
    """A date as text: pydantic would also take numbers for seconds."""
    if value is not None and not isinstance(value, str | dt.date):
        raise PydanticCustomError("date_type", "Input should be a date such as 2026-01-31")
    return value


PlanMode = Literal["air", "fast", "slow"]
Day = Annotated[int, BeforeValidator(_whole), Field(ge=-FARTHEST_DAY, le=FARTHEST_DAY)]
Units = Annotated[float, Field(ge=0, le=MOST_UNITS)]
Amount = Annotated[float, Field(ge=0, le=MOST_UNITS)]
SignedAmount = Annotated[float, Field(ge=-MOST_UNITS, le=MOST_UNITS)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Numbers:
    """A list of bounded numbers, declared in full and checked here only for being a list of at most so many values.

    Its values are checked where they become an array: pydantic would spend longer on the days of ten thousand SKUs
    than the whole plan takes.
    """

    def __init__(self, most: float, longest: int, *, nulls: bool = False) -> None:
        self.most, self.longest, self.nulls = most, longest, nulls

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._checked)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        number: dict[str, Any] = {"type": "number", "minimum": 0, "maximum": self.most}
        item = {"anyOf": [number, {"type": "null"}]} if self.nulls else number
        return {"type": "array", "maxItems": self.longest, "items": item}

    def _checked(self, value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise PydanticCustomError("list_type", "Input should be a list of numbers")
        if len(value) > self.longest:
            raise PydanticCustomError("too_long", "List should have at most {most} values", {"most": self.longest})
        return value


History = Annotated[list[float | None], _Numbers(MOST_UNITS, MOST_DAYS, nulls=True)]
InStock = Annotated[list[float | None], _Numbers(1, MOST_DAYS, nulls=True)]
PastDays = Annotated[list[float], _Numbers(1_000, MOST_ENTRIES)]


class _Plain(BaseModel):
    """Numbers are numbers, never text that looks like one; fields that the plan does not use are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class PipelineEntry(_Plain):
    """Units of one shipment under way."""

    mode: PlanMode
    qty: Units
    shipped: Day = Field(description="Day on which it left; not after today.")
    eta: Day | None = Field(default=None, description="Day on which it is expected; exact from seven days before.")


class Economics(_Plain):
    """Money per unit, in one currency of the caller's choice. A mode without freight is not offered for the SKU."""

    margin: SignedAmount | None = Field(default=None, description="What a unit sold earns before freight.")
    penalty: Amount | None = Field(
        default=None, description="Cost of a lost sale; twice the margin where it is absent, so one of both is needed."
    )
    cogs: Amount = Field(description="What a unit is worth at home.")
    air: Amount | None = Field(default=None, description="Freight of a unit by air.")
    fast: Amount | None = Field(default=None, description="Freight of a unit by fast sea.")
    slow: Amount | None = Field(default=None, description="Freight of a unit by slow sea.")
    hold_day: Amount | None = Field(
        default=None, description="Cost of a unit on the shelf for a day; capital and storage where it is absent."
    )
    cap_day: Amount | None = Field(
        default=None, description="The part of it that a unit costs on its way too; 20 % of `cogs` a year where absent."
    )
    price: Amount | None = Field(default=None, description="Not used.")
    storage: Amount | None = Field(default=None, description="Storage of a unit for a day.")
    cls: Annotated[str, Field(max_length=50)] | None = Field(default=None, description="Not used.")


class PlanSku(_Plain):
    """One SKU in one market: what it sold, what it has, what is coming, what its units cost and earn."""

    sku: Name
    item: Name | None = Field(default=None, description="Shared by the SKUs that draw on one domestic stock.")
    market: Name | None = Field(default=None, description="Not used: SKUs are told apart by `sku`.")
    price: Amount | None = Field(default=0.0, description="Null when it is not on sale: nothing is sent then.")
    on_hand: Units
    history: History = Field(
        description="Units sold on each day from `history_from` to yesterday; null where nobody knows."
    )
    in_stock: InStock | None = Field(
        default=None,
        description="For each day of `history` 1 where stock was left at its end, 0 where the shelf was empty.",
    )
    pipeline: list[PipelineEntry] = Field(default_factory=list, max_length=MOST_ENTRIES)
    econ: Economics


class OpenOrder(_Plain):
    """A purchase order that has not arrived at home."""

    qty: Units
    ordered: Day
    eta: Day | None = None


class PlanItem(_Plain):
    """What is at home of an item, and what is being made."""

    item: Name
    domestic: Units
    moq: Units = Field(default=0.0, description="Least quantity of a purchase order.")
    carton: Annotated[float, Field(ge=1, le=MOST_UNITS)] = Field(
        default=1.0, description="Units that are bought together."
    )
    open_po: list[OpenOrder] = Field(default_factory=list, max_length=MOST_ENTRIES)


class LeadTimes(_Plain):
    """Past door-to-door days by mode; without any the usual days of the trade count."""

    air: PastDays = Field(default_factory=list)
    fast: PastDays = Field(default_factory=list)
    slow: PastDays = Field(default_factory=list)


class PlanRequest(_Plain):
    """Everything one review needs; the call keeps nothing."""

    today: Day
    date: (
        Annotated[dt.date, BeforeValidator(_written), Field(strict=False, json_schema_extra={"maxLength": 10})] | None
    ) = Field(default=None, description="Calendar day of `today`.")
    review_days: Annotated[int, BeforeValidator(_whole), Field(ge=1, le=90)]
    reviews_left: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=FARTHEST_DAY)] | None = Field(
        default=None, description="Reviews after this one; null where there is no end."
    )
    modes: list[PlanMode] = Field(
        min_length=1, max_length=3, description="The modes that are offered.", json_schema_extra={"uniqueItems": True}
    )
    lead_times: LeadTimes = Field(default_factory=LeadTimes)
    history_from: Day = Field(description="Day of the first value of each history; not after today.")
    skus: list[PlanSku] = Field(max_length=MOST_SKUS, description="Each SKU once.")
    production: PastDays | None = Field(default=None, description="Past days from order to domestic warehouse.")
    items: list[PlanItem] | None = Field(
        default=None,
        max_length=MOST_SKUS,
        description="The domestic stock, shared by the SKUs of an item; without it, stock at home has no limit.",
    )


class PlannedShipment(BaseModel):
    """Units of a SKU to ship today by a mode."""

    sku: Name
    mode: PlanMode
    qty: int = Field(ge=1, le=MOST_UNITS)


class PlannedPurchase(BaseModel):
    """Units of an item to order today."""

    item: Name
    qty: int = Field(ge=1, le=MOST_UNITS)


class PlanAnswer(BaseModel):
    """What to ship and to buy today; what is not named is not shipped."""

    shipments: list[PlannedShipment] = Field(max_length=3 * MOST_SKUS)
    purchases: list[PlannedPurchase] = Field(max_length=MOST_SKUS)


REQUEST_EXAMPLES: dict[str, Any] = {
    "one_sku": {
        "summary": "One SKU, domestic stock without limit",
        "value": {
            "today": 28,
            "date": "2026-02-03",
            "review_days": 7,
            "reviews_left": 103,
            "modes": ["air", "fast", "slow"],
            "lead_times": {"air": [9, 11, 10], "fast": [29, 33, 30], "slow": [44, 47, 43]},
            "history_from": 0,
            "skus": [
                {
                    "sku": "A1/US",
                    "item": "A1",
                    "market": "US",
                    "price": 24.9,
                    "on_hand": 40,
                    "history": [3, 0, 2, 1, 4, 2, 3, 1, 2, 2, 5, 0, 1, 3, 2, 2, 1, 4, 0, 3, 2, 1, 2, 3, 1, 0, 2, 4],
                    "in_stock": [1] * 28,
                    "pipeline": [{"mode": "slow", "qty": 35, "shipped": 7, "eta": 52}],
                    "econ": {
                        "margin": 7.5,
                        "penalty": 15,
                        "cogs": 6,
                        "air": 5,
                        "fast": 1.25,
                        "slow": 0.5,
                        "hold_day": 0.0103,
                        "cap_day": 0.0033,
                        "price": 25,
                        "storage": 0.007,
                        "cls": "B",
                    },
                }
            ],
        },
    },
}
REQUEST_EXAMPLES["with_domestic_stock"] = {
    "summary": "The same with a finite domestic stock and purchases",
    "value": REQUEST_EXAMPLES["one_sku"]["value"]
    | {
        "production": [31, 27, 30],
        "items": [{"item": "A1", "domestic": 300, "moq": 200, "open_po": [{"qty": 200, "ordered": 14, "eta": 44}]}],
    },
}


def request_schema() -> dict[str, Any]:
    """The schema of a request with its parts inlined: the body is read by the plan itself, not by the framework."""
    return inlined_schema(PlanRequest) | {"examples": [each["value"] for each in REQUEST_EXAMPLES.values()]}
