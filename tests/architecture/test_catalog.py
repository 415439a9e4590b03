"""The migrated database keeps the rules that let tenants be told apart, and be spread over several machines.

Each rule is one query over Postgres' own catalog that must find nothing; each is also shown to find a planted
offender, because a query that finds nothing may simply be wrong. Rules: Citus' documentation on distributed
tables, constraints and row security.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls

# Every table of ours with the class that its comment declares; the migration tool's own are left out.
TABLES = """
WITH ours AS (
    SELECT c.oid, n.nspname || '.' || c.relname AS name, c.relname, c.relrowsecurity, c.relforcerowsecurity,
           split_part(obj_description(c.oid, 'pg_class'), ':', 1) AS class,
           btrim(split_part(obj_description(c.oid, 'pg_class'), ':', 2)) AS sentence
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning')
      AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version'
),
distributed AS (SELECT * FROM ours WHERE class = 'distributed')
"""
QUEUE = "name NOT LIKE 'platform.pgqueuer%'"

RULES = {
    "every table says whether it is distributed, reference or local": f"""
        {TABLES} SELECT name FROM ours
        WHERE {QUEUE} AND (coalesce(class, '') NOT IN ('distributed', 'reference', 'local') OR sentence = '')
    """,
    "a distributed table has tenant_id uuid, not null, not generated": f"""
        {TABLES} SELECT name FROM distributed d WHERE NOT EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = d.oid AND a.attname = 'tenant_id'
            AND a.atttypid = 'uuid'::regtype AND a.attnotnull AND a.attgenerated = '' AND a.attidentity = '')
    """,
    "every primary key, unique and exclusion constraint of a distributed table begins with tenant_id": f"""
        {TABLES} SELECT d.name || ' ' || k.conname FROM distributed d JOIN pg_constraint k ON k.conrelid = d.oid
        JOIN pg_attribute a ON a.attrelid = d.oid AND a.attname = 'tenant_id'
        WHERE k.contype IN ('p', 'u', 'x') AND k.conkey[1] <> a.attnum
    """,
    "every unique index of a distributed table begins with tenant_id": f"""
        {TABLES} SELECT d.name || ' ' || i.indexrelid::regclass FROM distributed d JOIN pg_index i ON i.indrelid = d.oid
        JOIN pg_attribute a ON a.attrelid = d.oid AND a.attname = 'tenant_id'
        WHERE i.indisunique AND i.indkey[0] <> a.attnum
    """,
    "every distributed table has a primary key": f"""
        {TABLES} SELECT name FROM distributed d
        WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = d.oid AND k.contype = 'p')
    """,
    "a foreign key between distributed tables pairs tenant_id with itself": f"""
        {TABLES} SELECT d.name || ' ' || k.conname FROM distributed d
        JOIN pg_constraint k ON k.conrelid = d.oid AND k.contype = 'f'
        JOIN distributed f ON f.oid = k.confrelid
        WHERE NOT EXISTS (
            SELECT FROM unnest(k.conkey, k.confkey) AS pair(own, foreign_)
            JOIN pg_attribute o ON o.attrelid = k.conrelid AND o.attnum = pair.own AND o.attname = 'tenant_id'
            JOIN pg_attribute t ON t.attrelid = k.confrelid AND t.attnum = pair.foreign_ AND t.attname = 'tenant_id')
    """,
    "no foreign key leads from a local or reference table to a distributed one, or from a distributed to a local": f"""
        {TABLES} SELECT o.name || ' ' || k.conname FROM pg_constraint k
        JOIN ours o ON o.oid = k.conrelid JOIN ours f ON f.oid = k.confrelid
        WHERE k.contype = 'f'
          AND ((f.class = 'distributed' AND o.class <> 'distributed')
            OR (o.class = 'distributed' AND f.class = 'local'))
    """,
    "no foreign key of a distributed table sets null or default, or cascades an update": f"""
        {TABLES} SELECT d.name || ' ' || k.conname FROM distributed d
        JOIN pg_constraint k ON k.conrelid = d.oid AND k.contype = 'f'
        WHERE k.confdeltype IN ('n', 'd') OR k.confupdtype IN ('n', 'd', 'c')
    """,
    "row security is enabled and forced on every distributed table": f"""
        {TABLES} SELECT name FROM distributed WHERE NOT (relrowsecurity AND relforcerowsecurity)
    """,
    "the policy of a distributed table compares tenant_id with the transaction's tenant, for reads and writes": f"""
        {TABLES} SELECT name FROM distributed d WHERE NOT EXISTS (
            SELECT FROM pg_policy p WHERE p.polrelid = d.oid AND p.polname = 'tenant_isolation' AND p.polpermissive
            AND p.polcmd = '*' AND p.polroles = '{{0}}'
            AND pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
            AND pg_get_expr(p.polqual, p.polrelid) =
                '(tenant_id = (NULLIF(current_setting(''app.tenant_id''::text, true), ''''::text))::uuid)')
    """,
    "no other policy widens what a tenant sees": f"""
        {TABLES} SELECT d.name || ' ' || p.polname FROM ours d JOIN pg_policy p ON p.polrelid = d.oid
        WHERE p.polname <> 'tenant_isolation'
    """,
    "a table with a tenant_id is distributed, unless it is declared local": f"""
        {TABLES} SELECT name FROM ours o WHERE class = 'reference' AND EXISTS (
            SELECT FROM pg_attribute a WHERE a.attrelid = o.oid AND a.attname = 'tenant_id')
    """,
    "no table has a trigger or a rule": f"""
        {TABLES} SELECT o.name || ' ' || t.tgname FROM ours o JOIN pg_trigger t ON t.tgrelid = o.oid
        WHERE NOT t.tgisinternal AND {QUEUE}
        UNION ALL
        SELECT o.name || ' ' || r.rulename FROM ours o JOIN pg_rewrite r ON r.ev_class = o.oid
    """,
    "no table is partitioned in more than one level": f"""
        {TABLES} SELECT o.name FROM ours o JOIN pg_inherits i ON i.inhrelid = o.oid
        JOIN pg_partitioned_table p ON p.partrelid = o.oid
    """,
    "every view runs with its caller's rights": """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning') AND c.relkind = 'v'
          AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)
    """,
    "there is no materialized view, which row security would not bind": """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning') AND c.relkind = 'm'
    """,
    "no function runs with its owner's rights": """
        SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning') AND p.prosecdef
    """,
    "every sequence is of type bigint": """
        SELECT s.seqrelid::regclass::text FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning') AND s.seqtypid <> 'bigint'::regtype
          AND c.relname NOT LIKE 'pgqueuer%'
    """,
    "everything belongs to tw_owner": """
        SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning') AND c.relowner <> 'tw_owner'::regrole
    """,
    "no money, quantity or other exact figure is a float (an expectation may be)": f"""
        {TABLES} SELECT d.name || '.' || a.attname FROM ours d JOIN pg_attribute a ON a.attrelid = d.oid
        WHERE a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('real'::regtype, 'double precision'::regtype)
          AND (a.attname LIKE '%amount%' OR a.attname LIKE '%price%' OR a.attname LIKE '%cost%'
               OR a.attname LIKE '%quantity%' OR a.attname LIKE '%units%' OR a.attname = 'rate')
          AND a.attname NOT LIKE 'expected\\_%'
    """,
    "an amount of money has its currency beside it": f"""
        {TABLES} SELECT d.name || '.' || a.attname FROM ours d JOIN pg_attribute a ON a.attrelid = d.oid
        WHERE a.attname LIKE '%\\_amount' AND NOT a.attisdropped AND NOT EXISTS (
            SELECT FROM pg_attribute c WHERE c.attrelid = d.oid AND NOT c.attisdropped
            AND c.attname IN (regexp_replace(a.attname, 'amount$', 'currency'), 'currency'))
    """,
    "instants are timestamptz named _at, days are dates named _date": f"""
        {TABLES} SELECT d.name || '.' || a.attname FROM ours d JOIN pg_attribute a ON a.attrelid = d.oid
        WHERE a.attnum > 0 AND NOT a.attisdropped AND {QUEUE.replace("name", "d.name")}
          AND (a.atttypid IN ('timestamp'::regtype)
            OR (a.atttypid = 'timestamptz'::regtype AND a.attname NOT LIKE '%\\_at' AND a.attname <> 'as_of')
            OR (a.atttypid = 'date'::regtype AND a.attname NOT LIKE '%\\_date'
                AND a.attname NOT IN ('date_from', 'date_to'))
            OR (a.attname LIKE '%\\_at' AND a.atttypid <> 'timestamptz'::regtype)
            OR (a.attname LIKE '%\\_date' AND a.atttypid <> 'date'::regtype))
    """,
}

# What breaks each rule, as statements of the owner.
GOOD = "CREATE TABLE planning.good (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id))"
DISTRIBUTED = "COMMENT ON TABLE planning.{} IS 'distributed: planted'"
OFFENDERS = {
    "every table says": ["CREATE TABLE planning.bad (id uuid)"],
    "a distributed table has tenant_id": ["CREATE TABLE planning.bad (tenant_id text)", DISTRIBUTED.format("bad")],
    "every primary key": ["CREATE TABLE planning.bad (id uuid PRIMARY KEY, tenant_id uuid)", DISTRIBUTED.format("bad")],
    "every unique index": [
        "CREATE TABLE planning.bad (tenant_id uuid, id uuid)",
        "CREATE UNIQUE INDEX ON planning.bad (id)",
        DISTRIBUTED.format("bad"),
    ],
    "every distributed table has": ["CREATE TABLE planning.bad (tenant_id uuid)", DISTRIBUTED.format("bad")],
    "a foreign key between": [
        "CREATE TABLE planning.good (tenant_id uuid, id uuid UNIQUE, PRIMARY KEY (tenant_id, id))",
        "CREATE TABLE planning.bad (tenant_id uuid, good_id uuid REFERENCES planning.good (id))",
        DISTRIBUTED.format("good"),
        DISTRIBUTED.format("bad"),
    ],
    "no foreign key leads": [
        GOOD,
        "CREATE TABLE planning.bad (t uuid, g uuid, FOREIGN KEY (t, g) REFERENCES planning.good)",
        DISTRIBUTED.format("good"),
        "COMMENT ON TABLE planning.bad IS 'local: planted'",
    ],
    "no foreign key of": [
        GOOD,
        "CREATE TABLE planning.bad (tenant_id uuid, g uuid,"
        " FOREIGN KEY (tenant_id, g) REFERENCES planning.good ON UPDATE CASCADE)",
        DISTRIBUTED.format("good"),
        DISTRIBUTED.format("bad"),
    ],
    "row security is": [GOOD, DISTRIBUTED.format("good"), "ALTER TABLE planning.good ENABLE ROW LEVEL SECURITY"],
    "the policy of": [
        GOOD,
        DISTRIBUTED.format("good"),
        "CREATE POLICY tenant_isolation ON planning.good USING (true)",
    ],
    "no other policy": [GOOD, "CREATE POLICY wide ON planning.good USING (true)"],
    "a table with": [GOOD, "COMMENT ON TABLE planning.good IS 'reference: planted'"],
    "no table has": [GOOD, "CREATE RULE r AS ON UPDATE TO planning.good DO NOTHING"],
    "no table is": [
        "CREATE TABLE planning.a (x int) PARTITION BY LIST (x)",
        "CREATE TABLE planning.b PARTITION OF planning.a FOR VALUES IN (1) PARTITION BY LIST (x)",
    ],
    "every view": ["CREATE VIEW planning.v AS SELECT 1 AS x"],
    "there is no materialized": ["CREATE MATERIALIZED VIEW planning.v AS SELECT 1 AS x"],
    "no function": ["CREATE FUNCTION planning.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"],
    "every sequence": ["CREATE SEQUENCE planning.s AS int"],
    "everything belongs": ["RESET ROLE", "CREATE TABLE planning.bad (id uuid)"],
    "no money": ["CREATE TABLE planning.bad (cost_amount float)"],
    "an amount": ["CREATE TABLE planning.bad (cost_amount numeric)"],
    "instants are": ["CREATE TABLE planning.bad (made timestamptz)"],
}


@pytest_asyncio.fixture(scope="module")
async def catalog(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]],
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A database of its own: the planted offenders of one test must not be seen by another process."""
    async with clone_database("catalog") as urls:
        connection = await asyncpg.connect(urls.admin)
        yield connection
        await connection.close()


@pytest.mark.parametrize("rule", RULES)
async def test_the_catalog_keeps_the_rule(catalog: "asyncpg.Connection[asyncpg.Record]", rule: str) -> None:
    offenders = [row[0] for row in await catalog.fetch(RULES[rule])]
    assert offenders == [], rule


@pytest.mark.parametrize("rule", RULES)
async def test_the_rule_finds_a_planted_offender(catalog: "asyncpg.Connection[asyncpg.Record]", rule: str) -> None:
    (statements,) = [planted for begin, planted in OFFENDERS.items() if rule.startswith(begin)]
    before = {row[0] for row in await catalog.fetch(RULES[rule])}
    planted = catalog.transaction()
    await planted.start()
    try:
        await catalog.execute("SET LOCAL ROLE tw_owner")
        for statement in statements:
            await catalog.execute(statement)
        await catalog.execute("RESET ROLE")
        after = {row[0] for row in await catalog.fetch(RULES[rule])}
    finally:
        await planted.rollback()
    assert after > before
