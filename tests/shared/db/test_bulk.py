"""COPY inside a session: part of its transaction, gone with it, never past row security."""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import text

from shared.core.ids import new_id
from shared.db.bulk import copy_rows, create_staging, raw_connection
from shared.db.engine import Database
from tests.support.tenants import Tenant

COLUMNS = ["id uuid", "name text", "units int"]


async def staged(database: Database, tenant: Tenant, rows: object) -> list[tuple[UUID | None, str | None, int]]:
    async with database.session(tenant.id) as session:
        await create_staging(session, "staged_thing", COLUMNS)
        count = await copy_rows(session, "staged_thing", ["id", "name", "units"], rows)  # type: ignore[arg-type]
        found = (await session.execute(text("SELECT id, name, units FROM staged_thing ORDER BY units"))).all()
        assert count == len(found)
    return [(row[0], row[1], row[2]) for row in found]


async def test_records_arrive_as_they_are(database: Database, tenant: Tenant) -> None:
    rows = [(new_id(), 'a,"b"\n', 1), (None, None, 2)]
    assert await staged(database, tenant, rows) == rows


async def test_csv_arrives_whole_and_in_pieces(database: Database, tenant: Tenant) -> None:
    key = new_id()
    content = f'{key},"a,""b""",1\n,,2\n'.encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    expected = [(key, 'a,"b"', 1), (None, None, 2)]
    assert await staged(database, tenant, content) == expected
    assert await staged(database, tenant, pieces()) == expected


async def test_a_staging_table_is_emptied_when_made_again_and_gone_with_its_transaction(
    database: Database, tenant: Tenant
) -> None:
    async with database.session(tenant.id) as session:
        for _ in range(2):
            await create_staging(session, "staged_thing", COLUMNS)
            await copy_rows(session, "staged_thing", ["name"], [("a",)])
        assert await session.scalar(text("SELECT count(*) FROM staged_thing")) == 1
    async with database.session(tenant.id) as session:
        assert await session.scalar(text("SELECT to_regclass('pg_temp.staged_thing')")) is None


async def test_the_bare_connection_is_in_the_transaction_even_before_any_statement(database: Database) -> None:
    async with database.directory() as session:
        raw = await raw_connection(session)
        assert raw.is_in_transaction()


async def test_copy_does_not_pass_row_security(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        savepoint = await session.begin_nested()
        with pytest.raises(asyncpg.FeatureNotSupportedError, match="row-level security"):
            await copy_rows(session, "idempotency_key", ["tenant_id"], [(tenant.id,)], schema="platform")
        await savepoint.rollback()


async def test_a_staging_table_has_a_plain_name(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        with pytest.raises(ValueError, match="not a table name"):
            await create_staging(session, "a; DROP TABLE b", COLUMNS)
