"""HTTP bodies of snapshots, of what is different since, and of how far launches kept their word."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.baseline import DifferenceKind
from services.planning.domain.snapshots import SnapshotPurpose
from services.planning.schemas.initiatives import FieldPath
from services.planning.schemas.roadmap import MAX_BARS
from shared.web.schemas import (
    Body,
    Code,
    Count,
    Day,
    Id,
    Instant,
    Integer,
    MarketplaceCode,
    Name,
    Ratio,
    Schema,
    Slug,
)

FieldName = Annotated[str, Field(max_length=64)]
SubjectKey = Annotated[str, Field(max_length=200, examples=["019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"])]


class SnapshotRead(Schema):
    """A frozen picture; it never changes."""

    id: Id
    purpose: SnapshotPurpose = Field(description="Baselines are of roadmaps; reviews keep what they were held on.")
    label: Name = Field(description="What people call it.", examples=["Board meeting, January"])
    selector: dict[FieldName, Any] = Field(max_length=50, description="What it is of.")
    taken_at: Instant = Field(description="The moment that it shows.")
    taken_by: UUID = Field(description="The principal that took it.")
    items_count: Count = Field(description="How many resources it holds.")


class SnapshotItemRead(Schema):
    """One frozen resource."""

    subject_kind: Slug = Field(description="What kind of resource it is.", examples=["initiative"])
    subject_key: SubjectKey = Field(description="Which one, by its id.")
    content: dict[FieldName, Any] = Field(max_length=200, description="Its fields as they were; dates are dotted.")


class RoadmapSelectorBody(Body):
    """Which initiatives; empty for all."""

    node_id: UUID | None = Field(default=None, description="Only this part of the portfolio and what is below it.")
    owner_id: UUID | None = Field(default=None, description="Only initiatives of this owner.")
    unit_id: UUID | None = Field(default=None, description="Only initiatives of this unit and the ones below it.")
    marketplace: MarketplaceCode | None = Field(default=None, description="Only initiatives with a price there.")


class SnapshotCreate(Body):
    """A baseline of the roadmap as it is now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"label": "Board meeting, January", "selector": {}}]})

    label: Name = Field(description="What people call it.", examples=["Board meeting, January"])
    selector: RoadmapSelectorBody = Field(default_factory=RoadmapSelectorBody, description="Which initiatives.")


class SnapshotFieldChangeRead(Schema):
    """One field, then and now."""

    field: FieldPath = Field(description="Its name; dates are dotted.")
    old: Any = Field(description="What it was.")
    new: Any = Field(description="What it is.")


class DifferenceRead(Schema):
    """What is different about one initiative or dependency."""

    subject_kind: Slug = Field(description="initiative or dependency.", examples=["initiative"])
    subject_id: UUID = Field(description="Which one.")
    code: Code | None = Field(description="The code of an initiative.")
    title: Annotated[str, Field(max_length=500)] = Field(description="What people call it.")
    kinds: list[DifferenceKind] = Field(max_length=6, description="What became of it; several may hold.")
    moved_days: Integer | None = Field(description="How much later its launch, else its end, is.")
    changes: list[SnapshotFieldChangeRead] = Field(max_length=100, description="The fields that differ.")


class DifferencesRead(Schema):
    """What changed since a baseline."""

    snapshot_id: Id
    taken_at: Instant = Field(description="The moment of the baseline.")
    against_id: Id | None = Field(description="The later snapshot; null for the roadmap as it is.")
    against_at: Instant = Field(description="The moment that it is compared with.")
    counts: dict[DifferenceKind, Count] = Field(max_length=6, description="How many initiatives of each kind.")
    items: list[DifferenceRead] = Field(
        max_length=100_000, description="Initiatives by code, then dependencies; what is the same is not listed."
    )


class LaunchRead(Schema):
    """What became of a launch."""

    initiative_id: Id
    code: Code = Field(description="Its code.")
    title: Name = Field(description="What people call it.")
    baseline_date: Day | None = Field(description="When the baseline had it; null for what was added.")
    launched_date: Day | None = Field(description="When it happened.")
    expected_date: Day | None = Field(description="When it is expected otherwise.")


class CommitmentIntegrityRead(Schema):
    """How far the launches of a period kept their word."""

    snapshot_id: Id
    from_date: Day = Field(description="The first day of the period.")
    to_date: Day = Field(description="Its last day.")
    as_of: Instant = Field(description="The moment from which it looks.")
    tolerance_days: Count = Field(description="How many days late still counts as on time.")
    promised_count: Count = Field(description="How many launches the baseline had in the period.")
    integrity: Ratio | None = Field(description="On time as a share of promised; null where none was promised.")
    on_time: list[LaunchRead] = Field(max_length=MAX_BARS, description="Happened on the baseline's day or before.")
    moved_out: list[LaunchRead] = Field(max_length=MAX_BARS, description="Happened later, or are expected later.")
    killed: list[LaunchRead] = Field(max_length=MAX_BARS, description="Given up.")
    pending: list[LaunchRead] = Field(max_length=MAX_BARS, description="Their day has not come.")
    added: list[LaunchRead] = Field(max_length=MAX_BARS, description="In the period, but not in the baseline.")
