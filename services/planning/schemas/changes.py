"""HTTP bodies of the journal."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from shared.web.schemas import Id, Instant, Note, Schema, Slug

FieldName = Annotated[str, Field(max_length=64)]


class FieldChangeRead(Schema):
    """What a field was, and what it became; null where it had no value."""

    old: Any = Field(description="The value before.")
    new: Any = Field(description="The value after.")


class ChangeRead(Schema):
    """Who changed what, when and why."""

    id: Id
    subject_kind: Slug = Field(description="What kind of resource was changed.", examples=["objective"])
    subject_id: UUID = Field(description="The resource that was changed.")
    action: Slug = Field(description="What was done.", examples=["changed"])
    changes: dict[FieldName, FieldChangeRead] = Field(
        max_length=200,
        description="The fields that were changed.",
        examples=[{"weight": {"old": "1", "new": "2"}}],
    )
    reason: Note | None = Field(description="Why, where a reason was given.")
    changed_by: UUID = Field(description="The principal that did it.")
    changed_at: Instant = Field(description="When it was done.")
