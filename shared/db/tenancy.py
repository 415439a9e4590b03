"""Row-level security: the statement that names the tenant of a transaction, and the policies that enforce it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

POLICY = "tenant_isolation"
_MATCHES = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid"


def set_tenant_statement(tenant_id: UUID) -> str:
    """`SET LOCAL` with a literal: only that form ends with the transaction and reaches the workers of Citus."""
    return f"SET LOCAL app.tenant_id = '{UUID(str(tenant_id))}'"


async def set_tenant(session: AsyncSession, tenant_id: UUID) -> None:
    """Names the tenant of the session's transaction; must be its first statement."""
    connection = await session.connection()
    # Straight to the driver: as many texts as there are tenants would fill SQLAlchemy's memory of compiled ones.
    await connection.exec_driver_sql(set_tenant_statement(tenant_id))


def row_security(schema: str, *tables: str) -> list[str]:
    """The statements, for a migration, that enable and force row security and create the policy of each table."""
    statements = []
    for table in tables:
        name = f"{schema}.{table}"
        statements += [
            f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {POLICY} ON {name} USING ({_MATCHES}) WITH CHECK ({_MATCHES})",
        ]
    return statements
