"""The one place that reads the wall clock; everything below the edge is handed `now` or `today`."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)
