"""Connections: transactions of SQLAlchemy for writes, bare asyncpg for the lists, each with its tenant set first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
from pydantic import SecretStr
from sqlalchemy import URL, make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from shared.core.errors import Unavailable
from shared.db.tenancy import set_tenant, set_tenant_statement

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

STATEMENT_TIMEOUT_MS = 120_000
LOCK_TIMEOUT_MS = 5_000
IDLE_TIMEOUT_MS = 60_000
POOL_TIMEOUT_SECONDS = 10
# Of one process. So many get their turn within the time above; more would wait in vain, and hold up the others.
WAITING_LIMIT = 200


class _ListConnection(asyncpg.Connection):
    """A pooled connection that is not reset on release: everything set on it is LOCAL to a transaction."""

    def get_reset_query(self) -> str:
        return ""


class UnsafeRole(RuntimeError):
    """The database role could read or change what row security is meant to hide."""


class Database:
    """The pools of one process towards one database, as one runtime role."""

    def __init__(
        self,
        url: SecretStr | str,
        *,
        pool_size: int = 10,
        reader_pool_size: int = 10,
        statement_timeout_ms: int = STATEMENT_TIMEOUT_MS,
        application_name: str = "tradewind",
    ) -> None:
        plain = url.get_secret_value() if isinstance(url, SecretStr) else url
        self.url: URL = make_url(plain).set(drivername="postgresql+asyncpg")
        self._server_settings = {
            "application_name": application_name,
            "statement_timeout": str(statement_timeout_ms),
            "lock_timeout": str(LOCK_TIMEOUT_MS),
            "idle_in_transaction_session_timeout": str(IDLE_TIMEOUT_MS),
            "timezone": "UTC",
        }
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_SECONDS,
            connect_args={"server_settings": self._server_settings},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._reader_pool_size = reader_pool_size
        self._readers: asyncpg.Pool[Any] | None = None
        self._exports = asyncio.Semaphore(max(1, reader_pool_size // 3))
        self._opening = asyncio.Lock()
        self._waiting = 0

    @property
    def dsn(self) -> str:
        """The address as asyncpg takes it."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    @property
    def server_settings(self) -> dict[str, str]:
        return dict(self._server_settings)

    @property
    def is_crowded(self) -> bool:
        """Whether so many wait for a connection that one more would be likely to wait in vain."""
        return self._waiting >= WAITING_LIMIT

    @asynccontextmanager
    async def session(self, tenant_id: UUID) -> AsyncIterator[AsyncSession]:
        """One transaction on behalf of `tenant_id`: commits on leaving, rolls back on an error."""
        async with self._sessions.begin() as session:
            with self._in_line():
                await set_tenant(session, tenant_id)
            yield session

    @asynccontextmanager
    async def directory(self) -> AsyncIterator[AsyncSession]:
        """One transaction without a tenant: sees the local tables (tenants, keys, queue) and no business row."""
        async with self._sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def reader(self, tenant_id: UUID) -> AsyncIterator[PoolConnectionProxy[Any]]:
        """A bare connection in a read-only transaction of `tenant_id`; the lists' way in."""
        async with self._reading() as connection:
            await connection.execute(f"BEGIN READ ONLY; {set_tenant_statement(tenant_id)}")
            try:
                yield connection
            finally:
                # Nothing was written, so COMMIT and ROLLBACK are the same; ROLLBACK also ends a failed one.
                if not connection.is_closed():
                    await connection.execute("ROLLBACK")

    @asynccontextmanager
    async def export_reader(self, tenant_id: UUID) -> AsyncIterator[PoolConnectionProxy[Any]]:
        """A reader for as long as somebody downloads; there are few, so that slow downloads leave the lists theirs."""
        if self._exports.locked():
            raise Unavailable("Too many downloads are running; try again when one has ended.")
        async with self._exports, self.reader(tenant_id) as connection:
            yield connection

    @asynccontextmanager
    async def bare_connection(self) -> AsyncIterator[PoolConnectionProxy[Any]]:
        """A pooled asyncpg connection outside any transaction, for reads of the local tables."""
        async with self._reading() as connection:
            yield connection

    async def check_role(self) -> None:
        """Refuses to go on as a role that row security does not bind: superuser, BYPASSRLS or a table's owner."""
        async with self.directory() as session:
            row = (
                await session.execute(
                    text(
                        "SELECT current_user AS name, r.rolsuper OR r.rolbypassrls AS exempt,"
                        " EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        "   WHERE n.nspname IN ('platform', 'inventory', 'ads', 'planning')"
                        "   AND c.relkind IN ('r', 'p') AND c.relowner = r.oid) AS owner"
                        " FROM pg_roles r WHERE r.rolname = current_user"
                    )
                )
            ).one()
        if row.exempt or row.owner:
            raise UnsafeRole(f"role {row.name} is not bound by row security; use a runtime role")

    async def close(self) -> None:
        """Closes both pools."""
        if self._readers is not None:
            await self._readers.close()
            self._readers = None
        await self.engine.dispose()

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[PoolConnectionProxy[Any]]:
        async with AsyncExitStack() as held:
            with self._in_line():
                pool = await self._reader_pool()
                connection = await held.enter_async_context(pool.acquire(timeout=POOL_TIMEOUT_SECONDS))
            yield connection

    async def _reader_pool(self) -> asyncpg.Pool[Any]:
        if self._readers is None:
            async with self._opening:
                # The pool is ready before anybody else sees it: using one that is still opening is an error.
                if self._readers is None:
                    self._readers = await asyncpg.create_pool(
                        self.dsn,
                        min_size=1,
                        max_size=self._reader_pool_size,
                        connection_class=_ListConnection,
                        server_settings=self._server_settings | {"jit": "off"},
                    )
        return self._readers
