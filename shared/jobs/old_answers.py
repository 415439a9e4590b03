"""Decides when an answer kept under an Idempotency-Key is forgotten: seven days after it was given."""

import asyncio
from datetime import datetime, timedelta
from typing import NoReturn

import structlog
from sqlalchemy import delete, select

from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.platform import IdempotencyKeyRow, TenantRow

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


async def forget_old_answers_hourly(database: Database) -> NoReturn:
    """Forget now and every hour, until cancelled; what fails is tried again the next time."""
    while True:
        try:
            await forget_old_answers(database, utc_now())
        except Exception as error:
            log.warning("old answers not forgotten", error=repr(error))
        await asyncio.sleep(_PAUSE_SECONDS)
