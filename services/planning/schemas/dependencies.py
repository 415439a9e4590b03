"""HTTP bodies of dependencies between initiatives."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.schedule import DependencyType
from services.planning.schemas.initiative_parts import EXAMPLE_ID
from shared.web.schemas import ABSENT, Body, Code, Id, Instant, Name, Patch, Schema, Version

_TYPE = "What the later one waits for: the earlier one's finish or its start."
_LAG = "Days to wait beyond that; negative for a head start."
_RISK = "The unit or person that owns the risk while nobody has confirmed it."
LagDays = Annotated[int, Field(ge=-3_650, le=3_650, json_schema_extra={"format": "int32"}, examples=[5])]


class DependencyRead(Schema):
    """One initiative waits for another."""

    id: Id
    from_id: Id = Field(description="The earlier initiative.")
    from_code: Code = Field(description="Its code.")
    from_title: Name = Field(description="Its title.")
    to_id: Id = Field(description="The later initiative, which waits.")
    to_code: Code = Field(description="Its code.")
    to_title: Name = Field(description="Its title.")
    type: DependencyType = Field(description=_TYPE)
    lag_days: LagDays = Field(description=_LAG)
    confirmed_by: UUID | None = Field(description="The principal that promised to keep it.")
    confirmed_at: Instant | None = Field(description="When that was promised.")
    risk_owner_id: Id | None = Field(description=_RISK)
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class DependencyCreate(Body):
    """A dependency that leads to no circle."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"from_id": EXAMPLE_ID, "to_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c", "type": "finish_start"}
            ]
        }
    )

    from_id: UUID = Field(description="The earlier initiative.")
    to_id: UUID = Field(description="The later initiative, which waits.")
    type: DependencyType = Field(default=DependencyType.FINISH_START, description=_TYPE)
    lag_days: LagDays = Field(default=0, description=_LAG)
    risk_owner_id: UUID | None = Field(default=None, description=_RISK)


class DependencyPatch(Patch):
    """What may change of a dependency; another type or lag has to be confirmed again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"lag_days": 5}]})

    type: DependencyType = Field(default=ABSENT, description=_TYPE)
    lag_days: LagDays = Field(default=ABSENT, description=_LAG)
    risk_owner_id: UUID | None = Field(default=ABSENT, description=_RISK)
