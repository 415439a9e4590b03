"""Accounts, warehouses, products, listings, lanes and exchange rates over HTTP."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.inventory.builders import (
    a_lane,
    a_listing,
    a_product,
    a_warehouse,
    an_account,
    an_exchange_rate,
    some_stock_at_home,
)
from tests.support.builders import Builder
from tests.support.http import problem_slug
from tests.support.tenants import Tenant

MADE: dict[str, tuple[Builder, dict[str, Any]]] = {
    "accounts": (an_account, {"name": "Another name"}),
    "warehouses": (a_warehouse, {"name": "Another name", "country_code": None}),
    "products": (a_product, {"unit_cost": {"amount": "41.25", "currency": "CNY"}, "unit_weight_kg": None}),
    "listings": (a_listing, {"price": {"amount": "27.5", "currency": "USD"}, "on_sale": False}),
    "lanes": (a_lane, {"kg_cost": None, "unit_cost": {"amount": "3", "currency": "USD"}}),
    "exchange-rates": (an_exchange_rate, {"rate": "7.2"}),
}


async def patch(client: httpx.AsyncClient, path: str, version: int, **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{version}"', "Content-Type": "application/merge-patch+json"}
    return await client.patch(path, json=changes, headers=headers)


def told(body: dict[str, Any]) -> dict[str, Any]:
    """The body with its moments as moments: the last zeros of a second may be written or not."""
    return {name: datetime.fromisoformat(value) if name.endswith("_at") else value for name, value in body.items()}


@pytest.mark.parametrize("noun", MADE)
async def test_what_was_made_can_be_read_changed_and_listed(
    inventory: httpx.AsyncClient, tenant: Tenant, noun: str
) -> None:
    build, changes = MADE[noun]
    (made_id,) = (await build(inventory, tenant)).values()
    path = f"/{noun}/{made_id}"
    before = (await inventory.get(path)).json()
    answer = await patch(inventory, path, 1, **changes)
    assert answer.status_code == 200, answer.text
    after = answer.json()
    assert {name: after[name] for name in changes} == changes
    assert (before["version"], after["version"], answer.headers["etag"]) == (1, 2, '"v2"')
    unchanged = {name for name in before if name not in (*changes, "version", "updated_at", "assumed_fields")}
    assert {name: before[name] for name in unchanged} == {name: after[name] for name in unchanged}
    listed = {each["id"]: each for each in (await inventory.get(f"/{noun}")).json()["items"]}
    assert told(listed[made_id]) == told(after)


@pytest.mark.parametrize("noun", MADE)
async def test_a_change_of_what_was_read_too_long_ago_is_refused(
    inventory: httpx.AsyncClient, tenant: Tenant, noun: str
) -> None:
    build, changes = MADE[noun]
    (made_id,) = (await build(inventory, tenant)).values()
    assert (await patch(inventory, f"/{noun}/{made_id}", 1, **changes)).status_code == 200
    late = await patch(inventory, f"/{noun}/{made_id}", 1, **changes)
    assert (late.status_code, problem_slug(late)) == (412, "precondition-failed")


async def test_a_code_is_unique_whatever_its_case_and_width(inventory: httpx.AsyncClient) -> None:
    for path in ("/accounts", "/warehouses", "/products"):
        assert (await inventory.post(path, json={"code": "Straße 1", "name": "x"})).status_code == 201
        for same in ("STRASSE 1", "strasse １", "Straße  1"):
            answer = await inventory.post(path, json={"code": same, "name": "x"})
            assert (answer.status_code, problem_slug(answer)) == (409, "duplicate-key"), same


async def test_what_nobody_stated_of_a_product_is_named_as_assumed(inventory: httpx.AsyncClient) -> None:
    made = (await inventory.post("/products", json={"code": "CUP", "name": "Cup", "moq_units": 10})).json()
    assert made["assumed_fields"] == [
        "unit_cost",
        "carton_units",
        "unit_weight_kg",
        "unit_volume_cm3",
        "production_days",
    ]
    assert (made["carton_units"], made["unit_cost"]) == (1, None)
    changed = (await patch(inventory, f"/products/{made['id']}", 1, carton_units=1)).json()
    assert "carton_units" not in changed["assumed_fields"]
    assumed = (await inventory.get("/products", params={"is_assumed": "true"})).json()["items"]
    assert [each["code"] for each in assumed] == ["CUP"]


async def test_a_listing_names_what_exists(inventory: httpx.AsyncClient, tenant: Tenant) -> None:
    account, product = await an_account(inventory, tenant), await a_product(inventory, tenant)
    unknown = "019a1b2c-3d4e-7f60-8a9b-0c1d2e3f4a5b"
    for wrong, pointer in (({"account_id": unknown}, "#/account_id"), ({"product_id": unknown}, "#/product_id")):
        body = account | product | {"marketplace": "US", "seller_sku": "S"} | wrong
        answer = await inventory.post("/listings", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    answer = await inventory.post("/listings", json=account | product | {"marketplace": "XX", "seller_sku": "S"})
    assert answer.status_code == 422


async def test_a_cost_is_not_below_zero(inventory: httpx.AsyncClient) -> None:
    body = {"code": "C", "name": "C", "unit_cost": {"amount": "-1", "currency": "CNY"}}
    assert (await inventory.post("/products", json=body)).status_code == 422


async def test_a_lane_knows_its_spread_when_only_the_middle_is_stated(inventory: httpx.AsyncClient) -> None:
    body = {"marketplace": "US", "mode": "slow_sea", "transit_days_p50": 44}
    lane = (await inventory.post("/lanes", json=body)).json()
    assert lane["transit_days_p10"] < 44 < lane["transit_days_p90"]
    assert lane["assumed_fields"] == ["transit_days_p10", "transit_days_p90"]
    wrong = await patch(inventory, f"/lanes/{lane['id']}", 1, transit_days_p50=400)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "#/transit_days_p50")
    second = await inventory.post("/lanes", json=body)
    assert problem_slug(second) == "duplicate-key"


async def test_a_currency_has_no_rate_in_itself(inventory: httpx.AsyncClient) -> None:
    body = {"rate_date": "2026-01-01", "base_currency": "USD", "quote_currency": "USD", "rate": "1"}
    assert (await inventory.post("/exchange-rates", json=body)).status_code == 422


async def test_a_product_that_is_in_stock_shows_at_home(inventory: httpx.AsyncClient, tenant: Tenant) -> None:
    await some_stock_at_home(inventory, tenant)
    (row,) = (await inventory.get("/domestic-stock")).json()["items"]
    assert (row["on_hand_units"], row["allocated_units"], row["free_units"]) == (240, 0, 240)


async def test_money_of_a_currency_that_does_not_exist_is_refused(inventory: httpx.AsyncClient, tenant: Tenant) -> None:
    (made_id,) = (await a_product(inventory, tenant)).values()
    answer = await patch(inventory, f"/products/{made_id}", 1, unit_cost={"amount": "38.5", "currency": "RMB"})
    assert answer.status_code == 422
    assert [each["pointer"] for each in answer.json()["errors"]] == ["#/unit_cost/currency"]
