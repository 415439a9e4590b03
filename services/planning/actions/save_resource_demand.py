"""Asks a domain for something in a month, and changes or withdraws what it has not answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.actions.check_initiative import get_named
from services.planning.actions.journal_change import journal_removal
from services.planning.domain.initiative_states import FINAL, InitiativeStatus
from services.planning.domain.resource_load import DemandStatus, ResourceKind
from services.planning.queries.resource_demands import find_demand_at
from services.planning.schemas.resource_demands import ResourceDemandCreate, ResourceDemandPatch
from services.planning.tables import InitiativeRow, ResourceDemandRow
from shared.core.currencies import check_currency
from shared.core.errors import Conflict, DuplicateKey
from shared.core.ids import new_id


class DemandAnswered(Conflict):
    """The domain has answered; what is needed beyond that is another demand."""

    slug, title = "demand-answered", "The demand is answered"


class InitiativeOver(Conflict):
    """The initiative is over: it needs nothing any more."""

    slug, title = "initiative-over", "The initiative is over"


async def create_resource_demand(
    session: AsyncSession, tenant_id: UUID, demand: ResourceDemandCreate, *, by: UUID, now: datetime
) -> ResourceDemandRow:
    """The new demand; InitiativeOver, DuplicateKey where the initiative asks for it already, Invalid."""
    initiative = await get_named(session, InitiativeRow, tenant_id, demand.initiative_id, "initiative_id")
    if InitiativeStatus(initiative.status) in FINAL:
        raise InitiativeOver(status=initiative.status)
    if demand.kind is ResourceKind.MONEY:
        check_currency(demand.unit, "#/unit")
    values: dict[str, Any] = demand.model_dump()
    row = ResourceDemandRow(
        tenant_id=tenant_id,
        id=new_id(),
        month_date=values.pop("month"),
        status=DemandStatus.REQUESTED,
        answered_by=None,
        answered_at=None,
        answer_reason=None,
        **values,
    )
    if await find_demand_at(session, row) is not None:
        raise DuplicateKey("The initiative asks for this in that month already.")
    await write_new(session, row, by=by, now=now)
    return row


async def update_resource_demand(
    session: AsyncSession,
    tenant_id: UUID,
    demand_id: UUID,
    patch: ResourceDemandPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ResourceDemandRow:
    """The changed demand; DemandAnswered, DuplicateKey, PreconditionFailed."""
    row = await _lock_open(session, tenant_id, demand_id, expected_version)
    changes = patch.changes()
    if "month" in changes:
        changes["month_date"] = changes.pop("month")
        other = await find_demand_at(session, row, changes["month_date"])
        if other is not None and other.id != row.id:
            raise DuplicateKey("The initiative asks for this in that month already.")
    await write_change(session, row, changes, by=by, now=now)
    return row


async def delete_resource_demand(
    session: AsyncSession, tenant_id: UUID, demand_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Withdraws the demand; DemandAnswered, PreconditionFailed."""
    row = await _lock_open(session, tenant_id, demand_id, expected_version)
    journal_removal(session, row, by=by, now=now)
    await session.delete(row)
    await session.flush()


async def _lock_open(
    session: AsyncSession, tenant_id: UUID, demand_id: UUID, expected_version: int
) -> ResourceDemandRow:
    row = await lock_at_version(session, ResourceDemandRow, tenant_id, demand_id, expected_version)
    if row.status != DemandStatus.REQUESTED:
        raise DemandAnswered(status=row.status)
    return row
