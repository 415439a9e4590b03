"""Reads one row of a list exactly as the list shows it."""

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


async def get_rows(session: AsyncSession, query: ListQuery, tenant_id: UUID, parent_id: UUID) -> str:
    """All rows of a nested list of one parent, as a JSON array in the list's own order."""
    await session.flush()
    [parent] = query.path.values()
    fields = ", ".join(f"{expression} AS {name}" for name, expression in query.fields.items())
    order = query.sorts[query.default_sort].expression
    statement = (
        f"SELECT coalesce(json_agg(row_to_json(item)), '[]')::text FROM (SELECT {fields} FROM {query.source}"
        f" WHERE {query.where} AND {parent.condition.format('$2')} ORDER BY {order}, {query.key.expression}) AS item"
    )
    connection = await raw_connection(session)
    found: str = await connection.fetchval(statement, tenant_id, parent_id)
    return found
