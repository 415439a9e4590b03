"""A replenishment run over 1,000 and 10,000 listings with a year of days each, and where its time goes.

Each size is run several times on one seller, so all runs but the first also supersede the proposals of the one
before, as every day's run does. The history is copied out before and after each run, and the run's reading and
writing is set against the mean of the two: what else the machine does meanwhile weighs on both. Figures are
medians over the rounds. Writing ends with its last statement: its time is kept in the row that the commit makes
visible, so the commit is not in it. Deciding is measured as runs decide: in a child, on one core.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import text

from deploy.roles import DatabaseUrls
from services.inventory.actions.run_replenishment import KIND, run_replenishment
from services.inventory.actions.start_replenishment_run import RunWish, start_replenishment_run
from services.inventory.domain.proposals import decide_chunk, learn_from
from services.inventory.domain.run_input import block_of, thawed
from services.inventory.queries.replenishment_runs import read_frozen_input
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.db.tenancy import set_tenant_statement
from shared.jobs.compute import compute, warm_up
from shared.jobs.operations import OperationKind, run_operation
from shared.jobs.queue import JobRef
from tests.benchmarks.databases import fresh_database
from tests.benchmarks.measurement import Measurement
from tests.support.tenants import Tenant, create_tenant

# How many listings, and in how many rounds.
SIZES, QUICK_SIZES = ((1_000, 7), (10_000, 3)), ((200, 2), (1_000, 2))
DAYS, STOCK_DAYS = 365, 60
AS_OF = date(2026, 6, 1)
COPY_LIMIT, DECIDE_LIMIT, SCALE_LIMIT = 2.0, 500.0, 1.2
STEPS = ("read", "layout", "learn", "decide", "conclude", "write")

# Three marketplaces for each product; demand of very different size with a season; stock for 30 to 150 days.
FILL = f"""
INSERT INTO inventory.account (tenant_id, id, code, code_key, name, version, created_at, updated_at)
    VALUES (:tenant, :tenant, 'main', 'main', 'Main', 1, now(), now());
INSERT INTO inventory.warehouse (tenant_id, id, code, code_key, name, version, created_at, updated_at)
    VALUES (:tenant, :tenant, 'home', 'home', 'Home', 1, now(), now());
INSERT INTO inventory.product (tenant_id, id, code, code_key, name, unit_cost_amount, unit_cost_currency, carton_units,
        moq_units, unit_weight_kg, unit_volume_cm3, assumed_fields, version, created_at, updated_at)
    SELECT :tenant, gen_random_uuid(), 'P-' || n, 'p-' || n, 'Product ' || n, 3 + n % 13, 'USD', 1 + n % 24, 100,
        0.4, 2000, '{{}}', 1, now(), now()
    FROM generate_series(1, (:count + 2) / 3) n;
INSERT INTO inventory.listing (tenant_id, id, account_id, marketplace, seller_sku, seller_sku_key, product_id,
        units_per_listing, price_amount, price_currency, referral_rate, fba_fee_amount, fba_fee_currency,
        ad_cost_amount, ad_cost_currency, storage_cost_amount, storage_cost_currency, on_sale, assumed_fields, version,
        created_at, updated_at)
    SELECT tenant_id, gen_random_uuid(), :tenant, m, 'SKU-' || code || m, 'sku-' || code_key || lower(m), id, 1,
        4 * unit_cost_amount, 'USD', 0.15, 4, 'USD', 1, 'USD', 0.2, 'USD', true, '{{}}', 1, now(), now()
    FROM inventory.product, unnest(ARRAY['US', 'DE', 'JP']) m WHERE tenant_id = :tenant
    ORDER BY code, m LIMIT :count;
CREATE TEMPORARY TABLE demand AS
    SELECT id, product_id, exp(random() * 4 - 1.5) AS level, random() * 365 AS phase
    FROM inventory.listing WHERE tenant_id = :tenant;
INSERT INTO inventory.lane (tenant_id, id, marketplace, mode, unit_cost_amount, unit_cost_currency, transit_days_p10,
        transit_days_p50, transit_days_p90, active, assumed_fields, version, created_at, updated_at)
    SELECT :tenant, gen_random_uuid(), m, mode, cost, 'USD', low, mid, high, true, '{{}}', 1, now(), now()
    FROM unnest(ARRAY['US', 'DE', 'JP']) m, (VALUES ('slow_sea', 0.5, 38, 44, 55), ('fast_sea', 1.25, 25, 30, 38),
        ('air', 5, 8, 10, 13)) AS l (mode, cost, low, mid, high);
INSERT INTO inventory.stock_location (tenant_id, id, kind, listing_id, may_go_negative)
    SELECT :tenant, gen_random_uuid(), 'amazon_sellable', id, false FROM inventory.listing WHERE tenant_id = :tenant;
INSERT INTO inventory.stock_location (tenant_id, id, kind, warehouse_id, may_go_negative)
    VALUES (:tenant, gen_random_uuid(), 'domestic', :tenant, false);
INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
    SELECT :tenant, p.id, l.product_id, (l.level * (30 + 120 * random()))::int, 0, false
    FROM inventory.stock_location p JOIN demand l ON l.id = p.listing_id WHERE p.tenant_id = :tenant;
INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
    SELECT :tenant, p.id, d.id, (random() * 900)::int, 0, false
    FROM inventory.stock_location p JOIN inventory.product d ON d.tenant_id = p.tenant_id
    WHERE p.tenant_id = :tenant AND p.kind = 'domestic';
INSERT INTO inventory.sales_coverage (tenant_id, id, account_id, marketplace, date_from, date_to, source)
    SELECT :tenant, gen_random_uuid(), :tenant, m, date '{AS_OF}' - {DAYS}, date '{AS_OF}' - 1, 'stated'
    FROM unnest(ARRAY['US', 'DE', 'JP']) m;
INSERT INTO inventory.daily_sales (tenant_id, listing_id, sales_date, units, source)
    SELECT :tenant, l.id, date '{AS_OF}' - age,
        floor(-ln(1 - random()) * l.level * (1 + 0.5 * sin((age + l.phase) / 58.0)))::int, 'stated'
    FROM demand l, generate_series({DAYS}, 1, -1) age;
INSERT INTO inventory.stock_day (tenant_id, listing_id, stock_date, sellable_units, in_stock, source)
    SELECT :tenant, l.id, date '{AS_OF}' - age, 5, random() > 0.05, 'snapshot'
    FROM inventory.listing l, generate_series({STOCK_DAYS}, 1, -1) age WHERE l.tenant_id = :tenant;
"""
COPY_OUT = (
    "SELECT listing_id, sales_date, units, in_stock FROM inventory.daily_sales WHERE tenant_id = $1",
    "SELECT listing_id, stock_date, in_stock FROM inventory.stock_day WHERE tenant_id = $1",
)


@dataclass(frozen=True, slots=True)
class Round:
    """One run between two copies of its history, in seconds."""

    copy_out: float
    wall: float
    steps: dict[str, float]
    proposals: int

    @property
    def moving(self) -> float:
        """Reading and writing: all that is done with the database."""
        return self.steps["read"] + self.steps["write"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one size took: its rounds, and the processor seconds of each time that it was decided."""

    listings: int
    rounds: list[Round]
    decide_cpu: list[float]

    def median(self, value: Callable[[Round], float]) -> float:
        """The middle of what the rounds say."""
        return statistics.median(value(each) for each in self.rounds)


async def measure(quick: bool = False) -> list[Measurement]:
    """The rounds of each size, on a fresh database of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    await asyncio.to_thread(warm_up, "services.inventory.actions.run_replenishment", __name__)
    small, large = [await _measured(*size) for size in (QUICK_SIZES if quick else SIZES)]
    per_listing = [figures.median(lambda each: each.wall) / figures.listings for figures in (small, large)]
    return [
        *_measurements(small),
        *_measurements(large),
        Measurement(
            f"cost per listing, {large.listings:,} / {small.listings:,}",
            per_listing[1] / per_listing[0],
            "times",
            SCALE_LIMIT,
            note=f"{1000 * per_listing[0]:.2f} and {1000 * per_listing[1]:.2f} ms each",
        ),
    ]


def _measurements(figures: Figures) -> list[Measurement]:
    n = figures.listings
    ratios = [each.moving / each.copy_out for each in figures.rounds]
    decided = sorted(n / seconds for seconds in figures.decide_cpu)
    steps = {step: statistics.median(each.steps[step] for each in figures.rounds) for step in STEPS}
    whole = sum(steps.values())
    return [
        Measurement(f"{n:,} listings: COPY OUT of their history", figures.median(lambda each: each.copy_out), "s"),
        Measurement(f"{n:,} listings: reading and writing", figures.median(lambda each: each.moving), "s"),
        Measurement(
            f"{n:,} listings: reading and writing / COPY OUT",
            statistics.median(ratios),
            "times",
            COPY_LIMIT,
            note=f"of {len(ratios)} runs, {min(ratios):.2f} to {max(ratios):.2f}; all that is done with the database",
        ),
        Measurement(
            f"{n:,} listings: decided per second and core",
            statistics.median(decided),
            "listings",
            DECIDE_LIMIT,
            "at least",
            note=f"processor time of learning and deciding in a child; {decided[0]:.0f} to {decided[-1]:.0f}",
        ),
        Measurement(
            f"{n:,} listings: whole run",
            figures.median(lambda each: each.wall),
            "s",
            note=f"{figures.rounds[-1].proposals:,} proposals",
        ),
        *(
            Measurement(f"{n:,} listings: {step}", seconds, "s", note=f"{seconds / whole:.0%} of the run")
            for step, seconds in steps.items()
        ),
    ]


async def _measured(count: int, rounds: int) -> Figures:
    async with fresh_database("run") as urls:
        tenant = await create_tenant(urls.owner)
        await _fill(urls, tenant, count)
        database = Database(urls.inventory, pool_size=5, reader_pool_size=2)
        try:
            await _open(database, tenant)
            copies = [await _copy_out(urls, tenant)]
            found = []
            for _ in range(rounds):
                wall, run_id = await _run(database, tenant)
                copies.append(await _copy_out(urls, tenant))
                steps, proposals = await _outcome(urls, tenant, run_id)
                found.append(Round(statistics.mean(copies[-2:]), wall, steps, proposals))
            async with database.session(tenant.id) as session:
                content = await read_frozen_input(session, tenant.id, run_id)
        finally:
            await database.close()
    return Figures(count, found, [await compute(decide_seconds, content) for _ in range(3)])


def decide_seconds(content: bytes) -> float:
    """In a child: processor seconds of learning and deciding, of all its threads."""
    block = block_of(thawed(content))
    began = time.process_time()
    decide_chunk(block, learn_from(block))
    return time.process_time() - began


async def _fill(urls: DatabaseUrls, tenant: Tenant, count: int) -> None:
    assert urls.admin is not None
    admin = await asyncpg.connect(urls.admin)
    try:
        await admin.execute("SELECT setseed(0.42)")
        # The rows are consistent by construction; checking each link of millions would only take time.
        await admin.execute("SET session_replication_role = replica")
        await admin.execute(FILL.replace(":tenant", f"'{tenant.id}'::uuid").replace(":count", str(count)))
        await admin.execute("VACUUM ANALYZE")
    finally:
        await admin.close()


async def _copy_out(urls: DatabaseUrls, tenant: Tenant) -> float:
    """Seconds in which Postgres copies the history out, as the service's own role, to a reader that drops it."""
    connection = await asyncpg.connect(urls.inventory)

    async def drop(_: bytes) -> None:
        return

    try:
        async with connection.transaction():
            await connection.execute(set_tenant_statement(tenant.id))
            began = time.perf_counter()
            for query in COPY_OUT:
                await connection.copy_from_query(query, tenant.id, output=drop)
            return time.perf_counter() - began
    finally:
        await connection.close()


async def _open(database: Database, tenant: Tenant) -> None:
    """A worker's connections are open when work comes."""
    async with database.session(tenant.id) as session, database.reader(tenant.id) as connection:
        await session.execute(text("SELECT 1"))
        await connection.fetchval("SELECT 1")


async def _run(database: Database, tenant: Tenant) -> tuple[float, UUID]:
    kinds = {KIND: OperationKind(KIND, run_replenishment)}
    async with database.session(tenant.id) as session:
        operation = await start_replenishment_run(
            session, tenant.id, tenant.principal_id, RunWish(AS_OF, history_days=DAYS), utc_now()
        )
    began = time.perf_counter()
    await run_operation(database, "inventory", kinds, JobRef(tenant.id, operation.id), 0, asyncio.Event())
    return time.perf_counter() - began, UUID(operation.parameters["run_id"])


async def _outcome(urls: DatabaseUrls, tenant: Tenant, run_id: UUID) -> tuple[dict[str, float], int]:
    connection = await asyncpg.connect(urls.inventory)
    try:
        async with connection.transaction():
            await connection.execute(set_tenant_statement(tenant.id))
            row = await connection.fetchrow(
                "SELECT timings, proposals_count FROM inventory.replenishment_run WHERE tenant_id = $1 AND id = $2",
                tenant.id,
                run_id,
            )
        assert row is not None, "the run did not end well"
        timings = json.loads(row["timings"])
        return {step: float(timings[f"{step}_seconds"]) for step in STEPS}, int(row["proposals_count"])
    finally:
        await connection.close()
