"""F4: Postgres is killed in the middle of replenishment runs; each run is complete or has failed with a problem, none
is ever seen in part, and what the same input gave before it gives again."""

import asyncio
import random
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from deploy.postgres import Cluster
from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from shared.client.base import ApiError, Unreachable
from shared.client.tradewind import FINISHED, TradewindClient
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

LISTINGS, DAYS = 300, 200
KILLS = 6
AS_OF = date(2026, 3, 2)
GIVE_UP_SECONDS = 240


@dataclass(slots=True)
class Result:
    """What a run saw."""

    seed: int
    undisturbed_seconds: float = 0.0
    kills: int = 0
    states: list[str] = field(default_factory=list)
    looks: int = 0
    slowest_seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        ends = ", ".join(f"{self.states.count(state)} {state}" for state in sorted(set(self.states)))
        return (
            f"seed {self.seed}: {self.kills} kills, runs {ends} (undisturbed {self.undisturbed_seconds:.1f} s, slowest "
            f"{self.slowest_seconds:.1f} s), {self.looks} looks at what is visible, {len(self.violations)} violations"
        )


async def run(cluster: Cluster, urls: DatabaseUrls, folder: Path, seed: int) -> Result:
    """Runs over one seller, one after the other; in all but the first the server is killed at a random moment."""
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    result = Result(seed)
    with running_services(urls, ["inventory"], logs=folder, workers=2) as services:
        async with TradewindClient(services["inventory"].url, tenant.key) as client:
            await _open_seller(client, folder, rng)
            began = time.monotonic()
            await _run_to_its_end(client, await _start(client))
            result.undisturbed_seconds = time.monotonic() - began
            expected = await _proposals(urls, tenant.id)
            watching = asyncio.create_task(_watch(urls, tenant.id, expected, result))
            for _ in range(KILLS):
                began = time.monotonic()
                operation = await _start(client)
                await asyncio.sleep(rng.uniform(0, result.undisturbed_seconds))
                await asyncio.to_thread(cluster.kill)
                result.kills += 1
                await asyncio.sleep(rng.uniform(0, 1))
                await asyncio.to_thread(cluster.start)
                found = await _run_to_its_end(client, operation)
                result.states.append(found["state"])
                result.slowest_seconds = max(result.slowest_seconds, time.monotonic() - began)
                if found["state"] == "failed" and not found["problem"]:
                    result.violations.append(f"operation {found['id']} failed without saying why")
                if found["state"] not in FINISHED:
                    result.violations.append(f"operation {found['id']} is {found['state']} after {GIVE_UP_SECONDS} s")
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    if "succeeded" not in result.states:
        result.violations.append("no run that was disturbed has succeeded, so nothing was proved about retries")
    runs = await _proposals(urls, tenant.id)
    complete = 1 + result.states.count("succeeded")
    if len(runs) != complete:
        result.violations.append(f"{len(runs)} runs are visible, {complete} operations have succeeded")
    for finding in await verify(urls, storage=True):
        result.violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    return result


async def _open_seller(client: TradewindClient, folder: Path, rng: random.Random) -> None:
    """A seller whose stock runs down, in files of our own templates."""
    skus = [f"SKU-{number:04d}" for number in range(LISTINGS)]
    products = (
        f"P-{sku},Product {sku},{rng.randint(20, 90)},CNY,{rng.choice((12, 24, 36))},US,{sku},"
        f"{rng.randint(15, 60)}.99,USD,0.{rng.randint(2, 9)}"
        for sku in skus
    )
    await _send(
        client,
        folder,
        "products",
        "product_code,product_name,unit_cost,unit_cost_currency,carton_units,marketplace,seller_sku,price,"
        "price_currency,unit_weight_kg",
        products,
    )
    await _send(
        client,
        folder,
        "rates",
        "rate_date,from_currency,to_currency,rate",
        [f"{AS_OF - timedelta(days=DAYS)},CNY,USD,0.14"],
    )
    await _send(
        client,
        folder,
        "stock",
        "warehouse,product_code,on_hand_units,as_of_date",
        (f"HOME,P-{sku},{rng.randint(200, 2_000)},{AS_OF - timedelta(days=1)}" for sku in skus),
    )
    days = [AS_OF - timedelta(days=age) for age in range(DAYS, 0, -1)]
    await _send(
        client,
        folder,
        "sales",
        "marketplace,seller_sku,sales_date,units,in_stock",
        (f"US,{sku},{day},{rng.randint(0, 9)},yes" for sku in skus for day in days),
    )


async def _send(client: TradewindClient, folder: Path, name: str, header: str, lines: Iterable[str]) -> None:
    path = folder / f"{name}.csv"
    path.write_text("\n".join([header, *lines]) + "\n")
    done = await client.import_file(path)
    if done["rows_rejected"]:
        errors = [each async for each in client.list_all(f"/imports/{done['id']}/row-errors", limit=3)]
        raise AssertionError(f"{name}: {done['rows_rejected']} rows were refused, such as {errors[:3]}")


async def _start(client: TradewindClient) -> str:
    return await client.start("/replenishment-runs", {"as_of_date": AS_OF.isoformat()})


async def _run_to_its_end(client: TradewindClient, operation: str) -> dict[str, Any]:
    """The operation once it has ended, or as it is when it takes too long; the service may be away for a while."""
    deadline = time.monotonic() + GIVE_UP_SECONDS
    found: dict[str, Any] = {"id": operation, "state": "unknown", "problem": None}
    while time.monotonic() < deadline:
        with suppress(Unreachable, ApiError):
            found = await client.get(operation)
        if found["state"] in FINISHED:
            break
        await asyncio.sleep(0.1)
    return found


async def _watch(urls: DatabaseUrls, tenant_id: UUID, expected: Sequence[object], result: Result) -> None:
    """Looks all the time at what callers could see: every visible run has all proposals of the first one."""
    whole = expected[0]
    while True:
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            for seen in await _proposals(urls, tenant_id):
                if seen != whole:
                    result.violations.append(f"a run was seen as {seen}, where the first was {whole}")
            result.looks += 1
        await asyncio.sleep(0.05)


async def _proposals(urls: DatabaseUrls, tenant_id: UUID) -> list[tuple[object, ...]]:
    """Of each visible run: how many proposals it says it has, how many are there, and a digest of them."""
    watch = await asyncpg.connect(urls.verify)
    try:
        rows = await watch.fetch(
            "SELECT r.state, r.proposals_count, count(p.id) AS found,"
            " md5(string_agg(concat_ws(' ', p.listing_id, p.mode, p.quantity_units, p.ship_by_date, p.saving_amount),"
            "     ',' ORDER BY p.listing_id, p.mode, p.ship_by_date)) AS digest"
            " FROM inventory.replenishment_run r"
            " LEFT JOIN inventory.shipment_proposal p ON p.tenant_id = r.tenant_id AND p.run_id = r.id"
            " WHERE r.tenant_id = $1 GROUP BY r.id, r.state, r.proposals_count",
            tenant_id,
        )
    finally:
        await watch.close()
    return [tuple(row) for row in rows]
