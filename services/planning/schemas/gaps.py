"""HTTP bodies of gaps, their drivers and their steps, and of gaps that are not pursued."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.gap_drivers import Comparison
from services.planning.domain.gap_waterfall import StepKind
from services.planning.domain.gaps import GapStatus, Route
from services.planning.domain.measurement import MeasurementFault
from services.planning.domain.metric import Better, Unit
from services.planning.schemas.fields import InCurrency, MetricCode, ScopeBody, TotalStr
from shared.web.schemas import Body, CurrencyCode, Day, Id, Instant, Note, Schema, Version

MAX_GAPS = 5_000
GapKeyText = Annotated[str, Field(min_length=1, max_length=1_000, description="Names the gap, in every place.")]
GapRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=900,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="Names the gap among those of one unit and cycle.",
        examples=["net_revenue~marketplace=US"],
    ),
]
Rate = Annotated[float, Field(ge=-1e15, le=1e15, json_schema_extra={"format": "double"})]


class PeriodRead(Schema):
    """Days, both included."""

    start_date: Day
    end_date: Day


class InYearRead(Schema):
    """Where the cycle stands and will end if the rest goes as it has gone."""

    attainment: Rate | None = Field(description="Actual to planned so far; null where nothing is planned yet.")
    landing: TotalStr | None = Field(description="The value at the end of the cycle.")
    projected_gap: TotalStr | None = Field(description="What the landing is short of the cycle's target.")
    relative: Rate | None = Field(description="That gap to the target.")
    status: GapStatus | None = Field(description="How grave it is.")


class GapRead(Schema):
    """A metric in a scope: what was planned for the days looked at, what was reached, what would be possible.

    Positive gaps are short of what is wanted, whichever way is better.
    """

    key: GapKeyText
    ref: GapRef
    metric_code: MetricCode
    unit: Unit = Field(description="What the values count; money is in the report's currency.")
    better: Better = Field(description="Which way is better.")
    scope: ScopeBody
    period: PeriodRead
    target: TotalStr | None = Field(description="Planned for these days; null where nothing is.")
    actual: TotalStr | None = Field(description="Reached on these days; null where nothing was read.")
    potential: TotalStr | None = Field(description="What would be possible on these days by a potential plan.")
    performance: TotalStr | None = Field(description="Target less actual: closable by better execution.")
    opportunity: TotalStr | None = Field(description="Potential less target: needs a new business design.")
    total: TotalStr | None = Field(description="Both together.")
    relative_performance: Rate | None = Field(description="The performance gap to the target.")
    relative_opportunity: Rate | None = Field(description="The opportunity gap to the target.")
    status: GapStatus | None = Field(description="How grave the performance gap is; null where it is not known.")
    cycle_target: TotalStr | None = Field(description="Planned for the whole cycle.")
    in_year: InYearRead | None = Field(description="The whole cycle; null where it cannot be told.")
    routes: list[Route] = Field(max_length=3, description="What the gap suggests.")
    currency_effect: TotalStr | None = Field(
        description="What actual exchange rates add to the actual, which counts at the plan's; null where not known."
    )
    is_unpursued: bool = Field(description="Whether it was decided not to pursue it.")
    read_until_date: Day | None = Field(description="The last day that all its readings reach.")
    observed_at: Instant | None = Field(description="When the least up-to-date of them was observed.")
    stale_metrics: list[MetricCode] = Field(max_length=100, description="Metrics whose readings are too old.")
    fault: MeasurementFault | None = Field(description="Why its money could not be added, where it could not.")


class GapRow(GapRead, InCurrency):
    """A gap in a spreadsheet."""


class GapReport(Schema):
    """The gaps of a unit in a cycle, gravest first."""

    cycle_id: UUID = Field(description="The cycle.")
    unit_id: UUID = Field(description="The unit.")
    plan_id: UUID | None = Field(description="The plan in force that says what is asked for; null without one.")
    currency: CurrencyCode | None = Field(description="Of all money here, at the plan's rates.")
    period: PeriodRead | None = Field(description="The days looked at; null before the cycle has one behind it.")
    items: list[GapRead] = Field(max_length=MAX_GAPS, description="A gap for each headline metric and planned scope.")


class SalesRead(Schema):
    """What was sold, and what was not for want of stock."""

    visits: TotalStr
    units: TotalStr
    revenue: TotalStr
    lost_units: TotalStr = Field(description="Days without stock times what sold on days with stock, by product.")


class EffectRead(Schema):
    """What one driver changed in revenue."""

    driver: Annotated[str, Field(max_length=64)] = Field(examples=["stock"])
    amount: TotalStr


class EffectRow(EffectRead, InCurrency):
    """The effect of a driver in a spreadsheet."""


class GapDriversRead(Schema):
    """Why revenue is not what it is compared with: the effects sum to the change exactly.

    Effects are split by the logarithmic mean (Ang, 2005: LMDI I), so no order of drivers matters.
    """

    key: GapKeyText
    currency: CurrencyCode | None
    period: PeriodRead
    comparison: Comparison
    compared_with: PeriodRead
    before: SalesRead | None = Field(description="What it is compared with; null where that is not known.")
    after: SalesRead | None = Field(description="What was reached; null where that is not known.")
    change: TotalStr | None = Field(description="After less before.")
    effects: list[EffectRead] = Field(max_length=10, description="Traffic, conversion, stock and price.")
    lost_revenue: TotalStr | None = Field(description="Lost units at the price of those sold.")


class WaterfallStepRead(Schema):
    """A bar from start to end; those of actual, target and potential stand on 0."""

    kind: StepKind
    name: Annotated[str, Field(max_length=64)]
    start: TotalStr
    end: TotalStr


class WaterfallStepRow(WaterfallStepRead, InCurrency):
    """A bar in a spreadsheet."""

    unit: Unit


class GapWaterfallRead(Schema):
    """The steps from what was reached to what was wanted and to what would be possible."""

    key: GapKeyText
    currency: CurrencyCode | None
    unit: Unit
    period: PeriodRead
    steps: list[WaterfallStepRead] = Field(max_length=20)


class UnpursuedGapRead(Schema):
    """A gap that was decided not to be pursued."""

    id: Id
    cycle_id: UUID
    unit_id: UUID
    metric_code: MetricCode
    scope: ScopeBody
    reason: Note = Field(description="Why not.")
    version: Version
    created_by: UUID = Field(description="The principal that decided it.")
    created_at: Instant = Field(description="When it was decided.")
    updated_at: Instant = Field(description="When it was last changed.")


class UnpursuedGapCreate(Body):
    """A decision not to pursue a gap."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "cycle_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "unit_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c",
                    "metric_code": "net_revenue",
                    "scope": {"marketplace": "US"},
                    "reason": "The market is being left.",
                }
            ]
        }
    )

    cycle_id: UUID = Field(description="The cycle.")
    unit_id: UUID = Field(description="The unit.")
    metric_code: MetricCode
    scope: ScopeBody = Field(default_factory=ScopeBody, description="What the gap is about.")
    reason: Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00]*\S[^\x00]*$")] = Field(
        description="Why not.", examples=["The market is being left."]
    )
