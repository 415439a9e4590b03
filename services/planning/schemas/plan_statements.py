"""HTTP bodies of what a plan states: profit and loss, headcount, bridge, market shares, changes between versions."""

from typing import Annotated

from pydantic import Field

from services.planning.domain.plan_lines import MOST_MONTHS, LineOrigin
from services.planning.schemas.fields import InCurrency, MetricCode, Month, ScopeBody, TotalStr, ValueStr
from shared.web.schemas import CurrencyCode, Id, Instant, Integer, Name, Schema, Slug

MOST_CHANGES = 40_000
MOST_INITIATIVES = 2_000

AnyRatio = Annotated[float, Field(json_schema_extra={"format": "double"})]


class ProfitAndLossFigures(Schema):
    """The figures of a month or of several, in the plan's currency; costs are positive."""

    net_revenue: TotalStr = Field(description="Net revenue.")
    cogs: TotalStr = Field(description="Cost of goods.")
    gross_profit: TotalStr = Field(description="Net revenue less cost of goods.")
    ad_spend: TotalStr = Field(description="Advertising.")
    fulfilment_cost: TotalStr = Field(description="Fulfilment.")
    selling_fees: TotalStr = Field(description="Fees for selling.")
    payroll: TotalStr = Field(description="Pay.")
    other_cost: TotalStr = Field(description="Everything else.")
    operating_profit: TotalStr = Field(description="What remains.")
    gross_margin: AnyRatio | None = Field(description="Gross profit by net revenue; null without revenue.")
    operating_margin: AnyRatio | None = Field(description="Operating profit by net revenue; null without revenue.")
    missing: list[Slug] = Field(max_length=7, description="Figures that are not known, and taken as 0.")


class ProfitAndLossMonth(Schema):
    """A month as planned and as it was."""

    month: Month = Field(description="The month.")
    plan: ProfitAndLossFigures = Field(description="What is planned.")
    actual: ProfitAndLossFigures | None = Field(description="What was measured; null where nothing was.")


class ProfitAndLossRead(Schema):
    """The profit and loss of a plan by month and in all, with what has become of it."""

    plan_id: Id
    title: Name = Field(description="What the plan is called.")
    currency: CurrencyCode
    known_at: Instant = Field(description="What had been observed by then counts as actual.")
    months: list[ProfitAndLossMonth] = Field(max_length=MOST_MONTHS, description="The months of the cycle.")
    total: ProfitAndLossFigures = Field(description="What is planned for all months.")
    measured_plan: ProfitAndLossFigures | None = Field(description="What is planned for the months that are measured.")
    measured_actual: ProfitAndLossFigures | None = Field(description="What was measured in these months.")


class ProfitAndLossRow(ProfitAndLossMonth, InCurrency):
    """A month in a spreadsheet."""


class HeadcountMonthRead(Schema):
    """How many people there are after who comes and goes in a month."""

    month: Month = Field(description="The month.")
    opening: TotalStr | None = Field(description="At its beginning; null where the plan does not say where it begins.")
    joins: TotalStr = Field(description="Who joins.")
    transfers_in: TotalStr = Field(description="Who comes from another unit.")
    transfers_out: TotalStr = Field(description="Who goes to another unit.")
    leaves: TotalStr = Field(description="Who leaves.")
    closing: TotalStr | None = Field(description="At its end.")
    planned: TotalStr | None = Field(description="The headcount that the plan states for the month.")
    actual: TotalStr | None = Field(description="The headcount that was read.")


class HeadcountRead(Schema):
    """The headcount bridge of a plan."""

    plan_id: Id
    title: Name = Field(description="What the plan is called.")
    known_at: Instant = Field(description="What had been observed by then counts as actual.")
    opening: TotalStr | None = Field(description="Before the first month.")
    closing: TotalStr | None = Field(description="After the last month.")
    months: list[HeadcountMonthRead] = Field(max_length=MOST_MONTHS, description="The months of the cycle.")


class ContributionRead(Schema):
    """What an initiative is planned to bring."""

    initiative_id: Id
    title: Name | None = Field(description="What the initiative is called.")
    amount: TotalStr = Field(description="Net revenue in the plan's currency.")


class BridgeStepRead(Schema):
    """A step on the way from last year to the target."""

    name: Slug = Field(description="base, organic, launches, campaigns, uncovered or surplus.", examples=["organic"])
    start: TotalStr = Field(description="Where the step begins.")
    amount: TotalStr = Field(description="By how much it leads up.")
    end: TotalStr = Field(description="Where it ends; the last ends at the target.")


class PlanBridgeRead(Schema):
    """What stands behind the net revenue of a plan's first twelve months, and what nothing stands behind."""

    plan_id: Id
    title: Name = Field(description="What the plan is called.")
    currency: CurrencyCode
    target: TotalStr | None = Field(description="The planned net revenue; null where there is none.")
    base: TotalStr | None = Field(description="Net revenue of the same months a year before; null when not stated.")
    organic_growth: AnyRatio | None = Field(description="By which part the base grows by itself.")
    organic: TotalStr | None = Field(description="What it grows by.")
    launches: list[ContributionRead] = Field(max_length=MOST_INITIATIVES, description="What launches bring.")
    campaigns: list[ContributionRead] = Field(max_length=MOST_INITIATIVES, description="What campaigns bring.")
    unnamed: TotalStr = Field(description="What launches and campaigns bring in no initiative's name; covers nothing.")
    covered: TotalStr | None = Field(description="Base, growth, launches and campaigns.")
    uncovered: TotalStr | None = Field(description="What nothing stands behind.")
    uncovered_share: AnyRatio | None = Field(description="The uncovered part of the target.")
    steps: list[BridgeStepRead] = Field(max_length=6, description="The steps from base to target.")


class CoverageRow(InCurrency):
    """A part of the target in a spreadsheet; all of them sum to it."""

    part: Slug = Field(description="base, organic, launch, campaign, uncovered or surplus.", examples=["organic"])
    initiative_id: Id | None = Field(description="The launch or campaign.")
    title: Name | None = Field(description="What it is called.")
    amount: TotalStr = Field(description="Net revenue; below 0 for a surplus.")


class MarketShareRead(Schema):
    """The share of its market that a plan implies for a year."""

    year: Integer = Field(description="The year in which it begins.", examples=[2027])
    net_revenue: TotalStr = Field(description="Planned, in the plan's currency.")
    market_size: TotalStr = Field(description="The size of the market, in the plan's currency.")
    share: AnyRatio | None = Field(description="The one by the other; null without a market.")
    is_rising: bool = Field(description="Whether it is larger than in the year before.")


class MarketShareRow(MarketShareRead, InCurrency):
    """A year in a spreadsheet."""


class MarketSharesRead(Schema):
    """The implied market share of every whole year of a plan."""

    plan_id: Id
    currency: CurrencyCode
    years: list[MarketShareRead] = Field(max_length=10, description="The years in order.")


class LineChangeRead(Schema):
    """What a line was in one version and is in another."""

    metric_code: MetricCode
    scope: ScopeBody = Field(description="What the value is about.")
    month: Month = Field(description="The month.")
    old: ValueStr | None = Field(description="The value before; null where it was not planned.")
    old_origin: LineOrigin | None = Field(description="Where that came from.")
    new: ValueStr | None = Field(description="The value now; null where it is no longer planned.")
    new_origin: LineOrigin | None = Field(description="Where this comes from.")


class LineChangeRow(LineChangeRead, InCurrency):
    """A line that differs in a spreadsheet."""


class PlanChangesRead(Schema):
    """What differs between two versions of a plan."""

    plan_id: Id
    against_plan_id: Id = Field(description="The version that it is compared with.")
    changes: list[LineChangeRead] = Field(
        max_length=MOST_CHANGES, description="The lines that differ, by metric, scope and month."
    )
