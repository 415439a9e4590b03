"""Which days a stated range makes known: only those that are over."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from shared.core.clock import utc_now
from shared.db.engine import Database
from tests.inventory.importing import import_file
from tests.support.tenants import Tenant

HEADER = "marketplace,seller_sku,sales_date,units,orders,revenue,currency,in_stock\n"


@pytest.mark.parametrize(("last", "known_to"), [(-9, -9), (0, None), (200, None)])
async def test_a_range_up_to_days_to_come_is_known_up_to_yesterday(
    database: Database, tenant: Tenant, last: int, known_to: int | None
) -> None:
    today = utc_now().date()
    first = today - timedelta(days=30)
    content = f"{HEADER}US,KETTLE,{first},3,3,60,USD,yes\n".encode()
    outcome = await import_file(
        database,
        tenant,
        content,
        marketplace="US",
        date_from=str(first),
        date_to=str(today + timedelta(days=last)),
    )
    assert outcome.row.rows_applied == 1
    async with database.session(tenant.id) as session:
        rows = await session.execute(
            text("SELECT date_from, date_to FROM inventory.sales_coverage WHERE tenant_id = :t"), {"t": tenant.id}
        )
        [(date_from, date_to)] = rows.all()
    assert date_from == first
    if known_to is not None:
        assert date_to == today + timedelta(days=known_to)
    else:
        # In Seattle it is today some hours later than here.
        assert date_to in _yesterdays(today)


def _yesterdays(today: date) -> set[date]:
    return {today - timedelta(days=days) for days in (1, 2)}
