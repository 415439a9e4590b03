"""Reads what has become of what a plan has: the measured months of its unit, at the plan's own rates."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.plan_lines import Months
from services.planning.domain.scope import EVERYTHING, Scope, ScopeKey
from services.planning.queries.measuring import MonthsAsk, measure_months_all
from services.planning.queries.plan_facts import PlanBasis


async def load_actual_months(
    session: AsyncSession,
    tenant_id: UUID,
    basis: PlanBasis,
    metric_codes: Sequence[str],
    *,
    today: date,
    now: datetime,
    as_of: datetime | None,
) -> Mapping[str, Months]:
    """The measured months of each metric, as far as they have begun; metrics without any are left out.

    Those of a top unit are the figures of the whole company, those of another what was read for it or below it.
    """
    asks = [MonthsAsk(code, code, own_scope(basis), basis.cycle) for code in metric_codes if code in basis.catalogue]
    found = await measure_months_all(
        session,
        tenant_id,
        asks,
        today=today,
        catalogue=basis.catalogue,
        ancestry=basis.ancestry,
        now=now,
        as_of=as_of,
        plan=PlanRates(basis.plan.currency, basis.stated_rates.rates),
    )
    months = {
        code: {month: value for month, value in zip(basis.months, values, strict=False) if value is not None}
        for code, values in found.items()
    }
    return {code: each for code, each in months.items() if each}


def own_scope(basis: PlanBasis) -> Scope:
    """What the plan's unit is measured by."""
    is_top = basis.own not in basis.ancestry.parents.get(ScopeKey.ORG_UNIT_ID, {})
    return EVERYTHING if is_top else Scope(org_unit_id=basis.own)
