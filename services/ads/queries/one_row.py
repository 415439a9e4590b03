"""Reads and locks single resources of ads that callers name by their id."""

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.tables import AdsBase
from shared.core.errors import NotFound
from shared.db.listing import ListQuery
from shared.db.one_row import get_row

Resource = TypeVar("Resource", bound=AdsBase)
Read = TypeVar("Read", bound=BaseModel)


async def get_one(session: AsyncSession, query: ListQuery, read: type[Read], tenant_id: UUID, identifier: UUID) -> Read:
    """The row of a list whose key is `identifier`, exactly as the list shows it; NotFound when there is none."""
    return read.model_validate_json(await get_row(session, query, tenant_id, identifier))


async def lock_resource(session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID) -> Resource:
    """The resource, held until the transaction ends, or NotFound."""
    row = await session.get(table, (tenant_id, resource_id), with_for_update={"key_share": True})
    if row is None:
        raise NotFound
    return row
