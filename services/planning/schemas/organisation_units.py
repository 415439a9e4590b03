"""HTTP bodies of organisation units."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.organisation import UnitLevel
from shared.web.schemas import ABSENT, Body, Code, Day, Id, Instant, Name, Patch, Schema, Version

_CODE = "Your own short name of the unit, unique in your company whatever its case."


class OrganisationUnitRead(Schema):
    """A company, module, team or person."""

    id: Id
    code: Code = Field(description=_CODE, examples=["kitchen"])
    name: Name = Field(description="What people call it.", examples=["Kitchen"])
    level: UnitLevel = Field(description="How high the unit stands; it never changes.", examples=["module"])
    parent_id: Id | None = Field(description="The unit above; null for a company alone.")
    active_from_date: Day = Field(description="The first day on which the unit exists.")
    active_to_date: Day | None = Field(description="The last day on which it exists; null while it goes on.")
    version: Version
    created_at: Instant = Field(description="When the unit was made.")
    updated_at: Instant = Field(description="When the unit was last changed.")


class OrganisationUnitCreate(Body):
    """A new unit."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"code": "tradewind", "name": "Tradewind", "level": "company", "active_from_date": "2026-01-01"}
            ]
        }
    )

    code: Code = Field(description=_CODE, examples=["kitchen"])
    name: Name = Field(description="What people call it.", examples=["Kitchen"])
    level: UnitLevel = Field(description="How high the unit stands; it never changes.", examples=["module"])
    parent_id: UUID | None = Field(default=None, description="The unit above; absent for a company alone.")
    active_from_date: Day = Field(description="The first day on which the unit exists.")
    active_to_date: Day | None = Field(default=None, description="The last day on which it exists.")


class OrganisationUnitPatch(Patch):
    """What may change of a unit; `active_to_date` may be null."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Kitchen and table"}]})

    code: Code = Field(default=ABSENT, description=_CODE, examples=["kitchen"])
    name: Name = Field(default=ABSENT, description="What people call it.", examples=["Kitchen"])
    parent_id: UUID = Field(default=ABSENT, description="The unit above, of a higher level.")
    active_from_date: Day = Field(default=ABSENT, description="The first day on which the unit exists.")
    active_to_date: Day | None = Field(default=ABSENT, description="The last day on which it exists.")
