"""Decides what a gap's drivers are compared with, and how many units were lost for want of stock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from services.planning.domain.drivers import Decomposition, Sales, decompose, revenue_factors, stockout_loss
from services.planning.domain.months import add_months, last_day
from services.planning.domain.period import Period

ZERO = Decimal(0)


class Comparison(StrEnum):
    """What a period's sales are compared with."""

    PLAN = "plan"
    PREVIOUS_YEAR = "previous_year"
    PREVIOUS_PERIOD = "previous_period"


@dataclass(frozen=True, slots=True)
class ProductStock:
    """A product's days without stock in a period, and what it sold on days with stock to go by."""

    stockout_days: int
    units_in_stock: Decimal
    days_in_stock: int


def lost_units(products: Iterable[ProductStock]) -> Decimal:
    """Units that all products together did not sell for want of stock; a product that never had any is not counted."""
    losses = (stockout_loss(each.stockout_days, each.units_in_stock, each.days_in_stock, ZERO) for each in products)
    return sum((loss.units for loss in losses if loss is not None), ZERO)


def previous_period(period: Period) -> Period:
    """As many months before, where the period is of whole months; else as many days before."""
    whole = period.start_date.day == 1 and period.end_date == last_day(period.end_date.replace(day=1))
    last = date.fromordinal(period.start_date.toordinal() - 1)
    if whole:
        return Period(add_months(period.start_date, -len(period.months)), last)
    return Period(date.fromordinal(period.start_date.toordinal() - period.days), last)


def year_before(period: Period) -> Period:
    """The same days a year earlier; the 29th of February becomes the 28th."""
    return Period(*(_year_before(each) for each in (period.start_date, period.end_date)))


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def explain(before: Sales, after: Sales) -> Decomposition | None:
    """What traffic, conversion, stock and price changed in revenue; None where a side sold nothing."""
    factors = revenue_factors(before, after)
    return None if factors is None else decompose(factors)
