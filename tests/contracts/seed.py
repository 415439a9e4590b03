"""Makes data of one tenant through the public API, so that contract tests meet more than empty lists."""

import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from shared.client.tradewind import TradewindClient
from tests.support.seller import SMALL_SELLER_DAY, load_small_seller

Known = Mapping[str, Sequence[str]]
SHIPMENTS = 45
UNDONE = 40
LANES = "marketplace,mode,cost_per_kg,currency,transit_days_p50\nJP,air,40,CNY,{days}\n"
ETAGS = ('"v1"', '"v2"')


async def seed(service: str, url: str, key: str) -> Known:
    """Fill the service, and say which values exist: `path.listing_id` → ids, for example."""
    async with TradewindClient(url, key) as client:
        return {"header.If-Match": ETAGS, **await _SEEDS[service](client)}


async def _seed_planning(client: TradewindClient) -> dict[str, list[str]]:
    """A company with many teams: tests delete some of them."""
    company = await client.post("/organisation-units", _unit("acme", "company"))
    for number in range(200):
        await client.post("/organisation-units", _unit(f"module-{number}", "module") | {"parent_id": company["id"]})
    return {"path.unit_id": [unit["id"] async for unit in client.list_all("/organisation-units")]}


def _unit(code: str, level: str) -> dict[str, str]:
    return {"code": code, "name": code.title(), "level": level, "active_from_date": "2026-01-01"}


async def _seed_ads(client: TradewindClient) -> dict[str, list[str]]:
    """Benchmarks of many categories."""
    for number in range(200):
        await client.post(
            "/advertising-benchmarks",
            {
                "marketplace": "US",
                "category": f"category {number}",
                "conversion_rate_low": 0.05,
                "conversion_rate_high": 0.12,
                "cost_per_click": {"amount": "0.85", "currency": "USD"},
                "source": "own campaigns",
                "observed_date": "2026-06-30",
                "valid_from_date": "2026-07-01",
            },
        )
    own = [each["id"] async for each in client.list_all("/advertising-benchmarks") if each["origin"] == "own"]
    return {"path.benchmark_id": own}


async def _seed_inventory(client: TradewindClient) -> dict[str, list[str]]:
    """What the demo seller has in one marketplace, a run with proposals, shipments in several states."""
    await load_small_seller(client)
    await client.wait_for(await client.start("/replenishment-runs", {"as_of_date": SMALL_SELLER_DAY.isoformat()}))
    account = (await client.get("/accounts"))["items"][0]["id"]
    warehouse = (await client.get("/warehouses"))["items"][0]["id"]
    products = [each["id"] async for each in client.list_all("/products")]
    lines = [{"product_id": product, "quantity": 5_000} for product in products]
    await client.post("/stock-movements", {"kind": "receipt", "warehouse_id": warehouse, "lines": lines})
    listings = [each async for each in client.list_all("/listings", marketplace="US")]
    planned, departed = [], []
    for number in range(SHIPMENTS):
        listing = listings[number % len(listings)]
        shipment = await client.post(
            "/shipments",
            {
                "account_id": listing["account_id"],
                "marketplace": "US",
                "warehouse_id": warehouse,
                "mode": "slow_sea",
                "lines": [{"listing_id": listing["id"], "units": 5, "break_carton": True}],
            },
        )
        planned.append(shipment["id"])
        if number % 3 == 0:
            departed.append(planned.pop())
            await client.send(
                "POST",
                f"/shipments/{shipment['id']}/transitions",
                headers={"If-Match": '"v1"', "Idempotency-Key": f"depart-{number}"},
                content=lambda: {"json": {"to": "departed"}},
            )
    places = {
        "path.account_id": "/accounts",
        "path.warehouse_id": "/warehouses",
        "path.product_id": "/products",
        "path.lane_id": "/lanes",
        "path.rate_id": "/exchange-rates",
        "path.movement_id": "/stock-movements",
        "path.import_id": "/imports",
        "path.run_id": "/replenishment-runs",
        "path.proposal_id": "/shipment-proposals",
    }
    known = {place: [each["id"] async for each in client.list_all(path)] for place, path in places.items()}
    us_listings = [listing["id"] for listing in listings if listing["account_id"] == listings[0]["account_id"]]
    return known | {
        "path.listing_id": us_listings,
        "path.shipment_id": [*planned, *departed],
        "planned_shipments": planned,
        "departed_shipments": departed,
        "accounts": [listings[0]["account_id"] if listings else account],
        "warehouses": [warehouse],
    }


async def leave_work_undone(service: str, url: str, key: str) -> list[str]:
    """Operations that nobody carries out while no worker runs, to be watched and cancelled; their ids."""
    if service != "inventory":
        return []
    operations = []
    async with TradewindClient(url, key) as client:
        with tempfile.TemporaryDirectory() as folder:
            for number in range(UNDONE):
                path = Path(folder) / f"lanes_{number}.csv"
                path.write_text(LANES.format(days=20 + number))
                operations.append((await client.import_file(path, wait=False))["operation_id"])
    return operations


_SEEDS: Mapping[str, Callable[[TradewindClient], Awaitable[dict[str, list[str]]]]] = {
    "planning": _seed_planning,
    "ads": _seed_ads,
    "inventory": _seed_inventory,
}
