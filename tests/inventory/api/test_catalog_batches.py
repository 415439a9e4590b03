"""An ERP sends its catalog in batches: known names are changed, new ones added, and each item has its own result."""

from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio

from shared.db.engine import Database
from tests.inventory.seed import Seed, seed
from tests.support.http import problem_slug
from tests.support.tenants import Tenant


@pytest_asyncio.fixture
async def seller(database: Database, tenant: Tenant) -> Seed:
    """An account with kettles and trays."""
    async with database.session(tenant.id) as session:
        return await seed(session, tenant.id)


async def send(client: httpx.AsyncClient, noun: str, *items: dict[str, Any], key: str | None = None) -> httpx.Response:
    headers = {"Idempotency-Key": key or str(uuid4())}
    return await client.post(f"/{noun}-batches", json={"items": items}, headers=headers)


async def results(client: httpx.AsyncClient, noun: str, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await send(client, noun, *items)
    assert answer.status_code == 207, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    assert [each["index"] for each in found] == list(range(len(items)))
    return found


async def test_products_are_found_by_code_else_added(inventory: httpx.AsyncClient, seller: Seed) -> None:
    cost = {"amount": "38.50", "currency": "CNY"}
    known, new = await results(
        inventory, "product", {"code": "kettle", "carton_units": 24}, {"code": "POT", "name": "Pot", "unit_cost": cost}
    )
    assert (known["status"], known["key"], known["id"]) == (200, "kettle", str(seller.products["KETTLE"]))
    assert (new["status"], new["version"], new["problem"]) == (201, 1, None)
    kettle = (await inventory.get(f"/products/{known['id']}")).json()
    assert (kettle["code"], kettle["carton_units"], kettle["version"]) == ("KETTLE", 24, known["version"])
    pot = (await inventory.get(f"/products/{new['id']}")).json()
    assert (pot["name"], pot["unit_cost"]["currency"], pot["carton_units"]) == ("Pot", "CNY", 1)
    assert "carton_units" in pot["assumed_fields"]


async def test_an_item_that_says_nothing_new_leaves_the_version(inventory: httpx.AsyncClient, seller: Seed) -> None:
    item = {"code": "KETTLE", "unit_cost": {"amount": "5.5", "currency": "USD"}}
    [first] = await results(inventory, "product", item)
    [second] = await results(inventory, "product", item)
    assert (second["status"], second["version"]) == (200, first["version"])
    [third] = await results(inventory, "product", {"code": "KETTLE", "unit_cost": None})
    assert third["version"] == first["version"] + 1


async def test_items_that_fail_leave_the_others_alone(inventory: httpx.AsyncClient, seller: Seed) -> None:
    found = await results(
        inventory,
        "product",
        {"code": "NAMELESS"},
        {"code": "POT", "name": "Pot"},
        {"code": "pot", "name": "Pot again"},
        {"code": "KETTLE", "unit_cost": {"amount": "1", "currency": "RMB"}, "carton_units": 99},
        {"code": "TRAY", "carton_units": 6},
    )
    assert [each["status"] for each in found] == [422, 201, 422, 422, 200]
    pointers = [each["problem"] and each["problem"]["errors"][0]["pointer"] for each in found]
    assert pointers == ["#/name", None, "#", "#/unit_cost/currency", None]
    kettle = (await inventory.get(f"/products/{seller.products['KETTLE']}")).json()
    assert kettle["carton_units"] == 1


async def test_listings_are_found_by_account_marketplace_and_sku(inventory: httpx.AsyncClient, seller: Seed) -> None:
    account = (await inventory.get(f"/accounts/{seller.account_id}")).json()["code"]
    at = (await inventory.get(f"/listings/{seller.listings['KETTLE']}")).json()
    name = {"account_code": account.upper(), "marketplace": at["marketplace"], "seller_sku": at["seller_sku"].lower()}
    price = {"amount": "29.99", "currency": "USD"}
    here = {"account_code": account, "marketplace": "US"}
    found = await results(
        inventory,
        "listing",
        {**name, "price": price, "referral_rate": 0.15},
        {**here, "seller_sku": "POT-US", "product_code": "tray", "units_per_listing": 2},
        {**here, "seller_sku": "PAN-US"},
        {**here, "seller_sku": "PAN-US-2", "product_code": "unheard of"},
        {**here, "account_code": "nobody", "seller_sku": "POT-US", "product_code": "TRAY"},
    )
    assert [each["status"] for each in found] == [200, 201, 422, 422, 422]
    assert [each["problem"]["errors"][0]["pointer"] for each in found[2:]] == [
        "#/product_code", "#/product_code", "#/account_code",
    ]  # fmt: skip
    changed = (await inventory.get(f"/listings/{seller.listings['KETTLE']}")).json()
    assert (changed["price"], changed["seller_sku"]) == (price, at["seller_sku"])
    made = (await inventory.get(f"/listings/{found[1]['id']}")).json()
    assert (made["product_code"], made["units_per_listing"], made["on_sale"]) == ("TRAY", 2, True)
    [again] = await results(inventory, "listing", {**name, "price": price, "referral_rate": 0.15})
    assert again["version"] == found[0]["version"]


async def test_a_batch_is_carried_out_once_however_often_it_is_sent(inventory: httpx.AsyncClient, seller: Seed) -> None:
    item = {"code": "POT", "name": "Pot"}
    first, second = [await send(inventory, "product", item, key="nightly") for _ in range(2)]
    assert second.content == first.content
    other = await send(inventory, "product", {"code": "PAN", "name": "Pan"}, key="nightly")
    assert (other.status_code, problem_slug(other)) == (422, "idempotency-key-reused")
    without = await inventory.post("/product-batches", json={"items": [item]})
    assert without.status_code == 400


async def test_a_batch_holds_a_thousand_items_at_most(inventory: httpx.AsyncClient, seller: Seed) -> None:
    items = [{"code": f"P-{number}", "name": f"Product {number}"} for number in range(1_001)]
    assert (await send(inventory, "product", *items)).status_code == 422
    found = await results(inventory, "product", *items[:50])
    assert {each["status"] for each in found} == {201}
    again = await results(inventory, "product", *items[:1_000:20])
    assert [each["status"] for each in again] == [200, 200, 200, *[201] * 47]
