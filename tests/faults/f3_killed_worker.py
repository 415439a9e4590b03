"""F3: the workers of large imports, of sales and of ads, are killed at random points, again and again; every row is
applied once, chunks follow each other without a gap, and each time another worker goes on soon."""

import asyncio
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from shared.client.tradewind import TradewindClient
from shared.jobs.queue import HEARTBEAT_TIMEOUT
from tests.benchmarks.import_daily_sales import write_sales
from tests.support.processes import Process, running_services
from tests.support.tenants import create_tenant

WORKERS = 3
RESUME_LIMIT_SECONDS = 2 * HEARTBEAT_TIMEOUT.total_seconds()
GIVE_UP_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Case:
    """A file of `rows` that a service imports while `kills` workers die.

    `stored` counts in the database what came of it, as `(rows, sum)` by tenant ($1) and import ($2); `write` makes
    the file and returns the sum that must be there.
    """

    service: str
    rows: int
    kills: int
    write: Callable[[Path, int, int], int]
    stored: str
    facts: Mapping[str, Any] = field(default_factory=dict)


def _sales(path: Path, rows: int, seed: int) -> int:
    write_sales(path, rows, seed=seed)
    return rows


def _search_terms(path: Path, rows: int, seed: int) -> int:
    """A row for each of many search terms on each of twenty days; clicks are what must add up."""
    rng = random.Random(seed)
    header = (
        "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend"
    )
    clicks = 0
    with path.open("w") as file:
        file.write(header + "\n")
        for number in range(rows):
            day = (date(2026, 1, 1) + timedelta(days=number * 20 // rows)).strftime('"%b %d, %Y"')
            term, count = number % (rows // 20), rng.randint(1, 9)
            clicks += count
            place = f"Campaign {term % 50},Group,keyword {term % 500},BROAD,term {term}"
            file.write(f"{day},USD,{place},{count * 30},{count},{count * 0.5:.2f}\n")
    return clicks


CASES = (
    Case(
        "inventory",
        100_000,
        20,
        _sales,
        "SELECT count(DISTINCT (listing_id, sales_date)), count(*) FROM inventory.daily_sales"
        " WHERE tenant_id = $1 AND import_id = $2",
    ),
    # Added up: a chunk that is applied twice would be seen in the clicks, not in the rows.
    Case(
        "ads",
        20_000,
        8,
        _search_terms,
        "SELECT count(*), sum(p.clicks) FROM ads.performance AS p"
        " JOIN ads.report_pull AS l ON l.tenant_id = p.tenant_id AND l.id = p.pull_id"
        " WHERE p.tenant_id = $1 AND l.import_id = $2",
        {"marketplace": "US"},
    ),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run saw."""

    seed: int
    rows: int
    kills: int
    attempts: int
    chunks: int
    slowest_resume: float
    seconds: float
    violations: list[str]

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.attempts} attempts, {self.chunks} chunks by "
            f"{self.rows:,} rows; slowest resume {self.slowest_resume:.1f} s, {len(self.violations)} violations"
        )


async def run(urls: DatabaseUrls, folder: Path, seed: int) -> Result:
    """One import of each case, one after the other."""
    results = [await _run(case, urls, folder, seed) for case in CASES]
    return Result(
        seed,
        sum(each.rows for each in results),
        sum(each.kills for each in results),
        sum(each.attempts for each in results),
        sum(each.chunks for each in results),
        max(each.slowest_resume for each in results),
        sum(each.seconds for each in results),
        [violation for each in results for violation in each.violations],
    )


async def _run(case: Case, urls: DatabaseUrls, folder: Path, seed: int) -> Result:
    """One import of its own tenant. A killed worker is started again; the others may take over meanwhile."""
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    path = folder / f"{case.service}.csv"
    total = case.write(path, case.rows, seed)
    settings = {"MAX_BODY_BYTES": "500000000"}
    began = time.monotonic()
    with running_services(urls, [case.service], logs=folder, workers=WORKERS, settings=settings) as services:
        service = services[case.service]
        async with TradewindClient(service.url, tenant.key) as client:
            sent = await client.import_file(path, wait=False, **case.facts)
            watch = await asyncpg.connect(urls.verify)
            try:
                kills, resumes = await _kill_workers(watch, UUID(sent["operation_id"]), service.workers, rng, case)
            finally:
                await watch.close()
            try:
                operation = await asyncio.wait_for(
                    client.wait_for(f"/operations/{sent['operation_id']}"), GIVE_UP_SECONDS
                )
            except TimeoutError:
                operation = await client.get(f"/operations/{sent['operation_id']}")
            done = await client.get(f"/imports/{sent['id']}")
            again = await client.import_file(path, **case.facts)
    violations = []
    if operation["state"] != "succeeded":
        violations.append(f"I6: the operation is {operation['state']}: {operation['problem']}")
    if kills < case.kills:
        violations.append(f"only {kills} of {case.kills} kills happened while the import ran")
    if operation["attempt"] != kills + 1:
        violations.append(f"{kills} kills, but {operation['attempt']} attempts")
    if (done["rows_applied"], done["rows_unchanged"], done["rows_rejected"]) != (case.rows, 0, 0):
        violations.append(f"I4: counted {done['rows_applied']}, {done['rows_unchanged']}, {done['rows_rejected']}")
    if again["rows_applied"] or again["duplicate_of"] != sent["id"]:
        violations.append(f"I4: the same file again applied {again['rows_applied']} rows")
    stored, added, chunks = await _stored(case, urls, tenant.id, UUID(sent["id"]))
    if (stored, added) != (case.rows, total):
        violations.append(f"I4: {stored} rows with {added} are there, not {case.rows} with {total}")
    slow = [seconds for seconds in resumes if seconds > RESUME_LIMIT_SECONDS]
    violations += [f"the work lay for {seconds:.1f} s after a kill" for seconds in slow]
    for finding in await verify(urls, storage=False):
        violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    return Result(
        seed,
        case.rows,
        kills,
        operation["attempt"],
        chunks,
        max(resumes, default=0.0),
        time.monotonic() - began,
        violations,
    )


async def _kill_workers(
    watch: "asyncpg.Connection[asyncpg.Record]",
    operation_id: UUID,
    workers: list[Process],
    rng: random.Random,
    case: Case,
) -> tuple[int, list[float]]:
    """SIGKILL whichever worker has the import, at random points of the file, also before it has applied anything.

    How often, and how long the work lay after each kill, until the other worker took it.
    """
    points = sorted(int(case.rows * rng.uniform(0, 0.9)) for _ in range(case.kills))
    kills, killed_at = 0, 0.0
    starts = [1 for _ in workers]
    resumes: list[float] = []
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while kills < case.kills:
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


async def _stored(case: Case, urls: DatabaseUrls, tenant_id: UUID, import_id: UUID) -> tuple[int, int, int]:
    watch = await asyncpg.connect(urls.verify)
    try:
        found = await watch.fetchrow(case.stored, tenant_id, import_id)
        chunks = await watch.fetchval("SELECT count(*) FROM platform.import_chunk WHERE import_id = $1", import_id)
    finally:
        await watch.close()
    assert found is not None
    return int(found[0]), int(found[1] or 0), int(chunks)
