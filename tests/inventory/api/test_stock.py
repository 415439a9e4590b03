"""Stock movements and positions over HTTP: double entry, keys, and what there was at any moment."""

from typing import Any
from uuid import uuid4

import httpx

from services.inventory.actions.open_locations import ADJUSTMENT, Place, open_locations
from services.inventory.actions.post_movement import Movement, post_movement
from services.inventory.domain.ledger import LocationKind, MovementKind, between
from shared.core.clock import utc_now
from shared.db.engine import Database
from tests.inventory.seed import NOW, Seed, seed
from tests.support.http import problem_slug
from tests.support.tenants import Tenant


async def stock(database: Database, tenant: Tenant, **options: Any) -> Seed:
    async with database.session(tenant.id) as session:
        return await seed(session, tenant.id, **options)


async def post(client: httpx.AsyncClient, key: str | None = None, **body: Any) -> httpx.Response:
    return await client.post("/stock-movements", json=body, headers={"Idempotency-Key": key or str(uuid4())})


def line(product_id: object, quantity: int) -> dict[str, Any]:
    return {"product_id": str(product_id), "quantity": quantity}


async def test_the_same_key_moves_stock_once(inventory: httpx.AsyncClient, database: Database, tenant: Tenant) -> None:
    made = await stock(database, tenant)
    home, kettle = str(made.warehouses["HOME"]), made.products["KETTLE"]
    answers = [
        await post(inventory, "receipt-1", kind="receipt", warehouse_id=home, lines=[line(kettle, 50)])
        for _ in range(3)
    ]
    assert [answer.status_code for answer in answers] == [201, 201, 201]
    assert answers[0].json() == answers[2].json()
    assert answers[2].headers["idempotency-replayed"] == "true"
    other = await post(inventory, "receipt-1", kind="receipt", warehouse_id=home, lines=[line(kettle, 51)])
    assert problem_slug(other) == "idempotency-key-reused"
    (held,) = (await inventory.get("/domestic-stock")).json()["items"]
    assert held["on_hand_units"] == 50
    missing = await inventory.post("/stock-movements", json={"kind": "receipt", "warehouse_id": home, "lines": []})
    assert missing.status_code in (400, 422)


async def test_a_movement_is_answered_as_the_list_shows_it(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    made = await stock(database, tenant)
    fields = {
        "reason": "counted",
        "note": "The shelf behind the door.",
        "occurred_at": "2026-01-31T10:30:00.123456+01:00",
    }
    lines = [line(made.products["KETTLE"], 5)]
    moved = await post(inventory, kind="receipt", warehouse_id=str(made.warehouses["HOME"]), lines=lines, **fields)
    assert moved.status_code == 201
    assert (await inventory.get("/stock-movements")).json()["items"] == [moved.json()]


async def test_all_lines_move_or_none(inventory: httpx.AsyncClient, database: Database, tenant: Tenant) -> None:
    made = await stock(database, tenant, warehouses=("HOME", "PORT"))
    home, port = str(made.warehouses["HOME"]), str(made.warehouses["PORT"])
    kettle, tray = made.products["KETTLE"], made.products["TRAY"]
    await post(inventory, kind="receipt", warehouse_id=home, lines=[line(kettle, 10), line(tray, 2)])
    refused = await post(
        inventory, kind="transfer", warehouse_id=home, to_warehouse_id=port, lines=[line(kettle, 5), line(tray, 3)]
    )
    assert (refused.status_code, problem_slug(refused)) == (409, "insufficient-stock")
    held = (await inventory.get("/domestic-stock", params={"warehouse_id": port})).json()["items"]
    assert held == []
    moved = await post(
        inventory, kind="transfer", warehouse_id=home, to_warehouse_id=port, lines=[line(kettle, 5), line(tray, 2)]
    )
    legs = (await inventory.get(moved.headers["location"])).json()["items"]
    assert [leg["quantity"] for leg in legs] == [-5, 5, -2, 2]
    assert sum(leg["quantity"] for leg in legs) == 0


async def test_a_correction_takes_units_out_as_well(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    made = await stock(database, tenant)
    home, kettle = str(made.warehouses["HOME"]), made.products["KETTLE"]
    await post(inventory, kind="correction", warehouse_id=home, lines=[line(kettle, 10)], reason="opening")
    await post(inventory, kind="correction", warehouse_id=home, lines=[line(kettle, -4)], reason="damaged")
    (held,) = (await inventory.get("/domestic-stock")).json()["items"]
    assert held["on_hand_units"] == 6
    listed = (await inventory.get("/stock-movements", params={"product_id": str(kettle)})).json()["items"]
    assert [each["reason"] for each in listed] == ["damaged", "opening"]


async def test_movements_that_cannot_be_meant_are_refused(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    made = await stock(database, tenant, warehouses=("HOME", "PORT"))
    home, port = str(made.warehouses["HOME"]), str(made.warehouses["PORT"])
    lines = [line(made.products["KETTLE"], 5)]
    for wrong, pointer in (
        ({"kind": "receipt", "lines": [line(made.products["KETTLE"], -5)]}, "#/lines/0/quantity"),
        ({"kind": "transfer", "lines": lines}, "#/to_warehouse_id"),
        ({"kind": "receipt", "lines": lines, "to_warehouse_id": port}, "#/to_warehouse_id"),
        ({"kind": "transfer", "lines": lines, "to_warehouse_id": home}, "#/to_warehouse_id"),
        ({"kind": "receipt", "lines": lines, "occurred_at": "2199-01-01T00:00:00Z"}, "#/occurred_at"),
        ({"kind": "receipt", "lines": [line(uuid4(), 5)]}, "#/lines/0/product_id"),
        ({"kind": "receipt", "lines": lines, "warehouse_id": str(uuid4())}, "#/warehouse_id"),
        ({"kind": "receipt", "lines": lines, "warehouse_id": str(made.products["KETTLE"])}, "#/warehouse_id"),
    ):
        body: dict[str, Any] = {"warehouse_id": home} | wrong
        answer = await post(inventory, **body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await post(inventory, kind="snapshot", warehouse_id=home, lines=lines)).status_code == 422


async def test_a_position_tells_packs_at_amazon_and_units_at_home(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    made = await stock(database, tenant, products=("KETTLE",), pack=2)
    await post(
        inventory, kind="receipt", warehouse_id=str(made.warehouses["HOME"]), lines=[line(made.products["KETTLE"], 31)]
    )
    await put_at_amazon(database, made, 40)
    (row,) = (await inventory.get("/stock-positions")).json()["items"]
    assert (row["sellable_units"], row["reserved_units"], row["in_transit"]) == (20, 0, [])
    assert (row["domestic_on_hand_units"], row["domestic_allocated_units"]) == (31, 0)


async def test_a_past_position_is_what_the_ledger_knew_then(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    made = await stock(database, tenant, products=("KETTLE",))
    await put_at_amazon(database, made, 40)
    between_both = utc_now()
    await put_at_amazon(database, made, -15)

    async def sellable(**params: str) -> int:
        (row,) = (await inventory.get("/stock-positions", params=params)).json()["items"]
        return int(row["sellable_units"])

    assert await sellable() == 25
    assert await sellable(as_of=between_both.isoformat()) == 40
    changes = {"product_id": await another_product(inventory)}
    headers = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    assert (await inventory.patch(f"/listings/{made.listings['KETTLE']}", json=changes, headers=headers)).is_success
    assert await sellable() == 25
    assert await sellable(as_of=between_both.isoformat()) == 40
    assert await sellable(as_of=NOW.isoformat()) == 0
    assert (await inventory.get("/stock-positions", params={"as_of": "yesterday"})).status_code == 422


async def another_product(client: httpx.AsyncClient) -> str:
    body = {"code": "ANOTHER", "name": "Another product"}
    answer = await client.post("/products", json=body, headers={"Idempotency-Key": str(uuid4())})
    return str(answer.json()["id"])


async def put_at_amazon(database: Database, made: Seed, units: int) -> None:
    async with database.session(made.tenant_id) as session:
        pool = Place(LocationKind.AMAZON_SELLABLE, listing_id=made.listings["KETTLE"])
        locations = await open_locations(session, made.tenant_id, [pool, ADJUSTMENT])
        legs = between(locations[ADJUSTMENT], locations[pool], made.products["KETTLE"], units)
        now = utc_now()
        movement = Movement(kind=MovementKind.SNAPSHOT, occurred_at=now, legs=legs, created_by=made.tenant_id)
        await post_movement(session, made.tenant_id, movement, now)


async def test_another_product_takes_the_stock_along_by_a_movement(
    inventory: httpx.AsyncClient, database: Database, tenant: Tenant
) -> None:
    made = await stock(database, tenant)
    await put_at_amazon(database, made, 40)
    path = f"/listings/{made.listings['KETTLE']}"
    changes = {"product_id": str(made.products["TRAY"]), "units_per_listing": 3}
    headers = {"If-Match": '"v1"', "Content-Type": "application/merge-patch+json"}
    answer = await inventory.patch(path, json=changes, headers=headers)
    assert (answer.status_code, answer.json()["product_code"]) == (200, "TRAY")
    rows = {row["seller_sku"]: row for row in (await inventory.get("/stock-positions")).json()["items"]}
    assert rows["KETTLE"]["sellable_units"] == 40
    (movement,) = (await inventory.get("/stock-movements", params={"kind": "relink"})).json()["items"]
    legs = (await inventory.get(f"/stock-movements/{movement['id']}/legs")).json()["items"]
    assert sorted(leg["quantity"] for leg in legs) == [-120, -40, 40, 120]
