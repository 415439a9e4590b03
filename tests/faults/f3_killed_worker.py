"""F3: the worker of a large import is killed at random points, again and again; every row is applied once, chunks
follow each other without a gap, and each time another worker goes on soon."""

import asyncio
import random
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from shared.client.tradewind import TradewindClient
from shared.jobs.queue import HEARTBEAT_TIMEOUT
from tests.benchmarks.import_daily_sales import write_sales
from tests.support.processes import Process, running_services
from tests.support.tenants import create_tenant

ROWS = 100_000
KILLS = 20
WORKERS = 3
RESUME_LIMIT_SECONDS = 2 * HEARTBEAT_TIMEOUT.total_seconds()
GIVE_UP_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Result:
    """What a run saw."""

    seed: int
    kills: int
    attempts: int
    chunks: int
    slowest_resume: float
    seconds: float
    violations: list[str]

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.attempts} attempts, {self.chunks} chunks by "
            f"{ROWS:,} rows; slowest resume {self.slowest_resume:.1f} s, {len(self.violations)} violations"
        )


async def run(urls: DatabaseUrls, folder: Path, seed: int) -> Result:
    """One import of its own tenant. A killed worker is started again; the others may take over meanwhile."""
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    path = folder / "daily_sales.csv"
    write_sales(path, ROWS, seed=seed)
    settings = {"MAX_BODY_BYTES": "500000000"}
    began = time.monotonic()
    with running_services(urls, ["inventory"], logs=folder, workers=WORKERS, settings=settings) as services:
        service = services["inventory"]
        async with TradewindClient(service.url, tenant.key) as client:
            sent = await client.import_file(path, wait=False)
            watch = await asyncpg.connect(urls.verify)
            try:
                kills, resumes = await _kill_workers(watch, UUID(sent["operation_id"]), service.workers, rng)
            finally:
                await watch.close()
            try:
                operation = await asyncio.wait_for(
                    client.wait_for(f"/operations/{sent['operation_id']}"), GIVE_UP_SECONDS
                )
            except TimeoutError:
                operation = await client.get(f"/operations/{sent['operation_id']}")
            done = await client.get(f"/imports/{sent['id']}")
            again = await client.import_file(path)
    violations = []
    if operation["state"] != "succeeded":
        violations.append(f"I6: the operation is {operation['state']}: {operation['problem']}")
    if kills < KILLS:
        violations.append(f"only {kills} of {KILLS} kills happened while the import ran")
    if operation["attempt"] != kills + 1:
        violations.append(f"{kills} kills, but {operation['attempt']} attempts")
    if (done["rows_applied"], done["rows_unchanged"], done["rows_rejected"]) != (ROWS, 0, 0):
        violations.append(f"I4: counted {done['rows_applied']}, {done['rows_unchanged']}, {done['rows_rejected']}")
    if again["rows_applied"] or again["duplicate_of"] != sent["id"]:
        violations.append(f"I4: the same file again applied {again['rows_applied']} rows")
    stored, chunks = await _stored(urls, tenant.id, UUID(sent["id"]))
    if stored != ROWS:
        violations.append(f"I4: {stored} rows are there, not {ROWS}")
    slow = [seconds for seconds in resumes if seconds > RESUME_LIMIT_SECONDS]
    violations += [f"the work lay for {seconds:.1f} s after a kill" for seconds in slow]
    for finding in await verify(urls, storage=False):
        violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    return Result(
        seed,
        kills,
        operation["attempt"],
        chunks,
        max(resumes, default=0.0),
        time.monotonic() - began,
        violations,
    )


async def _kill_workers(
    watch: "asyncpg.Connection[asyncpg.Record]", operation_id: UUID, workers: list[Process], rng: random.Random
) -> tuple[int, list[float]]:
    """SIGKILL whichever worker has the import, at random points of the file, also before it has applied anything.

    How often, and how long the work lay after each kill, until the other worker took it.
    """
    points = sorted(int(ROWS * rng.uniform(0, 0.9)) for _ in range(KILLS))
    kills, killed_at = 0, 0.0
    starts = [1 for _ in workers]
    resumes: list[float] = []
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while kills < KILLS:
            row = await watch.fetchrow(
                "SELECT state, attempt, progress_done FROM platform.operation WHERE id = $1", operation_id
            )
            assert row is not None
            if row["state"] not in ("pending", "running"):
                break
            if row["attempt"] > kills and len(resumes) < kills:
                resumes.append(time.monotonic() - killed_at)
            if len(resumes) < kills and not any(
                _starts(worker) == count for worker, count in zip(workers, starts, strict=True)
            ):
                killed_at = time.monotonic()  # until a worker is up, nobody could have taken it
            if row["attempt"] > kills and row["progress_done"] >= points[kills]:
                await asyncio.sleep(rng.uniform(0, 0.1))
                for number, worker in enumerate(workers):
                    if _has_begun(worker, row["attempt"]):
                        worker.running.kill()
                        worker.running.wait()
                        killed_at = time.monotonic()
                        kills += 1
                        starts[number] += 1
                        worker.restart()
            await asyncio.sleep(0.02)
    return kills, resumes


def _starts(worker: Process) -> int:
    """How often a worker has said that it is ready for work."""
    return worker.log.read_text().count('"event":"worker started"')


def _has_begun(worker: Process, attempt: int) -> bool:
    """Whether a worker has said that it has begun this attempt."""
    return any(
        '"operation started"' in line and f'"attempt":{attempt},' in line
        for line in worker.log.read_text().splitlines()
    )


async def _stored(urls: DatabaseUrls, tenant_id: UUID, import_id: UUID) -> tuple[int, int]:
    watch = await asyncpg.connect(urls.verify)
    try:
        rows = await watch.fetchval(
            "SELECT count(DISTINCT (listing_id, sales_date)) FROM inventory.daily_sales"
            " WHERE tenant_id = $1 AND import_id = $2",
            tenant_id,
            import_id,
        )
        chunks = await watch.fetchval("SELECT count(*) FROM platform.import_chunk WHERE import_id = $1", import_id)
    finally:
        await watch.close()
    return int(rows), int(chunks)
