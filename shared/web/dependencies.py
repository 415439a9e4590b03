"""What an endpoint may ask for: a transaction of its caller's tenant, a read connection, the database, the caller."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from shared.db.engine import Database
from shared.web.auth import CallerDep
from shared.web.settings import ServiceSettings

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    ReadConnection = PoolConnectionProxy[Any]
else:
    ReadConnection = Any


async def get_database(request: Request) -> Database:
    """The pools of this process."""
    database: Database = request.app.state.database
    return database


async def get_settings(request: Request) -> ServiceSettings:
    """The settings of this service."""
    settings: ServiceSettings = request.app.state.settings
    return settings


DatabaseDep = Annotated[Database, Depends(get_database)]
SettingsDep = Annotated[ServiceSettings, Depends(get_settings)]


async def get_session(database: DatabaseDep, caller: CallerDep) -> AsyncIterator[AsyncSession]:
    """One transaction of the caller's tenant; it commits before the response leaves."""
    async with database.session(caller.tenant_id) as session:
        yield session


async def get_reader(database: DatabaseDep, caller: CallerDep) -> AsyncIterator[ReadConnection]:
    """A bare read-only connection of the caller's tenant."""
    async with database.reader(caller.tenant_id) as connection:
        yield connection


SessionDep = Annotated[AsyncSession, Depends(get_session, scope="function")]
ReaderDep = Annotated[ReadConnection, Depends(get_reader, scope="function")]
