"""HTTP bodies of what an objective answers: gaps, needs, insights."""

from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.bases import BasisKind
from services.planning.schemas.fields import MetricCode, ScopeBody
from services.planning.schemas.objectives import Reason
from shared.web.schemas import Body, Id, Instant, Note, Schema, Url, Version


class ObjectiveBasisRead(Schema):
    """What an objective answers."""

    id: Id
    objective_id: UUID = Field(description="The objective.")
    kind: BasisKind = Field(description="A gap is computed; needs and insights are in words.", examples=["gap"])
    metric_code: MetricCode | None = Field(description="The metric of a gap.")
    scope: ScopeBody = Field(description="What the gap is about.")
    cycle_id: UUID | None = Field(description="The cycle whose gap it is.")
    text: Note | None = Field(description="The need or insight, or what there is to say of the gap.")
    evidence_url: Url | None = Field(description="Where the evidence is.")
    version: Version
    created_by: UUID = Field(description="The principal that stated it.")
    created_at: Instant = Field(description="When it was stated.")
    updated_at: Instant = Field(description="When it was last changed.")


class ObjectiveBasisCreate(Body):
    """A gap (metric, scope and cycle), or a need or insight in words."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "insight", "text": "Half of the one-star reviews are about the plug of the EU set."}]
        }
    )

    kind: BasisKind = Field(description="gap, need or insight.", examples=["insight"])
    metric_code: MetricCode | None = Field(default=None, description="The metric of a gap; of nothing else.")
    scope: ScopeBody = Field(default_factory=ScopeBody, description="What the gap is about.")
    cycle_id: UUID | None = Field(
        default=None, description="The cycle whose gap it is; the objective's own where absent."
    )
    text: Reason | None = Field(default=None, description="The need or insight; needed for these.")
    evidence_url: Url | None = Field(default=None, description="Where the evidence is.")
