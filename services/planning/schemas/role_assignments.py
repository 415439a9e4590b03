"""HTTP bodies of role assignments."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.roles import AssignmentSubject, Role
from shared.web.schemas import ABSENT, Body, Day, Id, Instant, Patch, Schema, Version

_SUBJECT = "What the role is played for."
_ROLE = "PM, MM and CM manage product, market and category: each is one person at a time."


class RoleAssignmentRead(Schema):
    """A person in a role."""

    id: Id
    subject_kind: AssignmentSubject = Field(description=_SUBJECT, examples=["initiative"])
    subject_id: UUID = Field(description="Its id.")
    role: Role = Field(description=_ROLE, examples=["PM"])
    person_id: UUID = Field(description="A unit of level person.")
    from_date: Day = Field(description="The first day.")
    to_date: Day | None = Field(description="The last day; null while it goes on.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class RoleAssignmentCreate(Body):
    """A person takes a role."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject_kind": "initiative",
                    "subject_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b",
                    "role": "PM",
                    "person_id": "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5c",
                    "from_date": "2027-01-01",
                }
            ]
        }
    )

    subject_kind: AssignmentSubject = Field(description=_SUBJECT, examples=["initiative"])
    subject_id: UUID = Field(description="Its id.")
    role: Role = Field(description=_ROLE, examples=["PM"])
    person_id: UUID = Field(description="A unit of level person.")
    from_date: Day = Field(description="The first day.")
    to_date: Day | None = Field(default=None, description="The last day; absent while it goes on.")


class RoleAssignmentPatch(Patch):
    """When a role ends; who plays it is another assignment."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"to_date": "2027-06-30"}]})

    to_date: Day | None = Field(default=ABSENT, description="The last day; null while it goes on.")
