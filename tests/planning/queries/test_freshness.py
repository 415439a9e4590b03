"""When figures are stale: by the last time that the metric was read of the scope or a wider one, in any window."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.planning.domain.measurement import Measurement, Window, WindowKind
from services.planning.domain.metric_catalogue import STARTING_CATALOGUE
from services.planning.domain.period import Period
from services.planning.domain.readings import Reading, Withdrawal
from services.planning.domain.scope import NO_ANCESTRY, Scope
from services.planning.queries.measuring import WindowAsk, measure_windows
from shared.db.engine import Database
from tests.planning.queries.reading_rows import write_readings
from tests.support.tenants import Tenant

AMAZON_US = Scope(marketplace="US", channel="amazon")
LAMP = Scope(marketplace="US", channel="amazon", product_ref="LAMP")
NEW_YEAR = date(2027, 1, 1)
YEAR = Period(NEW_YEAR, date(2027, 12, 31))
NOW = datetime(2027, 2, 20, 12, tzinfo=UTC)


def sold(day: date, scope: Scope, units: int = 1, hours_later: int = 30) -> Reading:
    """A day's figure, observed the next morning."""
    seen = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hours_later)
    return Reading("units_sold", scope, Period(day, day), Decimal(units), seen)


def days(scope: Scope, first: date, last: date) -> list[Reading]:
    return [sold(day, scope) for day in Period(first, last).each_day()]


async def measured(
    session: AsyncSession, tenant: Tenant, scope: Scope, window: Window, as_of: datetime | None = None
) -> Measurement:
    now = as_of or NOW
    found = await measure_windows(
        session,
        tenant.id,
        [WindowAsk("it", "units_sold", scope, window, YEAR)],
        today=now.date(),
        catalogue=STARTING_CATALOGUE,
        ancestry=NO_ANCESTRY,
        now=now,
        as_of=as_of,
    )
    return found["it"]


TO_DATE, LAST_MONTH = Window(WindowKind.CYCLE_TO_DATE), Window(WindowKind.LAST_FULL_MONTH)


@pytest.mark.parametrize("window", [TO_DATE, LAST_MONTH])
async def test_a_metric_that_goes_on_being_read_is_fresh_in_every_window(
    planning_database: Database, tenant: Tenant, window: Window
) -> None:
    async with planning_database.session(tenant.id) as session:
        await write_readings(session, tenant.id, days(AMAZON_US, NEW_YEAR, date(2027, 2, 19)), NOW)
        assert (await measured(session, tenant, AMAZON_US, window)).stale_codes == ()


async def test_a_product_that_did_not_sell_is_as_fresh_as_its_marketplace(
    planning_database: Database, tenant: Tenant
) -> None:
    async with planning_database.session(tenant.id) as session:
        readings = [
            *days(AMAZON_US, date(2027, 1, 1), date(2027, 2, 19)),
            *days(LAMP, date(2027, 1, 1), date(2027, 2, 1)),
        ]
        await write_readings(session, tenant.id, readings, NOW)
        found = await measured(session, tenant, Scope(product_ref="LAMP"), TO_DATE)
        assert (found.value, found.stale_codes, found.read_until_date) == (Decimal(32), (), date(2027, 2, 1))
        # Ten days before its marketplace had been read until the day before, too.
        assert (await measured(session, tenant, LAMP, TO_DATE, NOW - timedelta(days=10))).stale_codes == ()


async def test_what_is_told_no_more_goes_stale_and_was_fresh(planning_database: Database, tenant: Tenant) -> None:
    async with planning_database.session(tenant.id) as session:
        readings = [
            *days(AMAZON_US, date(2027, 1, 1), date(2027, 2, 9)),
            *days(LAMP, date(2027, 1, 1), date(2027, 2, 1)),
        ]
        await write_readings(session, tenant.id, readings, NOW)
        for scope in (AMAZON_US, LAMP):
            found = await measured(session, tenant, scope, TO_DATE)
            assert found.stale_codes == ("units_sold",)
            assert found.observed_at == readings[39].observed_at
            assert (await measured(session, tenant, scope, TO_DATE, NOW - timedelta(days=10))).stale_codes == ()


async def test_that_something_is_known_no_more_makes_nothing_fresh(planning_database: Database, tenant: Tenant) -> None:
    async with planning_database.session(tenant.id) as session:
        readings = days(AMAZON_US, date(2027, 1, 1), date(2027, 2, 19))
        gone = [
            Withdrawal("units_sold", AMAZON_US, each.period, NOW)
            for each in readings
            if each.period.start_date > date(2027, 2, 9)
        ]
        await write_readings(session, tenant.id, [*readings, *gone], NOW)
        found = await measured(session, tenant, AMAZON_US, TO_DATE)
        assert (found.value, found.read_until_date) == (Decimal(40), date(2027, 2, 9))
        assert (found.observed_at, found.stale_codes) == (readings[39].observed_at, ("units_sold",))
