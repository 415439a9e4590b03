"""Files over HTTP: recognised by what they hold, asked for what they leave unsaid, read back as they came."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.inventory.actions.import_registry import IMPORTS
from shared.db.engine import Database
from shared.jobs.import_run import import_operation
from shared.jobs.operations import run_operation
from shared.jobs.queue import JobRef
from tests.inventory.actions.test_import_kinds import fba, order, orders
from tests.support.http import problem_slug
from tests.support.tenants import Tenant


async def send(client: httpx.AsyncClient, content: bytes, name: str = "file.txt", **facts: str) -> httpx.Response:
    return await client.post(
        "/imports", files={"file": (name, content)}, data=facts, headers={"Idempotency-Key": str(uuid4())}
    )


async def carried_out(
    client: httpx.AsyncClient, database: Database, tenant: Tenant, answer: httpx.Response
) -> dict[str, Any]:
    """The import after its operation has ended."""
    assert answer.status_code == 202, answer.text
    made = answer.json()
    kinds = {"import": import_operation(IMPORTS)}
    ref = JobRef(tenant.id, UUID(made["operation_id"]))
    await run_operation(database, "inventory", kinds, ref, 0, asyncio.Event())
    body: dict[str, Any] = (await client.get(f"/imports/{made['id']}")).json()
    return body


async def test_a_file_is_what_its_header_says_and_not_its_name(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    answer = await send(inventory, orders(order(1, "A", 2)), name="FBA inventory.csv")
    assert answer.json()["kind"] == "all_orders"
    done = await carried_out(inventory, database, tenant, answer)
    assert (done["state"], done["rows_applied"]) == ("succeeded", 1)
    sales = (await inventory.get("/daily-sales")).json()["items"]
    assert [(day["units"], day["revenue"]) for day in sales] == [(2, {"amount": "20", "currency": "USD"})]
    covered = (await inventory.get("/sales-coverage")).json()["items"]
    assert [(each["date_from"], each["date_to"]) for each in covered] == [("2026-02-10", "2026-02-10")]


async def test_what_a_stock_report_leaves_unsaid_is_asked_for(inventory: httpx.AsyncClient) -> None:
    content = fba(("A", 5, 0, 0, 0, 0))
    answer = await send(inventory, content)
    assert (answer.status_code, problem_slug(answer)) == (422, "facts-missing")
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/marketplace", "/as_of"}
    unknown = await send(inventory, content, marketplace="US", as_of="2026-03-01T12:00:00Z", account="nobody")
    assert (unknown.status_code, problem_slug(unknown)) == (422, "invalid")
    assert (await send(inventory, b"a,b\n1,2\n")).status_code == 422


async def test_a_stock_report_shows_as_a_position_and_its_file_can_be_had_again(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    content = fba(("A", 5, 1, 2, 0, 0))
    answer = await send(inventory, content, marketplace="US", as_of="2026-03-01T12:00:00Z")
    done = await carried_out(inventory, database, tenant, answer)
    (position,) = (await inventory.get("/stock-positions")).json()["items"]
    assert [position[f"{pool}_units"] for pool in ("sellable", "reserved", "unfulfillable")] == [5, 2, 1]
    (movement,) = (await inventory.get("/stock-movements", params={"import_id": done["id"]})).json()["items"]
    assert (movement["kind"], movement["reason"]) == ("snapshot", "amazon_report")
    (day,) = (await inventory.get("/stock-days")).json()["items"]
    assert (day["stock_date"], day["sellable_units"]) == ("2026-03-01", 5)
    assert (await inventory.get(f"/imports/{done['id']}/file")).content == content
    again = await send(inventory, content, marketplace="US", as_of="2026-03-01T12:00:00Z")
    assert (again.json()["duplicate_of"], again.json()["state"]) == (done["id"], "succeeded")


async def test_refused_rows_can_be_read_with_line_column_and_reason(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    content = fba(("A", 5, 0, 0, 0, 0), ("B", 9, 0, 0, 0, 0)).replace(b"9,9,0,0,9", b"9,many,0,0,9")
    answer = await send(inventory, content, marketplace="US", as_of="2026-03-01T12:00:00Z")
    done = await carried_out(inventory, database, tenant, answer)
    assert (done["rows_applied"], done["rows_rejected"]) == (1, 1)
    (error,) = (await inventory.get(f"/imports/{done['id']}/row-errors")).json()["items"]
    assert (error["line"], error["column"], error["value"]) == (3, "afn-fulfillable-quantity", "many")
