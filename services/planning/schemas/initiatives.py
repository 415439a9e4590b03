"""HTTP bodies of initiatives: their fields, their dates, and their steps from status to status."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.planning.domain.initiative_dates import Dates
from services.planning.domain.initiative_states import InitiativeKind, InitiativeStatus, Move
from services.planning.schemas.fields import PlannedDay, ScopeName
from services.planning.schemas.initiative_parts import BudgetMonthBody, PriceBody
from shared.web.schemas import (
    ABSENT,
    Body,
    Code,
    CurrencyCode,
    Day,
    Id,
    Instant,
    MarketplaceCode,
    Name,
    NonNegativeDecimalStr,
    Note,
    Patch,
    Schema,
    Version,
)

MAX_EFFORT_DAYS = 3_650

_CODE = "Your own short name of the initiative, unique in your company whatever its case."
_KIND = "What it brings about; products, upgrades and accessories are developed, other kinds are run."
_NODE = "The category, sub-category or series that it belongs to."
_UNIT = "The organisation unit that answers for it."
_OWNER = "The person, as a unit of the organisation, that owns it."
_GRADE = "How important the product is, such as S (flagship) or F (fighter)."
_PREDECESSOR = "The product initiative that this one replaces."
_PRODUCT = "The product's code, once it is sold."
_EFFORT = "Days of work from start to launch, or to the end of other kinds; 0 where the planned dates say it."


EffortDays = Annotated[int, Field(ge=0, le=MAX_EFFORT_DAYS, json_schema_extra={"format": "int32"}, examples=[120])]
Grade = Annotated[
    str, StringConstraints(min_length=1, max_length=16, pattern=r"^[A-Za-z0-9+-]+$"), Field(examples=["S"])
]
Quarter = Annotated[
    str,
    StringConstraints(min_length=7, max_length=7, pattern=r"^[0-9]{4}-Q[1-4]$"),
    Field(examples=["2027-Q3"]),
]
FieldPath = Annotated[str, Field(max_length=64, examples=["committed.launch_date"])]


class DatesRead(Schema):
    """The four dates of an initiative."""

    start_date: Day | None = Field(description="When work begins.")
    dev_done_date: Day | None = Field(description="When development ends.")
    launch_date: Day | None = Field(description="When it can be bought, or begins to be seen.")
    end_date: Day | None = Field(description="When the product's life, or the work of other kinds, ends.")

    @classmethod
    def of(cls, dates: Dates) -> Self:
        """Dates of the domain as callers read them."""
        return cls(start_date=dates.start, dev_done_date=dates.dev_done, launch_date=dates.launch, end_date=dates.end)


class DatesBody(Body):
    """Dates in their order: start, end of development, launch, end; any may be unknown."""

    start_date: PlannedDay | None = Field(default=None, description="When work begins.")
    dev_done_date: PlannedDay | None = Field(default=None, description="When development ends.")
    launch_date: PlannedDay | None = Field(default=None, description="When it can be bought, or begins to be seen.")
    end_date: PlannedDay | None = Field(default=None, description="When the life of a product, or other work, ends.")


class DatesPatch(Patch):
    """Changes of dates; null forgets one."""

    start_date: PlannedDay | None = Field(default=ABSENT, description="When work begins.")
    dev_done_date: PlannedDay | None = Field(default=ABSENT, description="When development ends.")
    launch_date: PlannedDay | None = Field(default=ABSENT, description="When it can be bought, or begins to be seen.")
    end_date: PlannedDay | None = Field(default=ABSENT, description="When the life of a product, or other work, ends.")


class BudgetBody(Body):
    """An exact amount of money that is not negative."""

    amount: NonNegativeDecimalStr = Field(description="Exact decimal in a string.", examples=["120000"])
    currency: CurrencyCode


class InitiativeRead(Schema):
    """Whatever has dates, an owner and a purpose: a product, a campaign, a market entry, a capability to build."""

    id: Id
    code: Code = Field(description=_CODE, examples=["HR-LAMP-2"])
    kind: InitiativeKind = Field(description=_KIND)
    title: Name = Field(description="What people call it.", examples=["Second desk lamp"])
    why: Note | None = Field(description="Why it is done.")
    status: InitiativeStatus = Field(description="Where it stands.")
    held_from: InitiativeStatus | None = Field(description="The status that one on hold comes back to.")
    node_id: Id | None = Field(description=_NODE)
    unit_id: Id | None = Field(description=_UNIT)
    owner_id: Id | None = Field(description=_OWNER)
    grade: Grade | None = Field(description=_GRADE)
    planned: DatesRead = Field(description="When it was meant to happen.")
    committed: DatesRead = Field(description="What is promised; slips are counted from here.")
    actual: DatesRead = Field(description="What has happened; steps from status to status settle it.")
    effort_days: EffortDays = Field(description=_EFFORT)
    budget: BudgetBody | None = Field(description="What it may cost in all.")
    predecessor_id: Id | None = Field(description=_PREDECESSOR)
    product_ref: ScopeName | None = Field(description=_PRODUCT, examples=["HR-LAMP"])
    marketplaces: list[MarketplaceCode] = Field(max_length=100, description="Where it has prices.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class AllowedMoveRead(Schema):
    """A step that the present status allows; what else it asks for is checked when it is made."""

    to: InitiativeStatus = Field(description="The status that it leads to.")
    move: Move = Field(description="What kind of step it is; recycling, holding and killing need a reason.")
    gate: InitiativeStatus | None = Field(description="The stage whose gate it passes.")


class InitiativeDetailRead(InitiativeRead):
    """An initiative with its parts and what may become of it."""

    prices: list[PriceBody] = Field(max_length=500, description="What it costs, by marketplace and channel.")
    budget_months: list[BudgetMonthBody] = Field(max_length=240, description="The budget by month.")
    key_result_ids: list[UUID] = Field(max_length=500, description="The key results that it is meant to move.")
    lineage: list[UUID] = Field(
        max_length=1_000, description="Its predecessor, that one's predecessor, and so on to the first."
    )
    successor_ids: list[UUID] = Field(max_length=1_000, description="The initiatives that replace it.")
    allowed_moves: list[AllowedMoveRead] = Field(max_length=20, description="Where it may go from here.")
    frozen_fields: list[FieldPath] = Field(max_length=30, description="What its released launch has settled.")


class InitiativeCreate(Body):
    """A new initiative; it begins as proposed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "HR-LAMP-2",
                    "kind": "product",
                    "title": "Second desk lamp",
                    "why": "Rivals have lamps with a battery, and readers ask for one.",
                    "planned": {"start_date": "2027-02-01", "launch_date": "2027-08-01"},
                    "effort_days": 165,
                }
            ]
        }
    )

    code: Code = Field(description=_CODE, examples=["HR-LAMP-2"])
    kind: InitiativeKind = Field(description=_KIND)
    title: Name = Field(description="What people call it.", examples=["Second desk lamp"])
    why: Note | None = Field(default=None, description="Why it is done; nothing leaves proposed without.")
    node_id: UUID | None = Field(default=None, description=_NODE)
    unit_id: UUID | None = Field(default=None, description=_UNIT)
    owner_id: UUID | None = Field(default=None, description=_OWNER)
    grade: Grade | None = Field(default=None, description=_GRADE)
    planned: DatesBody = Field(default_factory=DatesBody, description="When it is meant to happen.")
    committed: DatesBody = Field(default_factory=DatesBody, description="What is promised.")
    effort_days: EffortDays = Field(default=0, description=_EFFORT)
    budget: BudgetBody | None = Field(default=None, description="What it may cost in all.")
    predecessor_id: UUID | None = Field(default=None, description=_PREDECESSOR)
    product_ref: ScopeName | None = Field(default=None, description=_PRODUCT, examples=["HR-LAMP"])


class InitiativePatch(Patch):
    """What may change of an initiative. Its status changes by transitions."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"committed": {"launch_date": "2027-08-20"}, "reason": "The mould is three weeks late."}]
        }
    )

    code: Code = Field(default=ABSENT, description=_CODE, examples=["HR-LAMP-2"])
    kind: InitiativeKind = Field(default=ABSENT, description="What it brings about, while its status fits the kind.")
    title: Name = Field(default=ABSENT, description="What people call it.", examples=["Second desk lamp"])
    why: Note | None = Field(default=ABSENT, description="Why it is done.")
    node_id: UUID | None = Field(default=ABSENT, description=_NODE)
    unit_id: UUID | None = Field(default=ABSENT, description=_UNIT)
    owner_id: UUID | None = Field(default=ABSENT, description=_OWNER)
    grade: Grade | None = Field(default=ABSENT, description=_GRADE)
    planned: DatesPatch = Field(default=ABSENT, description="When it is meant to happen.")
    committed: DatesPatch = Field(
        default=ABSENT, description="What is promised; past concept it changes only for a reason."
    )
    actual: DatesPatch = Field(
        default=ABSENT, description="Corrections of what has happened; a date that a step settles is not set here."
    )
    effort_days: EffortDays = Field(default=ABSENT, description=_EFFORT)
    budget: BudgetBody | None = Field(default=ABSENT, description="What it may cost in all.")
    predecessor_id: UUID | None = Field(default=ABSENT, description=_PREDECESSOR)
    product_ref: ScopeName | None = Field(default=ABSENT, description=_PRODUCT, examples=["HR-LAMP"])
    reason: Note | None = Field(default=ABSENT, description="Why it is changed; kept in the journal.")


class InitiativeTransitionCreate(Body):
    """A step to another status."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "concept"}]})

    to: InitiativeStatus = Field(description="Where it goes; the initiative names the allowed moves.")
    reason: Note | None = Field(default=None, description="Why; needed to recycle, hold and kill.")
    on_date: PlannedDay | None = Field(
        default=None, description="The day on which it happened, today where absent; settles the actual date."
    )


class InitiativeTransitionRead(Schema):
    """A step that was made."""

    id: Id
    from_status: InitiativeStatus = Field(description="Where it stood.")
    to_status: InitiativeStatus = Field(description="Where it went.")
    move: Move = Field(description="What kind of step it was.")
    gate: InitiativeStatus | None = Field(description="The stage whose gate it passed.")
    on_date: Day = Field(description="The day on which it happened.")
    reason: Note | None = Field(description="Why, where a reason was given.")
    moved_by: UUID = Field(description="The principal that made the step.")
    moved_at: Instant = Field(description="When it was recorded.")
