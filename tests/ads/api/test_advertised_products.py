"""What advertising may cost a product: own figures before inventory's, and the target that follows from them."""

from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from services.ads.domain.economics import Stage, break_even_acos, target_acos
from services.ads.settings import AdsSettings
from shared.core.clock import utc_now
from tests.ads.builders import an_advertised_account
from tests.support.tenants import Tenant

TODAY = utc_now().date()
TOMORROW = TODAY + timedelta(days=1)


async def a_product(ads: httpx.AsyncClient, tenant: Tenant) -> dict[str, Any]:
    made = await an_advertised_account(ads, tenant)
    product: dict[str, Any] = (await ads.get(f"/advertised-products/{made['product_id']}")).json()
    return product


async def patch(ads: httpx.AsyncClient, product: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{product["version"]}"', "Content-Type": "application/merge-patch+json"}
    return await ads.patch(f"/advertised-products/{product['id']}", json=changes, headers=headers)


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


async def test_own_figures_come_before_those_of_inventory(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    product = await a_product(ads, tenant)
    # own price 30; of inventory cost 8, fees 10 and freight 1
    assert product["break_even_acos"] == pytest.approx(float(break_even_acos(30, 8, 10, 0, 1)))
    assert product["break_even_source"] == "own"
    product = (await patch(ads, product, price=None)).json()
    assert product["break_even_acos"] == pytest.approx(float(break_even_acos(29, 8, 10, 0, 1)))
    assert product["break_even_source"] == "inventory"
    costs = {"product_cost": usd("6"), "fees": usd("9"), "returns": usd("1.5"), "inbound_freight": usd("0.5")}
    product = (await patch(ads, product, **costs)).json()
    assert product["break_even_acos"] == pytest.approx(float(break_even_acos(29, 6, 9, 1.5, 0.5)))
    assert product["break_even_source"] == "own"


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize(
    "own",
    [
        {},
        {"wanted_margin": 0.1},
        {"stated_target_acos": 0.2},
        {"stated_target_acos": 0.9},
        {"stated_target_acos": 0.9, "launch_budget": usd("500")},
        {"stated_target_acos": 0.9, "launch_budget": usd("500"), "launch_end_date": TOMORROW.isoformat()},
        {"stated_target_acos": 0.9, "launch_budget": usd("500"), "launch_end_date": "2020-01-01"},
        {"wanted_margin": -0.2},
        {"saved_storage_cost": usd("2.9")},
        {"saved_storage_cost": usd("2.9"), "stated_target_acos": 0.9},
    ],
)
async def test_the_target_is_that_of_the_domain(
    own: dict[str, Any], stage: Stage, ads: httpx.AsyncClient, tenant: Tenant
) -> None:
    product = await a_product(ads, tenant)
    product = (await patch(ads, product, stage=stage.value, **own)).json()
    end = own.get("launch_end_date")
    expected = target_acos(
        product["break_even_acos"],
        stage,
        stated=own.get("stated_target_acos"),
        wanted_margin=own.get("wanted_margin"),
        saved_storage=float(own["saved_storage_cost"]["amount"]) / 30 if "saved_storage_cost" in own else 0.0,
        launch_budget=500.0 if "launch_budget" in own else None,
        launch_end_date=None if end is None else date.fromisoformat(end),
        today=TODAY,
    )
    assert product["target_acos"] == pytest.approx(expected.value)
    assert product["target_acos_source"] == expected.origin.value


async def test_money_of_another_currency_is_refused(ads: httpx.AsyncClient, tenant: Tenant) -> None:
    product = await a_product(ads, tenant)
    answer = await patch(ads, product, price={"amount": "29", "currency": "EUR"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/price/currency")
    assert (await patch(ads, product | {"version": 9}, stage="mature")).status_code == 412


@pytest.mark.parametrize("weak", ["changeme", "a" * 40])
def test_a_guessable_secret_stops_the_service(weak: str) -> None:
    with pytest.raises(ValidationError, match="32 random characters"):
        AdsSettings(database_url=SecretStr("postgresql://tw_ads:strong-one@h/n"), service_key_secret=SecretStr(weak))
