"""Decides whether an installation's data are consistent: every invariant, each with what contradicts it."""

import asyncpg

from deploy.roles import DatabaseUrls
from deploy.verify.answers import ANSWERS
from deploy.verify.balances import BALANCES
from deploy.verify.goals import GOALS
from deploy.verify.imports import IMPORTS
from deploy.verify.invariant import Finding, Invariant
from deploy.verify.ledger import LEDGER
from deploy.verify.operations import OPERATIONS
from deploy.verify.pulls import PULLS
from deploy.verify.readings import READINGS
from deploy.verify.storage import check_storage
from deploy.verify.tenants import check_tenants
from shared.db.tenancy import set_tenant_statement

INVARIANTS = (LEDGER, BALANCES, ANSWERS, IMPORTS, OPERATIONS, PULLS, READINGS, GOALS)
SHOWN = 20


async def verify(urls: DatabaseUrls, *, storage: bool = True) -> list[Finding]:
    """Check I7 as each service's role, I8 on disk, and all others by queries; in the order of their codes."""
    connection = await asyncpg.connect(urls.verify)
    try:
        findings = [await _check(connection, invariant) for invariant in INVARIANTS]
    finally:
        await connection.close()
    findings.append(await check_tenants(urls))
    if storage:
        findings.append(await check_storage(urls.verify))
    return sorted(findings, key=lambda finding: int(finding.code[1:]))


async def _check(connection: "asyncpg.Connection[asyncpg.Record]", invariant: Invariant) -> Finding:
    for table in invariant.tables:
        if await connection.fetchval("SELECT to_regclass($1) IS NULL", table):
            return Finding(invariant.code, invariant.sentence, skipped=f"there is no table {table}")
    violations: list[str] = []
    for what, query in invariant.queries.items():
        found = await _over_all_tenants(connection, query)
        violations += [f"{what}: {row}" for row in found[:SHOWN]]
        if len(found) > SHOWN:
            violations.append(f"{what}: and {len(found) - SHOWN} more")
    return Finding(invariant.code, invariant.sentence, tuple(violations))


async def _over_all_tenants(connection: "asyncpg.Connection[asyncpg.Record]", query: str) -> list[str]:
    """The query's rows; tenant by tenant where the role is bound by row security."""
    exempt = await connection.fetchval("SELECT rolbypassrls OR rolsuper FROM pg_roles WHERE rolname = current_user")
    if exempt:
        return [str(row[0]) for row in await connection.fetch(query)]
    rows: list[str] = []
    for tenant in await connection.fetch("SELECT id FROM platform.tenant"):
        async with connection.transaction(readonly=True):
            await connection.execute(set_tenant_statement(tenant["id"]))
            rows += [str(row[0]) for row in await connection.fetch(query)]
    return rows
