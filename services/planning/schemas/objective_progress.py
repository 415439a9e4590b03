"""HTTP bodies of how objectives stand: progress, the tree, the course of a key result."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.planning.domain.confidence import ConfidenceLevel
from services.planning.domain.grades import Ambition
from services.planning.domain.key_result import KeyResultKind
from services.planning.domain.measurement import MeasurementFault
from services.planning.domain.objective_states import Horizon, ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.pace import Health
from services.planning.domain.roll_up import ParentMode
from services.planning.schemas.alignment import AlignmentFindingRead
from services.planning.schemas.fields import MetricCode, TotalStr, ValueStr, WeightStr
from services.planning.schemas.objectives import Grade
from shared.web.schemas import CurrencyCode, Day, Id, Instant, Name, Note, Ratio, Schema

# Beyond 0-1 where the target is passed, where one has gone backwards, or where a plan's months have both signs.
Unbounded = Annotated[float, Field(json_schema_extra={"format": "double"})]
Progress = Annotated[Ratio, Field(description="Progress, 0-1.", examples=[0.42])]

_EXPECTED = "What was to be expected by this day: by the plan's months where there is one, else by days."
_HEALTH = "The first that holds: closed, no_data, stale; then the pace: on_track, behind, at_risk."
_SHARE = "Its part in the objective's progress, of those that have one; null where it is not counted."


class LandingRead(Schema):
    """Where it ends if the pace so far goes on."""

    progress: Unbounded = Field(description="1 is exactly the target.", examples=[1.1])
    value: TotalStr | None = Field(description="In the unit of the metric; of a `reach` alone.")


class ConfidenceRead(Schema):
    """How sure the people behind an objective are together."""

    mean: Ratio = Field(description="The weighted mean of the latest check-ins.", examples=[0.675])
    least: Ratio = Field(description="The least of them.", examples=[0.4])
    level: ConfidenceLevel = Field(description="At least 0.7 is high, at least 0.4 medium.", examples=["medium"])


class KeyResultProgressRead(Schema):
    """How a key result stands."""

    id: Id
    title: Name = Field(description="What is measured, in words.")
    kind: KeyResultKind = Field(description="What progress means.", examples=["reach"])
    metric_code: MetricCode | None = Field(description="The metric, of a `reach` or `hold`.")
    weight: WeightStr = Field(description="Its weight; 0 only informs.")
    share: Ratio | None = Field(description=_SHARE)
    start: ValueStr | None = Field(description="Where a `reach` begins.")
    target: TotalStr | None = Field(description="What it wants, at this moment.")
    currency: CurrencyCode | None = Field(description="Of start, target and values that are money.")
    value: TotalStr | None = Field(description="What was measured; null where nothing was.")
    progress: Progress | None = Field(description="Null where nothing was measured.")
    raw_progress: Unbounded | None = Field(description="The progress before it is cut to 0-1.")
    expected: Unbounded = Field(description=_EXPECTED)
    is_phased: bool = Field(description="Whether a plan's months say what to expect.")
    health: Health = Field(description=_HEALTH, examples=["on_track"])
    landing: LandingRead | None = Field(description="Null while nothing is expected or known, and for a `hold`.")
    confidence: Ratio | None = Field(description="Of the latest check-in.")
    checked_in_at: Instant | None = Field(description="When that was.")
    blocker: Note | None = Field(description="What then stood in the way.")
    observed_at: Instant | None = Field(description="When the least up-to-date figure it rests on was observed.")
    read_until_date: Day | None = Field(description="The last day that all its figures reach.")
    stale_metrics: list[MetricCode] = Field(max_length=100, description="Metrics whose figures are too old.")
    measurement_fault: MeasurementFault | None = Field(description="Why figures that are there cannot be added up.")
    grade: Grade | None = Field(description="Its grade; from then on it keeps what it was graded on.")


class ChildProgressRead(Schema):
    """How an objective directly below stands."""

    id: Id
    title: Name = Field(description="What it wants to reach.")
    status: ObjectiveState = Field(description="A draft does not count for a parent that is agreed.")
    mode: ParentMode = Field(description="Whether it is a part of the progress, or help that is not counted.")
    weight: WeightStr = Field(description="Its weight.")
    share: Ratio | None = Field(description=_SHARE)
    progress: Progress | None = Field(description="Null where nothing was measured.")
    expected: Unbounded | None = Field(description="What was to be expected of it.")
    health: Health = Field(description=_HEALTH, examples=["on_track"])


class StandingRead(Schema):
    """How an objective stands."""

    id: Id
    unit_id: UUID = Field(description="Whose objective it is.")
    level: UnitLevel = Field(description="The level of that unit.", examples=["module"])
    cycle_id: UUID = Field(description="For when it is set.")
    start_date: Day = Field(description="The first day of its cycle.")
    end_date: Day = Field(description="The last day of its cycle.")
    horizon: Horizon = Field(description="strategic, or of the cycle.", examples=["cycle"])
    title: Name = Field(description="What it wants to reach.")
    parent_id: UUID | None = Field(description="The objective above it.")
    ambition: Ambition = Field(description="A promise or a stretch.", examples=["committed"])
    status: ObjectiveState = Field(description="Where it stands in its life.", examples=["active"])
    progress: Progress | None = Field(
        description="The weighted mean of key results and children that contribute, of those that have one."
    )
    expected: Unbounded | None = Field(description="The same of what was to be expected.")
    health: Health = Field(description=_HEALTH, examples=["on_track"])
    landing: Unbounded | None = Field(description="Progress by what was expected of it; 1 is exactly the target.")
    worst_id: UUID | None = Field(description="The key result or child that is worst.")
    worst_health: Health | None = Field(description="How that one stands.")
    confidence: ConfidenceRead | None = Field(description="Null where nobody has said anything yet.")
    grade: Grade | None = Field(description="Its grade.")


class ObjectiveProgressRead(StandingRead):
    """How an objective stands, with everything it rests on."""

    on_date: Day = Field(description="The day that is spoken of: that of `as_of`, else today.")
    key_results: list[KeyResultProgressRead] = Field(max_length=1_000, description="Its key results.")
    children: list[ChildProgressRead] = Field(max_length=10_000, description="The objectives directly below it.")


class TreeKeyResultRead(Schema):
    """How a key result of the tree stands, in short."""

    id: Id
    title: Name = Field(description="What is measured, in words.")
    kind: KeyResultKind = Field(description="What progress means.", examples=["reach"])
    metric_code: MetricCode | None = Field(description="The metric, of a `reach` or `hold`.")
    weight: WeightStr = Field(description="Its weight; 0 only informs.")
    target: ValueStr | None = Field(description="What it wants.")
    value: TotalStr | None = Field(description="What was measured; null where nothing was.")
    currency: CurrencyCode | None = Field(description="Of target and value that are money.")
    progress: Progress | None = Field(description="Null where nothing was measured.")
    expected: Unbounded = Field(description=_EXPECTED)
    health: Health = Field(description=_HEALTH, examples=["on_track"])
    landing: Unbounded | None = Field(description="1 is exactly the target.")
    confidence: Ratio | None = Field(description="Of the latest check-in.")
    grade: Grade | None = Field(description="Its grade.")


class TreeNodeRead(StandingRead):
    """An objective of the tree."""

    key_results: list[TreeKeyResultRead] = Field(max_length=1_000, description="Its key results.")
    findings: list[AlignmentFindingRead] = Field(
        max_length=10_000, description="What does not hang together; of objectives of the cycle itself."
    )


class TreeEdgeRead(Schema):
    """What an objective is to the one above it."""

    from_id: UUID = Field(description="The objective below.")
    to_id: UUID = Field(description="The objective above.")
    mode: ParentMode = Field(description="A part of its progress, or help that is not counted.")


class OkrTreeRead(Schema):
    """The objectives of a cycle and all below them."""

    cycle_id: UUID = Field(description="The cycle.")
    on_date: Day = Field(description="The day that is spoken of: that of `as_of`, else today.")
    nodes: list[TreeNodeRead] = Field(max_length=100_000, description="Those of the longest cycle first.")
    edges: list[TreeEdgeRead] = Field(max_length=100_000, description="Who stands below whom, of those shown.")
    mean_grade: Ratio | None = Field(
        description="The mean grade of the objectives of the cycle itself; null without any."
    )
    are_targets_too_easy: bool = Field(description="Whether that is above 0.9.")


class TrajectoryPointRead(Schema):
    """One day of a key result's course."""

    on_date: Day = Field(description="The day.")
    value: TotalStr | None = Field(description="What was measured; the progress itself where no metric is.")
    target: TotalStr = Field(description="The target that held on the day.")
    progress: Progress | None = Field(description="Towards that target.")
    raw_progress: Unbounded | None = Field(description="The progress before it is cut to 0-1.")
    expected: Unbounded = Field(description=_EXPECTED)
    expected_value: TotalStr = Field(description="The value that would have been expected.")


class ExpectedPointRead(Schema):
    """What is expected by a day."""

    on_date: Day = Field(description="The day.")
    expected: Unbounded = Field(description=_EXPECTED)


class TrajectoryCheckInRead(Schema):
    """What was said on a day."""

    on_date: Day = Field(description="The day.")
    confidence: Ratio = Field(description="How sure it was to be reached.")
    has_blocker: bool = Field(description="Whether something stood in the way.")


class TargetChangeRead(Schema):
    """An approved calibration."""

    on_date: Day = Field(description="The day from which the new target held.")
    old: ValueStr = Field(description="The target before.")
    new: ValueStr = Field(description="The target since.")


class TrajectoryRead(Schema):
    """The course of a key result over its cycle."""

    key_result_id: UUID = Field(description="The key result.")
    title: Name = Field(description="What is measured, in words.")
    kind: KeyResultKind = Field(description="What progress means.", examples=["reach"])
    metric_code: MetricCode | None = Field(description="The metric, of a `reach` or `hold`.")
    currency: CurrencyCode | None = Field(description="Of values that are money.")
    start_date: Day = Field(description="The first day of the cycle.")
    end_date: Day = Field(description="The last day of the cycle.")
    on_date: Day = Field(description="The day that is spoken of: that of `as_of`, else today.")
    start: ValueStr = Field(description="Where it begins; 0 where progress itself is shown.")
    target: ValueStr = Field(description="What it wants today; 1 where progress itself is shown.")
    is_phased: bool = Field(description="Whether a plan's months say what to expect.")
    points: list[TrajectoryPointRead] = Field(max_length=2_000, description="A day a week, and the last one measured.")
    expected: list[ExpectedPointRead] = Field(
        max_length=2_000, description="The same days, and each end of a month until the end of the cycle."
    )
    check_ins: list[TrajectoryCheckInRead] = Field(max_length=10_000, description="What was said.")
    target_changes: list[TargetChangeRead] = Field(max_length=1_000, description="How the target moved.")
