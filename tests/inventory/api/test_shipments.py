"""Proposals and shipments over HTTP: decided once, moved with stock, exported, seen by nobody else."""

from datetime import date
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio
from sqlalchemy import text

from services.inventory.domain.ledger import LocationKind
from services.inventory.tables import LaneRow
from shared.core.clock import utc_now
from shared.core.ids import new_id
from shared.db.engine import Database
from shared.web.app import ServiceApp
from tests.inventory.ledger_checks import assert_ledger_holds
from tests.inventory.proposals import propose
from tests.inventory.runs import put
from tests.inventory.seed import NOW, Seed, seed
from tests.support.http import problem_slug
from tests.support.lists import check_list
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """100 kettles and 100 trays at home, and a slow lane."""
    async with database.session(tenant.id) as session:
        made = await seed(session, tenant.id)
        for code in made.products:
            await put(session, made, code, 100, LocationKind.DOMESTIC)
        session.add(
            LaneRow(
                tenant_id=tenant.id,
                id=new_id(),
                marketplace="US",
                mode="slow_sea",
                transit_days_p10=38,
                transit_days_p50=44,
                transit_days_p90=55,
                active=True,
                assumed_fields=[],
                version=1,
                created_at=NOW,
                updated_at=NOW,
            )
        )
    return made


async def proposal(database: Database, seller: Seed, code: str, units: int, **options: Any) -> str:
    async with database.session(seller.tenant_id) as session:
        return str(await propose(session, seller, code, units, **options))


async def post(
    client: httpx.AsyncClient, path: str, body: dict[str, Any], *, version: int | None = None, key: str | None = None
) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    if version is not None:
        headers["If-Match"] = f'"v{version}"'
    return await client.post(path, json=body, headers=headers)


async def shipment(client: httpx.AsyncClient, seller: Seed, units: int = 40) -> dict[str, Any]:
    answer = await post(
        client,
        "/shipments",
        {
            "account_id": str(seller.account_id),
            "marketplace": "US",
            "warehouse_id": str(seller.warehouses["HOME"]),
            "mode": "slow_sea",
            "reference": f"SEA {uuid4()}",
            "freight": {"amount": "850", "currency": "USD"},
            "lines": [{"listing_id": str(seller.listings["KETTLE"]), "units": units}],
        },
    )
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"v1"'
    assert answer.headers["location"].endswith(f"/shipments/{answer.json()['id']}")
    return dict(answer.json())


async def move(client: httpx.AsyncClient, at: dict[str, Any], to: str, **more: Any) -> dict[str, Any]:
    answer = await post(client, f"/shipments/{at['id']}/transitions", {"to": to, **more}, version=at["version"])
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_proposal_is_read_as_the_list_shows_it(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, seller: Seed
) -> None:
    identifier = await proposal(database, seller, "KETTLE", 60)
    [row] = await check_list(inventory, inventory_app, "/shipment-proposals")
    one = await inventory.get(f"/shipment-proposals/{identifier}")
    assert one.json() == row
    assert one.headers["etag"] == '"v1"'
    assert row["avoided"] == {"amount": "250.5", "currency": "USD"}
    assert row["product_units"] == 60


async def test_a_proposal_keeps_the_units_of_the_product_that_it_was_decided_for(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    path = f"/shipment-proposals/{await proposal(database, seller, 'KETTLE', 60)}"
    before = (await inventory.get(path)).json()
    async with database.session(seller.tenant_id) as session:
        await session.execute(
            text("UPDATE inventory.listing SET units_per_listing = 4 WHERE tenant_id = :t"), {"t": seller.tenant_id}
        )
    assert (await inventory.get(path)).json() == before


async def test_proposals_are_filtered_and_sorted_by_the_money_they_avoid(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    sea = await proposal(database, seller, "KETTLE", 60)
    air = await proposal(database, seller, "TRAY", 10, mode="air")
    async with database.session(seller.tenant_id) as session:
        await session.execute(
            text("UPDATE inventory.shipment_proposal SET avoided_amount = 900 WHERE tenant_id = :t AND id = :i"),
            {"t": seller.tenant_id, "i": air},
        )

    async def found(**filters: str) -> list[str]:
        answer = await inventory.get("/shipment-proposals", params=filters)
        return [row["id"] for row in answer.json()["items"]]

    assert await found() == [air, sea]
    assert await found(sort="avoided") == [sea, air]
    assert await found(mode="air") == [air]
    assert await found(marketplace="US,DE", state="proposed") == [air, sea]
    assert await found(marketplace="DE") == []
    assert await found(listing_id=str(seller.listings["KETTLE"])) == [sea]


async def test_an_approval_is_done_once_however_often_it_is_sent(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    path = f"/shipment-proposals/{await proposal(database, seller, 'KETTLE', 60)}/approval"
    answers = [await post(inventory, path, {}, version=1, key="approve-1") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[2].json()
    assert answers[0].headers["etag"] == '"v2"'
    assert answers[0].json()["state"] == "approved"
    stale = await post(inventory, path, {}, version=1)
    assert (stale.status_code, problem_slug(stale)) == (412, "precondition-failed")
    again = await post(inventory, path, {}, version=2)
    assert (again.status_code, problem_slug(again)) == (409, "already-decided")
    assert (await inventory.post(path, json={}, headers={"Idempotency-Key": "x"})).status_code == 428
    assert (await inventory.post(path, json={}, headers={"If-Match": '"v2"'})).status_code == 400
    await assert_ledger_holds(database, seller.tenant_id)


async def test_a_refused_approval_names_what_is_there(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    path = f"/shipment-proposals/{await proposal(database, seller, 'KETTLE', 120)}/approval"
    short = await post(inventory, path, {}, version=1)
    assert (short.status_code, problem_slug(short)) == (409, "insufficient-stock")
    assert short.json()["parameters"]["available"] == 100
    wordless = await post(inventory, path, {"quantity_units": 100}, version=1)
    assert problem_slug(wordless) == "reason-missing"
    part = await post(inventory, path, {"quantity_units": 100, "reason": "all we have"}, version=1)
    assert part.json()["state"] == "partly_approved"


async def test_a_rejection_needs_a_reason(inventory: httpx.AsyncClient, database: Database, seller: Seed) -> None:
    identifier = await proposal(database, seller, "KETTLE", 60)
    path = f"/shipment-proposals/{identifier}/rejection"
    assert (await post(inventory, path, {}, version=1)).status_code == 422
    rejected = await post(inventory, path, {"reason": "end of season"}, version=1)
    assert (rejected.json()["state"], rejected.json()["decision_reason"]) == ("rejected", "end of season")
    [event] = (await inventory.get(f"/shipment-proposals/{identifier}/events")).json()["items"]
    assert (event["from_state"], event["to_state"], event["reason"]) == ("proposed", "rejected", "end of season")


async def test_decisions_in_a_batch_stand_each_by_itself(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    first, second, third = [await proposal(database, seller, "KETTLE", 60) for _ in range(3)]
    decisions = [
        {"proposal_id": first, "version": 1, "decision": "approve"},
        {"proposal_id": second, "version": 1, "decision": "approve"},
        {"proposal_id": third, "version": 1, "decision": "reject", "reason": "too much"},
        {"proposal_id": third, "version": 2, "decision": "approve"},
        {"proposal_id": str(uuid4()), "version": 1, "decision": "approve"},
    ]
    answer = await post(inventory, "/shipment-proposal-decisions", {"decisions": decisions}, key="batch")
    assert answer.status_code == 207
    items = answer.json()["items"]
    assert [item["status"] for item in items] == [200, 409, 200, 409, 404]
    assert items[1]["problem"]["type"].endswith("insufficient-stock")
    assert items[1]["problem"]["parameters"]["available"] == 40
    assert [item["state"] for item in items] == ["approved", None, "rejected", None, None]
    replayed = await post(inventory, "/shipment-proposal-decisions", {"decisions": decisions}, key="batch")
    assert replayed.content == answer.content
    await assert_ledger_holds(database, seller.tenant_id)


async def patch(client: httpx.AsyncClient, at: dict[str, Any], body: dict[str, Any]) -> httpx.Response:
    headers = {"If-Match": f'"v{at["version"]}"', "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"/shipments/{at['id']}", json=body, headers=headers)


async def test_what_is_said_of_a_shipment_is_corrected_and_its_history_says_so(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, seller: Seed
) -> None:
    at = await move(inventory, await shipment(inventory, seller), "departed", occurred_date="2026-01-05")
    assert (at["eta_date"], at["eta_stated"]) == ("2026-02-18", False)
    late = {"eta_date": "2026-03-04", "carrier": "Matson", "freight": {"amount": "910.5", "currency": "EUR"}}
    answer = await patch(inventory, at, late)
    assert answer.status_code == 200, answer.text
    now = answer.json()
    assert (now["eta_date"], now["eta_stated"], now["carrier"], now["freight"]) == (
        "2026-03-04", True, "Matson", late["freight"],
    )  # fmt: skip
    assert answer.headers["etag"] == f'"v{now["version"]}"'
    assert now["version"] == at["version"] + 1
    assert (await patch(inventory, at, late)).status_code == 412
    assert (await patch(inventory, now, late)).json()["version"] == now["version"]
    events = await check_list(inventory, inventory_app, f"/shipments/{at['id']}/events")
    assert [event["kind"] for event in events] == ["created", "moved", "changed"]
    assert events[-1]["changed_fields"] == ["carrier", "eta_date", "eta_stated", "freight"]
    unannounced = (await patch(inventory, now, {"eta_date": None})).json()
    assert (unannounced["eta_date"], unannounced["eta_stated"]) == ("2026-02-18", False)
    refused = await patch(inventory, unannounced, {"ship_by_date": "2026-01-20"})
    assert (refused.status_code, problem_slug(refused)) == (409, "too-late-to-change")
    refused = await patch(inventory, unannounced, {"eta_date": "2026-01-04"})
    assert refused.status_code == 422
    refused = await patch(inventory, unannounced, {"freight": {"amount": "1", "currency": "RMB"}})
    assert [each["pointer"] for each in refused.json()["errors"]] == ["#/freight/currency"]


async def change_line(client: httpx.AsyncClient, at: dict[str, Any], units: int, **more: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{at["version"]}"', "Content-Type": "application/merge-patch+json"}
    path = f"/shipments/{at['id']}/lines/{at['lines'][0]['id']}"
    return await client.patch(path, json={"planned_units": units, **more}, headers=headers)


async def promised(database: Database, seller: Seed) -> int:
    async with database.session(seller.tenant_id) as session:
        found = await session.execute(
            text("SELECT sum(allocated) FROM inventory.stock_balance WHERE tenant_id = :t AND product_id = :p"),
            {"t": seller.tenant_id, "p": seller.products["KETTLE"]},
        )
        return int(found.scalar_one())


async def test_fewer_or_more_packs_are_sent_until_the_shipment_leaves_and_home_knows_it(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, seller: Seed
) -> None:
    at = await shipment(inventory, seller, 40)
    each = at["lines"][0]["units_per_listing"]
    fewer = await change_line(inventory, at, 10)
    assert fewer.status_code == 200, fewer.text
    now = fewer.json()
    assert (now["planned_units"], now["lines"][0]["planned_units"], now["version"]) == (10, 10, at["version"] + 1)
    assert fewer.headers["etag"] == f'"v{now["version"]}"'
    assert await promised(database, seller) == 10 * each
    assert (await change_line(inventory, at, 20)).status_code == 412
    assert (await change_line(inventory, now, 10)).json()["version"] == now["version"]
    booked = await move(inventory, now, "booked")
    more = (await change_line(inventory, booked, 100 // each)).json()
    assert await promised(database, seller) == 100 // each * each
    too_many = await change_line(inventory, more, 100 // each + 1)
    assert (too_many.status_code, problem_slug(too_many)) == (409, "insufficient-stock")
    assert (await inventory.get(f"/shipments/{at['id']}")).json() == more
    await assert_ledger_holds(database, seller.tenant_id)
    events = await check_list(inventory, inventory_app, f"/shipments/{at['id']}/events")
    assert [(event["kind"], event["listing_id"], event["changes"]) for event in events] == [
        ("created", None, []),
        ("changed", at["lines"][0]["listing_id"], [{"field": "planned_units", "before": "40", "after": "10"}]),
        ("moved", None, []),
        (
            "changed",
            at["lines"][0]["listing_id"],
            [{"field": "planned_units", "before": "10", "after": str(100 // each)}],
        ),
    ]
    line = await inventory.get(f"/shipments/{at['id']}/lines/{at['lines'][0]['id']}")
    assert (line.json(), line.headers["etag"]) == (more["lines"][0], f'"v{more["version"]}"')
    gone = await move(inventory, more, "departed")
    assert gone["lines"][0]["shipped_units"] == 100 // each
    late = await change_line(inventory, gone, 5)
    assert (late.status_code, problem_slug(late)) == (409, "too-late-to-change")


async def test_a_line_is_changed_by_whole_cartons_unless_one_may_be_broken(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    at = await shipment(inventory, seller, 40)
    async with database.session(seller.tenant_id) as session:
        await session.execute(
            text("UPDATE inventory.product SET carton_units = 20 WHERE tenant_id = :t"), {"t": seller.tenant_id}
        )
    broken = await change_line(inventory, at, 7)
    assert (broken.status_code, problem_slug(broken)) == (409, "broken-carton")
    assert (await change_line(inventory, at, 7, break_carton=True)).json()["planned_units"] == 7
    other = await shipment(inventory, seller, 20)
    stranger = at | {"lines": other["lines"], "version": at["version"] + 1}
    assert (await change_line(inventory, stranger, 20)).status_code == 404


async def test_the_life_of_a_shipment(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, database: Database, seller: Seed
) -> None:
    at = await shipment(inventory, seller)
    assert (at["state"], at["planned_units"], at["shipped_units"]) == ("planned", 40, None)
    at = await move(inventory, at, "booked")
    at = await move(inventory, at, "departed", occurred_date="2026-01-05", eta_date="2026-02-18")
    assert (at["departed_date"], at["eta_date"], at["shipped_units"]) == ("2026-01-05", "2026-02-18", 40)
    [position] = (
        await inventory.get("/stock-positions", params={"listing_id": str(seller.listings["KETTLE"])})
    ).json()["items"]
    assert (position["in_transit_units"], position["domestic_on_hand_units"]) == (40, 60)
    receipt = {"received_date": "2026-02-20", "lines": [{"listing_id": str(seller.listings["KETTLE"]), "units": 37}]}
    made = await post(inventory, f"/shipments/{at['id']}/receipts", receipt, key="receipt")
    assert (made.status_code, made.json()["units"]) == (201, 37)
    assert (await post(inventory, f"/shipments/{at['id']}/receipts", receipt, key="receipt")).json() == made.json()
    at = (await inventory.get(f"/shipments/{at['id']}")).json()
    assert (at["state"], at["receiving_date"], at["received_units"]) == ("receiving", "2026-02-20", 37)
    [open_one] = await check_list(inventory, inventory_app, f"/shipments/{at['id']}/discrepancies")
    assert (open_one["difference_units"], open_one["settled"]) == (-3, False)
    refused = await post(inventory, f"/shipments/{at['id']}/transitions", {"to": "cancelled"}, version=at["version"])
    assert (refused.status_code, problem_slug(refused)) == (409, "illegal-transition")
    at = await move(inventory, at, "closed", reason="three are missing", claim=True)
    [settled] = (await inventory.get(f"/shipments/{at['id']}/discrepancies")).json()["items"]
    assert (settled["settled"], settled["claim"]) == (True, True)
    events = await check_list(inventory, inventory_app, f"/shipments/{at['id']}/events")
    assert [event["to_state"] for event in events] == ["planned", "booked", "departed", "receiving", "closed"]
    await check_list(inventory, inventory_app, f"/shipments/{at['id']}/receipts")
    await check_list(inventory, inventory_app, "/shipments")
    movements = (await inventory.get("/stock-movements", params={"sort": "occurred_at"})).json()["items"]
    assert [each["kind"] for each in movements if each["shipment_id"]] == ["departure", "receiving", "shortfall"]
    await assert_ledger_holds(database, seller.tenant_id)


async def test_the_packing_list_can_be_opened_as_a_spreadsheet(
    inventory: httpx.AsyncClient, inventory_app: ServiceApp, seller: Seed
) -> None:
    at = await shipment(inventory, seller)
    [line] = await check_list(inventory, inventory_app, f"/shipments/{at['id']}/lines")
    assert (line["seller_sku"], line["planned_units"]) == ("KETTLE", 40)
    assert at["lines"] == [line]
    sheet = await inventory.get(f"/shipments/{at['id']}/lines", headers={"Accept": "text/csv"})
    assert "KETTLE" in sheet.text


async def test_a_shipment_that_cannot_be_served_changes_nothing(
    inventory: httpx.AsyncClient, database: Database, seller: Seed
) -> None:
    body = {
        "account_id": str(seller.account_id),
        "marketplace": "US",
        "warehouse_id": str(seller.warehouses["HOME"]),
        "mode": "air",
        "lines": [
            {"listing_id": str(seller.listings["TRAY"]), "units": 10},
            {"listing_id": str(seller.listings["KETTLE"]), "units": 101},
        ],
    }
    short = await post(inventory, "/shipments", body)
    assert problem_slug(short) == "insufficient-stock"
    assert (await inventory.get("/shipments")).json()["items"] == []
    elsewhere = await post(inventory, "/shipments", body | {"marketplace": "DE"})
    assert elsewhere.status_code == 422
    unknown = await post(inventory, "/shipments", body | {"warehouse_id": str(uuid4())})
    assert unknown.json()["errors"][0]["pointer"] == "#/warehouse_id"
    await assert_ledger_holds(database, seller.tenant_id)


async def test_a_day_in_the_future_is_refused(inventory: httpx.AsyncClient, seller: Seed) -> None:
    at = await shipment(inventory, seller)
    ahead = date(utc_now().year + 1, 1, 1).isoformat()
    answer = await post(
        inventory, f"/shipments/{at['id']}/transitions", {"to": "departed", "occurred_date": ahead}, version=1
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/occurred_date"
