"""HTTP bodies of how complete a cycle's insight, strategy, objectives and review are."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.planning.domain.isor import IsorStep
from shared.web.schemas import Count, Ratio, Schema

MAX_MISSING = 500


class MissingRead(Schema):
    """Something that is missing."""

    name: Annotated[str, Field(max_length=1_000)] = Field(
        description="A metric, worksheet, gap or unit by its code or id, or a unit and a month.",
        examples=["net_revenue~marketplace=US"],
    )
    title: Annotated[str, Field(max_length=2_000)] = Field(
        description="What people call it: names, and codes for ids.", examples=["Net revenue, US"]
    )


class IsorStepRead(Schema):
    """One step of the loop, from what is there and not from ticks."""

    step: IsorStep
    total: Count = Field(description="How many things are asked for.")
    completion: Ratio | None = Field(description="The part that is there; null where nothing is asked for yet.")
    is_complete: bool
    missing: list[MissingRead] = Field(
        max_length=MAX_MISSING, description="What is missing: metrics, worksheets, gaps, units, or units and months."
    )


class IsorRead(Schema):
    """Insight, strategy, objectives and review of a cycle."""

    cycle_id: UUID
    steps: list[IsorStepRead] = Field(max_length=4)
