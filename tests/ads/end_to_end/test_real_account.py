"""One real account from its reports to a bulk sheet of approved changes that reads back as it was approved."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from services.ads.actions.run_scoring import run_scoring
from services.ads.actions.start_scoring_run import KIND
from services.ads.formats.bulk_row import BulkEntityRow, Operation
from services.ads.formats.kinds import KINDS
from shared.core.marketplaces import get_marketplace
from shared.db.engine import Database
from shared.files.facts import Facts
from shared.files.reading import read_whole
from shared.jobs.operations import OperationKind, run_operation
from shared.jobs.queue import JobRef
from tests.ads.end_to_end.bulk_download import bulk_download
from tests.ads.importing import import_file
from tests.support.paths import sample
from tests.support.tenants import Tenant

REPORTS = ("campaign", "search_term", "targeting", "placement", "advertised_product")
SUFFIX = {"campaign": "csv"}
# What the seller would know: a third of the price is left before ads.
BREAK_EVEN = 0.4


async def every(client: httpx.AsyncClient, path: str, **parameters: Any) -> AsyncIterator[dict[str, Any]]:
    """All items of a list."""
    answer = (await client.get(path, params={"limit": 1000, **parameters})).raise_for_status()
    while True:
        for item in answer.json()["items"]:
            yield item
        if answer.json().get("next") is None:
            return
        answer = (await client.get(answer.json()["next"])).raise_for_status()


def keyed(version: int | None = None) -> dict[str, str]:
    """Headers of a write."""
    return {"Idempotency-Key": str(uuid4())} | ({} if version is None else {"If-Match": f'"v{version}"'})


async def scored(client: httpx.AsyncClient, database: Database, tenant: Tenant, **wish: Any) -> dict[str, Any]:
    """A finished scoring run, carried out as a worker would, without an inventory to ask."""
    answer = await client.post("/scoring-runs", json=wish, headers=keyed())
    assert answer.status_code == 202, answer.text
    operation_id = answer.json()["id"]

    async def run(job: Any) -> None:
        await run_scoring(job, None)

    kinds = {KIND: OperationKind(KIND, run)}
    await run_operation(database, "ads", kinds, JobRef(tenant.id, UUID(operation_id)), 0, asyncio.Event())
    operation = (await client.get(f"/operations/{operation_id}")).json()
    assert operation["state"] == "succeeded", operation
    return dict((await client.get(operation["result_url"])).raise_for_status().json())


async def test_from_files_to_an_approved_bulk_sheet(
    ads: httpx.AsyncClient, ads_database: Database, tenant: Tenant
) -> None:
    for report in REPORTS:
        content = sample(f"ads_sp_{report}_in_2020_daily.{SUFFIX.get(report, 'xlsx')}").read_bytes()
        outcome = await import_file(ads_database, tenant, content, marketplace="IN", as_of="2020-03-11T00:00:00+00:00")
        assert outcome.row.rows_rejected == 0
    structure = [[each async for each in every(ads, path)] for path in ("/campaigns", "/ad-groups", "/targets")]
    ads_made = [each async for each in every(ads, "/product-ads")]
    sheet = bulk_download(structure[0], structure[1], structure[2], ads_made)
    outcome = await import_file(
        ads_database,
        tenant,
        sheet,
        marketplace="IN",
        date_from="2020-02-01",
        date_to="2020-02-29",
        as_of="2020-03-11T01:00:00+00:00",
    )
    assert outcome.row.rows_rejected == 0
    assert len(structure[0]) == len([each async for each in every(ads, "/campaigns")]) == 10

    async for product in every(ads, "/advertised-products"):
        patch = {
            "price": {"amount": "300", "currency": "INR"},
            "product_cost": {"amount": "120", "currency": "INR"},
            "fees": {"amount": "60", "currency": "INR"},
        }
        answer = await ads.patch(
            f"/advertised-products/{product['id']}",
            json=patch,
            headers={"If-Match": f'"v{product["version"]}"', "Content-Type": "application/merge-patch+json"},
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["break_even_acos"] == pytest.approx(BREAK_EVEN)

    run = await scored(ads, ads_database, tenant, as_of_date="2020-03-01", window_days=30, tau=0.7)
    [market] = run["totals"]["markets"]
    assert market["cost"] == {"amount": "47108.12", "currency": "INR"}
    assert run["inventory_state"] == "silent"
    assert run["findings"]
    assert 0 < Decimal(market["waste_saved"]["amount"]) <= Decimal(market["wasted_spend"]["amount"])

    scores = [each async for each in every(ads, f"/scoring-runs/{run['id']}/scores", level="search_term")]
    assert sum(each["clicks"] for each in scores) == 1_955
    proposals = [each async for each in every(ads, "/ad-proposals", run_id=run["id"])]
    kinds = {each["kind"] for each in proposals}
    assert {"negate", "bid_down"} <= kinds
    # Nothing that needs stock is proposed while inventory is silent.
    assert kinds.isdisjoint({"bid_up", "throttle"})

    decisions = [{"proposal_id": each["id"], "version": each["version"], "decision": "approve"} for each in proposals]
    answer = await ads.post("/ad-proposal-decisions", json={"decisions": decisions[:1000]}, headers=keyed())
    assert {each["status"] for each in answer.json()["items"]} == {200}
    answer = await ads.post(
        "/bulk-sheets", json={"proposal_ids": [each["id"] for each in proposals[:1000]]}, headers=keyed()
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert made["proposals_count"] + len(made["left_out"]) == len(decisions[:1000])

    file = await ads.get(f"/bulk-sheets/{made['id']}/file")
    facts = Facts(marketplace=get_marketplace("IN"), from_date=date(2020, 2, 1), to_date=date(2020, 2, 29))
    whole = read_whole(KINDS, file.content, facts)
    assert not whole.errors
    rows = [row for row in whole.rows if isinstance(row, BulkEntityRow)]
    assert len(rows) == made["rows_count"]
    bids = {
        row.record.keyword_id or row.record.product_targeting_id: row.record.bid
        for row in rows
        if row.record.operation is Operation.UPDATE and row.record.bid is not None
    }
    approved = {
        each["amazon_target_id"]: each["id"] async for each in every(ads, "/targets") if each["amazon_target_id"]
    }
    wanted = {
        each["target_id"]: Decimal(each["new_value"]) for each in proposals if each["kind"] in ("bid_up", "bid_down")
    }
    assert bids == {key: wanted[target] for key, target in approved.items() if target in wanted}

    answer = await ads.post(f"/bulk-sheets/{made['id']}/application", json={}, headers=keyed())
    assert answer.status_code == 200
    changes = [each async for each in every(ads, "/ad-changes")]
    assert len(changes) == made["proposals_count"]
