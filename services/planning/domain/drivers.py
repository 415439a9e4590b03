"""Decides how much of a change each of its factors explains, so that the effects sum to the change exactly."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from math import prod

from services.planning.domain.rounding import half_up

_DIGITS = 50  # so that what logarithms lose lies far below anything shown
_PLACES = 10  # to which effects are told, so that everybody who adds them up gets the change


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a product, before and after; not negative."""

    name: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Effect:
    """What one factor changed, in the unit of the product."""

    name: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A product before and after, and the effects of its factors; these sum to the change."""

    before: Decimal
    after: Decimal
    effects: tuple[Effect, ...]

    @property
    def change(self) -> Decimal:
        """After less before."""
        return self.after - self.before


def decompose(factors: Sequence[Factor]) -> Decomposition:
    """Splits the change of a product by the logarithmic mean (Ang, 2005: LMDI I); no order of factors matters.

    The effect of x is L ln(x1/x0) with L = (R1 - R0) / ln(R1/R0), or R0 where both are equal. A factor that falls to
    zero or rises from it explains the whole change, in equal parts with others that do: the limit of the formula
    (Ang and Liu, 2007). ValueError for a negative factor, which has no logarithm, or for none at all.
    """
    if not factors:
        raise ValueError("a product has factors")
    if any(each.before < 0 or each.after < 0 for each in factors):
        raise ValueError("a negative factor cannot be split by logarithms")
    with localcontext() as context:
        context.prec = _DIGITS
        before = prod((each.before for each in factors), start=Decimal(1))
        after = prod((each.after for each in factors), start=Decimal(1))
        effects = [
            Effect(each.name, amount) for each, amount in zip(factors, _amounts(factors, before, after), strict=True)
        ]
        return rounded(Decomposition(before, after, tuple(effects)), _PLACES)


def _amounts(factors: Sequence[Factor], before: Decimal, after: Decimal) -> list[Decimal]:
    if before == after == 0:
        return [Decimal(0) for _ in factors]
    if before == 0 or after == 0:
        crossing = [(each.before == 0) != (each.after == 0) for each in factors]
        part = (after - before) / sum(crossing)
        return [part if crosses else Decimal(0) for crosses in crossing]
    mean = before if before == after else (after - before) / (after / before).ln()
    return [mean * (each.after / each.before).ln() for each in factors]


def _balanced(effects: Sequence[Effect], change: Decimal) -> list[Effect]:
    """The effects with what rounding has left over put on the largest, so that the sum is exact."""
    largest = max(range(len(effects)), key=lambda at: abs(effects[at].amount))
    others = sum((each.amount for at, each in enumerate(effects) if at != largest), Decimal(0))
    return [Effect(each.name, change - others if at == largest else each.amount) for at, each in enumerate(effects)]


def rounded(found: Decomposition, places: int) -> Decomposition:
    """The same to so many places, half-up; the largest effect takes up what is left, so that the sum still holds."""
    with localcontext() as context:
        context.prec = _DIGITS
        before, after = half_up(found.before, places), half_up(found.after, places)
        # Adding zero makes a zero of a negative one, which nobody wants to read.
        effects = [Effect(each.name, half_up(each.amount, places) + 0) for each in found.effects]
        return Decomposition(before, after, tuple(_balanced(effects, after - before)))


@dataclass(frozen=True, slots=True)
class StockoutLoss:
    """Units that were not sold for want of stock, and what they would have brought."""

    units: Decimal
    money: Decimal


def stockout_loss(
    stockout_days: int, units_in_stock: Decimal, days_in_stock: int, price: Decimal
) -> StockoutLoss | None:
    """Stock-out days times the mean daily units of the days in stock; None where there was no such day to go by."""
    if stockout_days == 0:
        return StockoutLoss(Decimal(0), Decimal(0))
    if days_in_stock <= 0:
        return None
    units = stockout_days * units_in_stock / days_in_stock
    return StockoutLoss(units, units * price)


def largest_harm(effects: Iterable[Effect]) -> Effect | None:
    """The effect that takes away most; None where none does."""
    return min((each for each in effects if each.amount < 0), key=lambda each: (each.amount, each.name), default=None)


class RevenueDriver(StrEnum):
    """What revenue is the product of."""

    TRAFFIC = "traffic"
    CONVERSION = "conversion"
    STOCK = "stock"
    PRICE = "price"


@dataclass(frozen=True, slots=True)
class Sales:
    """What was sold in a period, and what was not for want of stock (`stockout_loss`)."""

    visits: Decimal
    units: Decimal
    revenue: Decimal
    lost_units: Decimal = Decimal(0)


def revenue_factors(before: Sales, after: Sales) -> tuple[Factor, ...] | None:
    """Traffic, conversion, stock and price, which multiply to the revenue; None where a period sold nothing.

    Traffic is visits; conversion the units a visit would have brought with stock; stock the part of these that could
    be delivered; price what a unit brought. So an empty shelf is not taken for a page that does not convince.
    """
    if any(each.visits <= 0 or each.units <= 0 or each.revenue <= 0 for each in (before, after)):
        return None

    def parts(sales: Sales) -> tuple[Decimal, ...]:
        wanted = sales.units + sales.lost_units
        return sales.visits, wanted / sales.visits, sales.units / wanted, sales.revenue / sales.units

    with localcontext() as context:
        context.prec = _DIGITS
        return tuple(
            Factor(driver, was, now)
            for driver, was, now in zip(RevenueDriver, parts(before), parts(after), strict=True)
        )
