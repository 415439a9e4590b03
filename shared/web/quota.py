"""Decides how many requests a key may make in a window, and tells it how many are left.

Counted in the memory of each process with the quota divided by their number: no shared store, no round trip. The
windows of all callers begin together, so that a window's counts are thrown away at once and never searched.
"""

import time
from collections.abc import Callable

from shared.core.errors import QuotaExceeded

RawHeaders = list[tuple[bytes, bytes]]

# Callers told apart in a window; made-up keys beyond that share one count, so that they cannot fill the memory.
MOST_CALLERS = 50_000
_EVERYBODY_ELSE = "everybody else"


class Quota:
    """A quota of requests per caller and fixed window."""

    def __init__(
        self, quota: int, window_seconds: int, workers: int = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.quota = max(1, quota // workers)
        self.window_seconds = window_seconds
        self._clock = clock
        self._ends = 0.0
        self._spent: dict[str, int] = {}
        self._policy = (b"ratelimit-policy", f'"default";q={self.quota};w={window_seconds}'.encode())

    def spend(self, caller: str) -> tuple[RawHeaders, QuotaExceeded | None]:
        """Counts one request of `caller`: the RateLimit headers, and the problem when there was none left."""
        now = self._clock()
        if now >= self._ends:
            self._ends, self._spent = now + self.window_seconds, {}
        if caller not in self._spent and len(self._spent) >= MOST_CALLERS:
            caller = _EVERYBODY_ELSE
        spent = self._spent[caller] = self._spent.get(caller, 0) + 1
        seconds = int(self._ends - now) + 1
        left = max(0, self.quota - spent)
        headers = [self._policy, (b"ratelimit", f'"default";r={left};t={seconds}'.encode())]
        if spent <= self.quota:
            return headers, None
        return headers, QuotaExceeded(
            f"The quota of {self.quota} requests in {self.window_seconds} seconds is used up.",
            retry_after_seconds=seconds,
        )
