"""Decides what money in several currencies comes to: performance at the plan's rates, the rest a currency effect."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


class RateMissing(ValueError):
    """The plan names no rate for a currency that money is stated in."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        super().__init__(f"the plan has no rate for {currency}")


@dataclass(frozen=True, slots=True)
class PlanRates:
    """`rates[c]` is what one unit of `c` is worth in `currency` by the plan, frozen when the plan is approved."""

    currency: str
    rates: Mapping[str, Decimal]

    def rate(self, currency: str) -> Decimal:
        """The plan's rate; RateMissing where it has none."""
        if currency == self.currency:
            return Decimal(1)
        if currency not in self.rates:
            raise RateMissing(currency)
        return self.rates[currency]


@dataclass(frozen=True, slots=True)
class AtPlanRates:
    """Money in the plan's currency: `performance` at its rates, and what actual rates add to or take from that.

    `currency_effect` is None where the actual rate is not known.
    """

    performance: Decimal
    currency_effect: Decimal | None


def at_plan_rates(amount: Decimal, currency: str, plan: PlanRates, actual_rate: Decimal | None) -> AtPlanRates:
    """An amount as performance and currency effect; `actual_rate` is that of its own days. RateMissing without one."""
    planned = plan.rate(currency)
    actual = Decimal(1) if currency == plan.currency else actual_rate
    return AtPlanRates(amount * planned, None if actual is None else amount * (actual - planned))
