"""Spreads an initiative's budget over months; together they never exceed it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version
from services.planning.actions.journal_change import journal_step
from services.planning.domain.months import month_text
from services.planning.queries.initiatives import sum_budget_months
from services.planning.schemas.initiative_parts import BudgetMonthBody
from services.planning.tables import InitiativeBudgetRow, InitiativeRow
from shared.core.errors import Conflict, FieldProblem, Invalid
from shared.web.schemas import decimal_text


class BudgetExceeded(Conflict):
    """The months of a budget together do not exceed it, and are in its currency."""

    slug, title = "budget-exceeded", "The budget is exceeded"


async def set_budget_months(
    session: AsyncSession,
    tenant_id: UUID,
    initiative_id: UUID,
    months: Sequence[BudgetMonthBody],
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> InitiativeRow:
    """The initiative with these months instead of those it had; BudgetExceeded, Invalid for a month named twice."""
    row = await lock_at_version(session, InitiativeRow, tenant_id, initiative_id, expected_version)
    wanted = {each.month: each.amount for each in months}
    if len(wanted) < len(months):
        raise Invalid(errors=[FieldProblem("#/months", "given_twice", "A month is named once.")])
    _check_sum(sum(wanted.values(), Decimal(0)) if wanted else None, row.budget_amount)
    table = InitiativeBudgetRow
    of_this = (table.tenant_id == tenant_id, table.initiative_id == initiative_id)
    old = (await session.execute(select(table.month_date, table.amount).where(*of_this))).all()
    await session.execute(delete(table).where(*of_this))
    session.add_all(
        table(tenant_id=tenant_id, initiative_id=initiative_id, month_date=month, amount=amount)
        for month, amount in wanted.items()
    )
    changes = {"budget_months": {"old": _plain(dict(old)), "new": _plain(wanted)}}
    journal_step(session, tenant_id, ("initiative", initiative_id), "changed", changes, by=by, now=now)
    row.version += 1
    row.updated_at = now
    await session.flush()
    return row


async def check_budget(
    session: AsyncSession, tenant_id: UUID, initiative_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """BudgetExceeded where the months that there are no longer fit the budget."""
    total = await sum_budget_months(session, tenant_id, initiative_id)
    _check_sum(total, after["budget_amount"])
    if total is not None and before["budget_currency"] != after["budget_currency"]:
        raise BudgetExceeded("The months are in the budget's former currency.", currency=before["budget_currency"])


def _check_sum(total: Decimal | None, budget: Decimal | None) -> None:
    if total is not None and (budget is None or total > budget):
        raise BudgetExceeded(total=decimal_text(total), budget=None if budget is None else decimal_text(budget))


def _plain(months: Mapping[Any, Decimal]) -> dict[str, str]:
    return {month_text(month): decimal_text(amount) for month, amount in sorted(months.items())}
