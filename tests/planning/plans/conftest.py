"""A second person, who approves what the first has written."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from shared.web.app import ServiceApp
from tests.support.http import client_of
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def approver(planning_app: ServiceApp, tenant: Tenant) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the same company in the name of another principal."""
    async with client_of(planning_app, key=await tenant.make_key()) as client:
        yield client
