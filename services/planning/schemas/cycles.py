"""HTTP bodies of cycles."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.cycle_states import CycleKind, CycleState
from services.planning.schemas.fields import PlannedDay
from shared.web.schemas import ABSENT, Body, Code, Day, Id, Instant, Name, Note, Patch, Schema, Version

_CODE = "Your own short name of the cycle, unique in your company whatever its case."


class CycleRead(Schema):
    """A period for which goals are set and plans are made."""

    id: Id
    code: Code = Field(description=_CODE, examples=["2027"])
    name: Name = Field(description="What people call it.", examples=["The year 2027"])
    kind: CycleKind = Field(description="How long it is.", examples=["year"])
    start_date: Day = Field(description="Its first day.")
    end_date: Day = Field(description="Its last day.")
    parent_id: Id | None = Field(description="The longer cycle that it lies in.")
    status: CycleState = Field(description="A closed cycle, with all that belongs to it, is only read.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class CycleCreate(Body):
    """A new cycle."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "2027",
                    "name": "The year 2027",
                    "kind": "year",
                    "start_date": "2027-01-01",
                    "end_date": "2027-12-31",
                }
            ]
        }
    )

    code: Code = Field(description=_CODE, examples=["2027"])
    name: Name = Field(description="What people call it.", examples=["The year 2027"])
    kind: CycleKind = Field(description="How long it is; it never changes.", examples=["year"])
    start_date: PlannedDay = Field(description="Its first day.")
    end_date: PlannedDay = Field(description="Its last day.")
    parent_id: UUID | None = Field(default=None, description="The longer cycle that it lies in.")


class CyclePatch(Patch):
    """What may change of a cycle: its names always until it is closed, its days while it is prepared."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Our year 2027"}]})

    code: Code = Field(default=ABSENT, description=_CODE, examples=["2027"])
    name: Name = Field(default=ABSENT, description="What people call it.", examples=["The year 2027"])
    start_date: PlannedDay = Field(default=ABSENT, description="Its first day.")
    end_date: PlannedDay = Field(default=ABSENT, description="Its last day.")
    parent_id: UUID | None = Field(default=ABSENT, description="The longer cycle that it lies in.")


class CycleTransitionCreate(Body):
    """The next state of a cycle."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "open"}]})

    to: CycleState = Field(description="preparing, open, grading, closed follow each other.", examples=["open"])
    reason: Note | None = Field(default=None, description="Kept in the journal.")
