"""Adds and changes domestic warehouses."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.actions.change_resource import check_unused, lock_at_version, write_columns
from services.inventory.domain.codes import code_key
from services.inventory.schemas.warehouses import WarehouseCreate, WarehousePatch
from services.inventory.tables import WarehouseRow
from shared.core.ids import new_id


async def create_warehouse(
    session: AsyncSession, tenant_id: UUID, warehouse: WarehouseCreate, *, now: datetime
) -> WarehouseRow:
    """A new warehouse; DuplicateKey when its code is taken."""
    key = code_key(warehouse.code)
    await check_unused(session, WarehouseRow, tenant_id, {"code_key": key})
    row = WarehouseRow(
        tenant_id=tenant_id,
        id=new_id(),
        code=warehouse.code,
        code_key=key,
        name=warehouse.name,
        country_code=warehouse.country_code,
        version=1,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    return row


async def update_warehouse(
    session: AsyncSession,
    tenant_id: UUID,
    warehouse_id: UUID,
    patch: WarehousePatch,
    *,
    expected_version: int,
    now: datetime,
) -> WarehouseRow:
    """The changed warehouse; PreconditionFailed when it is not at the version that the caller read."""
    row = await lock_at_version(session, WarehouseRow, tenant_id, warehouse_id, expected_version)
    changes = patch.changes()
    if "code" in changes:
        changes["code_key"] = code_key(changes["code"])
        await check_unused(session, WarehouseRow, tenant_id, {"code_key": changes["code_key"]}, row.id)
    write_columns(row, changes, now)
    await session.flush()
    return row
