"""What a listing sells a day, as advertising is told it over HTTP."""

from datetime import date

import httpx

from tests.inventory.builders import a_listing
from tests.support.builders import run_as_owner
from tests.support.tenants import Tenant

_SELL = (
    "INSERT INTO inventory.daily_sales (tenant_id, listing_id, sales_date, units, source)"
    " SELECT $1, $2, day, $5, $6 FROM generate_series($3::date, $4::date, interval '1 day') AS day"
)
_COVER = (
    "INSERT INTO inventory.sales_coverage"
    " (tenant_id, id, account_id, marketplace, listing_id, date_from, date_to, source)"
    " SELECT $1, gen_random_uuid(), account_id, marketplace, CASE WHEN $5 THEN id END, $3, $4, 'orders'"
    " FROM inventory.listing WHERE tenant_id = $1 AND id = $2"
)


async def sold(
    tenant: Tenant, listing_id: str, first: date, last: date, units: int = 10, source: str = "orders"
) -> None:
    """So many packs on each of the days."""
    await run_as_owner(tenant, _SELL, listing_id, first, last, units, source)


async def covered(tenant: Tenant, listing_id: str, first: date, last: date, *, alone: bool = False) -> None:
    """All sales of the days are known: of its account in the marketplace, or of the listing alone."""
    await run_as_owner(tenant, _COVER, listing_id, first, last, alone)


async def daily_units(client: httpx.AsyncClient, as_of_date: str = "2026-02-28") -> str | None:
    answer = await client.get("/advertising-facts", params={"as_of_date": as_of_date})
    assert answer.status_code == 200, answer.text
    [item] = answer.json()["items"]
    told: str | None = item["trailing_daily_units"]
    return told


async def test_days_of_which_nobody_knows_are_not_days_without_sales(
    inventory: httpx.AsyncClient, tenant: Tenant
) -> None:
    listing_id = (await a_listing(inventory, tenant))["listing_id"]
    await sold(tenant, listing_id, date(2026, 1, 1), date(2026, 2, 5))
    # Eight, seven and six of the thirty days before are known.
    told = [await daily_units(inventory, day) for day in ("2026-02-28", "2026-03-01", "2026-03-02")]
    assert told == ["10", "10", None]
    await sold(tenant, listing_id, date(2026, 2, 6), date(2026, 2, 27), 1, "partial_orders")
    assert await daily_units(inventory) == "10"


async def test_covered_days_without_sales_count_once(inventory: httpx.AsyncClient, tenant: Tenant) -> None:
    listing_id = (await a_listing(inventory, tenant))["listing_id"]
    await sold(tenant, listing_id, date(2026, 1, 1), date(2026, 2, 5))
    await covered(tenant, listing_id, date(2026, 2, 4), date(2026, 2, 10))
    await covered(tenant, listing_id, date(2026, 2, 9), date(2026, 2, 12))
    # 80 packs of eight days; seven more are known.
    assert await daily_units(inventory) == "5.3333"
    await covered(tenant, listing_id, date(2026, 2, 16), date(2026, 2, 16), alone=True)
    assert await daily_units(inventory) == "5"
    await covered(tenant, listing_id, date(2025, 1, 1), date(2026, 12, 31))
    assert await daily_units(inventory) == "2.6667"


async def test_of_a_young_listing_all_days_have_to_be_known(inventory: httpx.AsyncClient, tenant: Tenant) -> None:
    listing_id = (await a_listing(inventory, tenant))["listing_id"]
    await covered(tenant, listing_id, date(2025, 1, 1), date(2026, 2, 26))
    assert await daily_units(inventory) is None
    await sold(tenant, listing_id, date(2026, 2, 25), date(2026, 2, 25))
    # Of the day before the day nobody knows.
    assert await daily_units(inventory) is None
    assert await daily_units(inventory, "2026-02-27") == "5"
    await sold(tenant, listing_id, date(2026, 2, 27), date(2026, 2, 27), 20)
    assert await daily_units(inventory) == "10"


async def test_a_price_of_nothing_is_no_price(inventory: httpx.AsyncClient, tenant: Tenant) -> None:
    await a_listing(inventory, tenant)
    state = "UPDATE inventory.listing SET price_amount = $2, price_currency = 'USD' WHERE tenant_id = $1"
    prices = []
    for amount in (25, 0):
        await run_as_owner(tenant, state, amount)
        [item] = (await inventory.get("/advertising-facts", params={"as_of_date": "2026-02-28"})).json()["items"]
        prices.append(item["price"])
    assert prices == [{"amount": "25", "currency": "USD"}, None]
