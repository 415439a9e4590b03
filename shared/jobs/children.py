"""Computes for requests in child processes: a few at a time, a few may wait, the rest is turned away."""

import asyncio
import os
from collections.abc import Callable
from typing import Any

from shared.core.errors import Unavailable
from shared.jobs.compute import compute

LONGEST_SECONDS = 300.0
# What one process computes at once, and what may wait for it: each holds its input in memory.
AT_ONCE = max(os.cpu_count() or 1, 2)
MOST_WAITING = 8


class Children:
    """The children of one process that compute for its requests; `start` starts their fork server, once."""

    def __init__(self, start: Callable[[], None], at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._start = start
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
            await asyncio.to_thread(self._start)
            async with self._places, asyncio.timeout(LONGEST_SECONDS):
                return await compute(function, *args)
        except TimeoutError:
            raise Unavailable(f"It took longer than {LONGEST_SECONDS:g} seconds.", retry_after_seconds=60) from None
        finally:
            self._present -= 1
