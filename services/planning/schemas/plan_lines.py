"""HTTP bodies of the lines and stated years of plans."""

from enum import StrEnum

from pydantic import ConfigDict, Field

from services.planning.domain.plan_lines import LineOrigin, PlanLine, YearTotal
from services.planning.schemas.fields import MetricCode, Month, ScopeBody, ValueStr
from shared.web.schemas import Body, Count, Id, Instant, Schema, Version

MOST_LINES = 20_000
MOST_YEARS = 2_000

_VALUE = "The planned value; money is in the plan's currency."


class LinesMode(StrEnum):
    """Whether lines that are not sent stay."""

    REPLACE = "replace"
    MERGE = "merge"


class PlanLineRead(Schema):
    """What a plan says for a metric, a scope and a month."""

    metric_code: MetricCode
    scope: ScopeBody = Field(description="What the value is about.")
    month: Month = Field(description="The month.")
    value: ValueStr = Field(description=_VALUE)
    origin: LineOrigin = Field(description="Where the value comes from.", examples=["bottom_up"])


class PlanLineBody(Body):
    """What a plan is to say for a metric, a scope and a month."""

    metric_code: MetricCode
    scope: ScopeBody = Field(default=ScopeBody(), description="What the value is about; by default all of the unit.")
    month: Month = Field(description="The month, which lies in the plan's cycle.")
    value: ValueStr = Field(description=_VALUE)
    origin: LineOrigin = Field(
        default=LineOrigin.BOTTOM_UP,
        description="Where the value comes from; launches and campaigns name their initiative in the scope.",
        examples=["bottom_up"],
    )

    def to_line(self) -> PlanLine:
        """The domain value."""
        return PlanLine(self.metric_code, self.scope.to_scope(), self.month, self.value, self.origin)


class PlanLinesPut(Body):
    """Lines of a draft: all are taken, or none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "lines": [
                        {
                            "metric_code": "net_revenue",
                            "scope": {"marketplace": "US"},
                            "month": "2027-01",
                            "value": "120000",
                            "origin": "bottom_up",
                        }
                    ]
                }
            ]
        }
    )

    lines: list[PlanLineBody] = Field(max_length=MOST_LINES, description="One line per metric, scope and month.")


class PlanLinesWritten(Schema):
    """What became of the lines that were sent."""

    plan_id: Id
    line_count: Count = Field(description="How many lines the plan now has.")
    added: Count = Field(description="Lines that were not planned before.")
    changed: Count = Field(description="Lines with another value or origin.")
    removed: Count = Field(description="Lines that are no longer planned.")
    version: Version
    updated_at: Instant = Field(description="When the plan was last changed.")


class PlanYearRead(Schema):
    """The stated total of twelve months, to which the lines must sum."""

    metric_code: MetricCode
    scope: ScopeBody = Field(description="What the total is about.")
    first_month: Month = Field(description="The first of the twelve months.")
    value: ValueStr = Field(description="The stated total.")


class PlanYearBody(Body):
    """The total of twelve months as it is agreed."""

    metric_code: MetricCode
    scope: ScopeBody = Field(default=ScopeBody(), description="What the total is about; by default all of the unit.")
    first_month: Month = Field(description="The first of the twelve months, which lie in the plan's cycle.")
    value: ValueStr = Field(description="The stated total.")

    def to_year(self) -> YearTotal:
        """The domain value."""
        return YearTotal(self.metric_code, self.scope.to_scope(), self.first_month, self.value)


class PlanYearsPut(Body):
    """All stated years of a draft."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"years": [{"metric_code": "net_revenue", "first_month": "2027-01", "value": "12000000"}]}]
        }
    )

    years: list[PlanYearBody] = Field(
        max_length=MOST_YEARS, description="One total per metric, scope and first month; the others are removed."
    )


class PlanYearsWritten(Schema):
    """The stated years after a change."""

    plan_id: Id
    years: list[PlanYearRead] = Field(max_length=MOST_YEARS, description="The stated years.")
    version: Version
