"""Makes the checks of a plan with everything they need."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.currency import PlanRates
from services.planning.domain.plan_checks import PlanCheckup
from services.planning.domain.plan_checks import check_plan as check
from services.planning.queries.plan_facts import PlanBasis, load_plan_basis, load_plan_facts
from services.planning.tables import PlanRow


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """What the checks found, what they began with, and currencies of budgets that there is no rate for."""

    basis: PlanBasis
    checkup: PlanCheckup
    unrated: tuple[str, ...]


async def check_plan(
    session: AsyncSession, tenant_id: UUID, plan: PlanRow, rates: PlanRates | None = None
) -> CheckedPlan:
    """The plan checked at these rates, by default at those it states."""
    basis = await load_plan_basis(session, tenant_id, plan)
    gathered = await load_plan_facts(session, tenant_id, basis, rates or basis.stated_rates)
    return CheckedPlan(basis, check(gathered.facts), gathered.unrated)
