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
_MADE = "version, created_at, updated_at, created_by"
_BY = "1, now(), now(), id FROM platform.tenant LIMIT 1"
_CYCLE = f"""
    SET LOCAL session_replication_role = replica;
    INSERT INTO planning.cycle (tenant_id, id, code, code_key, name, kind, start_date, end_date, status, {_MADE})
    SELECT id, '01a00000-0000-7000-8000-00000000c{{n}}', '{{n}}', '{{n}}', 'A cycle', 'year', '{{start}}', '{{end}}',
        'open', {_BY};
"""
_OBJECTIVE = f"""
    INSERT INTO planning.objective (tenant_id, id, unit_id, cycle_id, horizon, title, why, parent_id, parent_mode,
        weight, ambition, status, {_MADE})
    SELECT id, '01a00000-0000-7000-8000-0000000e{{n}}', id, '01a00000-0000-7000-8000-00000000c{{cycle}}', 'cycle', 'O',
        'W', {{parent}}, 'contributes', 1, 'committed', 'draft', {_BY};
"""
_PLAN = f"""
    INSERT INTO planning.plan (tenant_id, id, kind, unit_id, cycle_id, title, currency, fx, version_no, status,
        approved_by, approved_at, submitted_by, {_MADE})
    SELECT id, '01a00000-0000-7000-8000-0000000000{{n}}', 'one_year', id, '01a00000-0000-7000-8000-00000000c{{cycle}}',
        'Plan', 'USD', '{{{{}}}}', {{n}}, 'approved', gen_random_uuid(), now(), id, {_BY};
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
    "I10 an observation does not end when the next one was made": """
        INSERT INTO planning.reading (tenant_id, series_id, start_date, end_date, observed_at, superseded_at, value,
            source, recorded_at)
        SELECT id, id, '2026-01-01', '2026-01-01', '2026-01-02', '2026-01-03', 5, 'feed', now()
        FROM platform.tenant LIMIT 1
    """,
    "I10 something is taken back that was never known": """
        INSERT INTO planning.reading (tenant_id, series_id, start_date, end_date, observed_at, source, recorded_at)
        SELECT id, id, '2026-01-02', '2026-01-02', '2026-01-03', 'feed', now() FROM platform.tenant LIMIT 1
    """,
    "I10 a reading lies outside the days of its series": """
        INSERT INTO planning.reading (tenant_id, series_id, start_date, end_date, observed_at, value, source,
            recorded_at)
        SELECT id, gen_random_uuid(), '2026-01-01', '2026-01-01', '2026-01-02', 5, 'feed', now()
        FROM platform.tenant LIMIT 1
    """,
    "I11 an objective does not lie in its parent's days": (
        _CYCLE.format(n="001", start="2026-01-01", end="2026-06-30")
        + _CYCLE.format(n="002", start="2026-01-01", end="2026-12-31")
        + _OBJECTIVE.format(n="0001", cycle="001", parent="NULL")
        + _OBJECTIVE.format(n="0002", cycle="002", parent="'01a00000-0000-7000-8000-0000000e0001'")
    ),
    "I11 objectives stand below themselves": (
        _CYCLE.format(n="003", start="2026-01-01", end="2026-12-31")
        + _OBJECTIVE.format(n="0003", cycle="003", parent="'01a00000-0000-7000-8000-0000000e0004'")
        + _OBJECTIVE.format(n="0004", cycle="003", parent="'01a00000-0000-7000-8000-0000000e0003'")
    ),
    "I11 an initiative waits for itself": f"""
        SET LOCAL session_replication_role = replica;
        INSERT INTO planning.dependency (tenant_id, id, from_id, to_id, type, lag_days, {_MADE})
        SELECT t.id, gen_random_uuid(), d.one, d.two, 'finish_start', 0, 1, now(), now(), t.id
        FROM (SELECT id FROM platform.tenant LIMIT 1) AS t, (VALUES
            ('01a00000-0000-7000-8000-000000000d01'::uuid, '01a00000-0000-7000-8000-000000000d02'::uuid),
            ('01a00000-0000-7000-8000-000000000d02', '01a00000-0000-7000-8000-000000000d01')) AS d (one, two)
    """,
    "I11 a planned month lies outside the plan's cycle": (
        _CYCLE.format(n="004", start="2026-01-01", end="2026-12-31")
        + _PLAN.format(n="11", cycle="004")
        + """
        INSERT INTO planning.plan_line (tenant_id, plan_id, metric_code, scope, scope_key, month_date, value, origin)
        SELECT id, '01a00000-0000-7000-8000-000000000011', 'net_revenue', '{}', '', '2027-01-01', 5, 'wish'
        FROM platform.tenant LIMIT 1
        """
    ),
    "I11 somebody approved a plan that they have written in": (
        _CYCLE.format(n="005", start="2026-01-01", end="2026-12-31")
        + _PLAN.format(n="12", cycle="005")
        + """
        INSERT INTO planning.plan_author (tenant_id, plan_id, principal_id, first_at)
        SELECT tenant_id, id, approved_by, now() FROM planning.plan WHERE id = '01a00000-0000-7000-8000-000000000012'
        """
    ),
    "I11 procurement was handed a plan that production has not acknowledged": f"""
        SET LOCAL session_replication_role = replica;
        INSERT INTO planning.handoff (tenant_id, id, plan_id, receiver, status, lines, {_MADE})
        SELECT id, id, id, 'procurement', 'sent', '[]', {_BY}
    """,
    "I11 a closed review has a red gap without a cause": f"""
        SET LOCAL session_replication_role = replica;
        INSERT INTO planning.review (tenant_id, id, unit_id, cycle_id, kind, month_date, due_date, status, prefill,
            prefilled_at, closed_at, closed_by, snapshot_id, {_MADE})
        SELECT id, id, id, id, 'monthly', '2026-01-01', '2026-02-10', 'closed',
            '{{"gaps": [{{"ref": "net_revenue", "status": "red"}}]}}', now(), now(), id, id, {_BY}
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
    assert [finding.code for finding in sound] == ["I1", "I2", "I3", "I4", "I6", "I7", "I8", "I9", "I10", "I11"]
    assert [finding.skipped for finding in sound if finding.skipped] == []


@pytest.mark.parametrize("damage", DAMAGE)
def test_planted_damage_is_found(found: list[str], damage: str) -> None:
    assert [line for line in found if line.startswith(damage)], found


async def test_without_bypassrls_the_checks_go_tenant_by_tenant(urls: DatabaseUrls, found: list[str]) -> None:
    # The owner is bound by row security, as tw_verify is where BYPASSRLS cannot be granted.
    bound = DatabaseUrls(urls.admin, urls.owner, urls.owner, urls.inventory, urls.ads, urls.planning)
    by_tenant = said(await verify(bound, storage=False))
    assert {line for line in by_tenant if line < "I7"} == {line for line in found if line < "I7"}
