"""The inventory service: a seller with stock, sales, a run with proposals, and shipments in several states."""

import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker, Use
from tests.support.seller import SMALL_SELLER_DAY, load_small_seller

SHIPMENTS = 45
UNDONE = 40
# Each request computes in a process of its own.
SLOW = ("get_stock_projection", "draw_stock_projection", "get_demand_forecast")
_MARKETS = ("GB", "FR", "IT", "ES", "NL", "SE", "PL", "BE", "CA", "MX", "BR", "JP", "AU", "SG", "AE", "SA", "IN")
_MODES = ("slow_sea", "fast_sea", "air")

PLACES = {
    ("create_shipment_transition", "shipment_id"): "planned_shipments",
    ("create_shipment_receipt", "shipment_id"): "departed_shipments",
    ("get_shipment_line", "shipment_id"): "lined_shipments",
    ("update_shipment_line", "shipment_id"): "lined_shipments",
}


async def fill(client: TradewindClient) -> dict[str, list[str]]:
    """What the demo seller has in one marketplace, a run with proposals, shipments in several states."""
    await load_small_seller(client)
    await client.wait_for(await client.start("/replenishment-runs", {"as_of_date": SMALL_SELLER_DAY.isoformat()}))
    warehouse = (await client.get("/warehouses"))["items"][0]["id"]
    products = [each["id"] async for each in client.list_all("/products")]
    lines = [{"product_id": product, "quantity": 5_000} for product in products]
    await client.post("/stock-movements", {"kind": "receipt", "warehouse_id": warehouse, "lines": lines})
    listings = [each async for each in client.list_all("/listings", marketplace="US")]
    planned, departed = [], []
    for number in range(SHIPMENTS):
        listing = listings[number % len(listings)]
        shipment = await client.post("/shipments", _shipment(listing["account_id"], warehouse, listing["id"], 5))
        planned.append(shipment["id"])
        if number % 3 == 0:
            departed.append(planned.pop())
            await client.send(
                "POST",
                f"/shipments/{shipment['id']}/transitions",
                headers={"If-Match": '"v1"', "Idempotency-Key": f"depart-{number}"},
                content=lambda: {"json": {"to": "departed"}},
            )
    # A line belongs to one shipment: one pair, so that whoever picks both picks what belongs together.
    lined = await client.post("/shipments", _shipment(listings[0]["account_id"], warehouse, listings[0]["id"], 5))
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
    account = listings[0]["account_id"]
    return known | {
        "path.listing_id": [listing["id"] for listing in listings if listing["account_id"] == account],
        "path.shipment_id": [*planned, *departed],
        "planned_shipments": planned,
        "departed_shipments": departed,
        "lined_shipments": [lined["id"]],
        "path.line_id": [lined["lines"][0]["id"]],
        "accounts": [account],
        "warehouses": [warehouse],
    }


async def leave_undone(client: TradewindClient) -> list[str]:
    """Imports that nobody carries out; their operations' ids."""
    operations = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(UNDONE):
            path = Path(folder) / f"lanes_{number}.csv"
            path.write_bytes(_lanes_file(number))
            operations.append((await client.import_file(path, wait=False))["operation_id"])
    return operations


def _lane(use: Use) -> dict[str, Any]:
    # Lanes cannot be deleted, and one phase alone could make all that can be.
    markets = _MARKETS[4:] if use.phase == "fuzzing" else _MARKETS[:4]
    return {
        "marketplace": markets[use.number % len(markets)],
        "mode": _MODES[use.number // len(markets) % len(_MODES)],
        "unit_cost": {"amount": "1.50", "currency": "USD"},
        "transit_days_p10": 7,
        "transit_days_p50": 10,
        "transit_days_p90": 15,
    }


def _lanes_file(number: int) -> bytes:
    """A small file that imports; another one for each number."""
    return f"marketplace,mode,cost_per_kg,currency,transit_days_p50\nJP,air,40,CNY,{20 + number % 300}\n".encode()


def _shipment(account: str, warehouse: str, listing: str, units: int) -> dict[str, Any]:
    return {
        "account_id": account,
        "marketplace": "US",
        "warehouse_id": warehouse,
        "mode": "slow_sea",
        "lines": [{"listing_id": listing, "units": units, "break_carton": True}],
    }


def _receipt(use: Use) -> dict[str, Any] | None:
    lines = use.resource.get("lines")
    return {"lines": [{"listing_id": lines[0]["listing_id"], "units": 1}]} if lines else None


BODIES: Mapping[str, Maker] = {
    "create_product": lambda use: {"code": f"contract-{use.number}", "name": "A product"},
    "create_warehouse": lambda use: {"code": f"contract-{use.number}", "name": "A warehouse"},
    "create_account": lambda use: {"code": f"contract-{use.number}", "name": "An account"},
    "create_listing": lambda use: {
        "account_id": use.known("path.account_id"),
        "marketplace": "US",
        "seller_sku": f"contract-{use.number}",
        "product_id": use.known("path.product_id"),
    },
    "update_listing": lambda use: {"title": f"Title {use.number}"},
    "create_lane": _lane,
    "update_lane": lambda use: {"transit_days_p90": 70 + use.number % 30},
    "create_exchange_rate": lambda use: {
        "base_currency": "USD",
        "quote_currency": "CNY",
        "rate_date": (date(2020, 1, 1) + timedelta(days=use.number)).isoformat(),
        "rate": "7.1",
    },
    "create_stock_movement": lambda use: {
        "kind": "receipt",
        "warehouse_id": use.known("warehouses"),
        "lines": [{"product_id": use.known("path.product_id"), "quantity": 1 + use.number % 9}],
    },
    "create_import": lambda use: {"file": _lanes_file(use.number)},
    "create_replenishment_run": lambda use: {"review_days": 7 + use.number % 7},
    "create_shipment": lambda use: _shipment(
        use.known("accounts"), use.known("warehouses"), use.known("path.listing_id"), 1
    ),
    "update_shipment": lambda use: {"note": f"Note {use.number}"},
    "create_shipment_transition": lambda use: {"to": "booked"},
    "create_shipment_receipt": _receipt,
    "update_shipment_line": lambda use: {"planned_units": 1 + use.number % 9, "break_carton": True},
    "create_product_batch": lambda use: {"items": [{"code": f"batch-{use.number}", "name": "A product"}]},
    "create_listing_batch": lambda use: {
        "items": [
            {
                "account_code": "halden-na",
                "marketplace": "US",
                "seller_sku": f"batch-{use.number}",
                "product_code": f"batch-{use.number}",
            }
        ]
    },
    # One pack each, so that the stock at home lasts for all that is approved.
    "approve_shipment_proposal": lambda use: {"quantity_units": 1, "break_carton": True, "reason": "One first."},
    "reject_shipment_proposal": lambda use: {"reason": "No."},
    "create_shipment_proposal_decisions": lambda use: {
        "decisions": [{"proposal_id": use.known("path.proposal_id"), "version": 1, "decision": "approve"}]
    },
}
