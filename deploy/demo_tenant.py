"""Decides whether a database already has the demo seller, and with which key it is reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy import make_url

from deploy.database import uses_embedded_server
from deploy.keys import ALL_SCOPES, Connection, create_key, ensure_principal, ensure_tenant
from deploy.service_keys import ensure_service_keys, find_secret
from deploy.state import STATE_DIR, digest, read_json, write_private_json
from shared.core.api_key import parse_api_key

HANDLE = "demo"
LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DemoKey:
    """A key of the demo seller, one of a colleague who approves, and whether its files have been imported."""

    key: str
    approver_key: str
    loaded: bool


async def demo_key(owner_url: str, now: datetime) -> DemoKey:
    """The remembered keys while they are live in this database, else new ones.

    Unlike all others they are kept in the clear, in a private file: they open nothing but made-up data.
    """
    state = read_json(_path(owner_url))
    connection = await asyncpg.connect(owner_url)
    try:
        key = await _live(connection, state.get("key"), now)
        loaded = key is not None and bool(state.get("loaded"))
        tenant_id = await ensure_tenant(connection, HANDLE, now)
        secret = find_secret()
        if key is None and secret is not None:
            await ensure_service_keys(connection, tenant_id, secret, now)
        key = key or await _new_key(connection, tenant_id, "demo", now)
        # Nobody approves a plan of their own.
        approver = await _live(connection, state.get("approver_key"), now)
        approver = approver or await _new_key(connection, tenant_id, "demo approver", now)
    finally:
        await connection.close()
    write_private_json(_path(owner_url), {"key": key, "approver_key": approver, "loaded": loaded})
    return DemoKey(key, approver, loaded)


async def _live(connection: Connection, remembered: object, now: datetime) -> str | None:
    """The remembered key, if this database takes it."""
    known = parse_api_key(str(remembered or ""))
    if known is None or not await connection.fetchval(
        "SELECT EXISTS (SELECT FROM platform.api_key WHERE key_id = $1 AND sha256 = $2"
        " AND revoked_at IS NULL AND expires_at > $3)",
        known.key_id,
        known.sha256,
        now,
    ):
        return None
    return known.text


async def _new_key(connection: Connection, tenant_id: UUID, who: str, now: datetime) -> str:
    """A key of a principal of its own: those that were lost may still be live."""
    name = f"{who} {now:%Y-%m-%d %H:%M:%S}"
    principal_id = await ensure_principal(connection, tenant_id, name, kind="person", role="owner", now=now)
    key = await create_key(connection, tenant_id, principal_id, scopes=ALL_SCOPES, expires_at=now + LASTS, now=now)
    return key.text


def mark_demo_loaded(owner_url: str) -> None:
    """Remember that the demo seller's files are in."""
    path = _path(owner_url)
    write_private_json(path, read_json(path) | {"loaded": True})


def _path(owner_url: str) -> Path:
    url = make_url(owner_url)
    # The embedded server may get another port with every start.
    name = "embedded" if uses_embedded_server() else digest(f"{url.host}:{url.port}/{url.database}")
    return STATE_DIR / f"demo-{name}.json"
