"""Which database errors pass by themselves, so that the same transaction may be tried again."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Serialization failure, deadlock, lock not available; connection, shutdown and too-many-connections classes below.
_STATES = frozenset({"40001", "40P01", "55P03", "25P03"})
_CLASSES = ("08", "53", "57P")


def sqlstate_of(error: BaseException) -> str | None:
    """The SQLSTATE of an error of asyncpg or SQLAlchemy, None where the server said nothing."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(cause, "sqlstate", None)
    return state if isinstance(state, str) else None


def is_connection_loss(error: BaseException) -> bool:
    """Whether the connection or the server went away, or none could be had."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    if isinstance(error, (PoolTimeout, TimeoutError, ConnectionError)):
        return True
    if isinstance(error, (asyncpg.InterfaceError, asyncpg.InternalClientError)):
        return True
    return (sqlstate_of(error) or "").startswith(_CLASSES)


def is_transient(error: BaseException) -> bool:
    """Whether trying again may help: lost connections, deadlocks, lock time limits, serialization failures.

    Some reach us as asyncpg's own errors because the connection died between two statements.
    """
    return is_connection_loss(error) or sqlstate_of(error) in _STATES
