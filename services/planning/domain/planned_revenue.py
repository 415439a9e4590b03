"""Decides what units bring at their price, after discount and returns, and what a traffic product brings in the end."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


def net_revenue(units: Decimal, price: Decimal, discount: Decimal = ZERO, returns: Decimal = ZERO) -> Decimal:
    """units x price x (1 - discount) x (1 - returns), exact; the two are ratios 0-1, `price` is before the discount."""
    return units * price * (1 - discount) * (1 - returns)


@dataclass(frozen=True, slots=True)
class FollowOn:
    """What buyers of a traffic product buy later, over the payback horizon: units, and margin of one."""

    units: Decimal
    margin: Decimal


@dataclass(frozen=True, slots=True)
class BlendedMargin:
    """A product sold to bring buyers, at `margin` each (often a loss), with what they buy later."""

    buyers: Decimal
    margin: Decimal
    follow_ons: tuple[FollowOn, ...] = ()

    @property
    def total(self) -> Decimal:
        """What the buyers bring in all; front-end loss is allowed only while this is not below zero."""
        return self.buyers * self.margin + sum((each.units * each.margin for each in self.follow_ons), ZERO)

    @property
    def per_buyer(self) -> Decimal | None:
        """What one buyer brings; None without buyers."""
        return self.total / self.buyers if self.buyers else None

    @property
    def break_even_attach(self) -> Decimal | None:
        """The follow-on units a buyer needs for nothing to be lost, at the mix of follow-ons given.

        0 where nothing is lost at the front; None where follow-ons earn nothing and cannot make up for it.
        """
        if self.margin >= 0:
            return ZERO
        units = sum((each.units for each in self.follow_ons), ZERO)
        earned = sum((each.units * each.margin for each in self.follow_ons), ZERO)
        return -self.margin * units / earned if earned > 0 else None


def total_net_revenue(parts: Iterable[tuple[Decimal, Decimal, Decimal, Decimal]]) -> Decimal:
    """The sum over (units, price, discount, returns): months differ in all four, so the parts are summed, not meant."""
    return sum((net_revenue(*part) for part in parts), ZERO)
