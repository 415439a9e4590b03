"""The inventory service as a test sees it."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.web.app import ServiceApp
from tests.support.children import warm_children
from tests.support.http import client_of, running_app
from tests.support.tenants import Tenant

warm_children()


@pytest_asyncio.fixture(scope="session")
async def inventory_app(database_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    """The started application."""
    async with running_app("inventory", database_urls) as app:
        yield app


@pytest_asyncio.fixture
async def inventory(inventory_app: ServiceApp, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client with all rights of a fresh tenant."""
    async with client_of(inventory_app, tenant) as client:
        yield client
