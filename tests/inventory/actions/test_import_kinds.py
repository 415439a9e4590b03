"""What the imports of each kind do: who is believed, what is refused row by row, what a second file changes."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from services.inventory.actions.allocate_stock import Allocation, allocate_stock
from services.inventory.actions.open_locations import ADJUSTMENT, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import LocationKind, MovementKind, between
from services.inventory.domain.sales import complete_days, last_finished_day
from services.inventory.tables import (
    AccountRow,
    DailySalesRow,
    ExchangeRateRow,
    LaneRow,
    ListingRow,
    OrderLineRow,
    ProductRow,
    SalesCoverageRow,
    StockDayRow,
    StockMovementRow,
)
from shared.core.clock import utc_now
from shared.core.errors import Invalid
from shared.core.ids import new_id
from shared.core.marketplaces import get_marketplace
from shared.db.engine import Database
from shared.jobs.imports import FactsMissing
from tests.inventory.actions.test_post_movement import planned_shipment
from tests.inventory.formats.build import csv
from tests.inventory.formats.test_restock import OLD, old
from tests.inventory.formats.test_sales_and_traffic import document, item
from tests.inventory.importing import import_file
from tests.inventory.seed import NOW, Seed, seed
from tests.support.tenants import Tenant

AS_OF = "2026-03-01T12:00:00+00:00"
FBA_COLUMNS = (
    "sku,fnsku,asin,product-name,condition,your-price,afn-warehouse-quantity,afn-fulfillable-quantity,"
    "afn-unsellable-quantity,afn-reserved-quantity,afn-total-quantity,afn-inbound-working-quantity,"
    "afn-inbound-shipped-quantity,afn-inbound-receiving-quantity"
)
ORDER_COLUMNS = (
    "amazon-order-id\tpurchase-date\tlast-updated-date\torder-status\tfulfillment-channel\tsales-channel\tsku"
    "\tquantity\tcurrency\titem-price"
)


def fba(*rows: tuple[str, int, int, int, int, int]) -> bytes:
    """A stock report: SKU, fulfillable, unsellable, reserved, shipped, receiving."""
    lines = [
        f"{sku},X0{sku},B0{sku},Item {sku},New,19.99,{good + bad + kept},{good},{bad},{kept},"
        f"{good + bad + kept + shipped + arriving},0,{shipped},{arriving}"
        for sku, good, bad, kept, shipped, arriving in rows
    ]
    return "\n".join([FBA_COLUMNS, *lines, ""]).encode()


def order(
    number: int, sku: str, units: int, *, day: str = "2026-02-10", status: str = "Shipped", updated: str = "2026-02-11"
) -> str:
    return (
        f"111-0000000-{number:07d}\t{day}T20:00:00+00:00\t{updated}T20:00:00+00:00\t{status}\tAmazon\tAmazon.com"
        f"\t{sku}\t{units}\tUSD\t{units * 10}.00"
    )


def orders(*lines: str) -> bytes:
    return "\n".join([ORDER_COLUMNS, *lines, ""]).encode()


async def all_of(database: Database, tenant: Tenant, table: Any) -> list[Any]:
    async with database.session(tenant.id) as session:
        return list(await session.scalars(select(table).where(table.tenant_id == tenant.id)))


async def by_sku(database: Database, tenant: Tenant) -> dict[str, ListingRow]:
    return {row.seller_sku: row for row in await all_of(database, tenant, ListingRow)}


async def pools_of(database: Database, tenant: Tenant, sku: str) -> dict[str, int]:
    """What each pool of a listing holds, by kind."""
    async with database.session(tenant.id) as session:
        rows = await session.execute(
            text(
                "SELECT place.kind, sum(b.on_hand) AS units FROM inventory.stock_location AS place"
                " JOIN inventory.stock_balance AS b ON b.tenant_id = place.tenant_id AND b.location_id = place.id"
                " JOIN inventory.listing AS l ON l.tenant_id = place.tenant_id AND l.id = place.listing_id"
                " WHERE place.tenant_id = :t AND l.seller_sku = :sku GROUP BY place.kind"
            ),
            {"t": tenant.id, "sku": sku},
        )
        return {row.kind: int(row.units) for row in rows if row.units}


# --- whose account ------------------------------------------------------------------------------------------------


async def test_the_first_file_opens_the_first_account(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, orders(order(1, "A", 1)))
    assert [account.code for account in await all_of(database, tenant, AccountRow)] == ["main"]


async def test_of_several_accounts_the_file_must_name_one(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        for code in ("one", "two"):
            session.add(
                AccountRow(
                    tenant_id=tenant.id,
                    id=new_id(),
                    code=code,
                    code_key=code,
                    name=code,
                    version=1,
                    created_at=NOW,
                    updated_at=NOW,
                )
            )
    with pytest.raises(FactsMissing) as missing:
        await import_file(database, tenant, orders(order(1, "A", 1)))
    assert missing.value.errors[0].pointer == "/account"
    with pytest.raises(Invalid, match="no account 'three'"):
        await import_file(database, tenant, orders(order(1, "A", 1)), account="three")
    named = await import_file(database, tenant, orders(order(1, "A", 1)), account="TWO")
    assert named.counts == (1, 0, 0)


# --- Amazon's stock -----------------------------------------------------------------------------------------------


async def test_an_unknown_sku_becomes_a_listing_of_an_assumed_product(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, fba(("A", 5, 0, 0, 0, 0)), marketplace="US", as_of=AS_OF)
    listing = (await by_sku(database, tenant))["A"]
    (product,) = await all_of(database, tenant, ProductRow)
    assert (listing.asin, listing.title, listing.price_amount) == ("B0A", "Item A", Decimal("19.99"))
    assert (product.code, product.id) == ("A", listing.product_id)
    assert "product_id" in listing.assumed_fields
    assert "code" in product.assumed_fields


async def test_a_listing_that_a_report_leaves_out_holds_nothing_any_more(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, fba(("A", 5, 0, 0, 0, 0), ("B", 7, 1, 0, 0, 0)), marketplace="US", as_of=AS_OF)
    await import_file(database, tenant, fba(("A", 5, 0, 0, 0, 0)), marketplace="US", as_of="2026-03-02T12:00:00+00:00")
    assert await pools_of(database, tenant, "B") == {}
    assert await pools_of(database, tenant, "A") == {"amazon_sellable": 5}


async def test_of_a_damaged_report_nobody_knows_what_it_leaves_out(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, fba(("A", 5, 0, 0, 0, 0), ("B", 7, 0, 0, 0, 0)), marketplace="US", as_of=AS_OF)
    damaged = fba(("A", 4, 0, 0, 0, 0), ("B", 9, 0, 0, 0, 0)).replace(b"9,9,0,0,9", b"9,many,0,0,9")
    outcome = await import_file(database, tenant, damaged, marketplace="US", as_of="2026-03-02T12:00:00+00:00")
    assert outcome.counts == (1, 0, 1)
    assert outcome.errors[0].line == 3
    assert outcome.errors[0].column == "afn-fulfillable-quantity"
    assert await pools_of(database, tenant, "A") == {"amazon_sellable": 4}
    assert await pools_of(database, tenant, "B") == {"amazon_sellable": 7}


async def test_sales_between_two_reports_went_to_customers(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, fba(("A", 20, 0, 0, 0, 0)), marketplace="US", as_of="2026-02-10T12:00:00+00:00")
    await import_file(database, tenant, orders(order(1, "A", 2), order(2, "A", 1, status="Cancelled")))
    await import_file(database, tenant, fba(("A", 17, 0, 0, 0, 0)), marketplace="US", as_of="2026-02-11T12:00:00+00:00")
    async with database.session(tenant.id) as session:
        rows = await session.execute(
            text(
                "SELECT place.kind, sum(leg.quantity) AS units FROM inventory.stock_leg AS leg"
                " JOIN inventory.stock_location AS place"
                " ON place.tenant_id = leg.tenant_id AND place.id = leg.location_id"
                " WHERE leg.tenant_id = :t GROUP BY place.kind"
            ),
            {"t": tenant.id},
        )
        units = {row.kind: int(row.units) for row in rows}
    assert units == {"amazon_sellable": 17, "customer": 2, "adjustment": -19}


async def test_an_older_report_tells_only_of_its_day(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, fba(("A", 5, 0, 0, 0, 0)), marketplace="US", as_of=AS_OF)
    await import_file(database, tenant, fba(("A", 0, 0, 0, 0, 0)), marketplace="US", as_of="2026-02-20T12:00:00+00:00")
    assert await pools_of(database, tenant, "A") == {"amazon_sellable": 5}
    days = {row.stock_date: row.in_stock for row in await all_of(database, tenant, StockDayRow)}
    assert days == {date(2026, 3, 1): True, date(2026, 2, 20): False}


@pytest.mark.parametrize("pack", [1, 2])
async def test_a_report_made_before_a_relink_is_not_added_to_what_the_relink_moved(
    database: Database, tenant: Tenant, pack: int
) -> None:
    await import_file(database, tenant, fba(("A", 10, 0, 0, 0, 0)), marketplace="US", as_of=AS_OF)
    master = f"{MASTER}\nKETTLE,Kettle,38.5,CNY,24,US,A,{pack},29.99\n".encode()
    await import_file(database, tenant, master)
    assert await pools_of(database, tenant, "A") == {"amazon_sellable": 10 * pack}
    made_before = "2026-03-02T12:00:00+00:00"
    await import_file(database, tenant, fba(("A", 11, 0, 0, 0, 0)), marketplace="US", as_of=made_before)
    assert await pools_of(database, tenant, "A") == {"amazon_sellable": 11 * pack}


@pytest.mark.parametrize("kind", ["fba_manage_inventory", "restock"])
async def test_a_price_of_zero_in_a_stock_report_replaces_no_price(
    database: Database, tenant: Tenant, kind: str
) -> None:
    def report(price: str) -> bytes:
        if kind == "restock":
            return csv(OLD, [price if cell == "59.99" else cell for cell in old()])
        return fba(("A-1", 5, 0, 0, 0, 0)).replace(b"19.99", price.encode())

    await import_file(database, tenant, report("59.99"), marketplace="US", as_of=AS_OF)
    later = await import_file(database, tenant, report("0.00"), marketplace="US", as_of=AS_OF.replace("03-01", "03-02"))
    assert later.operation.state == "succeeded", later.operation.problem
    (listing,) = await all_of(database, tenant, ListingRow)
    assert (listing.price_amount, listing.price_currency) == (Decimal("59.99"), "USD")


async def test_a_report_from_the_future_is_refused(database: Database, tenant: Tenant) -> None:
    with pytest.raises(Invalid, match="future"):
        await import_file(
            database, tenant, fba(("A", 5, 0, 0, 0, 0)), marketplace="US", as_of="2199-01-01T00:00:00+00:00"
        )


async def test_validating_a_report_changes_nothing(database: Database, tenant: Tenant) -> None:
    outcome = await import_file(
        database, tenant, fba(("A", 5, 0, 0, 0, 0)), marketplace="US", as_of=AS_OF, validate_only=True
    )
    assert outcome.counts == (1, 0, 0)
    assert await all_of(database, tenant, ListingRow) == []
    assert await all_of(database, tenant, StockMovementRow) == []
    assert await all_of(database, tenant, AccountRow) == []


async def test_orders_of_a_company_without_an_account_are_validated_to_their_end(
    database: Database, tenant: Tenant
) -> None:
    content = orders(order(1, "A", 1))
    outcome = await import_file(database, tenant, content, marketplace="US", validate_only=True)
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert (outcome.counts, await all_of(database, tenant, AccountRow)) == ((1, 0, 0), [])
    with pytest.raises(Invalid, match="no account 'three'"):
        await import_file(database, tenant, content, account="three", validate_only=True)
    assert (await import_file(database, tenant, content, marketplace="US")).counts == (1, 0, 0)


async def test_units_of_own_shipments_are_not_counted_again(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id, products=("A",))
    shipment_id = await planned_shipment(database, made)
    async with database.session(tenant.id) as session:
        here = Place(LocationKind.IN_TRANSIT, listing_id=made.listings["A"], shipment_id=shipment_id)
        locations = await open_locations(session, tenant.id, [here, ADJUSTMENT])
        legs = between(locations[ADJUSTMENT], locations[here], made.products["A"], 60)
        departed = datetime(2026, 2, 1, tzinfo=UTC)
        movement = Movement(kind=MovementKind.DEPARTURE, occurred_at=departed, legs=legs, created_by=tenant.id)
        await post_movement(session, tenant.id, movement, NOW)
    await import_file(database, tenant, fba(("A", 5, 0, 0, 50, 30)), marketplace="US", as_of=AS_OF)
    assert await pools_of(database, tenant, "A") == {
        "amazon_sellable": 5,
        "in_transit": 60,
        "amazon_receiving": 20,
    }


# --- orders -------------------------------------------------------------------------------------------------------


async def test_a_cancelled_order_is_taken_back_from_its_day(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, orders(order(1, "A", 2), order(2, "A", 3)))
    later = orders(order(2, "A", 3, status="Cancelled", updated="2026-02-15"))
    outcome = await import_file(database, tenant, later)
    assert outcome.counts == (1, 0, 0)
    (day,) = await all_of(database, tenant, DailySalesRow)
    assert (day.units, day.orders, day.revenue_amount) == (2, 1, Decimal(20))
    earlier = await import_file(database, tenant, orders(order(1, "A", 2), order(2, "A", 3), ""))
    assert earlier.counts[0] == 0
    (day,) = await all_of(database, tenant, DailySalesRow)
    assert day.units == 2


async def test_the_revenue_of_a_day_is_unknown_until_every_sold_line_has_its_price(
    database: Database, tenant: Tenant
) -> None:
    def pending(number: int, status: str = "Pending") -> str:
        return order(number, "A", 4, status=status).replace("USD\t40.00", "\t")

    async def day() -> tuple[int, int | None, Decimal | None, str | None]:
        (row,) = await all_of(database, tenant, DailySalesRow)
        return row.units, row.orders, row.revenue_amount, row.revenue_currency

    await import_file(database, tenant, orders(order(1, "A", 1), pending(2), pending(3, "Cancelled")))
    assert await day() == (5, 2, None, None)
    await import_file(database, tenant, orders(order(2, "A", 4, updated="2026-02-15")))
    assert await day() == (5, 2, Decimal(50), "USD")


async def test_two_files_of_the_same_days_at_once_lose_no_sale(database: Database, tenant: Tenant) -> None:
    await import_file(
        database, tenant, orders(order(99, "A", 1, day="2026-01-01"), order(98, "B", 1, day="2026-01-01"))
    )
    files = [orders(*(order(100 * each + number, "AB"[number % 2], 1) for number in range(10))) for each in range(1, 5)]
    outcomes = await asyncio.gather(*(import_file(database, tenant, content) for content in files))
    assert [outcome.counts for outcome in outcomes] == [(10, 0, 0)] * 4
    days = [day for day in await all_of(database, tenant, DailySalesRow) if day.sales_date == date(2026, 2, 10)]
    assert sorted(day.units for day in days) == [20, 20]


def with_ids(content: bytes) -> bytes:
    """The same orders as the report has them where Amazon also gives the ids of order items."""
    header, *lines = content.decode().splitlines()
    numbered = [f"{line}\t{10_000_000_000_000 + number}" for number, line in enumerate(lines)]
    return "\n".join([f"{header}\torder-item-id", *numbered, ""]).encode()


@pytest.mark.parametrize("ids_first", [False, True])
async def test_the_same_lines_with_and_without_item_ids_are_counted_once(
    database: Database, tenant: Tenant, ids_first: bool
) -> None:
    plain = orders(order(1, "A", 2), order(1, "A", 1), order(1, "B", 5), order(2, "A", 3))
    files = [plain, with_ids(plain)]
    for content in reversed(files) if ids_first else files:
        assert (await import_file(database, tenant, content)).operation.state == "succeeded"
    sold = {row.units for row in await all_of(database, tenant, DailySalesRow)}
    assert sold == {6, 5}
    lines = await all_of(database, tenant, OrderLineRow)
    assert (len(lines), sum(line.consumed_units for line in lines)) == (4, 11)


@pytest.mark.parametrize("ids_first", [False, True])
async def test_the_later_word_on_an_order_wins_with_and_without_item_ids(
    database: Database, tenant: Tenant, ids_first: bool
) -> None:
    first = orders(order(1, "A", 2), order(2, "A", 3))
    later = orders(order(1, "A", 2, status="Cancelled", updated="2026-02-15"), order(2, "A", 3))
    await import_file(database, tenant, with_ids(first) if ids_first else first)
    await import_file(database, tenant, later if ids_first else with_ids(later))
    (day,) = await all_of(database, tenant, DailySalesRow)
    assert day.units == 3
    await import_file(database, tenant, orders(order(1, "A", 2)) if ids_first else with_ids(first + b"\n"))
    (day,) = await all_of(database, tenant, DailySalesRow)
    assert day.units == 3


async def test_a_sales_day_is_the_marketplaces_own(database: Database, tenant: Tenant) -> None:
    line = order(1, "A", 1).replace("2026-02-10T20:00:00+00:00", "2026-02-10T05:00:00+00:00")
    await import_file(database, tenant, orders(line))
    (day,) = await all_of(database, tenant, DailySalesRow)
    assert day.sales_date == date(2026, 2, 9)


async def test_nothing_of_the_buyer_is_kept(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, orders(order(1, "A", 1)))
    (line,) = await all_of(database, tenant, OrderLineRow)
    columns = set(OrderLineRow.__table__.columns.keys())
    assert not {name for name in columns if name.startswith(("ship_", "buyer", "recipient"))}
    assert line.amazon_order_id == "111-0000000-0000001"


def elsewhere(number: int, sku: str, country: str, *, day: str = "2026-02-10") -> str:
    """A line of an order that was taken outside Amazon and is sent to a customer in `country`."""
    line = order(number, sku, 1, day=day, updated=day).replace("Amazon.com", "Non-Amazon")
    return line.replace("10.00", "") + f"\t{country}"


def mixed(*lines: str) -> bytes:
    return "\n".join([f"{ORDER_COLUMNS}\tship-country", *lines, ""]).encode()


async def test_orders_from_elsewhere_do_not_tell_that_a_marketplace_sold_nothing(
    database: Database, tenant: Tenant
) -> None:
    content = mixed(
        elsewhere(1, "A", "CA", day="2026-02-01"),
        elsewhere(2, "A", "CA", day="2026-02-28"),
        order(3, "A", 2, day="2026-02-10") + "\tUS",
        order(4, "A", 1, day="2026-02-12", updated="2026-02-14") + "\tUS",
    )
    await import_file(database, tenant, content)
    covered = await all_of(database, tenant, SalesCoverageRow)
    assert [(row.marketplace, row.date_from, row.date_to) for row in covered] == [
        ("US", date(2026, 2, 11), date(2026, 2, 12))
    ]
    stated = mixed(elsewhere(5, "A", "CA"), order(6, "A", 1) + "\tUS")
    await import_file(database, tenant, stated, date_from="2026-03-01", date_to="2026-03-02")
    assert {row.marketplace for row in await all_of(database, tenant, SalesCoverageRow)} == {"US"}


def sold_in(store: str, number: int, day: str, hour: str = "20") -> str:
    """A line of an order of one unit in the store of that domain, updated a day later."""
    updated = date.fromisoformat(day) + timedelta(days=1)
    line = order(number, "A", 1, day=day, updated=updated.isoformat())
    return line.replace("Amazon.com", store).replace("T20:", f"T{hour}:", 1)


async def covered_days(database: Database, tenant: Tenant) -> dict[str, tuple[date, date]]:
    return {row.marketplace: (row.date_from, row.date_to) for row in await all_of(database, tenant, SalesCoverageRow)}


async def test_the_days_of_a_file_are_those_of_each_of_its_marketplaces(database: Database, tenant: Tenant) -> None:
    many = [sold_in("Amazon.com", number, f"2026-01-{number:02}") for number in range(1, 29)]
    await import_file(database, tenant, orders(*many, sold_in("Amazon.ca", 99, "2026-01-15")))
    days = (date(2026, 1, 2), date(2026, 1, 28))
    assert await covered_days(database, tenant) == {"US": days, "CA": days}


async def test_orders_of_a_single_day_make_no_other_day_known(database: Database, tenant: Tenant) -> None:
    day = "2026-01-15"
    await import_file(database, tenant, orders(sold_in("Amazon.ca", 1, day), sold_in("Amazon.com", 2, day)))
    only = (date(2026, 1, 15), date(2026, 1, 15))
    assert await covered_days(database, tenant) == {"US": only, "CA": only}


async def test_a_day_that_had_begun_elsewhere_before_the_file_is_not_known(database: Database, tenant: Tenant) -> None:
    german = [sold_in("Amazon.de", number, f"2026-01-{number:02}", "12") for number in range(10, 15)]
    at_its_midnight = sold_in("Amazon.co.uk", 99, "2026-01-08", "23").replace("2026-01-09T20", "2026-01-08T23")
    await import_file(database, tenant, orders(at_its_midnight, *german))
    days = (date(2026, 1, 9), date(2026, 1, 14))
    assert await covered_days(database, tenant) == {"DE": days, "GB": days}


async def test_orders_from_elsewhere_are_of_the_marketplace_that_the_file_is_said_to_be_of(
    database: Database, tenant: Tenant
) -> None:
    await import_file(database, tenant, mixed(elsewhere(1, "A", "CA")), marketplace="US")
    assert [row.marketplace for row in await all_of(database, tenant, ListingRow)] == ["US"]


async def test_a_file_of_which_rows_were_refused_makes_no_day_known(database: Database, tenant: Tenant) -> None:
    damaged = orders(order(1, "A", 1), order(2, "A", 2).replace("\t2\tUSD", "\tmany\tUSD"))
    outcome = await import_file(database, tenant, damaged, marketplace="US")
    assert outcome.counts == (1, 0, 1)
    assert [warning["code"] for warning in outcome.row.warnings] == ["no_complete_days"]
    await import_file(database, tenant, damaged, marketplace="US", date_from="2026-02-01", date_to="2026-02-28")
    assert await all_of(database, tenant, SalesCoverageRow) == []


def test_a_report_by_update_covers_only_what_was_ordered_since_its_first_update() -> None:
    end = date(2026, 1, 31)
    by_order_date = complete_days(date(2026, 1, 1), end, date(2026, 1, 2), end)
    assert by_order_date == (date(2026, 1, 2), end)
    by_update = complete_days(date(2025, 6, 1), end, date(2026, 1, 20), end)
    assert by_update == (date(2026, 1, 20), end)


async def test_a_day_that_was_not_over_when_the_report_was_made_is_not_known(
    database: Database, tenant: Tenant
) -> None:
    made_at_seven = [
        order(1, "A", 1, day="2026-02-09", updated="2026-02-09"),
        order(2, "A", 1, day="2026-02-10", updated="2026-02-10").replace("T20:", "T15:"),
    ]
    await import_file(database, tenant, orders(*made_at_seven))
    (covered,) = await all_of(database, tenant, SalesCoverageRow)
    assert (covered.date_from, covered.date_to) == (date(2026, 2, 9), date(2026, 2, 9))


def test_an_update_in_the_last_hour_shows_that_the_day_is_over() -> None:
    us = get_marketplace("US")
    assert last_finished_day(us, datetime(2026, 2, 11, 6, 59, tzinfo=UTC)) == date(2026, 2, 9)
    assert last_finished_day(us, datetime(2026, 2, 11, 7, tzinfo=UTC)) == date(2026, 2, 10)


async def test_orders_of_a_day_that_is_not_known_replace_nothing_and_are_no_known_sales(
    database: Database, tenant: Tenant
) -> None:
    report = b"(Child) ASIN,SKU,Sessions,Units Ordered,Ordered Product Sales\nB0A,A,10,9,$90.00\n"
    await import_file(database, tenant, report, marketplace="US", date_from="2026-02-10", date_to="2026-02-10")
    by_update = [
        order(1, "A", 1, day="2026-02-10", updated="2026-03-05"),
        order(2, "A", 2, day="2026-02-11", updated="2026-03-05"),
        order(3, "A", 3, day="2026-03-05", updated="2026-03-06"),
    ]

    async def days() -> dict[date, tuple[int, str]]:
        return {row.sales_date: (row.units, row.source) for row in await all_of(database, tenant, DailySalesRow)}

    await import_file(database, tenant, orders(*by_update))
    assert await days() == {
        date(2026, 2, 10): (9, "business_report"),
        date(2026, 2, 11): (2, "partial_orders"),
        date(2026, 3, 5): (3, "orders"),
    }
    by_order_date = [order(1, "A", 1, updated="2026-03-05"), order(4, "A", 5)]
    await import_file(
        database, tenant, orders(*by_order_date), marketplace="US", date_from="2026-02-09", date_to="2026-02-11"
    )
    assert await days() == {
        date(2026, 2, 10): (6, "orders"),
        date(2026, 2, 11): (2, "orders"),
        date(2026, 3, 5): (3, "orders"),
    }


async def test_the_sender_may_say_which_days_the_orders_cover(database: Database, tenant: Tenant) -> None:
    await import_file(
        database, tenant, orders(order(1, "A", 1)), marketplace="US", date_from="2026-02-01", date_to="2026-02-28"
    )
    (covered,) = await all_of(database, tenant, SalesCoverageRow)
    assert (covered.date_from, covered.date_to) == (date(2026, 2, 1), date(2026, 2, 28))


async def test_revenue_of_a_listing_on_several_rows_of_a_report_is_known_when_all_of_it_is(
    database: Database, tenant: Tenant
) -> None:
    parts: list[dict[str, Any]] = [item(units, sku=sku) for sku, units in (("A", 9), ("A", 3), ("B", 2), ("B", 0))]
    for part in parts[1::2]:
        del part["salesByAsin"]["orderedProductSales"]
    report = json.dumps(document(salesAndTrafficByAsin=parts)).encode()
    outcome = await import_file(database, tenant, report)
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    days = sorted((row.units, row.revenue_amount) for row in await all_of(database, tenant, DailySalesRow))
    assert days == [(2, Decimal("20.2")), (12, None)]


# --- daily sales --------------------------------------------------------------------------------------------------


async def test_what_the_seller_states_is_believed_before_orders_and_orders_before_reports(
    database: Database, tenant: Tenant
) -> None:
    report = b"(Child) ASIN,SKU,Sessions,Units Ordered,Ordered Product Sales\nB0A,A,10,9,$90.00\n"
    facts: dict[str, Any] = {"marketplace": "US", "date_from": "2026-02-10", "date_to": "2026-02-10"}
    stated = b"marketplace,seller_sku,sales_date,units,in_stock\nUS,a,2026-02-10,4,no\n"

    async def day() -> tuple[int, str, bool | None]:
        (row,) = await all_of(database, tenant, DailySalesRow)
        return row.units, row.source, row.in_stock

    await import_file(database, tenant, report, **facts)
    assert await day() == (9, "business_report", None)
    await import_file(database, tenant, orders(order(1, "A", 2)))
    assert await day() == (2, "orders", None)
    await import_file(database, tenant, report + b"\n", **facts)
    assert await day() == (2, "orders", None)
    await import_file(database, tenant, stated)
    assert await day() == (4, "stated", False)
    await import_file(database, tenant, orders(order(2, "A", 5)))
    assert await day() == (4, "stated", False)


async def test_the_same_sales_in_another_file_change_nothing(database: Database, tenant: Tenant) -> None:
    header = b"marketplace,seller_sku,sales_date,units,revenue,currency\n"
    rows = b"".join(b"DE,SKU-%d,2026-01-%02d,%d,12.50,EUR\n" % (n % 7, n // 7 + 1, n) for n in range(140))
    assert (await import_file(database, tenant, header + rows)).counts == (140, 0, 0)
    assert (await import_file(database, tenant, header + rows + b"\n")).counts == (0, 140, 0)
    more = rows + b"DE,SKU-1,2026-02-01,3,1.00,EUR\n"
    assert (await import_file(database, tenant, header + more)).counts == (1, 140, 0)


async def test_bad_rows_of_sales_are_named_and_the_others_taken(database: Database, tenant: Tenant) -> None:
    content = (
        b"account,marketplace,seller_sku,sales_date,units\n"
        b",US,A,2026-02-10,4\n"
        b",US,A,2026-02-30,4\n"
        b",Atlantis,A,2026-02-11,4\n"
        b",US,A,2026-02-12,-4\n"
        b"nobody,US,B,2026-02-12,4\n"
        b",US,A,2026-02-13,5\n"
    )
    outcome = await import_file(database, tenant, content)
    assert outcome.operation.state == "succeeded"
    assert outcome.counts == (2, 0, 4)
    assert [line for line, _, _ in outcome.error_places] == [3, 4, 5, 6]
    assert outcome.error_places[3] == (6, "account", "unknown_account")


async def test_days_that_a_file_of_sales_leaves_out_stay_unknown_unless_it_says_otherwise(
    database: Database, tenant: Tenant
) -> None:
    content = b"marketplace,seller_sku,sales_date,units\nUS,A,2026-02-10,4\n"
    await import_file(database, tenant, content)
    assert await all_of(database, tenant, SalesCoverageRow) == []
    await import_file(database, tenant, content, marketplace="US", date_from="2026-02-01", date_to="2026-02-28")
    (covered,) = await all_of(database, tenant, SalesCoverageRow)
    assert covered.source == "stated"


# --- our own templates --------------------------------------------------------------------------------------------

MASTER = (
    "product_code,product_name,unit_cost,unit_cost_currency,carton_units,marketplace,seller_sku,units_per_listing,price"
)


async def test_the_product_master_says_what_an_assumed_product_is(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, fba(("A-2PACK", 6, 0, 0, 0, 0)), marketplace="US", as_of=AS_OF)
    master = f"{MASTER}\nKETTLE,Kettle,38.5,CNY,24,US,a-2pack,2,29.99\n".encode()
    outcome = await import_file(database, tenant, master)
    assert outcome.counts == (1, 0, 0), outcome.error_places
    products = {row.code: row for row in await all_of(database, tenant, ProductRow)}
    listing = (await by_sku(database, tenant))["A-2PACK"]
    assert (listing.product_id, listing.units_per_listing) == (products["KETTLE"].id, 2)
    assert not {"product_id", "units_per_listing", "price"} & set(listing.assumed_fields)
    assert "referral_rate" in listing.assumed_fields
    assert (products["KETTLE"].unit_cost_amount, products["KETTLE"].unit_cost_currency) == (Decimal("38.5"), "CNY")
    assert await pools_of(database, tenant, "A-2PACK") == {"amazon_sellable": 12}
    relinked = [row for row in await all_of(database, tenant, StockMovementRow) if row.kind == "relink"]
    assert [row.import_id for row in relinked] == [outcome.row.id]
    again = await import_file(database, tenant, master + b"\n")
    assert again.counts == (0, 1, 0)


async def test_empty_cells_leave_what_is_known(database: Database, tenant: Tenant) -> None:
    await import_file(database, tenant, f"{MASTER}\nKETTLE,Kettle,38.5,CNY,24,,,,\n".encode())
    await import_file(database, tenant, f"{MASTER}\nkettle,Big kettle,,,,,,,\n".encode())
    (product,) = await all_of(database, tenant, ProductRow)
    assert (product.name, product.carton_units, product.unit_cost_amount) == ("Big kettle", 24, Decimal("38.5"))
    assert product.version == 2


async def test_a_listing_on_its_way_keeps_its_product(database: Database, tenant: Tenant) -> None:
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id, products=("A",))
    shipment_id = await planned_shipment(database, made)
    async with database.session(tenant.id) as session:
        await session.execute(
            text(
                "INSERT INTO inventory.shipment_line (tenant_id, id, shipment_id, listing_id, product_id,"
                " units_per_listing, planned_units, received_units) VALUES (:t, :i, :s, :l, :p, 1, 5, 0)"
            ),
            {
                "t": tenant.id,
                "i": new_id(),
                "s": shipment_id,
                "l": made.listings["A"],
                "p": made.products["A"],
            },
        )
    outcome = await import_file(database, tenant, f"{MASTER}\nOTHER,Other,,,,US,A,1,\n".encode())
    assert outcome.error_places == [(2, "seller_sku", "listing-in-shipment")]
    assert (await by_sku(database, tenant))["A"].product_id == made.products["A"]


async def test_lanes_and_rates_are_replaced_by_their_newest_file(database: Database, tenant: Tenant) -> None:
    header = b"origin,marketplace,mode,cost_per_kg,currency,transit_days_p50,transit_days_p90\n"
    first = header + b"Ningbo,US,slow_sea,1.2,USD,45,\nNingbo,US,air,6,USD,10,15\nYantian,US,air,5,USD,9,\n"
    outcome = await import_file(database, tenant, first)
    assert outcome.counts == (2, 0, 1)
    assert outcome.error_places == [(4, "mode", "duplicate_key")]
    second = await import_file(
        database, tenant, header + b"Ningbo,US,slow_sea,1.3,USD,45,\nNingbo,US,air,6,USD,10,15\n"
    )
    assert second.counts == (1, 1, 0)
    lanes = {lane.mode: lane for lane in await all_of(database, tenant, LaneRow)}
    assert (lanes["slow_sea"].kg_cost_amount, lanes["slow_sea"].version) == (Decimal("1.3"), 2)
    assert lanes["slow_sea"].assumed_fields == ["transit_days_p10", "transit_days_p90"]
    assert lanes["air"].transit_days_p90 == 15
    header = b"rate_date,from_currency,to_currency,rate\n"
    rates = header + b"2026-01-02,USD,CNY,7.1\n2026-01-02,USD,CNY,7.2\n2026-01-03,USD,USD,1\n"
    outcome = await import_file(database, tenant, rates)
    assert (outcome.counts[0], [line for line, _, _ in outcome.error_places]) == (1, [3, 4])
    (rate,) = await all_of(database, tenant, ExchangeRateRow)
    assert rate.rate == Decimal("7.1")


async def home_of(database: Database, tenant: Tenant, product_id: UUID) -> tuple[int, int]:
    async with database.session(tenant.id) as session:
        row = (
            await session.execute(
                text(
                    "SELECT sum(b.on_hand), sum(b.allocated) FROM inventory.stock_balance AS b"
                    " JOIN inventory.stock_location AS place"
                    " ON place.tenant_id = b.tenant_id AND place.id = b.location_id"
                    " WHERE b.tenant_id = :t AND b.product_id = :p AND place.kind = 'domestic'"
                ),
                {"t": tenant.id, "p": product_id},
            )
        ).one()
    return int(row[0]), int(row[1])


async def counted(database: Database, tenant: Tenant, units: int, day: str) -> Any:
    content = f"warehouse,product_code,on_hand_units,as_of_date\nhome,KETTLE,{units},{day}\n".encode()
    return await import_file(database, tenant, content)


async def test_a_count_at_home_brings_the_ledger_to_it(database: Database, tenant: Tenant) -> None:
    made = await _seller(database, tenant)
    outcome = await counted(database, tenant, 300, "2026-02-01")
    assert outcome.counts == (1, 0, 0)
    assert await home_of(database, tenant, made.products["KETTLE"]) == (300, 0)
    (movement,) = await all_of(database, tenant, StockMovementRow)
    assert (movement.kind, movement.import_id) == ("domestic_snapshot", outcome.row.id)
    assert (await counted(database, tenant, 300, "2026-02-02")).counts == (0, 1, 0)
    assert (await counted(database, tenant, 250, "2026-02-03")).counts == (1, 0, 0)
    late = await counted(database, tenant, 10, "2026-02-02")
    assert late.counts == (0, 1, 0)
    assert await home_of(database, tenant, made.products["KETTLE"]) == (250, 0)


async def test_a_count_of_today_sent_again_does_not_bring_back_what_has_left_since(
    database: Database, tenant: Tenant
) -> None:
    made = await _seller(database, tenant)
    today = utc_now().date().isoformat()
    kettle = made.products["KETTLE"]
    await counted(database, tenant, 500, today)
    await leave_home(database, made, 100)
    other = f"warehouse,product_code,on_hand_units,as_of_date\nport,KETTLE,7,{today}\n".encode()
    await import_file(database, tenant, other)
    for units in (500, 400, 500):
        assert (await counted(database, tenant, units, today)).counts == (0, 1, 0)
        assert await home_of(database, tenant, kettle) == (407, 0)
    assert (await counted(database, tenant, 390, today)).counts == (1, 0, 0)
    assert await home_of(database, tenant, kettle) == (397, 0)


async def test_a_count_of_today_can_be_corrected_today(database: Database, tenant: Tenant) -> None:
    made = await _seller(database, tenant)
    today = utc_now().date().isoformat()
    for units in (500, 450, 480):
        assert (await counted(database, tenant, units, today)).counts == (1, 0, 0)
        assert await home_of(database, tenant, made.products["KETTLE"]) == (units, 0)


async def leave_home(database: Database, made: Seed, units: int) -> None:
    """Units that leave the warehouse now."""
    async with database.session(made.tenant_id) as session:
        home = Place(LocationKind.DOMESTIC, warehouse_id=made.warehouses["HOME"])
        locations = await open_locations(session, made.tenant_id, [home, ADJUSTMENT])
        legs = between(locations[home], locations[ADJUSTMENT], made.products["KETTLE"], units)
        now = utc_now()
        movement = Movement(kind=MovementKind.CORRECTION, occurred_at=now, legs=legs, created_by=made.tenant_id)
        await post_movement(session, made.tenant_id, movement, now)


async def test_a_count_below_what_is_promised_is_refused(database: Database, tenant: Tenant) -> None:
    made = await _seller(database, tenant)
    await counted(database, tenant, 300, "2026-02-01")
    shipment_id = await planned_shipment(database, made)
    async with database.session(tenant.id) as session:
        home = Place(LocationKind.DOMESTIC, warehouse_id=made.warehouses["HOME"])
        location_id = (await open_locations(session, tenant.id, [home]))[home]
        wanted = Allocation(location_id, made.products["KETTLE"], shipment_id, made.listings["KETTLE"], 200)
        await allocate_stock(session, tenant.id, [wanted], NOW)
    outcome = await counted(database, tenant, 150, "2026-02-03")
    assert outcome.error_places == [(2, "on_hand_units", "below_allocated")]
    assert await home_of(database, tenant, made.products["KETTLE"]) == (300, 200)


async def test_stock_of_a_product_that_nobody_knows_is_refused(database: Database, tenant: Tenant) -> None:
    outcome = await counted(database, tenant, 5, "2026-02-01")
    assert outcome.error_places == [(2, "product_code", "unknown_product")]


async def _seller(database: Database, tenant: Tenant) -> Seed:
    async with database.session(tenant.id) as session:
        return await seed(session, tenant.id)
