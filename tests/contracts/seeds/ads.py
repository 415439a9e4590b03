"""The ads service: benchmarks of many categories, of which tests delete some."""

from collections.abc import Mapping
from typing import Any

from shared.client.tradewind import TradewindClient
from tests.contracts.bodies import Maker


async def fill(client: TradewindClient) -> dict[str, list[str]]:
    """Benchmarks of the company's own."""
    for number in range(200):
        await client.post("/advertising-benchmarks", _benchmark(f"category {number}"))
    own = [each["id"] async for each in client.list_all("/advertising-benchmarks") if each["origin"] == "own"]
    return {"path.benchmark_id": own}


def _benchmark(category: str) -> dict[str, Any]:
    return {
        "marketplace": "US",
        "category": category,
        "conversion_rate_low": 0.05,
        "conversion_rate_high": 0.12,
        "cost_per_click": {"amount": "0.85", "currency": "USD"},
        "source": "own campaigns",
        "observed_date": "2026-06-30",
        "valid_from_date": "2026-07-01",
    }


BODIES: Mapping[str, Maker] = {
    # Two ratios at random are in the wrong order as often as not.
    "create_advertising_benchmark": lambda use: _benchmark(f"contract {use.number}"),
    "update_advertising_benchmark": lambda use: {"category": f"changed {use.number}", "conversion_rate_low": 0.04},
}
