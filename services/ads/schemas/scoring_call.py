"""Bodies of the stateless scoring call: plain numbers, money in one currency of the caller's choice."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.ads.domain.diagnosis import Remedy
from services.ads.domain.economics import Stage
from services.ads.domain.reasons import ReasonCode
from services.ads.domain.term_actions import Action, Hold
from services.ads.schemas.coded import ReasonRead
from shared.web.inlined_schema import inlined_schema

MOST_CAMPAIGNS = 20_000
MOST_TERMS = 200_000
MOST_DAYS = 800
MOST = 1_000_000_000_000

Count = Annotated[float, Field(ge=0, le=MOST)]
Amount = Annotated[float, Field(ge=0, le=MOST)]
Share = Annotated[float, Field(ge=0, le=1)]
Chance = Annotated[float, Field(ge=0, le=1)]
Acos = Annotated[float, Field(ge=-100, le=100)]
Days = Annotated[float, Field(ge=0, le=1_000_000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Label = Annotated[str, Field(max_length=200)]
DayText = Annotated[
    str,
    Field(
        min_length=10,
        max_length=40,
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$",
        description="A day such as 2026-01-31; of a moment its day counts, in the marketplace's own time.",
    ),
]


class _Plain(BaseModel):
    """Numbers are numbers, never text that looks like one; fields that the score does not use are ignored."""

    model_config = ConfigDict(strict=True, extra="ignore", allow_inf_nan=False)


class Attribution(_Plain):
    """How orders are attributed, and how many of them reports already show."""

    window_days: Annotated[float, Field(ge=1, le=60)] | None = Field(
        default=None, description="Not used: the shares say what it would."
    )
    completeness: Annotated[list[Share], Field(min_length=8, max_length=8)] | None = Field(
        default=None,
        description="Share of a day's final orders that is reported when the day is 0, 1, …, 6 and 7 or more days old;"
        " never falling. Usual figures where absent.",
    )


class CampaignDay(_Plain):
    """One day of a campaign."""

    date: DayText
    clicks: Count
    cost: Amount | None = None
    orders: Count
    sales: Amount | None = None


class ScoredCampaign(_Plain):
    """A campaign and its money. Without a break-even ACoS nothing is said of profit."""

    campaign_id: Name
    category: Label | None = Field(default=None, description="Campaigns and terms of a category share what is usual.")
    match_type: Label | None = Field(default=None, description="Not used.")
    price: Amount | None = Field(default=None, description="Counts as five orders of its value.")
    break_even_acos: Acos | None = Field(default=None, description="Margin before ads as a share of the price.")
    target_acos: Acos | None = Field(default=None, description="By stage where absent.")
    benchmark_cvr: Annotated[list[Share], Field(min_length=2, max_length=2)] | None = Field(
        default=None, description="Lowest and highest usual orders per click; [0.07, 0.10] where absent."
    )
    impressions: Count | None = None
    clicks: Count
    cost: Amount
    orders: Count = Field(description="May be more than the clicks: they are capped.")
    sales: Amount
    daily: Annotated[list[CampaignDay], Field(max_length=MOST_DAYS)] | None = Field(
        default=None,
        description="Days up to `as_of`. They say how old the clicks are, and whether conversion fell: twelve weeks"
        " serve best.",
    )
    stage: Stage | None = Field(default=None, strict=False, description="Growth where absent.")
    benchmark_ctr: Annotated[float, Field(gt=0, lt=1)] | None = Field(default=None, description="0.0035 where absent.")
    benchmark_cpc: Amount | None = Field(default=None, description="What a click usually costs.")
    time_in_budget: Share | None = Field(default=None, description="Share of the time in which the budget lasted.")
    sellable_units: Count | None = None
    buy_box: bool | None = Field(default=None, description="False when the offer is not the featured one.")
    cover_days: Days | None = Field(default=None, description="Days that stock and what arrives in time last.")
    lead_time_days: Days | None = Field(default=None, description="Days until new stock could be sold.")
    eligibility: Annotated[str, Field(max_length=100)] | None = Field(
        default=None, description="Amazon's word, such as ELIGIBLE or LISTING_SUPPRESSED."
    )
    bid: Amount | None = None
    suggested_bid_low: Amount | None = Field(default=None, description="The least that Amazon suggests.")


class ScoredTerm(_Plain):
    """A search term or target of one of the campaigns."""

    id: Name
    campaign_id: Name
    category: Label | None = Field(default=None, description="Its campaign's where absent.")
    match_type: Label | None = Field(default=None, description="Exact terms are not harvested.")
    impressions: Count | None = Field(
        default=None, description="Not used: search-term reports leave out terms without a click."
    )
    clicks: Count
    cost: Amount
    orders: Count = Field(description="May be more than the clicks: they are capped.")
    sales: Amount
    clicks_by_age: Annotated[list[Count], Field(min_length=8, max_length=8)] | None = Field(
        default=None,
        description="Clicks of the days that are 0, 1, …, 6 and 7 or more days old. As old as the campaign's where"
        " absent.",
    )
    bid: Amount | None = Field(default=None, description="The present bid; the cost per click stands for it.")
    hours_since_change: Annotated[float, Field(ge=0, le=1_000_000)] | None = Field(
        default=None, description="Since it was last changed: for three days nothing is advised again."
    )


class ScoreRequest(_Plain):
    """Everything to be scored; the call keeps nothing."""

    as_of: DayText
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", min_length=3, max_length=3)] = Field(
        description="Of all money in the request and the answer."
    )
    attribution: Attribution | None = None
    tau: Annotated[float, Field(ge=0.5, le=0.999)] | None = Field(
        default=None,
        description="Probability of loss from which a term is to be negated: 0.9 careful (where absent), 0.7 balanced.",
    )
    campaigns: list[ScoredCampaign] = Field(max_length=MOST_CAMPAIGNS)
    terms: list[ScoredTerm] | None = Field(default=None, max_length=MOST_TERMS)


class FiveParts(BaseModel):
    """A number for each part of the score; null where it cannot be said."""

    profit: Annotated[float, Field(ge=0, le=100)] | None
    target: Annotated[float, Field(ge=0, le=100)] | None
    cvr: Annotated[float, Field(ge=0, le=100)] | None
    ctr: Annotated[float, Field(ge=0, le=100)] | None
    budget: Annotated[float, Field(ge=0, le=100)] | None


class ConversionAlarm(BaseModel):
    """Conversion fell: in the last `window_days` there were `orders` where `expected` were to be expected."""

    window_days: int = Field(ge=1, le=100)
    orders: Count
    expected: Count
    probability: Chance = Field(description="Of so few orders had the rate not fallen, for this window alone.")
    rate_ratio: Annotated[float, Field(ge=0)] = Field(description="The rate as a share of what it was.")


Interval = Annotated[
    list[Annotated[float, Field(ge=0, le=1)] | None],
    Field(min_length=2, max_length=2, description="Holds the conversion rate with a probability of 90 %."),
]


class TermScore(BaseModel):
    """What is known of a term and what to do with it. Money is of the request's window; null is 'cannot be said'."""

    id: Name
    p_unprofitable: Chance | None
    score: Annotated[float, Field(ge=0, le=100)] | None
    action: Action
    bid: Amount | None = Field(description="What a click is worth at the target ACoS.")
    evidence: Share = Field(description="Share of its own clicks in what is known about it.")
    reasons: list[ReasonRead] = Field(max_length=10)
    hold: Hold = Field(description="What kept an action from being advised.")
    next_bid: Amount | None = Field(description="One step towards `bid`, at most 30 % from the present one.")
    p_target: Chance | None = Field(description="That ACoS is at most the target.")
    p_below_benchmark: Chance | None
    expected_cvr: Share
    interval: Interval
    needed_cvr: Annotated[float, Field(ge=0)] | None = Field(description="Orders per click that pay for the clicks.")
    target_cvr: Annotated[float, Field(ge=0)] | None = Field(description="Orders per click that meet the target.")
    effective_clicks: Count = Field(description="Clicks that had time to bring their orders.")
    wasted_spend: Amount | None = Field(description="Spend beyond what its expected sales earn.")
    waste_saved: Amount = Field(description="What the action saves of it.")
    sales_at_risk: Amount = Field(description="Expected sales that the action may cost.")
    sales_gained: Amount = Field(description="Expected sales that more clicks bring.")


class CampaignScore(BaseModel):
    """What is known of a campaign and what is wrong with it."""

    campaign_id: Name
    score: Annotated[float, Field(ge=0, le=100)] | None
    parts: FiveParts = Field(description="Each from 0 to 100.")
    p_below_benchmark: Chance | None
    p_unprofitable: Chance | None
    alarm: ConversionAlarm | None = Field(description="Null where nothing fired, or no days were given.")
    diagnosis: ReasonCode
    reasons: list[ReasonRead] = Field(max_length=20)
    remedy: Remedy
    points_lost: FiveParts = Field(description="Points of the score that each part loses.")
    cap: Annotated[float, Field(ge=0, le=100)] | None = Field(description="The most that stock allows.")
    evidence: Share
    p_target: Chance | None
    expected_cvr: Share
    interval: Interval
    needed_cvr: Annotated[float, Field(ge=0)] | None
    target_cvr: Annotated[float, Field(ge=0)] | None
    bid: Amount | None = Field(description="What a click is worth at the target ACoS.")
    effective_clicks: Count
    wasted_spend: Amount | None
    missed_sales: Amount | None = Field(description="Sales missed while out of budget.")


class ScoreAnswer(BaseModel):
    """Terms and campaigns in the order of the request."""

    terms: list[TermScore] = Field(max_length=MOST_TERMS)
    campaigns: list[CampaignScore] = Field(max_length=MOST_CAMPAIGNS)


_EXAMPLE: dict[str, Any] = {
    "as_of": "2026-05-31",
    "currency": "USD",
    "attribution": {"window_days": 7, "completeness": [0.55, 0.72, 0.81, 0.87, 0.9, 0.94, 0.97, 1.0]},
    "campaigns": [
        {
            "campaign_id": "kettle-generic",
            "category": "kitchen",
            "match_type": "broad",
            "price": 26.0,
            "break_even_acos": 0.34,
            "target_acos": 0.255,
            "benchmark_cvr": [0.07, 0.1],
            "impressions": 118000,
            "clicks": 620,
            "cost": 341.0,
            "orders": 58,
            "sales": 1508.0,
        }
    ],
    "terms": [
        {
            "id": "steel kettle",
            "campaign_id": "kettle-generic",
            "category": "kitchen",
            "match_type": "broad",
            "impressions": 2100,
            "clicks": 34,
            "cost": 30.6,
            "orders": 0,
            "sales": 0,
            "clicks_by_age": [1, 2, 0, 1, 0, 3, 1, 26],
        },
        {
            "id": "electric kettle 1.7 l",
            "campaign_id": "kettle-generic",
            "match_type": "phrase",
            "impressions": 9400,
            "clicks": 88,
            "cost": 44.0,
            "orders": 15,
            "sales": 390.0,
        },
    ],
}
_WITH_STOCK: dict[str, Any] = {
    **_EXAMPLE,
    "tau": 0.7,
    "campaigns": [
        _EXAMPLE["campaigns"][0]
        | {
            "time_in_budget": 0.7,
            "cover_days": 5,
            "lead_time_days": 45,
            "daily": [
                {"date": f"2026-05-{day:02d}", "clicks": 20, "cost": 11.0, "orders": 2, "sales": 52.0}
                for day in range(1, 32)
            ],
        }
    ],
}
REQUEST_EXAMPLES: dict[str, Any] = {
    "one_campaign": {"summary": "A campaign and two of its search terms", "value": _EXAMPLE},
    "with_stock_and_days": {"summary": "The same with its days, its budget and little stock", "value": _WITH_STOCK},
}


def request_schema() -> dict[str, Any]:
    """The schema of a request with its parts inlined: the body is read by the call itself, not by the framework."""
    return inlined_schema(ScoreRequest) | {"examples": [each["value"] for each in REQUEST_EXAMPLES.values()]}
