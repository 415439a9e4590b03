"""The OKR tree of 500 objectives with 2,000 key results over 24 months of daily readings, beside its bare SQL sum."""

import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import httpx
import orjson

from deploy.roles import DatabaseUrls
from shared.core.ids import new_id
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.measurement import Measurement
from tests.support.http import client_of, running_app
from tests.support.tenants import Tenant, create_tenant

KEY_RESULTS_EACH = 4
METRICS = ("net_revenue", "units_sold", "orders", "visits")
DAYS = 730  # the last of them is yesterday: what is read until then is not stale today
LIMIT, LINEAR = 3.0, 1.2

# A company, ten modules and forty teams; of every ten key results one is to be held month by month.
FILL = f"""
CREATE TEMP TABLE made ON COMMIT DROP AS SELECT n, gen_random_uuid() AS id,
    CASE WHEN n = 1 THEN 1 WHEN n <= :tops THEN 2 + n % 10 ELSE 12 + n % 40 END AS unit,
    CASE WHEN n = 1 THEN NULL WHEN n <= :tops THEN 1 ELSE 2 + n % (:tops - 1) END AS parent
    FROM generate_series(1, :objectives) n;
CREATE TEMP TABLE units ON COMMIT DROP AS SELECT n, gen_random_uuid() AS id FROM generate_series(1, 51) n;
INSERT INTO planning.organisation_unit (tenant_id, id, code, code_key, name, level, parent_id, parent_level,
        active_from_date, version, created_at, updated_at)
    SELECT ':tenant', u.id, 'u' || u.n, 'u' || u.n, 'Unit ' || u.n,
        CASE WHEN u.n = 1 THEN 'company' WHEN u.n <= 11 THEN 'module' ELSE 'team' END, p.id,
        CASE WHEN u.n = 1 THEN NULL WHEN u.n <= 11 THEN 'company' ELSE 'module' END, '2024-01-01', 1, now(), now()
    FROM units u LEFT JOIN units p ON p.n = CASE WHEN u.n = 1 THEN NULL WHEN u.n <= 11 THEN 1 ELSE 2 + u.n % 10 END
    ORDER BY u.n;
INSERT INTO planning.cycle (tenant_id, id, code, code_key, name, kind, start_date, end_date, status, version,
        created_at, updated_at, created_by)
    VALUES (':tenant', ':cycle', 'c', 'c', 'Two years', 'three_year', current_date - {DAYS}, current_date + 30,
        'open', 1, now(), now(), ':cycle');
INSERT INTO planning.objective (tenant_id, id, unit_id, cycle_id, horizon, title, why, parent_id, parent_mode, weight,
        ambition, status, version, created_at, updated_at, created_by)
    SELECT ':tenant', m.id, u.id, ':cycle', 'cycle', 'Objective ' || m.n, 'Because.', p.id, 'contributes', 1,
        'committed', 'active', 1, now(), now(), ':cycle'
    FROM made m JOIN units u ON u.n = m.unit LEFT JOIN made p ON p.n = m.parent ORDER BY m.n;
INSERT INTO planning.key_result (tenant_id, id, objective_id, position, title, kind, metric_code, scope, scope_key,
        window_kind, start_value, target_value, currency, bound, grade_points, milestones, is_done, weight, owner_id,
        version, created_at, updated_at, created_by)
    SELECT ':tenant', gen_random_uuid(), m.id, k, 'Key result ' || k, CASE WHEN held THEN 'hold' ELSE 'reach' END,
        (ARRAY{list(METRICS)})[k], jsonb_build_object('product_ref', 'P' || m.n, 'marketplace', 'US'),
        'product_ref=P' || m.n || ';marketplace=US', 'cycle_to_date', CASE WHEN NOT held THEN 0 END, 40000 + k,
        CASE WHEN k = 1 THEN 'USD' END, CASE WHEN held THEN 'at_least' END, '[]', '[]', false, 1, u.id, 1, now(),
        now(), ':cycle'
    FROM made m JOIN units u ON u.n = m.unit, generate_series(1, {KEY_RESULTS_EACH}) k,
        LATERAL (SELECT (m.n * {KEY_RESULTS_EACH} + k) % 10 = 0) h (held);
INSERT INTO planning.check_in (tenant_id, id, key_result_id, checked_in_at, checked_in_by, confidence)
    SELECT ':tenant', gen_random_uuid(), id, now() - n * interval '1 month', ':cycle', 0.7
    FROM planning.key_result, generate_series(1, 6) n WHERE tenant_id = ':tenant';
INSERT INTO planning.metric_series (tenant_id, id, metric_code, scope, scope_key, first_date, last_date, longest_days,
        created_at)
    SELECT ':tenant', gen_random_uuid(), metric_code, scope, scope_key, current_date - {DAYS}, current_date - 1, 1,
        now()
    FROM planning.key_result WHERE tenant_id = ':tenant';
"""
READINGS = f"""
    SELECT ':tenant'::uuid, s.id, day::date, day::date, day + interval '1 day 8 hours', NULL::timestamptz,
        round((20 + 80 * random())::numeric, 2), CASE WHEN s.metric_code = 'net_revenue' THEN 'USD' END, 'feed',
        'inventory', NULL::uuid, NULL::uuid, now()
    FROM planning.metric_series s, generate_series((current_date - {DAYS})::timestamptz, current_date - 1, '1 day') day
    WHERE s.tenant_id = ':tenant' ORDER BY s.id, day
"""
COLUMNS = (
    *("tenant_id", "series_id", "start_date", "end_date", "observed_at", "superseded_at", "value", "currency"),
    *("source", "provider", "import_id", "recorded_by", "recorded_at"),
)
BARE = f"""
SELECT k.id, sum(r.value), count(*)
FROM planning.key_result k
JOIN planning.metric_series s
    ON s.tenant_id = k.tenant_id AND s.metric_code = k.metric_code AND s.scope_key = k.scope_key
JOIN planning.reading r ON r.tenant_id = s.tenant_id AND r.series_id = s.id AND r.superseded_at IS NULL
WHERE k.tenant_id = $1 AND r.start_date BETWEEN current_date - {DAYS} AND current_date
GROUP BY k.id
"""


@dataclass(frozen=True, slots=True)
class Company:
    """A tenant with its objectives in one cycle."""

    tenant: Tenant
    cycle_id: UUID
    objectives: int

    @property
    def key_results(self) -> int:
        """How many it has."""
        return self.objectives * KEY_RESULTS_EACH


async def measure(quick: bool = False) -> list[Measurement]:
    """Both sizes in one database, taking turns with the bare aggregate."""
    large, small = (100, 20) if quick else (500, 100)
    async with fresh_database("okr_tree") as urls, AsyncExitStack() as stack:
        big, little = await _fill(urls, large), await _fill(urls, small)
        await _analyze(urls)
        app = await stack.enter_async_context(running_app("planning", urls, rate_limit_quota=1_000_000))
        bare = await asyncpg.connect(urls.admin)
        stack.push_async_callback(bare.close)
        clients = {
            each.objectives: await stack.enter_async_context(client_of(app, each.tenant, declared=False))
            for each in (big, little)
        }
        return await _compare(bare, clients, big, little, 3 if quick else 9)


async def _fill(urls: DatabaseUrls, objectives: int) -> Company:
    company = Company(await create_tenant(urls.owner), new_id(), objectives)
    names = {
        ":tenant": str(company.tenant.id),
        ":cycle": str(company.cycle_id),
        ":objectives": str(objectives),
        ":tops": str(objectives // 10),
    }
    fill, readings = FILL, READINGS
    for name, value in names.items():
        fill, readings = fill.replace(name, value), readings.replace(name, value)
    source, target = await asyncpg.connect(urls.admin), await asyncpg.connect(urls.admin)
    async with source.transaction():
        await source.execute(fill)
    with tempfile.TemporaryFile() as rows:
        await source.copy_from_query(readings, output=rows, format="binary")
        rows.seek(0)
        await target.copy_to_table("reading", schema_name="planning", columns=COLUMNS, source=rows, format="binary")
    await source.close()
    await target.close()
    return company


async def _analyze(urls: DatabaseUrls) -> None:
    connection = await asyncpg.connect(urls.admin)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def _compare(
    bare: "asyncpg.Connection[asyncpg.Record]",
    clients: dict[int, httpx.AsyncClient],
    big: Company,
    little: Company,
    rounds: int,
) -> list[Measurement]:
    async def tree(company: Company) -> None:
        params = {"cycle_id": str(company.cycle_id)}
        answer = await clients[company.objectives].get("/okr-tree", params=params, timeout=120)
        nodes = orjson.loads(answer.content)["nodes"]
        if len(nodes) != company.objectives or any(node["progress"] is None for node in nodes):
            raise RuntimeError(answer.text[:500])

    async def aggregate(company: Company) -> None:
        rows = await bare.fetch(BARE, company.tenant.id)
        if len(rows) != company.key_results:
            raise RuntimeError(f"{len(rows)} key results have readings")

    calls: dict[str, Callable[[], Awaitable[None]]] = {
        "bare": lambda: aggregate(big),
        "tree": lambda: tree(big),
        "small": lambda: tree(little),
    }
    for call in calls.values():
        await call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            begun = time.perf_counter()
            await call()
            seconds[name].append(time.perf_counter() - begun)
    ratio = statistics.median(
        tree_seconds / bare_seconds for tree_seconds, bare_seconds in zip(seconds["tree"], seconds["bare"], strict=True)
    )
    each_large = statistics.median(seconds["tree"]) / big.key_results
    each_small = statistics.median(seconds["small"]) / little.key_results
    readings = await bare.fetchval("SELECT count(*) FROM planning.reading WHERE tenant_id = $1", big.tenant.id)
    note = f"{big.objectives} objectives, {big.key_results:,} key results, {readings:,} readings; {rounds} rounds"
    return [
        Measurement("bare SQL: sum by key result", statistics.median(seconds["bare"]) * 1000, "ms", note=note),
        Measurement("GET okr-tree with progress and findings", statistics.median(seconds["tree"]) * 1000, "ms"),
        Measurement("tree / bare", ratio, "", limit=LIMIT, note="medians of the same rounds"),
        Measurement("per key result", each_large * 1e6, "µs"),
        Measurement(f"per key result of {little.key_results}", each_small * 1e6, "µs"),
        Measurement("cost of a key result, large / small", each_large / each_small, "", limit=LINEAR),
    ]
