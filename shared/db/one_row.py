"""Reads one row exactly as its list shows it, so that a resource looks the same by itself and among others."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.errors import NotFound
from shared.db.bulk import raw_connection
from shared.db.listing import ListQuery


async def get_row(session: AsyncSession, query: ListQuery, tenant_id: UUID, identifier: UUID) -> str:
    """The row of `query` whose key is `identifier`, as JSON; NotFound when there is none.

    What the session has changed is written first, so that the row is the present one.
    """
    await session.flush()
    fields = ", ".join(f"{expression} AS {name}" for name, expression in query.fields.items())
    statement = (
        f"SELECT row_to_json(item)::text FROM (SELECT {fields} FROM {query.source}"
        f" WHERE {query.where} AND {query.key.expression} = $2) AS item"
    )
    connection = await raw_connection(session)
    found: str | None = await connection.fetchval(statement, tenant_id, identifier)
    if found is None:
        raise NotFound
    return found
