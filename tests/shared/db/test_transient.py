"""Which errors pass by themselves: those of the connection and of other transactions, never those of the content."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.db.engine import Database
from shared.db.transient import is_connection_loss, is_transient, sqlstate_of
from tests.support.tenants import Tenant


@pytest.mark.parametrize(
    ("error", "transient", "lost"),
    [
        (asyncpg.DeadlockDetectedError("x"), True, False),
        (asyncpg.SerializationError("x"), True, False),
        (asyncpg.LockNotAvailableError("x"), True, False),
        (asyncpg.AdminShutdownError("x"), True, True),
        (asyncpg.CannotConnectNowError("x"), True, True),
        (asyncpg.TooManyConnectionsError("x"), True, True),
        (asyncpg.ConnectionDoesNotExistError("x"), True, True),
        (asyncpg.InterfaceError("connection is closed"), True, True),
        (asyncpg.InternalClientError("got result for unknown protocol state"), True, True),
        (ConnectionRefusedError(), True, True),
        (TimeoutError(), True, True),
        (asyncpg.UniqueViolationError("x"), False, False),
        (asyncpg.NumericValueOutOfRangeError("x"), False, False),
        (asyncpg.QueryCanceledError("x"), False, False),
        (ValueError("x"), False, False),
    ],
)
def test_passing_errors_are_told_from_lasting_ones(error: Exception, transient: bool, lost: bool) -> None:
    assert is_transient(error) is transient
    assert is_connection_loss(error) is lost


async def test_a_terminated_backend_is_a_lost_connection_however_it_is_wrapped(
    database: Database, tenant: Tenant, admin: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with database.session(tenant.id) as session:
        pid = await session.scalar(text("SELECT pg_backend_pid()"))
        await admin.execute("SELECT pg_terminate_backend($1)", pid)
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("SELECT 1"))
        assert is_connection_loss(caught.value)
        await session.invalidate()


async def test_a_broken_rule_wrapped_by_sqlalchemy_keeps_its_state(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        savepoint = await session.begin_nested()
        with pytest.raises(DBAPIError) as caught:
            await session.execute(text("SELECT 1 / 0"))
        await savepoint.rollback()
    assert sqlstate_of(caught.value) == "22012"
    assert not is_transient(caught.value)
