"""Starts the operation that pulls measured figures: when somebody asks for it, or when it is time again."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.feeds import Provider
from services.planning.tables import FeedRow
from shared.core.clock import utc_now
from shared.db.api_keys import service_principal
from shared.db.engine import Database
from shared.db.platform import OperationRow, PrincipalRow, TenantRow
from shared.jobs.operations import UNFINISHED, start_operation

SERVICE, KIND = "planning", "pull_readings"
# Workers look so often whether a company's feeds are due.
LOOK_SECONDS = 60.0

log = structlog.get_logger("tradewind.feeds")

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended('planning.feed ' || CAST(:tenant_id AS text), 0))")


async def start_feed_pull(
    session: AsyncSession,
    tenant_id: UUID,
    providers: Sequence[Provider],
    *,
    by: UUID,
    now: datetime,
    from_start: bool = False,
) -> OperationRow:
    """The operation that will pull from these providers; `from_start`: everything that they know, not what is new."""
    return await start_operation(
        session,
        tenant_id=tenant_id,
        service=SERVICE,
        kind=KIND,
        parameters={"providers": [each.value for each in providers], "from_start": from_start},
        created_by=by,
        now=now,
        unit="readings",
    )


async def start_due_pull(session: AsyncSession, tenant_id: UUID, interval: timedelta, now: datetime) -> bool:
    """Starts a pull where the last attempt is `interval` ago and none is under way; whether it did.

    Companies without a key of the planning service are left alone: nobody would answer. Of several workers one starts.
    """
    await session.execute(_HOLD, {"tenant_id": str(tenant_id)})
    principal = PrincipalRow
    by: UUID | None = await session.scalar(
        select(principal.id).where(
            principal.tenant_id == tenant_id,
            principal.kind == "integration",
            principal.name == service_principal(SERVICE),
        )
    )
    attempted = await session.scalar(select(func.max(FeedRow.attempted_at)).where(FeedRow.tenant_id == tenant_id))
    operation = OperationRow
    under_way = await session.scalar(
        select(operation.id)
        .where(
            operation.tenant_id == tenant_id,
            operation.service == SERVICE,
            operation.kind == KIND,
            operation.state.in_(UNFINISHED),
        )
        .limit(1)
    )
    if by is None or under_way is not None or (attempted is not None and attempted > now - interval):
        return False
    await start_feed_pull(session, tenant_id, tuple(Provider), by=by, now=now)
    return True


async def pull_regularly(database: Database, interval: timedelta) -> None:
    """Starts what is due of every company, until cancelled; what fails is tried again the next time."""
    while True:
        try:
            async with database.directory() as session:
                tenants = (await session.scalars(select(TenantRow.id))).all()
            for tenant_id in tenants:
                async with database.session(tenant_id) as session:
                    await start_due_pull(session, tenant_id, interval, utc_now())
        except Exception as error:
            log.warning("feeds not looked at", error=repr(error))
        await asyncio.sleep(LOOK_SECONDS)
