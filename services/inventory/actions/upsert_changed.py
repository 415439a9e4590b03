"""Upserts rows and leaves alone those that say what is known, so that the same file again changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Table, func
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.inventory.tables import InventoryBase
from shared.core.ids import new_id

_MOST_PARAMETERS = 30_000  # the protocol counts them in 16 bits


async def upsert_changed(
    session: AsyncSession,
    table: type[InventoryBase],
    rows: Sequence[dict[str, Any]],
    key: Sequence[str],
    *,
    ignored: Sequence[str] = ("id", "import_id"),
) -> int:
    """Insert rows that are new by `key`, update those that differ; returns how many were written.

    All rows have the same columns. `ignored` ones do not count as a difference; an `id` stays as it is.
    """
    if not rows:
        return 0
    columns: Table = table.__table__  # type: ignore[assignment]  # every row class of a schema is one table
    kept = [name for name in rows[0] if name not in (*key, "id")]
    compared = [name for name in kept if name not in ignored]
    batch = max(1, _MOST_PARAMETERS // len(rows[0]))
    written = 0
    for start in range(0, len(rows), batch):
        statement = insert(columns).values(list(rows[start : start + batch]))
        result = await session.execute(
            statement.on_conflict_do_update(
                index_elements=list(key),
                set_={name: _new_value(name, columns, statement) for name in kept if name != "created_at"},
                where=func.row(*(columns.c[name] for name in compared)).is_distinct_from(
                    func.row(*(statement.excluded[name] for name in compared))
                ),
            ).returning(columns.c.tenant_id)
        )
        written += len(result.all())
    return written


def _new_value(name: str, columns: Table, statement: Insert) -> ColumnElement[Any]:
    return columns.c.version + 1 if name == "version" else statement.excluded[name]


async def upsert_versions(
    session: AsyncSession,
    tenant_id: UUID,
    table: type[InventoryBase],
    rows: Sequence[dict[str, Any]],
    key: Sequence[str],
    now: datetime,
) -> int:
    """As `upsert_changed` for versioned resources: new ones begin at version 1, changed ones go one up."""
    stamped = [
        {"tenant_id": tenant_id, "id": new_id(), **row, "version": 1, "created_at": now, "updated_at": now}
        for row in rows
    ]
    return await upsert_changed(
        session, table, stamped, ("tenant_id", *key), ignored=("id", "version", "created_at", "updated_at")
    )
