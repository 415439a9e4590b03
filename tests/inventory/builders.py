"""Makes the objects of inventory that the tests generated from the OpenAPI document need."""

from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.core.ids import new_id
from shared.db.engine import Database
from tests.inventory.proposals import propose
from tests.inventory.seed import Seed
from tests.support.builders import builds, fills, made, run_as_owner
from tests.support.tenants import Tenant


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> str:
    """The id of what a POST made, sent with a key of its own."""
    return made(await client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())}))


@builds("inventory", "account_id")
async def an_account(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An account whose code no other test uses."""
    return {"account_id": await post(client, "/accounts", {"code": f"account-{uuid4()}", "name": "An account"})}


@builds("inventory", "warehouse_id")
async def a_warehouse(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A warehouse whose code no other test uses."""
    body = {"code": f"warehouse-{uuid4()}", "name": "A warehouse", "country_code": "CN"}
    return {"warehouse_id": await post(client, "/warehouses", body)}


@builds("inventory", "product_id")
async def a_product(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A product of which everything is stated."""
    body = {
        "code": f"PRODUCT-{uuid4()}",
        "name": "A product",
        "unit_cost": {"amount": "38.5", "currency": "CNY"},
        "carton_units": 24,
        "moq_units": 480,
        "unit_weight_kg": "0.85",
        "unit_volume_cm3": "3200",
        "production_days": 30,
    }
    return {"product_id": await post(client, "/products", body)}


@builds("inventory", "listing_id")
async def a_listing(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A listing of a product of its own, in the United States."""
    body = {
        **await an_account(client, tenant),
        **await a_product(client, tenant),
        "marketplace": "US",
        "seller_sku": f"SKU-{uuid4()}",
        "units_per_listing": 1,
        "asin": "B000000001",
        "price": {"amount": "29.99", "currency": "USD"},
        "referral_rate": 0.15,
    }
    return {"listing_id": await post(client, "/listings", body)}


@builds("inventory", "lane_id")
async def a_lane(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The lane of the first marketplace that has none yet."""
    known = (await client.get("/lanes", params={"mode": "air", "limit": 1000})).json()["items"]
    taken = {lane["marketplace"] for lane in known}
    free = next(
        code for code in ("US", "CA", "MX", "GB", "DE", "FR", "IT", "ES", "NL", "SE", "PL") if code not in taken
    )
    body = {
        "marketplace": free,
        "mode": "air",
        "origin": "Ningbo",
        "kg_cost": {"amount": "6.5", "currency": "USD"},
        "transit_days_p50": 10,
    }
    return {"lane_id": await post(client, "/lanes", body)}


@builds("inventory", "rate_id")
async def an_exchange_rate(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The rate of a day that has none yet."""
    known = (await client.get("/exchange-rates", params={"limit": 1000})).json()["items"]
    body = {
        "rate_date": f"2026-{len(known) // 28 % 12 + 1:02}-{len(known) % 28 + 1:02}",
        "base_currency": "USD",
        "quote_currency": "CNY",
        "rate": "7.1042",
    }
    return {"rate_id": await post(client, "/exchange-rates", body)}


@fills("inventory", "/stock-movements/{movement_id}/legs")
@builds("inventory", "movement_id")
async def a_stock_movement(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A receipt of 240 units from a supplier."""
    product = await a_product(client, tenant)
    body = {
        **await a_warehouse(client, tenant),
        "kind": "receipt",
        "lines": [{**product, "quantity": 240}],
        "note": "First delivery",
    }
    return {"movement_id": await post(client, "/stock-movements", body)}


@fills("inventory", "/stock-movements")
@fills("inventory", "/domestic-stock")
async def some_stock_at_home(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """240 units in a warehouse."""
    await a_stock_movement(client, tenant)
    return {}


@fills("inventory", "/stock-positions")
@fills("inventory", "/advertising-facts")
async def a_position(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A listing, which has a position even where nothing is in stock."""
    await a_listing(client, tenant)
    return {}


@fills("inventory", "/daily-sales")
async def a_day_of_sales(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A day with revenue and one without."""
    listing_id = (await a_listing(client, tenant))["listing_id"]
    await run_as_owner(
        tenant,
        "INSERT INTO inventory.daily_sales (tenant_id, listing_id, sales_date, units, orders, revenue_amount,"
        " revenue_currency, in_stock, source)"
        " VALUES ($1, $2, '2026-02-01', 3, 2, 59.98, 'USD', true, 'orders'),"
        " ($1, $2, '2026-02-02', 0, NULL, NULL, NULL, NULL, 'stated')",
        listing_id,
    )
    return {}


@fills("inventory", "/sales-coverage")
async def a_covered_month(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A month whose sales are known."""
    account_id = (await an_account(client, tenant))["account_id"]
    await run_as_owner(
        tenant,
        "INSERT INTO inventory.sales_coverage (tenant_id, id, account_id, marketplace, date_from, date_to, source)"
        " VALUES ($1, $2, $3, 'US', '2026-02-01', '2026-02-28', 'orders')",
        new_id(),
        account_id,
    )
    return {}


@fills("inventory", "/stock-days")
async def a_day_of_stock(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A day that ended with 12 packs."""
    listing_id = (await a_listing(client, tenant))["listing_id"]
    await run_as_owner(
        tenant,
        "INSERT INTO inventory.stock_day (tenant_id, listing_id, stock_date, sellable_units, in_stock, source)"
        " VALUES ($1, $2, '2026-02-01', 12, true, 'snapshot')",
        listing_id,
    )
    return {}


@fills("inventory", "/restock-advice")
async def an_advice(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An advice to send 40 packs."""
    listing_id = (await a_listing(client, tenant))["listing_id"]
    await run_as_owner(
        tenant,
        "INSERT INTO inventory.restock_advice (tenant_id, listing_id, report_date, recommended_units, alert,"
        " days_of_supply, days_of_supply_capped, price_amount, price_currency)"
        " VALUES ($1, $2, '2026-02-01', 40, 'low_stock', 9, false, 29.99, 'USD')",
        listing_id,
    )
    return {}


@fills("inventory", "/shipment-proposals/{proposal_id}/events")
async def a_decided_proposal(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A proposal that was rejected."""
    values = await a_proposal(client, tenant)
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"v1"'}
    path = f"/shipment-proposals/{values['proposal_id']}/rejection"
    assert (await client.post(path, json={"reason": "Too early"}, headers=headers)).status_code == 200
    return values


@builds("inventory", "proposal_id")
async def a_proposal(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """An open proposal of 24 packs, left by a run."""
    listing_id = (await a_listing(client, tenant))["listing_id"]
    listing = (await client.get(f"/listings/{listing_id}")).json()
    known = Seed(
        tenant.id,
        UUID(listing["account_id"]),
        listings={"X": UUID(listing_id)},
        products={"X": UUID(listing["product_id"])},
    )
    database = Database(tenant.owner_url)
    async with database.session(tenant.id) as session:
        proposal_id = await propose(session, known, "X", 24)
    await database.close()
    return {"proposal_id": str(proposal_id)}


@fills("inventory", "/replenishment-runs/{run_id}/outcomes")
@builds("inventory", "run_id")
async def a_run(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A complete run with one proposal and one outcome."""
    proposal_id = (await a_proposal(client, tenant))["proposal_id"]
    proposal = (await client.get(f"/shipment-proposals/{proposal_id}")).json()
    await run_as_owner(
        tenant,
        "INSERT INTO inventory.replenishment_outcome (tenant_id, run_id, listing_id, code, daily_demand,"
        " sellable_units, coming_units, proposed_units, cover_days, stock_out_probability, stock_out_p10_date,"
        " reasons, assumptions) VALUES ($1, $2, $3, 'proposed', 1.5, 3, 0, 24, 2, 0.7, '2026-03-10', '[]', '[]')",
        proposal["run_id"],
        proposal["listing_id"],
    )
    return {"run_id": proposal["run_id"]}


@fills("inventory", "/shipments/{shipment_id}/lines")
@fills("inventory", "/shipments/{shipment_id}/events")
@builds("inventory", "shipment_id")
async def a_shipment(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A planned shipment of 48 packs."""
    return {"shipment_id": (await _shipment(client, tenant))["id"]}


@builds("inventory", "line_id")
async def a_shipment_line(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """The line of a planned shipment."""
    shipment = await _shipment(client, tenant)
    return {"shipment_id": shipment["id"], "line_id": shipment["lines"][0]["id"]}


@fills("inventory", "/shipments/{shipment_id}/receipts")
@fills("inventory", "/shipments/{shipment_id}/discrepancies")
async def a_received_shipment(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, str]:
    """A shipment of which 45 of 48 packs were received."""
    shipment = await _shipment(client, tenant)
    path = f"/shipments/{shipment['id']}"
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"v1"'}
    departed = {"to": "departed", "occurred_date": "2026-01-05"}
    assert (await client.post(f"{path}/transitions", json=departed, headers=headers)).status_code == 200
    lines = [{"listing_id": shipment["lines"][0]["listing_id"], "units": 45}]
    await post(client, f"{path}/receipts", {"received_date": "2026-02-20", "lines": lines})
    return {"shipment_id": shipment["id"]}


async def _shipment(client: httpx.AsyncClient, tenant: Tenant) -> dict[str, Any]:
    listing = (await client.get(f"/listings/{(await a_listing(client, tenant))['listing_id']}")).json()
    warehouse = await a_warehouse(client, tenant)
    receipt = {**warehouse, "kind": "receipt", "lines": [{"product_id": listing["product_id"], "quantity": 480}]}
    await post(client, "/stock-movements", receipt)
    body = {
        **warehouse,
        "account_id": listing["account_id"],
        "marketplace": "US",
        "mode": "slow_sea",
        "lines": [{"listing_id": listing["id"], "units": 48}],
    }
    answer = await client.post("/shipments", json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
