"""HTTP bodies of readings."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.metric import Source
from services.planning.domain.reading_faults import RecordState
from services.planning.schemas.fields import MetricCode, ScopeBody, ValueStr
from shared.web.schemas import Body, Count, CurrencyCode, Day, Instant, Name, Problem, Schema

MOST_READINGS = 10_000


class ReadingPeriod(Body):
    """The days that a reading is of, the last one included."""

    start_date: Day
    end_date: Day


class ReadingRead(Schema):
    """What a metric was in a scope over a period, as seen at a moment."""

    metric_code: MetricCode
    scope: ScopeBody
    period: ReadingPeriod
    value: ValueStr | None = Field(
        description="Exact decimal in a string; null, in a history alone: it was seen that nobody knows any more."
    )
    currency: CurrencyCode | None = Field(description="Of money, null of other values.")
    observed_at: Instant = Field(description="When it was seen to be so.")
    superseded_at: Instant | None = Field(description="When the next observation was made; null for the current one.")
    source: Source = Field(description="Who told it.")
    provider: Name | None = Field(description="Of a feed the service that told it.", examples=["inventory"])
    import_id: UUID | None = Field(description="The import that it came with.")
    recorded_by: UUID | None = Field(description="The principal that recorded it; null for a feed.")
    recorded_at: Instant = Field(description="When it was recorded.")


class ReadingCreate(Body):
    """An observation."""

    scope: ScopeBody = Field(description="What it is of; empty for the whole company.")
    period: ReadingPeriod
    value: ValueStr = Field(description="Exact decimal in a string.")
    currency: CurrencyCode | None = Field(default=None, description="Of money alone.")
    observed_at: Instant | None = Field(
        default=None, description="When it was seen to be so; absent for now. Later observations replace earlier ones."
    )


class ReadingBatch(Body):
    """Observations of one metric."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [
                        {
                            "scope": {},
                            "period": {"start_date": "2026-10-01", "end_date": "2026-10-31"},
                            "value": "29",
                            "observed_at": "2026-11-02T09:00:00Z",
                        }
                    ]
                }
            ]
        }
    )

    items: list[ReadingCreate] = Field(min_length=1, max_length=MOST_READINGS)


class ReadingResult(Schema):
    """What became of one observation."""

    index: Count = Field(description="Its place in the request.")
    status: int = Field(
        ge=200,
        le=599,
        description="201 when it was recorded, 200 when it had been before, else that of the problem.",
        json_schema_extra={"format": "int32"},
        examples=[201],
    )
    state: RecordState | None = Field(description="What became of it; null where it was refused.")
    problem: Problem | None = Field(description="Why it was not recorded; the others are not affected.")


class ReadingResults(Schema):
    """One result for each observation, in the same order."""

    recorded: Count = Field(description="How many were recorded.")
    unchanged: Count = Field(description="How many had been recorded before.")
    refused: Count = Field(description="How many were not recorded.")
    items: list[ReadingResult] = Field(max_length=MOST_READINGS)
