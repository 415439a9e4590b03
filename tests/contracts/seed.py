"""Makes data of one tenant through the public API, so that contract tests meet more than empty lists."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from shared.client.tradewind import TradewindClient

Known = Mapping[str, Sequence[str]]
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
    return {}


_SEEDS: Mapping[str, Callable[[TradewindClient], Awaitable[dict[str, list[str]]]]] = {
    "planning": _seed_planning,
    "ads": _seed_ads,
    "inventory": _seed_inventory,
}
