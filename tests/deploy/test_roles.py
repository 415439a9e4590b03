"""Roles on a server that is not ours: made where that is allowed, asked for by name where it is not."""

import os
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest
from sqlalchemy import make_url

from deploy.roles import DatabaseUrls, RoleError, ensure_roles
from deploy.state import STATE_DIR

GUEST = f"tw_test_guest_{os.getpid()}"
Clones = Callable[[str], AbstractAsyncContextManager[DatabaseUrls]]


def passwords_of(urls: DatabaseUrls) -> dict[str, str]:
    parts = ("owner", "inventory", "ads", "planning", "verify")
    return {f"tw_{part}": str(make_url(getattr(urls, part)).password) for part in parts}


async def test_preparing_again_changes_nothing(clone_database: Clones) -> None:
    async with clone_database("roles") as urls:
        await ensure_roles(urls, passwords_of(urls))
        await ensure_roles(urls, passwords_of(urls))
        connection = await asyncpg.connect(urls.inventory)
        await connection.close()


async def test_a_role_with_another_password_is_not_touched(clone_database: Clones) -> None:
    async with clone_database("roles") as urls:
        other = make_url(urls.ads).set(password="not-this").render_as_string(hide_password=False)
        wrong = DatabaseUrls(urls.admin, urls.owner, urls.verify, urls.inventory, other, urls.planning)
        with pytest.raises(RoleError, match=r"another password.*tw_ads.*TW_ADS_PASSWORD"):
            await ensure_roles(wrong, passwords_of(wrong))
        connection = await asyncpg.connect(urls.ads)
        await connection.close()


async def test_who_may_not_create_schemas_is_told_what_to_run(clone_database: Clones) -> None:
    async with clone_database("roles") as urls:
        assert urls.admin is not None
        admin = await asyncpg.connect(urls.admin)
        await admin.execute(f"DROP ROLE IF EXISTS {GUEST}")
        await admin.execute(f"CREATE ROLE {GUEST} LOGIN PASSWORD 'guest'")
        await admin.execute(f"GRANT CONNECT ON DATABASE {make_url(urls.admin).database} TO {GUEST}")
        await admin.execute("DROP SCHEMA planning CASCADE")
        guest = make_url(urls.admin).set(username=GUEST, password="guest")
        seen = DatabaseUrls(
            guest.render_as_string(hide_password=False),
            *(urls.owner, urls.verify, urls.inventory, urls.ads, urls.planning),
        )
        try:
            with pytest.raises(RoleError, match=r"psql -f .*prepare\.sql"):
                await ensure_roles(seen, passwords_of(urls))
            script = (STATE_DIR / "prepare.sql").read_text()
            assert "CREATE SCHEMA IF NOT EXISTS planning AUTHORIZATION tw_owner" in script
            await admin.execute(script.partition("\n")[2])  # without psql's \connect
            await ensure_roles(seen, passwords_of(urls))
        finally:
            await admin.execute(f"DROP OWNED BY {GUEST}")
            await admin.execute(f"DROP ROLE {GUEST}")
            await admin.close()
