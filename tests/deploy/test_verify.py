"""`tradewind verify` is silent about sound data and speaks of every kind of damage that is planted."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from deploy.verify.invariant import Finding
from deploy.verify.run import verify
from tests.support.tenants import create_tenant

OPERATION = """
    INSERT INTO platform.operation (tenant_id, id, service, kind, state, parameters, progress_done, progress_total,
        progress_unit, attempt, created_by, created_at, updated_at, started_at, finished_at)
    SELECT t.id, '01a00000-0000-7000-8000-0000000000{n}', 'inventory', 'import', '{state}', '{{}}', {done}, 5, 'rows',
        1, t.id, now() - interval '1 hour', now() - interval '1 hour', now(), {finished}
    FROM platform.tenant t LIMIT 1
"""
DAMAGE = {
    "I1 a movement has no legs": """
        INSERT INTO inventory.stock_movement (tenant_id, id, kind, occurred_at, recorded_at, created_by)
        SELECT id, gen_random_uuid(), 'receipt', now(), now(), id FROM platform.tenant LIMIT 1
    """,
    "I1 a movement does not balance": """
        SET LOCAL session_replication_role = replica;
        INSERT INTO inventory.stock_leg (tenant_id, movement_id, position, location_id, product_id, quantity,
            occurred_at) SELECT id, id, 0, id, id, 5, now() FROM platform.tenant LIMIT 1
    """,
    "I1 a balance is not the sum of its legs": """
        SET LOCAL session_replication_role = replica;
        INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
        SELECT id, id, gen_random_uuid(), 5, 0, false FROM platform.tenant LIMIT 1
    """,
    "I2 allocations do not sum to what is allocated": """
        SET LOCAL session_replication_role = replica;
        INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
        SELECT id, id, gen_random_uuid(), 5, 3, false FROM platform.tenant LIMIT 1
    """,
    "I2 more is allocated than is there": """
        SET LOCAL session_replication_role = replica;
        ALTER TABLE inventory.stock_balance DROP CONSTRAINT ck_stock_balance_allocated;
        INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
        SELECT id, id, gen_random_uuid(), 2, 3, false FROM platform.tenant LIMIT 1
    """,
    "I3 a server error was kept as the answer": """
        INSERT INTO platform.idempotency_key (tenant_id, service, key, fingerprint, status, headers, body, created_at)
        SELECT id, 'inventory', 'k', '', 500, '{}', '', now() FROM platform.tenant LIMIT 1
    """,
    "I4 a chunk is missing": """
        SET LOCAL session_replication_role = replica;
        INSERT INTO platform.import_chunk (tenant_id, import_id, position, attempt, rows_applied, rows_unchanged,
            applied_at) SELECT id, id, 3, 1, 0, 0, now() FROM platform.tenant LIMIT 1
    """,
    "I6 an unfinished operation has no job": OPERATION.format(n="01", state="running", done=0, finished="NULL"),
    "I6 an end is not an end": OPERATION.format(n="02", state="succeeded", done=2, finished="now()"),
    "I7 inventory sees rows of platform.principal without a tenant": """
        ALTER TABLE platform.principal DISABLE ROW LEVEL SECURITY
    """,
    "I7 planning as tenant": """
        CREATE POLICY wide ON platform.principal USING (current_setting('app.tenant_id', true) <> '')
    """,
    "I8": """
        UPDATE pg_index SET indisready = false WHERE indexrelid = 'platform.pk_principal'::regclass;
        INSERT INTO platform.principal (tenant_id, id, kind, role, name, created_at)
        SELECT id, id, 'person', 'owner', 'in no index', now() FROM platform.tenant LIMIT 1;
        UPDATE pg_index SET indisready = true WHERE indexrelid = 'platform.pk_principal'::regclass
    """,
    "I9 figures count that are not of the newest pull": """
        INSERT INTO ads.performance (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id,
            pull_id, clicks) SELECT id, 'campaigns', 'daily', '2026-01-01', '2026-01-01', id, id, id, 5
        FROM platform.tenant LIMIT 1
    """,
    "I9 figures are not what their pull said": """
        SET LOCAL session_replication_role = replica;
        INSERT INTO ads.pull_day (tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id, as_of,
            row_count, clicks) SELECT id, 'campaigns', 'daily', '2026-01-02', '2026-01-02', id, id, now(), 1, 5
        FROM platform.tenant LIMIT 1
    """,
    "I9 figures of one pull are kept twice": """
        INSERT INTO ads.superseded_performance (tenant_id, report, granularity, date_from, date_to, campaign_id,
            subject_id, pull_id, clicks) SELECT id, 'campaigns', 'daily', '2026-01-01', '2026-01-01', id, id, id, 5
        FROM platform.tenant LIMIT 1
    """,
}


@pytest_asyncio.fixture(scope="module")
async def urls(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]],
) -> AsyncIterator[DatabaseUrls]:
    async with clone_database("verify") as cloned:
        await create_tenant(cloned.owner)
        await create_tenant(cloned.owner)
        yield cloned


@pytest_asyncio.fixture(scope="module")
async def sound(urls: DatabaseUrls) -> list[Finding]:
    return await verify(urls)


@pytest_asyncio.fixture(scope="module")
async def found(urls: DatabaseUrls, sound: list[Finding]) -> list[str]:
    """What is said after all damage was done."""
    assert urls.admin is not None
    admin = await asyncpg.connect(urls.admin)
    for damage in DAMAGE.values():
        async with admin.transaction():
            await admin.execute(damage)
    await admin.close()
    return said(await verify(urls))


def said(findings: list[Finding]) -> list[str]:
    return [f"{finding.code} {violation}" for finding in findings for violation in finding.violations]


def test_every_invariant_holds_in_a_new_database(sound: list[Finding]) -> None:
    assert said(sound) == []
    assert [finding.code for finding in sound] == ["I1", "I2", "I3", "I4", "I6", "I7", "I8", "I9"]
    assert [finding.skipped for finding in sound if finding.skipped] == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_planted_damage_is_found(found: list[str], damage: str) -> None:
    assert [line for line in found if line.startswith(damage)], found


async def test_without_bypassrls_the_checks_go_tenant_by_tenant(urls: DatabaseUrls, found: list[str]) -> None:
    # The owner is bound by row security, as tw_verify is where BYPASSRLS cannot be granted.
    bound = DatabaseUrls(urls.admin, urls.owner, urls.owner, urls.inventory, urls.ads, urls.planning)
    by_tenant = said(await verify(bound, storage=False))
    assert {line for line in by_tenant if line < "I7"} == {line for line in found if line < "I7"}
