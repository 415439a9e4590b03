"""Real files import with the totals that were counted from them independently, and a second time change nothing."""

import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.db.engine import Database
from tests.inventory.importing import import_file
from tests.support.paths import sample
from tests.support.tenants import Tenant

ORDERS = {
    "2018-11": (77, 77, "4340.93", 3),
    "2018-12": (119, 122, "6595.58", 2),
    "2019-01": (88, 95, "5069.85", 3),
    "2019-02": (59, 58, "3112.72", 2),
    "2019-03": (30, 28, "1642.02", 0),
    "2019-04": (15, 12, "680.48", 0),
    "2019-05": (43, 42, "2368.48", 1),
    "2019-06": (107, 105, "5066.17", 6),
    "2019-07": (51, 50, "2422.00", 0),
    "2019-10": (80, 82, "3370.18", 0),
    "2019-11": (138, 138, "5571.62", 5),
    "2019-12-01_17": (121, 119, "5015.69", 5),
}
POOLS = text("""
    SELECT place.kind, sum(b.on_hand) AS units FROM inventory.stock_balance AS b
    JOIN inventory.stock_location AS place ON place.tenant_id = b.tenant_id AND place.id = b.location_id
    WHERE b.tenant_id = :t GROUP BY place.kind
""")


async def value(database: Database, tenant_id: UUID, query: str, **arguments: object) -> object:
    async with database.session(tenant_id) as session:
        return (await session.execute(text(query), {"t": tenant_id, **arguments})).scalar_one()


async def pools(database: Database, tenant_id: UUID) -> dict[str, int]:
    async with database.session(tenant_id) as session:
        return {row.kind: int(row.units) for row in await session.execute(POOLS, {"t": tenant_id}) if row.units}


@pytest.mark.parametrize(
    ("name", "moment", "rows", "expected"),
    [
        (
            "2019-12-17",
            "2019-12-17T20:00:00+00:00",
            43,
            {"total_units": 3114, "fulfillable_units": 1497, "reserved_units": 9, "inbound_working_units": 1594},
        ),
        (
            "2020-02-02",
            "2020-02-02T20:00:00+00:00",
            40,
            {"total_units": 2637, "fulfillable_units": 1173, "reserved_units": 14, "inbound_working_units": 1444},
        ),
    ],
)
async def test_a_real_stock_report_opens_the_ledger(
    database: Database, tenant: Tenant, name: str, moment: str, rows: int, expected: dict[str, int]
) -> None:
    content = sample(f"fba_myi_unsuppressed_us_{name}.csv").read_bytes()
    outcome = await import_file(database, tenant, content, marketplace="US", as_of=moment)
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.counts == (rows, 0, 0)
    assert {key: outcome.row.totals[key] for key in expected} == expected
    held = await pools(database, tenant.id)
    assert held["amazon_sellable"] == expected["fulfillable_units"]
    assert held["amazon_reserved"] == expected["reserved_units"]
    assert sum(held.values()) == 0
    again = await import_file(database, tenant, content + b"\n", marketplace="US", as_of=moment)
    assert again.counts == (0, rows, 0)
    assert await pools(database, tenant.id) == held


async def test_the_next_stock_report_is_explained_by_sales_and_the_rest_is_an_adjustment(
    database: Database, tenant: Tenant
) -> None:
    first, second = (sample(f"fba_myi_unsuppressed_us_{day}.csv").read_bytes() for day in ("2019-12-17", "2020-02-02"))
    await import_file(database, tenant, first, marketplace="US", as_of="2019-12-17T20:00:00+00:00")
    await import_file(database, tenant, second, marketplace="US", as_of="2020-02-02T20:00:00+00:00")
    held = await pools(database, tenant.id)
    assert (held["amazon_sellable"], held["amazon_reserved"]) == (1173, 14)
    late = await import_file(database, tenant, first, marketplace="US", as_of="2019-12-18T20:00:00+00:00")
    assert late.operation.state == "succeeded"
    assert await pools(database, tenant.id) == held


@pytest.mark.parametrize("month", ORDERS)
async def test_real_orders_become_daily_sales(database: Database, tenant: Tenant, month: str) -> None:
    lines, units, amount, cancelled = ORDERS[month]
    content = sample(f"all_orders_us_{month}.tsv").read_bytes()
    outcome = await import_file(database, tenant, content, marketplace="US")
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.counts == (lines, 0, 0)
    totals = outcome.row.totals
    assert (totals["rows"], totals["shipped_amazon_units"], totals["cancelled_lines"]) == (lines, units, cancelled)
    assert Decimal(totals["shipped_amazon_amount"]) == Decimal(amount)
    sold = await value(database, tenant.id, "SELECT sum(units) FROM inventory.daily_sales WHERE tenant_id = :t")
    assert sold == totals["sold_units"]
    revenue = await value(
        database, tenant.id, "SELECT sum(revenue_amount) FROM inventory.daily_sales WHERE tenant_id = :t"
    )
    assert revenue == Decimal(totals["sold_amount"])
    again = await import_file(database, tenant, content + b"\r\n", marketplace="US")
    assert again.counts == (0, lines, 0)


async def test_the_months_that_nobody_sent_are_unknown(database: Database, tenant: Tenant) -> None:
    for month in ORDERS:
        content = sample(f"all_orders_us_{month}.tsv").read_bytes()
        outcome = await import_file(database, tenant, content, marketplace="US")
        assert outcome.operation.state == "succeeded"
    async with database.session(tenant.id) as session:
        rows = await session.execute(
            text("SELECT date_from, date_to FROM inventory.sales_coverage WHERE tenant_id = :t"), {"t": tenant.id}
        )
        ranges = [(row.date_from, row.date_to) for row in rows]
    known = {
        first + datetime.timedelta(days=number) for first, last in ranges for number in range((last - first).days + 1)
    }
    unknown_month = {datetime.date(2019, 8, 2) + datetime.timedelta(days=number) for number in range(58)}
    assert not known & unknown_month
    whole = (datetime.date(2019, 12, 17) - datetime.date(2018, 11, 1)).days + 1 - 61
    assert len(known) > whole - 40


@pytest.mark.parametrize(
    ("name", "facts", "rows", "sessions", "units", "sales"),
    [
        (
            "business_report_child_asin_us_2026-01_one_row.csv",
            {"marketplace": "US", "date_from": "2026-01-01", "date_to": "2026-01-31"},
            1,
            6744,
            528,
            "7274.35",
        ),
        (
            "business_report_child_sku_de_2025-04-02.csv",
            {"marketplace": "DE", "date_from": "2025-03-01", "date_to": "2025-03-31"},
            655,
            66844,
            11883,
            "110935.30",
        ),
        (
            "business_report_child_sku_gb_2025-07-16_all_columns.csv",
            {"marketplace": "GB", "date_from": "2025-06-01", "date_to": "2025-06-30"},
            1326,
            188189,
            9937,
            "189637.18",
        ),
        (
            "business_report_child_sku_gb_2025-07-23.csv",
            {"marketplace": "GB", "date_from": "2025-07-01", "date_to": "2025-07-22"},
            1128,
            179327,
            6911,
            "134865.50",
        ),
        (
            "business_report_child_sku_us_2019-11-21.csv",
            {"marketplace": "US", "date_from": "2018-11-21", "date_to": "2019-11-21"},
            49,
            75210,
            865,
            "43850.61",
        ),
    ],
)
async def test_real_business_reports_become_periods(
    database: Database,
    tenant: Tenant,
    name: str,
    facts: dict[str, Any],
    rows: int,
    sessions: int,
    units: int,
    sales: str,
) -> None:
    content = sample(name).read_bytes()
    outcome = await import_file(database, tenant, content, **facts)
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.counts == (rows, 0, 0)
    async with database.session(tenant.id) as session:
        row = (
            await session.execute(
                text(
                    "SELECT sum(sessions) AS sessions, sum(units) AS units, sum(revenue_amount) AS sales"
                    " FROM inventory.sales_period WHERE tenant_id = :t"
                ),
                {"t": tenant.id},
            )
        ).one()
    assert (row.sessions, row.units, row.sales) == (sessions, units, Decimal(sales))
    assert await value(database, tenant.id, "SELECT count(*) FROM inventory.daily_sales WHERE tenant_id = :t") == 0
    again = await import_file(database, tenant, content + b"\n", **facts)
    assert again.counts == (0, rows, 0)


async def test_a_real_business_report_by_date_tells_of_the_account(database: Database, tenant: Tenant) -> None:
    content = sample("business_report_by_date_us_2018-10_2019-12.csv").read_bytes()
    outcome = await import_file(database, tenant, content, marketplace="US")
    assert outcome.counts == (442, 0, 0)
    query = "SELECT sum({}) FROM inventory.account_sales_day WHERE tenant_id = :t"
    assert await value(database, tenant.id, query.format("units")) == 1053
    assert await value(database, tenant.id, query.format("revenue_amount")) == Decimal("50800.98")
    again = await import_file(database, tenant, content + b"\n", marketplace="US")
    assert again.counts == (0, 442, 0)


async def test_a_real_sales_and_traffic_report_keeps_both_of_its_sums(database: Database, tenant: Tenant) -> None:
    content = sample("sales_and_traffic_us_2024-02-14_26_day_parent.json").read_bytes()
    outcome = await import_file(database, tenant, content)
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.counts == (150, 0, 0)
    assert outcome.row.warnings[0]["code"] == "missing_days"
    days = "SELECT sum(units) FROM inventory.account_sales_day WHERE tenant_id = :t"
    items = "SELECT sum(units) FROM inventory.sales_period WHERE tenant_id = :t"
    assert await value(database, tenant.id, days) == 6684
    assert await value(database, tenant.id, items) == 6707
    again = await import_file(database, tenant, content + b"\n")
    assert again.counts == (0, 150, 0)


@pytest.mark.parametrize("number", ["1_day_sku", "2_week_child"])
async def test_the_official_sales_and_traffic_examples_are_taken(
    database: Database, tenant: Tenant, number: str
) -> None:
    content = sample(f"sales_and_traffic_official_example_{number}.json").read_bytes()
    outcome = await import_file(database, tenant, content)
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.row.rows_applied == outcome.row.totals["rows"]


async def test_a_real_restock_report_is_kept_as_advice(database: Database, tenant: Tenant) -> None:
    content = sample("restock_us_2019-12-15.csv").read_bytes()
    outcome = await import_file(database, tenant, content, as_of="2019-12-15T20:00:00+00:00")
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.counts == (43, 0, 0)
    async with database.session(tenant.id) as session:
        row = (
            await session.execute(
                text(
                    "SELECT sum(total_units) AS total, count(*) FILTER (WHERE alert = 'out_of_stock') AS out,"
                    " count(*) FILTER (WHERE alert = 'low_stock') AS low,"
                    " count(*) FILTER (WHERE recommended_units > 0) AS advised, sum(recommended_units) AS units"
                    " FROM inventory.restock_advice WHERE tenant_id = :t"
                ),
                {"t": tenant.id},
            )
        ).one()
    assert tuple(row) == (1506, 4, 1, 3, 81)
    again = await import_file(database, tenant, content + b"\n", as_of="2019-12-15T20:00:00+00:00")
    assert again.counts == (0, 43, 0)


async def test_the_present_restock_header_is_read_too(database: Database, tenant: Tenant) -> None:
    content = sample("restock_gb_2026_third_party_fixture.csv").read_bytes()
    outcome = await import_file(database, tenant, content, as_of="2026-02-15T20:00:00+00:00")
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.row.rows_applied > 0


async def test_already_parsed_order_records_are_read_too(database: Database, tenant: Tenant) -> None:
    content = sample("all_orders_last_update_us_2022-07_cancelled.jsonl").read_bytes()
    outcome = await import_file(database, tenant, content, marketplace="US")
    assert outcome.operation.state == "succeeded", outcome.operation.problem
    assert outcome.row.rows_applied == 5
