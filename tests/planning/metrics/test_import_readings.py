"""Sheets of readings: applied like typed readings, bad rows told by line, the same file never applied twice."""

from datetime import date
from decimal import Decimal
from typing import Any

import httpx

from services.planning.actions.import_registry import IMPORTS
from shared.db.engine import Database
from shared.files.xlsx_out import xlsx_bytes
from tests.support.importing import Outcome, import_through
from tests.support.tenants import Tenant

HEADER = "metric,org_unit,marketplace,month,start_date,end_date,value,currency,observed_at"


async def send(database: Database, tenant: Tenant, *rows: str, **facts: Any) -> Outcome:
    return await import_through(IMPORTS, database, tenant, "\n".join([HEADER, *rows, ""]).encode(), **facts)


async def current(planning: httpx.AsyncClient, code: str) -> list[tuple[str, str, str]]:
    listed = (await planning.get(f"/metrics/{code}/readings", params={"sort": "end_date"})).json()["items"]
    return [(each["period"]["start_date"], each["period"]["end_date"], each["value"]) for each in listed]


async def test_a_sheet_of_months_and_days_is_recorded(
    planning: httpx.AsyncClient, planning_database: Database, tenant: Tenant
) -> None:
    unit = {"code": "Kitchen", "name": "Kitchen", "level": "company", "active_from_date": "2026-01-01"}
    unit_id = (await planning.post("/organisation-units", json=unit)).json()["id"]
    done = await send(
        planning_database,
        tenant,
        "headcount,kitchen,,2026-09,,,25,,",
        "headcount,Kitchen,,2026年10月,,,29,,2026-11-02T09:00:00Z",
        "payroll,,US,,2026-10-01,2026-10-31,12000.50,USD,",
    )
    assert (done.operation.state, done.counts, done.error_places) == ("succeeded", (3, 0, 0), [])
    assert await current(planning, "headcount") == [
        ("2026-09-01", "2026-09-30", "25"),
        ("2026-10-01", "2026-10-31", "29"),
    ]
    listed = (await planning.get("/metrics/headcount/readings")).json()["items"]
    assert {each["scope"]["org_unit_id"] for each in listed} == {unit_id}
    assert {each["import_id"] for each in listed} == {str(done.row.id)}
    assert {each["recorded_by"] for each in listed} == {str(tenant.principal_id)}
    again = await send(
        planning_database,
        tenant,
        "headcount,kitchen,,2026-09,,,25,,",
        "headcount,Kitchen,,2026年10月,,,29,,2026-11-02T09:00:00Z",
        "payroll,,US,,2026-10-01,2026-10-31,12000.50,USD,",
    )
    assert again.row.duplicate_of == done.row.id


async def test_bad_rows_are_told_by_line_and_lose_no_good_ones(
    planning: httpx.AsyncClient, planning_database: Database, tenant: Tenant
) -> None:
    done = await send(
        planning_database,
        tenant,
        "headcount,,,2026-10,,,29,,2026-11-02T09:00:00Z",
        "headcount,nobody,,2026-10,,,29,,",
        "nothing,,,2026-10,,,1,,",
        "net_revenue,,,2026-10,,,1,USD,",
        "payroll,,,2026-10,,,1,,",
        "headcount,,,,,,1,,",
        "headcount,,,2026-10,2026-10-01,,1,,",
        "headcount,,,,2026-10-31,2026-10-01,1,,",
        "headcount,,,2026-10,,,31,,2026-11-02T09:00:00Z",
    )
    assert done.counts[0] == 1
    assert sorted(done.error_places) == [
        (3, "org_unit", "unknown_code"),
        (4, "metric", "unknown_metric"),
        (5, "metric", "source_does_not_fit"),
        (6, "currency", "currency_missing"),
        (7, "start_date", "empty"),
        (8, "month", "two_periods"),
        (9, "end_date", "too_early"),
        (10, None, "duplicate_key"),
    ]
    assert await current(planning, "headcount") == [("2026-10-01", "2026-10-31", "29")]


async def test_checking_a_sheet_records_nothing(
    planning: httpx.AsyncClient, planning_database: Database, tenant: Tenant
) -> None:
    done = await send(planning_database, tenant, "headcount,,,2026-10,,,29,,", validate_only=True)
    assert done.counts == (1, 0, 0)
    assert await current(planning, "headcount") == []


async def test_a_workbook_is_read_like_a_text(
    planning: httpx.AsyncClient, planning_database: Database, tenant: Tenant
) -> None:
    columns = ("指标", "月份", "数值", "币种")
    rows = [["payroll", "2026年10月", Decimal("12000.5"), "USD"], ["payroll", date(2026, 9, 1), Decimal(9000), "USD"]]
    done = await import_through(
        IMPORTS, planning_database, tenant, b"".join(xlsx_bytes(columns, rows, sheet="Readings"))
    )
    assert (done.row.kind, done.counts, done.error_places) == ("readings_sheet", (2, 0, 0), [])
    assert await current(planning, "payroll") == [
        ("2026-09-01", "2026-09-30", "9000"),
        ("2026-10-01", "2026-10-31", "12000.5"),
    ]
