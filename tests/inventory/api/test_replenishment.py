"""Runs and the planning call over HTTP: started once, followed, read whole; the stateless call answers at once."""

import copy
import gzip
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
import pytest_asyncio
from sqlalchemy import select

from services.inventory.domain.ledger import LocationKind
from services.inventory.schemas.replenishment_plan import REQUEST_EXAMPLES
from shared.db.engine import Database
from shared.db.platform import OperationRow
from shared.web.app import ServiceApp
from tests.inventory.runs import carry_out, put, sell, state_money
from tests.inventory.seed import Seed, seed
from tests.support.http import client_of, problem_slug
from tests.support.lists import check_list
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """KETTLE sells ten a day until 2 March 2026 and has a week's stock."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        await state_money(session, made, "KETTLE")
        await sell(session, made, "KETTLE", 10)
        await put(session, made, "KETTLE", 70, LocationKind.AMAZON_SELLABLE)
        await put(session, made, "KETTLE", 5_000, LocationKind.DOMESTIC)
    return made


async def start(client: httpx.AsyncClient, key: str | None = None, **body: Any) -> httpx.Response:
    return await client.post("/replenishment-runs", json=body, headers={"Idempotency-Key": key or str(uuid4())})


async def work_off(database: Database, tenant: Tenant, operation_id: str) -> None:
    async with database.session(tenant.id) as session:
        operation = (
            await session.scalars(
                select(OperationRow).where(OperationRow.tenant_id == tenant.id, OperationRow.id == UUID(operation_id))
            )
        ).one()
    await carry_out(database, operation)


async def test_a_run_from_the_request_to_its_proposals(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, tenant: Tenant, seller: Seed
) -> None:
    begun = await start(inventory, "run-1", as_of_date="2026-03-02", history_days=180)
    assert begun.status_code == 202
    operation = begun.json()
    assert begun.headers["location"].endswith(f"/operations/{operation['id']}")
    assert (await start(inventory, "run-1", as_of_date="2026-03-02", history_days=180)).json() == operation
    assert (await inventory.get("/replenishment-runs")).json()["items"] == []
    await work_off(database, tenant, operation["id"])
    ended = (await inventory.get(f"/operations/{operation['id']}")).json()
    assert ended["state"] == "succeeded", ended
    assert ended["progress"] == {"done": 2, "total": 2, "unit": "listings"}
    [row] = await check_list(inventory, inventory_app, "/replenishment-runs")
    one = (await inventory.get(ended["result_url"])).json()
    assert one == row
    assert one["proposals_count"] == one["totals"]["proposals"] > 0
    assert {each["code"] for each in one["assumptions"]} >= {"lane", "price"}
    outcomes = await check_list(inventory, inventory_app, f"{ended['result_url']}/outcomes", least=2)
    assert {each["seller_sku"]: each["code"] for each in outcomes} == {"KETTLE": "proposed", "TRAY": "no_demand"}
    proposals = await check_list(inventory, inventory_app, "/shipment-proposals")
    assert len(proposals) == one["proposals_count"]
    assert sum(each["quantity_units"] for each in proposals) == one["totals"]["units"]
    total = sum(float(each["cost"]["amount"]) for each in proposals)
    assert total == pytest.approx(float(one["totals"]["cost"]["amount"]))
    assert [float(each["avoided"]["amount"]) for each in proposals] == sorted(
        (float(each["avoided"]["amount"]) for each in proposals), reverse=True
    )


async def test_only_the_listings_that_were_asked_for_are_looked_at(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant, seller: Seed
) -> None:
    wanted = str(seller.listings["KETTLE"])
    operation = (await start(inventory, as_of_date="2026-03-02", listing_ids=[wanted])).json()
    await work_off(database, tenant, operation["id"])
    [run] = (await inventory.get("/replenishment-runs")).json()["items"]
    assert run["listings_count"] == 1
    operation = (await start(inventory, as_of_date="2026-03-02", marketplaces=["DE"])).json()
    await work_off(database, tenant, operation["id"])
    runs = (await inventory.get("/replenishment-runs")).json()["items"]
    assert [each["listings_count"] for each in runs] == [0, 1]


@pytest.mark.parametrize(
    "body",
    [
        {"as_of_date": "2999-01-01"},
        {"as_of_date": "1999-12-31"},
        {"review_days": 0},
        {"history_days": 5},
        {"currency": "XXX"},
        {"marketplaces": ["ZZ"]},
        {"listing_ids": []},
        {"unknown": 1},
    ],
)
async def test_what_no_run_could_decide_is_refused(inventory: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await start(inventory, **body)).status_code == 422


async def test_a_run_needs_a_key(inventory: httpx.AsyncClient) -> None:
    assert problem_slug(await inventory.post("/replenishment-runs", json={})) == "idempotency-key-missing"


def plan_body() -> dict[str, Any]:
    return copy.deepcopy(REQUEST_EXAMPLES["with_domestic_stock"]["value"])


async def test_a_plan_is_answered_at_once(inventory: httpx.AsyncClient) -> None:
    answer = await inventory.post("/replenishment-plans", json=plan_body())
    assert answer.status_code == 200
    assert set(answer.json()) == {"shipments", "purchases"}
    assert all(set(line) == {"sku", "mode", "qty"} for line in answer.json()["shipments"])
    again = await inventory.post("/replenishment-plans", json=plan_body())
    assert again.content == answer.content


async def test_a_compressed_plan_is_the_same_plan(inventory: httpx.AsyncClient) -> None:
    content = orjson.dumps(plan_body())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    packed = await inventory.post("/replenishment-plans", content=gzip.compress(content), headers=headers)
    plain = await inventory.post("/replenishment-plans", json=plan_body())
    assert packed.content == plain.content
    other = await inventory.post("/replenishment-plans", content=content, headers=headers | {"Content-Encoding": "br"})
    assert (other.status_code, problem_slug(other)) == (415, "unsupported-media-type")
    broken = await inventory.post("/replenishment-plans", content=content, headers=headers)
    assert problem_slug(broken) == "bad-request"


async def test_a_wrong_plan_names_the_field(inventory: httpx.AsyncClient) -> None:
    body = plan_body()
    body["skus"][0]["econ"]["cogs"] = -1
    answer = await inventory.post("/replenishment-plans", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/skus/0/econ/cogs"
    body = plan_body()
    body["skus"][0]["history"][2] = -5
    answer = await inventory.post("/replenishment-plans", json=body)
    assert answer.json()["errors"][0]["pointer"] == "#/skus/0/history/2"


async def test_a_plan_is_json(inventory: httpx.AsyncClient) -> None:
    answer = await inventory.post("/replenishment-plans", content=b"{}", headers={"Content-Type": "text/plain"})
    assert problem_slug(answer) == "unsupported-media-type"
    answer = await inventory.post("/replenishment-plans", content=b"{", headers={"Content-Type": "application/json"})
    assert problem_slug(answer) == "bad-request"


async def test_a_plan_of_fifty_megabytes_is_read_and_more_is_refused(inventory: httpx.AsyncClient) -> None:
    content = orjson.dumps(plan_body())
    headers = {"Content-Type": "application/json"}
    large = await inventory.post("/replenishment-plans", content=content + b" " * 50_000_000, headers=headers)
    assert large.status_code == 200
    larger = await inventory.post("/replenishment-plans", content=content + b" " * 70_000_000, headers=headers)
    assert (larger.status_code, problem_slug(larger)) == (413, "content-too-large")


async def test_a_plan_needs_a_key_that_may_read(inventory_app: ServiceApp, tenant: Tenant) -> None:
    async with client_of(inventory_app) as stranger:
        assert (await stranger.post("/replenishment-plans", json=plan_body())).status_code == 401
    async with client_of(inventory_app, key=await tenant.make_key(["ads.read"])) as other:
        assert (await other.post("/replenishment-plans", json=plan_body())).status_code == 403
