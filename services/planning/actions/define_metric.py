"""Decides whether a definition of a metric may stand beside all others; used by the actions that write metrics."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.metric import Catalogue, Metric, MetricFault, MetricFaultCode, metric_faults
from shared.core.errors import Conflict, FieldProblem, Invalid


class MetricInUse(Conflict):
    """Plans, key results, readings or other metrics rest on this one."""

    slug, title = "metric-in-use", "The metric is in use"


# Definitions refer to each other: whoever changes one looks at all, so they are changed one after the other.
_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('planning.metric ' || CAST(:tenant_id AS text), 0))")

_SENTENCES = {
    MetricFaultCode.OPERANDS_MISSING: "The fold needs it.",
    MetricFaultCode.OPERANDS_NOT_WANTED: "Only computed metrics have it.",
    MetricFaultCode.FORMULA_NOT_UNDERSTOOD: "The formula is not understood",
    MetricFaultCode.OPERAND_UNKNOWN: "There is no such metric",
    MetricFaultCode.COMPUTED_FROM_ITSELF: "The metric would be computed from itself",
    MetricFaultCode.SOURCE_DOES_NOT_FIT: "What is computed has the source formula, and nothing else has.",
    MetricFaultCode.BAND_MISSING: "A metric that is best inside a band needs one of its ends.",
    MetricFaultCode.BAND_REVERSED: "The band ends below where it begins.",
    MetricFaultCode.FRESHNESS_NOT_POSITIVE: "One hour at least.",
}


async def hold_definitions(session: AsyncSession, tenant_id: UUID) -> None:
    """Nobody else changes the company's metrics until the transaction ends."""
    await session.execute(_HOLD, {"tenant_id": str(tenant_id)})


def check_definition(metric: Metric, catalogue: Catalogue) -> None:
    """Invalid, naming the fields, where the metric cannot stand beside the rest of the catalogue."""
    others = {code: each for code, each in catalogue.items() if code != metric.code}
    faults = metric_faults(metric, others)
    if faults:
        raise Invalid("The metric cannot be defined so.", errors=[_problem(each, metric) for each in faults])


def broken_by(metric: Metric | None, code: str, catalogue: Catalogue) -> list[str]:
    """The other metrics that could not be computed any more, were `code` defined so, or not at all."""
    after = {each: other for each, other in catalogue.items() if each != code}
    if metric is not None:
        after[code] = metric
    return sorted(
        each
        for each, other in after.items()
        if each != code and metric_faults(other, {name: it for name, it in after.items() if name != each})
    )


def _problem(fault: MetricFault, metric: Metric) -> FieldProblem:
    field = fault.field
    if field == "operands":
        field = "numerator" if fault.about == metric.numerator else "denominator"
    sentence = _SENTENCES[fault.code]
    return FieldProblem(f"#/{field}", fault.code.value, f"{sentence}: {fault.about}." if fault.about else sentence)
