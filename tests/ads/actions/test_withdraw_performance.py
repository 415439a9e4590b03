"""A wrong import is withdrawn: the pull before it counts again, no later run reads it, and what was done is kept."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from deploy.roles import DatabaseUrls
from deploy.verify.run import verify
from services.ads.worker import operation_kinds
from shared.core.clock import utc_now
from shared.db.engine import Database
from shared.jobs.operations import run_operation
from shared.jobs.queue import JobRef
from tests.ads.actions.advertised import keyed
from tests.ads.actions.test_import_performance import (
    FIRST,
    LAST,
    LATER,
    TARGETING,
    csv_of,
    day,
    figures,
    pull,
    sums,
)
from tests.ads.api.test_metric_readings import ask
from tests.ads.builders import an_import
from tests.ads.end_to_end.test_real_account import scored
from tests.ads.importing import import_file
from tests.inventory.api import test_metric_readings as readings
from tests.support.builders import run_as_owner
from tests.support.http import problem_slug
from tests.support.tenants import Tenant

WHY = {"reason": "It is the report of another account."}


async def asked(ads: httpx.AsyncClient, import_id: UUID | str) -> httpx.Response:
    return await ads.post(f"/imports/{import_id}/withdrawal", json=WHY, headers=keyed())


async def withdrawn(ads: httpx.AsyncClient, database: Database, tenant: Tenant, import_id: UUID) -> dict[str, Any]:
    """Withdraw, with an undisturbed worker; the import as it is read then."""
    answer = await asked(ads, import_id)
    assert answer.status_code == 202, answer.text
    operation = answer.headers["Location"].rpartition("/")[2]
    kinds = {kind.name: kind for kind in operation_kinds(None)}
    await run_operation(database, "ads", kinds, JobRef(tenant.id, UUID(operation)), 0, asyncio.Event())
    done = (await ads.get(f"/operations/{operation}")).json()
    assert done["state"] == "succeeded", done
    found: dict[str, Any] = (await ads.get(f"/imports/{import_id}")).json()
    return found


async def test_the_pull_before_counts_again_and_the_trace_stays(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, database_urls: DatabaseUrls
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1), day(2, 8, 0)), FIRST)
    wrong = await pull(ads_database, tenant, csv_of(TARGETING, day(2, 99, 9), day(3, 7, 1)), LATER)
    assert await figures(ads) == [("2026-02-01", 10, 1), ("2026-02-02", 99, 9), ("2026-02-03", 7, 1)]
    found = await withdrawn(ads, ads_database, tenant, wrong.row.id)
    assert await figures(ads) == [("2026-02-01", 10, 1), ("2026-02-02", 8, 0)]
    assert await sums(ads) == [("2026-02-01", True, 1), ("2026-02-02", True, 0)]
    assert found["withdrawn_by"] == str(tenant.principal_id)
    assert found["withdrawn_at"] is not None
    assert found["withdrawal_reason"] == WHY["reason"]
    assert found["state"] == "succeeded", "what was done is not denied"
    [gone] = (await ads.get("/report-pulls", params={"is_withdrawn": "true"})).json()["items"]
    assert (gone["import_id"], gone["withdrawn_at"]) == (str(wrong.row.id), found["withdrawn_at"])
    assert (await ads.get(f"/imports/{wrong.row.id}/file")).status_code == 200
    [campaign] = (await ads.get("/campaigns")).json()["items"]
    [finding] = [each for each in await verify(database_urls, storage=False) if each.code == "I9"]
    assert [line for line in finding.violations if campaign["id"] in line] == []


async def test_withdrawing_again_changes_nothing(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1)), FIRST)
    wrong = await pull(ads_database, tenant, csv_of(TARGETING, day(1, 99, 9)), LATER)
    first = await withdrawn(ads, ads_database, tenant, wrong.row.id)
    again = await asked(ads, wrong.row.id)
    assert again.status_code == 202
    assert again.json()["withdrawal_operation_id"] == first["withdrawal_operation_id"]
    assert await withdrawn(ads, ads_database, tenant, wrong.row.id) == first
    assert await figures(ads) == [("2026-02-01", 10, 1)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_two_are_withdrawn_in_whatever_order(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, order: tuple[int, int]
) -> None:
    """The one between is not current; when the newest goes after it, the first counts."""
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1)), FIRST)
    wrong = [
        await pull(ads_database, tenant, csv_of(TARGETING, day(1, 50, 5)), LATER),
        await pull(ads_database, tenant, csv_of(TARGETING, day(1, 99, 9)), LAST),
    ]
    await withdrawn(ads, ads_database, tenant, wrong[order[0]].row.id)
    assert await figures(ads) == [("2026-02-01", *((99, 9) if order[0] == 0 else (50, 5)))]
    await withdrawn(ads, ads_database, tenant, wrong[order[1]].row.id)
    assert await figures(ads) == [("2026-02-01", 10, 1)]
    assert await sums(ads) == [("2026-02-01", True, 1)]


async def test_an_import_that_ended_midway_is_withdrawn_and_its_file_is_no_duplicate(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    content = csv_of(TARGETING, day(1, 2, 0))
    await import_file(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1)), marketplace="US")
    begun = await import_file(ads_database, tenant, content, marketplace="US")
    await run_as_owner(
        tenant,
        "UPDATE platform.operation SET state = 'cancelled' WHERE tenant_id = $1 AND id = $2",
        begun.row.operation_id,
    )
    await run_as_owner(
        tenant,
        "UPDATE ads.report_pull SET date_from = NULL, date_to = NULL, granularity = NULL, row_count = 0"
        " WHERE tenant_id = $1 AND import_id = $2",
        begun.row.id,
    )
    assert await figures(ads) == [("2026-02-01", 2, 0)]
    found = await withdrawn(ads, ads_database, tenant, begun.row.id)
    assert found["state"] == "cancelled"
    assert await figures(ads) == [("2026-02-01", 10, 1)]
    again = await import_file(ads_database, tenant, content, marketplace="US")
    assert again.row.duplicate_of is None
    assert await figures(ads) == [("2026-02-01", 2, 0)]
    await withdrawn(ads, ads_database, tenant, again.row.id)
    assert (await import_file(ads_database, tenant, content, marketplace="US")).row.duplicate_of is None


async def test_scores_of_later_runs_do_not_use_what_was_withdrawn(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    await pull(ads_database, tenant, csv_of(TARGETING, day(1, 10, 1)), FIRST)
    wrong = await pull(ads_database, tenant, csv_of(TARGETING, day(1, 99, 9), day(3, 7, 1)), LATER)

    async def clicks() -> int:
        run = await scored(ads, ads_database, tenant, as_of_date="2026-02-06")
        items = (await ads.get(f"/scoring-runs/{run['id']}/scores", params={"level": "campaign"})).json()["items"]
        return int(items[0]["clicks"])

    assert await clicks() == 106
    await withdrawn(ads, ads_database, tenant, wrong.row.id)
    assert await clicks() == 10


@pytest.mark.parametrize("products", [False, True], ids=["campaigns", "products"])
async def test_of_days_that_are_withdrawn_wholly_nothing_is_known(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant, products: bool
) -> None:
    figures, columns = "100,5,1.00", "Impressions,Clicks,Spend"
    content = csv_of(f"Date,Currency,Campaign Name,{columns}", f'"Feb 01, 2026",USD,Kettle,{figures}')
    if products:
        columns = f"Date,Currency,Campaign Name,Ad Group Name,Advertised SKU,Advertised ASIN,{columns}"
        content = csv_of(columns, f'"Feb 01, 2026",USD,Kettle,Main,KETTLE,B0KETTLE,{figures}')
    wrong = await pull(ads_database, tenant, content, FIRST)
    await ask(ads_database, tenant, KETTLE="K1")
    keeper = readings.Keeper(ads)
    of = " K1" if products else ""
    assert (await keeper.pull())[f"ad_spend US{of} 2026-02-01"] == ("1", "USD")
    await withdrawn(ads, ads_database, tenant, wrong.row.id)
    assert await keeper.pull() == {}


async def test_what_is_running_was_only_checked_or_did_nothing_is_not_withdrawn(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    running = (await an_import(ads, tenant))["import_id"]
    code = (await ads.get("/ad-accounts")).json()["items"][0]["code"]
    content = csv_of(TARGETING, day(1, 10, 1))
    checked = await import_file(ads_database, tenant, content, marketplace="US", account=code, validate_only=True)
    applied = await import_file(ads_database, tenant, content, marketplace="US", account=code)
    double = await import_file(ads_database, tenant, content, marketplace="US", account=code)
    for import_id in (running, checked.row.id, double.row.id):
        answer = await asked(ads, import_id)
        assert (answer.status_code, problem_slug(answer)) == (409, "not-withdrawable"), answer.text
    assert (await asked(ads, double.row.id)).json()["parameters"]["duplicate_of"] == str(applied.row.id)
    assert (await asked(ads, utc_now().strftime("00000000-0000-0000-0000-%y%m%d%H%M%S"))).status_code == 404
