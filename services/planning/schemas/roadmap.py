"""HTTP bodies of roadmaps: bars with their five kinds of dates, what slips and why, and prices over time."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus
from services.planning.domain.price_and_channels import ChannelKind
from services.planning.domain.schedule import DependencyType, StartSetBy
from services.planning.schemas.dependencies import LagDays
from services.planning.schemas.fields import ScopeName
from services.planning.schemas.initiatives import DatesRead
from shared.web.schemas import (
    Code,
    CurrencyCode,
    Day,
    Id,
    Instant,
    Integer,
    MarketplaceCode,
    Name,
    NonNegativeDecimalStr,
    Schema,
)

MAX_BARS = 5_000
# Beyond these a picture is neither read nor soon drawn.
MAX_DRAWN_BARS = 1_000
GroupKey = Annotated[str, Field(max_length=64, examples=["2027-Q3"])]


class GroupBy(StrEnum):
    """What the bars of a roadmap are put together by."""

    SERIES = "series"
    OWNER = "owner"
    MARKETPLACE = "marketplace"
    QUARTER = "quarter"


class SlipCauseRead(Schema):
    """The initiative that set the start of one that slips."""

    id: Id
    code: Code = Field(description="Its code.")
    title: Name = Field(description="Its title.")


class BarRead(Schema):
    """One initiative on a roadmap."""

    id: Id
    code: Code = Field(description="Its code.")
    title: Name = Field(description="What people call it.")
    kind: InitiativeKind = Field(description="What it brings about.")
    status: InitiativeStatus = Field(description="Where it stands.")
    node_id: Id | None = Field(description="The part of the portfolio that it belongs to.")
    unit_id: Id | None = Field(description="The unit that answers for it.")
    owner_id: Id | None = Field(description="Who owns it.")
    marketplaces: list[MarketplaceCode] = Field(max_length=100, description="Where it has prices.")
    planned: DatesRead = Field(description="When it was meant to happen.")
    committed: DatesRead = Field(description="What is promised.")
    forecast: DatesRead = Field(description="What is to be expected; actual dates where they are known.")
    actual: DatesRead = Field(description="What has happened.")
    baseline: DatesRead | None = Field(description="What the baseline held it to; null where it was not in it.")
    slip_days: Integer | None = Field(
        description="How much later than promised it will be finished; negative only for what was early."
    )
    slack_days: Integer | None = Field(description="How much later it could start without slipping.")
    start_set_by: StartSetBy | None = Field(description="Where the forecast start comes from.")
    cause: SlipCauseRead | None = Field(description="Who set the start of what slips; null where it slips by itself.")
    is_critical: bool = Field(description="Whether it is part of the critical chain.")


class RoadmapDependencyRead(Schema):
    """A dependency between two bars, or of a bar on something outside the selection."""

    id: Id
    from_id: Id = Field(description="The earlier initiative.")
    to_id: Id = Field(description="The later one, which waits.")
    type: DependencyType = Field(description="What it waits for.")
    lag_days: LagDays = Field(description="Days to wait beyond that.")
    start_slack_days: Integer | None = Field(
        description="How much later the earlier one may be before the later one's start moves."
    )
    finish_slack_days: Integer | None = Field(
        description="How much later the earlier one may be before the later one slips."
    )


class RoadmapGroupRead(Schema):
    """Bars that belong together."""

    key: GroupKey | None = Field(description="An id, a marketplace or a quarter; null for bars that have none.")
    name: Name | None = Field(description="What people call it.")
    initiative_ids: list[UUID] = Field(max_length=MAX_BARS, description="Its bars, by forecast start.")


class RoadmapRead(Schema):
    """Initiatives over time."""

    as_of: Instant = Field(description="The moment from which it looks.")
    today_date: Day = Field(description="The day of that moment (UTC): nothing that is open ends before it.")
    group_by: GroupBy = Field(description="What the groups are.")
    baseline_id: Id | None = Field(description="The snapshot that it is compared with.")
    groups: list[RoadmapGroupRead] = Field(
        max_length=MAX_BARS, description="Bars put together; by marketplace, one may be in several."
    )
    bars: list[BarRead] = Field(max_length=MAX_BARS, description="One for each initiative, by forecast start.")
    dependencies: list[RoadmapDependencyRead] = Field(
        max_length=100_000, description="What the bars wait for; the earlier one may be outside the selection."
    )
    critical_chain: list[UUID] = Field(
        max_length=MAX_BARS,
        description="The initiatives that set the finish of what is finished last, the first of them first.",
    )


class PricePointRead(Schema):
    """A product at its price from its launch on."""

    initiative_id: Id
    code: Code = Field(description="Its code.")
    title: Name = Field(description="What people call it.")
    status: InitiativeStatus = Field(description="Where it stands.")
    series_id: Id | None = Field(description="The part of the portfolio that it belongs to.")
    series_name: Name | None = Field(description="Its name.")
    grade: str | None = Field(max_length=16, description="How important the product is.")
    channel: ScopeName = Field(description="Where it has this price.", examples=["amazon"])
    channel_kind: ChannelKind = Field(description="A special channel's price stands only where there is no other.")
    price: NonNegativeDecimalStr = Field(description="The dearest mainstream price, else the dearest.")
    list_price: NonNegativeDecimalStr = Field(description="The list price of that channel.")
    currency: CurrencyCode
    launch_date: Day = Field(description="Actual, else as forecast.")
    end_date: Day | None = Field(description="Actual, else as forecast: the end of its life.")
    predecessor_id: Id | None = Field(description="The product that it replaces.")


class PriceRoadmapRead(Schema):
    """Products of a marketplace by price and time."""

    as_of: Instant = Field(description="The moment from which it looks.")
    today_date: Day = Field(description="The day of that moment (UTC).")
    marketplace: MarketplaceCode
    points: list[PricePointRead] = Field(max_length=MAX_BARS, description="By launch, then by price.")
