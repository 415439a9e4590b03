"""HTTP bodies of the portfolio."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.portfolio import NodeKind
from shared.web.schemas import ABSENT, Body, Code, Id, Instant, Name, Patch, Schema, Version

_CODE = "Your own short name of the node, unique in your company whatever its case."


class PortfolioNodeRead(Schema):
    """A category, a sub-category, or a series of products."""

    id: Id
    code: Code = Field(description=_CODE, examples=["lighting"])
    name: Name = Field(description="What people call it.", examples=["Lighting"])
    kind: NodeKind = Field(description="How wide the node is; it never changes.", examples=["category"])
    parent_id: Id | None = Field(description="The wider node above it; null at the top.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class PortfolioNodeCreate(Body):
    """A new node."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"code": "lighting", "name": "Lighting", "kind": "category"}]}
    )

    code: Code = Field(description=_CODE, examples=["lighting"])
    name: Name = Field(description="What people call it.", examples=["Lighting"])
    kind: NodeKind = Field(description="How wide the node is; it never changes.", examples=["category"])
    parent_id: UUID | None = Field(default=None, description="The wider node above it; absent at the top.")


class PortfolioNodePatch(Patch):
    """What may change of a node."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Lamps and lights"}]})

    code: Code = Field(default=ABSENT, description=_CODE, examples=["lighting"])
    name: Name = Field(default=ABSENT, description="What people call it.", examples=["Lighting"])
    parent_id: UUID | None = Field(default=ABSENT, description="The wider node above it; null at the top.")
