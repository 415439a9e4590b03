"""Fixtures that every test may ask for: a migrated database, tenants with keys, connections of each role."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeAlias

import asyncpg
import pytest
import pytest_asyncio
import uvloop

from deploy.roles import DatabaseUrls
from shared.db.engine import Database
from tests.support import database as databases
from tests.support.connections import kept_connections, lent_connection
from tests.support.tenants import Tenant, create_tenant

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


def pytest_asyncio_loop_factories() -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """Tests run in the event loop in which the services run."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[str, dict[str, str]]]:
    """An administrator's URL of a running server, and the passwords of the roles."""
    with databases.running_server() as running:
        yield running


@pytest.fixture(scope="session")
def template(server: tuple[str, dict[str, str]]) -> str:
    """The name of the migrated template database."""
    return databases.template_database(*server)


@pytest.fixture(scope="session")
def clone_database(
    server: tuple[str, dict[str, str]], template: str
) -> Callable[[str], AbstractAsyncContextManager[DatabaseUrls]]:
    """`async with clone_database("name") as urls`: a fresh migrated database for a test that needs its own."""

    @asynccontextmanager
    async def cloned(name: str) -> AsyncIterator[DatabaseUrls]:
        urls = await databases.clone(*server, template, name)
        try:
            yield urls
        finally:
            await databases.drop(server[0], urls)

    return cloned


@pytest_asyncio.fixture(scope="session")
async def database_urls(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]],
) -> AsyncIterator[DatabaseUrls]:
    """This test process's database as each role sees it; tests keep apart by using a tenant of their own."""
    async with clone_database(os.environ.get("PYTEST_XDIST_WORKER", "main")) as urls:
        assert urls.admin is not None
        async with kept_connections(urls.owner), kept_connections(urls.admin):
            yield urls


@pytest_asyncio.fixture(scope="session")
async def database(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The pools of the inventory service's runtime role."""
    pools = Database(database_urls.inventory, pool_size=5, reader_pool_size=5)
    yield pools
    await pools.close()


@pytest_asyncio.fixture
async def owner(database_urls: DatabaseUrls) -> AsyncIterator[Connection]:
    """A bare connection as the owner of the tables: bound by row security, may change structure."""
    async with lent_connection(database_urls.owner) as connection:
        yield connection


@pytest_asyncio.fixture
async def admin(database_urls: DatabaseUrls) -> AsyncIterator[Connection]:
    """A bare connection as administrator: sees every row of every tenant."""
    assert database_urls.admin is not None
    async with lent_connection(database_urls.admin) as connection:
        yield connection


@pytest.fixture
def make_tenant(database_urls: DatabaseUrls) -> Callable[..., Any]:
    """`await make_tenant(scopes=…)`: a fresh tenant with a principal and a key; as many as a test needs."""

    async def make(**options: Any) -> Tenant:
        return await create_tenant(database_urls.owner, **options)

    return make


@pytest_asyncio.fixture
async def tenant(database_urls: DatabaseUrls) -> Tenant:
    """A fresh tenant with an owner and a key of all scopes: nothing that other tests commit is visible to it."""
    return await create_tenant(database_urls.owner)
