"""HTTP bodies of reviews: what they open with, what is found, what is done, and how they close."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.gaps import GapStatus, Route
from services.planning.domain.pace import Health
from services.planning.domain.review_prefill import GapSide
from services.planning.domain.reviews import ActionState, ActionTarget, Cause, Lack, ReviewKind, ReviewState
from services.planning.schemas.fields import MetricCode, Month, ScopeBody, ScopeName, TotalStr, ValueStr
from services.planning.schemas.gaps import EffectRead, GapRef, PeriodRead, Rate
from services.planning.schemas.initiatives import DatesRead
from shared.web.schemas import (
    ABSENT,
    Body,
    CurrencyCode,
    Day,
    Id,
    Instant,
    Integer,
    MarketplaceCode,
    Name,
    Note,
    Patch,
    Schema,
    Version,
)

MAX_ITEMS = 5_000
Words = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class ReviewedGapRead(Schema):
    """A gap to speak about; the cause is a suggestion by its drivers."""

    ref: GapRef
    metric_code: MetricCode
    scope: ScopeBody
    status: GapStatus
    target: TotalStr | None
    actual: TotalStr | None
    performance: TotalStr = Field(description="What is short; positive, whichever way is better.")
    relative: Rate | None = Field(description="That to the target.")
    effects: list[EffectRead] = Field(max_length=10, description="What its drivers changed, where they are told.")
    suggested_cause: Cause | None = Field(description="The cause that the most harmful driver stands for.")
    driver_effect: TotalStr | None = Field(description="What that driver took away.")
    routes: list[Route] = Field(max_length=3, description="What the gap suggests.")


class HealthChangeRead(Schema):
    """A key result whose health changed since the review before."""

    key_result_id: UUID
    title: Name
    before: Health | None = Field(description="Null where it was not there.")
    now: Health


class SlipRead(Schema):
    """An initiative that is expected later than promised."""

    initiative_id: UUID
    title: Name
    slip_days: Integer
    cause_id: UUID | None = Field(description="The initiative that it waits for, where that is why.")
    cause_title: Name | None


class CarriedActionRead(Schema):
    """An action of an earlier review that is still open."""

    action_id: UUID
    text: Words
    gap_ref: GapRef | None
    owner_id: UUID | None
    due_date: Day | None
    is_overdue: bool


class NotComparedRead(Schema):
    """A headline metric of which no gap can be told."""

    ref: GapRef
    metric_code: MetricCode
    scope: ScopeBody
    lacks: list[GapSide] = Field(
        max_length=2,
        description="Why: the plan in force has no figures of it for these days, or nothing was read of it.",
    )


class LaunchRead(Schema):
    """What a launch review looks back on: what was promised of the initiative, and when it happened."""

    initiative_id: UUID
    title: Name
    product_ref: ScopeName | None = Field(description="The product whose readings count; null while it has no code.")
    marketplaces: list[MarketplaceCode] = Field(
        max_length=500, description="Where it has prices: gaps are looked at there alone, wherever where it has none."
    )
    committed: DatesRead = Field(description="What was promised.")
    actual: DatesRead = Field(description="What happened.")
    slip_days: Integer | None = Field(
        description="How much later than promised it was launched, or ended where it is no product; negative: early."
        " Null without a promise."
    )


class PrefillRead(Schema):
    """What a review opens with, each part gravest first.

    A monthly or annual review is about its unit. A launch review is about what was launched: gaps and drivers in what
    the unit's plan says of that product and initiative, in its marketplaces; its key results; its slip alone.
    """

    period: PeriodRead
    currency: CurrencyCode | None = Field(description="Of all money here.")
    gaps: list[ReviewedGapRead] = Field(max_length=MAX_ITEMS, description="Red and amber gaps.")
    not_compared: list[NotComparedRead] = Field(
        max_length=MAX_ITEMS, description="Headline metrics of which no gap can be told, and why."
    )
    launch: LaunchRead | None = Field(description="Of a launch review: what was launched, and its promise.")
    changed: list[HealthChangeRead] = Field(
        max_length=MAX_ITEMS,
        description="Key results of the unit, or that the launch was to move, whose health changed.",
    )
    slipped: list[SlipRead] = Field(
        max_length=MAX_ITEMS, description="Initiatives of the unit that slip, or the launched one."
    )
    carried: list[CarriedActionRead] = Field(
        max_length=MAX_ITEMS, description="Actions of the unit's earlier reviews that are still open."
    )


class UnansweredRead(Schema):
    """A red gap and what it still lacks."""

    gap_ref: GapRef
    lacks: list[Lack] = Field(max_length=2)


class ReviewRead(Schema):
    """A unit's review of a month, a year or a launch."""

    id: Id
    unit_id: UUID
    cycle_id: UUID
    kind: ReviewKind = Field(examples=["monthly"])
    month: Month = Field(description="The month that is reviewed; of an annual review the last one of its cycle.")
    initiative_id: UUID | None = Field(description="The launch that is reviewed.")
    due_date: Day = Field(description="The last day on which closing it is in time.")
    status: ReviewState
    prefill: PrefillRead = Field(description="What it opened with.")
    prefilled_at: Instant = Field(description="By what was known at this moment.")
    habits: Note | None = Field(description="What the unit wants to do otherwise from now on.")
    assumptions: Note | None = Field(description="What it took for granted, and whether that held.")
    snapshot_id: UUID | None = Field(description="What it was closed on, frozen.")
    closed_at: Instant | None
    closed_by: UUID | None
    version: Version
    created_by: UUID = Field(description="The principal that opened it.")
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, row: object, **more: object) -> Self:
        """The body of a row, whose month is a date."""
        names = cls.model_fields.keys() - {"month", *more}
        return cls(month=row.month_date, **{name: getattr(row, name) for name in names}, **more)  # type: ignore[attr-defined]


class ReviewDetail(ReviewRead):
    """A review with what still stands in the way of closing it."""

    unanswered: list[UnansweredRead] = Field(
        max_length=MAX_ITEMS, description="Red gaps that lack a cause, or an action with owner and day."
    )


class ReviewCreate(Body):
    """A review to be opened; it comes back filled in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "unit_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c",
                    "cycle_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "kind": "monthly",
                    "month": "2027-03",
                }
            ]
        }
    )

    unit_id: UUID = Field(description="The unit that looks back.")
    cycle_id: UUID = Field(description="The cycle whose goals and plans it looks at.")
    kind: ReviewKind = Field(examples=["monthly"])
    month: Month | None = Field(
        default=None,
        description="The month, which is over; absent for an annual review: that has its cycle's last.",
    )
    initiative_id: UUID | None = Field(
        default=None,
        description="Of a launch review: what was launched. It is filled in with the figures of that product.",
    )


class ReviewPatch(Patch):
    """What people write into a review beside its findings."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"habits": "Order before the holidays, not after."}]})

    habits: Note | None = Field(default=ABSENT, description="What the unit wants to do otherwise from now on.")
    assumptions: Note | None = Field(default=ABSENT, description="What it took for granted, and whether that held.")


class ReviewTransitionCreate(Body):
    """The next state of a review."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "discussed"}]})

    to: ReviewState = Field(description="prefilled, discussed, closed follow each other.", examples=["discussed"])


class ReviewFindingRead(Schema):
    """What was found."""

    id: Id
    review_id: UUID
    gap_ref: GapRef | None = Field(description="The gap that it is about.")
    cause: Cause | None = Field(description="Why.")
    text: Words = Field(description="What was found, in words.")
    driver_effect: ValueStr | None = Field(description="What the driver behind the cause took away, as computed.")
    version: Version
    created_by: UUID
    created_at: Instant
    updated_at: Instant


class ReviewFindingCreate(Body):
    """Something found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"gap_ref": "net_revenue", "cause": "supply", "text": "The lamp was out of stock for ten days."}
            ]
        }
    )

    gap_ref: GapRef | None = Field(default=None, description="The gap that it is about, one of the review.")
    cause: Cause | None = Field(default=None, description="Why.")
    text: Words = Field(description="What was found, in words.", examples=["The lamp was out of stock for ten days."])


class ReviewFindingPatch(Patch):
    """What may change of a finding until its review is closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"cause": "supply"}]})

    cause: Cause | None = Field(default=ABSENT, description="Why.")
    text: Words = Field(default=ABSENT, description="What was found, in words.")


class ReviewActionRead(Schema):
    """What somebody does by a day."""

    id: Id
    review_id: UUID
    gap_ref: GapRef | None = Field(description="The gap that it answers.")
    text: Words = Field(description="What is done.")
    owner_id: UUID | None = Field(description="The unit, mostly a person, that does it.")
    due_date: Day | None = Field(description="By when.")
    status: ActionState
    is_overdue: bool = Field(description="Whether it is open and its day is over.")
    outcome: Note | None = Field(description="What became of it.")
    ended_at: Instant | None
    target_kind: ActionTarget | None = Field(description="What it changes.")
    initiative_id: UUID | None
    plan_id: UUID | None
    key_result_id: UUID | None
    version: Version
    created_by: UUID
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, row: object, today: date) -> Self:
        """The body of a row, as late as it is today."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "is_overdue"}
        due = fields["due_date"]
        return cls(is_overdue=fields["status"] == ActionState.OPEN and due is not None and due < today, **fields)


class ReviewActionCreate(Body):
    """Something to do."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"gap_ref": "net_revenue", "text": "Ship fifty lamps by air.", "due_date": "2027-04-20"}]
        }
    )

    gap_ref: GapRef | None = Field(default=None, description="The gap that it answers, one of the review.")
    text: Words = Field(description="What is done.", examples=["Ship fifty lamps by air."])
    owner_id: UUID | None = Field(default=None, description="The unit, mostly a person, that does it.")
    due_date: Day | None = Field(default=None, description="By when.")
    target_kind: ActionTarget | None = Field(default=None, description="What it changes.")
    initiative_id: UUID | None = Field(default=None, description="Of target initiative.")
    plan_id: UUID | None = Field(default=None, description="Of target plan.")
    key_result_id: UUID | None = Field(default=None, description="Of target key_result.")


class ReviewActionPatch(Patch):
    """What may change of an open action, also after its review was closed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"due_date": "2027-04-30"}]})

    text: Words = Field(default=ABSENT, description="What is done.")
    owner_id: UUID | None = Field(default=ABSENT, description="The unit, mostly a person, that does it.")
    due_date: Day | None = Field(default=ABSENT, description="By when.")


class ReviewActionTransitionCreate(Body):
    """The end of an action, or that it is open after all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "done", "outcome": "They arrived on the 18th."}]})

    to: ActionState = Field(examples=["done"])
    outcome: Note | None = Field(default=None, description="What became of it; dropping it needs a reason here.")
