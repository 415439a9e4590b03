"""Several requests in flight at once: seeding waits for the service far longer than it computes itself."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from shared.client.tradewind import TradewindClient

T = TypeVar("T")
# As many as a service of one process has database connections for, with some to spare.
_IN_FLIGHT = 6


async def at_once(work: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """The results in the order of the work; the first failure is raised."""
    free = asyncio.Semaphore(_IN_FLIGHT)

    async def do(each: Coroutine[Any, Any, T]) -> T:
        async with free:
            return await each

    return list(await asyncio.gather(*(do(each) for each in work)))


async def post_all(client: TradewindClient, path: str, bodies: Iterable[Any]) -> list[str]:
    """The ids of what was made of the bodies, in their order."""
    return [str(made["id"]) for made in await at_once([client.post(path, body) for body in bodies])]
