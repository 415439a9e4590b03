"""Finds and locks single resources that callers name by their id."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.tables import InventoryBase
from shared.core.errors import NotFound

Resource = TypeVar("Resource", bound=InventoryBase)


async def get_resource(session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID) -> Resource:
    """The resource, or NotFound."""
    row = await session.get(table, (tenant_id, resource_id))
    if row is None:
        raise NotFound
    return row


async def lock_resource(session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID) -> Resource:
    """The resource, held until the transaction ends, or NotFound."""
    row = await session.get(table, (tenant_id, resource_id), with_for_update={"key_share": True})
    if row is None:
        raise NotFound
    return row


async def find_id_by(session: AsyncSession, table: type[Resource], tenant_id: UUID, **values: object) -> UUID | None:
    """The id of the resource whose columns have these values."""
    columns = table.__table__.columns
    statement = select(columns["id"]).where(columns["tenant_id"] == tenant_id)
    found: UUID | None = await session.scalar(
        statement.where(*(columns[name] == value for name, value in values.items()))
    )
    return found
