"""A second company, which must see nothing of the first."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from deploy.roles import DatabaseUrls
from shared.web.app import ServiceApp
from tests.support.http import client_of
from tests.support.tenants import create_tenant


@pytest_asyncio.fixture
async def other_planning(planning_app: ServiceApp, database_urls: DatabaseUrls) -> AsyncIterator[httpx.AsyncClient]:
    """A client with all rights of another company."""
    async with client_of(planning_app, await create_tenant(database_urls.owner)) as client:
        yield client
