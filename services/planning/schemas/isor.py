"""HTTP bodies of how complete a cycle's insight, strategy, objectives and review are."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.planning.domain.isor import IsorStep
from shared.web.schemas import Count, Ratio, Schema

MAX_MISSING = 500


class IsorStepRead(Schema):
    """One step of the loop, from what is there and not from ticks."""

    step: IsorStep
    total: Count = Field(description="How many things are asked for.")
    completion: Ratio | None = Field(description="The part that is there; null where nothing is asked for yet.")
    is_complete: bool
    missing: list[Annotated[str, Field(max_length=1_000)]] = Field(
        max_length=MAX_MISSING, description="What is missing: metrics, worksheets, gaps, units, or units and months."
    )


class IsorRead(Schema):
    """Insight, strategy, objectives and review of a cycle."""

    cycle_id: UUID
    steps: list[IsorStepRead] = Field(max_length=4)
