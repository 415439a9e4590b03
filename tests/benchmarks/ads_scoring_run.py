"""A scoring run over a million search-term rows beside the time that Postgres needs to copy them out."""

import asyncio
import json
import time
from datetime import date
from statistics import median
from uuid import UUID

import asyncpg
import structlog

from deploy.roles import DatabaseUrls
from services.ads.actions.run_scoring import run_scoring
from services.ads.actions.start_scoring_run import KIND, RunWish, start_scoring_run
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.tenancy import set_tenant_statement
from shared.jobs.compute import warm_up
from shared.jobs.operations import Job, OperationKind, run_operation
from shared.jobs.queue import JobRef
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.measurement import Measurement
from tests.support.tenants import Tenant, create_tenant

ROWS, QUICK_ROWS = 1_000_000, 50_000
AS_OF, DAYS = date(2026, 6, 1), 60
ROUNDS, QUICK_ROUNDS = 7, 3
LIMIT = 2.0
STEPS = ("ask", "read", "child", "layout", "score", "propose", "words", "write")

# Ten rows a term on average, most terms with few, stored day by day as reports bring them; 300 campaigns, each with
# three ad groups of ten targets.
FILL = f"""
INSERT INTO ads.ad_account (tenant_id, id, code, code_key, name, version, created_at, updated_at)
    VALUES (:tenant, :tenant, 'main', 'main', 'Main', 1, now(), now());
INSERT INTO ads.campaign (tenant_id, id, ad_account_id, marketplace, ad_product, name, name_key, state,
        daily_budget_amount, daily_budget_currency, as_of, version, created_at, updated_at)
    SELECT :tenant, gen_random_uuid(), :tenant, 'US', 'sponsored_products', 'Campaign ' || n, 'campaign ' || n,
        'enabled', 50, 'USD', now(), 1, now(), now() FROM generate_series(1, 300) n;
INSERT INTO ads.ad_group (tenant_id, id, campaign_id, name, name_key, state, as_of)
    SELECT :tenant, gen_random_uuid(), id, 'Group ' || n, 'group ' || n, 'enabled', now()
    FROM ads.campaign, generate_series(1, 3) n WHERE tenant_id = :tenant;
INSERT INTO ads.target (tenant_id, id, ad_group_id, kind, text, text_key, match_type, state, bid_amount, bid_currency,
        as_of)
    SELECT :tenant, gen_random_uuid(), id, 'keyword', 'word ' || n, 'word ' || n,
        (ARRAY['broad', 'phrase', 'exact'])[1 + n % 3], 'enabled', 0.8, 'USD', now()
    FROM ads.ad_group, generate_series(1, 10) n WHERE tenant_id = :tenant;
INSERT INTO ads.advertised_product (tenant_id, id, ad_account_id, marketplace, product_key, seller_sku, stage,
        currency, price_amount, product_cost_amount, fees_amount, version, created_at, updated_at)
    SELECT :tenant, gen_random_uuid(), :tenant, 'US', 'sku:s' || n, 'S' || n, 'growth', 'USD', 30, 9, 10, 1, now(),
        now() FROM generate_series(1, 100) n;
INSERT INTO ads.product_ad (tenant_id, id, ad_group_id, advertised_product_id, seller_sku, state, as_of)
    SELECT :tenant, gen_random_uuid(), g.id, p.id, p.seller_sku, 'enabled', now()
    FROM (SELECT id, row_number() OVER () AS n FROM ads.ad_group WHERE tenant_id = :tenant) g
    JOIN (SELECT id, seller_sku, row_number() OVER () AS n FROM ads.advertised_product WHERE tenant_id = :tenant) p
        ON p.n = 1 + g.n % 100;
CREATE TEMPORARY TABLE term AS
    SELECT gen_random_uuid() AS id, t.id AS target_id, c.campaign_id, n,
        least({DAYS}, greatest(1, ceil(3 / power(random() + 0.002, 0.75))))::int AS days, random() * 0.16 AS rate
    FROM (SELECT id, ad_group_id, row_number() OVER () AS place FROM ads.target WHERE tenant_id = :tenant) t
    JOIN ads.ad_group c ON c.id = t.ad_group_id
    JOIN generate_series(1, :count) n ON n % 9000 = t.place - 1;
INSERT INTO ads.search_term (tenant_id, id, target_id, text, text_key, is_asin)
    SELECT :tenant, id, target_id, 'red kettle ' || n, 'red kettle ' || n, false FROM term;
INSERT INTO ads.report_pull (tenant_id, id, import_id, ad_account_id, marketplace, currency, report, granularity,
        date_from, date_to, as_of, attribution_days, row_count)
    VALUES (:tenant, :tenant, :tenant, :tenant, 'US', 'USD', 'search_terms', 'daily', date '{AS_OF}' - {DAYS},
        date '{AS_OF}' - 1, timestamptz '{AS_OF} 00:00Z', 7, 0);
INSERT INTO ads.performance (tenant_id, report, granularity, date_from, date_to, campaign_id, subject_id, pull_id,
        impressions, clicks, cost, orders, units, sales)
    SELECT :tenant, 'search_terms', 'daily', d, d, campaign_id, id, :tenant, 20 + 30 * clicks, clicks,
        round((0.8 * clicks * (0.5 + random()))::numeric, 2), orders, orders, 30 * orders
    FROM (
        SELECT t.*, date '{AS_OF}' - 1 - ((n + place * 7) % {DAYS}) AS d, clicks,
            (SELECT count(*) FROM generate_series(1, clicks) WHERE random() < rate)::int AS orders
        FROM term t, generate_series(1, days) place, LATERAL (SELECT 1 + floor(-ln(1 - random()))::int AS clicks) k
    ) AS made
    ORDER BY d
    ON CONFLICT DO NOTHING;
INSERT INTO ads.pull_day (tenant_id, report, granularity, date_from, date_to, campaign_id, pull_id, as_of, row_count,
        impressions, clicks, cost, orders, sales)
    SELECT :tenant, report, granularity, date_from, date_to, campaign_id, pull_id, timestamptz '{AS_OF} 00:00Z',
        count(*), sum(impressions), sum(clicks), sum(cost), sum(orders), sum(sales)
    FROM ads.performance WHERE tenant_id = :tenant GROUP BY 2, 3, 4, 5, 6, 7;
"""
COPY_OUT = "SELECT * FROM ads.performance WHERE tenant_id = $1 AND report = 'search_terms'"


async def measure(quick: bool = False) -> list[Measurement]:
    """Runs over one fresh database, each between two copies of its rows: what else the machine does slows both."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    await asyncio.to_thread(warm_up, "services.ads.actions.run_scoring")
    rounds: list[tuple[float, float, dict[str, float]]] = []
    async with fresh_database("scoring") as urls:
        tenant = await create_tenant(urls.owner)
        rows, terms = await _fill(urls, tenant, (QUICK_ROWS if quick else ROWS) // 10)
        database = Database(urls.ads, pool_size=5, reader_pool_size=2)
        try:
            before = await _copy_out(urls, tenant)
            for _ in range(QUICK_ROUNDS if quick else ROUNDS):
                wall, run_id = await _run(database, tenant)
                after = await _copy_out(urls, tenant)
                timings, proposals = await _outcome(urls, tenant, run_id)
                rounds.append((wall, (before + after) / 2, timings))
                before = after
        finally:
            await database.close()
    ratios = [wall / copy for wall, copy, _ in rounds]
    wall, copy, timings = sorted(rounds, key=lambda each: each[0] / each[1])[len(rounds) // 2]
    note = f"{rows:,} rows of {terms:,} terms, {proposals:,} proposals"
    spread = f"median of {len(rounds)} rounds, {min(ratios):.2f} to {max(ratios):.2f}; from claim to result"
    moving = timings["read_seconds"] + timings["write_seconds"]
    return [
        Measurement("scoring run: COPY OUT of its search-term rows", copy, "s", note=note),
        Measurement("scoring run: whole / COPY OUT", median(ratios), "times", LIMIT, note=spread),
        Measurement("scoring run: reading and writing / COPY OUT", moving / copy, "times", note="of the median round"),
        Measurement("scoring run: whole", wall, "s"),
        *(
            Measurement(f"scoring run: {step}", timings[f"{step}_seconds"], "s", note=f"{share:.0%} of the run")
            for step in STEPS
            for share in [timings[f"{step}_seconds"] / wall]
        ),
    ]


async def _fill(urls: DatabaseUrls, tenant: Tenant, count: int) -> tuple[int, int]:
    assert urls.admin is not None
    admin = await asyncpg.connect(urls.admin)
    try:
        await admin.execute("SELECT setseed(0.42)")
        await admin.execute("SET session_replication_role = replica")
        await admin.execute(FILL.replace(":tenant", f"'{tenant.id}'::uuid").replace(":count", str(count)))
        await admin.execute("VACUUM ANALYZE")
        rows = await admin.fetchval("SELECT count(*) FROM ads.performance WHERE tenant_id = $1", tenant.id)
        return int(rows), count
    finally:
        await admin.close()


async def _copy_out(urls: DatabaseUrls, tenant: Tenant) -> float:
    """Seconds in which Postgres copies the rows out, as the service's own role, to a reader that drops them."""
    connection = await asyncpg.connect(urls.ads)

    async def drop(_: bytes) -> None:
        return

    try:
        async with connection.transaction():
            await connection.execute(set_tenant_statement(tenant.id))
            began = time.perf_counter()
            await connection.copy_from_query(COPY_OUT, tenant.id, output=drop)
            return time.perf_counter() - began
    finally:
        await connection.close()


async def _run(database: Database, tenant: Tenant) -> tuple[float, UUID]:
    async def score(job: Job) -> None:
        await run_scoring(job, None)

    kinds = {KIND: OperationKind(KIND, score)}
    wish = RunWish(as_of_date=AS_OF, window_days=DAYS)
    async with database.session(tenant.id) as session:
        operation = await start_scoring_run(session, tenant.id, tenant.principal_id, wish, utc_now())
    began = time.perf_counter()
    await run_operation(database, "ads", kinds, JobRef(tenant.id, operation.id), 0, asyncio.Event())
    return time.perf_counter() - began, UUID(operation.parameters["run_id"])


async def _outcome(urls: DatabaseUrls, tenant: Tenant, run_id: UUID) -> tuple[dict[str, float], int]:
    connection = await asyncpg.connect(urls.ads)
    try:
        async with connection.transaction():
            await connection.execute(set_tenant_statement(tenant.id))
            row = await connection.fetchrow(
                "SELECT timings, proposals_count FROM ads.scoring_run WHERE tenant_id = $1 AND id = $2",
                tenant.id,
                run_id,
            )
        assert row is not None, "the run did not end well"
        return dict(json.loads(row["timings"])), int(row["proposals_count"])
    finally:
        await connection.close()
