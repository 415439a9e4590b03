"""Keys: what is not a live key is 401 at once, what its scopes do not allow is 403."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from deploy.roles import DatabaseUrls
from shared.core import api_key
from shared.core.api_key import new_api_key, parse_api_key
from shared.core.clock import utc_now
from shared.web.app import ServiceApp
from shared.web.auth import Caller, requires
from shared.web.routing import ServiceRouter
from tests.support.http import client_of, problem_slug
from tests.support.tenants import Tenant

LIST, SINGLE = "/organisation-units", "/effects"


async def statuses(app: ServiceApp, key: str) -> set[int]:
    async with client_of(app, key=key, declared=False) as client:
        return {(await client.get(path)).status_code for path in (LIST, SINGLE) if path in app.openapi()["paths"]}


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic dXNlcjpwYXNz",
        "Bearer tw_live_",
        "Bearer \xff\xfe",
        f"Bearer {new_api_key().text}",
        f"bearer {new_api_key().text}",
        f"Bearer {new_api_key().text}x",
        f"Bearer {'a' * 10_000}",
    ],
    # Keys differ from process to process; the names of tests must not.
    ids=lambda header: header[:15].strip() or "nothing",
)
async def test_what_is_not_a_key_of_ours_is_refused(header: str, probes_app: ServiceApp) -> None:
    async with client_of(probes_app) as client:
        answer = await client.get(SINGLE, headers=[(b"Authorization", header.encode("latin-1"))])
    assert (answer.status_code, problem_slug(answer)) == (401, "unauthorized")


async def test_a_mistyped_key_is_refused_without_a_look(tenant: Tenant, probes_app: ServiceApp) -> None:
    for position in (10, 25, 50):
        replacement = "x" if tenant.key[position] != "x" else "y"
        assert parse_api_key(tenant.key[:position] + replacement + tenant.key[position + 1 :]) is None


async def test_the_right_id_with_another_secret_is_refused(tenant: Tenant, probes_app: ServiceApp) -> None:
    known = parse_api_key(tenant.key)
    forged = new_api_key()
    assert known is not None
    body = f"tw_live_{known.key_id}_{forged.text.split('_')[3][:32]}"
    checksum = _checksum_of(body)
    assert await statuses(probes_app, tenant.key) == {200}
    assert await statuses(probes_app, body + checksum) == {401}


def _checksum_of(body: str) -> str:
    return api_key._checksum(body)


async def test_two_authorization_headers_are_refused(tenant: Tenant, probes_app: ServiceApp) -> None:
    async with client_of(probes_app) as client:
        headers = [("Authorization", f"Bearer {tenant.key}"), ("Authorization", f"Bearer {new_api_key().text}")]
        assert (await client.get(SINGLE, headers=headers)).status_code == 401


async def test_an_expired_key_is_refused(tenant: Tenant, probes_app: ServiceApp, planning_lists: ServiceApp) -> None:
    now = utc_now()
    key = await tenant.make_key(now=now - timedelta(days=2), expires_at=now - timedelta(days=1))
    assert await statuses(probes_app, key) == {401}
    assert await statuses(planning_lists, key) == {401}


async def test_revocation_takes_effect_with_the_next_request(
    tenant: Tenant, planning_lists: ServiceApp, probes_app: ServiceApp, database_urls: DatabaseUrls
) -> None:
    key = await tenant.make_key()
    for _ in range(2):
        assert await statuses(planning_lists, key) == {200}
        assert await statuses(probes_app, key) == {200}
    parsed = parse_api_key(key)
    assert parsed is not None
    connection = await asyncpg.connect(database_urls.owner)
    await connection.execute("UPDATE platform.api_key SET revoked_at = now() WHERE key_id = $1", parsed.key_id)
    await connection.close()
    assert await statuses(planning_lists, key) == {401}
    assert await statuses(probes_app, key) == {401}


async def test_last_use_is_noted(tenant: Tenant, probes: httpx.AsyncClient, admin: Any) -> None:
    await probes.get(SINGLE)
    parsed = parse_api_key(tenant.key)
    assert parsed is not None
    for _ in range(100):
        used = await admin.fetchval("SELECT last_used_at FROM platform.api_key WHERE key_id = $1", parsed.key_id)
        if used is not None:
            break
        await probes.get(SINGLE)
    assert used is not None
    assert utc_now() - used < timedelta(minutes=1)


def a_caller(*scopes: str) -> Caller:
    return Caller(uuid4(), uuid4(), "key", frozenset(scopes))


def test_admin_includes_write_and_write_includes_read() -> None:
    assert a_caller("ads.admin").may("ads.read")
    assert a_caller("ads.admin").may("ads.write")
    assert a_caller("ads.write").may("ads.read")
    assert not a_caller("ads.write").may("ads.admin")
    assert not a_caller("ads.read").may("ads.write")
    assert not a_caller("ads.admin").may("inventory.read")
    assert not a_caller().may("ads.read")


def test_an_operation_without_a_scope_cannot_be_declared() -> None:
    router = ServiceRouter("things", "Things.")

    async def get_thing() -> None: ...

    with pytest.raises(TypeError, match="requires"):
        router.get("/things")(get_thing)
    with pytest.raises(TypeError, match="requires"):
        router.get("/things", dependencies=[requires("ads.read"), requires("ads.write")])(get_thing)
    with pytest.raises(ValueError, match="scope"):
        requires("ads.everything")
