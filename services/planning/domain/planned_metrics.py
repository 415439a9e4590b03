"""Decides which metrics may be planned, and which of them sum over months and parts."""

from services.planning.domain.metric import Catalogue, is_additive
from services.planning.domain.plan_vocabulary import PlanMetric

# What only plans speak of; the rest of their vocabulary is in the catalogue.
_SUMMED_BY_PLANS = frozenset(
    {
        PlanMetric.BUDGET,
        PlanMetric.JOINS,
        PlanMetric.TRANSFERS_IN,
        PlanMetric.TRANSFERS_OUT,
        PlanMetric.LEAVES,
    }
)


_PLAN_WORDS = frozenset(code.value for code in PlanMetric)


def may_be_planned(code: str, catalogue: Catalogue) -> bool:
    """Whether a line may be for the metric: those of the catalogue, and those that only plans speak of."""
    return code in catalogue or code in _PLAN_WORDS


def summed_metrics(catalogue: Catalogue) -> frozenset[str]:
    """The codes of the metrics whose year is the sum of its months, and whose whole is that of its parts."""
    own = (code for code in catalogue if is_additive(code, catalogue))
    return frozenset({*own, *(code.value for code in _SUMMED_BY_PLANS if code not in catalogue)})
