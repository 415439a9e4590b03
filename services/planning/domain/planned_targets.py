"""Decides what a plan's months mean for the target of a key result over its cycle."""

from decimal import Decimal

from services.planning.domain.key_result import KeyResult, KeyResultKind
from services.planning.domain.measurement import WindowKind
from services.planning.domain.metric import Catalogue, Fold, is_additive
from services.planning.domain.months import days_in_month
from services.planning.domain.pace import Phasing
from services.planning.domain.period import Period, month_period


def follows_months(key_result: KeyResult, catalogue: Catalogue) -> bool:
    """Whether progress grows by what each month brings, so that a plan's months say when how much is to be expected."""
    code = key_result.metric_code
    return (
        key_result.kind is KeyResultKind.REACH
        and key_result.window.kind is WindowKind.CYCLE_TO_DATE
        and code is not None
        and code in catalogue
        and is_additive(code, catalogue)
    )


def planned_target(key_result: KeyResult, catalogue: Catalogue, months: Phasing, cycle: Period) -> Decimal | None:
    """What the plan has for the end of the cycle: the sum of its months, or the last one of what is read last.

    Of a month that the cycle has only a part of, as many parts count as days. None where the months do not say, as
    those of a ratio, or where not every month is planned.
    """
    if not months or any(month not in months for month in cycle.months):
        return None
    if follows_months(key_result, catalogue):
        parts = ((month, month_period(month).part_in(cycle)) for month in cycle.months)
        return sum(
            (months[month] * days.days / days_in_month(month) for month, days in parts if days is not None), Decimal(0)
        )
    code = key_result.metric_code
    if (
        key_result.kind is KeyResultKind.REACH
        and code is not None
        and code in catalogue
        and catalogue[code].fold is Fold.LAST
    ):
        return months[cycle.months[-1]]
    return None
