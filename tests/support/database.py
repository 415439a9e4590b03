"""Databases for tests: one server for all test processes, one migrated template, one clone per process."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import asyncpg
from sqlalchemy import make_url

from deploy.database import prepare
from deploy.postgres import Cluster, cluster_for
from deploy.roles import SQL, DatabaseUrls, ensure_database, generated_passwords, passwords_for, urls_for
from deploy.state import STATE_DIR, exclusively, private_dir
from tests.support.paths import REPOSITORY

LOCK = STATE_DIR / "tests.lock"
USERS = STATE_DIR / "tests.users"
PREFIX = "tw_test"


def test_cluster() -> Cluster:
    """The embedded server of this checkout's tests: fast, and allowed to lose its data with the machine."""
    return cluster_for("tests", durable=False)


test_cluster.__test__ = False  # type: ignore[attr-defined]  # a name, not a test


@contextmanager
def running_server() -> Iterator[tuple[str, dict[str, str]]]:
    """An administrator's URL and the roles' passwords of a server that runs at least as long as the block.

    The last test process to leave stops the embedded server. With DATABASE_URL set, that server is used.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        asyncio.run(ensure_database(given))
        yield given, passwords_for(given)
        return
    cluster = test_cluster()
    with _counted_as_user() as users:
        with exclusively(LOCK):
            admin_url = cluster.start()
        yield admin_url, generated_passwords(STATE_DIR / "roles-tests.json")
        with exclusively(LOCK):
            if _is_last(users):
                cluster.stop()


def template_database(admin_url: str, passwords: dict[str, str]) -> str:
    """The name of a database with all roles, schemas and migrations applied, made once per state of the code.

    Call it outside a running event loop: migrations start their own.
    """
    name = f"{PREFIX}_template_{_code_digest()}"
    with exclusively(LOCK):
        if not asyncio.run(_exists(admin_url, name)):
            unfinished = f"{name}_new"
            asyncio.run(_drop_matching(admin_url, f"{PREFIX}_template_%"))
            asyncio.run(_create(admin_url, unfinished, "template0"))
            prepare(urls_for(_on(admin_url, unfinished), passwords))
            asyncio.run(_execute(admin_url, f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"'))
    return name


async def clone(admin_url: str, passwords: dict[str, str], template: str, suffix: str) -> DatabaseUrls:
    """A fresh copy of the template, named after this process, with the rights that a copy does not inherit."""
    await _drop_orphans(admin_url)
    name = f"{PREFIX}_{os.getpid()}_{suffix}"
    await _execute(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await _create(admin_url, name, template)
    urls = urls_for(_on(admin_url, name), passwords)
    assert urls.admin is not None
    await _execute(urls.admin, (SQL / "schemas.sql").read_text())
    return urls


async def drop(admin_url: str, urls: DatabaseUrls) -> None:
    """Delete a clone, whoever is still connected to it."""
    await _execute(admin_url, f'DROP DATABASE IF EXISTS "{make_url(urls.owner).database}" WITH (FORCE)')


def _code_digest() -> str:
    """Changes whenever a migration, or what prepares a database, changes."""
    digest = hashlib.sha256()
    patterns = ("shared/db/migrations/**/*.py", "services/*/migrations/**/*.py", "deploy/sql/*.sql")
    files: list[Path] = sorted(path for pattern in patterns for path in REPOSITORY.glob(pattern))
    # Migrations may build their statements with the code beside the tables.
    files += [REPOSITORY / "deploy/roles.py", REPOSITORY / "shared/db/tenancy.py", REPOSITORY / "requirements.lock"]
    for path in files:
        digest.update(path.relative_to(REPOSITORY).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _on(url: str, database: str) -> str:
    return make_url(url).set(drivername="postgresql", database=database).render_as_string(hide_password=False)


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(_on(url, str(make_url(url).database)))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _create(admin_url: str, name: str, template: str) -> None:
    await _execute(admin_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


async def _exists(admin_url: str, name: str) -> bool:
    connection = await asyncpg.connect(_on(admin_url, str(make_url(admin_url).database)))
    try:
        return bool(await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name))
    finally:
        await connection.close()


async def _matching(admin_url: str, pattern: str) -> list[str]:
    connection = await asyncpg.connect(_on(admin_url, str(make_url(admin_url).database)))
    try:
        rows = await connection.fetch("SELECT datname FROM pg_database WHERE datname LIKE $1", pattern)
    finally:
        await connection.close()
    return [row["datname"] for row in rows]


async def _drop_matching(admin_url: str, pattern: str) -> None:
    for name in await _matching(admin_url, pattern):
        await _execute(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _drop_orphans(admin_url: str) -> None:
    """Delete clones of test processes that died without cleaning up."""
    for name in await _matching(admin_url, f"{PREFIX}_%"):
        owner = name.removeprefix(f"{PREFIX}_").partition("_")[0]
        if owner.isdigit() and not _alive(int(owner)):
            await _execute(admin_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _counted_as_user() -> Iterator[IO[str]]:
    """A shared lock held while this process uses the server."""
    private_dir(USERS.parent)
    with USERS.open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        yield users


def _is_last(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
