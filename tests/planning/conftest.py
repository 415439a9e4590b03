"""The planning service as a test sees it."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.db.engine import Database
from shared.web.app import ServiceApp
from tests.support.children import warm_children
from tests.support.http import client_of, running_app
from tests.support.tenants import Tenant

warm_children()


@pytest_asyncio.fixture(scope="session")
async def planning_database(database_urls: DatabaseUrls) -> AsyncIterator[Database]:
    """The pools of the planning service's runtime role."""
    pools = Database(database_urls.planning, pool_size=5, reader_pool_size=5)
    yield pools
    await pools.close()


@pytest_asyncio.fixture(scope="session")
async def planning_app(database_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    """The started application."""
    async with running_app("planning", database_urls) as app:
        yield app


@pytest_asyncio.fixture
async def planning(planning_app: ServiceApp, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with all rights of a fresh tenant."""
    async with client_of(planning_app, tenant) as client:
        yield client


@pytest_asyncio.fixture
async def approver(planning_app: ServiceApp, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same company in the name of another principal, who approves what the first has written."""
    async with client_of(planning_app, key=await tenant.make_key()) as client:
        yield client
