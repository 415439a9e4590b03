"""Decides whether a presented key is live, and notes when it was last used."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.core.api_key import ApiKey, derived_api_key

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

LAST_USED_STEP = timedelta(minutes=1)

# Also part of the statement of a list, so that a revoked key ends with the very next request.
LIVE_CONDITION = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())"


_SERVICE_KEYS = text(f"""
    SELECT k.key_id, k.sha256 FROM platform.api_key AS k
    JOIN platform.principal AS p ON p.tenant_id = k.tenant_id AND p.id = k.principal_id
    WHERE p.tenant_id = :tenant_id AND p.kind = 'integration' AND p.name = :name AND {LIVE_CONDITION}
    ORDER BY k.created_at DESC
""")


def service_principal(service: str) -> str:
    """The name of the principal as which a service of ours asks the others."""
    return f"{service} service"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """What never changes about a key: whose it is and what it allows. That it is live must be asked each time."""

    key_id: str
    tenant_id: UUID
    principal_id: UUID
    scopes: frozenset[str]
    last_used_at: datetime | None


async def find_live_key(connection: "PoolConnectionProxy[Any]", key: ApiKey) -> KnownKey | None:
    """The directory's entry of a key that exists, is neither revoked nor expired, and whose secret is right."""
    row = await connection.fetchrow(
        "SELECT tenant_id, principal_id, sha256, scopes, last_used_at FROM platform.api_key"
        f" WHERE key_id = $1 AND {LIVE_CONDITION}",
        key.key_id,
    )
    if row is None or not hmac.compare_digest(row["sha256"], key.sha256):
        return None
    return KnownKey(key.key_id, row["tenant_id"], row["principal_id"], frozenset(row["scopes"]), row["last_used_at"])


async def note_use(connection: "PoolConnectionProxy[Any]", key_id: str, now: datetime) -> None:
    """Remembers when a key was last used, to the minute."""
    await connection.execute(
        "UPDATE platform.api_key SET last_used_at = $2"
        " WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
        key_id,
        now,
        now - LAST_USED_STEP,
    )


async def find_service_key(session: AsyncSession, tenant_id: UUID, service: str, master: str) -> ApiKey | None:
    """The live key with which a service asks others in a tenant's name, derived anew; None where there is none.

    Nobody stores it: `master` and the id in the directory give it (see `derived_api_key`).
    """
    rows = await session.execute(_SERVICE_KEYS, {"tenant_id": tenant_id, "name": service_principal(service)})
    for row in rows:
        key = derived_api_key(row.key_id, master)
        if hmac.compare_digest(row.sha256, key.sha256):
            return key
    return None
