"""HTTP bodies of objectives and of the steps they take."""

from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from services.planning.domain.grades import Ambition
from services.planning.domain.objective_states import CloseDecision, Horizon, ObjectiveState
from services.planning.domain.organisation import UnitLevel
from services.planning.domain.roll_up import ParentMode
from services.planning.schemas.fields import WeightStr
from shared.web.schemas import ABSENT, Body, Count, Id, Instant, Name, Note, Patch, Ratio, Schema, Version

EXAMPLE_ID = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"
Reason = Annotated[Note, StringConstraints(min_length=1, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Grade = Annotated[Ratio, Field(description="A grade: 0.0, 0.1, … 1.0.", examples=[0.7])]

_TITLE = "What the unit wants to reach."
_WHY = "Why it matters: which gap it closes, which need it meets."
_PARENT = "The objective above it; its cycle encloses this one's. Absent for those of a company alone."
_MODE = "Whether it is a part of its parent's progress, or help that is not counted."
_WEIGHT = "Its weight in its parent's progress, at least 0; weights are normalised when they are read."
_AMBITION = "A promise, or a stretch of which 0.6-0.7 is good."
_HORIZON = "A strategic objective answers a gap over years; those of a cycle carry it out."


class ObjectiveRead(Schema):
    """What a unit wants to reach in a cycle, and why."""

    id: Id
    unit_id: UUID = Field(description="Whose objective it is.")
    level: UnitLevel = Field(description="The level of that unit.", examples=["module"])
    cycle_id: UUID = Field(description="For when it is set.")
    horizon: Horizon = Field(description=_HORIZON, examples=["cycle"])
    title: Name = Field(description=_TITLE, examples=["Lead the market of travel adapters"])
    why: Note = Field(description=_WHY)
    parent_id: UUID | None = Field(description=_PARENT)
    parent_mode: ParentMode = Field(description=_MODE, examples=["contributes"])
    weight: WeightStr = Field(description=_WEIGHT)
    ambition: Ambition = Field(description=_AMBITION, examples=["committed"])
    status: ObjectiveState = Field(description="draft, active, graded, closed; or cancelled.", examples=["active"])
    key_results_count: Count = Field(description="How many key results it has.")
    grade: Grade | None = Field(description="The weighted mean of its key results' grades; null until it is graded.")
    grade_explanation: Note | None = Field(description="Why a promise was not kept in full.")
    graded_at: Instant | None = Field(description="When it was graded.")
    close_decision: CloseDecision | None = Field(description="What becomes of it in the next cycle.")
    cancel_reason: Note | None = Field(description="Why it was given up.")
    version: Version
    created_by: UUID = Field(description="The principal that made it.")
    created_at: Instant = Field(description="When it was made.")
    updated_at: Instant = Field(description="When it was last changed.")


class ObjectiveCreate(Body):
    """A new objective, which begins as a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "unit_id": EXAMPLE_ID,
                    "cycle_id": EXAMPLE_ID,
                    "title": "Lead the market of travel adapters",
                    "why": "We sell a quarter of what the leader sells, at a better rating.",
                }
            ]
        }
    )

    unit_id: UUID = Field(description="Whose objective it is; it never changes.")
    cycle_id: UUID = Field(description="For when it is set; it never changes.")
    horizon: Horizon = Field(default=Horizon.CYCLE, description=_HORIZON, examples=["cycle"])
    title: Name = Field(description=_TITLE, examples=["Lead the market of travel adapters"])
    why: Note = Field(description=_WHY)
    parent_id: UUID | None = Field(default=None, description=_PARENT)
    parent_mode: ParentMode = Field(default=ParentMode.CONTRIBUTES, description=_MODE, examples=["contributes"])
    weight: WeightStr = Field(default="1", description=_WEIGHT, validate_default=True)
    ambition: Ambition = Field(default=Ambition.COMMITTED, description=_AMBITION, examples=["committed"])


class ObjectivePatch(Patch):
    """What may change of an objective: everything while it is a draft, wording and parent while it is active."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Be first in travel adapters"}]})

    horizon: Horizon = Field(default=ABSENT, description=_HORIZON, examples=["cycle"])
    title: Name = Field(default=ABSENT, description=_TITLE, examples=["Lead the market of travel adapters"])
    why: Note = Field(default=ABSENT, description=_WHY)
    parent_id: UUID | None = Field(default=ABSENT, description=_PARENT)
    parent_mode: ParentMode = Field(default=ABSENT, description=_MODE, examples=["contributes"])
    weight: WeightStr = Field(default=ABSENT, description=_WEIGHT)
    ambition: Ambition = Field(default=ABSENT, description=_AMBITION, examples=["committed"])


class ObjectiveActivationCreate(Body):
    """The agreement on an objective: from here on targets move by a calibration alone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    note: Note | None = Field(default=None, description="Kept in the journal.")


class ObjectiveGradeCreate(Body):
    """The grading of an objective, once its key results are graded; its grade is their weighted mean."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"explanation": "The slow ship came three weeks late, in the best month."}]}
    )

    explanation: Note | None = Field(default=None, description="Why a promise was not kept; needed below 1.0.")


class ObjectiveClosingCreate(Body):
    """What becomes of an objective in the next cycle."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"decision": "keep"}]})

    decision: CloseDecision = Field(description="keep, modify or drop.", examples=["keep"])
    note: Note | None = Field(default=None, description="Kept in the journal.")


class ObjectiveCancellationCreate(Body):
    """Why an objective is given up."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The category was closed to us."}]})

    reason: Reason = Field(description="Why it is given up.")
