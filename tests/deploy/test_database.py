"""The prepared database grants each role what it needs and nothing more."""

from typing import Any

import asyncpg
import pytest

from deploy.roles import DatabaseUrls
from shared.db.engine import Database
from tests.support.tenants import Tenant


async def test_the_runtime_role_passes_the_start_up_check(database: Database) -> None:
    await database.check_role()


async def test_a_runtime_role_sees_only_its_tenants_rows(database: Database, tenant: Tenant, make_tenant: Any) -> None:
    other = await make_tenant()
    async with database.reader(tenant.id) as connection:
        rows = await connection.fetch("SELECT tenant_id FROM platform.principal")
    assert {row["tenant_id"] for row in rows} == {tenant.id}
    assert other.id != tenant.id


async def test_without_a_tenant_no_business_row_is_visible(database_urls: DatabaseUrls, tenant: Tenant) -> None:
    for url in (database_urls.inventory, database_urls.owner):
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM platform.principal") == 0
        await connection.close()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO platform.tenant (id, handle, created_at) VALUES (gen_random_uuid(), 'x', now())",
        "UPDATE platform.api_key SET scopes = '{inventory.admin}'",
        "DELETE FROM platform.api_key",
        "UPDATE platform.principal SET role = 'owner'",
        "UPDATE platform.alembic_version SET version_num = 'x'",
        "CREATE TABLE inventory.mine (id int)",
        "CREATE TABLE public.mine (id int)",
        "SET ROLE tw_owner",
    ],
)
async def test_a_runtime_role_may_not_change_access_or_structure(database_urls: DatabaseUrls, statement: str) -> None:
    for url in (database_urls.inventory, database_urls.ads, database_urls.planning):
        connection = await asyncpg.connect(url)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
        await connection.close()


async def test_a_service_may_not_read_another_services_schema(database_urls: DatabaseUrls, owner: Any) -> None:
    await owner.execute("CREATE TABLE IF NOT EXISTS planning.only_planning (id int)")
    await owner.execute("INSERT INTO planning.only_planning VALUES (1)")
    reader = await asyncpg.connect(database_urls.inventory)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await reader.fetch("SELECT * FROM planning.only_planning")
    await reader.close()
    allowed = await asyncpg.connect(database_urls.planning)
    assert await allowed.fetchval("SELECT count(*) FROM planning.only_planning") == 1
    await allowed.close()
    await owner.execute("DROP TABLE planning.only_planning")


async def test_the_verifying_role_sees_all_tenants_and_changes_nothing(
    database_urls: DatabaseUrls, tenant: Tenant, make_tenant: Any
) -> None:
    other = await make_tenant()
    connection = await asyncpg.connect(database_urls.verify)
    seen = {row["tenant_id"] for row in await connection.fetch("SELECT tenant_id FROM platform.principal")}
    assert {tenant.id, other.id} <= seen
    await connection.execute("SET default_transaction_read_only = off")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DELETE FROM platform.principal")
    await connection.close()
