"""Lets one at a time change which initiative waits for which, or replaces which: together they must not go round."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('initiative_links ' || :tenant_id, 0))")


async def lock_initiative_links(session: AsyncSession, tenant_id: UUID) -> None:
    """Holds the links of the company until the transaction ends; taken before any row, so that nobody is stuck.

    Two links that are harmless alone may close a circle together, and share no row that could be locked instead.
    """
    await session.execute(_ONE_AT_A_TIME, {"tenant_id": str(tenant_id)})
