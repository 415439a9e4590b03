"""What a run reads by listing is what the tables hold, listing by listing and day by day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from services.inventory.domain.listing_money import Price
from services.inventory.queries.run_inputs import (
    Chosen,
    decoded_days,
    decoded_sales,
    gather_sales,
    gather_stock_days,
    read_seller,
)
from services.inventory.tables import DailySalesRow, ListingRow, StockDayRow
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.inventory.seed import NOW, seed
from tests.support.tenants import Tenant

FIRST, END = date(2025, 12, 30), date(2026, 1, 3)


async def test_a_day_of_which_only_some_orders_are_known_is_unknown(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id, products=("A",))
        for number, source in enumerate(("orders", "partial_orders", "stated")):
            day = FIRST + timedelta(days=number)
            key = {"tenant_id": tenant.id, "listing_id": made.listings["A"], "sales_date": day}
            session.add(DailySalesRow(**key, units=3, source=source))
    async with database.reader(tenant.id) as connection:
        sales, _ = decoded_sales(await gather_sales(connection, tenant.id, FIRST, END, None), [made.listings["A"]])
    assert sales.day.tolist() == [FIRST.toordinal(), FIRST.toordinal() + 2]


async def test_gathered_days_are_those_of_the_table(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        expected, said = {}, {}
        for row, code in enumerate(made.products):
            for number in range(6):
                day = FIRST - timedelta(days=1) + timedelta(days=number)
                units, in_stock = 1000 * row + 7 * number, (None, True, False)[number % 3]
                session.add(
                    DailySalesRow(
                        tenant_id=tenant.id,
                        listing_id=made.listings[code],
                        sales_date=day,
                        units=units,
                        in_stock=in_stock,
                        source="stated",
                    )
                )
                if FIRST <= day < END:
                    expected[row, day.toordinal()] = units
                    if in_stock is not None:
                        said[row, day.toordinal()] = int(in_stock)
        session.add(
            StockDayRow(
                tenant_id=tenant.id,
                listing_id=made.listings["TRAY"],
                stock_date=FIRST,
                sellable_units=4,
                in_stock=True,
                source="snapshot",
            )
        )
    ids = [made.listings[code] for code in made.products]
    async with database.reader(tenant.id) as connection:
        sales = await gather_sales(connection, tenant.id, FIRST, END, None)
        stock = await gather_stock_days(connection, tenant.id, FIRST, END, None)
        one = await gather_sales(connection, tenant.id, FIRST, END, [ids[1]])
    sold, in_stock_days = decoded_sales(sales, ids)
    assert dict(zip(zip(sold.row.tolist(), sold.day.tolist(), strict=True), sold.value.tolist(), strict=True)) == (
        expected
    )
    places = zip(in_stock_days.row.tolist(), in_stock_days.day.tolist(), strict=True)
    assert dict(zip(places, in_stock_days.value.tolist(), strict=True)) == said
    ends = decoded_days(stock, ids)
    assert (ends.row.tolist(), ends.day.tolist(), ends.value.tolist()) == ([1], [FIRST.toordinal()], [1])
    assert set(decoded_sales(one, ids)[0].row.tolist()) == {1}
    strangers, _ = decoded_sales(sales, [new_id(), ids[0]])
    assert set(strangers.row.tolist()) == {1}


async def recent_prices(database: Database, tenant: Tenant) -> dict[str, Price | None]:
    async with database.reader(tenant.id) as connection:
        rows = await read_seller(connection, tenant.id, Chosen(), NOW.date(), 180, NOW)
    return {row.name.rpartition("/")[2]: row.money.price_from_sales for row in rows.listings}


async def test_the_recent_price_is_the_middle_one_of_the_last_days_with_revenue(
    database: Database, tenant: Tenant
) -> None:
    yesterday = NOW.date() - timedelta(days=1)
    sold: dict[str, list[tuple[int, int | None, str | None]]] = {
        # Newest first: units, revenue and currency of a day. One odd day, days without revenue and old prices.
        "A": [(5, 25, "USD"), (4, None, None), (0, None, None), *[(2, 50, "USD")] * 6, *[(1, 9, "USD")] * 20],
        "B": [(1, 20, "EUR"), *[(2, 50, "USD")] * 6],
        "C": [(3, None, None)],
    }
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id, products=tuple(sold))
        for code, days in sold.items():
            for age, (units, revenue, currency) in enumerate(days):
                key = {"tenant_id": tenant.id, "listing_id": made.listings[code]}
                money = {"revenue_amount": revenue, "revenue_currency": currency}
                day = yesterday - timedelta(days=age)
                session.add(DailySalesRow(**key, **money, sales_date=day, units=units, source="orders"))
    assert await recent_prices(database, tenant) == {
        "a": Price(Decimal(25), "USD"),
        "b": Price(Decimal(20), "EUR"),
        "c": None,
    }


async def test_a_listing_whose_stated_price_is_zero_is_priced_by_its_sales(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id, products=("A", "B"))
        for code, stated in (("A", 0), ("B", 30)):
            key = {"tenant_id": tenant.id, "listing_id": made.listings[code]}
            money = {"revenue_amount": 50, "revenue_currency": "USD"}
            day = NOW.date() - timedelta(days=1)
            session.add(DailySalesRow(**key, **money, sales_date=day, units=2, source="orders"))
            listing = await session.get_one(ListingRow, (tenant.id, made.listings[code]))
            listing.price_amount, listing.price_currency = Decimal(stated), "USD"
    assert await recent_prices(database, tenant) == {"a": Price(Decimal(25), "USD"), "b": None}


@pytest.mark.parametrize("ids", [[], [new_id()]])
async def test_nothing_is_nothing(database: Database, tenant: Tenant, ids: list[object]) -> None:
    async with database.reader(tenant.id) as connection:
        records = await gather_sales(connection, tenant.id, FIRST, END, None)
    assert decoded_sales(records, ids)[0].row.size == 0  # type: ignore[arg-type]
