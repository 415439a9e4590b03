"""Volume: how many rows reach a table at once, by COPY into a temporary table, since COPY cannot pass row security."""

import io
import re
from collections.abc import AsyncIterable, Iterable, Sequence
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")

Records = Iterable[Sequence[Any]]
CsvBytes = bytes | bytearray | memoryview | AsyncIterable[bytes]


async def raw_connection(session: AsyncSession) -> "asyncpg.Connection[asyncpg.Record]":
    """The session's own asyncpg connection, inside the session's transaction.

    SQLAlchemy opens the transaction with its first statement, so one is run before: what is then sent on the
    bare connection commits and rolls back with the session. Never end the transaction on it.
    """
    connection = await session.connection()
    raw: asyncpg.Connection[asyncpg.Record] = _driver_connection(await connection.get_raw_connection())
    if not raw.is_in_transaction():
        await session.execute(text("SELECT 1"))
    return raw


async def copy_rows(
    session: AsyncSession,
    table: str,
    columns: Sequence[str],
    rows: Records | CsvBytes,
    *,
    schema: str | None = None,
) -> int:
    """COPY rows into a table and tell how many: records as tuples in the order of `columns` (binary), or CSV bytes.

    CSV is UTF-8 without a header, an unquoted empty cell is NULL. In transactions bound by row security the
    table must be a temporary one; `create_staging` makes it.
    """
    raw = await raw_connection(session)
    if isinstance(rows, (bytes, bytearray, memoryview)):
        status = await raw.copy_to_table(
            table, source=io.BytesIO(rows), columns=list(columns), schema_name=schema, format="csv"
        )
    elif isinstance(rows, AsyncIterable):
        status = await raw.copy_to_table(table, source=rows, columns=list(columns), schema_name=schema, format="csv")
    else:
        status = await raw.copy_records_to_table(table, records=rows, columns=list(columns), schema_name=schema)
    return int(status.removeprefix("COPY "))


async def copy_binary(session: AsyncSession, table: str, columns: Sequence[str], content: bytes) -> int:
    """COPY what `binary_rows` packed into a temporary table and tell how many rows it was."""
    raw = await raw_connection(session)
    status = await raw.copy_to_table(table, source=io.BytesIO(content), columns=list(columns), format="binary")
    return int(status.removeprefix("COPY "))


async def create_staging(session: AsyncSession, name: str, columns: Sequence[str]) -> None:
    """An empty temporary table that ends with the transaction; `columns` are definitions, as in `"units bigint"`.

    A table of that name from an earlier chunk of the same transaction is emptied and used again.
    """
    if not _IDENTIFIER.match(name):
        raise ValueError(f"not a table name: {name!r}")
    raw = await raw_connection(session)
    await raw.execute(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({', '.join(columns)}) ON COMMIT DROP; TRUNCATE pg_temp.{name}"
    )


def _driver_connection(pooled: Any) -> Any:
    return pooled.driver_connection
