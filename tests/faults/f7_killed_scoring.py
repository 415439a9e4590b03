"""F7: the workers are killed in the middle of scoring runs; each run is carried out by another worker, is seen whole or
not at all, and says what the undisturbed one said."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from services.ads.queries.scores import SCORED
from shared.client.tradewind import TradewindClient
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

TERMS, DAYS, KILLS = 2_000, 20, 4
AS_OF = date(2026, 1, 22)
GIVE_UP_SECONDS = 240


@dataclass(slots=True)
class Result:
    """What a run saw."""

    seed: int
    undisturbed_seconds: float = 0.0
    kills: int = 0
    attempts: int = 0
    slowest_seconds: float = 0.0
    looks: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.attempts} attempts (undisturbed "
            f"{self.undisturbed_seconds:.1f} s, slowest {self.slowest_seconds:.1f} s), {self.looks} looks at what is "
            f"visible, {len(self.violations)} violations"
        )


async def run(urls: DatabaseUrls, folder: Path, seed: int) -> Result:
    """Runs over one account, one after the other; in all but the first every worker is killed at a random moment."""
    rng = random.Random(seed)
    tenant = await create_tenant(urls.owner)
    path = folder / "terms.csv"
    _write_terms(path, rng)
    result = Result(seed)
    with running_services(urls, ["ads"], logs=folder, workers=2) as services:
        service = services["ads"]
        async with TradewindClient(service.url, tenant.key) as client:
            await client.import_file(path, marketplace="US")
            began = time.monotonic()
            await client.wait_for(await _start(client))
            result.undisturbed_seconds = time.monotonic() - began
            [expected] = await _runs(urls, tenant.id)
            watching = asyncio.create_task(_watch(urls, tenant.id, expected, result))
            for _ in range(KILLS):
                began = time.monotonic()
                operation = await _start(client)
                while (await client.get(operation))["state"] == "pending":  # each look takes its time
                    pass
                await asyncio.sleep(rng.uniform(0, result.undisturbed_seconds / 2))
                for worker in service.workers:
                    worker.running.kill()
                    worker.running.wait()
                    worker.restart()
                result.kills += 1
                found = await asyncio.wait_for(client.wait_for(operation), GIVE_UP_SECONDS)
                result.attempts += found["attempt"]
                result.slowest_seconds = max(result.slowest_seconds, time.monotonic() - began)
                if found["state"] != "succeeded":
                    result.violations.append(f"operation {found['id']} is {found['state']}: {found['problem']}")
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
    if result.attempts == KILLS:
        result.violations.append("no kill has hit a run, so nothing was proved")
    runs = await _runs(urls, tenant.id)
    if len(runs) != 1 + KILLS:
        result.violations.append(f"{len(runs)} runs are visible, {1 + KILLS} were asked for")
    result.violations += [f"a run says {seen}, the undisturbed one {expected}" for seen in runs if seen != expected]
    for finding in await verify(urls, storage=False):
        result.violations += [f"{finding.code}: {violation}" for violation in finding.violations]
    return result


def _write_terms(path: Path, rng: random.Random) -> None:
    """A search-term report: a row for each term on each day."""
    header = (
        "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,"
        "7 Day Total Sales ,7 Day Total Orders (#)"
    )
    with path.open("w") as file:
        file.write(header + "\n")
        for age in range(DAYS, 0, -1):
            day = (AS_OF - timedelta(days=age)).strftime('"%b %d, %Y"')
            for term in range(TERMS):
                clicks = rng.randint(1, 9)
                orders = int(rng.random() < 0.1)
                place = f"Campaign {term % 50},Group,keyword {term % 500},BROAD,term {term}"
                file.write(f"{day},USD,{place},{clicks * 30},{clicks},{clicks * 0.5:.2f},{orders * 20},{orders}\n")


async def _start(client: TradewindClient) -> str:
    return await client.start("/scoring-runs", {"as_of_date": AS_OF.isoformat(), "window_days": 30})


async def _watch(urls: DatabaseUrls, tenant_id: UUID, expected: tuple[object, ...], result: Result) -> None:
    """Looks all the time at what callers could see: every visible run says what the first one says."""
    while True:
        for seen in await _runs(urls, tenant_id):
            if seen != expected:
                result.violations.append(f"a run was seen as {seen}, where the first was {expected}")
        result.looks += 1
        await asyncio.sleep(0.05)


async def _runs(urls: DatabaseUrls, tenant_id: UUID) -> list[tuple[object, ...]]:
    """Of each visible run: how many subjects it says it has scored, how many are there, and a digest of them."""
    watch = await asyncpg.connect(urls.verify)
    try:
        rows = await watch.fetch(
            "SELECT r.subjects_count, r.proposals_count, count(s.subject_id) AS found,"
            " md5(string_agg(concat_ws(' ', s.level, s.subject_id, s.clicks, s.cost, s.sales, s.score, s.expected_cvr,"
            "     s.action), ',' ORDER BY s.level, s.subject_id)) AS digest"
            f" FROM ads.scoring_run r LEFT JOIN {SCORED} s ON s.tenant_id = r.tenant_id AND s.run_id = r.id"
            " WHERE r.tenant_id = $1 GROUP BY r.id, r.subjects_count, r.proposals_count",
            tenant_id,
        )
    finally:
        await watch.close()
    return [tuple(row) for row in rows]
