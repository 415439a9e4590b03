"""Readings as a feed brings them, for tests of what is computed from them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest_asyncio

from services.planning.actions.record_readings import Origin, record_readings
from services.planning.domain.metric import Source
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading
from services.planning.domain.scope import Scope
from shared.db.engine import Database
from shared.web.app import ServiceApp
from tests.support.tenants import Tenant

Tell = Callable[..., Awaitable[None]]


def reading(
    code: str,
    days: Period,
    value: int | str,
    currency: str | None = None,
    **scope: str,
) -> Reading:
    """A reading of some days, observed on the morning after them."""
    seen = datetime.combine(days.end_date + timedelta(days=1), time(6), UTC)
    return Reading(code, Scope(**scope), days, Decimal(value), seen, currency)


@pytest_asyncio.fixture
async def tell(planning_app: ServiceApp, tenant: Tenant) -> AsyncIterator[Tell]:
    """Records readings of the tenant as a feed does."""
    database: Database = planning_app.state.database

    async def record(*readings: Reading) -> None:
        async with database.session(tenant.id) as session:
            now = max(each.observed_at for each in readings)
            await record_readings(session, tenant.id, readings, Origin(Source.FEED, now, provider="inventory"))

    yield record
