"""HTTP bodies of series: what a metric was from day to day, week to week, month to month."""

from enum import StrEnum
from uuid import UUID

from pydantic import Field

from services.planning.domain.measurement import MeasurementFault
from services.planning.domain.scope import Scope, ScopeKey
from services.planning.schemas.fields import MetricCode, ScopeBody, ScopeName, TotalStr
from services.planning.schemas.readings import ReadingPeriod
from shared.web.schemas import CurrencyCode, Day, Instant, MarketplaceCode, Schema

MOST_POINTS = 800


class Grain(StrEnum):
    """How long the periods of a series are; weeks begin on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class SeriesPoint(Schema):
    """What the metric came to in one period."""

    period: ReadingPeriod
    value: TotalStr | None = Field(description="Null where nothing was read of the period, or it cannot be added up.")
    currency_effect: TotalStr | None = Field(
        description="What actual exchange rates add to the value at the plan's; null without a plan, or where a rate is"
        " not known."
    )
    fault: MeasurementFault | None = Field(description="Why readings that are there cannot be added up.")


class MetricSeriesRead(Schema):
    """A metric in a scope over time."""

    metric_code: MetricCode
    scope: ScopeBody
    grain: Grain = Field(description="How long the periods are.")
    currency: CurrencyCode | None = Field(
        description="Of money: what the values are in; null where they are in several."
    )
    observed_at: Instant | None = Field(description="How new the least up-to-date figure is that this rests on.")
    read_until_date: Day | None = Field(description="The last day that everything this rests on has been read for.")
    stale_codes: list[MetricCode] = Field(
        max_length=100, description="Metrics that this rests on and whose newest reading is older than they allow."
    )
    points: list[SeriesPoint] = Field(max_length=MOST_POINTS, description="The periods in order.")


class SeriesQuery(Schema):
    """Of which scope, days and moment a series is."""

    grain: Grain = Field(default=Grain.MONTH, description="How long the periods are; weeks begin on Monday.")
    from_date: Day | None = Field(default=None, description="The first day; absent for a year before the last one.")
    to_date: Day | None = Field(default=None, description="The last day; absent for today, or the day of `as_of`.")
    as_of: Instant | None = Field(default=None, description="Only what was known at this moment.")
    plan_id: UUID | None = Field(
        default=None, description="Money at the rates of this plan, and what actual rates add to that."
    )
    org_unit_id: ScopeName | None = Field(default=None, description="Only this unit and those below it.")
    node_id: ScopeName | None = Field(default=None, description="Only this part of the portfolio and what is below.")
    product_ref: ScopeName | None = Field(default=None, description="Only this product.")
    initiative_id: ScopeName | None = Field(default=None, description="Only this initiative.")
    segment_id: ScopeName | None = Field(default=None, description="Only this segment.")
    marketplace: MarketplaceCode | None = Field(default=None, description="Only this marketplace.")
    channel: ScopeName | None = Field(default=None, description="Only this sales channel.")

    def to_scope(self) -> Scope:
        """The scope that the parameters name."""
        return Scope(**{key.value: getattr(self, key.value) for key in ScopeKey})
