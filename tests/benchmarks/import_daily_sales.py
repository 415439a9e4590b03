"""A million rows of daily sales over HTTP, from the first byte to the last commit, beside COPY of the same rows."""

import asyncio
import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import asyncpg

from deploy.database import prepare
from deploy.postgres import cluster_for
from deploy.roles import DatabaseUrls, generated_passwords, urls_for
from deploy.state import STATE_DIR
from shared.client.tradewind import TradewindClient
from tests.benchmarks.measurement import Measurement
from tests.support.processes import running_services
from tests.support.tenants import Tenant, create_tenant

ROWS, DAYS, ROUNDS = 1_000_000, 365, 3
LIMIT = 3.0
TWIN = "inventory.daily_sales_twin"
COLUMNS = "marketplace,seller_sku,sales_date,units,orders,revenue,currency,in_stock"


def write_sales(path: Path, rows: int, seed: int = 7) -> None:
    """A file of our own template: every listing on every day of a year, one after the other."""
    rng = random.Random(seed)
    days = [(date(2025, 1, 1) + timedelta(days=n)).isoformat() for n in range(DAYS)]
    tails = [f",{n},{n - n // 7},{n * 19.99:.2f},USD,{'no' if n % 11 == 0 else 'yes'}\n" for n in range(40)]
    with path.open("w") as file:
        file.write(COLUMNS + "\n")
        written = 0
        for listing in range(-(-rows // DAYS)):
            prefix = f"US,SKU-{listing:06d}-{rng.randrange(16**6):06x},"
            lines = [prefix + day + rng.choice(tails) for day in days[: rows - written]]
            file.write("".join(lines))
            written += len(lines)


def measure(quick: bool = False) -> list[Measurement]:
    """Both sides on one durable server, the service with one worker."""
    rows = ROWS // 10 if quick else ROWS
    cluster = cluster_for("bench")
    admin_url = cluster.start()
    try:
        urls = urls_for(
            admin_url.rsplit("/", 1)[0] + "/tw_bench_import", generated_passwords(STATE_DIR / "roles-bench.json")
        )
        prepare(urls)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "daily_sales.csv"
            write_sales(path, rows)
            return asyncio.run(_measure(urls, path, rows, 1 if quick else ROUNDS))
    finally:
        cluster.remove()


async def _measure(urls: DatabaseUrls, path: Path, rows: int, rounds: int) -> list[Measurement]:
    """Each round for a tenant of its own, with its own COPY: what else the machine does slows both."""
    found: list[tuple[float, float, float]] = []
    settings = {"MAX_BODY_BYTES": "500000000", "RATE_LIMIT_QUOTA": "1000000000"}
    with running_services(urls, ["inventory"], logs=path.parent, workers=1, settings=settings) as services:
        for _ in range(rounds):
            tenant = await create_tenant(urls.owner)
            seconds, answered = await _import(services["inventory"].url, tenant, path, rows)
            found.append((seconds, answered, await _copy_twin(urls, tenant, rows)))
    ratios = [seconds / raw for seconds, _, raw in found]
    seconds, answered, raw = sorted(found, key=lambda each: each[0] / each[2])[rounds // 2]
    spread = f"median of {rounds} rounds, {min(ratios):.2f} to {max(ratios):.2f}"
    return [
        Measurement(f"{rows:,} rows by HTTP, until committed", seconds, "s"),
        Measurement("of it until the service had the file", answered, "s"),
        Measurement("COPY of the same rows into a twin table", raw, "s"),
        Measurement("ratio", median(ratios), "times", LIMIT, "at most", spread),
        Measurement("rows applied per second", rows / seconds, "rows/s"),
    ]


async def _import(url: str, tenant: Tenant, path: Path, rows: int) -> tuple[float, float]:
    """Seconds from the first byte until the last row is committed, and until the service had the file."""
    async with TradewindClient(url, tenant.key) as client:
        small = path.with_name("first.csv")
        write_sales(small, DAYS, seed=1)
        await client.import_file(small)
        sent_at = time.perf_counter()
        sent = await client.import_file(path, wait=False)
        answered = time.perf_counter() - sent_at
        operation = f"/operations/{sent['operation_id']}"
        while (await client.get(operation))["state"] in ("pending", "running"):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        seconds = time.perf_counter() - sent_at
        applied = await client.get(f"/imports/{sent['id']}")
    assert applied["rows_applied"] == rows, applied
    return seconds, answered


async def _copy_twin(urls: DatabaseUrls, tenant: Tenant, rows: int) -> float:
    """Seconds of a raw COPY of the imported rows into a table with the same indexes and no row security."""
    assert urls.admin is not None
    admin = await asyncpg.connect(urls.admin)
    try:
        with tempfile.NamedTemporaryFile() as file:
            await admin.copy_from_query(
                "SELECT * FROM inventory.daily_sales WHERE tenant_id = $1 ORDER BY listing_id, sales_date LIMIT $2",
                tenant.id,
                rows,
                output=Path(file.name),
                format="csv",
            )
            await admin.execute(f"CREATE TABLE {TWIN} (LIKE inventory.daily_sales INCLUDING ALL)")
            await admin.execute("CHECKPOINT")
            began = time.perf_counter()
            await admin.copy_to_table("daily_sales_twin", schema_name="inventory", source=Path(file.name), format="csv")
            return time.perf_counter() - began
    finally:
        await admin.execute(f"DROP TABLE IF EXISTS {TWIN}")
        await admin.close()
