"""A fresh migrated database for one measurement."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from deploy.roles import DatabaseUrls
from tests.support import database as databases


@asynccontextmanager
async def fresh_database(name: str) -> AsyncIterator[DatabaseUrls]:
    """Its addresses; it is dropped afterwards."""
    with databases.running_server() as (admin_url, passwords):
        template = await asyncio.to_thread(databases.template_database, admin_url, passwords)
        urls = await databases.clone(admin_url, passwords, template, name)
        try:
            yield urls
        finally:
            await databases.drop(admin_url, urls)
