"""Finds the values of a plan by metric, scope and month, and which months have all that a check needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.planning.domain.headcount import HeadcountMoves
from services.planning.domain.plan_lines import Months, PlanLine, Series, by_series, total_of
from services.planning.domain.plan_vocabulary import PlanMetric
from services.planning.domain.scope import Scope

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """The values by month of every metric and scope."""

    series: Mapping[Series, Months]

    @staticmethod
    def of(lines: Iterable[PlanLine]) -> "PlanFigures":
        """The figures of these lines."""
        return PlanFigures(by_series(lines))

    def scopes(self, metric_code: str) -> tuple[Scope, ...]:
        """The scopes that the metric is planned for, in order."""
        return tuple(sorted((scope for metric, scope in self.series if metric == metric_code), key=_canonical))

    def months(self, scope: Scope, *metric_codes: str) -> tuple[date, ...]:
        """The months for which all the metrics are planned in the scope."""
        first, *rest = (self.series.get((metric, scope), {}).keys() for metric in metric_codes)
        return tuple(sorted(month for month in first if all(month in each for each in rest)))

    def value(self, metric_code: str, scope: Scope, month: date) -> Decimal:
        """The planned value; 0 where there is none."""
        return self.series.get((metric_code, scope), {}).get(month, ZERO)

    def total(self, metric_code: str, scope: Scope, months: Iterable[date]) -> Decimal:
        """The sum over the months."""
        return total_of(self.series.get((metric_code, scope), {}), months)

    def weighted(self, metric_code: str, weight_code: str, scope: Scope, months: Iterable[date]) -> Decimal:
        """The sum over the months of a metric times its weight."""
        return sum(
            (self.value(metric_code, scope, month) * self.value(weight_code, scope, month) for month in months), ZERO
        )

    def headcount_moves(self, scope: Scope, month: date) -> HeadcountMoves:
        """Who comes and goes in the month."""
        metrics = (PlanMetric.JOINS, PlanMetric.TRANSFERS_IN, PlanMetric.TRANSFERS_OUT, PlanMetric.LEAVES)
        return HeadcountMoves(month, *(self.value(metric, scope, month) for metric in metrics))


def _canonical(scope: Scope) -> str:
    return scope.canonical
