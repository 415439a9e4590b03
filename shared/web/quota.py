"""Decides how many requests a key may make in a window, and tells it how many are left.

Counted in the memory of each process with the quota divided by their number: no shared store, no round trip.
"""

import time

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from shared.core.errors import QuotaExceeded

RawHeaders = list[tuple[bytes, bytes]]


class Quota:
    """A quota of requests per caller and window."""

    def __init__(self, quota: int, window_seconds: int, workers: int = 1) -> None:
        self.quota = max(1, quota // workers)
        self.window_seconds = window_seconds
        self._item = RateLimitItemPerSecond(self.quota, window_seconds)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._policy = (b"ratelimit-policy", f'"default";q={self.quota};w={window_seconds}'.encode())

    def spend(self, caller: str) -> tuple[RawHeaders, QuotaExceeded | None]:
        """Counts one request of `caller`: the RateLimit headers, and the problem when there was none left."""
        allowed = self._limiter.hit(self._item, caller)
        stats = self._limiter.get_window_stats(self._item, caller)
        seconds = max(1, round(stats.reset_time - time.time()))
        headers = [self._policy, (b"ratelimit", f'"default";r={stats.remaining};t={seconds}'.encode())]
        if allowed:
            return headers, None
        return headers, QuotaExceeded(
            f"The quota of {self.quota} requests in {self.window_seconds} seconds is used up.",
            retry_after_seconds=seconds,
        )
