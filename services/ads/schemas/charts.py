"""HTTP bodies of what pictures of advertising show."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import Level
from services.ads.domain.term_actions import Action
from services.ads.domain.vocabulary import Report
from services.ads.schemas.coded import Double, Sentence
from services.ads.schemas.fields import AmazonMarketplace, Text
from services.ads.schemas.scoring_runs import Figure, Points, ScorePartRead, Tau, WindowDays
from shared.web.schemas import BigCount, Count, Day, Id, Instant, MoneyBody, NonNegativeDecimalStr, Ratio, Schema, Slug


class PerformancePeriodRead(Schema):
    """A campaign's day or week."""

    date_from: Day
    date_to: Day
    reported: Ratio | None = Field(description="Share of its final orders that is known; null where none is reported.")
    impressions: BigCount | None
    clicks: BigCount
    effective_clicks: Figure = Field(description="Clicks that had time to bring their orders.")
    cost: MoneyBody
    orders: BigCount
    sales: MoneyBody
    acos: Figure | None = Field(description="Over the seven days up to its end, as all ratios here.")
    cvr: Ratio | None = Field(description="Orders per click that had time to bring one.")
    cvr_low: Ratio | None = Field(description="It is above this with 95 % probability.")
    cvr_high: Ratio | None = Field(description="It is below this with 95 % probability.")


class AppliedChangeRead(Schema):
    """A change that was made to the campaign or below it."""

    change_id: Id
    date: Day
    kind: ProposalKind
    level: Level
    words: Text | None = Field(description="The search term or target's text.")
    old_value: NonNegativeDecimalStr | None
    new_value: NonNegativeDecimalStr | None


class PerformanceChartRead(Schema):
    """What a campaign spent day by day or week by week, with its limits and what was changed."""

    campaign_id: Id
    campaign: Text
    marketplace: AmazonMarketplace
    as_of_date: Day = Field(description="The day after the last one shown.")
    report: Report | None = Field(description="The report that tells the days; null where none does.")
    run_id: Id | None = Field(description="The run that knew the limits.")
    daily_budget: MoneyBody | None
    break_even_acos: Double | None
    target_acos: Double | None
    needed_cvr: Double | None = Field(description="Conversion that pays for a click.")
    periods: list[PerformancePeriodRead] = Field(max_length=400)
    changes: list[AppliedChangeRead] = Field(max_length=1_000)


class ScoredRunRead(Schema):
    """What one run said of a campaign."""

    run_id: Id
    as_of_date: Day
    completed_at: Instant
    score: Points | None
    cap: Points | None = Field(description="The highest score that its stock allowed.")
    parts: list[ScorePartRead] = Field(max_length=5)
    diagnosis: Slug | None
    sentence: Sentence | None


class ScoreHistoryRead(Schema):
    """A campaign's scores, the oldest run first."""

    campaign_id: Id
    campaign: Text
    marketplace: AmazonMarketplace
    runs: list[ScoredRunRead] = Field(max_length=400)


class WastePointRead(Schema):
    """A search term or target on the map."""

    subject_id: Id
    name: Text
    campaign_id: Id | None
    campaign: Text | None
    clicks: BigCount
    orders: BigCount
    cost: MoneyBody
    wasted_spend: MoneyBody
    p_unprofitable: Ratio
    action: Action | None


class WasteMapRead(Schema):
    """Where a run sees money wasted, in one account and marketplace; null of these: nothing was scored."""

    run_id: Id
    as_of_date: Day
    window_days: WindowDays
    tau: Tau
    level: Annotated[Level, Field(description="What the points are.")]
    ad_account_id: UUID | None
    marketplace: AmazonMarketplace | None
    count: Count = Field(description="Subjects with spend, whether they are points or not.")
    unjudged: Count = Field(description="Those of them whose margin is not known.")
    cost: MoneyBody | None = Field(description="Of all of them.")
    wasted_spend: MoneyBody | None = Field(description="Of all of them.")
    points: list[WastePointRead] = Field(max_length=5_000, description="The dearest first.")
