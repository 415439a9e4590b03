"""Computes for requests in child processes: a few at a time, a few may wait, the rest is turned away."""

import asyncio
import os
from collections.abc import Callable
from functools import cache
from typing import Any

from shared.core.errors import Unavailable
from shared.jobs.compute import compute, warm_up

LONGEST_SECONDS = 300.0
# What one process computes at once, and what may wait for it: each holds its input in memory.
AT_ONCE = max(os.cpu_count() or 1, 2)
MOST_WAITING = 8


# What the children of requests need: they begin with these loaded.
MODULES = (
    "services.inventory.actions.run_replenishment",
    "services.inventory.actions.plan_replenishment",
    "services.inventory.actions.project_stock",
    "services.inventory.pictures.stock_projection",
)


@cache
def start_children() -> None:
    """Start the fork server that children come from, unless it runs; it takes a second or two."""
    warm_up(*MODULES)


class Children:
    """The children of one process that compute for its requests."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._room = at_once + most_waiting
        self._present = 0

    async def run(self, function: Callable[..., Any], *args: Any) -> Any:
        """`function(*args)` in a child, which dies with the request; Unavailable when too many wait, or it takes too
        long."""
        if self._present >= self._room:
            raise Unavailable("Too much is being computed just now.", retry_after_seconds=5)
        self._present += 1
        try:
            # Off the loop; every call but the first finds it started.
            await asyncio.to_thread(start_children)
            async with self._places, asyncio.timeout(LONGEST_SECONDS):
                return await compute(function, *args)
        except TimeoutError:
            raise Unavailable(f"It took longer than {LONGEST_SECONDS:g} seconds.", retry_after_seconds=60) from None
        finally:
            self._present -= 1
