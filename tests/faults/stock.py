"""Products and warehouses to write stock about, and random movements of them."""

import random
from dataclasses import dataclass
from typing import Any

from shared.client.tradewind import TradewindClient

_MOST_UNITS = 6


@dataclass(frozen=True, slots=True)
class Pool:
    """Ids of what was made."""

    products: tuple[str, ...]
    warehouses: tuple[str, ...]


async def open_pool(
    url: str, key: str, products: int, warehouses: tuple[str, ...], units: int, *, prefix: str = "F"
) -> Pool:
    """Make products and warehouses over HTTP, with the same units of every product in every warehouse."""
    async with TradewindClient(url, key) as client:
        made_products = [
            (await client.post("/products", {"code": f"{prefix}-{number}", "name": f"Product {number}"}))["id"]
            for number in range(products)
        ]
        made_warehouses = [
            (await client.post("/warehouses", {"code": f"{prefix}-{name}", "name": name}))["id"] for name in warehouses
        ]
        for warehouse in made_warehouses if units else ():
            lines = [{"product_id": product, "quantity": units} for product in made_products]
            await client.post("/stock-movements", {"kind": "receipt", "warehouse_id": warehouse, "lines": lines})
    return Pool(tuple(made_products), tuple(made_warehouses))


def movement(pool: Pool, rng: random.Random, name: str) -> dict[str, Any]:
    """A receipt, a transfer or a correction of one to three products; takes more out than in, so that some must be
    refused. `name` is its note."""
    kinds = ["receipt", "transfer", "correction"] if len(pool.warehouses) > 1 else ["receipt", "correction"]
    kind = rng.choices(kinds, [2, 5, 3] if len(kinds) == 3 else [1, 1])[0]
    warehouse, *others = rng.sample(pool.warehouses, len(pool.warehouses))
    products = rng.sample(pool.products, rng.randint(1, 3))
    sign = rng.choice((-1, -1, 1)) if kind == "correction" else 1
    body: dict[str, Any] = {
        "kind": kind,
        "warehouse_id": warehouse,
        "lines": [{"product_id": product, "quantity": sign * rng.randint(1, _MOST_UNITS)} for product in products],
        "note": name,
    }
    if kind == "transfer":
        body["to_warehouse_id"] = others[0]
    return body
