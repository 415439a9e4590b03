"""Reads the rows of a nested list exactly as the list shows them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.bulk import raw_connection
from shared.db.listing import ListQuery


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
