"""What ads asks of inventory, against the real application: whole answers, parts of one, silence, and what is kept."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
import stamina

from deploy.keys import revoke_key
from deploy.roles import DatabaseUrls
from services.ads.actions.refresh_product_facts import refresh_product_facts
from services.ads.clients.inventory import InventoryClient, ListingFacts
from services.ads.domain.scored import InventoryState
from shared.core.ids import new_id
from shared.db.api_keys import find_service_key
from shared.db.engine import Database
from shared.web.app import ServiceApp
from tests.ads.builders import an_advertised_account
from tests.inventory.builders import post
from tests.support.builders import run_as_owner
from tests.support.http import client_of, running_app
from tests.support.tenants import SERVICE_KEY_SECRET, Tenant

TODAY = date(2026, 3, 1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _without_pauses() -> Any:
    with stamina.set_testing(True, attempts=2, cap=True):
        yield


@pytest_asyncio.fixture(scope="module")
async def inventory_app(database_urls: DatabaseUrls) -> AsyncIterator[ServiceApp]:
    async with running_app("inventory", database_urls) as app:
        yield app


@pytest.fixture
def client(inventory_app: ServiceApp) -> InventoryClient:
    return InventoryClient("http://test/v1", SERVICE_KEY_SECRET, transport=httpx.ASGITransport(inventory_app))


@dataclass(frozen=True, slots=True)
class Asked:
    as_of_date: date = TODAY
    window_days: int = 60
    marketplaces: tuple[str, ...] | None = None


async def facts_of(client: InventoryClient, database: Database, tenant: Tenant) -> list[ListingFacts]:
    answer = await client.advertising_facts(database, tenant.id, as_of_date=TODAY, window_days=60)
    assert answer.state is InventoryState.ANSWERED, answer.message
    return list(answer.facts)


async def a_kettle(inventory_app: ServiceApp, tenant: Tenant, sku: str = "KETTLE", account: str = "main") -> str:
    """A pack of two whose money is stated in several currencies, with a lane, stock at Amazon and sales."""
    async with client_of(inventory_app, tenant) as http:
        known = (await http.get("/accounts")).json()["items"]
        of_code = {each["code"]: each["id"] for each in known}
        account_id = of_code.get(account) or await post(http, "/accounts", {"code": account, "name": "Main"})
        product = {
            "code": f"P-{sku}",
            "name": "Kettle",
            "unit_cost": {"amount": "30", "currency": "CNY"},
            "unit_weight_kg": "0.5",
        }
        product_id = await post(http, "/products", product)
        body = {
            "account_id": account_id,
            "product_id": product_id,
            "marketplace": "US",
            "seller_sku": sku,
            "units_per_listing": 2,
            "asin": "B000000001",
            "price": {"amount": "40", "currency": "USD"},
            "referral_rate": 0.15,
            "fba_fee": {"amount": "5", "currency": "USD"},
        }
        listing_id = await post(http, "/listings", body)
        if not (await http.get("/lanes")).json()["items"]:
            lane = {
                "marketplace": "US",
                "mode": "slow_sea",
                "kg_cost": {"amount": "12", "currency": "CNY"},
                "transit_days_p50": 35,
            }
            await post(http, "/lanes", lane)
            rate = {"rate_date": "2026-02-01", "base_currency": "EUR", "quote_currency": "CNY", "rate": "8"}
            await post(http, "/exchange-rates", rate)
            rate = {"rate_date": "2026-02-01", "base_currency": "EUR", "quote_currency": "USD", "rate": "1.25"}
            await post(http, "/exchange-rates", rate)
    await run_as_owner(
        tenant,
        "INSERT INTO inventory.daily_sales (tenant_id, listing_id, sales_date, units, revenue_amount,"
        " revenue_currency, source) SELECT $1, $2, day, 3, 120, 'USD', 'orders'"
        " FROM generate_series(date '2025-12-01', date '2026-03-05', interval '1 day') AS day",
        listing_id,
    )
    return listing_id


async def test_money_is_told_per_pack_in_the_marketplaces_currency(
    inventory_app: ServiceApp, client: InventoryClient, ads_database: Database, tenant: Tenant
) -> None:
    await a_kettle(inventory_app, tenant)
    [facts] = await facts_of(client, ads_database, tenant)
    assert (facts.account, facts.marketplace, facts.seller_sku, facts.currency) == ("main", "US", "KETTLE", "USD")
    # 30 CNY a unit, two units, over the euro: 1.25 / 8 USD for a yuan
    assert facts.product_cost == Decimal("9.375")
    assert (facts.price, facts.fees) == (Decimal(40), Decimal(11))
    # 12 CNY a kilogram, half a kilogram, two units
    assert facts.inbound_freight == Decimal("1.875")
    assert facts.lead_time_days == 35
    assert facts.product_code == "P-KETTLE"


async def test_sales_end_the_day_before(
    inventory_app: ServiceApp, client: InventoryClient, ads_database: Database, tenant: Tenant
) -> None:
    await a_kettle(inventory_app, tenant)
    [facts] = await facts_of(client, ads_database, tenant)
    assert facts.trailing_daily_units == Decimal(3)
    assert facts.window_sales == Decimal(120 * 60)
    assert facts.recent_sales == facts.earlier_sales == Decimal(120 * 28)


async def test_what_nobody_has_stated_is_not_made_up(
    inventory_app: ServiceApp, client: InventoryClient, ads_database: Database, tenant: Tenant
) -> None:
    async with client_of(inventory_app, tenant) as http:
        account_id = await post(http, "/accounts", {"code": "main", "name": "Main"})
        product_id = await post(http, "/products", {"code": "P", "name": "Kettle"})
        body = {"account_id": account_id, "product_id": product_id, "marketplace": "DE", "seller_sku": "K"}
        await post(http, "/listings", body)
    [facts] = await facts_of(client, ads_database, tenant)
    unknown = (facts.price, facts.product_cost, facts.fees, facts.inbound_freight, facts.lead_time_days)
    assert unknown == (None,) * 5
    assert (facts.trailing_daily_units, facts.window_sales, facts.sellable_units) == (None, None, 0)


async def test_an_answer_is_kept_beside_own_figures(
    inventory_app: ServiceApp, client: InventoryClient, ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    made = await an_advertised_account(ads, tenant)
    account = (await ads.get(f"/ad-accounts/{made['ad_account_id']}")).json()
    await a_kettle(inventory_app, tenant, account=account["code"].upper())
    answer = await refresh_product_facts(ads_database, tenant.id, client, Asked(), NOW)
    assert (answer.state, answer.message) == (InventoryState.ANSWERED, None)
    product = (await ads.get(f"/advertised-products/{made['product_id']}")).json()
    assert product["price"] == {"amount": "30", "currency": "USD"}
    assert product["inventory"]["price"] == {"amount": "40", "currency": "USD"}
    assert product["inventory"]["product_cost"]["amount"] == "9.375"
    assert product["version"] == 1
    # own price 30; cost, fees and freight of inventory
    assert product["break_even_acos"] == pytest.approx((30 - 9.375 - 11 - 1.875) / 30)
    assert product["break_even_source"] == "own"
    [market] = answer.all_sales
    assert answer.all_sales[market] == (3360.0, 3360.0)
    assert list(answer.product_sales.values()) == [7200.0]
    assert answer.asked_at == NOW
    # A listing that is not advertised sells in the same market.
    await a_kettle(inventory_app, tenant, sku="TEAPOT", account=account["code"].upper())
    answer = await refresh_product_facts(ads_database, tenant.id, client, Asked(), NOW)
    assert answer.market_sales == {market: 14_400.0}


async def test_a_product_that_inventory_no_longer_names_is_unknown_to_it(
    client: InventoryClient, ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    made = await an_advertised_account(ads, tenant)
    await run_as_owner(
        tenant, "UPDATE ads.advertised_product SET inventory_said_at = '2026-01-01' WHERE tenant_id = $1"
    )
    answer = await refresh_product_facts(ads_database, tenant.id, client, Asked(), NOW)
    assert answer.message == "Inventory knows 0 of 1 advertised products."
    product = (await ads.get(f"/advertised-products/{made['product_id']}")).json()
    assert product["inventory"] is None
    assert (product["break_even_source"], product["target_acos_source"]) == ("unknown", "unknown")


async def test_silence_changes_nothing(ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant) -> None:
    made = await an_advertised_account(ads, tenant)
    before = (await ads.get(f"/advertised-products/{made['product_id']}")).json()

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    silent = InventoryClient("http://test/v1", SERVICE_KEY_SECRET, transport=httpx.MockTransport(refuse))
    answer = await refresh_product_facts(ads_database, tenant.id, silent, Asked(), NOW)
    assert answer.state is InventoryState.SILENT
    assert answer.message == "Inventory did not answer: it cannot be reached"
    assert (await ads.get(f"/advertised-products/{made['product_id']}")).json() == before


async def test_half_an_answer_is_told_as_such(
    inventory_app: ServiceApp, ads_database: Database, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.ads.clients.inventory.PAGE", 1)
    for number in range(3):
        await a_kettle(inventory_app, tenant, sku=f"KETTLE-{number}")
    real = httpx.ASGITransport(inventory_app)

    class Failing(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if "cursor" in request.url.params:
                raise httpx.ReadError("reset", request=request)
            return await real.handle_async_request(request)

    half = InventoryClient("http://test/v1", SERVICE_KEY_SECRET, transport=Failing())
    answer = await half.advertising_facts(ads_database, tenant.id, as_of_date=TODAY, window_days=60)
    assert (answer.state, len(answer.facts)) == (InventoryState.PARTLY, 1)


async def test_pages_make_one_answer(
    inventory_app: ServiceApp,
    client: InventoryClient,
    ads_database: Database,
    tenant: Tenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("services.ads.clients.inventory.PAGE", 1)
    for number in range(3):
        await a_kettle(inventory_app, tenant, sku=f"KETTLE-{number}")
    assert len(await facts_of(client, ads_database, tenant)) == 3


async def test_without_a_secret_or_with_another_one_nobody_is_asked(ads_database: Database, tenant: Tenant) -> None:
    for secret in (None, "another secret: 0123456789abcdefghijklm"):
        client = InventoryClient("http://nowhere/v1", secret)
        answer = await client.advertising_facts(ads_database, tenant.id, as_of_date=TODAY, window_days=60)
        assert answer.state is InventoryState.SILENT


async def test_a_revoked_key_is_used_no_more(
    client: InventoryClient, ads_database: Database, tenant: Tenant, owner: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    async with ads_database.session(tenant.id) as session:
        key = await find_service_key(session, tenant.id, "ads", SERVICE_KEY_SECRET)
    assert key is not None
    await revoke_key(owner, key.key_id, NOW)
    answer = await client.advertising_facts(ads_database, tenant.id, as_of_date=TODAY, window_days=60)
    assert answer.state is InventoryState.SILENT


async def test_the_service_key_reads_inventory_and_nothing_else(
    inventory_app: ServiceApp, ads_app: ServiceApp, ads_database: Database, tenant: Tenant
) -> None:
    async with ads_database.session(tenant.id) as session:
        key = await find_service_key(session, tenant.id, "ads", SERVICE_KEY_SECRET)
    assert key is not None
    async with client_of(inventory_app, key=key.text) as http:
        assert (await http.get("/listings")).status_code == 200
        assert (await http.post("/products", json={"code": str(new_id()), "name": "X"})).status_code == 403
    async with client_of(ads_app, key=key.text) as http:
        assert (await http.get("/campaigns")).status_code == 403
