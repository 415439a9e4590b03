"""Advertising benchmarks over HTTP: a company's own beside the shipped ones."""

from typing import Any

import httpx

from shared.web.app import ServiceApp
from tests.support.http import client_of

PATH = "/advertising-benchmarks"


def a_benchmark(**changes: Any) -> dict[str, Any]:
    return {
        "marketplace": "US",
        "category": "Kitchen",
        "conversion_rate_low": 0.0712345678,
        "conversion_rate_high": 0.1,
        "cost_per_click": {"amount": "0.98", "currency": "USD"},
        "source": "Own account",
        "observed_date": "2026-10-01",
        "valid_from_date": "2026-10-01",
    } | changes


async def add(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json=a_benchmark(**changes))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def patch(client: httpx.AsyncClient, benchmark: dict[str, Any], **changes: Any) -> httpx.Response:
    headers = {"If-Match": f'"v{benchmark["version"]}"', "Content-Type": "application/merge-patch+json"}
    return await client.patch(f"{PATH}/{benchmark['id']}", json=changes, headers=headers)


async def test_seven_to_ten_percent_is_shipped_with_source_and_date(ads: httpx.AsyncClient) -> None:
    shipped = (await ads.get(PATH, params={"origin": "shipped"})).json()["items"]
    assert {(each["conversion_rate_low"], each["conversion_rate_high"]) for each in shipped} == {(0.07, 0.1)}
    assert all(each["source"] and each["observed_date"] for each in shipped)
    assert {each["marketplace"] for each in shipped} == {None, "US"}
    assert (await ads.get(f"{PATH}/{shipped[0]['id']}")).json() == shipped[0]


async def test_own_figures_stand_beside_the_shipped_ones(ads: httpx.AsyncClient) -> None:
    made = await add(ads)
    assert (await ads.get(f"{PATH}/{made['id']}")).json() == made
    origins = [each["origin"] for each in (await ads.get(PATH)).json()["items"]]
    assert sorted(origins) == ["own", "shipped", "shipped"]
    found = (await ads.get(PATH, params={"category": "KITCHEN", "marketplace": "US"})).json()["items"]
    assert found == [made]


async def test_shipped_figures_cannot_be_changed(ads: httpx.AsyncClient) -> None:
    shipped = (await ads.get(PATH, params={"origin": "shipped"})).json()["items"][0]
    answer = await patch(ads, shipped, conversion_rate_low=0.01)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tradewind:problem:shipped-benchmark")
    assert (await ads.delete(f"{PATH}/{shipped['id']}", headers={"If-Match": '"v1"'})).status_code == 409


async def test_one_market_has_one_benchmark_from_a_day_on(ads: httpx.AsyncClient) -> None:
    await add(ads)
    assert (await ads.post(PATH, json=a_benchmark(category="KITCHEN"))).status_code == 409
    later = await add(ads, valid_from_date="2026-11-01")
    assert (await patch(ads, later, valid_from_date="2026-10-01")).status_code == 409
    await add(ads, marketplace=None, category=None)
    assert (await ads.post(PATH, json=a_benchmark(marketplace=None, category=None))).status_code == 409


async def test_a_click_cannot_cost_money_that_does_not_exist(ads: httpx.AsyncClient) -> None:
    answer = await ads.post(PATH, json=a_benchmark(cost_per_click={"amount": "0.98", "currency": "RMB"}))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/cost_per_click/currency")
    made = await add(ads)
    assert (await patch(ads, made, cost_per_click={"amount": "1", "currency": "ZZZ"})).status_code == 422


async def test_an_empty_range_is_refused(ads: httpx.AsyncClient) -> None:
    answer = await ads.post(PATH, json=a_benchmark(conversion_rate_low=0.2))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "#/conversion_rate_high")
    made = await add(ads)
    assert (await patch(ads, made, conversion_rate_high=0.01)).status_code == 422


async def test_a_patch_may_clear_what_may_be_unknown(ads: httpx.AsyncClient) -> None:
    made = await add(ads)
    changed = (await patch(ads, made, cost_per_click=None, category=None)).json()
    assert (changed["cost_per_click"], changed["category"], changed["version"]) == (None, None, 2)
    assert (await patch(ads, changed, conversion_rate_low=None)).status_code == 422


async def test_deleting_needs_the_present_version(ads: httpx.AsyncClient) -> None:
    made = await add(ads)
    url = f"{PATH}/{made['id']}"
    assert (await ads.delete(url, headers={"If-Match": '"v2"'})).status_code == 412
    assert (await ads.delete(url, headers={"If-Match": '"v1"'})).status_code == 204
    assert (await ads.get(url)).status_code == 404


async def test_another_company_sees_the_shipped_figures_alone(
    ads: httpx.AsyncClient, ads_app: ServiceApp, make_tenant: Any
) -> None:
    await add(ads)
    async with client_of(ads_app, await make_tenant()) as other:
        items = (await other.get(PATH)).json()["items"]
    assert {each["origin"] for each in items} == {"shipped"}
