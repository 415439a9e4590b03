"""Keys: at most two live ones per principal, known scopes only, ended by time or by hand, and never stored in clear."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from deploy.keys import (
    Connection,
    KeyRefused,
    create_key,
    ensure_principal,
    ensure_tenant,
    find_tenant,
    list_keys,
    revoke_key,
)
from deploy.roles import DatabaseUrls
from shared.core.ids import new_id

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest_asyncio.fixture
async def owner_connection(database_urls: DatabaseUrls) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database_urls.owner)
    yield connection
    await connection.close()


async def principal(owner: Connection) -> tuple[str, dict[str, object]]:
    handle = f"keys-{new_id()}"
    tenant_id = await ensure_tenant(owner, handle, NOW)
    principal_id = await ensure_principal(owner, tenant_id, "erp", kind="integration", role="machine", now=NOW)
    return handle, {"tenant_id": tenant_id, "principal_id": principal_id, "scopes": ["inventory.read"], "now": NOW}


async def test_a_third_live_key_is_refused_until_one_is_revoked(owner_connection: Connection) -> None:
    _, who = await principal(owner_connection)
    first = await create_key(owner_connection, expires_at=None, **who)  # type: ignore[arg-type]
    await create_key(owner_connection, expires_at=NOW + timedelta(days=1), **who)  # type: ignore[arg-type]
    with pytest.raises(KeyRefused, match="2 live keys"):
        await create_key(owner_connection, expires_at=None, **who)  # type: ignore[arg-type]
    await revoke_key(owner_connection, first.key_id, NOW)
    await create_key(owner_connection, expires_at=None, **who)  # type: ignore[arg-type]


async def test_an_expired_key_makes_room(owner_connection: Connection) -> None:
    _, who = await principal(owner_connection)
    for _ in range(2):
        await create_key(owner_connection, expires_at=NOW + timedelta(hours=1), **who)  # type: ignore[arg-type]
    later = who | {"now": NOW + timedelta(hours=1)}
    await create_key(owner_connection, expires_at=None, **later)  # type: ignore[arg-type]


@pytest.mark.parametrize("scopes", [[], ["inventory"], ["inventory.read", "warehouse.read"]])
async def test_unknown_scopes_are_refused(owner_connection: Connection, scopes: list[str]) -> None:
    _, who = await principal(owner_connection)
    with pytest.raises(KeyRefused, match="unknown scopes"):
        await create_key(owner_connection, expires_at=None, **(who | {"scopes": scopes}))  # type: ignore[arg-type]


async def test_the_list_shows_states_and_never_a_secret(owner_connection: Connection) -> None:
    handle, who = await principal(owner_connection)
    live = await create_key(owner_connection, expires_at=None, **who)  # type: ignore[arg-type]
    revoked = await create_key(owner_connection, expires_at=None, **who)  # type: ignore[arg-type]
    await revoke_key(owner_connection, revoked.key_id, NOW)
    await revoke_key(owner_connection, revoked.key_id, NOW + timedelta(days=1))
    listed = {facts.key_id: facts for facts in await list_keys(owner_connection, handle)}
    assert {key_id: facts.state(NOW) for key_id, facts in listed.items()} == {
        live.key_id: "live",
        revoked.key_id: "revoked",
    }
    assert listed[revoked.key_id].revoked_at == NOW
    assert listed[live.key_id].principal == "erp"
    assert live.text not in repr(listed)
    stored = await owner_connection.fetchrow("SELECT * FROM platform.api_key WHERE key_id = $1", live.key_id)
    assert stored is not None
    assert live.text.partition(live.key_id)[2] not in repr(dict(stored))


async def test_revoking_an_unknown_key_is_said(owner_connection: Connection) -> None:
    with pytest.raises(KeyRefused, match="no key"):
        await revoke_key(owner_connection, "000000000000", NOW)


async def test_a_tenant_is_made_once_per_handle(owner_connection: Connection) -> None:
    handle = f"twice-{new_id()}"
    assert await find_tenant(owner_connection, handle) is None
    first = await ensure_tenant(owner_connection, handle, NOW)
    assert await ensure_tenant(owner_connection, handle, NOW) == first == await find_tenant(owner_connection, handle)
