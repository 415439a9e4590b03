"""Builds the values that tests of plans are about."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from services.planning.domain.plan_lines import LineOrigin, PlanLine, year_months
from services.planning.domain.scope import EVERYTHING, Scope

JANUARY = date(2027, 1, 1)
YEAR = year_months(JANUARY)
US, DE = Scope(marketplace="US"), Scope(marketplace="DE")


def lines(
    metric: str,
    values: str | int | Sequence[str | int],
    scope: Scope = EVERYTHING,
    origin: LineOrigin = LineOrigin.BOTTOM_UP,
    months: Iterable[date] = YEAR,
) -> list[PlanLine]:
    """A line for each month: the values in order, or the one value everywhere."""
    listed = list(months)
    each = [values] * len(listed) if isinstance(values, str | int) else values
    return [PlanLine(metric, scope, month, Decimal(value), origin) for month, value in zip(listed, each, strict=True)]
