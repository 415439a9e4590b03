"""HTTP bodies of days on which factories are closed."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.schemas.fields import PlannedDay
from shared.web.schemas import ABSENT, Body, Day, Id, Instant, Name, Patch, Schema, Version


class WorkClosureRead(Schema):
    """Days on which nothing is made; developed initiatives take so much longer."""

    id: Id
    name: Name = Field(description="What the days are.", examples=["Chinese New Year"])
    from_date: Day = Field(description="The first closed day.")
    to_date: Day = Field(description="The last closed day.")
    version: Version
    created_by: UUID = Field(description="The principal that named them.")
    created_at: Instant = Field(description="When they were named.")
    updated_at: Instant = Field(description="When they were last changed.")


class WorkClosureCreate(Body):
    """Days on which nothing is made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Chinese New Year", "from_date": "2027-02-04", "to_date": "2027-02-20"}]
        }
    )

    name: Name = Field(description="What the days are.", examples=["Chinese New Year"])
    from_date: PlannedDay = Field(description="The first closed day.")
    to_date: PlannedDay = Field(description="The last closed day.")


class WorkClosurePatch(Patch):
    """What may change of a closure."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_date": "2027-02-22"}]})

    name: Name = Field(default=ABSENT, description="What the days are.", examples=["Chinese New Year"])
    from_date: PlannedDay = Field(default=ABSENT, description="The first closed day.")
    to_date: PlannedDay = Field(default=ABSENT, description="The last closed day.")
