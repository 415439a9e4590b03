"""F8: the workers of planning are killed while they pull what inventory has measured, and inventory goes on being told
new figures; in the end planning holds what inventory holds, and no observation twice."""

import asyncio
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import asyncpg

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from shared.client.tradewind import TradewindClient
from shared.db.tenancy import set_tenant_statement
from tests.support.processes import RunningService, running_services
from tests.support.tenants import Tenant, create_tenant

PRODUCTS, DAYS, KILLS, WORKERS = 60, 150, 6, 2
FIRST_DAY = date(2026, 1, 1)
ACCOUNT = "main"
GIVE_UP_SECONDS = 240

Place = tuple[str, str, date, date]


@dataclass(slots=True)
class Result:
    """What a run saw."""

    seed: int
    readings: int = 0
    kills: int = 0
    attempts: int = 0
    pulls: int = 0
    slowest_seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills in {self.pulls} pulls, {self.attempts} attempts (slowest "
            f"{self.slowest_seconds:.1f} s), {self.readings:,} readings, {len(self.violations)} violations"
        )


async def run(urls: DatabaseUrls, folder: Path, seed: int) -> Result:
    """A pull after each of several imports; in each of them the workers are killed at a random moment."""
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    result = Result(seed)
    with running_services(urls, ["inventory", "planning"], logs=folder, workers=WORKERS) as services:
        async with (
            TradewindClient(services["inventory"].url, tenant.key) as inventory,
            TradewindClient(services["planning"].url, tenant.key) as planning,
        ):
            await _name_products(inventory)
            for number in range(KILLS):
                # All of the past the first time, then a part of it restated.
                path = folder / f"sales_{number}.csv"
                _write_sales(path, rng, DAYS if number == 0 else DAYS // 5)
                await inventory.import_file(path)
                await _pull(planning, services["planning"], rng, result)
            await planning.wait_for(await planning.start("/feed-pulls", {"providers": ["inventory"]}))
            told = await _told(inventory)
    if result.attempts == result.pulls:
        result.violations.append("no kill has hit a pull, so nothing was proved")
    kept = await _kept(urls, tenant)
    result.readings = len(kept)
    result.violations += _differences(told, kept)
    for finding in await verify(urls, storage=False):
        result.violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    return result


async def _name_products(inventory: TradewindClient) -> None:
    """Products with codes of their own: what imports make up is told of the marketplace alone, in a page or two."""
    await inventory.post("/accounts", {"code": ACCOUNT, "name": "An account"})
    products = [{"code": f"PRODUCT-{number}", "name": f"Lamp {number}"} for number in range(PRODUCTS)]
    listings = [
        {
            "account_code": ACCOUNT,
            "marketplace": "US",
            "seller_sku": f"LAMP-{number}",
            "product_code": f"PRODUCT-{number}",
        }
        for number in range(PRODUCTS)
    ]
    for path, items in (("/product-batches", products), ("/listing-batches", listings)):
        made = await inventory.post(path, {"items": items})
        assert all(each["status"] == 201 for each in made["items"]), made


async def _pull(planning: TradewindClient, service: RunningService, rng: random.Random, result: Result) -> None:
    began = time.monotonic()
    operation = await planning.start("/feed-pulls", {"providers": ["inventory"]})
    while (await planning.get(operation))["state"] == "pending":  # each look takes its time
        pass
    await asyncio.sleep(rng.uniform(0, 2))
    for worker in service.workers:
        worker.running.kill()
        worker.running.wait()
        worker.restart()
    result.kills += 1
    found = await asyncio.wait_for(planning.wait_for(operation), GIVE_UP_SECONDS)
    result.pulls += 1
    result.attempts += found["attempt"]
    result.slowest_seconds = max(result.slowest_seconds, time.monotonic() - began)


def _write_sales(path: Path, rng: random.Random, days: int) -> None:
    """Sales of every listing on the first days, in the product's own template."""
    with path.open("w") as file:
        file.write("account,marketplace,seller_sku,sales_date,units,revenue,currency\n")
        for product in range(PRODUCTS):
            for day in range(days):
                units = rng.randint(0, 40)
                on = (FIRST_DAY + timedelta(days=day)).isoformat()
                file.write(f"{ACCOUNT},US,LAMP-{product},{on},{units},{units * 20},USD\n")


async def _told(inventory: TradewindClient) -> dict[Place, Decimal]:
    """Everything that inventory tells of what was sold, from the start."""
    told: dict[Place, Decimal] = {}
    cursor, is_complete = None, False
    while not is_complete:
        page = await inventory.get("/metric-readings", limit=10_000, cursor=cursor)
        cursor, is_complete = page["next_cursor"], page["is_complete"]
        for each in page["items"]:
            days = (date.fromisoformat(each["period"][name]) for name in ("start_date", "end_date"))
            told[each["metric_code"], _scope_text(each["scope"].items()), *days] = Decimal(each["value"])
    return told


async def _kept(urls: DatabaseUrls, tenant: Tenant) -> dict[Place, Decimal]:
    """The current readings of planning, save those that were taken back."""
    connection = await asyncpg.connect(urls.verify)
    try:
        async with connection.transaction():
            await connection.execute(set_tenant_statement(tenant.id))
            rows = await connection.fetch(_CURRENT, tenant.id)
    finally:
        await connection.close()
    return {
        (
            row["metric_code"],
            _scope_text(zip(row["names"], row["keys"], strict=True)),
            row["start_date"],
            row["end_date"],
        ): row["value"]
        for row in rows
    }


_CURRENT = """
    SELECT s.metric_code, r.start_date, r.end_date, r.value,
        array(SELECT key FROM jsonb_each_text(s.scope) ORDER BY key) AS names,
        array(SELECT value FROM jsonb_each_text(s.scope) ORDER BY key) AS keys
    FROM planning.reading AS r
    JOIN planning.metric_series AS s ON s.tenant_id = r.tenant_id AND s.id = r.series_id
    WHERE r.tenant_id = $1 AND r.superseded_at IS NULL AND r.value IS NOT NULL
"""


def _scope_text(keys: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{name}={value}" for name, value in sorted(keys))


def _differences(told: dict[Place, Decimal], kept: dict[Place, Decimal]) -> list[str]:
    """What planning lacks, has beyond what is told, or has otherwise."""
    found = [f"{place} is missing" for place in told.keys() - kept.keys()]
    found += [f"{place} was never told" for place in kept.keys() - told.keys()]
    same = told.keys() & kept.keys()
    found += [f"{place} is {kept[place]}, told was {told[place]}" for place in same if kept[place] != told[place]]
    return sorted(found)[:20]
