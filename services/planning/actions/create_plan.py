"""Begins a plan, or a new version of one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import write_new
from services.planning.actions.check_cycle import lock_open_cycle
from services.planning.domain.period import Period
from services.planning.domain.plan_lines import MOST_MONTHS
from services.planning.domain.plan_states import PlanStatus
from services.planning.queries.plans import add_author, copy_authors, next_version_no
from services.planning.queries.resources import get_resource, lock_named
from services.planning.schemas.plans import PlanCreate, PlanRateBody, PlanVersionCreate, plan_columns
from services.planning.tables import OrganisationUnitRow, PlanLineRow, PlanRow, PlanYearRow
from shared.core.currencies import check_currency
from shared.core.errors import FieldProblem, Invalid
from shared.core.ids import new_id

_ASSUMPTIONS = (
    "unit_id",
    "cycle_id",
    "kind",
    "currency",
    "fx",
    "base_amount",
    "organic_growth",
    "opening_headcount",
    "market_size_amount",
    "market_growth",
    "blended_margin",
    "payback_months",
)


async def create_plan(session: AsyncSession, tenant_id: UUID, plan: PlanCreate, *, by: UUID, now: datetime) -> PlanRow:
    """A draft: the next version of its kind, unit and cycle. CycleClosed; Invalid where unit or cycle is unknown."""
    check_money(plan.currency, plan.exchange_rates)
    values = {name: getattr(plan, name) for name in type(plan).model_fields}
    return await _begin(session, tenant_id, plan_columns(values), None, by=by, now=now)


async def create_plan_version(
    session: AsyncSession, tenant_id: UUID, plan_id: UUID, version: PlanVersionCreate, *, by: UUID, now: datetime
) -> PlanRow:
    """A draft that says what the plan says, whatever its state; who has written that is an author of the draft too."""
    earlier = await get_resource(session, PlanRow, tenant_id, plan_id)
    values = {name: getattr(earlier, name) for name in _ASSUMPTIONS}
    row = await _begin(session, tenant_id, values | {"title": version.title or earlier.title}, plan_id, by=by, now=now)
    for table in (PlanLineRow, PlanYearRow):
        kept = [column for column in table.__table__.columns if column.name not in ("tenant_id", "plan_id")]
        copied = select(literal(tenant_id), literal(row.id), *kept).where(
            table.tenant_id == tenant_id, table.plan_id == plan_id
        )
        await session.execute(
            insert(table).from_select(["tenant_id", "plan_id", *(column.name for column in kept)], copied)
        )
    await copy_authors(session, tenant_id, plan_id, row.id)
    return row


async def _begin(
    session: AsyncSession,
    tenant_id: UUID,
    values: dict[str, Any],
    previous_plan_id: UUID | None,
    *,
    by: UUID,
    now: datetime,
) -> PlanRow:
    # Held, so that two drafts begun at once do not get the same number.
    await lock_named(session, OrganisationUnitRow, tenant_id, values["unit_id"], "unit_id")
    cycle = await lock_open_cycle(session, tenant_id, values["cycle_id"])
    if len(Period(cycle.start_date, cycle.end_date).months) > MOST_MONTHS:
        problem = FieldProblem("#/cycle_id", "too_long", f"A plan is for {MOST_MONTHS} months at most.")
        raise Invalid("The cycle is too long to be planned by month.", errors=[problem])
    number = await next_version_no(session, tenant_id, values["kind"], values["unit_id"], values["cycle_id"])
    row = PlanRow(
        tenant_id=tenant_id,
        id=new_id(),
        version_no=number,
        previous_plan_id=previous_plan_id,
        status=PlanStatus.DRAFT,
        **values,
    )
    await write_new(session, row, by=by, now=now)
    await add_author(session, tenant_id, row.id, by, now)
    return row


def check_money(currency: str, rates: list[PlanRateBody]) -> None:
    """Invalid for currencies that do not exist, rates of nothing, of the plan's own currency, or given twice."""
    check_currency(currency, "#/currency")
    seen = {currency}
    for index, each in enumerate(rates):
        pointer = f"#/exchange_rates/{index}"
        check_currency(each.currency, f"{pointer}/currency")
        if each.rate <= 0:
            raise Invalid(errors=[FieldProblem(f"{pointer}/rate", "out_of_range", "A rate is above zero.")])
        if each.currency in seen:
            detail = "This is the plan's own currency, or it has a rate already."
            raise Invalid(errors=[FieldProblem(f"{pointer}/currency", "repeated", detail)])
        seen.add(each.currency)
