"""F6: backends are terminated and callers hang up, all the time and in the middle of transactions; no answer holds
another tenant's row, no transaction stays open, and no error is worse than 'try again'."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import text

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from shared.core.ids import new_id
from shared.db.engine import Database
from tests.faults.load import Caller, Lost
from tests.faults.stock import Pool, movement, open_pool
from tests.support.processes import running_services
from tests.support.tenants import Tenant, create_tenant

TENANTS = 6
CALLERS = 60
SECONDS = 30.0
PRODUCTS = 20
STORM_EVERY_SECONDS = 0.25
STORM_SHARE = 0.3
HANG_UPS = 0.1
CANCELLED_TASKS = 600


@dataclass(slots=True)
class Seen:
    """What the callers saw."""

    answers: Counter[int]
    lost: int = 0
    rows: int = 0
    wrong_tenant_rows: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What a run saw, and what contradicts the gates."""

    seed: int
    answers: dict[int, int]
    lost: int
    rows: int
    terminated: int
    cancelled: int
    violations: list[str]

    def __str__(self) -> str:
        answers = ", ".join(f"{count} x {status}" for status, count in sorted(self.answers.items()))
        return (
            f"seed {self.seed}: {self.terminated} backends terminated, {self.cancelled} tasks cancelled; "
            f"{answers}, {self.lost} lost; {self.rows} rows looked at, {len(self.violations)} violations"
        )


async def run(urls: DatabaseUrls, folder: Path, seed: int, seconds: float = SECONDS) -> Result:
    """One run with fresh tenants on a migrated database whose administrator may terminate backends."""
    assert urls.admin is not None
    rng = random.Random(seed)
    tenants = [await create_tenant(urls.owner, handle=f"f6-{new_id()}") for _ in range(TENANTS)]
    seen = Seen(Counter())
    settings = {"RATE_LIMIT_QUOTA": "1000000000"}
    with running_services(urls, ["inventory"], logs=folder, workers=0, settings=settings) as services:
        url = services["inventory"].url
        with_worker = running_services(urls, ["inventory"], logs=folder / "worker", workers=1, settings=settings)
        with with_worker:  # imports need a worker; the storm is for the API alone
            pools = [
                await open_pool(url, tenant.key, PRODUCTS, ("HOME",), 1_000, prefix=tenant.handle) for tenant in tenants
            ]
        ended = asyncio.Event()
        storm = asyncio.create_task(_storm(urls.admin, ended, random.Random(seed + 1)))
        callers = [
            asyncio.create_task(
                _call(url, tenants[number % TENANTS], pools[number % TENANTS], seen, ended, rng.getrandbits(64))
            )
            for number in range(CALLERS)
        ]
        await asyncio.sleep(seconds)
        ended.set()
        terminated = await storm
        await asyncio.gather(*callers)
        await asyncio.sleep(1)
        violations = await _open_transactions(urls.admin)
    cancelled, leaks = await _cancel_tasks(urls, tenants, random.Random(seed + 2))
    violations += leaks + await _open_transactions(urls.admin)
    if seen.wrong_tenant_rows:
        violations.append(f"{seen.wrong_tenant_rows} rows of another tenant were answered")
    if not seen.rows:
        violations.append("no row was answered, so nothing was proved")
    unexpected = {status: count for status, count in seen.answers.items() if status >= 500 and status != 503}
    if unexpected:
        violations.append(f"answers other than 503 to lost connections: {unexpected}")
    for finding in await verify(urls, storage=False):
        violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    return Result(seed, dict(seen.answers), seen.lost, seen.rows, terminated, cancelled, violations)


async def _storm(admin_url: str, ended: asyncio.Event, rng: random.Random) -> int:
    """Terminate random backends of the service until told to stop; how many."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(admin_url)
    terminated = 0
    try:
        while not ended.is_set():
            terminated += await connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'tw_inventory'"
                " AND datname = current_database() AND random() < $1",
                STORM_SHARE,
            )
            await asyncio.sleep(STORM_EVERY_SECONDS * rng.uniform(0.5, 1.5))
    finally:
        await connection.close()
    return terminated


async def _call(url: str, tenant: Tenant, pool: Pool, seen: Seen, ended: asyncio.Event, seed: int) -> None:
    """Read lists and post movements; every row read must be the caller's own."""
    rng = random.Random(seed)
    caller = Caller(url, tenant.key)
    while not ended.is_set():
        write = rng.random() < 0.3
        label = f"f6-{rng.getrandbits(64):x}"
        method, path, body = (
            ("POST", "/stock-movements", movement(pool, rng, label))
            if write
            else (
                "GET",
                f"/products?limit={rng.randint(1, PRODUCTS)}",
                None,
            )
        )
        headers = {"Idempotency-Key": label} if write else {}
        if rng.random() < HANG_UPS:
            await caller.send_and_hang_up(method, path, body, headers, rng.uniform(0, 0.02))
            continue
        try:
            answer = await caller.send(method, path, body, headers)
        except Lost:
            seen.lost += 1
            continue
        seen.answers[answer.status] += 1
        if answer.status == 200 and not write:
            for row in answer.json()["items"]:
                seen.rows += 1
                seen.wrong_tenant_rows += not row["code"].startswith(tenant.handle)
    await caller.close()


async def _cancel_tasks(urls: DatabaseUrls, tenants: list[Tenant], rng: random.Random) -> tuple[int, list[str]]:
    """Cancel tasks in the middle of transactions, on the pools that the services use; what leaked."""
    database = Database(urls.inventory, pool_size=5, reader_pool_size=5)
    leaks: list[str] = []
    # The driver's own futures end with 'connection lost' when a task that waited for them is cancelled.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)

    async def look(tenant: Tenant) -> None:
        async with database.session(tenant.id) as session:
            await session.execute(text("SELECT pg_sleep(:seconds)"), {"seconds": rng.uniform(0, 0.02)})
            rows = await session.execute(text("SELECT DISTINCT tenant_id FROM inventory.product"))
            found = {row.tenant_id for row in rows}
            if found - {tenant.id}:
                leaks.append(f"a session of tenant {tenant.id} saw {found}")

    async def glance(tenant: Tenant) -> None:
        async with database.reader(tenant.id) as connection:
            await connection.execute("SELECT pg_sleep($1)", rng.uniform(0, 0.02))
            found = {
                row["tenant_id"] for row in await connection.fetch("SELECT DISTINCT tenant_id FROM inventory.product")
            }
            if found - {tenant.id}:
                leaks.append(f"a reader of tenant {tenant.id} saw {found}")

    cancelled = 0
    for _ in range(CANCELLED_TASKS // 20):
        tasks = [asyncio.create_task(rng.choice((look, glance))(rng.choice(tenants))) for _ in range(20)]
        await asyncio.sleep(rng.uniform(0, 0.03))
        for task in tasks:
            if rng.random() < 0.6:
                cancelled += task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        leaks += [repr(each) for each in outcomes if isinstance(each, Exception)]
    await database.close()
    return cancelled, leaks


async def _open_transactions(admin_url: str) -> list[str]:
    """Sessions of the service that sit in a transaction without doing anything."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(admin_url)
    try:
        rows = await connection.fetch(
            "SELECT pid, state, query FROM pg_stat_activity WHERE usename = 'tw_inventory'"
            " AND datname = current_database() AND state LIKE 'idle in transaction%'"
        )
    finally:
        await connection.close()
    return [f"backend {row['pid']} is {row['state']} after {row['query'][:80]}" for row in rows]
