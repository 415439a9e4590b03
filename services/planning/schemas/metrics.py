"""HTTP bodies of metrics."""

from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from services.planning.domain.formula import MAX_LENGTH
from services.planning.domain.metric import Better, Fold, Source, Unit
from services.planning.schemas.fields import MetricCode, ValueStr
from shared.web.schemas import ABSENT, Body, Instant, Name, Patch, Schema, Version


class MetricOrigin(StrEnum):
    """Whether a metric is as every company has it, or was added or changed by this one."""

    OWN = "own"
    STANDARD = "standard"


Formula = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LENGTH, pattern=r"^[^\x00-\x1f\x7f]+$")]
Hours = Annotated[int, Field(ge=1, le=87_600, json_schema_extra={"format": "int32"})]

_NAME = "What people call it."
_UNIT = "What a value counts."
_BETTER = "Which way is better; `band`: inside the band."
_FOLD = "How the readings of a window become one value: added up, the newest, their mean, or from other metrics."
_SOURCE = "Where readings come from: a feed, people, or other metrics. Only manual ones may be typed in."
_FRESHNESS = "How many hours old the newest reading may be before it is stale."
_NUMERATOR = "Of a ratio: the metric above the line."
_DENOMINATOR = "Of a ratio: the metric below the line."
_FORMULA = "Of a formula: metrics, numbers, the four operations and brackets."
_LOW = "Below this a value is not normal."
_HIGH = "Above this a value is not normal."
_HEADLINE = "Whether its gaps are computed by themselves."


class MetricRead(Schema):
    """A quantity that plans set, key results point at and reviews quote."""

    code: MetricCode
    name: Name = Field(description=_NAME, examples=["Net revenue"])
    unit: Unit = Field(description=_UNIT)
    better: Better = Field(description=_BETTER)
    fold: Fold = Field(description=_FOLD)
    source: Source = Field(description=_SOURCE)
    freshness_hours: Hours = Field(description=_FRESHNESS, examples=[48])
    numerator: MetricCode | None = Field(description=_NUMERATOR)
    denominator: MetricCode | None = Field(description=_DENOMINATOR)
    formula: Formula | None = Field(description=_FORMULA, examples=["net_revenue - cogs"])
    band_low: ValueStr | None = Field(description=_LOW)
    band_high: ValueStr | None = Field(description=_HIGH)
    is_headline: bool = Field(description=_HEADLINE)
    origin: MetricOrigin = Field(description="Whether it is the company's own, or as every company has it.")
    version: Version
    updated_at: Instant | None = Field(description="When it was last changed; null for a standard one.")


class MetricCreate(Body):
    """A new metric."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "newsletter_readers",
                    "name": "Readers of the newsletter",
                    "unit": "count",
                    "better": "higher",
                    "fold": "last",
                    "source": "manual",
                    "freshness_hours": 1080,
                }
            ]
        }
    )

    code: MetricCode
    name: Name = Field(description=_NAME, examples=["Readers of the newsletter"])
    unit: Unit = Field(description=_UNIT)
    better: Better = Field(description=_BETTER)
    fold: Fold = Field(description=_FOLD)
    source: Source = Field(description=_SOURCE)
    freshness_hours: Hours = Field(description=_FRESHNESS, examples=[48])
    numerator: MetricCode | None = Field(default=None, description=_NUMERATOR)
    denominator: MetricCode | None = Field(default=None, description=_DENOMINATOR)
    formula: Formula | None = Field(default=None, description=_FORMULA, examples=["net_revenue - cogs"])
    band_low: ValueStr | None = Field(default=None, description=_LOW)
    band_high: ValueStr | None = Field(default=None, description=_HIGH)
    is_headline: bool = Field(default=False, description=_HEADLINE)


class MetricPatch(Patch):
    """What may change of a metric; changing a standard one makes it the company's own."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_headline": True}]})

    name: Name = Field(default=ABSENT, description=_NAME, examples=["Readers of the newsletter"])
    unit: Unit = Field(default=ABSENT, description=_UNIT)
    better: Better = Field(default=ABSENT, description=_BETTER)
    fold: Fold = Field(default=ABSENT, description=_FOLD)
    source: Source = Field(default=ABSENT, description=_SOURCE)
    freshness_hours: Hours = Field(default=ABSENT, description=_FRESHNESS, examples=[48])
    numerator: MetricCode | None = Field(default=ABSENT, description=_NUMERATOR)
    denominator: MetricCode | None = Field(default=ABSENT, description=_DENOMINATOR)
    formula: Formula | None = Field(default=ABSENT, description=_FORMULA, examples=["net_revenue - cogs"])
    band_low: ValueStr | None = Field(default=ABSENT, description=_LOW)
    band_high: ValueStr | None = Field(default=ABSENT, description=_HIGH)
    is_headline: bool = Field(default=ABSENT, description=_HEADLINE)
