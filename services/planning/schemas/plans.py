"""HTTP bodies of plans: what they are, and the steps of their life."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.plan_states import PlanKind, PlanStatus
from services.planning.domain.planned_revenue import BlendedMargin, FollowOn
from services.planning.schemas.fields import ValueStr
from shared.web.schemas import (
    ABSENT,
    Body,
    CurrencyCode,
    Id,
    Instant,
    Name,
    Note,
    Patch,
    Positive,
    RateStr,
    Schema,
    Version,
)

Growth = Annotated[float, Field(ge=-1, le=10, json_schema_extra={"format": "double"})]
Reason = Annotated[Note, Field(min_length=1, description="Why.", examples=["The market grows more slowly."])]
FindingKey = Annotated[
    str,
    Field(
        min_length=1,
        max_length=2_000,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="The key of a finding of the plan's checks.",
        examples=["PC1 children_differ net_revenue 2027-01 by marketplace"],
    ),
]

_BASE = "Net revenue of the same months a year before, in the plan's currency: what organic growth starts from."
_GROWTH = "By which part of it the base grows without launches and campaigns."
_OPENING = "How many people there are before the first month."
_MARKET = "The size of the market in the first year, in the plan's currency."
_MARKET_GROWTH = "By which part the market grows every year."
_RATES = "What one unit of each other currency is worth in the plan's; frozen when the plan is approved."
_BLENDED = "A product sold to bring buyers, and what they buy later."
_PAYBACK = "Over how many months what buyers buy later is counted."


class PlanRateBody(Body):
    """What one unit of a currency is worth in the plan's."""

    currency: CurrencyCode
    rate: RateStr = Field(description="Exact decimal in a string.", examples=["1.1"])


class FollowOnBody(Body):
    """What buyers of a traffic product buy later."""

    units: ValueStr = Field(description="How many units, over the payback months.", examples=["120"])
    margin_amount: ValueStr = Field(description="What one unit earns, in the plan's currency.", examples=["80"])


class BlendedMarginBody(Body):
    """A product sold to bring buyers, at a margin that may be a loss, with what they buy later."""

    buyers: ValueStr = Field(description="How many buyers it brings.", examples=["5000"])
    margin_amount: ValueStr = Field(description="What one sale earns, in the plan's currency.", examples=["-1.5"])
    follow_ons: list[FollowOnBody] = Field(default=[], max_length=50, description="What they buy later.")

    def to_blended(self) -> BlendedMargin:
        """The domain value."""
        follow_ons = tuple(FollowOn(each.units, each.margin_amount) for each in self.follow_ons)
        return BlendedMargin(self.buyers, self.margin_amount, follow_ons)


class PlanRead(Schema):
    """One version of a plan of a kind, for a unit and a cycle."""

    id: Id
    kind: PlanKind = Field(description="What the plan is for.", examples=["one_year"])
    unit_id: Id = Field(description="The unit that plans.")
    cycle_id: Id = Field(description="The cycle that is planned.")
    title: Name = Field(description="What people call it.", examples=["Plan 2027"])
    currency: CurrencyCode = Field(description="The currency of all its money.")
    exchange_rates: list[PlanRateBody] = Field(max_length=200, description=_RATES)
    version_no: Positive = Field(description="Counts the versions of a kind, unit and cycle.", examples=[1])
    previous_plan_id: Id | None = Field(description="The version that this one was made from.")
    status: PlanStatus = Field(description="Where the plan stands; values change only in drafts.", examples=["draft"])
    base_amount: ValueStr | None = Field(description=_BASE)
    organic_growth: Growth | None = Field(description=_GROWTH)
    opening_headcount: ValueStr | None = Field(description=_OPENING)
    market_size_amount: ValueStr | None = Field(description=_MARKET)
    market_growth: Growth | None = Field(description=_MARKET_GROWTH)
    blended_margin: BlendedMarginBody | None = Field(description=_BLENDED)
    payback_months: Positive | None = Field(description=_PAYBACK)
    submitted_by: UUID | None = Field(description="The principal that submitted it.")
    submitted_at: Instant | None = Field(description="When it was submitted.")
    approved_by: UUID | None = Field(description="The principal that approved it.")
    approved_at: Instant | None = Field(description="When it was approved.")
    released_at: Instant | None = Field(description="When it was released.")
    superseded_at: Instant | None = Field(description="When the approval of a later version replaced it.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class PlanCreate(Body):
    """A new draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "one_year",
                    "unit_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "cycle_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c",
                    "title": "Plan 2027",
                    "currency": "USD",
                    "base_amount": "12000000",
                    "organic_growth": 0.05,
                }
            ]
        }
    )

    kind: PlanKind = Field(description="What the plan is for.", examples=["one_year"])
    unit_id: UUID = Field(description="The unit that plans.")
    cycle_id: UUID = Field(description="The cycle that is planned.")
    title: Name = Field(description="What people call it.", examples=["Plan 2027"])
    currency: CurrencyCode = Field(description="The currency of all its money.")
    exchange_rates: list[PlanRateBody] = Field(default=[], max_length=50, description=_RATES)
    base_amount: ValueStr | None = Field(default=None, description=_BASE)
    organic_growth: Growth | None = Field(default=None, description=_GROWTH)
    opening_headcount: ValueStr | None = Field(default=None, description=_OPENING)
    market_size_amount: ValueStr | None = Field(default=None, description=_MARKET)
    market_growth: Growth | None = Field(default=None, description=_MARKET_GROWTH)
    blended_margin: BlendedMarginBody | None = Field(default=None, description=_BLENDED)
    payback_months: Annotated[Positive, Field(le=120)] | None = Field(default=None, description=_PAYBACK)


class PlanPatch(Patch):
    """What may change of a draft; everything but title and currency may be null."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Plan 2027, second thoughts"}]})

    title: Name = Field(default=ABSENT, description="What people call it.", examples=["Plan 2027"])
    currency: CurrencyCode = Field(default=ABSENT, description="The currency of all its money.")
    exchange_rates: list[PlanRateBody] = Field(default=ABSENT, max_length=50, description=_RATES)
    base_amount: ValueStr | None = Field(default=ABSENT, description=_BASE)
    organic_growth: Growth | None = Field(default=ABSENT, description=_GROWTH)
    opening_headcount: ValueStr | None = Field(default=ABSENT, description=_OPENING)
    market_size_amount: ValueStr | None = Field(default=ABSENT, description=_MARKET)
    market_growth: Growth | None = Field(default=ABSENT, description=_MARKET_GROWTH)
    blended_margin: BlendedMarginBody | None = Field(default=ABSENT, description=_BLENDED)
    payback_months: Annotated[Positive, Field(le=120)] | None = Field(default=ABSENT, description=_PAYBACK)


class PlanVersionCreate(Body):
    """A new draft with the lines of this plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Plan 2027, second version"}]})

    title: Name | None = Field(default=None, description="What people call it; by default as this one.")


class PlanReturnCreate(Body):
    """Why a submitted plan goes back to its authors."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The campaigns of summer are missing."}]})

    reason: Reason


class PlanWaiverCreate(Body):
    """Why a plan may be approved in spite of a finding."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "finding_key": "PC1 children_differ net_revenue 2027-01 by marketplace",
                    "reason": "Two small marketplaces are not planned.",
                }
            ]
        }
    )

    finding_key: FindingKey
    reason: Reason


class PlanWaiverRead(Schema):
    """Why a plan may be approved in spite of a finding, and who said so."""

    plan_id: Id
    finding_key: FindingKey
    reason: Note = Field(description="Why.")
    waived_by: UUID = Field(description="The principal that waived it.")
    waived_at: Instant = Field(description="When it was waived.")


class PlanApprovalCreate(Body):
    """The rates to freeze, and findings that are waived with the approval."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"exchange_rates": [{"currency": "EUR", "rate": "1.1"}], "waivers": []}]}
    )

    exchange_rates: list[PlanRateBody] = Field(
        default=[], max_length=50, description="Rates to freeze, in place of those that the draft states."
    )
    waivers: list[PlanWaiverCreate] = Field(default=[], max_length=200, description="Findings waived by the approver.")


def plan_columns(values: dict[str, Any]) -> dict[str, Any]:
    """What a row stores of the fields of a body: ratios as exact decimals, rates and the blended margin as JSON."""
    columns = dict(values)
    for name in ("organic_growth", "market_growth"):
        if columns.get(name) is not None:
            columns[name] = Decimal(str(columns[name])).quantize(Decimal("0.000001"))
    if "exchange_rates" in columns:
        columns["fx"] = rates_column(columns.pop("exchange_rates"))
    if columns.get("blended_margin") is not None:
        columns["blended_margin"] = columns["blended_margin"].model_dump(mode="json")
    return columns


def rates_column(rates: list[PlanRateBody]) -> dict[str, str]:
    """Rates as a row stores them: currency to exact decimal as text."""
    return {each.currency: each.model_dump(mode="json")["rate"] for each in rates}
