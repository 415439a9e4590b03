"""Decides how tenants, principals and their API keys come into being; a key is seen in the clear only here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import asyncpg

from shared.core.api_key import ApiKey, new_api_key
from shared.core.ids import new_id
from shared.db.tenancy import set_tenant_statement

LIVE_KEYS_PER_PRINCIPAL = 2
SERVICES = ("inventory", "ads", "planning")
RIGHTS = ("read", "write", "admin")
ALL_SCOPES = tuple(f"{service}.{right}" for service in SERVICES for right in RIGHTS)

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


class KeyRefused(RuntimeError):
    """The key cannot be made or revoked as asked."""


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What may be shown of a key after it was made."""

    key_id: str
    tenant: str
    principal: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def state(self, now: datetime) -> str:
        """`revoked`, `expired` or `live`."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "live"


async def ensure_tenant(owner: Connection, handle: str, now: datetime) -> UUID:
    """The id of the tenant with this handle, made when new."""
    await owner.execute(
        "INSERT INTO platform.tenant (id, handle, created_at) VALUES ($1, $2, $3) ON CONFLICT (handle) DO NOTHING",
        new_id(),
        handle,
        now,
    )
    tenant_id: UUID = await owner.fetchval("SELECT id FROM platform.tenant WHERE handle = $1", handle)
    return tenant_id


async def find_tenant(owner: Connection, handle: str) -> UUID | None:
    """The id of the tenant with this handle."""
    found: UUID | None = await owner.fetchval("SELECT id FROM platform.tenant WHERE handle = $1", handle)
    return found


async def list_tenants(owner: Connection) -> list[asyncpg.Record]:
    """All tenants by handle: `id`, `handle`, `created_at`."""
    return await owner.fetch("SELECT id, handle, created_at FROM platform.tenant ORDER BY handle")


async def ensure_principal(
    owner: Connection, tenant_id: UUID, name: str, *, kind: str, role: str, now: datetime
) -> UUID:
    """The id of the tenant's person or integration with this name, made when new; an existing one keeps its role."""
    async with owner.transaction():
        await owner.execute(set_tenant_statement(tenant_id))
        found: UUID | None = await owner.fetchval(
            "SELECT id FROM platform.principal WHERE tenant_id = $1 AND name = $2", tenant_id, name
        )
        if found is not None:
            return found
        principal_id = new_id()
        await owner.execute(
            "INSERT INTO platform.principal (tenant_id, id, kind, role, name, created_at)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            tenant_id,
            principal_id,
            kind,
            role,
            name,
            now,
        )
    return principal_id


async def create_key(
    owner: Connection,
    tenant_id: UUID,
    principal_id: UUID,
    *,
    scopes: Sequence[str],
    expires_at: datetime | None,
    now: datetime,
    key: ApiKey | None = None,
) -> ApiKey:
    """A new key of a principal, random unless `key` is given.

    KeyRefused for an unknown scope or a third live key (two allow rotation).
    """
    unknown = sorted(set(scopes) - set(ALL_SCOPES))
    if unknown or not scopes:
        raise KeyRefused(f"unknown scopes: {', '.join(unknown) or 'none given'}; there are {', '.join(ALL_SCOPES)}")
    key = key or new_api_key()
    async with owner.transaction():
        # Two keys made at once would each see one other: the lock makes them take turns.
        await owner.execute("SELECT FROM platform.tenant WHERE id = $1 FOR UPDATE", tenant_id)
        live = await owner.fetchval(
            "SELECT count(*) FROM platform.api_key WHERE tenant_id = $1 AND principal_id = $2"
            " AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)",
            tenant_id,
            principal_id,
            now,
        )
        if live >= LIVE_KEYS_PER_PRINCIPAL:
            raise KeyRefused(f"this principal has {live} live keys already: revoke one first")
        await owner.execute(
            "INSERT INTO platform.api_key (key_id, tenant_id, principal_id, sha256, scopes, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            key.key_id,
            tenant_id,
            principal_id,
            key.sha256,
            list(scopes),
            now,
            expires_at,
        )
    return key


async def list_keys(owner: Connection, tenant: str | None = None) -> list[KeyFacts]:
    """All keys, or those of one tenant's handle, newest first."""
    rows = await owner.fetch(
        "SELECT k.*, t.handle FROM platform.api_key k JOIN platform.tenant t ON t.id = k.tenant_id"
        " WHERE $1::text IS NULL OR t.handle = $1 ORDER BY k.created_at DESC, k.key_id",
        tenant,
    )
    names: dict[UUID, str] = {}
    for tenant_id in {row["tenant_id"] for row in rows}:
        async with owner.transaction():
            await owner.execute(set_tenant_statement(tenant_id))
            principals = await owner.fetch("SELECT id, name FROM platform.principal WHERE tenant_id = $1", tenant_id)
        names |= {row["id"]: row["name"] for row in principals}
    return [
        KeyFacts(
            key_id=row["key_id"],
            tenant=row["handle"],
            principal=names.get(row["principal_id"], str(row["principal_id"])),
            scopes=tuple(row["scopes"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            revoked_at=row["revoked_at"],
            last_used_at=row["last_used_at"],
        )
        for row in rows
    ]


async def revoke_key(owner: Connection, key_id: str, now: datetime) -> None:
    """End a key at once; KeyRefused when there is none of this id, nothing when it was revoked before."""
    done = await owner.fetchval(
        "UPDATE platform.api_key SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1 RETURNING key_id",
        key_id,
        now,
    )
    if done is None:
        raise KeyRefused(f"there is no key {key_id}")
