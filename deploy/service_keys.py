"""Decides with which keys our services ask each other in a tenant's name, and where their common secret comes from."""

import os
import secrets
from datetime import datetime
from uuid import UUID

import asyncpg

from deploy.database import uses_embedded_server
from deploy.keys import LIVE_KEYS_PER_PRINCIPAL, Connection, KeyRefused, create_key, ensure_principal, list_tenants
from deploy.state import STATE_DIR, exclusively, write_private_text
from shared.core.api_key import derived_api_key, is_strong_secret, new_key_id
from shared.db.api_keys import service_principal

# What each service may ask of the others.
SERVICE_SCOPES = {"ads": ("inventory.read",), "planning": ("inventory.read", "ads.read")}
VARIABLE = "SERVICE_KEY_SECRET"
_FILE = STATE_DIR / "service-key-secret"


def find_secret() -> str | None:
    """The secret of this installation: of the environment, else the one that is kept for the embedded server.

    Another database may be served from elsewhere with a secret of its own: none is made up for it. KeyRefused
    for one that could be guessed.
    """
    given = os.environ.get(VARIABLE)
    if given:
        if not is_strong_secret(given):
            raise KeyRefused(f"{VARIABLE} is too weak: 32 random characters or more are needed (openssl rand -hex 32)")
        return given
    return local_secret() if uses_embedded_server() or _FILE.exists() else None


def local_secret() -> str:
    """The secret of the services that this checkout runs: given, or made up once and kept in a private file."""
    if os.environ.get(VARIABLE):
        return find_secret() or ""
    with exclusively(STATE_DIR / "service-key-secret.lock"):
        if not _FILE.exists():
            write_private_text(_FILE, secrets.token_hex(32))
        return _FILE.read_text().strip()


async def ensure_service_keys(owner: Connection, tenant_id: UUID, secret: str, now: datetime) -> int:
    """Make the keys of a tenant that are missing under this secret; how many were made.

    After a change of the secret the keys before stay live beside the new ones until the next change, so that
    services may be restarted one after the other.
    """
    made = 0
    for service, scopes in SERVICE_SCOPES.items():
        name = service_principal(service)
        principal_id = await ensure_principal(owner, tenant_id, name, kind="integration", role="machine", now=now)
        live = await owner.fetch(
            "SELECT key_id, sha256 FROM platform.api_key WHERE tenant_id = $1 AND principal_id = $2"
            " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3) ORDER BY created_at, key_id",
            tenant_id,
            principal_id,
            now,
        )
        if any(derived_api_key(row["key_id"], secret).sha256 == row["sha256"] for row in live):
            continue
        async with owner.transaction():
            for row in live[: len(live) + 1 - LIVE_KEYS_PER_PRINCIPAL]:
                await owner.execute("UPDATE platform.api_key SET revoked_at = $2 WHERE key_id = $1", row["key_id"], now)
            key = derived_api_key(new_key_id(), secret)
            await create_key(owner, tenant_id, principal_id, scopes=scopes, expires_at=None, now=now, key=key)
        made += 1
    return made


async def ensure_all_service_keys(owner_url: str, now: datetime, secret: str | None = None) -> int:
    """Make what is missing for all tenants; nothing where this installation has no secret. How many were made."""
    secret = secret or find_secret()
    if secret is None:
        return 0
    owner = await asyncpg.connect(owner_url)
    try:
        return sum(
            [await ensure_service_keys(owner, tenant["id"], secret, now) for tenant in await list_tenants(owner)]
        )
    finally:
        await owner.close()
