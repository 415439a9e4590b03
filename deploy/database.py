"""Decides which database an installation uses, and brings it up to date: roles, schemas, migrations, grants."""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import make_url

from deploy.postgres import Cluster, cluster_for
from deploy.roles import (
    DatabaseUrls,
    apply_grants,
    ensure_database,
    ensure_roles,
    generated_passwords,
    passwords_for,
    urls_for,
)
from deploy.state import CHECKOUT, STATE_DIR
from shared.db import migrate

EMBEDDED_DATABASE = "tradewind"
ROLE_VARIABLES = {
    "owner": "OWNER_DATABASE_URL",
    "verify": "VERIFY_DATABASE_URL",
    "inventory": "INVENTORY_DATABASE_URL",
    "ads": "ADS_DATABASE_URL",
    "planning": "PLANNING_DATABASE_URL",
}


def uses_embedded_server() -> bool:
    """Whether this installation runs its own Postgres, because no other database is named."""
    return not os.environ.get("DATABASE_URL") and not os.environ.get("OWNER_DATABASE_URL")


def embedded_cluster() -> Cluster:
    """The server that `run` starts when no other is named."""
    return cluster_for("main")


def find_urls() -> DatabaseUrls:
    """The database of this installation as each role sees it.

    `DATABASE_URL` is an administrator's view, from which the roles' views follow. Where a deployment hands
    out the roles' own URLs (`OWNER_DATABASE_URL`, `INVENTORY_DATABASE_URL` …), those are used as they are.
    Without any, the embedded server is started.
    """
    admin_url = os.environ.get("DATABASE_URL")
    owner_url = os.environ.get("OWNER_DATABASE_URL")
    if admin_url:
        urls = urls_for(admin_url, passwords_for(admin_url))
    elif owner_url:
        return DatabaseUrls(admin=None, **{role: os.environ.get(name, "") for role, name in ROLE_VARIABLES.items()})
    else:
        cluster = embedded_cluster()
        cluster.start()
        urls = urls_for(cluster.url(EMBEDDED_DATABASE), generated_passwords(STATE_DIR / "roles.json"))
    given = {role: os.environ[name] for role, name in ROLE_VARIABLES.items() if os.environ.get(name)}
    return DatabaseUrls(**({role: getattr(urls, role) for role in ("admin", *ROLE_VARIABLES)} | given))


@contextmanager
def installation() -> Iterator[DatabaseUrls]:
    """The database for a command that needs it once: an embedded server that did not run is stopped after it."""
    ran_before = not uses_embedded_server() or embedded_cluster().is_running()
    try:
        yield find_urls()
    finally:
        if not ran_before:
            embedded_cluster().stop()


def prepare(urls: DatabaseUrls, *, report: Callable[[str], None] = lambda _: None) -> None:
    """Bring the database to what this version of the code needs; safe to repeat. Call it outside a running loop."""
    if urls.admin is not None:
        passwords = {
            role: str(make_url(getattr(urls, role.removeprefix("tw_"))).password)
            for role in ("tw_owner", "tw_inventory", "tw_ads", "tw_planning", "tw_verify")
        }
        asyncio.run(_prepare_roles(urls, passwords))
    for chain in migrate.CHAINS:
        if has_migrations(chain):
            report(chain)
            migrate.upgrade(urls.owner, chain)
    asyncio.run(apply_grants(urls.owner))


async def _prepare_roles(urls: DatabaseUrls, passwords: dict[str, str]) -> None:
    assert urls.admin is not None
    await ensure_database(urls.admin)
    await ensure_roles(urls, passwords)


def has_migrations(chain: str) -> bool:
    """A service that stores nothing yet has no chain."""
    folder = CHECKOUT / ("shared/db/migrations" if chain == "platform" else f"services/{chain}/migrations")
    return (folder / "env.py").exists() and any((folder / "versions").glob("*.py"))
