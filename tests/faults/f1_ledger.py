"""F1: a thousand writers post stock while Postgres is killed again and again; the ledger balances, and every write
that was acknowledged is there once, every one that was refused is absent."""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from deploy.postgres import Cluster
from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from tests.faults.load import Caller, Log, LogEntry, Outcome, write_once
from tests.faults.stock import Pool, movement, open_pool
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

WRITERS = 1_000
POSTS = 20_000
KILLS = 5
PRODUCTS = 60
WAREHOUSES = ("NORTH", "SOUTH", "EAST")
UNITS_AT_START = 40
ATTEMPTS = 60
IMPATIENT = 0.02
"""Share of the writes that are tried once: what became of them may stay unknown."""
HANG_UPS = 0.01
"""Share of the writes whose first answer is never read: the acknowledgement is lost for certain."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much is written, and how often the server dies meanwhile."""

    writers: int = WRITERS
    posts: int = POSTS
    kills: int = KILLS


@dataclass(frozen=True, slots=True)
class Result:
    """What a run saw, and what contradicts the invariants."""

    seed: int
    counts: dict[str, int]
    kills: int
    absorbed: int
    seconds: float
    median_seconds: float
    p99_seconds: float
    violations: list[str]

    def __str__(self) -> str:
        seen = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.counts.items()))
        return (
            f"seed {self.seed}: {seen}; {self.kills} kills, {self.absorbed} lost acknowledgements absorbed by their "
            f"key; {self.seconds:.0f} s, {sum(self.counts.values()) / self.seconds:.0f} posts/s, median "
            f"{self.median_seconds:.2f} s, p99 {self.p99_seconds:.2f} s; {len(self.violations)} violations"
        )


async def run(cluster: Cluster, urls: DatabaseUrls, folder: Path, seed: int, load: Load | None = None) -> Result:
    """One run with its own tenant on a durable cluster, which is killed; `urls` is a migrated database on it."""
    load = load or Load()
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    settings = {"RATE_LIMIT_QUOTA": "1000000000"}
    with running_services(urls, ["inventory"], logs=folder, workers=1, settings=settings) as services:
        service = services["inventory"]
        pool = await open_pool(service.url, tenant.key, PRODUCTS, WAREHOUSES, UNITS_AT_START)
        log = Log()
        begun = asyncio.get_running_loop().time()
        killer = asyncio.create_task(_kill(cluster, log, load, random.Random(seed + 1)))
        share = -(-load.posts // load.writers)
        async with asyncio.TaskGroup() as writers:
            for number in range(load.writers):
                posts = min(share, load.posts - number * share)
                if posts > 0:
                    caller = Caller(service.url, tenant.key)
                    own = random.Random(rng.getrandbits(64))
                    writers.create_task(_write(caller, pool, log, f"f1-{seed}-{number}", posts, own))
        kills = await killer
        seconds = asyncio.get_running_loop().time() - begun
    violations = await _against_log(urls, str(tenant.id), log)
    violations += [
        f"{finding.code}: {violation}"
        for finding in await verify(urls, storage=True)
        for violation in finding.violations
    ]
    if kills < load.kills:
        violations.append(f"only {kills} of {load.kills} kills happened while there was load")
    if not log.absorbed:
        violations.append("no acknowledgement was lost, so nothing was proved about repeated writes")
    return Result(seed, dict(log.counts), kills, log.absorbed, seconds, log.latency(0.5), log.latency(0.99), violations)


async def _write(caller: Caller, pool: Pool, log: Log, name: str, posts: int, rng: random.Random) -> None:
    """One writer: posts one after the other, most of them repeated until they are answered for good."""
    for number in range(posts):
        label = f"{name}-{number}"
        attempts = 1 if rng.random() < IMPATIENT else ATTEMPTS
        body = movement(pool, rng, label)
        entry: LogEntry = await write_once(
            caller, label, "/stock-movements", body, attempts=attempts, rng=rng, hang_ups=HANG_UPS
        )
        log.entries.append(entry)
    await caller.close()


async def _kill(cluster: Cluster, log: Log, load: Load, rng: random.Random) -> int:
    """SIGKILL every Postgres process at random points of the load, and start the server again; how often."""
    points = sorted(int(load.posts * rng.uniform(0.05, 0.9)) for _ in range(load.kills))
    kills = 0
    for point in points:
        while len(log.entries) < point:  # noqa: ASYNC110 - a thousand writers need not wake the killer each
            await asyncio.sleep(0.01)
        await asyncio.sleep(rng.uniform(0, 0.3))
        await asyncio.to_thread(cluster.kill)
        kills += 1
        await asyncio.sleep(rng.uniform(0, 1))
        await asyncio.to_thread(cluster.start)
    return kills


async def _against_log(urls: DatabaseUrls, tenant_id: str, log: Log) -> list[str]:
    """I3: acknowledged writes are there once, refused ones are not there, unknown ones at most once."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(urls.verify)
    try:
        rows = await connection.fetch(
            "SELECT note, count(*) AS times FROM inventory.stock_movement WHERE tenant_id = $1 AND note LIKE 'f1-%'"
            " GROUP BY note",
            tenant_id,
        )
    finally:
        await connection.close()
    times = {row["note"]: row["times"] for row in rows}
    violations = []
    for entry in log.entries:
        found = times.pop(entry.name, 0)
        wrong = (
            (entry.outcome is Outcome.ACKED and found != 1)
            or (entry.outcome is Outcome.REFUSED and found != 0)
            or (entry.outcome is Outcome.UNKNOWN and found > 1)
        )
        if wrong:
            violations.append(f"I3: {entry.name} is {entry.outcome.value} and was found {found} times")
    violations += [f"I3: {name} was never sent and was found {found} times" for name, found in times.items()]
    return violations
