"""HTTP bodies of scoring runs and of what they say of every subject."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.ads.domain.diagnosis import Remedy
from services.ads.domain.proposals import ProposalKind
from services.ads.domain.scored import InventoryState, Level
from services.ads.domain.term_actions import Action, Hold
from services.ads.schemas.coded import Double, ReasonRead
from services.ads.schemas.fields import AmazonMarketplace, Text
from shared.web.schemas import BigCount, Body, Count, Day, Id, Instant, MoneyBody, Ratio, Schema

WindowDays = Annotated[
    int,
    Field(ge=7, le=365, description="Days before the run whose figures count.", json_schema_extra={"format": "int32"}),
]
Tau = Annotated[
    float,
    Field(
        gt=0.5,
        lt=1,
        description="Probability of loss from which a loss's end is proposed: 0.9 careful, 0.7 balanced.",
        json_schema_extra={"format": "double"},
    ),
]
Points = Annotated[float, Field(ge=0, le=100, json_schema_extra={"format": "double"})]
Part = Annotated[str, Field(min_length=1, max_length=40, examples=["profit"])]
Figure = Annotated[float, Field(ge=0, le=1e15, json_schema_extra={"format": "double"})]


class ScoringRunCreate(Body):
    """What to score: by default everything, as of today, over 60 days."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"window_days": 60, "tau": 0.9}]})

    as_of_date: Day | None = Field(default=None, description="The day to score as of; today (UTC) where absent.")
    window_days: WindowDays = 60
    tau: Tau = 0.9
    marketplaces: list[AmazonMarketplace] | None = Field(
        default=None, min_length=1, max_length=50, description="Only campaigns in these marketplaces."
    )
    ad_account_ids: list[UUID] | None = Field(
        default=None, min_length=1, max_length=100, description="Only campaigns of these accounts."
    )


class ScoringParametersRead(Schema):
    """What the run was asked for; null of a filter set no limit."""

    as_of_date: Day
    window_days: WindowDays
    tau: Tau
    marketplaces: list[AmazonMarketplace] | None = Field(max_length=50)
    ad_account_ids: list[UUID] | None = Field(max_length=100)


class MarketTotalsRead(Schema):
    """Sums of an account in a marketplace over the window, in its currency."""

    ad_account_id: Id
    marketplace: AmazonMarketplace
    cost: MoneyBody
    sales: MoneyBody = Field(description="Sales that Amazon attributes to the ads.")
    wasted_spend: MoneyBody = Field(description="Spend beyond what its expected sales earn before ads.")
    waste_saved: MoneyBody = Field(description="What the run's proposals are expected to save of it.")
    sales_at_risk: MoneyBody = Field(description="Expected sales that the proposals give up.")
    sales_gained: MoneyBody = Field(description="Expected sales that the proposals win.")
    score: Points | None = Field(description="Mean score of the campaigns, weighed by spend.")


class KindCountRead(Schema):
    """How many proposals of a kind there are."""

    kind: ProposalKind
    count: Count


class ScoringTotalsRead(Schema):
    """What the run looked at and came to."""

    markets: list[MarketTotalsRead] = Field(max_length=5_000)
    proposals: list[KindCountRead] = Field(max_length=20)
    alarms: Count = Field(description="Campaigns whose conversion has fallen.")
    campaigns: Count
    search_terms: Count
    targets: Count
    products: Count


class FindingRead(Schema):
    """Something that costs money, the dearest first."""

    kind: Annotated[str, Field(max_length=40, examples=["wasted_spend"])] = Field(
        description="`wasted_spend`, `missed_sales` or `bought_twice`; new ones may be added."
    )
    campaign_id: Id
    text: Text | None = Field(description="The search term, where it is about one.")
    amount: MoneyBody = Field(description="Money lost or missed over the window.")
    saved: MoneyBody = Field(
        description="What all changes that the figures speak for are expected to save of it, also those that are not"
        " proposed again as they were approved or given out before. Search terms that are negated, or about to be, are"
        " left out."
    )
    reason: ReasonRead


class ScoringTimingsRead(Schema):
    """Seconds that the steps took."""

    ask_seconds: Double = Field(description="Asking inventory.")
    read_seconds: Double = Field(description="Reading everything at one moment.")
    layout_seconds: Double = Field(description="Laying it out.")
    score_seconds: Double = Field(description="Scoring.")
    propose_seconds: Double = Field(description="Deciding what to change.")
    words_seconds: Double = Field(description="Putting it into rows and words.")
    child_seconds: Double = Field(description="Starting the process that computes, and handing over.")
    write_seconds: Double = Field(description="Writing the run.")


class ScoringRunRead(Schema):
    """One run over all that is advertised; it is there once it is complete."""

    id: Id
    operation_id: Id
    as_of_date: Day
    window_days: WindowDays
    tau: Tau
    parameters: ScoringParametersRead
    inventory_state: InventoryState = Field(description="Whether inventory said what is in stock.")
    inventory_message: Text | None
    completeness: list[Ratio] = Field(
        min_length=8, max_length=8, description="Share of final orders reported after 0 to 6 and 7 or more days."
    )
    completeness_learned: bool = Field(description="Whether it was learned from successive pulls of the same days.")
    subjects_count: Count
    proposals_count: Count
    totals: ScoringTotalsRead
    findings: list[FindingRead] = Field(max_length=50)
    notes: list[ReasonRead] = Field(max_length=50, description="What was left out, and why.")
    timings: ScoringTimingsRead
    created_by: Id
    created_at: Instant
    completed_at: Instant


class ScorePartRead(Schema):
    """One of the five parts of a score; null is not known, and its weight went to the others."""

    part: Part
    value: Ratio | None = Field(description="How well the part does.")
    points: Points | None = Field(description="What it may give.")
    lost: Points | None = Field(description="What it does not give.")


class DiagnosisRead(ReasonRead):
    """What is wrong with a campaign, with the numbers that say so, and what to do about it."""

    remedy: Remedy


class AlarmRead(Schema):
    """A fall of the conversion rate: orders beside those expected at the rate before."""

    orders: Figure
    expected: Figure
    window_days: Count
    probability: Ratio = Field(description="Of so few orders if nothing had changed.")
    rate_ratio: Figure | None = Field(description="The rate as a share of what it was.")


class ScoreRead(Schema):
    """What a run says of one subject over its window; null is 'cannot be said'."""

    run_id: Id
    as_of_date: Day
    level: Level
    subject_id: Id
    name: Text = Field(description="Name, text or SKU of the subject.")
    ad_account_id: Id
    marketplace: AmazonMarketplace
    campaign_id: Id | None
    campaign: Text | None
    impressions: BigCount | None
    clicks: BigCount
    effective_clicks: Figure = Field(description="Clicks that had time to bring their orders.")
    cost: MoneyBody
    orders: BigCount
    sales: MoneyBody
    total_sales: MoneyBody | None = Field(description="All sales, organic included, where inventory knows them.")
    ctr: Figure | None = Field(description="Clicks per impression; not told of search terms.")
    cpc: Figure | None = Field(description="Cost per click.")
    cvr: Figure | None = Field(description="Orders per click, as reported.")
    aov: Figure | None = Field(description="Sales per order, shrunk to the price.")
    acos: Figure | None
    roas: Figure | None
    tacos: Figure | None
    break_even_acos: Double | None
    target_acos: Double | None
    expected_cvr: Ratio | None = Field(description="Conversion rate as expected after these clicks.")
    cvr_low: Ratio | None = Field(description="It is above this with 95 % probability.")
    cvr_high: Ratio | None = Field(description="It is below this with 95 % probability.")
    p_unprofitable: Ratio | None
    p_target: Ratio | None = Field(description="Probability that the ACoS is at the target or below.")
    p_below_benchmark: Ratio | None
    evidence: Ratio | None = Field(description="Share of its own clicks in what is known of it.")
    score: Points | None
    cap: Points | None = Field(description="The highest score that its stock allows.")
    wasted_spend: MoneyBody | None
    missed_sales: MoneyBody | None
    action: Action | None
    hold: Hold | None = Field(description="What kept an action from being proposed.")
    parts: list[ScorePartRead] = Field(max_length=5)
    diagnosis: DiagnosisRead | None
    alarm: AlarmRead | None
    reasons: list[ReasonRead] = Field(max_length=20, description="Told where something is to be done or wrong.")


class ScoreChangeRead(Schema):
    """How a subject's score moved between a run and the one before it over the same account."""

    level: Level
    subject_id: Id
    name: Text
    marketplace: AmazonMarketplace
    score: Points | None
    score_before: Points | None
    change: Annotated[float, Field(ge=-100, le=100, json_schema_extra={"format": "double"})] | None
    cost: MoneyBody
    cost_before: MoneyBody | None
    diagnosis: Annotated[str, Field(max_length=64)] | None
    diagnosis_before: Annotated[str, Field(max_length=64)] | None
