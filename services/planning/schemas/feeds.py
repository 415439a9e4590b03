"""HTTP bodies of feeds."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.planning.domain.feeds import Provider
from services.planning.schemas.fields import MetricCode
from shared.web.schemas import Body, Count, Instant, Note, Schema, Slug


class LeftOutRead(Schema):
    """A metric whose readings were not taken."""

    metric_code: MetricCode
    reason: Slug = Field(description="Why: no metric of this code, or one that takes no such readings.")


class FeedRead(Schema):
    """A service that tells what it has measured, and how far it has been asked."""

    provider: Provider = Field(description="The service.")
    attempted_at: Instant | None = Field(description="When it was last asked; null where it never was.")
    succeeded_at: Instant | None = Field(description="When everything that it knew had been taken.")
    problem: Note | None = Field(description="Why the last attempt did not succeed; null when it did.")
    is_stale: bool = Field(description="Whether nothing new has come for a day: what rests on it may be out of date.")
    readings_taken: Count = Field(description="How many observations were recorded of it, of figures and of their end.")
    left_out: list[LeftOutRead] = Field(
        max_length=1_000,
        description="Metrics whose readings were not taken; once they can be, pull from the start.",
    )


class FeedPullCreate(Body):
    """Which feeds to pull."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"providers": ["inventory"]}]})

    providers: Annotated[list[Provider], Field(min_length=1, max_length=10)] | None = Field(
        default=None, description="These services; absent for all."
    )
    from_start: bool = Field(
        default=False, description="Ask for everything again, such as after a metric was added that they measure."
    )
