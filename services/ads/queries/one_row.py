"""Reads and locks single resources of ads that callers name by their id."""

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.ads.tables import AdsBase
from shared.core.errors import NotFound
from shared.db.bulk import raw_connection
from shared.db.listing import ListQuery

Resource = TypeVar("Resource", bound=AdsBase)
Read = TypeVar("Read", bound=BaseModel)


async def get_one(session: AsyncSession, query: ListQuery, read: type[Read], tenant_id: UUID, identifier: UUID) -> Read:
    """The row of a list whose key is `identifier`, exactly as the list shows it; NotFound when there is none.

    What the session has changed is written first, so that the row is the present one.
    """
    await session.flush()
    fields = ", ".join(f"{expression} AS {name}" for name, expression in query.fields.items())
    statement = (
        f"SELECT row_to_json(item)::text FROM (SELECT {fields} FROM {query.source}"
        f" WHERE {query.where} AND {query.key.expression} = $2) AS item"
    )
    found = await (await raw_connection(session)).fetchval(statement, tenant_id, identifier)
    if found is None:
        raise NotFound
    return read.model_validate_json(found)


async def lock_resource(session: AsyncSession, table: type[Resource], tenant_id: UUID, resource_id: UUID) -> Resource:
    """The resource, held until the transaction ends, or NotFound."""
    row = await session.get(table, (tenant_id, resource_id), with_for_update={"key_share": True})
    if row is None:
        raise NotFound
    return row
