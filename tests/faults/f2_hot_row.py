"""F2: a thousand callers want the last hundred units of one product at once; exactly a hundred of them get one."""

import asyncio
import random
import time
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from tests.faults.load import Caller, Log, Outcome, write_once
from tests.faults.stock import open_pool
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

CALLERS = 1_000
UNITS = 100
ATTEMPTS = 60


@dataclass(frozen=True, slots=True)
class Result:
    """Who got a unit, how long it took, and what contradicts the gate."""

    acked: int
    refused: int
    repeated: int
    seconds: float
    median_seconds: float
    p99_seconds: float
    violations: list[str]

    def __str__(self) -> str:
        return (
            f"{self.acked} of {self.acked + self.refused} callers got one of {UNITS} units in {self.seconds:.1f} s; "
            f"median {self.median_seconds:.2f} s, p99 {self.p99_seconds:.2f} s, {self.repeated} requests repeated, "
            f"{len(self.violations)} violations"
        )


async def run(urls: DatabaseUrls, folder: Path, seed: int, callers: int = CALLERS) -> Result:
    """One run with a fresh tenant: each caller moves one unit out of the warehouse that holds UNITS."""
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    settings = {"RATE_LIMIT_QUOTA": "1000000000"}
    with running_services(urls, ["inventory"], logs=folder, workers=0, settings=settings) as services:
        url = services["inventory"].url
        pool = await open_pool(url, tenant.key, 1, ("FULL",), UNITS, prefix=f"F2-{seed}")
        target = await open_pool(url, tenant.key, 0, ("EMPTY",), 0, prefix=f"F2-{seed}-target")
        log = Log()

        async def take(number: int) -> None:
            caller = Caller(url, tenant.key)
            name = f"f2-{seed}-{number}"
            body = {
                "kind": "transfer",
                "warehouse_id": pool.warehouses[0],
                "to_warehouse_id": target.warehouses[0],
                "lines": [{"product_id": pool.products[0], "quantity": 1}],
                "note": name,
            }
            own = random.Random(rng.getrandbits(64))
            log.entries.append(await write_once(caller, name, "/stock-movements", body, attempts=ATTEMPTS, rng=own))
            await caller.close()

        began = time.perf_counter()
        async with asyncio.TaskGroup() as everybody:
            for number in range(callers):
                everybody.create_task(take(number))
        seconds = time.perf_counter() - began
    acked, refused = len(log.names(Outcome.ACKED)), len(log.names(Outcome.REFUSED))
    violations = []
    if acked != min(UNITS, callers) or acked + refused != callers:
        violations.append(f"{acked} acknowledged, {refused} refused of {callers}, and there were {UNITS} units")
    connection = await asyncpg.connect(urls.verify)
    try:
        left = await connection.fetchval(
            "SELECT b.on_hand FROM inventory.stock_balance b JOIN inventory.stock_location l"
            " ON l.tenant_id = b.tenant_id AND l.id = b.location_id"
            " WHERE b.tenant_id = $1 AND l.warehouse_id = $2",
            tenant.id,
            pool.warehouses[0],
        )
    finally:
        await connection.close()
    if left != UNITS - acked:
        violations.append(f"{left} units are left after {acked} acknowledged takers of {UNITS}")
    for finding in await verify(urls, storage=False):
        violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    repeated = sum(entry.attempts - 1 for entry in log.entries)
    return Result(acked, refused, repeated, seconds, log.latency(0.5), log.latency(0.99), violations)
