"""Measured figures of advertising over HTTP: by marketplace and product, from the newest pull, each once."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from deploy.roles import DatabaseUrls
from services.ads.actions.refresh_product_facts import refresh_product_facts
from services.ads.clients.inventory import FactsAnswer, ListingFacts
from services.ads.domain.scored import InventoryState
from shared.db.engine import Database
from shared.db.tenancy import set_tenant_statement
from shared.web.app import ServiceApp
from tests.ads.clients.test_inventory import Asked
from tests.ads.importing import import_file
from tests.inventory.api.test_metric_readings import Keeper, of, pull, told
from tests.support.http import client_of
from tests.support.tenants import Tenant

MONEY = "Impressions,Clicks,Spend,7 Day Total Sales ,7 Day Total Orders (#)"
CAMPAIGNS = f"Date,Currency,Campaign Name,{MONEY}"
PRODUCTS = f"Date,Currency,Campaign Name,Ad Group Name,Advertised SKU,Advertised ASIN,{MONEY}"
WEEKS = f"Start Date,End Date,Currency,Campaign Name,{MONEY}"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def figures(clicks: int, orders: int) -> str:
    return f"{clicks * 50},{clicks},{clicks * 0.5:.2f},{orders * 20}.00,{orders}"


def campaign(day: int, clicks: int, orders: int, name: str = "Kettle") -> str:
    return f'"Feb {day:02}, 2026",USD,{name},{figures(clicks, orders)}'


def product(day: int, clicks: int, orders: int, sku: str = "KETTLE", name: str = "Kettle") -> str:
    return f'"Feb {day:02}, 2026",USD,{name},Main,{sku},B0{sku},{figures(clicks, orders)}'


async def report(database: Database, tenant: Tenant, header: str, *rows: str, as_of: int = 5, **facts: Any) -> None:
    content = "\n".join([header, *rows, ""]).encode()
    moment = f"2026-02-{as_of:02}T06:00:00Z"
    done = await import_file(database, tenant, content, **{"marketplace": "US", "as_of": moment, **facts})
    assert done.errors == [], done.error_places
    assert done.operation.state == "succeeded", done.operation.problem


class Inventory:
    """Says which product each SKU is of, and nothing else."""

    def __init__(self, codes: dict[str, str | None]) -> None:
        self.codes = codes

    async def advertising_facts(self, *_: Any, **__: Any) -> FactsAnswer:
        unknown = dict.fromkeys(
            ("price", "product_cost", "fees", "inbound_freight", "trailing_daily_units", "lead_time_days")
        )
        sales = dict.fromkeys(("window_sales", "recent_sales", "earlier_sales"))
        return FactsAnswer(
            InventoryState.ANSWERED,
            [
                ListingFacts(
                    account="main",
                    marketplace="US",
                    seller_sku=sku,
                    asin=None,
                    currency="USD",
                    sellable_units=1,
                    arriving_units=0,
                    product_code=code,
                    **unknown,
                    **sales,
                )
                for sku, code in self.codes.items()
            ],
        )


async def ask(database: Database, tenant: Tenant, **codes: str | None) -> None:
    """What a scoring run asks of inventory."""
    await refresh_product_facts(database, tenant.id, Inventory(codes), Asked(), NOW)  # type: ignore[arg-type]


async def test_days_are_told_of_the_marketplace_and_of_products_whose_code_is_known(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await report(ads_database, tenant, CAMPAIGNS, campaign(1, 10, 1), campaign(1, 4, 2, "Pan"), campaign(2, 3, 0))
    await report(ads_database, tenant, PRODUCTS, product(1, 9, 1), product(1, 4, 2, "PAN", "Pan"))
    before, cursor = await pull(ads)
    assert told(before) == {
        "ad_clicks US 2026-02-01": ("14", None),
        "ad_orders US 2026-02-01": ("3", None),
        "ad_sales US 2026-02-01": ("60", "USD"),
        "ad_spend US 2026-02-01": ("7", "USD"),
        "ad_clicks US 2026-02-02": ("3", None),
        "ad_orders US 2026-02-02": ("0", None),
        "ad_sales US 2026-02-02": ("0", "USD"),
        "ad_spend US 2026-02-02": ("1.5", "USD"),
    }
    # Inventory says which product each is: two SKUs of one product are one reading, an assumed product is none.
    await ask(ads_database, tenant, KETTLE="K1", PAN="K1")
    keeper = Keeper(ads)
    await keeper.pull()
    again, cursor = await pull(ads, cursor)
    assert of(told(again), "ad_clicks", "K1") == {"ad_clicks US K1 2026-02-01": "13"}
    assert of(told(again), "ad_spend", "K1") == {"ad_spend US K1 2026-02-01": "6.5"}
    await ask(ads_database, tenant, KETTLE="K1", PAN="K1")
    assert (await pull(ads, cursor))[0] == []
    # One of them turns out to be of another product: nothing of it stays under the former code.
    await ask(ads_database, tenant, KETTLE="K2", PAN="K2")
    assert of(await keeper.pull(), "ad_clicks", "2026-02-01") == {
        "ad_clicks US 2026-02-01": "14",
        "ad_clicks US K2 2026-02-01": "13",
    }


async def test_the_newest_pull_of_a_day_counts_and_brings_it_again(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await report(ads_database, tenant, CAMPAIGNS, campaign(1, 10, 1), campaign(2, 8, 0))
    await report(ads_database, tenant, PRODUCTS, product(2, 5, 0), product(2, 3, 0, "PAN"))
    await ask(ads_database, tenant, KETTLE="K", PAN="P")
    _, cursor = await pull(ads)
    await report(ads_database, tenant, CAMPAIGNS, campaign(2, 9, 2), as_of=7)
    items, cursor = await pull(ads, cursor)
    assert of(told(items), "ad_orders", "US") == {
        "ad_orders US 2026-02-02": "2",
        "ad_orders US K 2026-02-02": "0",
        "ad_orders US P 2026-02-02": "0",
    }
    # What the newest pull does not name of a campaign's day any more is nothing.
    await report(ads_database, tenant, PRODUCTS, product(2, 7, 1), as_of=8)
    items, cursor = await pull(ads, cursor)
    assert of(told(items), "ad_clicks", "2026-02-02") == {
        "ad_clicks US 2026-02-02": "9",
        "ad_clicks US K 2026-02-02": "7",
        "ad_clicks US P 2026-02-02": "0",
    }
    # One that comes too late changes nothing.
    await report(ads_database, tenant, CAMPAIGNS, campaign(2, 1, 0), as_of=6)
    items, _ = await pull(ads, cursor)
    assert of(told(items), "ad_clicks")["ad_clicks US 2026-02-02"] == "9"


async def test_weeks_are_not_told_beside_days_nor_other_reports_beside_campaigns(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await report(ads_database, tenant, CAMPAIGNS, campaign(2, 8, 1))
    await report(ads_database, tenant, WEEKS, f'"Feb 02, 2026","Feb 08, 2026",USD,Kettle,{figures(50, 6)}', as_of=10)
    targeting = f"Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,{MONEY}"
    row = f'"Feb 02, 2026",USD,Kettle,Main,kettle,BROAD,{figures(8, 1)}'
    await report(ads_database, tenant, targeting, row)
    found = told((await pull(ads))[0])
    assert of(found, "ad_clicks") == {"ad_clicks US 2026-02-02": "8"}


async def test_small_pages_tell_what_one_page_tells(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await report(ads_database, tenant, CAMPAIGNS, *(campaign(day, day, 1) for day in range(1, 21)), as_of=25)
    await report(ads_database, tenant, PRODUCTS, *(product(day, day, 1) for day in range(1, 21)), as_of=25)
    await ask(ads_database, tenant, KETTLE="K")
    whole, _ = await pull(ads)
    assert sum(Decimal(value) for value in of(told(whole), "ad_clicks", "K").values()) == sum(range(1, 21))
    for limit in (1, 9):
        pages, _ = await pull(ads, limit=limit)
        assert len(pages) == len(whole)
        assert told(pages) == told(whole)


@pytest_asyncio.fixture
async def other_process(database_urls: DatabaseUrls) -> Any:
    """A connection of the service's own role."""
    connection = await asyncpg.connect(database_urls.ads)
    yield connection
    await connection.close()


async def test_an_import_that_began_earlier_and_commits_later_is_not_missed(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, other_process: Any
) -> None:
    await report(ads_database, tenant, CAMPAIGNS, campaign(1, 10, 1), campaign(2, 8, 0))
    _, cursor = await pull(ads)
    await other_process.execute(f"BEGIN; {set_tenant_statement(tenant.id)}")
    await other_process.execute(
        "UPDATE ads.performance SET clicks = 77 WHERE tenant_id = $1 AND date_from = $2", tenant.id, date(2026, 2, 1)
    )
    await other_process.execute(
        "INSERT INTO ads.reading_change (tenant_id, changed_in, marketplace, reading_date)"
        " VALUES ($1, pg_current_xact_id()::text::bigint, 'US', $2)",
        tenant.id,
        date(2026, 2, 1),
    )
    await report(ads_database, tenant, CAMPAIGNS, campaign(2, 9, 2), as_of=7)
    items, cursor = await pull(ads, cursor)
    assert of(told(items), "ad_clicks") == {"ad_clicks US 2026-02-02": "9"}
    await other_process.execute("COMMIT")
    items, _ = await pull(ads, cursor)
    assert of(told(items), "ad_clicks")["ad_clicks US 2026-02-01"] == "77"


async def test_another_company_sees_nothing_of_it(
    ads: httpx.AsyncClient, ads_app: ServiceApp, ads_database: Database, tenant: Tenant, make_tenant: Any
) -> None:
    await report(ads_database, tenant, CAMPAIGNS, campaign(1, 10, 1))
    assert (await pull(ads))[0]
    async with client_of(ads_app, await make_tenant()) as stranger:
        assert (await pull(stranger))[0] == []


@pytest.mark.parametrize("scope", ["inventory.read", "planning.read"])
async def test_other_scopes_do_not_reach_it(ads_app: ServiceApp, tenant: Tenant, scope: str) -> None:
    async with client_of(ads_app, key=await tenant.make_key([scope])) as client:
        assert (await client.get("/metric-readings")).status_code == 403
