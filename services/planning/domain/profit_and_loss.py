"""Decides what remains of revenue after goods, advertising, fulfilment, fees, pay and the rest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.planning.domain.plan_vocabulary import COST_METRICS, PlanMetric

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ProfitAndLoss:
    """The figures of a month or a year in one currency; costs are positive. `missing` names those taken as 0."""

    net_revenue: Decimal
    cogs: Decimal = ZERO
    ad_spend: Decimal = ZERO
    fulfilment_cost: Decimal = ZERO
    selling_fees: Decimal = ZERO
    payroll: Decimal = ZERO
    other_cost: Decimal = ZERO
    missing: tuple[str, ...] = ()

    @property
    def gross_profit(self) -> Decimal:
        """Net revenue less cost of goods."""
        return self.net_revenue - self.cogs

    @property
    def operating_cost(self) -> Decimal:
        """Everything but goods."""
        return self.ad_spend + self.fulfilment_cost + self.selling_fees + self.payroll + self.other_cost

    @property
    def operating_profit(self) -> Decimal:
        """What remains."""
        return self.gross_profit - self.operating_cost

    @property
    def gross_margin(self) -> Decimal | None:
        """Gross profit as a ratio of net revenue; None without revenue."""
        return self.gross_profit / self.net_revenue if self.net_revenue else None

    @property
    def operating_margin(self) -> Decimal | None:
        """Operating profit as a ratio of net revenue; None without revenue."""
        return self.operating_profit / self.net_revenue if self.net_revenue else None


def profit_and_loss(values: Mapping[str, Decimal]) -> ProfitAndLoss:
    """The statement of these values by metric code."""
    codes = (PlanMetric.NET_REVENUE, *COST_METRICS)
    known = {code.value: values[code] for code in codes if code in values}
    missing = tuple(code.value for code in codes if code not in values)
    return ProfitAndLoss(**{PlanMetric.NET_REVENUE.value: ZERO, **known}, missing=missing)


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement of each month and of all months together."""

    months: tuple[date, ...]
    by_month: tuple[ProfitAndLoss, ...]
    total: ProfitAndLoss


def statement(values: Mapping[str, Mapping[date, Decimal]], months: Sequence[date]) -> Statement:
    """The statement of values by metric code and month. A figure counts as missing in the total if no month has it."""
    by_month = tuple(
        profit_and_loss({code: series[month] for code, series in values.items() if month in series}) for month in months
    )
    sums = {
        code: sum((series[month] for month in months if month in series), ZERO)
        for code, series in values.items()
        if any(month in series for month in months)
    }
    return Statement(tuple(months), by_month, profit_and_loss(sums))
