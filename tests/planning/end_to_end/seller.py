"""A seller of a lamp and a mug in America whose lamp was sold out for ten days of August 2025, told by its files."""

from collections.abc import Iterator
from datetime import date, timedelta

import httpx

from shared.db.engine import Database
from tests.ads.api.test_metric_readings import CAMPAIGNS
from tests.ads.importing import import_file as import_ads
from tests.inventory.api.test_metric_readings import BY_DATE, sell
from tests.inventory.builders import post
from tests.inventory.importing import import_file
from tests.support.tenants import Tenant

FIRST, LAST = date(2025, 7, 1), date(2025, 9, 30)
SOLD_OUT = tuple(date(2025, 8, day) for day in range(8, 18))
LAMPS, MUGS = 40, 20  # a day
LAMP_PRICE, MUG_PRICE = 30, 20
VISITS, VISITS_WITHOUT_LAMP = 600, 400  # a day
AD_SPEND = 50  # a day
DAILY_UNITS = LAMPS + MUGS
DAILY_REVENUE = LAMPS * LAMP_PRICE + MUGS * MUG_PRICE


def days() -> Iterator[date]:
    """Every day of the quarter."""
    day = FIRST
    while day <= LAST:
        yield day
        day += timedelta(days=1)


async def open_shop(inventory: httpx.AsyncClient) -> None:
    """An account with the two products and their offers."""
    account = await post(inventory, "/accounts", {"code": "one", "name": "One"})
    for product in ("LAMP", "MUG"):
        product_id = await post(inventory, "/products", {"code": product, "name": product.title()})
        listing = {"account_id": account, "marketplace": "US", "seller_sku": product, "product_id": product_id}
        await post(inventory, "/listings", listing)


async def import_quarter(inventory: Database, ads: Database, tenant: Tenant) -> None:
    """What was sold and visited, and what ads cost, day by day."""
    rows, visits, campaigns = [], [], []
    for day in days():
        lamps = 0 if day in SOLD_OUT else LAMPS
        rows.append(_sold("LAMP", day, lamps, LAMP_PRICE))
        rows.append(_sold("MUG", day, MUGS, MUG_PRICE))
        seen = VISITS if lamps else VISITS_WITHOUT_LAMP
        units, revenue = lamps + MUGS, lamps * LAMP_PRICE + MUGS * MUG_PRICE
        visits.append(f"{day:%m/%d/%Y},${revenue}.00,{units},{units},{2 * seen},{seen}")
        campaigns.append(f'"{day:%b %d, %Y}",USD,Lamp,5000,100,{AD_SPEND}.00,200.00,10')
    await sell(inventory, tenant, *rows)
    report = "\n".join([BY_DATE, *visits, ""]).encode()
    done = await import_file(inventory, tenant, report, account="one", marketplace="US")
    assert done.errors == [], done.error_places
    report = "\n".join([CAMPAIGNS, *campaigns, ""]).encode()
    told = await import_ads(ads, tenant, report, marketplace="US", as_of="2025-10-12T06:00:00Z")
    assert told.errors == [], told.error_places


def _sold(sku: str, day: date, units: int, price: int) -> str:
    return f"one,US,{sku},{day},{units},{units},{units * price}.00,USD,{'yes' if units else 'no'}"
