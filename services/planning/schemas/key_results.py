"""HTTP bodies of key results: how it is known that an objective is reached."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import ConfigDict, Field

from services.planning.domain.key_result import Bound, KeyResultKind
from services.planning.domain.measurement import WindowKind
from services.planning.schemas.fields import MetricCode, ScopeBody, ValueStr, WeightStr
from services.planning.schemas.objectives import Grade
from shared.web.schemas import (
    ABSENT,
    Body,
    CurrencyCode,
    Day,
    Id,
    Instant,
    Name,
    Note,
    Patch,
    Positive,
    Ratio,
    Schema,
    Version,
)

_TITLE = "What is to be measured, in words."
_KIND = "What progress means: from start to target, staying within a bound month by month, milestones, or done."
_METRIC = "The metric of a `reach` or `hold`: its readings are the progress, nobody types it in."
_SCOPE = "What the metric is read of; an empty scope is the whole company."
_WINDOW = "Which days of readings count."
_START = "Where a `reach` begins; the other end of a bound `within`."
_TARGET = "What a `reach` wants, and the edge of a bound."
_CURRENCY = "Of start, target and values where the metric is money."
_BOUND = "Which values a `hold` allows: at least or at most the target, or within start and target."
_POINTS = (
    "Values with their grades, rising or falling; between them grades are linear. Without any, progress is graded."
)
_MILESTONES = "The steps of a `milestone`, with their weights in its progress."
_WEIGHT = "Its weight in the objective's progress; 0 only informs. Weights are normalised when they are read."
_OWNER = "The unit, usually a person, that answers for it."
_PARENT = "The key result of another objective to which this one adds."

PositiveWeight = Annotated[WeightStr, Field(description="Its part in the progress, above 0.", examples=["1"])]


class WindowBody(Body):
    """Which days of readings count; only trailing days say how many."""

    kind: WindowKind = Field(description="Which days.", examples=["cycle_to_date"])
    days: Annotated[int, Field(ge=1, le=3_660, json_schema_extra={"format": "int32"})] | None = Field(
        default=None, description="How many trailing days."
    )


class GradePointBody(Body):
    """At this value of the metric the grade is that."""

    value: ValueStr = Field(description="A value of the metric.")
    grade: Ratio = Field(description="Its grade, 0-1.", examples=[0.7])


class MilestoneCreate(Body):
    """A step that is done or not."""

    title: Name = Field(description="What is done then.", examples=["Tool released"])
    weight: PositiveWeight = Field(default="1", validate_default=True)
    due_date: Day | None = Field(default=None, description="By when it should be done.")


class MilestoneRead(Schema):
    """A step, and when it was done."""

    position: Positive = Field(description="Its place among the milestones, from 1.")
    title: Name = Field(description="What is done then.")
    weight: PositiveWeight
    due_date: Day | None = Field(description="By when it should be done.")
    done_date: Day | None = Field(description="When it was done; null while it is not.")


class MilestoneDone(Body):
    """Whether a milestone is done."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"done_date": "2026-10-31"}]})

    done_date: Day | None = Field(description="When it was done, today at the latest; null takes it back.")


class KeyResultRead(Schema):
    """How it is known that an objective is reached. Its progress is read at `/objectives/{objective_id}/progress`."""

    id: Id
    objective_id: UUID = Field(description="The objective that it belongs to.")
    position: Positive = Field(description="Its place among the key results, from 1.")
    title: Name = Field(description=_TITLE, examples=["Net revenue of the US at 12 million"])
    kind: KeyResultKind = Field(description=_KIND, examples=["reach"])
    metric_code: MetricCode | None = Field(description=_METRIC)
    scope: ScopeBody = Field(description=_SCOPE)
    window: WindowBody = Field(description=_WINDOW)
    start: ValueStr | None = Field(description=_START)
    target: ValueStr | None = Field(description=_TARGET)
    currency: CurrencyCode | None = Field(description=_CURRENCY)
    bound: Bound | None = Field(description=_BOUND)
    grade_points: list[GradePointBody] = Field(max_length=20, description=_POINTS)
    milestones: list[MilestoneRead] = Field(max_length=50, description=_MILESTONES)
    is_done: bool = Field(description="Whether a `binary` is done.")
    done_date: Day | None = Field(description="When a `binary` was done.")
    weight: WeightStr = Field(description=_WEIGHT)
    owner_id: UUID | None = Field(description=_OWNER)
    parent_key_result_id: UUID | None = Field(description=_PARENT)
    grade: Grade | None = Field(description="Its grade; null until it is graded.")
    suggested_grade: Grade | None = Field(description="What the figures suggested when it was graded.")
    grade_reason: Note | None = Field(description="Why it was graded otherwise.")
    graded_value: ValueStr | None = Field(description="The value that it was graded on.")
    graded_progress: float | None = Field(
        description="The progress that it was graded on, before it is cut to 0-1.",
        json_schema_extra={"format": "double"},
    )
    graded_as_known_at: Instant | None = Field(description="The moment whose knowledge it was graded on.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


_EXAMPLE: dict[str, Any] = {
    "title": "Net revenue of the US at 12 million",
    "kind": "reach",
    "metric_code": "net_revenue",
    "scope": {"marketplace": "US"},
    "start": "0",
    "target": "12000000",
    "currency": "USD",
}


class KeyResultCreate(Body):
    """A new key result of a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: Name = Field(description=_TITLE, examples=["Net revenue of the US at 12 million"])
    kind: KeyResultKind = Field(description=f"{_KIND} It never changes.", examples=["reach"])
    metric_code: MetricCode | None = Field(default=None, description=_METRIC)
    scope: ScopeBody = Field(default_factory=ScopeBody, description=_SCOPE)
    window: WindowBody = Field(default=WindowBody(kind=WindowKind.CYCLE_TO_DATE), description=_WINDOW)
    start: ValueStr | None = Field(default=None, description=_START)
    target: ValueStr | None = Field(default=None, description=_TARGET)
    currency: CurrencyCode | None = Field(default=None, description=_CURRENCY)
    bound: Bound | None = Field(default=None, description=_BOUND)
    grade_points: list[GradePointBody] = Field(default=[], max_length=20, description=_POINTS)
    milestones: list[MilestoneCreate] = Field(default=[], max_length=50, description=_MILESTONES)
    weight: WeightStr = Field(default="1", description=_WEIGHT, validate_default=True)
    owner_id: UUID | None = Field(default=None, description=_OWNER)
    parent_key_result_id: UUID | None = Field(default=None, description=_PARENT)


class KeyResultPatch(Patch):
    """What may change of a key result: everything but its kind while its objective is a draft.

    While the objective is active only title, owner, parent and the day on which a `binary` was done: its target moves
    by a calibration.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Net revenue of the US"}]})

    title: Name = Field(default=ABSENT, description=_TITLE)
    metric_code: MetricCode | None = Field(default=ABSENT, description=_METRIC)
    scope: ScopeBody = Field(default=ABSENT, description=_SCOPE)
    window: WindowBody = Field(default=ABSENT, description=_WINDOW)
    start: ValueStr | None = Field(default=ABSENT, description=_START)
    target: ValueStr | None = Field(default=ABSENT, description=_TARGET)
    currency: CurrencyCode | None = Field(default=ABSENT, description=_CURRENCY)
    bound: Bound | None = Field(default=ABSENT, description=_BOUND)
    grade_points: list[GradePointBody] = Field(default=ABSENT, max_length=20, description=_POINTS)
    milestones: list[MilestoneCreate] = Field(default=ABSENT, max_length=50, description=_MILESTONES)
    weight: WeightStr = Field(default=ABSENT, description=_WEIGHT)
    owner_id: UUID | None = Field(default=ABSENT, description=_OWNER)
    parent_key_result_id: UUID | None = Field(default=ABSENT, description=_PARENT)
    done_date: Day | None = Field(
        default=ABSENT, description="When a `binary` was done, today at the latest; null takes it back."
    )


class KeyResultGradeCreate(Body):
    """The grade of a key result; without one it is what the figures suggest."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"grade": 0.7, "reason": "A competitor's recall brought a third of it."}]}
    )

    grade: Grade | None = Field(default=None, description="0.0, 0.1, … 1.0; absent for the suggested one.")
    reason: Note | None = Field(default=None, description="Why; needed where it is not the suggested one.")


class CheckInRead(Schema):
    """What somebody said of a key result."""

    id: Id
    key_result_id: UUID = Field(description="The key result.")
    checked_in_at: Instant = Field(description="When it was said.")
    checked_in_by: UUID = Field(description="The principal that said it.")
    confidence: Ratio = Field(description="How sure it is to be reached, 0-1.", examples=[0.7])
    note: Note | None = Field(description="What there is to say.")
    blocker: Note | None = Field(description="What stands in the way.")
    value: ValueStr | None = Field(description="What was read by hand.")


class CheckInPeriod(Body):
    """The days that a value is of."""

    start_date: Day = Field(description="The first day.")
    end_date: Day = Field(description="The last day.")


class CheckInCreate(Body):
    """A check-in. Little confidence (below 0.4) names a blocker, unless an open action helps."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"confidence": 0.8, "note": "Two thirds of the units are on the water."}]}
    )

    confidence: Ratio = Field(description="How sure it is to be reached, 0-1.", examples=[0.7])
    note: Note | None = Field(default=None, description="What there is to say.")
    blocker: Note | None = Field(default=None, description="What stands in the way.")
    value: ValueStr | None = Field(
        default=None, description="A reading by hand; only where the metric is a manual one, and it becomes a reading."
    )
    period: CheckInPeriod | None = Field(default=None, description="The days that the value is of; today if absent.")
