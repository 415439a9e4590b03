"""Connections that tests borrow: to open one takes Postgres longer than most tests take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

_KEPT: dict[tuple[str, asyncio.AbstractEventLoop], "asyncpg.Pool[asyncpg.Record]"] = {}


@asynccontextmanager
async def kept_connections(url: str) -> AsyncIterator[None]:
    """While it is open, `lent_connection(url)` lends what is open already, in this event loop."""
    key = url, asyncio.get_running_loop()
    async with asyncpg.create_pool(url, min_size=1, max_size=5) as pool:
        _KEPT[key] = pool
        try:
            yield
        finally:
            del _KEPT[key]


@asynccontextmanager
async def lent_connection(url: str) -> AsyncIterator[Any]:
    """A bare connection for one user at a time; what was set for its session is forgotten afterwards."""
    pool = _KEPT.get((url, asyncio.get_running_loop()))
    if pool is not None:
        async with pool.acquire() as kept:
            yield kept
        return
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()
