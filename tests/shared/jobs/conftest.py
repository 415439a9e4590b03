"""A database of their own for the tests of long work, with the tables of the fake service."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import asyncpg
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.db.engine import Database
from tests.support.children import warm_children
from tests.support.fake_jobs import TABLES
from tests.support.tenants import Tenant, create_tenant

warm_children()


@pytest_asyncio.fixture(scope="session")
async def jobs_urls(
    clone_database: Callable[[str], AbstractAsyncContextManager[DatabaseUrls]],
) -> AsyncIterator[DatabaseUrls]:
    async with clone_database("jobs") as urls:
        owner = await asyncpg.connect(urls.owner)
        for statement in TABLES:
            await owner.execute(statement)
        await owner.close()
        yield urls


@pytest_asyncio.fixture(scope="session")
async def jobs_database(jobs_urls: DatabaseUrls) -> AsyncIterator[Database]:
    pools = Database(jobs_urls.inventory, pool_size=5, reader_pool_size=5)
    yield pools
    await pools.close()


@pytest_asyncio.fixture
async def seller(jobs_urls: DatabaseUrls) -> Tenant:
    """A fresh tenant in the database of these tests."""
    return await create_tenant(jobs_urls.owner)


@pytest.fixture
def make_seller(jobs_urls: DatabaseUrls) -> Callable[[], Awaitable[Tenant]]:
    """Another tenant there."""
    return lambda: create_tenant(jobs_urls.owner)
