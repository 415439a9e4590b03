"""Decides when what nobody asks for again is forgotten: answers to keyed requests and the queue's log, at a week."""

import asyncio
from datetime import datetime, timedelta
from typing import NoReturn

import structlog
from sqlalchemy import delete, select

from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.platform import IdempotencyKeyRow, TenantRow
from shared.jobs.queue import forget_log

KEPT = timedelta(days=7)
_PAUSE_SECONDS = 3600.0

log = structlog.get_logger("tradewind.worker")


async def forget_old_answers(database: Database, now: datetime) -> None:
    """Delete every company's answers that are older than seven days, each company in a transaction of its own."""
    async with database.directory() as session:
        tenants = (await session.scalars(select(TenantRow.id))).all()
    row = IdempotencyKeyRow
    for tenant_id in tenants:
        async with database.session(tenant_id) as session:
            await session.execute(delete(row).where(row.tenant_id == tenant_id, row.created_at < now - KEPT))


async def forget_old_log(database: Database, now: datetime) -> None:
    """Delete what the queue noted about jobs more than seven days ago; operations keep their own history."""
    async with database.directory() as session:
        await forget_log(session, now - KEPT)


async def forget_hourly(database: Database) -> NoReturn:
    """Forget now and every hour, until cancelled; what fails is tried again the next time."""
    while True:
        for forget in (forget_old_answers, forget_old_log):
            try:
                await forget(database, utc_now())
            except Exception as error:
                log.warning("old rows not forgotten", what=forget.__name__, error=repr(error))
        await asyncio.sleep(_PAUSE_SECONDS)
