"""I7: no tenant sees a row of another, tried as each service's own role on every table that it may read."""

import asyncpg

from deploy.roles import SERVICES, DatabaseUrls
from deploy.verify.invariant import Finding
from shared.db.tenancy import set_tenant_statement

CODE, SENTENCE = "I7", "no role sees a row of another tenant, or any business row without a tenant"
# Every tenant is tried up to this number; beyond it, the newest.
TENANTS = 50

READABLE = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning') AND c.relkind IN ('r', 'p')
      AND obj_description(c.oid, 'pg_class') LIKE 'distributed:%' AND has_table_privilege(c.oid, 'SELECT')
    ORDER BY 1
"""


async def check_tenants(urls: DatabaseUrls) -> Finding:
    """Read every table as every service, with each tenant set and with none."""
    violations: list[str] = []
    for service in SERVICES:
        connection = await asyncpg.connect(urls.of_service(service))
        try:
            tables = [row[0] for row in await connection.fetch(READABLE)]
            tenants = await connection.fetch("SELECT id FROM platform.tenant ORDER BY id DESC LIMIT $1", TENANTS)
            for table in tables:
                if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
                    violations.append(f"{service} sees rows of {table} without a tenant")
            for tenant in tenants:
                async with connection.transaction(readonly=True):
                    await connection.execute(set_tenant_statement(tenant["id"]))
                    for table in tables:
                        foreign = f"SELECT EXISTS (SELECT FROM {table} WHERE tenant_id <> $1)"
                        if await connection.fetchval(foreign, tenant["id"]):
                            violations.append(f"{service} as tenant {tenant['id']} sees others' rows of {table}")
        finally:
            await connection.close()
    return Finding(CODE, SENTENCE, tuple(violations))
