"""Decides whether a database already has the demo seller, and with which key it is reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from deploy.database import uses_embedded_server
from deploy.keys import ALL_SCOPES, create_key, ensure_principal, ensure_tenant
from deploy.service_keys import ensure_service_keys, find_secret
from deploy.state import STATE_DIR, digest, read_json, write_private_json
from shared.core.api_key import parse_api_key

HANDLE = "demo"
LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DemoKey:
    """A key of the demo seller, and whether its files have been imported."""

    key: str
    loaded: bool


async def demo_key(owner_url: str, now: datetime) -> DemoKey:
    """The remembered key while it is live in this database, else a new one.

    Unlike all others it is kept in the clear, in a private file: it opens nothing but made-up data.
    """
    state = read_json(_path(owner_url))
    connection = await asyncpg.connect(owner_url)
    try:
        known = parse_api_key(str(state.get("key", "")))
        if known is not None and await connection.fetchval(
            "SELECT EXISTS (SELECT FROM platform.api_key WHERE key_id = $1 AND sha256 = $2"
            " AND revoked_at IS NULL AND expires_at > $3)",
            known.key_id,
            known.sha256,
            now,
        ):
            return DemoKey(known.text, bool(state.get("loaded")))
        tenant_id = await ensure_tenant(connection, HANDLE, now)
        secret = find_secret()
        if secret is not None:
            await ensure_service_keys(connection, tenant_id, secret, now)
        name = f"demo {now:%Y-%m-%d %H:%M:%S}"
        principal_id = await ensure_principal(connection, tenant_id, name, kind="person", role="owner", now=now)
        key = await create_key(connection, tenant_id, principal_id, scopes=ALL_SCOPES, expires_at=now + LASTS, now=now)
    finally:
        await connection.close()
    write_private_json(_path(owner_url), {"key": key.text, "loaded": False})
    return DemoKey(key.text, loaded=False)


def mark_demo_loaded(owner_url: str) -> None:
    """Remember that the demo seller's files are in."""
    path = _path(owner_url)
    write_private_json(path, read_json(path) | {"loaded": True})


def _path(owner_url: str) -> Path:
    url = make_url(owner_url)
    # The embedded server may get another port with every start.
    name = "embedded" if uses_embedded_server() else digest(f"{url.host}:{url.port}/{url.database}")
    return STATE_DIR / f"demo-{name}.json"
