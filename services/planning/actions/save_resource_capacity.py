"""Says what a domain can give in a month."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.actions.change_resource import lock_at_version, write_change, write_new
from services.planning.actions.journal_change import journal_removal
from services.planning.domain.resource_load import ResourceKind
from services.planning.queries.resource_demands import find_capacity_at
from services.planning.schemas.resource_demands import ResourceCapacityCreate, ResourceCapacityPatch
from services.planning.tables import ResourceCapacityRow
from shared.core.currencies import check_currency
from shared.core.errors import DuplicateKey
from shared.core.ids import new_id


async def create_resource_capacity(
    session: AsyncSession, tenant_id: UUID, capacity: ResourceCapacityCreate, *, by: UUID, now: datetime
) -> ResourceCapacityRow:
    """The new capacity; DuplicateKey where it has been said already, Invalid for a currency that is none."""
    if capacity.kind is ResourceKind.MONEY:
        check_currency(capacity.unit, "#/unit")
    values: dict[str, Any] = capacity.model_dump()
    row = ResourceCapacityRow(tenant_id=tenant_id, id=new_id(), month_date=values.pop("month"), **values)
    if await find_capacity_at(session, row) is not None:
        raise DuplicateKey("What the domain can give of this in that month has been said; change it instead.")
    await write_new(session, row, by=by, now=now)
    return row


async def update_resource_capacity(
    session: AsyncSession,
    tenant_id: UUID,
    capacity_id: UUID,
    patch: ResourceCapacityPatch,
    *,
    expected_version: int,
    by: UUID,
    now: datetime,
) -> ResourceCapacityRow:
    """The changed capacity; PreconditionFailed when it is not what the caller read."""
    row = await lock_at_version(session, ResourceCapacityRow, tenant_id, capacity_id, expected_version)
    await write_change(session, row, patch.changes(), by=by, now=now)
    return row


async def delete_resource_capacity(
    session: AsyncSession, tenant_id: UUID, capacity_id: UUID, *, expected_version: int, by: UUID, now: datetime
) -> None:
    """Forgets what the domain can give; PreconditionFailed when it is not what the caller read."""
    row = await lock_at_version(session, ResourceCapacityRow, tenant_id, capacity_id, expected_version)
    journal_removal(session, row, by=by, now=now)
    await session.delete(row)
    await session.flush()
